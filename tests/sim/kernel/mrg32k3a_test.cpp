#include "sim/kernel/mrg32k3a.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "sim/kernel/math.h"

namespace spillway {
namespace {

double sum_of(Mrg32k3a& stream, int count) {
  double sum = 0;
  for (int i = 0; i < count; ++i) sum += stream.next();
  return sum;
}

/// RngStreams' number of 53 bits: two draws, the second 2^24 times finer.
double fine(Mrg32k3a& stream) {
  const double u = stream.next() + stream.next() * 0x1p-24;
  return u < 1 ? u : u - 1;
}

/// Its antithetic one.
double fine_antithetic(Mrg32k3a& stream) {
  const double first = 1 - stream.next();
  const double u = first + (1 - stream.next() - 1) * 0x1p-24;
  return u < 0 ? u + 1 : u;
}

int integer_to_ten(double u) { return 1 + static_cast<int>(u * 10); }

TEST(Mrg32k3a, BeginsWithTheKnownNumbers) {
  Mrg32k3a stream;
  for (const double integer :
       {545508589.0, 1368065410.0, 1327943761.0, 3546985096.0, 951893194.0}) {
    EXPECT_EQ(stream.next(), integer * (1.0 / 4294967088.0));
  }
}

TEST(Mrg32k3a, JumpsToThePublishedStartsOfStreams) {
  const Mrg32k3a second = Mrg32k3a{}.next_stream();
  EXPECT_EQ(second.state(), (Mrg32k3a::State{3692455944, 1366884236, 2968912127, 335948734,
                                             4161675175, 475798818}));
  EXPECT_EQ(second.next_stream().state(), (Mrg32k3a::State{1015873554, 1310354410, 2249465273,
                                                           994084013, 2912484720, 3876682925}));
  const Mrg32k3a ones({1, 1, 1, 1, 1, 1});
  EXPECT_EQ(ones.next_stream().state(), (Mrg32k3a::State{2662865579, 741857976, 4206142246,
                                                         3352832365, 2519202871, 655500294}));
}

TEST(Mrg32k3a, GivesThePublishedNumbersOfAStreamAndItsFourthSubstream) {
  Mrg32k3a third = Mrg32k3a{}.next_stream().next_stream();
  for (const double u :
       {0.7285097861965, 0.9655872822837, 0.9961841304801, 0.1149884161813, 0.9731454191297}) {
    EXPECT_NEAR(third.next(), u, 5e-14);
  }
  for (int i = 0; i < 4; ++i) third.next_substream();
  const std::array numbers{0.1734545396358, 0.0328635160894, 0.2643169129682, 0.3059403602117,
                           0.5476303035177};
  for (const double u : numbers) EXPECT_NEAR(third.next(), u, 5e-14);
  third.restart_substream();
  EXPECT_NEAR(third.next(), numbers[0], 5e-14);
  third.restart();
  third.next();  // the published sum begins at the second number
  EXPECT_NEAR(sum_of(third, 100), 53.98590159232, 5e-12);
}

TEST(Mrg32k3a, GoesThroughThePublishedStateAfter35Steps) {
  Mrg32k3a stream;
  int sum = 0;
  for (int i = 0; i < 35; ++i) sum += integer_to_ten(stream.next());
  EXPECT_EQ(sum, 186);
  EXPECT_EQ(stream.state(), (Mrg32k3a::State{1040577685, 3747037609, 277208355, 1712706441,
                                             627445683, 2408037141}));
}

/// The check program of L'Ecuyer's RngStreams ends with this sum over all it can do: streams,
/// substreams, jumps back by 2^127, antithetic numbers and numbers of 53 bits.
TEST(Mrg32k3a, AddsUpToTheChecksumOfRngStreams) {
  const Mrg32k3a first;
  Mrg32k3a second = first.next_stream();
  Mrg32k3a third = second.next_stream();
  double total = second.next();
  total += third.next();
  Mrg32k3a ahead = first;
  int integers = 0;
  for (int i = 0; i < 35; ++i) integers += integer_to_ten(ahead.next());
  total += 2 * ahead.next() + integers / 100.0;
  total += sum_of(third, 100) / 10;
  third.restart();
  total += sum_of(third, 5);
  for (int i = 0; i < 4; ++i) third.next_substream();
  total += sum_of(third, 5);
  third.restart_substream();
  total += sum_of(third, 5);
  second.next_substream();
  total += sum_of(second, 100'000) / 10'000;
  total += (100'000 - sum_of(third, 100'000)) / 10'000;

  std::vector<Mrg32k3a> streams{Mrg32k3a({1, 1, 1, 1, 1, 1})};
  while (streams.size() < 4) streams.push_back(streams.back().next_stream());
  Mrg32k3a back =
      streams[1];  // one step into the third, back by 2^127, is one step into the second
  for (Mrg32k3a& stream : streams) total += stream.next();
  back.next();
  total += back.next();
  Mrg32k3a& galois = streams[2];
  galois.next_substream();
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) sum += fine(galois);
  for (int i = 0; i < 100'000; ++i) sum += fine_antithetic(galois);
  total += sum / 10'000;
  for (Mrg32k3a& stream : streams) total += stream.next();
  EXPECT_NEAR(total, 39.697547445251, 5e-12);
}

/// Waits of successive customers by Lindley's recursion, as in SSJ's example QueueObs (P. L'Ecuyer,
/// SSJ: Stochastic Simulation in Java, tutorial): lambda = 1, mu = 2, two runs of 100 customers
/// that continue the streams.
TEST(Mrg32k3a, ReproducesTheWaitsThatSsjPublishes) {
  Mrg32k3a arrivals;
  Mrg32k3a services = arrivals.next_stream();
  const auto run = [&] {
    std::vector<double> waits{0};  // waits[i] of customer i + 1
    double wait = 0;
    while (waits.size() < 100) {
      wait += -math::log1p(-services.next()) / 2;
      wait -= -math::log1p(-arrivals.next());
      wait = std::max(wait, 0.0);
      waits.push_back(wait);
    }
    return waits;
  };
  const auto average = [](const std::vector<double>& waits) {
    double sum = 0;
    for (const double wait : waits) sum += wait;
    return sum / static_cast<double>(waits.size());
  };
  const std::vector<double> first = run();
  const auto expect = [](double found, double published) {
    EXPECT_NEAR(found / published, 1, 1e-12) << published;
  };
  expect(first[4], .7326681134344923);
  expect(first[9], .5885316645668064);
  expect(first[14], 1.043252136439675);
  expect(first[24], 1.1931739005489084);
  expect(first[29], .46021574329744774);
  expect(first[99], .5757258813866157);
  EXPECT_NEAR(average(first), .405, 5e-4);
  const std::vector<double> second = run();
  expect(second[19], .3735196841043573);
  expect(second[24], .7395881102279829);
  expect(second[99], .6060216943922617);
  EXPECT_NEAR(average(second), .200, 5e-4);
}

}  // namespace
}  // namespace spillway
