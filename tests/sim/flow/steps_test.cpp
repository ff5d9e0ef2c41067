#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/flow/handler.h"
#include "sim/flow/request.h"
#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Address kSelf = component_address(1, 0);
constexpr Address kOther = component_address(1, 1);
constexpr Address kQueue = component_address(2, 0);
constexpr Address kProducer = component_address(0, 0);

/// Runs handlers by hand: starts one, and lets what it waits for happen.
class Steps : public testing::Test {
 protected:
  Handle frame(std::uint32_t program, std::uint32_t ordinal = 0) {
    return bench_.root(kProducer, ordinal, program);
  }
  Progress start(Handle handle) { return advance(handle, bench_.context, Self{kSelf}); }
  Progress go_on(Handle handle) { return resume(handle, bench_.context, Self{kSelf}); }
  Message& message(Handle handle) { return bench_.context.messages[handle]; }
  std::vector<Next> posts() {
    std::vector<Next> all;
    while (const Next next = bench_.context.take_post()) all.push_back(next);
    return all;
  }
  std::vector<std::pair<Time, Next>> events() {
    std::vector<std::pair<Time, Next>> all;
    for (Event event; bench_.context.events.pop(event, kNever);) {
      all.emplace_back(event.at, event.action);
    }
    return all;
  }

  Bench bench_;
};

TEST_F(Steps, EndAtOnceWhereThereAreNone) {
  EXPECT_EQ(start(frame(bench_.program({}))), Progress::ended);
}

TEST_F(Steps, WorkLastsAsLongAsDrawnAndSaysDone) {
  const Handle handle = frame(bench_.program({bench_.work(30), bench_.work(5)}));
  EXPECT_EQ(start(handle), Progress::waiting);
  EXPECT_THAT(events(), ElementsAre(std::pair{Time{30}, to<Done>(kSelf, handle)}));
  EXPECT_EQ(go_on(handle), Progress::waiting);
  EXPECT_THAT(events(), ElementsAre(std::pair{Time{35}, to<Done>(kSelf, handle)}));
  EXPECT_EQ(go_on(handle), Progress::ended);
}

TEST_F(Steps, WorkTicksInTheClockOfASingleServer) {
  const SlotId slot = bench_.context.events.add_slot();
  const Handle handle = frame(bench_.program({bench_.work(30)}));
  EXPECT_EQ(advance(handle, bench_.context, Self{kSelf, slot}), Progress::waiting);
  EXPECT_THAT(events(), ElementsAre(std::pair{Time{30}, to<Done>(kSelf, handle)}));
}

TEST_F(Steps, WorkNeedsASlotAfterItWasGivenAway) {
  const Handle handle = frame(bench_.program({bench_.wait(10, false), bench_.work(5)}));
  EXPECT_EQ(start(handle), Progress::waiting);
  EXPECT_NE(message(handle).flags & flag::kAway, 0);
  events();
  EXPECT_EQ(go_on(handle), Progress::needs_slot);
  EXPECT_EQ(start(handle), Progress::needs_slot) << "it stands before the work";
  message(handle).flags = 0;
  EXPECT_EQ(start(handle), Progress::waiting);
  EXPECT_THAT(events(), ElementsAre(std::pair{Time{15}, to<Done>(kSelf, handle)}));
  EXPECT_EQ(go_on(handle), Progress::ended);
}

TEST_F(Steps, WaitKeepsTheSlotWhereItHolds) {
  const Handle handle = frame(bench_.program({bench_.wait(10, true), bench_.wait(4, true)}));
  EXPECT_EQ(start(handle), Progress::waiting);
  EXPECT_EQ(message(handle).flags & flag::kAway, 0);
  EXPECT_THAT(events(), ElementsAre(std::pair{Time{10}, to<Done>(kSelf, handle)}));
  message(handle).flags = flag::kAway;
  EXPECT_EQ(go_on(handle), Progress::needs_slot) << "a wait that holds a slot must have one";
}

/// What a call makes of a frame on a lane, and what is under way then.
struct Called {
  std::uint16_t frame_flags;
  std::uint32_t outstanding;
  std::uint32_t lane, pc, via, reply_to;
  std::uint16_t attempt, flags;
  Time deadline;
  std::vector<std::pair<Time, Next>> under_way;
  friend bool operator==(const Called&, const Called&) = default;
};

struct CallOf {
  bool ordinary, holds;
  Time timeout, network;
  std::uint32_t lane;
  std::uint16_t flags;
};

Called called(const CallOf& says) {
  Bench bench;
  const std::uint32_t edge = bench.edge(says.network == 0 ? Hop{} : bench.fixed(says.network));
  Step call = bench.call(kOther, edge, says.holds);
  if (says.timeout != kNever) call = bench.limited(call, says.timeout);
  Exchange& exchange = bench.exchange_of_step(call);
  exchange.ordinary = says.ordinary;
  exchange.lane_after = lane_over(exchange, exchange.lane_before);
  const Handle handle = bench.root(kProducer, 8, bench.program({call}));
  Message& frame = bench.context.messages[handle];
  frame.lane = says.lane;
  frame.attempt = 2;
  frame.flags |= says.flags;
  frame.deadline = 900;
  EXPECT_EQ(advance(handle, bench.context, Self{kSelf}), Progress::waiting);
  const Message& request = bench.context.messages[frame.next];
  Called all{frame.flags,      frame.outstanding, request.lane,  request.pc,       request.via,
             request.reply_to, request.attempt,   request.flags, request.deadline, {}};
  while (const Next next = bench.context.take_post()) all.under_way.emplace_back(0, next);
  for (Event event; bench.context.events.pop(event, kNever);) {
    all.under_way.emplace_back(event.at, event.action);
  }
  return all;
}

TEST_F(Steps, AnOrdinaryCallIsMadeAsAnyOther) {
  for (const bool holds : {false, true}) {
    for (const Time timeout : {Time{50}, kNever}) {
      for (const Time network : {0, 7}) {
        for (const std::uint32_t lane : {0U, 77U}) {
          for (const int flags : {0, int{flag::kHurried}}) {
            CallOf says{false, holds, timeout, network, lane, static_cast<std::uint16_t>(flags)};
            const Called any = called(says);
            EXPECT_FALSE(any.under_way.empty());
            EXPECT_EQ((any.flags & flag::kHurried) != 0, flags != 0);
            says.ordinary = true;
            EXPECT_EQ(called(says), any)
                << holds << ' ' << timeout << ' ' << network << ' ' << lane << ' ' << flags;
          }
        }
      }
    }
  }
}

TEST_F(Steps, CallSendsARequestAndFailsWithIt) {
  const std::uint32_t edge = bench_.edge();
  const Handle handle = frame(bench_.program({bench_.call(kOther, edge), bench_.work(1)}), 8);
  message(handle).segment = 1;
  EXPECT_EQ(start(handle), Progress::waiting);
  const std::vector<Next> said = posts();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].target, say<Offer>(kOther));
  const Handle request = said[0].payload;
  EXPECT_EQ(message(request).parent, handle);
  EXPECT_EQ(message(request).reply_to, say<Reply>(kSelf));
  EXPECT_EQ(message(request).ordinal, 8u);
  EXPECT_NE(message(request).lane, message(handle).lane) << "another path, other numbers";
  EXPECT_EQ(bench_.context.edges[edge].metrics.attempts.at(1), 1u);

  message(request).outcome = Outcome::unavailable;
  const Next answered = answer(request, bench_.context);
  EXPECT_EQ(answered, to<Reply>(kSelf, request));
  EXPECT_EQ(receive(request, bench_.context), handle);
  EXPECT_EQ(bench_.context.edges[edge].metrics.errors.at(1), 1u);
  EXPECT_EQ(go_on(handle), Progress::failed);
  EXPECT_FALSE(bench_.context.messages.alive(request));
}

TEST_F(Steps, CallGoesOnWhenItIsAnsweredWell) {
  const Handle handle = frame(bench_.program({bench_.call(kOther, bench_.edge())}));
  EXPECT_EQ(start(handle), Progress::waiting);
  const Handle request = posts().at(0).payload;
  receive(request, bench_.context);
  EXPECT_EQ(go_on(handle), Progress::ended);
}

TEST_F(Steps, CallTravelsBothWays) {
  const std::uint32_t edge = bench_.edge(bench_.fixed(20), bench_.fixed(30));
  const Handle handle = frame(bench_.program({bench_.call(kOther, edge)}));
  EXPECT_EQ(start(handle), Progress::waiting);
  EXPECT_THAT(posts(), IsEmpty());
  const auto out = events();
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].first, 20);
  EXPECT_FALSE(answer(out[0].second.payload, bench_.context));
  EXPECT_THAT(events(), ElementsAre(std::pair{Time{50}, to<Reply>(kSelf, out[0].second.payload)}));
}

TEST_F(Steps, CallOfARepeatedHandlerIsARepeatedCallWithNumbersOfItsOwn) {
  const std::uint32_t site = bench_.site(Variate::exponential(1e9));
  const std::uint32_t program = bench_.program({bench_.call(kOther, bench_.edge())});
  const auto work_of_attempt = [&](std::uint16_t attempt) {
    const Handle handle = frame(program, 8);
    message(handle).attempt = attempt;
    start(handle);
    const Handle request = posts().at(0).payload;
    EXPECT_EQ(message(request).attempt, attempt) << "so that `fail: {column}` counts it";
    return bench_.context.draw(site, message(request));
  };
  EXPECT_EQ(work_of_attempt(0), work_of_attempt(0));
  EXPECT_NE(work_of_attempt(0), work_of_attempt(1));
  EXPECT_NE(work_of_attempt(1), work_of_attempt(2));
}

TEST_F(Steps, SendWaitsForItsConfirmation) {
  const std::uint32_t edge = bench_.edge();
  const Handle handle = frame(bench_.program({bench_.send(kQueue, edge, true)}));
  message(handle).segment = 1;
  EXPECT_EQ(start(handle), Progress::waiting);
  const Handle sent = posts().at(0).payload;
  const Handle receipt = message(sent).parent;
  ASSERT_NE(receipt, 0u);
  EXPECT_EQ(message(receipt).parent, handle);
  EXPECT_EQ(message(receipt).reply_to, say<Reply>(kSelf));
  EXPECT_EQ(message(handle).outstanding, 3u);
  EXPECT_EQ(message(handle).next, receipt) << "it waits for the confirmation";
  EXPECT_EQ(message(receipt).next, sent);
  EXPECT_EQ(bench_.context.edges[edge].metrics.attempts.at(1), 1u);
  message(receipt).outcome = Outcome::unavailable;
  EXPECT_EQ(receive(receipt, bench_.context), handle);
  EXPECT_EQ(go_on(handle), Progress::failed);
}

TEST_F(Steps, SendGoesOnAtOnceWithoutConfirmation) {
  const Handle handle = frame(
      bench_.program({bench_.send(kQueue, bench_.edge(), false), bench_.send(kQueue, 0, false)}));
  EXPECT_EQ(start(handle), Progress::ended);
  const std::vector<Next> said = posts();
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(message(said[0].payload).parent, 0u);
  EXPECT_NE(message(said[0].payload).lane, message(said[1].payload).lane);
  EXPECT_EQ(message(handle).outstanding, 3u);
}

TEST_F(Steps, SendOfARepeatedHandlerSendsAFreshMessageWithNumbersOfItsOwn) {
  const std::uint32_t program = bench_.program({bench_.send(kQueue, bench_.edge(), true)});
  const auto lane_of_attempt = [&](std::uint16_t attempt) {
    const Handle handle = frame(program, 8);
    message(handle).attempt = attempt;
    start(handle);
    const Handle sent = posts().at(0).payload;
    EXPECT_EQ(message(sent).attempt, 0) << "it has not been received yet";
    EXPECT_EQ(message(message(sent).parent).lane, message(sent).lane)
        << "two sends of a handler draw their confirmations apart";
    return message(sent).lane;
  };
  EXPECT_EQ(lane_of_attempt(0), lane_of_attempt(0));
  EXPECT_NE(lane_of_attempt(0), lane_of_attempt(1));
  EXPECT_NE(lane_of_attempt(1), lane_of_attempt(2));
}

TEST_F(Steps, CallAndSendGiveTheSlotAwayWhereTheyHoldNothing) {
  const std::uint32_t edge = bench_.edge();
  const Handle calling = frame(bench_.program({bench_.call(kOther, edge, false)}));
  start(calling);
  EXPECT_NE(message(calling).flags & flag::kAway, 0);
  const Handle sending = frame(bench_.program({bench_.send(kQueue, edge, true, false)}));
  start(sending);
  EXPECT_NE(message(sending).flags & flag::kAway, 0);
  const Handle telling = frame(bench_.program({bench_.send(kQueue, edge, false, false)}));
  EXPECT_EQ(start(telling), Progress::ended);
  EXPECT_EQ(message(telling).flags & flag::kAway, 0) << "there is nothing to wait for";
}

TEST_F(Steps, CallAndSendThatHoldTheirSlotNeedOneFirst) {
  const std::uint32_t edge = bench_.edge();
  for (const std::uint32_t program : {bench_.program({bench_.call(kOther, edge)}),
                                      bench_.program({bench_.send(kQueue, edge, true)})}) {
    const Handle handle = frame(program);
    message(handle).flags = flag::kAway;
    EXPECT_EQ(start(handle), Progress::needs_slot);
    EXPECT_THAT(posts(), IsEmpty());
    EXPECT_EQ(message(handle).outstanding, 1u);
    EXPECT_EQ(message(handle).pc, program);
  }
}

/// Adds `choose` with a way for each share; way i works i ns, then all go on with 100 ns.
std::uint32_t choice_of(Bench& bench, const std::vector<double>& shares) {
  Context& context = bench.context;
  const auto start = static_cast<std::uint32_t>(context.code.size());
  context.branchings.push_back({bench.site(Variate::unit()),
                                static_cast<std::uint32_t>(context.targets.size()),
                                static_cast<std::uint32_t>(shares.size())});
  context.code.push_back(
      {op_of<Choose>, static_cast<std::uint32_t>(context.branchings.size() - 1)});
  const auto end = static_cast<std::uint32_t>(start + 1 + 2 * shares.size());
  double sum = 0;
  for (std::size_t way = 0; way < shares.size(); ++way) {
    sum += shares[way];
    context.thresholds.push_back(static_cast<std::int64_t>(sum * 9007199254740992.0 + 0.5));
    context.targets.push_back(static_cast<std::uint32_t>(context.code.size()));
    context.code.push_back(bench.work(static_cast<Time>(way + 1)));
    context.code.push_back({op_of<Jump>, end});
  }
  context.code.push_back(bench.work(100));
  context.code.push_back({kEnd, 0});
  return start;
}

/// The count of a share among n strays from its mean by 4.9 standard deviations once in 10^6.
double tolerance(double share, double n) { return 4.9 * std::sqrt(n * share * (1 - share)); }

TEST_F(Steps, ChooseTakesEachWayInItsShare) {
  const std::vector<double> shares{0.5, 0.3, 0, 0.2};
  const std::uint32_t program = choice_of(bench_, shares);
  constexpr std::uint32_t kMessages = 100'000;  // seed 1
  std::vector<double> taken(4);
  for (std::uint32_t ordinal = 0; ordinal < kMessages; ++ordinal) {
    const Handle handle = frame(program, ordinal);
    ASSERT_EQ(start(handle), Progress::waiting);
    Event event;
    const Time before = bench_.context.now();
    ASSERT_TRUE(bench_.context.events.pop(event, kNever));
    ++taken[static_cast<std::size_t>(event.at - before - 1)];
    bench_.context.messages.give(handle);
  }
  EXPECT_EQ(taken[2], 0);
  for (std::size_t way = 0; way < 4; ++way) {
    EXPECT_NEAR(taken[way], shares[way] * kMessages, tolerance(shares[way], kMessages)) << way;
  }
}

TEST_F(Steps, ChooseGoesOnAfterTheChosenWay) {
  const Handle handle = frame(choice_of(bench_, {0, 1}));
  EXPECT_EQ(start(handle), Progress::waiting);
  EXPECT_EQ(go_on(handle), Progress::waiting);
  EXPECT_EQ(go_on(handle), Progress::ended);
  EXPECT_THAT(events(), ElementsAre(std::pair{Time{2}, to<Done>(kSelf, handle)},
                                    std::pair{Time{100}, to<Done>(kSelf, handle)}));
}

TEST_F(Steps, FailFailsInItsShareAndAnewForEachAttempt) {
  const std::uint32_t program = bench_.program({bench_.fail(0.02)});
  constexpr std::uint32_t kMessages = 200'000;  // seed 1
  double failed = 0;
  double failed_twice = 0;
  for (std::uint32_t ordinal = 0; ordinal < kMessages; ++ordinal) {
    const Handle handle = frame(program, ordinal);
    const bool first = start(handle) == Progress::failed;
    message(handle).pc = program;
    message(handle).attempt = 1;
    const bool second = start(handle) == Progress::failed;
    failed += first ? 1 : 0;
    failed_twice += first && second ? 1 : 0;
    bench_.context.messages.give(handle);
  }
  EXPECT_NEAR(failed, 0.02 * kMessages, tolerance(0.02, kMessages));
  EXPECT_NEAR(failed_twice, 0.0004 * kMessages, tolerance(0.0004, kMessages));
}

TEST_F(Steps, FailKnowsNeverAndAlways) {
  const std::uint32_t never = bench_.program({bench_.fail(0)});
  const std::uint32_t always = bench_.program({bench_.fail(1)});
  for (std::uint32_t ordinal = 0; ordinal < 1000; ++ordinal) {
    EXPECT_EQ(start(frame(never, ordinal)), Progress::ended);
    EXPECT_EQ(start(frame(always, ordinal)), Progress::failed);
  }
}

TEST_F(Steps, FailByColumnFailsTheFirstAttemptsOfEachMessage) {
  const std::uint32_t program = bench_.program({bench_.fail_by({0, 2, 1})});
  const auto outcome = [&](std::uint32_t ordinal, std::uint16_t attempt) {
    const Handle handle = frame(program, ordinal);
    message(handle).attempt = attempt;
    message(handle).lane = 12345;  // whatever the path
    return start(handle);
  };
  EXPECT_EQ(outcome(0, 0), Progress::ended);
  EXPECT_EQ(outcome(1, 0), Progress::failed);
  EXPECT_EQ(outcome(1, 1), Progress::failed);
  EXPECT_EQ(outcome(1, 2), Progress::ended);
  EXPECT_EQ(outcome(2, 0), Progress::failed);
  EXPECT_EQ(outcome(2, 1), Progress::ended);
}

TEST_F(Steps, ReplyAnswersNowAndGoesOn) {
  const std::uint32_t edge = bench_.edge();
  const Handle caller = bench_.root(kProducer);
  const Handle request = bench_.request(caller, kOther, edge);
  message(request).pc = bench_.program({Bench::reply(), Bench::reply(), bench_.work(9)});
  EXPECT_EQ(start(request), Progress::waiting);
  const std::vector<Next> said = posts();
  ASSERT_EQ(said.size(), 1u) << "the second reply has nobody to go to";
  EXPECT_EQ(said[0].target, say<Reply>(kOther));
  EXPECT_NE(said[0].payload, request);
  EXPECT_NE(message(request).flags & flag::kReplied, 0);
  EXPECT_EQ(receive(said[0].payload, bench_.context), caller);
  EXPECT_EQ(message(caller).outstanding, 2u) << "the handler is still part of the work";
}

}  // namespace
}  // namespace spillway
