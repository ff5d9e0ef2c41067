#include "analysis/report/html_markup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <type_traits>

namespace spillway::report {
namespace {

TEST(HtmlMarkup, EscapesWhatWouldEndATextOrAnAttribute) {
  EXPECT_EQ(text("a < b > c & \"d\" 'e'").bytes(),
            "a &lt; b &gt; c &amp; &quot;d&quot; &#39;e&#39;");
  EXPECT_EQ(element("td", {{"title", "\"><img src=x onerror='alert(1)'>"}}, {}).bytes(),
            "<td title=\"&quot;&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;\"></td>");
}

TEST(HtmlMarkup, DoesNotTakeAnEntityForWritten) {
  EXPECT_EQ(text("&lt;").bytes(), "&amp;lt;");
  EXPECT_EQ(text("&#x3c;script&#x3e;").bytes(), "&amp;#x3c;script&amp;#x3e;");
}

TEST(HtmlMarkup, LetsNoScriptBegin) {
  for (const char* const attack :
       {"<script>alert(1)</script>", "</script><script>", "<!--", "]]>", "<svg onload=alert(1)>"}) {
    const std::string bytes = text(attack).bytes();
    EXPECT_EQ(bytes.find('<'), std::string::npos) << attack;
    EXPECT_EQ(bytes.find('>'), std::string::npos) << attack;
  }
}

TEST(HtmlMarkup, ShowsControlCharactersAndWrongBytes) {
  EXPECT_EQ(text(std::string("a\0b\x1b[2J\x7f", 8)).bytes(), "a\\x00b\\x1b[2J\\x7f");
  EXPECT_EQ(text("\xff\xc0\xaf").bytes(), "\\xff\\xc0\\xaf");
  EXPECT_EQ(text("line\nline\ttab").bytes(), "line\\x0aline tab");
}

TEST(HtmlMarkup, ShowsMarksThatReorderText) {
  // U+202E turns what follows around: "safe\u202egnp.exe" would read "safeexe.png".
  EXPECT_EQ(text("safe\xe2\x80\xaegnp.exe").bytes(), "safe\\u202egnp.exe");
  EXPECT_EQ(text("\xe2\x81\xa6isolate").bytes(), "\\u2066isolate");
}

TEST(HtmlMarkup, LeavesLettersOfAllLanguagesAlone) {
  EXPECT_EQ(text("Größe – 注文 – 🚀").bytes(), "Größe – 注文 – 🚀");
}

TEST(HtmlMarkup, KeepsTheLinesOfPreformattedText) {
  EXPECT_EQ(preformatted("a: <b>\r\n\n  c\rd").bytes(), "a: &lt;b&gt;\n\n  c\nd");
  EXPECT_EQ(preformatted("\x1b\n\xe2\x80\xae").bytes(), "\\x1b\n\\u202e");
  EXPECT_EQ(preformatted("").bytes(), "");
  EXPECT_EQ(preformatted("\n").bytes(), "\n");
}

TEST(HtmlMarkup, NestsElements) {
  const Markup row =
      element("tr", element("th", {{"scope", "row"}}, text("a")) + element("td", text("1")));
  EXPECT_EQ(row.bytes(), "<tr><th scope=\"row\">a</th><td>1</td></tr>");
  EXPECT_EQ(void_element("meta", {{"charset", "utf-8"}}).bytes(), "<meta charset=\"utf-8\">");
}

TEST(HtmlMarkup, CannotBeMadeOfAStringThatIsNotEscaped) {
  static_assert(!std::is_convertible_v<std::string, Markup>);
  static_assert(!std::is_constructible_v<Markup, std::string>);
  static_assert(!std::is_constructible_v<Markup, std::string_view>);
  static_assert(!std::is_constructible_v<Literal, std::string>);
}

TEST(HtmlMarkup, EscapesEveryByteSequenceOfTwo) {
  // Whatever the two bytes are, none of the characters that HTML looks for comes through.
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string pair{static_cast<char>(first), static_cast<char>(second)};
      const std::string bytes = element("a", {{"b", pair}}, text(pair)).bytes();
      EXPECT_EQ(std::ranges::count(bytes, '<'), 2);
      EXPECT_EQ(std::ranges::count(bytes, '>'), 2);
      EXPECT_EQ(std::ranges::count(bytes, '"'), 2);
      EXPECT_EQ(bytes.find('\n'), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace spillway::report
