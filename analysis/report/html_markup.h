#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spillway::report {

/// A text that stands in the program's source, so that nothing of a scenario can be in it.
class Literal {
 public:
  consteval Literal(const char* text) : text_(text) {}  // NOLINT(google-explicit-constructor)
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// A piece of a page that is safe to put into one. It can be made of literals, of escaped text and
/// of other pieces only: a page can't be put together from strings by mistake.
///
/// Names and texts of a scenario are hostile input: they come out as text. Where they stand:
///
///     text        <td>HERE</td>           text(), preformatted()
///     attribute   aria-label="HERE"       an Attribute's value
///     script, style, URL                  never: there is no way to write them
class Markup {
 public:
  Markup() = default;
  Markup(Literal literal) : bytes_(literal.text()) {}  // NOLINT(google-explicit-constructor)

  Markup& operator+=(const Markup& more) {
    bytes_ += more.bytes_;
    return *this;
  }
  friend Markup operator+(Markup first, const Markup& second) { return first += second; }

  bool empty() const { return bytes_.empty(); }
  const std::string& bytes() const { return bytes_; }

 private:
  friend Markup text(std::string_view);
  friend Markup preformatted(std::string_view);
  friend class Tag;

  std::string bytes_;
};

/// The text as text: `<`, `>`, `&` and quotes escaped, control characters and marks that reorder
/// shown as printable() does.
Markup text(std::string_view text);

/// As text(), of several lines: line ends of any kind stay line ends.
Markup preformatted(std::string_view text);

/// An attribute; its value is escaped as text() is.
struct Attribute {
  Literal name;
  std::string value;
};
using Attributes = std::vector<Attribute>;

/// `<tag attribute="value">content</tag>`.
Markup element(Literal tag, const Attributes& attributes, const Markup& content);
Markup element(Literal tag, const Markup& content);

/// `<tag attribute="value">`, of the elements that have no content and no end.
Markup void_element(Literal tag, const Attributes& attributes);

}  // namespace spillway::report
