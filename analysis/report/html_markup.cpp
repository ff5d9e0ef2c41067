#include "analysis/report/html_markup.h"

#include <algorithm>

#include "sim/language/printable.h"

namespace spillway::report {
namespace {

/// Appends what is printable already, so that neither an element nor an attribute's value can end
/// in it. One escaping for both: what is safe between quotes is safe between tags.
void append_escaped(std::string& out, std::string_view printable_text) {
  for (const char c : printable_text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace

/// Writes tags.
class Tag {
 public:
  static Markup begin(Literal tag, const Attributes& attributes) {
    Markup markup;
    markup.bytes_ += '<';
    markup.bytes_ += tag.text();
    for (const Attribute& attribute : attributes) {
      markup.bytes_ += ' ';
      markup.bytes_ += attribute.name.text();
      markup.bytes_ += "=\"";
      append_escaped(markup.bytes_, printable(attribute.value));
      markup.bytes_ += '"';
    }
    markup.bytes_ += '>';
    return markup;
  }

  static void end(Literal tag, Markup& markup) {
    markup.bytes_ += "</";
    markup.bytes_ += tag.text();
    markup.bytes_ += '>';
  }
};

Markup text(std::string_view text) {
  Markup markup;
  append_escaped(markup.bytes_, printable(text));
  return markup;
}

Markup preformatted(std::string_view text) {
  Markup markup;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    append_escaped(markup.bytes_, printable(text.substr(0, end)));
    text.remove_prefix(end);
    if (text.empty()) break;
    markup.bytes_ += '\n';
    text.remove_prefix(text.starts_with("\r\n") ? 2 : 1);
  }
  return markup;
}

Markup element(Literal tag, const Attributes& attributes, const Markup& content) {
  Markup markup = Tag::begin(tag, attributes);
  markup += content;
  Tag::end(tag, markup);
  return markup;
}

Markup element(Literal tag, const Markup& content) { return element(tag, {}, content); }

Markup void_element(Literal tag, const Attributes& attributes) {
  return Tag::begin(tag, attributes);
}

}  // namespace spillway::report
