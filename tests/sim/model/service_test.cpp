#include "tests/sim/model/service_bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Services : public ServiceBench {};

TEST_F(Services, ServesAsManyAtOnceAsThereAreSlotsAndTheRestInOrder) {
  open(2, kUnbounded, bench_.program({bench_.work(10)}));
  for (int i = 0; i < 5; ++i) ask();
  EXPECT_EQ(busy(), 2);
  EXPECT_EQ(waiting(), 3);
  EXPECT_EQ(service_->inside(), 5u);
  run(10);
  EXPECT_EQ(busy(), 2);
  EXPECT_EQ(waiting(), 1);
  run(30);
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 0, Outcome::ok}, Answer{10, 1, Outcome::ok},
                                     Answer{20, 2, Outcome::ok}, Answer{20, 3, Outcome::ok},
                                     Answer{30, 4, Outcome::ok}));
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(service_->inside(), 0u);
  EXPECT_EQ(latency().histogram->sum(), 10u + 10 + 20 + 20 + 30);
}

TEST_F(Services, ServesOneAtATimeWithAClockOfItsOwn) {
  open(1, kUnbounded, bench_.program({bench_.work(10), bench_.work(5)}));
  ask();
  ask();
  run(30);
  EXPECT_THAT(answers(), ElementsAre(Answer{15, 0, Outcome::ok}, Answer{30, 1, Outcome::ok}));
}

TEST_F(Services, RefusesAtOnceWhatItsAcceptQueueHasNoRoomFor) {
  open(1, 2, bench_.program({bench_.work(10)}));
  for (int i = 0; i < 5; ++i) ask();
  EXPECT_EQ(waiting(), 2);
  EXPECT_THAT(answers(),
              ElementsAre(Answer{0, 3, Outcome::unavailable}, Answer{0, 4, Outcome::unavailable}));
  EXPECT_EQ(refused(), 2u);
  EXPECT_EQ(service_->metrics().received.at(1), 5u);
  run(10);
  EXPECT_EQ(waiting(), 1) << "one started, so there is room again";
  ask();
  EXPECT_EQ(refused(), 2u);
  EXPECT_EQ(latency().n, 1u) << "a refusal is no answer";
}

TEST_F(Services, RefusesWithoutAnAcceptQueueWhenAllSlotsAreTaken) {
  open(1, 0, bench_.program({bench_.work(10)}));
  ask();
  ask();
  EXPECT_EQ(refused(), 1u);
}

TEST_F(Services, KeepsItsSlotWhileItWaitsForADownstream) {
  open(1, kUnbounded, bench_.program({bench_.call(kDownstream, down_), bench_.work(5)}));
  ask();
  ask();
  const std::vector<Handle> made = calls();
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(busy(), 1);
  EXPECT_EQ(waiting(), 1);
  run(20);
  answer_of_downstream(made[0], Outcome::ok);
  EXPECT_EQ(busy(), 1);
  EXPECT_EQ(waiting(), 1);
  run(25);
  EXPECT_THAT(calls(), testing::SizeIs(1));
}

TEST_F(Services, GivesItsSlotAwayMeanwhileWhereItHoldsNothing) {
  open(1, kUnbounded, bench_.program({bench_.call(kDownstream, down_, false), bench_.work(5)}));
  ask();
  ask();
  ask();
  const std::vector<Handle> made = calls();
  ASSERT_EQ(made.size(), 3u) << "each goes to the downstream at once";
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(service_->inside(), 3u);
  answer_of_downstream(made[1], Outcome::ok);
  answer_of_downstream(made[0], Outcome::ok);
  EXPECT_EQ(busy(), 1);
  EXPECT_EQ(waiting(), 1);
  run(10);
  EXPECT_THAT(answers(), ElementsAre(Answer{5, 1, Outcome::ok}, Answer{10, 0, Outcome::ok}));
  answer_of_downstream(made[2], Outcome::error);
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 2, Outcome::error}));
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(service_->inside(), 0u);
}

TEST_F(Services, GivesTheSlotToAResumedHandlerBeforeANewOne) {
  open(1, kUnbounded,
       bench_.program({bench_.work(10), bench_.call(kDownstream, down_, false), bench_.work(5)}));
  ask();
  ask();
  ask();
  run(10);  // 0 calls, 1 works until 20, 2 waits
  const std::vector<Handle> made = calls();
  ASSERT_EQ(made.size(), 1u);
  answer_of_downstream(made[0], Outcome::ok);  // 0 has work again, and waits beside 2
  EXPECT_EQ(waiting(), 2);
  run(25);
  EXPECT_THAT(std::vector<Bench::Said>(bench_.said.begin() + 1, bench_.said.end()),
              testing::SizeIs(1));
  EXPECT_EQ(bench_.said[0].next.target, say<Offer>(kDownstream)) << "of 1, at 20";
  EXPECT_EQ(bench_.said[1].at, 25) << "0 worked from 20 to 25, before 2 began";
  EXPECT_EQ(message(bench_.said[1].next.payload).ordinal, 0u);
}

TEST_F(Services, LetsAHandlerEndWithoutASlot) {
  open(1, kUnbounded, bench_.program({bench_.call(kDownstream, down_, false)}));
  ask();
  const std::vector<Handle> made = calls();
  ask();
  answer_of_downstream(made[0], Outcome::ok);
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(service_->inside(), 1u);
}

TEST_F(Services, HandlesAMixOfCallsThatHoldAndThatDoNot) {
  open(1, kUnbounded,
       bench_.program({bench_.call(kDownstream, down_, false), bench_.call(kDownstream, down_),
                       bench_.wait(3, true), bench_.wait(4, false), bench_.work(2)}));
  ask();
  std::vector<Handle> made = calls();
  answer_of_downstream(made[0], Outcome::ok);
  made = calls();
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(busy(), 1) << "the second call holds the slot";
  answer_of_downstream(made[0], Outcome::ok);
  EXPECT_EQ(busy(), 1) << "so does the first wait";
  run(3);
  EXPECT_EQ(busy(), 0) << "but not the second";
  run(7);
  EXPECT_EQ(busy(), 1);
  run(9);
  EXPECT_THAT(answers(), ElementsAre(Answer{9, 0, Outcome::ok}));
  EXPECT_EQ(busy(), 0);
}

TEST_F(Services, AnswersAnErrorWhenItsHandlerFails) {
  open(1, kUnbounded, bench_.program({bench_.work(3), bench_.fail(1), bench_.work(100)}));
  ask();
  ask();
  run(6);
  EXPECT_THAT(answers(), ElementsAre(Answer{3, 0, Outcome::error}, Answer{6, 1, Outcome::error}));
  EXPECT_EQ(busy(), 0);
}

TEST_F(Services, AnswersEarlyAndGoesOn) {
  open(1, kUnbounded, bench_.program({bench_.work(3), Bench::reply(), bench_.work(7)}));
  const Handle request = ask();
  run(3);
  EXPECT_THAT(answers(), ElementsAre(Answer{3, 0, Outcome::ok}));
  EXPECT_EQ(busy(), 1);
  EXPECT_EQ(latency().histogram->sum(), 3u) << "from its arrival to its answer";
  run(10);
  EXPECT_THAT(answers(), IsEmpty());
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(latency().n, 1u);
  EXPECT_FALSE(bench_.context.messages.alive(request));
}

TEST_F(Services, FailsTheRootWhenAHandlerFailsAfterItsAnswer) {
  open(1, kUnbounded, bench_.program({Bench::reply(), bench_.fail(1)}));
  const Handle request = ask();
  EXPECT_EQ(latency().n, 1u);
  ASSERT_EQ(bench_.said.size(), 1u);
  const Handle answer = bench_.said[0].next.payload;
  EXPECT_EQ(message(answer).outcome, Outcome::ok);
  EXPECT_FALSE(bench_.context.messages.alive(request));
  EXPECT_NE(message(message(answer).root).flags & flag::kFailed, 0);
}

TEST_F(Services, AnswersEarlyForAMessageThatTravelsAsItsOwnRequest) {
  open(1, kUnbounded, bench_.program({Bench::reply(), bench_.work(7)}));
  const Handle root = bench_.root(kCaller);
  message(root).parent = root;
  message(root).reply_to = say<Reply>(kCaller);
  message(root).via = edge_;
  bench_.tell<Offer>(*service_, root);
  ASSERT_EQ(bench_.said.size(), 1u);
  const Handle answer = bench_.said[0].next.payload;
  EXPECT_NE(answer, root);
  EXPECT_EQ(message(answer).parent, root);
  message(root).reply_to = kCaller;
  bench_.context.release(answer);
  bench_.context.answered(root);
  EXPECT_EQ(message(root).outstanding, 1u) << "its handler";
  bench_.said.clear();
  run(7);
  EXPECT_THAT(bench_.heard(), ElementsAre(to<Settle>(kCaller, root)));
}

TEST_F(Services, DoesNotNestWhereALongLineEndsAtOnce) {
  // A million handlers without work, held up behind one: the stack would not survive nesting.
  const std::uint32_t program = bench_.program({bench_.fail_by({0}), bench_.wait(0, true)});
  open(1, kUnbounded, program);
  const std::uint32_t instant = bench_.program({});
  ask();  // holds the slot until its event is run
  const Handle caller = bench_.root(kCaller);
  constexpr int kLine = 1'000'000;
  for (int i = 0; i < kLine; ++i) {
    const Handle request = bench_.request(caller, kCaller, edge_);
    bench_.tell<Offer>(*service_, request);
    message(request).pc = instant;
  }
  EXPECT_EQ(waiting(), kLine);
  run(0);
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(bench_.said.size(), static_cast<std::size_t>(kLine + 1));
}

// Callers that have gone.

TEST_F(Services, GoesOnForACallerThatHasGoneAndCountsTheWorkAsWasted) {
  open(1, kUnbounded, bench_.program({bench_.work(10)}));
  leave(ask());
  ask();
  run(20);
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 0, Outcome::ok}, Answer{20, 1, Outcome::ok}));
  EXPECT_EQ(wasted().total, 1);
  EXPECT_EQ(wasted().weight, 2);
  EXPECT_EQ(cancelled(), 0u);
}

TEST_F(Services, TakesACancelledRequestOutOfTheLineWhereItLeavesRoom) {
  open(1, 2, bench_.program({bench_.work(10)}));
  ask();
  const Handle waits = ask();
  ask();
  cancel(waits);
  EXPECT_EQ(waiting(), 1);
  EXPECT_EQ(service_->inside(), 2u);
  EXPECT_EQ(cancelled(), 1u);
  ask();
  EXPECT_EQ(refused(), 0u) << "its place in the line is free";
  ask();
  EXPECT_EQ(refused(), 1u) << "and there are two places";
  bench_.said.clear();
  run(30);
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 0, Outcome::ok}, Answer{20, 2, Outcome::ok},
                                     Answer{30, 3, Outcome::ok}));
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(service_->inside(), 0u);
  EXPECT_EQ(bench_.context.messages.live(), bench_.context.alive()) << "its place is given back";
}

TEST_F(Services, FreesTheSlotOfACancelledRequestAtOnce) {
  for (const std::uint64_t slots : {1u, 2u}) {
    open(slots, kUnbounded, bench_.program({bench_.work(10), bench_.work(10)}));
    const Time began = bench_.context.now();
    const std::uint32_t first = asked_;
    const Handle works = ask();
    if (slots == 2) ask();
    ask();  // waits
    run(began + 4);
    cancel(works);
    EXPECT_EQ(busy(), static_cast<std::int64_t>(slots));
    EXPECT_EQ(waiting(), 0);
    run(began + 100);
    std::vector<Answer> expected;
    if (slots == 2) expected.emplace_back(began + 20, first + 1, Outcome::ok);
    expected.emplace_back(began + 24, asked_ - 1, Outcome::ok);
    EXPECT_EQ(answers(), expected) << "the next one began at 4, and nobody else answers";
    EXPECT_EQ(busy(), 0);
    EXPECT_EQ(latency().n, slots);
  }
}

TEST_F(Services, CancelsAWaitToo) {
  open(1, kUnbounded, bench_.program({bench_.wait(10, true), bench_.work(5)}));
  const Handle request = ask();
  run(4);
  cancel(request);
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(bench_.context.alive(), 1u) << "its root: an event alone still names its place";
  EXPECT_EQ(bench_.context.messages.live(), 2u);
  run(100);
  EXPECT_THAT(answers(), IsEmpty());
  EXPECT_EQ(bench_.context.messages.live(), 1u);
}

TEST_F(Services, HandsACancellationDownWhereItsOwnCallSaysSo) {
  for (const bool cancels : {true, false}) {
    const Step step = bench_.limited(bench_.call(kDownstream, down_), 100);
    bench_.exchange_of_step(step).cancels = cancels;
    open(1, kUnbounded, bench_.program({step, bench_.work(5)}));
    const Handle request = ask();
    const Handle below = calls().at(0);
    cancel(request);
    EXPECT_EQ(busy(), 0);
    EXPECT_EQ(message(below).parent, 0u);
    const std::vector<Next> heard = bench_.heard();
    EXPECT_EQ(std::ranges::count(heard, to<Cancel>(kDownstream, below)), cancels ? 1 : 0);
    run(bench_.context.now() + 200);
    EXPECT_EQ(bench_.context.edges[down_].metrics.timeouts.at(1), 0u) << "its clock is stopped";
    answer_of_downstream(below, Outcome::ok);
    EXPECT_EQ(service_->inside(), 0u) << "what comes late is ignored";
  }
}

TEST_F(Services, CancelsARequestThatPausesBeforeAnotherAttempt) {
  const Step step = bench_.tried(bench_.call(kDownstream, down_), 3, {100, 100});
  open(1, kUnbounded, bench_.program({step}));
  const Handle request = ask();
  answer_of_downstream(calls().at(0), Outcome::error);
  EXPECT_EQ(busy(), 1) << "it keeps its slot in the pause";
  run(50);
  cancel(request);
  EXPECT_EQ(busy(), 0);
  run(1000);
  EXPECT_THAT(calls(), IsEmpty());
  EXPECT_EQ(bench_.context.events.pending(), 0u);
}

TEST_F(Services, CancelsAHandlerThatGaveItsSlotAway) {
  open(1, kUnbounded, bench_.program({bench_.call(kDownstream, down_, false), bench_.work(5)}));
  const Handle waits_below = ask();
  const Handle back = ask();
  const Handle works = ask();
  const std::vector<Handle> made = calls();
  answer_of_downstream(made[2], Outcome::ok);
  answer_of_downstream(made[1], Outcome::ok);
  EXPECT_EQ(busy(), 1);
  EXPECT_EQ(waiting(), 1) << "one is back and waits for a slot";
  cancel(waits_below);
  EXPECT_EQ(busy(), 1) << "it had none";
  cancel(back);
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(busy(), 1);
  EXPECT_EQ(service_->inside(), 1u);
  cancel(works);
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(service_->inside(), 0u);
  run(100);
  EXPECT_EQ(cancelled(), 3u);
}

TEST_F(Services, CancelsARequestAtTheInstantThatItsTurnComes) {
  // A handler that fails frees its slot while the word is on its way that the one next in line is
  // to be cancelled: as when a service calls itself.
  open(1, kUnbounded, bench_.program({bench_.call(kDownstream, down_)}));
  ask();
  const Handle made = calls().at(0);
  const Handle next = ask();
  ask();
  leave(next);
  message(next).flags |= flag::kCancelled;
  bench_.context.post(to<Cancel>(kService, next));
  answer_of_downstream(made, Outcome::error);
  EXPECT_EQ(busy(), 1) << "of the third";
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(cancelled(), 1u);
  EXPECT_EQ(service_->inside(), 1u);
  const std::vector<Handle> calls_now = calls();
  ASSERT_EQ(calls_now.size(), 1u);
  EXPECT_EQ(message(calls_now[0]).ordinal, 2u);
}

TEST_F(Services, CancelsNothingThatIsAnsweredAlready) {
  const Hop slow = bench_.fixed(100);
  bench_.context.edges[edge_].back = slow;
  open(1, kUnbounded, bench_.program({bench_.work(10)}));
  const Handle answered = ask();
  ask();
  run(10);
  cancel(answered);  // it travels
  EXPECT_EQ(cancelled(), 0u);
  EXPECT_EQ(busy(), 1);
  bench_.context.release(answered);
  bench_.tell<Cancel>(*service_, answered);
  EXPECT_EQ(cancelled(), 0u);
  EXPECT_EQ(service_->inside(), 1u);
}

TEST_F(Services, GoesOnAfterAnEarlyAnswerThatCrossedACancellation) {
  open(1, kUnbounded, bench_.program({Bench::reply(), bench_.work(10)}));
  const Handle request = ask();
  message(request).flags |= flag::kCancelled;
  bench_.tell<Cancel>(*service_, request);
  EXPECT_EQ(cancelled(), 0u);
  EXPECT_EQ(busy(), 1);
  run(10);
  EXPECT_EQ(service_->inside(), 0u);
}

TEST_F(Services, TakesARequestInThatWasCancelledOnItsWay) {
  // The word follows it at the distance that it left behind it.
  open(1, 0, bench_.program({bench_.work(10)}));
  const Handle request = bench_.request(bench_.root(kCaller), kCaller, edge_);
  leave(request);
  message(request).flags |= flag::kCancelled;
  bench_.tell<Offer>(*service_, request);
  EXPECT_EQ(busy(), 1);
  run(4);
  bench_.tell<Cancel>(*service_, request);
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(cancelled(), 1u);
}

TEST_F(Services, BeginsNothingForARequestWhoseDeadlineCameWithItAndHasPassed) {
  for (const std::uint64_t slots : {1u, 3u}) {
    open(slots, kUnbounded, bench_.program({bench_.work(10)}));
    const Time began = bench_.context.now();
    for (std::uint64_t i = 0; i < slots; ++i) ask();
    for (const Time deadline : {9, 10, 11}) {
      const Handle request = ask();
      message(request).flags |= flag::kHurried;
      message(request).deadline = began + deadline;
      if (deadline < 11) leave(request);
    }
    run(began + 10);
    EXPECT_EQ(busy(), 1) << "two are too late, the third begins at once";
    EXPECT_EQ(cancelled(), 2u);
    run(began + 20);
    const auto all = answers();
    EXPECT_EQ(all.size(), slots + 3);
    EXPECT_EQ(
        std::ranges::count(all, Outcome::error, [](const Answer& a) { return std::get<2>(a); }), 2);
    EXPECT_EQ(latency().n, slots + 1) << "what was not begun has no latency";
    EXPECT_EQ(wasted().total, 0) << "and wasted nothing";
  }
}

// Faults.

TEST_F(Services, RefusesWhatArrivesInAnOutageAndGoesOnWithWhatIsInside) {
  open(1, 5, bench_.program({bench_.work(10)}));
  const std::uint32_t outage = fault(FaultKind::outage);
  ask();
  ask();
  run(5);
  strike(outage);
  ask();
  EXPECT_THAT(answers(), ElementsAre(Answer{5, 2, Outcome::unavailable}));
  EXPECT_EQ(refused(), 1u);
  run(20);
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 0, Outcome::ok}, Answer{20, 1, Outcome::ok}));
  heal(outage);
  ask();
  EXPECT_EQ(busy(), 1);
  EXPECT_EQ(refused(), 1u);
}

TEST_F(Services, TakesRequestsInAHangAndBeginsNoneUntilItEnds) {
  open(2, 1, bench_.program({bench_.work(10)}));
  const std::uint32_t hang = fault(FaultKind::hang);
  ask();
  run(5);
  strike(hang);
  for (int i = 0; i < 3; ++i) ask();
  EXPECT_EQ(busy(), 2) << "a request that hangs keeps its slot";
  EXPECT_EQ(waiting(), 1);
  EXPECT_THAT(answers(), ElementsAre(Answer{5, 3, Outcome::unavailable}));
  run(100);
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 0, Outcome::ok})) << "running work finishes";
  EXPECT_EQ(busy(), 2);
  EXPECT_EQ(waiting(), 0);
  heal(hang);
  EXPECT_THAT(answers(), IsEmpty());
  run(110);
  EXPECT_THAT(answers(), ElementsAre(Answer{110, 1, Outcome::ok}, Answer{110, 2, Outcome::ok}));
  EXPECT_EQ(busy(), 0);
}

TEST_F(Services, BeginsNoFurtherWorkOfARunningHandlerInAHang) {
  open(1, kUnbounded,
       bench_.program({bench_.work(10), bench_.call(kDownstream, down_), bench_.work(10)}));
  const std::uint32_t hang = fault(FaultKind::hang);
  ask();
  strike(hang);
  run(10);
  const std::vector<Handle> made = calls();
  ASSERT_EQ(made.size(), 1u) << "a call is no work";
  answer_of_downstream(made[0], Outcome::ok);
  run(50);
  EXPECT_THAT(answers(), IsEmpty());
  heal(hang);
  run(60);
  EXPECT_THAT(answers(), ElementsAre(Answer{60, 0, Outcome::ok}));
}

TEST_F(Services, CancelsWhatAHangHolds) {
  open(1, kUnbounded, bench_.program({bench_.work(10)}));
  const std::uint32_t hang = fault(FaultKind::hang);
  strike(hang);
  const Handle held = ask();
  const Handle waits = ask();
  ask();
  cancel(held);
  EXPECT_EQ(busy(), 1) << "the next one hangs in its slot";
  EXPECT_EQ(waiting(), 1);
  cancel(waits);
  EXPECT_EQ(busy(), 1);
  EXPECT_EQ(waiting(), 0);
  run(50);
  heal(hang);
  run(100);
  EXPECT_THAT(answers(), ElementsAre(Answer{60, 2, Outcome::ok}));
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(bench_.context.messages.live(), bench_.context.alive());
}

TEST_F(Services, BeginsNothingForWhatWasTooLateWhenAHangEnds) {
  open(1, kUnbounded, bench_.program({bench_.work(10)}));
  const std::uint32_t hang = fault(FaultKind::hang);
  strike(hang);
  const Handle request = ask();
  message(request).flags |= flag::kHurried;
  message(request).deadline = 40;
  run(50);
  heal(hang);
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(cancelled(), 1u);
}

TEST_F(Services, BeginsEverythingAnewAfterACrashInTheOrderOfArrival) {
  const std::uint32_t site = bench_.site(Variate::uniform(10, 1000));
  open(2, kUnbounded, bench_.program({{op_of<Work>, site}, {op_of<Work>, site}}));
  const std::uint32_t crash = fault(FaultKind::crash);
  std::vector<Handle> requests;
  for (int i = 0; i < 4; ++i) {
    run(i);
    requests.push_back(ask());
  }
  const Time first_takes = bench_.context.draw(site, message(requests[0]));
  run(7);
  strike(crash);
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(waiting(), 4);
  EXPECT_EQ(service_->inside(), 4u);
  ask();
  EXPECT_THAT(answers(), ElementsAre(Answer{7, 4, Outcome::unavailable}));
  run(5000);
  EXPECT_THAT(answers(), IsEmpty()) << "what worked will never end";
  heal(crash);
  EXPECT_EQ(busy(), 2);
  EXPECT_EQ(waiting(), 2);
  run(20'000);
  const auto all = answers();
  ASSERT_EQ(all.size(), 4u);
  const auto of_first = std::ranges::find(all, 0u, [](const Answer& a) { return std::get<1>(a); });
  EXPECT_EQ(std::get<0>(*of_first), 5000 + 2 * first_takes) << "with the same drawn times";
  EXPECT_EQ(latency().n, 4u);
  EXPECT_EQ(bench_.context.messages.live(), bench_.context.alive());
}

TEST_F(Services, StopsTheClockOfASingleServerInACrash) {
  open(1, kUnbounded, bench_.program({bench_.work(10)}));
  const std::uint32_t crash = fault(FaultKind::crash);
  ask();
  run(3);
  strike(crash);
  EXPECT_EQ(bench_.context.events.pending(), 0u);
  run(30);
  heal(crash);
  run(40);
  EXPECT_THAT(answers(), ElementsAre(Answer{40, 0, Outcome::ok}));
}

TEST_F(Services, AnswersWhatACrashHasLostWithUnavailable) {
  open(1, kUnbounded, bench_.program({bench_.work(10)}));
  const std::uint32_t crash = fault(FaultKind::crash);
  bench_.context.impairments[crash].loses_work = true;
  ask();
  ask();
  run(3);
  strike(crash);
  EXPECT_THAT(answers(),
              ElementsAre(Answer{3, 0, Outcome::unavailable}, Answer{3, 1, Outcome::unavailable}));
  EXPECT_EQ(service_->inside(), 0u);
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(refused(), 0u) << "they had been taken in";
  heal(crash);
  run(100);
  EXPECT_THAT(answers(), IsEmpty());
}

TEST_F(Services, ForgetsItsOwnCallsInACrash) {
  const Step step = bench_.limited(bench_.call(kDownstream, down_), 50);
  open(1, kUnbounded, bench_.program({step}));
  const std::uint32_t crash = fault(FaultKind::crash);
  ask();
  const Handle before = calls().at(0);
  run(10);
  strike(crash);
  EXPECT_EQ(message(before).parent, 0u);
  run(100);
  EXPECT_EQ(bench_.context.edges[down_].metrics.timeouts.at(1), 0u);
  answer_of_downstream(before, Outcome::ok);
  EXPECT_EQ(waiting(), 1) << "that answer was for the one before the crash";
  heal(crash);
  const std::vector<Handle> again = calls();
  ASSERT_EQ(again.size(), 1u);
  answer_of_downstream(again[0], Outcome::ok);
  EXPECT_THAT(answers(), ElementsAre(Answer{100, 0, Outcome::ok}));
}

TEST_F(Services, ForgetsAPauseAndASlotGivenAwayInACrash) {
  const Step step = bench_.tried(bench_.call(kDownstream, down_, false), 2, {50});
  open(1, kUnbounded, bench_.program({step, bench_.work(5)}));
  const std::uint32_t crash = fault(FaultKind::crash);
  ask();
  answer_of_downstream(calls().at(0), Outcome::error);
  ask();
  answer_of_downstream(calls().at(0), Outcome::ok);  // this one works, the first one pauses
  EXPECT_EQ(busy(), 1);
  run(2);
  strike(crash);
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(waiting(), 2);
  run(60);
  EXPECT_THAT(calls(), IsEmpty()) << "the pause has ended for nobody";
  heal(crash);
  EXPECT_THAT(calls(), testing::SizeIs(2))
      << "each begins, gives its slot away, and lets the other";
  EXPECT_EQ(busy(), 0);
}

TEST_F(Services, AnswersOnceEvenIfItCrashesAfterItsAnswer) {
  open(1, kUnbounded, bench_.program({Bench::reply(), bench_.work(10)}));
  const std::uint32_t crash = fault(FaultKind::crash);
  ask();
  EXPECT_THAT(answers(), ElementsAre(Answer{0, 0, Outcome::ok}));
  strike(crash);
  run(20);
  heal(crash);
  run(30);
  EXPECT_THAT(answers(), IsEmpty());
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(latency().n, 1u);

  const std::uint32_t loses = fault(FaultKind::crash);
  bench_.context.impairments[loses].loses_work = true;
  const Handle request = ask();
  const Handle root = message(request).root;
  bench_.said.clear();
  strike(loses);
  EXPECT_THAT(answers(), IsEmpty());
  EXPECT_NE(message(root).flags & flag::kFailed, 0) << "what was still to be done is not";
}

TEST_F(Services, DropsInACrashWhatItsCallerIsAboutToCancel) {
  open(1, kUnbounded, bench_.program({bench_.work(10)}));
  const std::uint32_t crash = fault(FaultKind::crash);
  const Handle request = ask();
  leave(request);
  message(request).flags |= flag::kCancelled;
  strike(crash);
  bench_.tell<Cancel>(*service_, request);
  EXPECT_EQ(service_->inside(), 0u);
  EXPECT_EQ(cancelled(), 1u);
  heal(crash);
  EXPECT_EQ(busy(), 0);
}

TEST_F(Services, IsDownAsLongAsAnyOfItsCrashesLasts) {
  open(1, kUnbounded, bench_.program({bench_.work(10)}));
  const std::uint32_t one = fault(FaultKind::crash);
  const std::uint32_t other = fault(FaultKind::crash);
  ask();
  strike(one);
  strike(other);
  EXPECT_EQ(waiting(), 1);
  heal(one);
  EXPECT_EQ(busy(), 0);
  run(50);
  heal(other);
  run(60);
  EXPECT_THAT(answers(), ElementsAre(Answer{60, 0, Outcome::ok}));
}

TEST_F(Services, HangsOnWhereItCrashesMeanwhile) {
  open(1, kUnbounded, bench_.program({bench_.work(10)}));
  const std::uint32_t hang = fault(FaultKind::hang);
  const std::uint32_t crash = fault(FaultKind::crash);
  strike(hang);
  ask();
  ask();
  strike(crash);
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(waiting(), 2);
  heal(crash);
  EXPECT_EQ(busy(), 1) << "one hangs in the slot again";
  run(50);
  heal(hang);
  run(70);
  EXPECT_THAT(answers(), ElementsAre(Answer{60, 0, Outcome::ok}, Answer{70, 1, Outcome::ok}));
}

TEST_F(Services, TakesLongerForWhatBeginsWhileItIsSlow) {
  open(2, kUnbounded, bench_.program({bench_.work(10), bench_.wait(10, true)}));
  const std::uint32_t slow = fault(FaultKind::slow, 5);
  ask();
  run(5);
  strike(slow);
  ask();
  run(30);
  EXPECT_THAT(answers(), ElementsAre(Answer{20, 0, Outcome::ok})) << "that had begun before";
  heal(slow);
  run(100);
  EXPECT_THAT(answers(), ElementsAre(Answer{65, 1, Outcome::ok})) << "a wait is no work";
}

TEST_F(Services, FailsAtOnceWhatErrorsStrike) {
  open(1, kUnbounded, bench_.program({bench_.work(10)}));
  const std::uint32_t errors = bench_.errors(kService, 1);
  ask();
  ask();
  strike(errors);
  run(10);
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 0, Outcome::ok}, Answer{10, 1, Outcome::error}))
      << "work that has begun ends well";
  heal(errors);
  ask();
  run(20);
  EXPECT_THAT(answers(), ElementsAre(Answer{20, 2, Outcome::ok}));
  EXPECT_EQ(latency().n, 3u);
}

TEST_F(Services, StartsAfreshForTheNextReplication) {
  open(1, 1, bench_.program({bench_.work(10)}));
  strike(fault(FaultKind::hang));
  for (int i = 0; i < 3; ++i) ask();
  bench_.context.restart(1, 1);
  bench_.said.clear();
  service_->begin(bench_.context, {});
  EXPECT_EQ(busy(), 0);
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(service_->inside(), 0u);
  EXPECT_EQ(refused(), 0u);
  ask();
  run(10);
  EXPECT_THAT(answers(), ElementsAre(Answer{10, 3, Outcome::ok}));
}

}  // namespace
}  // namespace spillway
