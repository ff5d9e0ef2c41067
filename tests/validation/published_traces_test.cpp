// Runs that others have published, replayed event by event: equal to the printed digits.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "sim/kernel/mrg32k3a.h"
#include "sim/run/world.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// When messages arrive at a service, are refused, start and end, and how long each waits.
class Journeys : public Tracer {
 public:
  explicit Journeys(Time until) : until_(until) {}

  void see(Moment moment, Time now, Address component, const Message& message) override {
    if (now >= until_ || component >> 26 != 2) return;  // of services
    switch (moment) {
      case Moment::arrived:
        arrived.push_back(now);
        break;
      case Moment::refused:
        refused.push_back(now);
        break;
      case Moment::started:
        started.push_back(now);
        waits.push_back(now - message.since);
        break;
      case Moment::ended:
        ended.push_back(now);
        break;
      default:
        break;
    }
  }

  std::vector<Time> arrived, refused, started, ended, waits;

 private:
  Time until_;
};

/// One service with one slot, called by one producer for whom nothing else matters.
Scenario one_server(LoadParameters load, Variate work, Limit accept_queue, Time duration) {
  static_assert(component_address(1, 0) >> 26 == 2);
  Scenario scenario;
  scenario.name = "published";
  scenario.run.duration.ns = duration;
  Component<ProducerParameters> source;
  source.name = "source";
  source.parameters.load = std::move(load);
  CallParameters call;
  call.service.name = "server";
  source.parameters.does.steps.push_back({call, {}});
  scenario.producers.push_back(std::move(source));
  Component<ServiceParameters> server;
  server.name = "server";
  server.parameters.accept_queue = accept_queue;
  WorkParameters serve;
  serve.time.variate = std::move(work);
  server.parameters.does.steps.push_back({serve, {}});
  scenario.services.push_back(std::move(server));
  return scenario;
}

LoadParameters constant(double per_second, std::optional<Duration> start = {}) {
  LoadParameters load;
  load.constant = Rate{per_second};
  load.start = start;
  return load;
}

std::vector<Time> seconds(std::initializer_list<double> values) {
  std::vector<Time> times;
  for (const double value : values) times.push_back(static_cast<Time>(std::llround(value * 1e9)));
  return times;
}

// A customer is turned away when three are in the system: arrivals every 5, service 21, up to 51.
// Source: Ciw 3.2.7, its tests of capacity (Palmer, Knight, Harper, Hawa: "Ciw: An open-source
// discrete event simulation library", Journal of Simulation 13, 2019).
TEST(PublishedTraces, CiwTurnsAwayWhoFindsThreeInTheSystem) {
  World world(one_server(constant(0.2), Variate::constant(21e9), Limit{2}, 51 * kSecond));
  Journeys seen(51 * kSecond);
  world.watch(&seen);
  EXPECT_EQ(world.run(1, 0).failure, "");
  EXPECT_THAT(seen.refused, seconds({20, 25, 35, 40, 45}));
  EXPECT_THAT(seen.started, seconds({5, 26, 47}));
  EXPECT_THAT(seen.ended, seconds({26, 47}));
  EXPECT_EQ(seen.arrived[0], 5 * kSecond);
  EXPECT_EQ(seen.arrived[1], 10 * kSecond);
}

// Last in, first out: arrivals at 1, 2, ..., service 1.6. Source: Ciw 3.2.7, as above.
TEST(PublishedTraces, CiwServesLastInFirstOut) {
  Scenario scenario =
      one_server(constant(1), Variate::constant(1.6e9), kUnlimited, 8500 * kMillisecond);
  scenario.services[0].parameters.discipline = Discipline::lifo;
  World world(scenario);
  Journeys seen(9 * kSecond + 1);
  world.watch(&seen);
  EXPECT_EQ(world.run(1, 0).failure, "");
  EXPECT_THAT(seen.ended, seconds({2.6, 4.2, 5.8, 7.4, 9}));
  // Those who came at 1, 2, 4, 5 and 7; then the one of 8.
  EXPECT_THAT(seen.waits, seconds({0, 0.6, 0.2, 0.8, 0.4, 1}));
}

// First in, first out: arrivals at 1, 2, ..., service 1.5. Source: Ciw 3.2.7, as above.
TEST(PublishedTraces, CiwServesFirstInFirstOut) {
  World world(one_server(constant(1), Variate::constant(1.5e9), kUnlimited, 5500 * kMillisecond));
  Journeys seen(kNever);
  world.watch(&seen);
  EXPECT_EQ(world.run(1, 0).failure, "");
  EXPECT_THAT(seen.ended, seconds({2.5, 4, 5.5, 7, 8.5}));
  EXPECT_THAT(seen.waits, seconds({0, 0.5, 1, 1.5, 2}));
}

/// A server that breaks down at 5 and is back at 9: somebody came at 1.
Scenario breaks_down(Variate work, CrashedWork then) {
  Scenario scenario =
      one_server(constant(0.1, Duration{kSecond}), std::move(work), kUnlimited, 10 * kSecond);
  Component<FaultParameters> breakdown;
  breakdown.name = "breakdown";
  breakdown.parameters.crash = Reference{"server", {}};
  breakdown.parameters.work = then;
  breakdown.parameters.at = Duration{5 * kSecond};
  breakdown.parameters.lasts.emplace().variate = Variate::constant(4e9);
  scenario.faults.push_back(std::move(breakdown));
  return scenario;
}

// A server that breaks down at 5 and is back at 9 begins anew what it had begun at 1, with the same
// service of 10: the individual has waited 8 in all, and leaves at 19. Source: Ciw 3.2.7, its tests
// of schedules that pre-empt, the option "restart".
TEST(PublishedTraces, CiwRestartsWhatABreakdownInterrupts) {
  World world(breaks_down(Variate::constant(10e9), CrashedWork::restart));
  Journeys seen(kNever);
  world.watch(&seen);
  EXPECT_EQ(world.run(1, 0).failure, "");
  EXPECT_THAT(seen.started, seconds({1, 9}));
  EXPECT_THAT(seen.waits, seconds({0, 8}));
  EXPECT_THAT(seen.ended, seconds({19}));
}

// The same server goes on where it stood: 6 are left at 9. Source: as above, the option "resume".
TEST(PublishedTraces, CiwResumesWhatABreakdownInterrupts) {
  World world(breaks_down(Variate::constant(10e9), CrashedWork::resume));
  Journeys seen(kNever);
  world.watch(&seen);
  EXPECT_EQ(world.run(1, 0).failure, "");
  EXPECT_THAT(seen.started, seconds({1}));
  EXPECT_THAT(seen.ended, seconds({15}));
}

// The same server draws anew: where the first sample was 10 and the second is 20, it ends at 29.
// Source: as above, the option "resample". Of 10 and 20, each pair of samples comes up in some
// replication; all four are looked for.
TEST(PublishedTraces, CiwResamplesWhatABreakdownInterrupts) {
  const auto works = [] {
    return Variate::mixture({1, 1}, {Variate::constant(10e9), Variate::constant(20e9)});
  };
  World once(breaks_down(works(), CrashedWork::restart));
  World anew(breaks_down(works(), CrashedWork::resample));
  std::set<std::pair<Time, Time>> samples;
  for (std::uint32_t replication = 0; replication < 30; ++replication) {
    Journeys first(kNever), second(kNever);
    once.watch(&first);
    anew.watch(&second);
    EXPECT_EQ(once.run(1, replication).failure, "");
    EXPECT_EQ(anew.run(1, replication).failure, "");
    ASSERT_EQ(first.ended.size(), 1u);
    ASSERT_EQ(second.ended.size(), 1u);
    EXPECT_THAT(second.started, seconds({1, 9}));
    EXPECT_THAT(second.waits, seconds({0, 8}));
    samples.emplace(first.ended[0] - 9 * kSecond, second.ended[0] - 9 * kSecond);
  }
  constexpr Time kTen = 10 * kSecond, kTwenty = 20 * kSecond;
  EXPECT_THAT(samples, ElementsAre(std::pair(kTen, kTen), std::pair(kTen, kTwenty),
                                   std::pair(kTwenty, kTen), std::pair(kTwenty, kTwenty)));
}

// At one instant a server is given back before it is asked for: arrivals at 0, 1, ... 9, service 1,
// no line, and all ten are served. Source: simmer (I. Ucar, B. Smeets, A. Azcorra: "simmer:
// Discrete-event simulation for R", Journal of Statistical Software 90, 2019), its tests.
TEST(PublishedTraces, SimmerServesWhoArrivesAsAnotherLeaves) {
  World world(one_server(constant(1, Duration{0}), Variate::constant(1e9), Limit{0}, 10 * kSecond));
  Journeys seen(kNever);
  world.watch(&seen);
  EXPECT_EQ(world.run(1, 0).failure, "");
  EXPECT_THAT(seen.refused, IsEmpty());
  EXPECT_THAT(seen.started, seconds({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_THAT(seen.ended, seconds({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
}

/// When messages expire in queues, and when a consumer starts and ends others.
class QueueJourneys : public Tracer {
 public:
  explicit QueueJourneys(const World& world) : world_(world) {}

  void see(Moment moment, Time now, Address component, const Message&) override {
    const std::string& name = world_.name_of(component);
    if (name == "line" && moment == Moment::expired) expired.push_back(now);
    if (name == "server" && moment == Moment::started) started.push_back(now);
    if (name == "server" && moment == Moment::ended) ended.push_back(now);
  }

  std::vector<Time> expired, started, ended;

 private:
  const World& world_;
};

/// One server that takes from a line in which messages wait no longer than their time to live.
Scenario impatient(LoadParameters load, Time work, Distribution ttl, Time duration) {
  Scenario scenario;
  scenario.name = "published";
  scenario.run.duration.ns = duration;
  Component<ProducerParameters> source;
  source.name = "source";
  source.parameters.load = std::move(load);
  source.parameters.message.emplace().ttl = std::move(ttl);
  SendParameters send;
  send.channel.name = "line";
  source.parameters.does.steps.push_back({send, {}});
  scenario.producers.push_back(std::move(source));
  Component<QueueParameters> line;
  line.name = "line";
  scenario.queues.push_back(std::move(line));
  Component<ConsumerParameters> server;
  server.name = "server";
  server.parameters.from.name = "line";
  WorkParameters serve;
  serve.time.variate = Variate::constant(static_cast<double>(work));
  server.parameters.does.steps.push_back({serve, {}});
  scenario.consumers.push_back(std::move(server));
  return scenario;
}

// Customers give up while they wait: arrivals every 7, service 11, patience 3, until 28. The second
// leaves the line at 17 and the fourth at 31; the first ends at 18 and the third at 32.
// Source: Ciw 3.2.7, its tests of reneging.
TEST(PublishedTraces, CiwLetsTheImpatientGo) {
  Distribution ttl;
  ttl.variate = Variate::constant(3e9);
  LoadParameters load = constant(1);
  load.constant.reset();
  load.renewal.emplace().variate = Variate::constant(7e9);
  World world(impatient(std::move(load), 11 * kSecond, ttl, 29 * kSecond));
  QueueJourneys seen(world);
  world.watch(&seen);
  EXPECT_EQ(world.run(1, 0).failure, "");
  EXPECT_THAT(seen.expired, seconds({17, 31}));
  EXPECT_THAT(seen.started, seconds({7, 21}));
  EXPECT_THAT(seen.ended, seconds({18, 32}));
}

// The same, and the server begins nothing from 16 on but ends what it has: the second leaves the
// line at 17, the first ends at 18, and the third leaves at 24. Source: as above.
TEST(PublishedTraces, CiwLetsTheImpatientGoWhileNobodyServes) {
  Distribution ttl;
  ttl.variate = Variate::constant(3e9);
  LoadParameters load;
  load.renewal.emplace().variate = Variate::constant(7e9);
  Scenario scenario = impatient(std::move(load), 11 * kSecond, ttl, 28 * kSecond);
  Component<FaultParameters> off;
  off.name = "off";
  off.parameters.hang = Reference{"line", {}};
  off.parameters.at = Duration{16 * kSecond};
  off.parameters.lasts.emplace().variate = Variate::constant(1000e9);
  scenario.faults.push_back(std::move(off));
  World world(scenario);
  QueueJourneys seen(world);
  world.watch(&seen);
  EXPECT_EQ(world.run(1, 0).failure, "");
  EXPECT_THAT(seen.expired, seconds({17, 24}));
  EXPECT_THAT(seen.started, seconds({7}));
  EXPECT_THAT(seen.ended, seconds({18}));
}

// Two give up at one instant: arrivals at 3, 4, 5, 20, service 20, patience 100, 7, 6, 100. The
// first is served from 3 to 23 and the fourth from 23 to 43; the others leave at 11.
// Source: Ciw 3.2.7, its tests of simultaneous reneging.
TEST(PublishedTraces, CiwLetsTwoGoAtOneInstant) {
  auto rows = std::make_shared<TraceParameters::Rows>();
  rows->at = seconds({3, 4, 5, 20});
  rows->columns.emplace_back(
      "patience", std::make_shared<const std::vector<double>>(std::vector{100., 7., 6., 100.}));
  LoadParameters load;
  load.trace.emplace().rows = rows;
  Distribution ttl;
  ttl.column = "patience";
  ttl.variate = Variate::constant(1);
  ttl.variate.times = 1e9;
  World world(impatient(std::move(load), 20 * kSecond, ttl, 30 * kSecond));
  QueueJourneys seen(world);
  world.watch(&seen);
  EXPECT_EQ(world.run(1, 0).failure, "");
  EXPECT_THAT(seen.expired, seconds({11, 11}));
  EXPECT_THAT(seen.started, seconds({3, 23}));
  EXPECT_THAT(seen.ended, seconds({23, 43}));
}

// QueueEv of SSJ: an M/M/1 with arrivals at rate 1 and services at rate 2 over 1000 time units (s
// here), each from a stream of MRG32k3a of its own. Services are drawn as they begin here and at
// the arrivals there: first in, first out it is the same order.
// Source: P. L'Ecuyer, "SSJ: Stochastic Simulation in Java", its tutorial and its printed result.
TEST(PublishedTraces, SsjQueueEvComesOutDigitByDigit) {
  constexpr Time kHorizon = 1000 * kSecond;
  LoadParameters load;
  load.poisson = Rate{1};
  World world(one_server(load, Variate::exponential(0.5e9), kUnlimited, kHorizon));
  const Mrg32k3a arrivals;
  world.use_stream("source/arrivals", arrivals);
  world.use_stream("server/does/0/work", arrivals.next_stream());
  Journeys seen(kHorizon);
  world.watch(&seen);
  const Result result = world.run(1, 0);
  ASSERT_EQ(result.failure, "");

  ASSERT_EQ(seen.waits.size(), 1037u);
  double sum = 0;
  for (const Time wait : seen.waits) sum += to_seconds(wait);
  const double mean = sum / 1037;
  double squares = 0;
  for (const Time wait : seen.waits) {
    squares += (to_seconds(wait) - mean) * (to_seconds(wait) - mean);
  }
  const auto printed = [](double value) { return std::round(value * 1000) / 1000; };
  EXPECT_EQ(printed(to_seconds(*std::ranges::max_element(seen.waits))), 6.262);
  EXPECT_EQ(printed(mean), 0.495);
  EXPECT_EQ(printed(squares / 1036), 0.697);

  const Plan& plan = world.plan();
  for (std::size_t i = 0; i < plan.metrics.size(); ++i) {
    if (plan.metrics[i].component != "server" || plan.metrics[i].metric != "waiting") continue;
    EXPECT_EQ(printed(result.samples[i].total / result.samples[i].weight), 0.513);
    EXPECT_EQ(result.samples[i].max, 10);
  }
}

}  // namespace
}  // namespace spillway
