#include "sim/language/diagnostic.h"

#include <gtest/gtest.h>

#include "sim/language/printable.h"

namespace spillway {
namespace {

Diagnostic at(std::string text, std::uint32_t line, std::uint32_t column) {
  auto source = std::make_shared<const Source>(Source{"flash.yaml", std::move(text)});
  return error_at({std::move(source), line, column}, "missing-unit", "queues.orders.visibility",
                  "expected a duration; found 99999 (a bare number)");
}

TEST(Diagnostics, ShowThePlaceTheLineAndACaret) {
  Diagnostic diagnostic = at("a: 1\n  visibility: 99999\nb: 2\n", 2, 15);
  diagnostic.hint = "units that fit: s";
  EXPECT_EQ(render(diagnostic),
            "flash.yaml:2:15: error: queues.orders.visibility: expected a duration; found 99999 (a "
            "bare number) [missing-unit]\n"
            "    visibility: 99999\n"
            "                ^\n"
            "  hint: units that fit: s\n");
  diagnostic.severity = Severity::warning;
  EXPECT_NE(render(diagnostic).find(":2:15: warning: "), std::string::npos);
}

TEST(Diagnostics, OfAWholeFileShowNoLine) {
  EXPECT_EQ(render(at("a", 0, 0)),
            "flash.yaml: error: queues.orders.visibility: expected a duration; found 99999 (a bare "
            "number) [missing-unit]\n");
  Diagnostic nowhere = error_at({}, "code", "", "message");
  EXPECT_EQ(render(nowhere), "spillway: error: message [code]\n");
}

/// The column of the caret below the text, both counted as a terminal shows them.
std::string under_caret(const Diagnostic& diagnostic) {
  const std::string text = render(diagnostic);
  const std::size_t line = text.find('\n') + 1;
  const std::size_t caret_line = text.find('\n', line) + 1;
  const std::size_t caret = text.find('^', caret_line) - caret_line;
  const std::string_view shown_line = std::string_view(text).substr(line, caret_line - line - 1);
  std::size_t width = 0;
  for (std::size_t i = 0; i < shown_line.size();) {
    const std::size_t size = character_size(shown_line.substr(i));
    if (width == caret) return std::string(shown_line.substr(i, size));
    width += display_width(shown_line.substr(i, size));
    i += size;
  }
  return "nothing";
}

TEST(Diagnostics, KeepTheCaretUnderTheRightCharacter) {
  EXPECT_EQ(under_caret(at("\t\tx: y", 1, 3)), "x");
  EXPECT_EQ(under_caret(at("\u00fc\u00fc: Z", 1, 5)), "Z");
  EXPECT_EQ(under_caret(at("\u4f60\u597d: Z", 1, 5)), "Z") << "wide characters";
  EXPECT_EQ(under_caret(at("\U0001F600: Z", 1, 4)), "Z");
  EXPECT_EQ(under_caret(at("e\u0301: Z", 1, 5)), "Z") << "a combining mark takes no room";
  EXPECT_EQ(under_caret(at("a\x1b[31m: Z", 1, 9)), "Z") << "escaped characters take more";
  EXPECT_EQ(under_caret(at("abc: Z\r\n", 1, 6)), "Z");
}

TEST(Diagnostics, CutLongLinesAroundTheCaret) {
  const std::string text = std::string(5'000, 'a') + "Z" + std::string(5'000, 'b');
  const Diagnostic diagnostic = at(text, 1, 5'001);
  EXPECT_EQ(under_caret(diagnostic), "Z");
  EXPECT_LT(render(diagnostic).size(), 500U);
  EXPECT_NE(render(diagnostic).find("…aaaa"), std::string::npos);
  EXPECT_NE(render(diagnostic).find("bbb…"), std::string::npos);
  EXPECT_NE(render(at("ab", 1, 50)).find('^'), std::string::npos) << "beyond the line's end";
  EXPECT_LT(render(at("ab", 1, 4'000'000)).size(), 500U);
}

TEST(Diagnostics, NeverSendControlsToTheTerminal) {
  Diagnostic diagnostic = at("a: \x1b[31mred\x07\u202e\u0085", 1, 1);
  diagnostic.message = "found '\x1b]0;title\x07'";
  diagnostic.path = "queues.\x1b[2J";
  diagnostic.hint = "\x9b";
  const std::string text = render(diagnostic);
  for (const char c : text) {
    EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << static_cast<int>(c);
  }
  EXPECT_EQ(text.find("\u202e"), std::string::npos);
  EXPECT_EQ(text.find("\u0085"), std::string::npos);
  EXPECT_NE(text.find("\\x1b[31mred\\x07\\u202e\\x85"), std::string::npos);
}

TEST(Utf8, IsCheckedStrictly) {
  constexpr auto npos = std::string_view::npos;
  EXPECT_EQ(find_invalid_utf8("plain \u00e9 \u4f60 \U0001F600"), npos);
  EXPECT_EQ(find_invalid_utf8("a\xff"), 1U);
  EXPECT_EQ(find_invalid_utf8("\xc0\x80"), 0U) << "overlong";
  EXPECT_EQ(find_invalid_utf8("\xe0\x80\x80"), 0U) << "overlong";
  EXPECT_EQ(find_invalid_utf8("\xf0\x80\x80\x80"), 0U) << "overlong";
  EXPECT_EQ(find_invalid_utf8("\xed\xa0\x80"), 0U) << "a surrogate";
  EXPECT_EQ(find_invalid_utf8("\xf4\x90\x80\x80"), 0U) << "beyond Unicode";
  EXPECT_EQ(find_invalid_utf8("ab\xe4\xbd"), 2U) << "cut off";
  EXPECT_EQ(count_characters("\u4f60\u597d!"), 3U);
  EXPECT_EQ(shown("abcdef", 3), "abc…");
  EXPECT_EQ(printable("a\xff\tb"), "a\\xff b");
}

}  // namespace
}  // namespace spillway
