#include "sim/scenario/document.h"

#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

// What YAML readers get wrong, or a hostile file tries: each has its exact message.

namespace spillway {
namespace {

/// Parses a text; returns its tree as one line, or the error.
std::string parsed(std::string text, const DocumentLimits& limits = {}) {
  Diagnostics diagnostics;
  const auto source = std::make_shared<const Source>(Source{"s.yaml", std::move(text)});
  const auto node = parse_document(source, diagnostics, limits);
  if (!node) {
    const Diagnostic& error = diagnostics.at(0);
    return std::to_string(error.at.line) + ":" + std::to_string(error.at.column) + " " +
           error.message + " [" + error.code + "]";
  }
  EXPECT_TRUE(diagnostics.empty());
  const auto write = [](const auto& self, const Node& n) -> std::string {
    if (n.is_null()) return "null";
    if (n.is_scalar()) return n.quoted ? "'" + n.text + "'" : n.text;
    std::string out = n.is_list() ? "[" : "{";
    for (const Entry& entry : n.entries) {
      if (out.size() > 1) out += ", ";
      if (n.is_map()) out += entry.key + ": ";
      out += self(self, entry.value);
    }
    return out + (n.is_list() ? "]" : "}");
  };
  return write(write, *node);
}

TEST(Documents, KeepOrderPlacesAndQuotes) {
  EXPECT_EQ(parsed("b: 1\na: [x, 'y', \"z\"]\nc:\n  - d: {e: 5ms}\n"),
            "{b: 1, a: [x, 'y', 'z'], c: [{d: {e: 5ms}}]}");
  Diagnostics diagnostics;
  const auto source =
      std::make_shared<const Source>(Source{"s.yaml", "a: 1\n\u00fc\u00fc:\n  - \u4f60: v\n"});
  const auto node = parse_document(source, diagnostics);
  ASSERT_TRUE(node);
  const Entry& list = node->entries[1];
  EXPECT_EQ(list.key_at.line, 2U);
  EXPECT_EQ(list.key_at.column, 1U);
  const Entry& inner = list.value.entries[0].value.entries[0];
  EXPECT_EQ(inner.value.at.line, 3U);
  EXPECT_EQ(inner.value.at.column, 8U) << "characters, not bytes";
}

TEST(Documents, KeepNothingApartFromTheWordNull) {
  EXPECT_EQ(parsed("a:\nb: ~\nc: null\nd: 'null'\ne: ''\n"),
            "{a: null, b: null, c: null, d: 'null', e: ''}");
  Diagnostics diagnostics;
  const auto source = std::make_shared<const Source>(Source{"s.yaml", "a:\nb: 1\n"});
  const auto node = parse_document(source, diagnostics);
  EXPECT_EQ(node->entries[0].value.at.line, 1U) << "where its key is, not the next token";
}

TEST(Documents, TakeCrlfAndTabsBetweenTokens) {
  EXPECT_EQ(parsed("a: 1\r\nb:\r\n  c: 2\r\n"), "{a: 1, b: {c: 2}}");
  EXPECT_EQ(parsed("a:\t1\n"), "{a: 1}");
}

TEST(Documents, RefuseDuplicateKeysAndNameBothPlaces) {
  EXPECT_EQ(parsed("a: 1\nb: 2\na: 3\n"),
            "3:1 the key 'a' stands here a second time; the first is in line 1 [duplicate-key]");
  EXPECT_EQ(parsed("x: {a: 1, 'a': 3}\n"),
            "1:11 the key 'a' stands here a second time; the first is in line 1 [duplicate-key]");
}

TEST(Documents, TellHowTwoEqualSharesAreWritten) {
  EXPECT_NE(findings("a: {50%: 1, 50%: 2}\n").find("(write equal shares as a list: "),
            std::string::npos);
  EXPECT_EQ(parsed("a: {50%: 1, 50.0%: 2}\n"), "{a: {50%: 1, 50.0%: 2}}");
}

TEST(Documents, RefuseMergeKeysTagsAndOddKeys) {
  EXPECT_EQ(parsed("a: &x {b: 1}\nc: {<<: *x}\n"),
            "2:5 merge keys (<<) are not supported [merge-key]");
  EXPECT_EQ(parsed("a: {'<<': 1}\n"), "{a: {<<: 1}}");
  EXPECT_EQ(parsed("a: !!python/object x\n"),
            "1:4 the tag !!python/object means nothing here [unknown-tag]");
  EXPECT_EQ(parsed("a: !mine x\n"), "1:4 the tag !mine means nothing here [unknown-tag]");
  EXPECT_EQ(parsed("a: !!binary x\n"), "1:4 the tag !!binary means nothing here [unknown-tag]");
  EXPECT_EQ(parsed("a: !!str 5\nb: !!int 5\nc: !!map {}\nd: !!seq []\n"),
            "{a: '5', b: 5, c: {}, d: []}");
  EXPECT_EQ(parsed("? [a]\n: 1\n"), "1:3 expected a word as the key; found a list [wrong-kind]");
  EXPECT_EQ(parsed("~: 1\n"), "1:1 expected a word as the key; found nothing [wrong-kind]");
}

TEST(Documents, AreOne) {
  EXPECT_EQ(parsed("a: 1\n---\nb: 2\n"),
            "2:1 a second document begins here; a scenario is one document [several-documents]");
  EXPECT_EQ(parsed("---\na: 1\n...\n"), "{a: 1}");
  EXPECT_EQ(parsed(""), "0:0 the file says nothing [empty-file]");
  EXPECT_EQ(parsed("# only a comment\n"), "0:0 the file says nothing [empty-file]");
  EXPECT_EQ(parsed("~\n"), "0:0 the file says nothing [empty-file]");
}

TEST(Documents, CopyAliasesAndRefuseCycles) {
  EXPECT_EQ(parsed("a: &x {b: [1, 2]}\nc: *x\nd: [*x, *x]\n"),
            "{a: {b: [1, 2]}, c: {b: [1, 2]}, d: [{b: [1, 2]}, {b: [1, 2]}]}");
  EXPECT_EQ(parsed("&k a: 1\nb: {*k : 2}\n"), "{a: 1, b: {a: 2}}");
  EXPECT_EQ(parsed("a: &a [1, *a]\n"),
            "1:11 this alias stands inside of what it stands for [alias-cycle]");
  EXPECT_EQ(parsed("a: &a {b: {c: *a}}\n"),
            "1:15 this alias stands inside of what it stands for [alias-cycle]");
  EXPECT_EQ(parsed("a: *x\n"), "1:4 not valid YAML: an alias of which there is no anchor [yaml]");
}

TEST(Documents, CountWhatAliasesBecome) {
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i <= 7; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 0; j < 8; ++j) laughs += ", " + last;
    laughs += "]\n";
  }
  EXPECT_EQ(parsed(laughs),
            "7:10 more than 1000000 values once the aliases are copied [too-large]");
  std::string deep = "a0: &a0 [x]\n";
  for (int i = 1; i <= 80; ++i) {
    deep += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) +
            "]\n";
  }
  EXPECT_EQ(parsed(deep), "64:12 nesting deeper than 64 once the aliases are copied [too-deep]");
}

TEST(Documents, HaveLimits) {
  EXPECT_EQ(parsed(std::string(64, '[') + std::string(64, ']')).substr(0, 3), "[[[");
  EXPECT_EQ(parsed(std::string(65, '[') + std::string(65, ']')),
            "1:65 nesting deeper than 64 [too-deep]");
  DocumentLimits small;
  small.nodes = 10;
  small.keys = 3;
  small.text_bytes = 1 << 20;
  EXPECT_EQ(parsed("[1, 2, 3, 4, 5, 6, 7, 8, 9]", small), "[1, 2, 3, 4, 5, 6, 7, 8, 9]");
  EXPECT_EQ(parsed("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", small),
            "1:29 the file has more than 10 values [too-large]");
  EXPECT_EQ(parsed("{a: 1, b: 2, c: 3, d: 4}", small),
            "1:20 a map of more than 3 keys [too-large]");
  EXPECT_EQ(parsed("a: " + std::string((1 << 20) + 1, 'x')),
            "1:4 a text of more than 1 MiB [too-large]");
  EXPECT_EQ(parsed(std::string((1 << 20) + 1, 'x') + ": 1"),
            "1:1048578 not valid YAML: a ':' where no value can begin [yaml]")
      << "YAML's keys have at most 1024 characters";
  EXPECT_EQ(parsed(std::string((16 << 20) + 1, '#')),
            "0:0 the file is larger than 16 MiB [too-large]");
}

TEST(Documents, AreCleanText) {
  EXPECT_EQ(parsed("a: \xff\n"), "1:4 the file is not valid UTF-8 here [invalid-encoding]");
  EXPECT_EQ(parsed("a: 1\nb: \xed\xa0\x80\n"),
            "2:4 the file is not valid UTF-8 here [invalid-encoding]");
  EXPECT_EQ(parsed(std::string("\xff\xfe"
                               "a\0",
                               4)),
            "1:1 the file is not valid UTF-8 here [invalid-encoding]");
  EXPECT_EQ(parsed(std::string("a: 1\nb\0: 2\n", 11)),
            "2:2 the control character \\x00 can't stand in a scenario [invalid-character]");
  EXPECT_EQ(parsed("a: \x1b[31m\n"),
            "1:4 the control character \\x1b can't stand in a scenario [invalid-character]");
  EXPECT_EQ(parsed("a: 1\rb: 2\n"),
            "1:5 a carriage return without a line feed after it [invalid-character]");
}

TEST(Documents, SayWhatIsNotYaml) {
  EXPECT_EQ(parsed("a: [1, 2\n").substr(0, 80),
            "2:1 not valid YAML: a list that isn't closed, or whose indentation changes [yaml");
  EXPECT_EQ(parsed("a: b: c\n"), "1:5 not valid YAML: a ':' where no value can begin [yaml]");
  EXPECT_EQ(parsed("a: 'x\n"), "1:4 not valid YAML: quotes that aren't closed [yaml]");
  EXPECT_EQ(parsed("a: 'it''\n"), "1:4 not valid YAML: quotes that aren't closed [yaml]");
  EXPECT_EQ(parsed("a: 'x"), "1:6 not valid YAML: quotes that aren't closed [yaml]");
  EXPECT_EQ(parsed("a: \"x\\\"\nb: 1\n"), "1:4 not valid YAML: quotes that aren't closed [yaml]");
  EXPECT_EQ(parsed("a: 'it''s'\nb: &x \"q\\\"\"\nc: 'two\n  lines'\n"),
            "{a: 'it's', b: 'q\"', c: 'two lines'}");
  EXPECT_EQ(parsed("a:\n\tb: 1\n"), "2:3 not valid YAML: a ':' where no value can begin [yaml]");
  EXPECT_EQ(parsed("a: {b: 1\n").substr(0, 80),
            "2:1 not valid YAML: a map that isn't closed, or whose indentation changes [yaml]");
  EXPECT_EQ(parsed("%YAML 3.0\n---\na: 1\n").find("not valid YAML"), 4U);
  EXPECT_EQ(parsed("a: \"\\q\"\n").substr(0, 42), "1:7 not valid YAML: unknown escape charact");
  EXPECT_EQ(parsed("a: @b\n").find("not valid YAML"), 4U);
}

TEST(Documents, MayBeginWithAByteOrderMark) {
  const ScenarioFile file = load("\xEF\xBB\xBF" + std::string(kShop) + "queues: {orders: {}}\n");
  EXPECT_EQ(findings(file), "");
}

}  // namespace
}  // namespace spillway
