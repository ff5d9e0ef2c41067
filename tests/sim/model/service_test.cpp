#include "sim/model/service/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Address kCaller = component_address(0, 0);
constexpr Address kService = component_address(1, 0);
constexpr Address kDownstream = component_address(1, 1);

class Services : public testing::Test {
 protected:
  Services() : edge_(bench_.edge()), down_(bench_.edge()) {}

  void open(std::uint64_t slots, std::uint64_t room, std::uint32_t program) {
    Service::Wiring wiring;
    wiring.address = kService;
    wiring.program = program;
    wiring.slots = slots;
    wiring.room = room;
    service_.emplace(wiring);
    bench_.begin(*service_);
  }
  /// A request of a caller that waits for its answer.
  Handle ask() {
    const Handle request = bench_.request(bench_.root(kCaller, asked_++), kCaller, edge_);
    bench_.tell<Offer>(*service_, request);
    return request;
  }
  void run(Time time) { bench_.run(*service_, time); }
  void answer_of_downstream(Handle request, Outcome outcome) {
    message(request).outcome = outcome;
    bench_.tell<Reply>(*service_, request);
  }
  /// When and with what outcome the caller was answered since the last time.
  std::vector<std::tuple<Time, std::uint32_t, Outcome>> answers() {
    std::vector<std::tuple<Time, std::uint32_t, Outcome>> all;
    for (const Bench::Said& said : bench_.said) {
      EXPECT_EQ(said.next.target, say<Reply>(kCaller));
      const Message& answer = message(said.next.payload);
      all.emplace_back(said.at, answer.ordinal, answer.outcome);
    }
    bench_.said.clear();
    return all;
  }
  /// The requests made to the downstream since the last time.
  std::vector<Handle> calls() {
    std::vector<Handle> all;
    for (const Next next : bench_.heard()) {
      if (next.target == say<Offer>(kDownstream)) all.push_back(next.payload);
    }
    return all;
  }
  Message& message(Handle handle) { return bench_.context.messages[handle]; }
  std::int64_t busy() const { return service_->metrics().busy.level(); }
  std::int64_t waiting() const { return service_->metrics().waiting.level(); }
  std::uint64_t refused() const { return service_->metrics().refused.at(1); }
  Sample latency() {
    return service_->metrics().answered_after.sample(bench_.context.timeline.windows()[0]);
  }

  Bench bench_;
  std::uint32_t edge_;
  std::uint32_t down_;
  std::optional<Service> service_;
  std::uint32_t asked_ = 0;
};

using Answer = std::tuple<Time, std::uint32_t, Outcome>;
constexpr std::uint64_t kUnbounded = ~std::uint64_t{0};

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

TEST_F(Services, StartsAfreshForTheNextReplication) {
  open(1, 1, bench_.program({bench_.work(10)}));
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
