#include "sim/language/quantity_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <locale>
#include <random>

namespace spillway {
namespace {

std::string why_not(const auto& result) {
  if (result) return "fine";
  return result.error().code + ": " + result.error().reason;
}

TEST(Duration, IsReadInEveryUnit) {
  EXPECT_EQ(read_duration("25ms")->ns, 25'000'000);
  EXPECT_EQ(read_duration("7ns")->ns, 7);
  EXPECT_EQ(read_duration("3us")->ns, 3'000);
  EXPECT_EQ(read_duration("1.5s")->ns, 1'500'000'000);
  EXPECT_EQ(read_duration("20min")->ns, 1'200 * kSecond);
  EXPECT_EQ(read_duration("2h")->ns, 7'200 * kSecond);
  EXPECT_EQ(read_duration("1d")->ns, 86'400 * kSecond);
  EXPECT_EQ(read_duration("1w")->ns, 604'800 * kSecond);
  EXPECT_EQ(read_duration("9h30min")->ns, 34'200 * kSecond);
  EXPECT_EQ(read_duration("1d2h3min4.5s")->ns, (86'400 + 7'200 + 184) * kSecond + kSecond / 2);
  EXPECT_EQ(read_duration("1e3s")->ns, 1'000 * kSecond);
  EXPECT_EQ(read_duration("0s")->ns, 0);
}

TEST(Duration, IsExactToTheNanosecondInAHundredYears) {
  EXPECT_EQ(read_duration("3155760000.123456789s")->ns, 3'155'760'000'123'456'789);
  EXPECT_EQ(read_duration("0.3ns").error().reason, "less than 1ns");
  EXPECT_EQ(read_duration("1.6ns")->ns, 2) << "rounded to the nearest";
  EXPECT_EQ(read_duration("0.1s")->ns, 100'000'000);
}

TEST(Duration, SaysWhatIsWrong) {
  EXPECT_EQ(why_not(read_duration("99999")), "missing-unit: a bare number");
  EXPECT_EQ(why_not(read_duration("0")), "missing-unit: a bare number");
  EXPECT_EQ(why_not(read_duration("")), "missing-value: nothing");
  EXPECT_EQ(why_not(read_duration("5sec")), "unknown-unit: unknown unit 'sec'");
  EXPECT_EQ(read_duration("5sec").error().hint.substr(0, 18), "did you mean 's'? ");
  EXPECT_EQ(read_duration("5m").error().hint.substr(0, 20), "did you mean 'min'? ");
  EXPECT_EQ(read_duration("5\u00b5s").error().hint.substr(0, 19), "did you mean 'us'? ");
  EXPECT_EQ(why_not(read_duration("5 ms")), "unknown-unit: a blank inside");
  EXPECT_EQ(why_not(read_duration("30min9h")), "unknown-unit: units out of order");
  EXPECT_EQ(why_not(read_duration("1s1s")), "unknown-unit: units out of order");
  EXPECT_EQ(why_not(read_duration("293000d")), "out-of-range: 292 years or more");
  EXPECT_EQ(why_not(read_duration("1e400s")), "out-of-range: 292 years or more");
  EXPECT_EQ(why_not(read_duration("1e-400s")), "out-of-range: less than 1ns");
  EXPECT_EQ(why_not(read_duration("100d100d")), "unknown-unit: units out of order");
  EXPECT_EQ(why_not(read_duration("15000w200000d")), "out-of-range: 292 years or more");
  EXPECT_EQ(why_not(read_duration("-5s")), "out-of-range: negative");
  EXPECT_EQ(why_not(read_duration("-0s")), "out-of-range: negative");
  EXPECT_EQ(why_not(read_duration("5%")), "unknown-unit: a share");
}

TEST(Numbers, AreDecimalAndPlain) {
  const auto reason = [](std::string_view text) {
    const auto result = read_factor(text);
    return result ? std::string("fine") : result.error().reason;
  };
  EXPECT_EQ(reason("010"), "a leading zero");
  EXPECT_EQ(reason("00"), "a leading zero");
  EXPECT_EQ(reason("0x10"), "hexadecimal");
  EXPECT_EQ(reason("0o17"), "octal");
  EXPECT_EQ(reason("1_000"), "digits in groups");
  EXPECT_EQ(reason("1,5"), "a comma");
  EXPECT_EQ(reason(".nan"), "not a number");
  EXPECT_EQ(reason("nan"), "not a number");
  EXPECT_EQ(reason("NaN"), "not a number");
  EXPECT_EQ(reason(".inf"), "not a finite number");
  EXPECT_EQ(reason("-.inf"), "negative");
  EXPECT_EQ(reason("infinity"), "not a finite number");
  EXPECT_EQ(reason("+5"), "a sign");
  EXPECT_EQ(reason("-1"), "negative");
  EXPECT_EQ(reason("-0"), "negative");
  EXPECT_EQ(reason(".5"), "no digit before the point");
  EXPECT_EQ(reason("5."), "no digit after the point");
  EXPECT_EQ(reason("1.2.3"), "not a number");
  EXPECT_EQ(reason("1e400"), "too large");
  EXPECT_EQ(reason("1e-400"), "too small");
  EXPECT_EQ(reason("1e99999999999999999999"), "too large");
  EXPECT_EQ(reason(std::string(1'000'000, '9')), "a number of too many digits");
  EXPECT_EQ(reason("4 "), "something after the number");
  EXPECT_EQ(reason("\xc2\xa0"
                   "4"),
            "not a number");
  EXPECT_DOUBLE_EQ(read_factor("2.5")->value, 2.5);
  EXPECT_DOUBLE_EQ(read_factor("1e-9")->value, 1e-9);
}

TEST(Count, IsWhole) {
  EXPECT_EQ(*read_count("4"), 4);
  EXPECT_EQ(*read_count("1e6"), 1'000'000);
  EXPECT_EQ(*read_count("1.5e3"), 1'500);
  EXPECT_EQ(*read_count("4.0"), 4);
  EXPECT_EQ(*read_count("9223372036854775807"), std::numeric_limits<Count>::max());
  EXPECT_EQ(why_not(read_count("9223372036854775808")), "out-of-range: too large");
  EXPECT_EQ(why_not(read_count("1.5")), "not-whole: a fraction");
  EXPECT_EQ(why_not(read_count("1e-400")), "not-whole: a fraction");
  EXPECT_EQ(why_not(read_count("4ms")), "not-a-number: something after the number");
  EXPECT_EQ(*read_seed("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(why_not(read_seed("18446744073709551616")), "out-of-range: too large");
}

TEST(Share, IsPercentOrFraction) {
  EXPECT_EQ(read_share("2%")->value, 0.02);
  EXPECT_EQ(read_share("0.02")->value, 0.02);
  EXPECT_EQ(read_share("99.9%")->value, 0.999) << "99.9 / 100 is another double";
  EXPECT_EQ(read_share("100%")->value, 1.0);
  EXPECT_EQ(why_not(read_share("101%")), "out-of-range: more than 100%");
  EXPECT_EQ(why_not(read_share("2")), "out-of-range: more than 1");
  EXPECT_EQ(why_not(read_share("2 %")), "unknown-unit: a blank inside");
  EXPECT_EQ(why_not(read_share("2s")), "unknown-unit: unknown unit 's'");
}

TEST(Rate, IsPerSecond) {
  EXPECT_EQ(read_rate("120/s")->per_second, 120);
  EXPECT_EQ(read_rate("900/min")->per_second, 15);
  EXPECT_EQ(read_rate("36/h")->per_second, 0.01);
  EXPECT_EQ(read_rate("86400/d")->per_second, 1);
  EXPECT_EQ(why_not(read_rate("120")), "missing-unit: a bare number");
  EXPECT_EQ(why_not(read_rate("120/sec")), "unknown-unit: unknown unit '/sec'");
  EXPECT_EQ(why_not(read_rate("120s")), "unknown-unit: unknown unit 's'");
  EXPECT_EQ(why_not(read_rate("1/s1")), "unknown-unit: something after the unit");
}

TEST(Size, IsDecimalOrBinary) {
  EXPECT_EQ(read_size("64KiB")->bytes, 65'536);
  EXPECT_EQ(read_size("2kB")->bytes, 2'000);
  EXPECT_EQ(read_size("1.5MB")->bytes, 1'500'000);
  EXPECT_EQ(read_size("1GiB")->bytes, 1'073'741'824);
  EXPECT_EQ(why_not(read_size("0.3B")), "not-whole: not a whole number of bytes");
  EXPECT_EQ(why_not(read_size("64")), "missing-unit: a bare number");
  EXPECT_EQ(why_not(read_size("64KB")), "unknown-unit: unknown unit 'KB'");
  EXPECT_EQ(why_not(read_size("1e30GiB")), "out-of-range: 8 EiB or more");
}

TEST(Printing, IsAsPeopleWrite) {
  EXPECT_EQ(print(Duration{25 * kMillisecond}), "25ms");
  EXPECT_EQ(print(Duration{1500 * kMillisecond}), "1.5s");
  EXPECT_EQ(print(Duration{90 * kSecond}), "90s");
  EXPECT_EQ(print(Duration{600 * kSecond}), "10min");
  EXPECT_EQ(print(Duration{34'200 * kSecond}), "9h30min");
  EXPECT_EQ(print(Duration{36 * 3600 * kSecond}), "36h");
  EXPECT_EQ(print(Duration{0}), "0s");
  EXPECT_EQ(print(Duration{1}), "1ns");
  EXPECT_EQ(print(Rate{120}), "120/s");
  EXPECT_EQ(print(Rate{1.0 / 60}), "1/min");
  EXPECT_EQ(print(Size{65'536}), "64KiB");
  EXPECT_EQ(print(Size{1'500}), "1.5kB");
  EXPECT_EQ(print(Size{0}), "0B");
  EXPECT_EQ(print(Share{0.999}), "99.9%");
  EXPECT_EQ(print(Share{0}), "0%");
  EXPECT_EQ(print(Limit{}), "unlimited");
  EXPECT_EQ(print(Limit{7}), "7");
  EXPECT_EQ(print(Factor{2.5}), "2.5");
}

// Any value of a wide range reads back as itself: 20,000 draws of each kind, seed 1.
TEST(Printing, ReadsBackAsTheSameValue) {
  std::mt19937_64 random(1);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  for (int i = 0; i < 20'000; ++i) {
    const auto ns = static_cast<Time>(random() >> (1 + random() % 62));
    ASSERT_EQ(read_duration(print(Duration{ns}))->ns, ns) << print(Duration{ns});
    const auto bytes = static_cast<std::int64_t>(random() >> (1 + random() % 62));
    ASSERT_EQ(read_size(print(Size{bytes}))->bytes, bytes) << print(Size{bytes});
    const double share = i % 2 == 0 ? uniform() : std::round(uniform() * 1000) / 1000;
    ASSERT_EQ(read_share(print(Share{share}))->value, share) << print(Share{share});
    const double rate = std::ldexp(uniform(), static_cast<int>(random() % 60) - 30);
    ASSERT_EQ(read_rate(print(Rate{rate}))->per_second, rate) << print(Rate{rate});
    ASSERT_EQ(read_factor(print(Factor{rate}))->value, rate) << print(Factor{rate});
  }
}

TEST(Reports, RoundToWhatAReaderNeeds) {
  EXPECT_EQ(print_quantity(0.0812345, "s"), "81.23ms");
  EXPECT_EQ(print_quantity(1.5, "s"), "1.5s");
  EXPECT_EQ(print_quantity(119.94, "s"), "119.9s");
  EXPECT_EQ(print_quantity(1200, "s"), "20min");
  EXPECT_EQ(print_quantity(0, "s"), "0s");
  EXPECT_EQ(print_quantity(-0.002, "s"), "-2ms");
  EXPECT_EQ(print_quantity(120.04, "1/s"), "120/s");
  EXPECT_EQ(print_quantity(0.99871, "1"), "99.87%");
  EXPECT_EQ(print_quantity(1536, "bytes"), "1.5KiB");
  EXPECT_EQ(print_quantity(12.34, "messages", 3), "12.3 messages");
  EXPECT_EQ(print_quantity(1234567, ""), "1235000");
  EXPECT_EQ(print_quantity(std::numeric_limits<double>::quiet_NaN(), "s"), "-");
  EXPECT_EQ(print_quantity(std::numeric_limits<double>::infinity(), "s"), "infinite");
}

TEST(Units, EndTheNamesOfColumns) {
  EXPECT_EQ(unit_in_name("t_arrival_ms"), "ms");
  EXPECT_EQ(unit_in_name("us"), "us");
  EXPECT_EQ(unit_in_name("service"), "");
  EXPECT_EQ(nanoseconds_per("min"), 60 * kSecond);
  EXPECT_EQ(nanoseconds_per("m"), 0);
  EXPECT_EQ(*read_nanoseconds("12.345", "ms"), 12'345'000);
  EXPECT_FALSE(read_nanoseconds("12", "min"));
  EXPECT_DOUBLE_EQ(*read_decimal("-1.5e3"), -1500);
  EXPECT_FALSE(read_decimal("--1"));
}

/// Commas for points, points between thousands.
struct German : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(Quantities, AreTheSameInEveryLocale) {
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new German));
  EXPECT_EQ(read_duration("1.5s")->ns, 1'500'000'000);
  EXPECT_FALSE(read_duration("1,5s"));
  EXPECT_EQ(read_factor("1234567.5")->value, 1234567.5);
  EXPECT_EQ(print(Factor{1234567.5}), "1234567.5");
  EXPECT_EQ(print(Duration{1'234'567'000'000'000}), "14d6h56min7s");
  EXPECT_EQ(print(Count{1234567}), "1234567");
  EXPECT_EQ(print_quantity(1234.5, "messages", 5), "1234.5 messages");
  std::locale::global(before);
}

TEST(OneLineErrors, CarryTheHint) {
  EXPECT_EQ(parse_duration("30").error(),
            "a bare number; units that fit: ns, us, ms, s, min, h, d, w");
  EXPECT_EQ(parse_rate("30/s")->per_second, 30);
  EXPECT_EQ(parse_size("1kB")->bytes, 1000);
  EXPECT_EQ(parse_share("5%")->value, 0.05);
  EXPECT_EQ(parse_count("5").value(), 5);
  EXPECT_EQ(parse_factor("x").error(), "not a number");
}

}  // namespace
}  // namespace spillway
