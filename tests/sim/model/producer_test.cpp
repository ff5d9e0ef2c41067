#include "sim/model/producer/producer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Address kProducer = component_address(0, 0);
constexpr Address kService = component_address(1, 0);
constexpr Address kQueue = component_address(2, 0);
constexpr Time kRun = 1000 * kSecond;

/// Sees births and answers, and who learns that there is none.
class Births : public Tracer {
 public:
  struct Birth {
    Time at;
    std::uint32_t ordinal;
    friend bool operator==(const Birth&, const Birth&) = default;
  };
  void see(Moment moment, Time now, Address, const Message& message) override {
    if (moment == Moment::born) born.push_back({now, message.ordinal});
    if (moment == Moment::answered) answered.push_back({now, message.ordinal});
    if (moment == Moment::failed) failed.push_back({now, message.ordinal});
  }
  std::vector<Birth> born;
  std::vector<Birth> answered;
  std::vector<Birth> failed;
};
using Birth = Births::Birth;

constexpr std::uint32_t kLane = 77;

class Producers : public testing::Test {
 protected:
  Producers() { bench_.context.tracer = &births_; }

  void open(Producer::Wiring wiring) {
    wiring.address = kProducer;
    wiring.lane = kLane;
    producer_.emplace(std::move(wiring));
    bench_.begin(*producer_);
  }
  void run(Time time) { bench_.run(*producer_, time); }

  /// A load of this rate whose messages do nothing.
  Producer::Wiring profiled(double rate, bool poisson,
                            const std::vector<NamedProfileEntry>& entries = {}) {
    Producer::Wiring wiring;
    wiring.program = bench_.program({});
    Rate reference;
    wiring.profile = RateProfile::of(Rate{rate}, entries, kRun, &reference);
    const double mean = 1e9 / reference.per_second;
    wiring.intervals = bench_.site(poisson ? Variate::exponential(mean) : Variate::constant(mean));
    return wiring;
  }
  static std::vector<NamedProfileEntry> spike(Time at, Time lasts, double times, Time ramp = 0) {
    NamedProfileEntry entry;
    entry.entry.spike = SpikeParameters{{at}, {lasts}, Factor{times}, {}, {ramp}};
    return {entry};
  }
  double births_between(Time from, Time until) const {
    return static_cast<double>(std::ranges::count_if(
        births_.born, [&](const Birth& birth) { return from <= birth.at && birth.at < until; }));
  }
  ProducerMetrics& metrics() { return producer_->metrics(); }
  const Window& whole() const { return bench_.context.timeline.windows()[0]; }
  Message& message(Handle handle) { return bench_.context.messages[handle]; }

  Bench bench_;
  Births births_;
  std::optional<Producer> producer_;
};

/// A Poisson count strays from its mean m by 4.9 sqrt(m) about once in 10^6; for the sizes here
/// (m > 300) the normal approximation adds a little, hence 5.
double poisson_tolerance(double mean) { return 5 * std::sqrt(mean); }

TEST_F(Producers, ConstantLoadFirstArrivesAfterOneInterval) {
  open(profiled(0.25, false));
  run(16 * kSecond);
  EXPECT_THAT(births_.born, ElementsAre(Birth{4 * kSecond, 0}, Birth{8 * kSecond, 1},
                                        Birth{12 * kSecond, 2}, Birth{16 * kSecond, 3}));
  run(2 * kRun);
  EXPECT_EQ(births_.born.size(), 249u) << "the run ends before the one at its end";
  EXPECT_EQ(metrics().sent.at(1), 249u);
}

TEST_F(Producers, KeepsOverTimeHowManyWereAnsweredASecond) {
  // In bins of 8 s, by the instant of the answer.
  open(profiled(4, false));
  run(500 * kSecond);
  const std::vector<double> answered = metrics().goodput().series().mean;
  ASSERT_EQ(answered.size(), 125u);
  EXPECT_EQ(answered[10], 4);
  EXPECT_EQ(answered[62], 17 / 8.0) << "from 496 s to 500 s";
  EXPECT_EQ(answered[63], 0);
  for (const double rate : metrics().failed.series().mean) EXPECT_EQ(rate, 0);
}

TEST_F(Producers, ConstantLoadFirstArrivesAtItsStart) {
  Producer::Wiring wiring = profiled(0.25, false);
  wiring.first_at_start = true;
  wiring.start = 0;
  open(wiring);
  run(5 * kSecond);
  EXPECT_THAT(births_.born, ElementsAre(Birth{0, 0}, Birth{4 * kSecond, 1}));

  births_.born.clear();
  Bench other;
  wiring.start = 3 * kSecond;
  bench_.context.restart(1, 0);
  open(wiring);
  run(8 * kSecond);
  EXPECT_THAT(births_.born, ElementsAre(Birth{3 * kSecond, 0}, Birth{7 * kSecond, 1}));
}

TEST_F(Producers, ConstantLoadFollowsItsProfileExactly) {
  open(profiled(1, false, spike(10 * kSecond, 5 * kSecond, 4)));
  run(20 * kSecond);
  EXPECT_EQ(births_between(0, 10 * kSecond), 9);
  EXPECT_EQ(births_between(10 * kSecond, 15 * kSecond), 20) << "at 10, then every 0.25 s";
  EXPECT_EQ(births_between(15 * kSecond, 20 * kSecond), 5);
  EXPECT_EQ(births_.born[9].at, 10 * kSecond);
  EXPECT_EQ(births_.born[10].at, 10 * kSecond + kSecond / 4);
}

TEST_F(Producers, StartsWithinAProfileGoOnByIt) {
  Producer::Wiring wiring = profiled(1, false, spike(10 * kSecond, 5 * kSecond, 4));
  wiring.first_at_start = true;
  wiring.start = 12 * kSecond;
  open(wiring);
  run(13 * kSecond);
  EXPECT_THAT(births_.born,
              ElementsAre(Birth{12 * kSecond, 0}, Birth{12 * kSecond + kSecond / 4, 1},
                          Birth{12 * kSecond + kSecond / 2, 2},
                          Birth{12 * kSecond + 3 * kSecond / 4, 3}, Birth{13 * kSecond, 4}));
}

TEST_F(Producers, PoissonLoadHasItsRateAndIntervalsOfThatLaw) {
  open(profiled(200, true));  // 200,000 expected, seed 1
  run(kRun);
  const auto n = static_cast<double>(births_.born.size());
  EXPECT_NEAR(n, 200'000, poisson_tolerance(200'000));
  double longer = 0;
  for (std::size_t i = 1; i < births_.born.size(); ++i) {
    longer += births_.born[i].at - births_.born[i - 1].at > 5 * kMillisecond ? 1 : 0;
  }
  const double p = std::exp(-1.0);  // an interval longer than its mean; level 10^-6
  EXPECT_NEAR(longer / n, p, 4.9 * std::sqrt(p * (1 - p) / n));
  for (std::uint32_t i = 0; i < births_.born.size(); ++i) ASSERT_EQ(births_.born[i].ordinal, i);
}

TEST_F(Producers, PoissonLoadFollowsTheIntegralOfItsProfile) {
  // The n-th arrival uses the n-th interval: what profile and rate do to it is exact.
  open(profiled(100, true, spike(200 * kSecond, 100 * kSecond, 5, 40 * kSecond)));
  run(kRun);
  const auto expect = [&](Time from, Time until, double mean) {
    EXPECT_NEAR(births_between(from * kSecond, until * kSecond), mean, poisson_tolerance(mean))
        << from;
  };
  expect(0, 200, 100.0 * 200);
  expect(200, 220, 100.0 * 40);   // rising from 1 to 3
  expect(200, 240, 100.0 * 120);  // and to 5
  expect(240, 300, 500.0 * 60);
  expect(300, 340, 100.0 * 120);
  expect(340, 1000, 100.0 * 660);

  const std::vector<Birth> shaped = births_.born;
  births_.born.clear();
  bench_.context.restart(1, 0);
  Producer::Wiring flat = profiled(100, true);
  bench_.context.sites[flat.intervals] = Site("site 0", Variate::exponential(1e7));
  bench_.context.sites[flat.intervals].begin(1, 0);
  open(flat);
  run(kRun);
  // The same intervals without the profile: the integral up to each arrival is the same.
  const auto integral = [](double t) {
    const auto part = [&](double from, double until) { return std::clamp(t, from, until) - from; };
    const double rise = part(200, 240);
    const double fall = part(300, 340);
    return t + rise * rise / 20 + 4 * part(240, 300) + 4 * fall - fall * fall / 20;
  };
  ASSERT_GT(shaped.size(), 100'000u);
  for (std::size_t i = 0; i < births_.born.size(); i += 97) {
    ASSERT_NEAR(integral(to_seconds(shaped[i].at)), to_seconds(births_.born[i].at), 1e-6) << i;
  }
}

TEST_F(Producers, RateZeroPasses) {
  open(profiled(0, true));
  run(kRun);
  EXPECT_THAT(births_.born, IsEmpty());
  EXPECT_EQ(bench_.context.events.pending(), 0u);

  bench_.context.restart(1, 0);
  open(profiled(10, true, spike(100 * kSecond, 800 * kSecond, 0)));
  run(kRun);
  EXPECT_EQ(births_between(100 * kSecond, 900 * kSecond), 0);
  EXPECT_NEAR(births_between(900 * kSecond, 1000 * kSecond), 1000, poisson_tolerance(1000));
}

TEST_F(Producers, RenewalLoadHasItsOwnIntervals) {
  Producer::Wiring wiring = profiled(0.5, false);
  wiring.intervals = bench_.site(Variate::column({1e9, 2e9, 4e9}));
  open(wiring);
  run(15 * kSecond);
  EXPECT_THAT(births_.born,
              ElementsAre(Birth{1 * kSecond, 0}, Birth{3 * kSecond, 1}, Birth{7 * kSecond, 2},
                          Birth{8 * kSecond, 3}, Birth{10 * kSecond, 4}, Birth{14 * kSecond, 5},
                          Birth{15 * kSecond, 6}));
}

TEST_F(Producers, MmppLoadHasTheRateOfEachState) {
  Producer::Wiring wiring = profiled(400, true);  // the reference: the highest rate
  wiring.state_factors = {0.25, 1, 0};
  wiring.state_sites = {bench_.site(50 * kSecond), bench_.site(30 * kSecond),
                        bench_.site(20 * kSecond)};
  open(wiring);
  run(kRun);
  double calm = 0, busy = 0, silent = 0;
  for (Time cycle = 0; cycle < kRun; cycle += 100 * kSecond) {
    calm += births_between(cycle, cycle + 50 * kSecond);
    busy += births_between(cycle + 50 * kSecond, cycle + 80 * kSecond);
    silent += births_between(cycle + 80 * kSecond, cycle + 100 * kSecond);
  }
  EXPECT_NEAR(calm, 100.0 * 500, poisson_tolerance(50'000));
  EXPECT_NEAR(busy, 400.0 * 300, poisson_tolerance(120'000));
  EXPECT_EQ(silent, 0);
}

TEST_F(Producers, MmppLoadDrawsEachStateAnew) {
  Producer::Wiring wiring = profiled(1000, true);
  wiring.state_factors = {1, 0};
  const std::uint32_t first = bench_.site(Variate::exponential(1e9));
  const std::uint32_t second = bench_.site(Variate::exponential(1e9));
  wiring.state_sites = {first, second};
  open(wiring);
  run(kRun);
  // The silences are the second state's times: count and mean by the law; 500 cycles expected.
  double silences = 0, sum = 0;
  for (std::size_t i = 1; i < births_.born.size(); ++i) {
    const double gap = to_seconds(births_.born[i].at - births_.born[i - 1].at);
    if (gap < 0.02) continue;
    ++silences;
    sum += gap;
  }
  // A silence is seen when it lasts longer than 20 ms: exp(-0.02) of them, each 1.02 s on average
  // (no memory) and the arrivals' 2 ms beside. 500 cycles with variance 1/2 of it; 5 sigma.
  EXPECT_NEAR(silences, 500 * std::exp(-0.02), 5 * std::sqrt(250.0));
  EXPECT_NEAR(sum / silences, 1.022, 5 / std::sqrt(silences));
}

TEST_F(Producers, MmppLoadEndsTheRunWhenItsStateOnlyChanges) {
  Producer::Wiring wiring = profiled(1, true);
  wiring.state_factors = {0, 0};
  wiring.state_sites = {bench_.site(1), bench_.site(1)};
  wiring.most_changes = 1000;
  EXPECT_THROW(open(wiring), TooManyStateChanges);
}

TEST_F(Producers, TraceLoadReplaysItsRows) {
  Producer::Wiring wiring;
  wiring.program = bench_.program({});
  wiring.load = Producer::Load::trace;
  auto rows = std::make_shared<TraceParameters::Rows>();
  rows->at = {0, 5, 5, 9, kRun, kRun + 7};
  wiring.rows = rows;
  open(wiring);
  run(2 * kRun);
  EXPECT_THAT(births_.born, ElementsAre(Birth{0, 0}, Birth{5, 1}, Birth{5, 2}, Birth{9, 3}))
      << "what lies beyond the run is left out";
}

TEST_F(Producers, UsersThinkAskWaitAndThinkAgain) {
  Producer::Wiring wiring;
  const std::uint32_t edge = bench_.edge();
  wiring.program = bench_.program({bench_.call(kService, edge)});
  wiring.load = Producer::Load::users;
  wiring.users = 3;
  wiring.think = bench_.site(10);
  open(wiring);
  run(9);
  EXPECT_THAT(births_.born, IsEmpty());
  run(10);
  EXPECT_THAT(births_.born, ElementsAre(Birth{10, 0}, Birth{10, 1}, Birth{10, 2}));
  run(100);
  EXPECT_EQ(births_.born.size(), 3u) << "they wait for their answers";

  const std::vector<Next> asked = bench_.heard();
  ASSERT_EQ(asked.size(), 3u);
  message(asked[1].payload).outcome = Outcome::error;
  bench_.tell<Reply>(*producer_, asked[1].payload);
  run(105);
  message(asked[2].payload).outcome = Outcome::ok;
  bench_.tell<Reply>(*producer_, asked[2].payload);
  run(120);
  EXPECT_THAT(births_.born,
              ElementsAre(Birth{10, 0}, Birth{10, 1}, Birth{10, 2}, Birth{110, 4}, Birth{115, 5}))
      << "ordinal = request of the user x users + user; after a failure too";
  EXPECT_EQ(metrics().failed.at(1), 1u);
}

TEST_F(Producers, UsersAskNoMoreAfterTheRun) {
  Producer::Wiring wiring;
  wiring.program = bench_.program({});
  wiring.load = Producer::Load::users;
  wiring.users = 5;
  wiring.think = bench_.site(kRun / 4);
  open(wiring);
  run(3 * kRun);
  EXPECT_EQ(births_.born.size(), 15u);
  EXPECT_EQ(bench_.context.events.pending(), 0u);
}

TEST_F(Producers, UsersThinkTimesAreALaneOfEachUser) {
  Producer::Wiring wiring;
  wiring.program = bench_.program({});
  wiring.load = Producer::Load::users;
  wiring.users = 2;
  wiring.think = bench_.site(Variate::exponential(1e9));
  open(wiring);
  run(kRun);
  std::map<std::uint32_t, std::vector<Time>> of_two;
  for (const Birth& birth : births_.born) of_two[birth.ordinal % 2].push_back(birth.at);
  births_.born.clear();
  bench_.context.restart(1, 0);
  wiring.users = 3;
  open(wiring);
  run(kRun);
  std::map<std::uint32_t, std::vector<Time>> of_three;
  for (const Birth& birth : births_.born) of_three[birth.ordinal % 3].push_back(birth.at);
  EXPECT_EQ(of_two[0], of_three[0]);
  EXPECT_EQ(of_two[1], of_three[1]);
  EXPECT_NE(of_three[1], of_three[2]);
}

TEST_F(Producers, MeasureTheAnswerAndTheEndOfAllWork) {
  Producer::Wiring wiring = profiled(0.25, false);
  const std::uint32_t edge = bench_.edge();
  wiring.program = bench_.program({bench_.send(kQueue, edge, false), bench_.work(3 * kSecond)});
  open(wiring);
  run(7 * kSecond);
  const std::vector<Next> sent = bench_.heard();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_THAT(births_.answered, ElementsAre(Birth{7 * kSecond, 0}));
  EXPECT_EQ(metrics().latency().sample(whole()).histogram->sum(),
            static_cast<std::uint64_t>(3 * kSecond));
  EXPECT_EQ(metrics().completion().sample(whole()).n, 0u);
  EXPECT_EQ(producer_->open(), 1u);
  run(7 * kSecond + kSecond / 2);
  bench_.context.release(sent[0].payload);
  bench_.tell(*producer_, bench_.context.take_post());
  EXPECT_EQ(metrics().completion().sample(whole()).histogram->sum(),
            static_cast<std::uint64_t>(3 * kSecond + kSecond / 2));
  EXPECT_EQ(producer_->open(), 0u);
  EXPECT_EQ(bench_.context.messages.live(), 0u);
}

TEST_F(Producers, CountAFailedHandlerAndCloseIt) {
  Producer::Wiring wiring = profiled(0.25, false);
  wiring.program = bench_.program({bench_.work(1), bench_.fail(1)});
  open(wiring);
  run(5 * kSecond);
  EXPECT_EQ(metrics().failed.at(1), 1u);
  EXPECT_EQ(metrics().failed.series().mean.at(0), 1 / 8.0);
  EXPECT_EQ(metrics().goodput().series().mean.at(0), 0);
  EXPECT_EQ(metrics().latency().sample(whole()).n, 0u);
  EXPECT_EQ(metrics().latency().sample(whole()).failures, 1u);
  EXPECT_EQ(metrics().completed().sample(whole()).total, 0);
  EXPECT_EQ(producer_->open(), 0u);
  EXPECT_EQ(bench_.context.messages.live(), 0u);
}

TEST_F(Producers, CountAnAnsweredMessageAsNotCompletedWhenItsWorkFailedLater) {
  Producer::Wiring wiring = profiled(0.25, false);
  const std::uint32_t edge = bench_.edge();
  wiring.program = bench_.program({bench_.send(kQueue, edge, false)});
  open(wiring);
  run(4 * kSecond);
  const Handle sent = bench_.heard().at(0).payload;
  bench_.context.fail_root(message(sent));
  bench_.context.release(sent);
  bench_.tell(*producer_, bench_.context.take_post());
  EXPECT_EQ(metrics().success().sample(whole()).total, 1);
  EXPECT_EQ(metrics().completed().sample(whole()).total, 0);
  EXPECT_EQ(producer_->open(), 0u);
}

TEST_F(Producers, LetAMessageThatOnlyCallsTravelAsItsOwnRequest) {
  Producer::Wiring wiring = profiled(0.25, false);
  const std::uint32_t edge = bench_.edge();
  const Step call = bench_.call(kService, edge);
  wiring.program = bench_.program({call});
  wiring.only_call = call.argument;
  wiring.call_lane = 555;
  open(wiring);
  run(4 * kSecond);
  std::vector<Next> asked = bench_.heard();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].target, say<Offer>(kService));
  EXPECT_EQ(bench_.context.messages.live(), 1u);
  EXPECT_EQ(message(asked[0].payload).lane, 555u);
  EXPECT_EQ(message(asked[0].payload).reply_to, say<Reply>(kProducer));
  EXPECT_EQ(bench_.context.edges[edge].metrics.attempts.at(1), 1u);
  run(6 * kSecond);
  bench_.tell<Reply>(*producer_, asked[0].payload);
  EXPECT_EQ(metrics().latency().sample(whole()).histogram->sum(),
            static_cast<std::uint64_t>(2 * kSecond));
  EXPECT_EQ(bench_.context.messages.live(), 0u);

  run(8 * kSecond);
  asked = bench_.heard();
  message(asked.at(0).payload).outcome = Outcome::unavailable;
  bench_.tell<Reply>(*producer_, asked[0].payload);
  EXPECT_EQ(metrics().failed.at(1), 1u);
  EXPECT_EQ(bench_.context.edges[edge].metrics.errors.at(1), 1u);
  EXPECT_EQ(producer_->open(), 0u);
}

TEST_F(Producers, LetAMessageThatIsOnlySentTravelItself) {
  Producer::Wiring wiring = profiled(0.25, false);
  const std::uint32_t edge = bench_.edge();
  const Step send = bench_.send(kQueue, edge, false);
  wiring.program = bench_.program({send});
  open(wiring);
  producer_->send_only(send.argument, bench_.context);
  run(4 * kSecond);
  const std::vector<Next> sent = bench_.heard();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].target, say<Offer>(kQueue));
  EXPECT_EQ(bench_.context.messages.live(), 1u);
  EXPECT_EQ(message(sent[0].payload).lane,
            lane_over(bench_.context.exchanges[send.argument], kLane));
  EXPECT_EQ(message(sent[0].payload).parent, 0u) << "nobody waits for a confirm";
  EXPECT_EQ(bench_.context.edges[edge].metrics.attempts.at(1), 1u);
  EXPECT_EQ(metrics().latency().sample(whole()).n, 1u);
  EXPECT_EQ(metrics().latency().sample(whole()).histogram->max(), 0);
  EXPECT_EQ(metrics().completion().sample(whole()).n, 0u) << "it lies in its queue";
  run(6 * kSecond);
  bench_.context.release(sent[0].payload);
  bench_.tell(*producer_, bench_.context.take_post());
  EXPECT_EQ(metrics().completion().sample(whole()).histogram->sum(),
            static_cast<std::uint64_t>(2 * kSecond));
  EXPECT_EQ(producer_->open(), 0u);
  EXPECT_EQ(bench_.context.messages.live(), 0u);
}

TEST_F(Producers, FailWhenTheyStopWaitingAndCompleteWhenTheCalleeIsDone) {
  Producer::Wiring wiring = profiled(0.25, false);
  const std::uint32_t edge = bench_.edge();
  const Step call = bench_.limited(bench_.call(kService, edge), kSecond);
  wiring.program = bench_.program({call});
  open(wiring);
  run(5 * kSecond);
  EXPECT_THAT(births_.failed, ElementsAre(Birth{5 * kSecond, 0}));
  EXPECT_EQ(metrics().failed.at(1), 1u);
  EXPECT_EQ(bench_.context.edges[edge].metrics.timeouts.at(1), 1u);
  EXPECT_EQ(producer_->open(), 1u) << "the callee works for it still";
  const Handle request = bench_.heard().at(0).payload;
  bench_.tell<Reply>(*producer_, request);
  EXPECT_EQ(producer_->open(), 0u);
  EXPECT_EQ(bench_.context.messages.live(), 0u);
  EXPECT_EQ(metrics().completed().sample(whole()).total, 0) << "it was answered with a failure";
}

TEST_F(Producers, AnswerWellByTheirFallbackAndCompleteWithWhatWentOn) {
  Producer::Wiring wiring = profiled(0.25, false);
  const std::uint32_t edge = bench_.edge();
  const Step call = bench_.limited(bench_.call(kService, edge), kSecond);
  wiring.program = bench_.program({call, {op_of<Jump>, 0}, bench_.wait(kSecond / 2, true)});
  bench_.context.code[wiring.program + 1].argument = wiring.program + 3;
  bench_.exchange_of_step(call).fallback = wiring.program + 2;
  open(wiring);
  run(6 * kSecond);
  EXPECT_THAT(births_.answered, ElementsAre(Birth{5 * kSecond + kSecond / 2, 0}));
  EXPECT_EQ(metrics().success().sample(whole()).total, 1);
  bench_.tell<Reply>(*producer_, bench_.heard().at(0).payload);
  EXPECT_EQ(metrics().completed().sample(whole()).total, 1);
  EXPECT_EQ(metrics().completion().sample(whole()).histogram->sum(),
            static_cast<std::uint64_t>(2 * kSecond));
}

TEST_F(Producers, SendAgainWhatWasRefusedWithoutFailingTheirWork) {
  Producer::Wiring wiring = profiled(0.25, false);
  const std::uint32_t edge = bench_.edge();
  const Step send = bench_.tried(bench_.send(kQueue, edge, true), 3, {kSecond, kSecond});
  wiring.program = bench_.program({send});
  open(wiring);
  run(4 * kSecond);
  const Handle refused = bench_.heard().at(0).payload;
  const Handle receipt = message(refused).parent;
  message(receipt).outcome = Outcome::unavailable;
  bench_.context.release(refused);
  bench_.tell<Reply>(*producer_, receipt);
  EXPECT_THAT(bench_.heard(), IsEmpty());
  run(5 * kSecond);
  const Handle sent = bench_.heard().at(0).payload;
  bench_.tell<Reply>(*producer_, message(sent).parent);
  EXPECT_EQ(metrics().success().sample(whole()).total, 1);
  bench_.context.release(sent);
  bench_.tell(*producer_, bench_.context.take_post());
  EXPECT_EQ(metrics().completed().sample(whole()).total, 1);
  EXPECT_EQ(producer_->open(), 0u);
  EXPECT_EQ(bench_.context.messages.live(), 0u);
}

TEST_F(Producers, UsersThinkAfterAFailureToo) {
  Producer::Wiring wiring;
  wiring.load = Producer::Load::users;
  wiring.users = 1;
  wiring.think = bench_.site(10 * kSecond);
  const Step call = bench_.limited(bench_.call(kService, bench_.edge()), kSecond);
  wiring.program = bench_.program({call});
  open(wiring);
  run(22 * kSecond);
  EXPECT_THAT(births_.born, ElementsAre(Birth{10 * kSecond, 0}, Birth{21 * kSecond, 1}));
  EXPECT_THAT(births_.failed, ElementsAre(Birth{11 * kSecond, 0}, Birth{22 * kSecond, 1}));
}

}  // namespace
}  // namespace spillway
