#include "sim/flow/attributes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

constexpr Address kProducer = component_address(0, 0);
constexpr Address kOther = component_address(0, 1);
constexpr std::int64_t kUnit = std::int64_t{1} << 53;

TEST(Attributes, AreThoseOfTheProducersMessageForAllThatIsDoneForIt) {
  Bench bench;
  Context& context = bench.context;
  context.types = {"", "cancelled", "placed"};
  context.attributes.resize(2);
  AttributeTable& table = context.attributes[1];
  table.type_site = bench.site(Variate::column({0, 1, 1}));
  table.types = {2, 1};
  table.key_site = bench.site(Variate::column({40, 50, 60}));
  table.size_site = bench.site(Variate::column({100, 200, 300}));
  const Handle root = bench.root(kOther, 1);
  const Handle request = bench.request(root, kOther);
  const Handle message = context.spawn(request);
  for (const Handle each : {root, request, message}) {
    EXPECT_EQ(type_of(context.messages[each], context), 1U);
    EXPECT_EQ(key_of(context.messages[each], context), 50U);
    EXPECT_EQ(size_of(context.messages[each], context), 200);
  }
}

TEST(Attributes, StayWithAMessageThatOutlivesItsRoot) {
  Bench bench;
  Context& context = bench.context;
  context.attributes.resize(2);
  context.attributes[1].key_site = bench.site(Variate::column({40, 50}));
  const Handle root = bench.root(kOther, 1);
  const Handle message = context.spawn(root);
  context.messages[root].next = message;
  context.answered(root);  // the message takes its place
  ASSERT_EQ(context.messages[message].root, message);
  EXPECT_EQ(key_of(context.messages[message], context), 50U);
  const Handle letter = context.detach(message);
  EXPECT_EQ(key_of(context.messages[letter], context), 50U);
  const Handle delivery = context.spawn(letter);
  context.messages.give(letter);
  EXPECT_EQ(key_of(context.messages[delivery], context), 50U);
  const Handle made_later = context.spawn(delivery);
  EXPECT_EQ(key_of(context.messages[made_later], context), 50U);
}

TEST(Attributes, AreNoneWhereNobodyDeclaresAny) {
  Bench bench;
  const Handle root = bench.root(kProducer, 1);
  Context& context = bench.context;
  const auto expect_none = [&] {
    EXPECT_EQ(type_of(context.messages[root], context), kNoType);
    EXPECT_EQ(key_of(context.messages[root], context), 0U);
    EXPECT_EQ(size_of(context.messages[root], context), 0);
  };
  expect_none();
  context.attributes.resize(1);
  expect_none();
}

TEST(Attributes, AreDrawnAsOftenAsTheySay) {
  Bench bench;
  Context& context = bench.context;
  context.attributes.resize(1);
  AttributeTable& table = context.attributes[0];
  table.type_site = bench.site(Variate::unit());
  table.type_thresholds = {kUnit / 5 * 4, kUnit};
  table.types = {1, 2};
  table.key_site = bench.site(Variate::unit());
  table.key_thresholds = zipf_thresholds(10'000, 1.1);
  constexpr std::uint32_t kMessages = 100'000;
  std::map<std::uint64_t, int> keys;
  int placed = 0;
  const Handle root = bench.root(kProducer);
  for (std::uint32_t ordinal = 0; ordinal < kMessages; ++ordinal) {
    context.messages[root].ordinal = ordinal;
    if (type_of(context.messages[root], context) == 1) ++placed;
    ++keys[key_of(context.messages[root], context)];
  }
  // 4.9 standard deviations of a binomial.
  const auto tolerance = [](double p) { return 4.9 * std::sqrt(p * (1 - p) * kMessages); };
  EXPECT_NEAR(placed, 0.8 * kMessages, tolerance(0.8));
  double sum = 0;
  for (int key = 1; key <= 10'000; ++key) sum += std::pow(key, -1.1);
  for (const int key : {1, 2, 10, 100}) {
    const double share = std::pow(key, -1.1) / sum;
    EXPECT_NEAR(keys[static_cast<std::uint64_t>(key - 1)], share * kMessages, tolerance(share));
  }
  table.uniform_keys = 7;
  keys.clear();
  for (std::uint32_t ordinal = 0; ordinal < kMessages; ++ordinal) {
    context.messages[root].ordinal = ordinal;
    ++keys[key_of(context.messages[root], context)];
  }
  ASSERT_EQ(keys.size(), 7U);
  for (const auto& [key, n] : keys) {
    EXPECT_LT(key, 7U);
    EXPECT_NEAR(n, kMessages / 7.0, tolerance(1 / 7.0));
  }
}

}  // namespace
}  // namespace spillway
