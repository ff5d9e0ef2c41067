#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <streambuf>
#include <utility>

#include "sim/language/printable.h"
#include "sim/scenario/document.h"

// yaml-cpp is used for its parser's events only. It accepts much that a scenario must not contain,
// and its own tree costs time and memory that a hostile file can choose; so its events are recorded
// flat, with the limits checked at each, and the tree is built from the record.

namespace spillway {
namespace {

/// Ends the parsing from inside the parser's callbacks.
struct Refused {
  Diagnostic diagnostic;
};

/// A read-only stream over a text, without the copy that a stringstream makes.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    // A streambuf's pointers are not const; nothing writes through them.
    char* begin = const_cast<char*>(text.data());
    setg(begin, begin, begin + text.size());
  }
};

/// Finds lines of a text, and turns the parser's marks into locations.
class Places {
 public:
  explicit Places(std::shared_ptr<const Source> source) : source_(std::move(source)) {
    const std::string& text = source_->text;
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  /// The place of a byte, lines and columns from 0 as yaml-cpp counts them. Columns of a long line
  /// are counted from the last place asked for: the cost is the way between the two.
  Location at(std::size_t line, std::size_t column) {
    line = std::min(line, starts_.size() - 1);
    const std::string_view text = source_->text;
    const std::size_t begin = starts_[line];
    const std::size_t end = std::min(begin + column, text.size());
    if (line != line_) {
      line_ = line;
      byte_ = begin;
      characters_ = 0;
    }
    while (byte_ < end) {
      byte_ += character_size(text.substr(byte_));
      ++characters_;
    }
    while (byte_ > end && byte_ > begin) {
      --byte_;
      if ((static_cast<unsigned char>(text[byte_]) & 0xC0U) != 0x80) --characters_;
    }
    return {source_, static_cast<std::uint32_t>(line + 1),
            static_cast<std::uint32_t>(characters_ + 1)};
  }
  Location at(const YAML::Mark& mark) {
    if (mark.line < 0) return {source_, 0, 0};
    return at(static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column));
  }
  std::string_view text() const { return source_->text; }
  std::size_t byte_of(const YAML::Mark& mark) const {
    const auto line = std::min(static_cast<std::size_t>(mark.line), starts_.size() - 1);
    return starts_[line] + static_cast<std::size_t>(mark.column);
  }
  Location at_byte(std::size_t byte) {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), byte);
    const auto line = static_cast<std::size_t>(after - starts_.begin()) - 1;
    return at(line, byte - starts_[line]);
  }

 private:
  std::shared_ptr<const Source> source_;
  std::vector<std::size_t> starts_;
  std::size_t line_ = 0, byte_ = 0, characters_ = 0;
};

[[noreturn]] void refuse(std::string code, Location at, std::string message,
                         std::string hint = "") {
  throw Refused{
      {Severity::error, std::move(code), std::move(at), "", std::move(message), std::move(hint)}};
}

std::string in_mebibytes(std::size_t bytes) { return fmt::format("{} MiB", bytes >> 20); }

/// What can be said of the bytes before the parser sees them.
void check_bytes(std::string_view text, Places& places, const DocumentLimits& limits) {
  if (const std::size_t bad = find_invalid_utf8(text); bad != std::string_view::npos) {
    refuse("invalid-encoding", places.at_byte(bad), "the file is not valid UTF-8 here",
           "save it as UTF-8");
  }
  std::size_t outside_comments = 0, punctuation = 0;
  bool line_begins = true, comment = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F) {
      refuse("invalid-character", places.at_byte(i),
             fmt::format("the control character {} can't stand in a scenario",
                         printable(text.substr(i, 1))));
    }
    if (c == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) {
      refuse("invalid-character", places.at_byte(i),
             "a carriage return without a line feed after it", "end lines with LF or CRLF");
    }
    if (c == '\n') {
      line_begins = true;
      comment = false;
      continue;
    }
    if (line_begins && c != ' ' && c != '\t') {
      line_begins = false;
      comment = c == '#';
    }
    if (comment) continue;
    ++outside_comments;
    if (c == ',' || c == ':' || c == '[' || c == ']' || c == '{' || c == '}') {
      if (++punctuation > limits.punctuation) {
        refuse("too-large", places.at_byte(i),
               fmt::format("the file has more than {} values", limits.nodes));
      }
    }
  }
  if (outside_comments > limits.bytes_outside_comments) {
    refuse("too-large", places.at(0, 0),
           fmt::format("the file has more than {} besides its comments",
                       in_mebibytes(limits.bytes_outside_comments)));
  }
}

struct YamlEvent {
  enum class Kind : std::uint8_t { null, scalar, alias, list, map, end };
  Kind kind;
  bool quoted = false;
  std::string text;
  Location at;
  YAML::anchor_t alias = 0;
};

/// Records the events of one document and enforces the limits on the way.
class Recorder : public YAML::EventHandler {
 public:
  Recorder(Places& places, const DocumentLimits& limits) : places_(places), limits_(limits) {}

  std::vector<YamlEvent> events;

  /// First and one past the last event of each anchor's node; the last is 0 while it is open.
  std::vector<std::pair<std::size_t, std::size_t>> anchors{{0, 0}};

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) {
      refuse("several-documents", places_.at(mark),
             "a second document begins here; a scenario is one document",
             "write alternatives as variants of one scenario");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add({YamlEvent::Kind::null, false, "", places_.at(mark), 0}, anchor, true);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add({YamlEvent::Kind::alias, false, "", places_.at(mark), anchor}, 0, true);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const Location at = places_.at(mark);
    check_tag(tag, at);
    if (value.size() > limits_.text_bytes) {
      refuse("too-large", at,
             fmt::format("a text of more than {}", in_mebibytes(limits_.text_bytes)));
    }
    text_bytes_ += value.size();
    if (text_bytes_ > limits_.all_text_bytes) {
      refuse("too-large", at,
             fmt::format("the file has more than {} besides its comments",
                         in_mebibytes(limits_.all_text_bytes)));
    }
    const bool quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (quoted) check_quotes(mark, at);
    add({YamlEvent::Kind::scalar, quoted, value, at, 0}, anchor, true);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlEvent::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlEvent::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  void add(YamlEvent event, YAML::anchor_t anchor, bool complete) {
    if (events.size() - ends_ >= limits_.nodes) {
      refuse("too-large", event.at, fmt::format("the file has more than {} values", limits_.nodes));
    }
    if (anchor != 0) {
      if (anchors.size() <= anchor) anchors.resize(anchor + 1);
      anchors[anchor] = {events.size(), complete ? events.size() + 1 : 0};
    }
    events.push_back(std::move(event));
  }

  void open(YamlEvent::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    const Location at = places_.at(mark);
    check_tag(tag, at);
    if (open_.size() >= limits_.depth) {
      refuse("too-deep", at, fmt::format("nesting deeper than {}", limits_.depth));
    }
    add({kind, false, "", at, 0}, anchor, false);
    open_.push_back(anchor);
  }

  void close() {
    events.push_back({YamlEvent::Kind::end, false, "", {}, 0});
    ++ends_;
    if (open_.back() != 0) anchors[open_.back()].second = events.size();
    open_.pop_back();
  }

  void check_tag(const std::string& tag, const Location& at) {
    constexpr std::string_view core = "tag:yaml.org,2002:";
    if (tag.empty() || tag == "?" || tag == "!") return;
    for (const std::string_view known : {"str", "int", "float", "bool", "null", "map", "seq"}) {
      if (tag.size() == core.size() + known.size() && tag.starts_with(core) &&
          tag.ends_with(known)) {
        return;
      }
    }
    std::string name = tag;
    if (name.starts_with(core)) name = fmt::format("!!{}", name.substr(core.size()));
    refuse("unknown-tag", at, fmt::format("the tag {} means nothing here", shown(name)),
           "leave it out");
  }

  /// Refuses a text whose quotes go on to the end of the file: the parser takes it as closed.
  void check_quotes(const YAML::Mark& mark, const Location& at) {
    const std::string_view text = places_.text();
    std::size_t i = places_.byte_of(mark);
    while (i < text.size() && (text[i] == '&' || text[i] == '!')) {
      i = text.find_first_of(" \t\r\n", i);
      i = text.find_first_not_of(" \t\r\n", i);
    }
    if (i >= text.size() || (text[i] != '\'' && text[i] != '"')) return;
    const char quote = text[i++];
    const auto escaped = [&] {
      if (quote == '"') return text[i] == '\\';
      return text[i] == '\'' && i + 1 < text.size() && text[i + 1] == '\'';
    };
    while (i < text.size() && (escaped() || text[i] != quote)) i += escaped() ? 2U : 1U;
    if (i >= text.size()) refuse("yaml", at, "not valid YAML: quotes that aren't closed");
  }

  Places& places_;
  const DocumentLimits& limits_;
  std::vector<YAML::anchor_t> open_;
  std::size_t ends_ = 0;
  std::size_t text_bytes_ = 0;
  int documents_ = 0;
};

/// Builds the tree, copying what aliases stand for.
class Builder {
 public:
  Builder(const Recorder& record, const DocumentLimits& limits)
      : events_(record.events), anchors_(record.anchors), limits_(limits) {}

  Node build() {
    std::size_t next = 0;
    return node(next, 0);
  }

 private:
  Node node(std::size_t& next, std::size_t depth) {
    const YamlEvent& event = events_[next];
    if (++nodes_ > limits_.expanded_nodes) {
      refuse(
          "too-large", alias_ ? *alias_ : event.at,
          fmt::format("more than {} values once the aliases are copied", limits_.expanded_nodes));
    }
    if (depth > limits_.depth) {
      refuse("too-deep", alias_ ? *alias_ : event.at,
             fmt::format("nesting deeper than {} once the aliases are copied", limits_.depth));
    }
    if (event.kind == YamlEvent::Kind::alias) return copy(next, depth);
    Node result;
    result.at = event.at;
    ++next;
    switch (event.kind) {
      case YamlEvent::Kind::scalar:
        result.kind = Node::Kind::scalar;
        result.quoted = event.quoted;
        result.text = event.text;
        break;
      case YamlEvent::Kind::list:
        result.kind = Node::Kind::list;
        while (events_[next].kind != YamlEvent::Kind::end) {
          result.entries.push_back({"", events_[next].at, node(next, depth + 1)});
        }
        ++next;
        break;
      case YamlEvent::Kind::map:
        result.kind = Node::Kind::map;
        map(result, next, depth);
        break;
      default:
        break;
    }
    return result;
  }

  void map(Node& result, std::size_t& next, std::size_t depth) {
    while (events_[next].kind != YamlEvent::Kind::end) {
      if (result.entries.size() >= limits_.keys) {
        refuse("too-large", events_[next].at,
               fmt::format("a map of more than {} keys", limits_.keys));
      }
      const YamlEvent& at_key = events_[next];
      Node key = node(next, depth + 1);
      if (!key.is_scalar()) {
        refuse("wrong-kind", at_key.at,
               fmt::format("expected a word as the key; found {}", describe(key)));
      }
      if (key.text == "<<" && !key.quoted) {
        refuse("merge-key", at_key.at, "merge keys (<<) are not supported",
               "write the keys out, or say what differs in a variant");
      }
      Entry entry{std::move(key.text), at_key.at, node(next, depth + 1)};
      // An empty value is where its key stands: the parser names the token that comes after.
      if (entry.value.is_null() && entry.value.at.line != entry.key_at.line) {
        entry.value.at = entry.key_at;
      }
      result.entries.push_back(std::move(entry));
    }
    ++next;
    check_duplicates(result);
  }

  void check_duplicates(const Node& map) {
    std::vector<const Entry*> sorted;
    for (const Entry& entry : map.entries) sorted.push_back(&entry);
    std::ranges::sort(sorted, [](const Entry* a, const Entry* b) {
      return a->key != b->key ? a->key < b->key : a < b;  // equal ones in their order
    });
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      if (sorted[i]->key != sorted[i - 1]->key) continue;
      refuse("duplicate-key", sorted[i]->key_at,
             fmt::format("the key '{}' stands here a second time; the first is in line {}",
                         shown(sorted[i]->key), sorted[i - 1]->key_at.line),
             sorted[i]->key.ends_with('%') ? "write equal shares as a list: [50%: ..., 50%: ...]"
                                           : "keep one of them");
    }
  }

  Node copy(std::size_t& next, std::size_t depth) {
    const YamlEvent& event = events_[next];
    const auto [begin, end] = anchors_[event.alias];
    if (end == 0 || (begin < next && next < end)) {
      refuse("alias-cycle", event.at, "this alias stands inside of what it stands for");
    }
    const Location* outer = alias_;
    if (alias_ == nullptr) alias_ = &event.at;
    std::size_t from = begin;
    Node result = node(from, depth);
    alias_ = outer;
    ++next;
    return result;
  }

  const std::vector<YamlEvent>& events_;
  const std::vector<std::pair<std::size_t, std::size_t>>& anchors_;
  const DocumentLimits& limits_;
  std::size_t nodes_ = 0;
  const Location* alias_ = nullptr;
};

/// The parser's words, in ours.
std::pair<std::string, std::string> reworded(const std::string& message) {
  const auto has = [&](std::string_view part) { return message.find(part) != std::string::npos; };
  if (has("bad file")) return {"nesting too deep", ""};
  if (has("illegal map value")) {
    return {"a ':' where no value can begin",
            "indent with blanks only, and put texts that contain ': ' into quotes"};
  }
  if (has("end of map not found") || has("end of map flow not found")) {
    return {"a map that isn't closed, or whose indentation changes", ""};
  }
  if (has("end of sequence")) return {"a list that isn't closed, or whose indentation changes", ""};
  if (has("illegal EOF in scalar")) return {"quotes that aren't closed", ""};
  if (has("anchor is not defined")) return {"an alias of which there is no anchor", ""};
  if (has("illegal tab") || has("tab")) {
    return {"a tab in the indentation", "indent with blanks only"};
  }
  return {shown(message, 100), ""};
}

}  // namespace

std::optional<Node> parse_document(const std::shared_ptr<const Source>& source,
                                   Diagnostics& diagnostics, const DocumentLimits& limits) {
  const std::string_view text = source->text;
  if (text.size() > limits.bytes) {
    diagnostics.push_back(
        error_at({source, 0, 0}, "too-large", "",
                 fmt::format("the file is larger than {}", in_mebibytes(limits.bytes))));
    return std::nullopt;
  }
  if (static_cast<std::size_t>(std::ranges::count(text, '\n')) > limits.lines) {
    diagnostics.push_back(error_at({source, 0, 0}, "too-large", "",
                                   fmt::format("the file has more than {} lines", limits.lines)));
    return std::nullopt;
  }
  Places places(source);
  try {
    check_bytes(text, places, limits);
    TextBuffer buffer(text);
    std::istream stream(&buffer);
    Recorder recorder(places, limits);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(recorder)) {
    }
    if (recorder.events.empty() || recorder.events.front().kind == YamlEvent::Kind::null) {
      refuse("empty-file", {source, 0, 0}, "the file says nothing",
             "a scenario needs run: {duration: …} and components");
    }
    return Builder(recorder, limits).build();
  } catch (const Refused& refused) {
    diagnostics.push_back(refused.diagnostic);
  } catch (const YAML::Exception& error) {
    const auto [message, hint] = reworded(error.msg);
    diagnostics.push_back(error_at(places.at(error.mark), "yaml", "",
                                   fmt::format("not valid YAML: {}", message), hint));
  }
  return std::nullopt;
}

}  // namespace spillway
