// Prices: what is read, what is refused with which reason, and that what is printed reads back.

#include <gtest/gtest.h>

#include "sim/language/quantity_text.h"

namespace spillway {
namespace {

TEST(Price, OfEachIsForOneOrForSoMany) {
  EXPECT_DOUBLE_EQ(read_unit_price("$0.40/1M")->dollars, 0.4e-6);
  EXPECT_DOUBLE_EQ(read_unit_price("$2/100k")->dollars, 2e-5);
  EXPECT_DOUBLE_EQ(read_unit_price("$5/1000")->dollars, 0.005);
  EXPECT_DOUBLE_EQ(read_unit_price("$0.02")->dollars, 0.02);
  EXPECT_DOUBLE_EQ(read_unit_price("$0")->dollars, 0);
}

TEST(Price, ByTimeIsForADuration) {
  EXPECT_DOUBLE_EQ(read_rental_price("$0.096/h")->dollars_per_second, 0.096 / 3600);
  EXPECT_DOUBLE_EQ(read_rental_price("$70/30d")->dollars_per_second, 70.0 / (30 * 86400));
  EXPECT_DOUBLE_EQ(read_rental_price("$1.5/1h30min")->dollars_per_second, 1.5 / 5400);
}

TEST(Price, OfDataIsForASizeAndADuration) {
  EXPECT_DOUBLE_EQ(read_storage_price("$0.10/GB/30d")->dollars_per_byte_second,
                   0.1 / (1e9 * 30 * 86400));
  EXPECT_DOUBLE_EQ(read_storage_price("$3/2KiB/h")->dollars_per_byte_second, 3.0 / (2048 * 3600.0));
}

template <class Read>
std::string refused(Read read, std::string_view text) {
  const auto value = read(text);
  return value ? "read" : value.error().code + ": " + value.error().reason;
}

TEST(Price, SaysWhatIsWrong) {
  EXPECT_EQ(refused(read_unit_price, "0.40/1M"), "missing-unit: a number without a $");
  EXPECT_EQ(refused(read_unit_price, "$0.40/1X"), "unknown-unit: an unknown multiple");
  EXPECT_EQ(refused(read_unit_price, "$0.40/M"), "unknown-unit: no number after the /");
  EXPECT_EQ(refused(read_unit_price, "$0.40/0"), "out-of-range: a price for none");
  EXPECT_EQ(refused(read_unit_price, "$0.40 each"), "unknown-unit: something after the price");
  EXPECT_EQ(refused(read_unit_price, "$-1"), "out-of-range: negative");
  EXPECT_EQ(refused(read_rental_price, "$1"), "missing-unit: a price without a time");
  EXPECT_EQ(refused(read_rental_price, "$1/0s"), "unknown-unit: no time after the /");
  EXPECT_EQ(refused(read_rental_price, "$1/"), "unknown-unit: no time after the /");
  EXPECT_EQ(refused(read_storage_price, "$1/GB"),
            "unknown-unit: a price without a size and a time");
  EXPECT_EQ(refused(read_storage_price, "$1/XB/h"), "unknown-unit: no size after the first /");
  EXPECT_EQ(refused(read_storage_price, "$1/GB/month"), "unknown-unit: no time after the second /");
  EXPECT_EQ(refused(read_money, "$250/h"), "unknown-unit: something after the amount");
  EXPECT_EQ(refused(read_money, "250"), "missing-unit: a number without a $");
}

TEST(Price, ReadsBackAsItIsPrinted) {
  for (const char* text : {"$0.4/1M", "$0.02", "$2e-05", "$5/1k"}) {
    const auto price = *read_unit_price(text);
    EXPECT_EQ(*read_unit_price(print(price)), price) << text << " " << print(price);
  }
  EXPECT_EQ(print(*read_unit_price("$0.40/1M")), "$0.4/1M");
  EXPECT_EQ(print(*read_rental_price("$0.096/h")), "$0.096/h");
  EXPECT_EQ(print(*read_storage_price("$0.10/GB/30d")), "$0.1/GB/30d");
  EXPECT_EQ(print(*read_money("$250")), "$250");
}

}  // namespace
}  // namespace spillway
