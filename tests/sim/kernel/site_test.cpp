#include "sim/kernel/site.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "sim/kernel/hash.h"
#include "sim/kernel/math.h"

namespace spillway {
namespace {

constexpr std::uint32_t kOrdinals = 1000;
constexpr std::array<std::uint32_t, 3> kLanes{0, 1, 0x80000001};

std::vector<Variate> every_kind() {
  std::vector<Variate> kinds{
      Variate::constant(17.5),
      Variate::uniform(1e6, 3e6),
      Variate::exponential(1e6),
      Variate::erlang(3, 1e6),
      Variate::erlang(20, 1e6),
      Variate::gamma(1e6, 0.6),
      Variate::gamma(1e6, 3),
      Variate::hyperexponential(1e6, 4),
      Variate::lognormal(13, 0.8),
      Variate::normal(1e6, 4e5),
      Variate::normal(-1e6, 1e6),
      Variate::pareto(1e6, 1.3),
      Variate::weibull(0.7, 1e6),
      Variate::mixture({3, 2, 1}, {Variate::exponential(1e6), Variate::gamma(2e6, 0.5),
                                   Variate::mixture({1, 1}, {Variate::uniform(0, 1e6),
                                                             Variate::lognormal(12, 2)})}),
      Variate::empirical({5e6, 1e6, 2e6, 9e6, 2e6}),
      Variate::column({3e6, 1e6, 2e6}),
      Variate::unit(),
  };
  const std::size_t count = kinds.size();
  for (std::size_t i = 0; i < count; ++i) {
    kinds.push_back(kinds[i]);
    kinds.back().times = 0.37;
    kinds.back().plus = 12'345.25;
  }
  return kinds;
}

Site begun(Variate variate, std::string_view name = "site", std::uint64_t seed = 7,
           std::uint32_t replication = 3) {
  Site site(name, std::move(variate));
  site.begin(seed, replication);
  return site;
}

using Address = std::pair<std::uint32_t, std::uint32_t>;  // ordinal, lane

/// Pseudo-random: an order must be the same in every run.
std::vector<Address> shuffled(std::vector<Address> addresses) {
  for (std::size_t i = addresses.size(); i > 1; --i) {
    std::swap(addresses[i - 1], addresses[mix64(i) % i]);
  }
  return addresses;
}

std::vector<Address> in_order() {
  std::vector<Address> result;
  for (const std::uint32_t lane : kLanes) {
    for (std::uint32_t i = 0; i < kOrdinals; ++i) result.emplace_back(i, lane);
  }
  return result;
}

/// As seen by a site that many lanes visit in turn, each a little late here and there.
std::vector<Address> interleaved() {
  std::vector<Address> result;
  for (std::uint32_t i = 0; i < kOrdinals; ++i) {
    for (const std::uint32_t lane : kLanes)
      result.emplace_back(i ^ (mix64(i) % 5 == 0 ? 37 : 0), lane);
  }
  std::erase_if(result, [](const Address& each) { return each.first >= kOrdinals; });
  return result;
}

/// As seen where one lane has every message and the others every tenth, and then all of them.
std::vector<Address> thin_and_thick() {
  std::vector<Address> result;
  for (std::uint32_t i = 0; i < kOrdinals; ++i) {
    const bool is_thin = i < kOrdinals / 2 && i % 10 != 0;
    for (const std::uint32_t lane : kLanes) {
      if (lane == kLanes[0] || !is_thin) result.emplace_back(i, lane);
    }
  }
  return result;
}

std::vector<Address> backwards() {
  std::vector<Address> result = in_order();
  std::reverse(result.begin(), result.end());
  return result;
}

TEST(Site, GivesEachAddressItsValueInWhateverOrderItIsAsked) {
  for (const Variate& variate : every_kind()) {
    Site reference = begun(variate);
    std::vector<std::int64_t> expected;
    for (const auto& [ordinal, lane] : in_order()) expected.push_back(reference.at(ordinal, lane));
    const auto at = [&](const Address& address) {
      const auto lane = static_cast<std::size_t>(
          std::find(kLanes.begin(), kLanes.end(), address.second) - kLanes.begin());
      return expected[lane * kOrdinals + address.first];
    };
    for (const auto& order : {shuffled(in_order()), interleaved(), thin_and_thick(), backwards()}) {
      Site site = begun(variate);
      for (const Address& address : order) {
        ASSERT_EQ(site.at(address.first, address.second), at(address))
            << static_cast<int>(variate.kind) << " " << address.first << " " << address.second;
      }
    }
    // One fresh site per address: nothing but the address counts.
    for (std::uint32_t ordinal = 0; ordinal < kOrdinals; ordinal += 37) {
      ASSERT_EQ(begun(variate).at(ordinal, kLanes[2]), at({ordinal, kLanes[2]}));
    }
  }
}

TEST(Site, GivesTheValuesAgainWhenTheReplicationBeginsAgain) {
  Site site = begun(Variate::exponential(1e6));
  const std::int64_t first = site.at(5, 0);
  site.begin(7, 4);
  EXPECT_NE(site.at(5, 0), first);
  site.begin(8, 3);
  EXPECT_NE(site.at(5, 0), first);
  site.begin(7, 3);
  EXPECT_EQ(site.at(5, 0), first);
}

TEST(Site, ReachesTheLastOrdinalAndTheLastLane) {
  constexpr std::uint32_t kLast = 0xffffffff;
  for (const std::uint32_t lane : {0U, kLast}) {
    Site site = begun(Variate::exponential(1e9));
    const std::int64_t value = site.at(kLast, lane);
    EXPECT_GT(value, 0);
    EXPECT_NE(site.at(kLast - 16, lane), value);
    EXPECT_EQ(site.at(kLast, lane), value);
    site.begin(7, 3);
    for (std::uint32_t i = 63; i < 64; --i) EXPECT_GE(site.at(kLast - i, lane), 0);
    EXPECT_EQ(site.at(kLast, lane), value);
  }
}

TEST(Site, IsKnownByItsName) {
  EXPECT_EQ(begun(Variate::unit(), "orders/service").name(), hash64("orders/service"));
}

/// Correlation of 100,000 pairs, level 1e-6: |r| < 4.892 / sqrt(n).
TEST(Site, ValuesOfDifferentNamesLanesReplicationsSeedsAndNeighboursAreUncorrelated) {
  constexpr std::uint32_t kPairs = 100'000;
  Site base = begun(Variate::uniform(0, 1e9));
  Site other_name = begun(Variate::uniform(0, 1e9), "sitf");
  Site other_seed = begun(Variate::uniform(0, 1e9), "site", 8);
  Site other_replication = begun(Variate::uniform(0, 1e9), "site", 7, 4);
  const auto correlation = [&](Site& other, std::uint32_t shift, std::uint32_t lane) {
    double sum = 0;
    for (std::uint32_t i = 0; i < kPairs; ++i) {
      const double x = static_cast<double>(base.at(i, 0)) / 1e9 - 0.5;
      sum += x * (static_cast<double>(other.at(i + shift, lane)) / 1e9 - 0.5);
    }
    return 12 * sum / kPairs;
  };
  const double limit = 4.892 / std::sqrt(kPairs);
  EXPECT_LT(std::fabs(correlation(other_name, 0, 0)), limit);
  EXPECT_LT(std::fabs(correlation(other_seed, 0, 0)), limit);
  EXPECT_LT(std::fabs(correlation(other_replication, 0, 0)), limit);
  EXPECT_LT(std::fabs(correlation(base, 0, 1)), limit);
  EXPECT_LT(std::fabs(correlation(base, 0, mix32(0, 0))), limit);
  EXPECT_LT(std::fabs(correlation(base, 1, 0)), limit);
  EXPECT_LT(std::fabs(correlation(base, 8, 0)), limit);
  EXPECT_LT(std::fabs(correlation(base, 16, 0)), limit);
}

TEST(Site, DrawsInOrderFromAStreamWhenVerifying) {
  Site site = begun(Variate::exponential(2e9));
  site.use(Mrg32k3a{});
  Mrg32k3a stream;
  for (const Address& address : shuffled(in_order())) {
    const double exact = -math::log1p(-stream.next()) * 2e9;
    ASSERT_NEAR(static_cast<double>(site.at(address.first, address.second)), exact, 0.5 + 1e-5);
  }
  site.begin(1, 1);
  const double exact = -math::log1p(-stream.next()) * 2e9;
  EXPECT_NEAR(static_cast<double>(site.at(0, 0)), exact, 0.5 + 1e-5);
}

TEST(Site, DrawsEveryKindFromAStream) {
  // Mean of 20,000 draws within 4.892 standard errors: level 1e-6.
  for (const Variate& variate : every_kind()) {
    // The mixture's lognormal part (sigma 2) is too heavy for the normal approximation.
    if (std::isinf(variate.variance()) || variate.kind == VariateKind::mixture) continue;
    Site site = begun(variate);
    site.use(Mrg32k3a{});
    double sum = 0;
    constexpr std::uint32_t kDraws = 20'001;  // a multiple of the column's rows
    for (std::uint32_t i = 0; i < kDraws; ++i) sum += static_cast<double>(site.at(i, 0));
    EXPECT_NEAR(sum / kDraws, variate.mean(), 1 + 4.892 * std::sqrt(variate.variance() / kDraws))
        << static_cast<int>(variate.kind);
  }
}

std::string fingerprint() {
  std::uint64_t hash = 0;
  for (const Variate& variate : every_kind()) {
    Site site = begun(variate);
    for (const auto& [ordinal, lane] : in_order()) {
      hash = mix64(hash ^ static_cast<std::uint64_t>(site.at(ordinal, lane)));
    }
  }
  char text[32];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

/// The instruction set is chosen once a process: each case runs in its own. The constant pins the
/// bits over compilers and machines, too; it changes only with the meaning of an address or a kind.
TEST(SiteDeathTest, GivesTheSameBitsOnEveryInstructionSet) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (const char* name : {"portable", "avx2", "avx512", "best"}) {
    setenv("SPILLWAY_SIMD", name, 1);
    EXPECT_EXIT(
        {
          std::fprintf(stderr, "%s %s", std::string(line_kernels().name).c_str(),
                       fingerprint().c_str());
          std::exit(0);
        },
        testing::ExitedWithCode(0), std::string(line_kernels(name).name) + " 2a3eee3eadcdcfe7");
  }
  unsetenv("SPILLWAY_SIMD");
}

}  // namespace
}  // namespace spillway
