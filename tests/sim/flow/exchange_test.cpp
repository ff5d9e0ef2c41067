// What a frame does while it waits, with a caller made for this: it has nothing but what an
// exchange needs of a component.

#include "sim/flow/exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sim/flow/handler.h"
#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::Le;

constexpr Address kProducer = component_address(0, 0);
constexpr Address kCaller = component_address(1, 0);
constexpr Address kCallee = component_address(1, 1);
constexpr Address kQueue = component_address(2, 0);

class Caller {
 public:
  struct End {
    Time at;
    std::uint32_t ordinal;
    Progress how;
    Outcome outcome;  ///< of its last exchange
    friend bool operator==(const End&, const End&) = default;
  };

  Address address() const { return kCaller; }
  Next start(Handle frame, Context& context) {
    return go(advance(frame, context, self()), frame, context);
  }
  Next on(Reply, Handle answer, Context& context) {
    const Handle frame = receive(answer, context);
    if (frame == 0) {
      ++ignored;
      return {};
    }
    return go(resume(frame, context, self()), frame, context);
  }
  Next on(Expired, Handle frame, Context& context) {
    time_out(frame, context);
    return go(resume(frame, context, self()), frame, context);
  }
  Next on(Done, Handle frame, Context& context) {
    return go(resume(frame, context, self()), frame, context);
  }
  Next on(Resend, Handle sent, Context& context) { return resend(sent, context, self()); }

  std::vector<End> ends;
  int ignored = 0;  ///< answers that nobody waited for

 private:
  static Self self() { return Self{kCaller}; }
  Next go(Progress progress, Handle frame, Context& context) {
    const Message& message = context.messages[frame];
    if (progress != Progress::waiting) {
      ends.push_back({context.now(), message.ordinal, progress, message.outcome});
    }
    return {};
  }
};

class Exchanges : public testing::Test {
 protected:
  Exchanges() : edge_(bench_.edge()) {}

  Step call() { return bench_.call(kCallee, edge_); }
  Step send() { return bench_.send(kQueue, edge_, true); }

  /// Starts a handler of its own root.
  Handle start(std::uint32_t program, std::uint32_t ordinal = 0, std::uint16_t attempt = 0) {
    const Handle frame = bench_.root(kProducer, ordinal, program);
    message(frame).attempt = attempt;
    message(frame).segment = 1;
    begin(frame);
    return frame;
  }
  void begin(Handle frame) {
    Next next = caller_.start(frame, bench_.context);
    if (!next) next = bench_.context.take_post();
    bench_.tell(caller_, next);
  }
  void run(Time time) { bench_.run(caller_, time); }
  void answer(Handle request, Outcome outcome) {
    message(request).outcome = outcome;
    bench_.tell(caller_, spillway::answer(request, bench_.context));
  }
  /// What was offered to the callee or the queue since the last time, and when.
  std::vector<std::pair<Time, Handle>> offers() {
    std::vector<std::pair<Time, Handle>> all;
    for (const Bench::Said& said : bench_.said) {
      if (said.next.target == say<Offer>(kCallee) || said.next.target == say<Offer>(kQueue)) {
        all.emplace_back(said.at, said.next.payload);
      } else {
        others_.push_back(said.next);
      }
    }
    bench_.said.clear();
    return all;
  }
  std::vector<Time> offered_at() {
    std::vector<Time> times;
    for (const auto& [at, handle] : offers()) times.push_back(at);
    return times;
  }
  Handle only_offer() {
    const auto made = offers();
    EXPECT_EQ(made.size(), 1u);
    return made.empty() ? 0 : made[0].second;
  }
  Message& message(Handle handle) { return bench_.context.messages[handle]; }
  bool alive(Handle handle) { return bench_.context.messages.alive(handle); }
  EdgeMetrics& counted() { return bench_.context.edges[edge_].metrics; }

  Bench bench_;
  std::uint32_t edge_;
  Caller caller_;
  std::vector<Next> others_;  ///< said to others than callee and queue
};

using End = Caller::End;

TEST_F(Exchanges, StopWaitingWhenTheTimeIsUpAndLetTheCalleeGoOn) {
  const Handle frame = start(bench_.program({bench_.limited(call(), 50)}));
  const Handle request = only_offer();
  EXPECT_EQ(message(request).parent, frame);
  run(49);
  EXPECT_THAT(caller_.ends, IsEmpty());
  run(50);
  EXPECT_THAT(caller_.ends, ElementsAre(End{50, 0, Progress::failed, Outcome::timeout}));
  EXPECT_EQ(counted().timeouts.at(1), 1u);
  EXPECT_TRUE(alive(request)) << "the callee knows nothing of it";
  EXPECT_EQ(message(request).parent, 0u);

  answer(request, Outcome::ok);
  EXPECT_EQ(caller_.ignored, 1);
  EXPECT_FALSE(alive(request));
  EXPECT_THAT(caller_.ends, testing::SizeIs(1)) << "the late answer changes nothing";
}

TEST_F(Exchanges, StopTheirClockWhenTheyAreAnswered) {
  for (const Outcome outcome : {Outcome::ok, Outcome::error}) {
    start(bench_.program({bench_.limited(call(), 50)}));
    EXPECT_EQ(bench_.context.events.pending(), 1u);
    answer(only_offer(), outcome);
    EXPECT_EQ(bench_.context.events.pending(), 0u);
  }
  EXPECT_THAT(caller_.ends, ElementsAre(End{0, 0, Progress::ended, Outcome::ok},
                                        End{0, 0, Progress::failed, Outcome::error}));
  EXPECT_EQ(counted().timeouts.at(1), 0u);
}

TEST_F(Exchanges, TakeAnAnswerAtTheInstantOfTheirTimeout) {
  start(bench_.program({bench_.limited(call(), 50)}));
  const Handle request = only_offer();
  bench_.context.events.push(50, Phase::kCompletion, to<Reply>(kCaller, request));
  run(50);
  EXPECT_THAT(caller_.ends, ElementsAre(End{50, 0, Progress::ended, Outcome::ok}));
  EXPECT_EQ(counted().timeouts.at(1), 0u);
}

TEST_F(Exchanges, DrawATimeoutForEachAttempt) {
  const Step step = bench_.tried(bench_.limited(call(), kNever), 3);
  bench_.exchange_of_step(step).timeout_site = bench_.site(Variate::uniform(100, 200));
  start(bench_.program({step}));
  run(1000);
  const std::vector<Time> at = offered_at();
  ASSERT_EQ(at.size(), 3u);
  EXPECT_THAT(at[1] - at[0], AllOf(Ge(100), Le(200)));
  EXPECT_THAT(at[2] - at[1], AllOf(Ge(100), Le(200)));
  EXPECT_NE(at[1] - at[0], at[2] - at[1]);
}

TEST_F(Exchanges, CountEachAttemptAsAnsweredOrGivenUpAndNeverAsBoth) {
  const Step step = bench_.tried(bench_.limited(call(), 50), 3);
  start(bench_.program({step}));
  const Handle late = only_offer();
  run(50);
  answer(late, Outcome::error);
  answer(only_offer(), Outcome::error);
  answer(only_offer(), Outcome::ok);
  EXPECT_THAT(caller_.ends, ElementsAre(End{50, 0, Progress::ended, Outcome::ok}));
  EXPECT_EQ(counted().attempts.at(1), 3u);
  EXPECT_EQ(counted().timeouts.at(1), 1u);
  EXPECT_EQ(counted().errors.at(1), 1u) << "not the one that came too late";
}

TEST_F(Exchanges, TryAgainOnlyAfterWhatTheySay) {
  for (const Outcome when : {Outcome::timeout, Outcome::unavailable, Outcome::error}) {
    const Step step = bench_.tried(bench_.limited(call(), 50), 2);
    bench_.exchange_of_step(step).retry_when =
        static_cast<std::uint8_t>(1u << static_cast<unsigned>(when));
    const std::uint32_t program = bench_.program({step});
    for (const Outcome outcome : {Outcome::timeout, Outcome::unavailable, Outcome::error}) {
      start(program);
      const Handle request = only_offer();
      if (outcome == Outcome::timeout) {
        run(bench_.context.now() + 50);
      } else {
        answer(request, outcome);
      }
      EXPECT_EQ(offers().size(), outcome == when ? 1u : 0u);
      run(bench_.context.now() + 50);  // whatever is still waited for
    }
  }
}

TEST_F(Exchanges, TryAgainAtOnceWithoutAPauseAndAsOftenAsTheySay) {
  start(bench_.program({bench_.tried(call(), 4)}));
  for (std::uint16_t attempt = 0; attempt < 4; ++attempt) {
    const Handle request = only_offer();
    EXPECT_EQ(message(request).attempt, attempt);
    EXPECT_THAT(caller_.ends, IsEmpty());
    answer(request, Outcome::unavailable);
  }
  EXPECT_THAT(offers(), IsEmpty());
  EXPECT_THAT(caller_.ends, ElementsAre(End{0, 0, Progress::failed, Outcome::unavailable}));
  EXPECT_EQ(counted().attempts.at(1), 4u);
  EXPECT_EQ(bench_.context.messages.live(), 1u) << "the frame";
}

TEST_F(Exchanges, PauseBetweenAttempts) {
  start(bench_.program({bench_.tried(bench_.limited(call(), 50), 4, {100, 200, 400})}));
  run(5000);
  EXPECT_THAT(offered_at(), ElementsAre(0, 150, 400, 850));
  EXPECT_THAT(caller_.ends, ElementsAre(End{900, 0, Progress::failed, Outcome::timeout}));
}

/// The pauses of a hundred callers before attempts 2 to 5.
class Pauses : public Exchanges {
 protected:
  static constexpr Time kBase = 1000;
  static constexpr Time kCap = 5000;

  std::vector<std::vector<Time>> draw(Jitter jitter) {
    const Step step = bench_.tried(call(), 5, {1000, 2000, 4000, kCap});
    Retry& retry = bench_.retry_of(step);
    retry.base = kBase;
    retry.cap = kCap;
    retry.jitter = jitter;
    retry.site = bench_.site(Variate::unit());
    const std::uint32_t program = bench_.program({step});
    std::vector<std::vector<Time>> all;
    for (std::uint32_t ordinal = 0; ordinal < 100; ++ordinal) {
      start(program, ordinal);
      std::vector<Time>& pauses = all.emplace_back();
      for (int attempt = 1; attempt < 5; ++attempt) {
        const Time failed = bench_.context.now();
        answer(only_offer(), Outcome::error);
        if (bench_.said.empty()) run(failed + 40 * kCap);  // else its pause was nothing
        if (bench_.said.empty()) {
          ADD_FAILURE() << "no attempt came";
          return all;
        }
        pauses.push_back(bench_.said.front().at - failed);
      }
      answer(only_offer(), Outcome::ok);
    }
    return all;
  }
  static double share_above(const std::vector<std::vector<Time>>& all, std::size_t which,
                            Time limit) {
    const auto above = std::ranges::count_if(
        all, [&](const std::vector<Time>& pauses) { return pauses[which] > limit; });
    return static_cast<double>(above) / static_cast<double>(all.size());
  }
  // Of a hundred, a half is between 25 and 75 but for one case in 4 million.
  static auto about_half() { return AllOf(Ge(0.25), Le(0.75)); }
};

TEST_F(Pauses, AreAsTheySayWithoutJitter) {
  for (const auto& pauses : draw(Jitter::none)) {
    EXPECT_THAT(pauses, ElementsAre(1000, 2000, 4000, 5000));
  }
}

TEST_F(Pauses, AreUniformUpToTheWholeWithFullJitter) {
  const auto all = draw(Jitter::full);
  for (const auto& pauses : all) {
    EXPECT_THAT(pauses, ElementsAre(Le(1000), Le(2000), Le(4000), Le(5000)));
  }
  for (const auto& [which, half] : {std::pair{0u, 500}, {1u, 1000}, {2u, 2000}, {3u, 2500}}) {
    EXPECT_THAT(share_above(all, which, half), about_half());
  }
}

TEST_F(Pauses, AreUniformInTheUpperHalfWithEqualJitter) {
  const auto all = draw(Jitter::equal);
  for (const auto& pauses : all) {
    EXPECT_THAT(pauses, ElementsAre(AllOf(Ge(500), Le(1000)), AllOf(Ge(1000), Le(2000)),
                                    AllOf(Ge(2000), Le(4000)), AllOf(Ge(2500), Le(5000))));
  }
  EXPECT_THAT(share_above(all, 0, 750), about_half());
  EXPECT_THAT(share_above(all, 3, 3750), about_half());
}

TEST_F(Pauses, AreExponentialWithTheWholeAsTheirMean) {
  const auto all = draw(Jitter::exponential);
  EXPECT_THAT(share_above(all, 0, 693), about_half()) << "ln 2 of 1000";
  EXPECT_THAT(share_above(all, 3, 3466), about_half()) << "ln 2 of 5000";
  EXPECT_EQ(exponential_pause(1000, (std::int64_t{1} << 53) - 1), 0);
  EXPECT_EQ(exponential_pause(1000, (std::int64_t{1} << 52) - 1), 693);
  EXPECT_EQ(exponential_pause(1000, 0), 36737) << "53 ln 2";
}

TEST_F(Pauses, FollowFromTheOneBeforeWithDecorrelatedJitter) {
  const auto all = draw(Jitter::decorrelated);
  int capped = 0;
  for (const auto& pauses : all) {
    Time before = kBase;
    for (const Time pause : pauses) {
      EXPECT_THAT(pause, AllOf(Ge(kBase), Le(std::min(kCap, 3 * before))));
      capped += pause == kCap ? 1 : 0;
      before = pause;
    }
  }
  EXPECT_THAT(share_above(all, 0, 2000), about_half()) << "uniform from 1000 to 3000";
  EXPECT_GT(capped, 20) << "what is drawn above the cap is the cap";
}

TEST_F(Pauses, AreDrawnAnewForEachMessageAndAttempt) {
  const auto first = draw(Jitter::full);
  std::set<Time> shares;
  for (const auto& pauses : first) shares.insert(pauses.begin(), pauses.end());
  EXPECT_GT(shares.size(), 350u) << "of 400, in 1000 to 5000 steps each";
}

TEST_F(Exchanges, DrawTheSamePauseForAMessageWhateverCameBefore) {
  const Step step = bench_.tried(call(), 2, {1'000'000});
  bench_.retry_of(step).jitter = Jitter::full;
  bench_.retry_of(step).site = bench_.site(Variate::unit());
  const std::uint32_t program = bench_.program({step});
  const auto pause_of = [&](std::uint32_t ordinal) {
    start(program, ordinal);
    const Time failed = bench_.context.now();
    answer(only_offer(), Outcome::error);
    run(failed + 1'000'000);
    const auto again = offers();
    answer(again.at(0).second, Outcome::ok);
    return again[0].first - failed;
  };
  const Time of_seven = pause_of(7);
  const Time of_eight = pause_of(8);
  EXPECT_NE(of_seven, of_eight);
  EXPECT_EQ(pause_of(8), of_eight);
  EXPECT_EQ(pause_of(7), of_seven);
}

TEST_F(Exchanges, EndAllAttemptsAtTheirDeadline) {
  start(bench_.program({bench_.tried(bench_.limited(call(), 100, 250), 9)}));
  run(1000);
  EXPECT_THAT(offered_at(), ElementsAre(0, 100, 200));
  EXPECT_THAT(caller_.ends, ElementsAre(End{250, 0, Progress::failed, Outcome::timeout}));
  EXPECT_EQ(counted().timeouts.at(1), 3u);
}

TEST_F(Exchanges, HaveADeadlineWithoutATimeout) {
  start(bench_.program({bench_.tried(bench_.limited(call(), kNever, 250), 9)}));
  run(200);
  answer(only_offer(), Outcome::error);
  run(1000);
  EXPECT_THAT(offered_at(), ElementsAre(200));
  EXPECT_THAT(caller_.ends, ElementsAre(End{250, 0, Progress::failed, Outcome::timeout}));
}

TEST_F(Exchanges, FailAtOnceRatherThanPauseBeyondTheirDeadline) {
  start(bench_.program({bench_.tried(bench_.limited(call(), 100, 250), 9, {60, 90, 90})}));
  run(1000);
  EXPECT_THAT(offered_at(), ElementsAre(0, 160)) << "at 250 there would be no time left";
  EXPECT_THAT(caller_.ends, ElementsAre(End{250, 0, Progress::failed, Outcome::timeout}));
  start(bench_.program({bench_.tried(bench_.limited(call(), kNever, 250), 9, {250})}));
  answer(only_offer(), Outcome::unavailable);
  EXPECT_EQ(caller_.ends.back(), (End{1000, 0, Progress::failed, Outcome::unavailable}));
}

TEST_F(Exchanges, HandTheirDeadlineDownWhereItTravels) {
  const Step step = bench_.limited(call(), kNever, 250);
  start(bench_.program({step}));
  EXPECT_EQ(message(only_offer()).flags & flag::kHurried, 0);
  bench_.exchange_of_step(step).travels = true;
  run(30);
  start(bench_.program({step}));
  const Handle request = only_offer();
  EXPECT_NE(message(request).flags & flag::kHurried, 0);
  EXPECT_EQ(message(request).deadline, 280);
  EXPECT_FALSE(is_late(message(request), 279));
  EXPECT_TRUE(is_late(message(request), 280));
}

TEST_F(Exchanges, TakeTheShorterOfTheirOwnDeadlineAndTheOneHandedDown) {
  const std::uint32_t own = bench_.program({bench_.limited(call(), kNever, 250)});
  const std::uint32_t none = bench_.program({call()});
  const auto deadline_of_request = [&](std::uint32_t program, Time handed_down) {
    const Handle frame = bench_.request(bench_.root(kProducer), kProducer, edge_);
    message(frame).pc = program;
    message(frame).deadline = handed_down;
    message(frame).flags |= flag::kHurried;
    begin(frame);
    const Handle request = only_offer();
    EXPECT_NE(message(request).flags & flag::kHurried, 0) << "handed on";
    return message(request).deadline;
  };
  EXPECT_EQ(deadline_of_request(own, 100), 100);
  EXPECT_EQ(deadline_of_request(own, 400), 250);
  EXPECT_EQ(deadline_of_request(none, 100), 100);
  run(99);
  EXPECT_THAT(caller_.ends, IsEmpty());
  run(100);
  EXPECT_THAT(caller_.ends, testing::SizeIs(2)) << "it is a timeout there too";
}

TEST_F(Exchanges, BeginNothingAfterADeadlineThatWasHandedDown) {
  const std::uint32_t program = bench_.program({call()});
  const Handle frame = bench_.request(bench_.root(kProducer), kProducer, edge_);
  message(frame).pc = program;
  message(frame).deadline = 100;
  message(frame).flags |= flag::kHurried;
  run(100);
  begin(frame);
  EXPECT_THAT(offers(), IsEmpty());
  EXPECT_EQ(counted().attempts.at(1), 0u);
  EXPECT_THAT(caller_.ends, ElementsAre(End{100, 0, Progress::failed, Outcome::timeout}));
}

TEST_F(Exchanges, GoOnWithTheirFallbackWhenTheyHaveFailedForGood) {
  // call, else work for 7; then work for 5
  const Step step = bench_.tried(bench_.limited(call(), 50), 2);
  const std::uint32_t program =
      bench_.program({step, {op_of<Jump>, 0}, bench_.work(7), bench_.work(5)});
  bench_.context.code[program + 1].argument = program + 3;
  bench_.exchange_of_step(step).fallback = program + 2;
  start(program, 0);
  start(program, 1);
  answer(offers().at(1).second, Outcome::ok);
  run(50);
  EXPECT_THAT(caller_.ends, ElementsAre(End{5, 1, Progress::ended, Outcome::ok}));
  answer(only_offer(), Outcome::error);
  run(100);
  EXPECT_EQ(caller_.ends.back(), (End{62, 0, Progress::ended, Outcome::error}));
}

TEST_F(Exchanges, AskTheirBudgetBeforeTheyTryAgain) {
  const Step step = bench_.tried(call(), 9);
  bench_.retry_of(step).budget = RetryBudget(0.5);
  const std::uint32_t program = bench_.program({step});
  const auto attempts_of_one = [&] {
    start(program);
    int attempts = 0;
    for (auto made = offers(); !made.empty(); made = offers()) {
      ++attempts;
      answer(made[0].second, Outcome::error);
    }
    return attempts;
  };
  EXPECT_EQ(attempts_of_one(), 1) << "half a retry is none";
  EXPECT_EQ(attempts_of_one(), 2);
  EXPECT_EQ(attempts_of_one(), 1);
  run(12 * kSecond);
  EXPECT_EQ(attempts_of_one(), 1) << "the half is forgotten";
}

TEST_F(Exchanges, TakeNothingFromTheirBudgetForARetryThatTheDeadlineForbids) {
  const Step step = bench_.tried(bench_.limited(call(), kNever, 100), 2, {100});
  bench_.retry_of(step).budget = RetryBudget(1);
  start(bench_.program({step}));
  answer(only_offer(), Outcome::error);
  EXPECT_TRUE(bench_.retry_of(step).budget.withdraw(0));
}

TEST_F(Exchanges, SendNothingAfterAPauseThatWasGivenUp) {
  for (const Step step : {bench_.tried(bench_.limited(call(), 50), 2, {100}),
                          bench_.tried(bench_.limited(send(), 50), 2, {100})}) {
    const Handle frame = start(bench_.program({step}));
    const std::size_t sent = offers().size();
    EXPECT_EQ(sent, 1u);
    run(bench_.context.now() + 50);
    abandon(frame, bench_.context);
    const std::size_t live = bench_.context.messages.live();
    run(bench_.context.now() + 100);
    EXPECT_THAT(offers(), IsEmpty());
    EXPECT_LT(bench_.context.messages.live(), live) << "what was to be sent is given back";
    EXPECT_EQ(bench_.context.events.pending(), 0u);
  }
}

TEST_F(Exchanges, TellTheCalleeWhenTheyCancelWhereverItIs) {
  const std::uint32_t far = bench_.edge(bench_.fixed(20), bench_.fixed(20));
  const Step step = bench_.limited(bench_.call(kCallee, far), 50);
  bench_.exchange_of_step(step).cancels = true;
  start(bench_.program({step}));
  run(69);
  const auto made = offers();
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(made[0].first, 20);
  EXPECT_THAT(others_, IsEmpty());
  run(70);
  offers();
  EXPECT_THAT(others_, ElementsAre(to<Cancel>(kCallee, made[0].second)));
  EXPECT_NE(message(made[0].second).flags & flag::kCancelled, 0);
}

TEST_F(Exchanges, LetAnEarlyAnswerRaceWithTheTimeout) {
  const std::uint32_t far = bench_.edge({}, bench_.fixed(20));
  for (const auto& [answered_at, in_time] : {std::pair{20, true}, {30, true}, {31, false}}) {
    const Time began = bench_.context.now();
    const Handle frame = start(bench_.program({bench_.limited(bench_.call(kCallee, far), 50)}));
    const Handle request = only_offer();
    run(began + answered_at);
    answer_early(request, bench_.context);
    EXPECT_EQ(message(request).parent, 0u) << "who waits, waits for the answer from now on";
    EXPECT_NE(message(frame).next, request);
    run(began + 200);
    EXPECT_EQ(caller_.ends.back(), (End{in_time ? began + answered_at + 20 : began + 50, 0,
                                        in_time ? Progress::ended : Progress::failed,
                                        in_time ? Outcome::ok : Outcome::timeout}));
    EXPECT_TRUE(alive(request)) << "its handler goes on";
    answer(request, Outcome::ok);
    run(began + 300);
  }
  EXPECT_EQ(caller_.ignored, 1 + 3) << "the late one, and what we said for the handlers";
}

TEST_F(Exchanges, SendASecondMessageWhereTheFirstWasNotConfirmedInTime) {
  const Handle frame = start(bench_.program({bench_.tried(bench_.limited(send(), 50), 2)}));
  const Handle first = only_offer();
  const Handle first_receipt = message(first).parent;
  EXPECT_EQ(message(first_receipt).parent, frame);
  run(50);
  const Handle second = only_offer();
  EXPECT_NE(second, first);
  EXPECT_TRUE(alive(first)) << "it is in the queue, confirmed or not";
  EXPECT_EQ(message(first_receipt).parent, 0u);
  EXPECT_EQ(counted().attempts.at(1), 2u);
  EXPECT_EQ(counted().timeouts.at(1), 1u);

  answer(first_receipt, Outcome::ok);
  EXPECT_EQ(caller_.ignored, 1) << "a confirm of the first comes too late";
  EXPECT_THAT(caller_.ends, IsEmpty());
  answer(message(second).parent, Outcome::ok);
  EXPECT_THAT(caller_.ends, ElementsAre(End{50, 0, Progress::ended, Outcome::ok}));
  EXPECT_EQ(message(frame).outstanding, 3u) << "itself and two messages";
  EXPECT_EQ(message(frame).flags & flag::kFailed, 0);
}

TEST_F(Exchanges, GiveEachAttemptNumbersOfItsOwn) {
  const std::uint32_t site = bench_.site(Variate::exponential(1e9));
  const std::uint32_t calls = bench_.program({bench_.tried(call(), 3)});
  const std::uint32_t sends = bench_.program({bench_.tried(send(), 3)});
  std::set<std::int64_t> drawn;
  std::size_t draws = 0;
  // Each of three handlings of a message tries three times: nine attempts, whatever their numbers.
  for (std::uint16_t handling = 0; handling < 3; ++handling) {
    start(calls, 8, handling);
    for (std::uint16_t attempt = 0; attempt < 3; ++attempt, ++draws) {
      const Handle request = only_offer();
      EXPECT_EQ(message(request).attempt, handling + attempt) << "so that `fail: {column}` counts";
      drawn.insert(bench_.context.draw(site, message(request)));
      answer(request, Outcome::error);
    }
    start(sends, 8, handling);
    for (int attempt = 0; attempt < 3; ++attempt, ++draws) {
      const Handle sent = only_offer();
      EXPECT_EQ(message(sent).attempt, 0) << "it was never received";
      drawn.insert(bench_.context.draw(site, message(sent)));
      answer(message(sent).parent, Outcome::error);
    }
  }
  EXPECT_EQ(drawn.size(), draws);
}

TEST_F(Exchanges, AskAStoreAgainOfTheSameKey) {
  const Step step = bench_.tried(call(), 3);
  bench_.exchange_of_step(step).kind = Exchange::Kind::access;
  const std::uint32_t program = bench_.program({step});
  std::set<std::uint32_t> lanes_of_keys;
  std::set<std::uint32_t> lanes_of_draws;
  for (std::uint16_t handling = 0; handling < 2; ++handling) {
    start(program, 8, handling);
    for (int attempt = 0; attempt < 3; ++attempt) {
      const Handle request = only_offer();
      lanes_of_keys.insert(message(request).timer);
      lanes_of_draws.insert(lane_of_draws(message(request)));
      answer(request, Outcome::error);
    }
  }
  EXPECT_EQ(lanes_of_keys.size(), 1u) << "in each attempt and each delivery";
  EXPECT_EQ(lanes_of_draws.size(), 6u);
}

TEST_F(Exchanges, DrawTheSameFirstAttemptWithAndWithoutRetries) {
  const std::uint32_t site = bench_.site(Variate::exponential(1e9));
  const Step plain = call();
  const Step careful = bench_.tried(bench_.limited(call(), 50), 3);
  bench_.exchange_of_step(careful).lane = bench_.exchange_of_step(plain).lane;
  std::set<std::int64_t> drawn;
  for (const Step step : {plain, careful}) {
    start(bench_.program({step}), 8);
    drawn.insert(bench_.context.draw(site, message(only_offer())));
  }
  EXPECT_EQ(drawn.size(), 1u);
}

TEST_F(Exchanges, LeaveNoStrangersNameInTheFrameThatWaited) {
  // A request that has stood in a line before another one is answered: the root that had called
  // must not take the other one for its last message.
  const Handle frame = start(bench_.program({call()}));
  const Handle request = only_offer();
  const Handle orphan = bench_.request(frame, kCaller, edge_);
  message(orphan).parent = 0;
  MessageLine line;
  line.push_back(bench_.context.messages, request);
  line.push_back(bench_.context.messages, orphan);
  EXPECT_EQ(line.pop_front(bench_.context.messages), request);
  answer(request, Outcome::ok);
  bench_.context.answered(frame);
  EXPECT_EQ(message(orphan).root, frame);
  EXPECT_EQ(message(orphan).reply_to, say<Reply>(kCaller));
  EXPECT_EQ(message(frame).outstanding, 1u);
}

}  // namespace
}  // namespace spillway
