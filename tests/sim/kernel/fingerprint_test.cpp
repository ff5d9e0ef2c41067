#include "sim/kernel/fingerprint.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>

namespace spillway {
namespace {

Fingerprint of(std::initializer_list<Event> events) {
  Fingerprint fingerprint;
  for (const Event& event : events) fingerprint.add(event);
  return fingerprint;
}

TEST(Fingerprint, SeesTimeTargetPayloadAndOrder) {
  const Event a{5, 0, {1, 2}}, b{6, 0, {1, 2}}, c{5, 0, {2, 2}}, d{5, 0, {1, 3}};
  std::set<std::uint64_t> values;
  values.insert(of({}).value());
  for (const Event& event : {a, b, c, d}) values.insert(of({event}).value());
  values.insert(of({a, b}).value());
  values.insert(of({b, a}).value());
  values.insert(of({a, a}).value());
  EXPECT_EQ(values.size(), 8U);
}

TEST(Fingerprint, RepeatsItself) {
  const Event a{5, 7, {1, 2}}, b{6, 8, {3, 4}};
  EXPECT_EQ(of({a, b}).value(), of({a, b}).value());
  Fingerprint used = of({b});
  used.clear();
  used.add(a);
  EXPECT_EQ(used.value(), of({a}).value());
}

TEST(Fingerprint, IsTheSameOnEveryMachine) {
  Fingerprint fingerprint;
  for (std::uint32_t i = 0; i < 1'000; ++i) fingerprint.add(Event{i * 3, i, {1 + i % 5, i}});
  EXPECT_EQ(fingerprint.value(), 0x1c714a8e112af69U);
}

// 2^16 near-equal streams of 64 events: a 64-bit hash collides with probability 2^-33.
TEST(Fingerprint, TellsStreamsApartThatDifferInOneSmallThing) {
  std::set<std::uint64_t> values;
  for (std::uint32_t place = 0; place < 64; ++place) {
    for (std::uint32_t change = 1; change <= 1'024; ++change) {
      Fingerprint fingerprint;
      for (std::uint32_t i = 0; i < 64; ++i) {
        fingerprint.add(Event{i, 0, {1, i == place ? i + 64 * change : i}});
      }
      values.insert(fingerprint.value());
    }
  }
  EXPECT_EQ(values.size(), 65'536U);
}

}  // namespace
}  // namespace spillway
