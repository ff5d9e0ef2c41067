// `request`, `gather` and `submit` in a whole world: answers that come by messages of their own.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

/// 9 messages, one a second, 1 ms of network each way.
std::string tick(const std::string& does, const std::string& rest) {
  return "run: {duration: 9.5s, drain: 1min, replications: 1}\nnetwork: 1ms\nproducers:\n  p: "
         "{load: {constant: 1/s}, does: [" +
         does + "]}\n" + rest;
}

const std::string kWorkers =
    "queues: {q: {}}\nconsumers: {w: {from: q, concurrency: 10, does: [work: 20ms, reply, work: "
    "5ms]}}\n";

TEST(Request, WaitsForTheReplyOverTheBroker) {
  const Ran ran(tick("{request: q}", kWorkers));
  // To the queue, to the consumer, 20 ms, to the broker, and back.
  EXPECT_EQ(ran.sample("p", "latency").n, 9U);
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.024, 1e-9);
  EXPECT_NEAR(ran.sample("p", "completion").max, 0.028, 1e-9) << "the handler's end, acknowledged";
  EXPECT_EQ(ran.ledger("q").acknowledged, 9U);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(Request, GivesUpAndCountsTheLateReply) {
  const Ran ran(tick("{request: q, timeout: 10ms, fallback: [wait: 1ms]}", kWorkers));
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.011, 1e-9);
  EXPECT_EQ(ran.total("p -> q", "timeouts"), 9);
  EXPECT_EQ(ran.total("p -> q", "late"), 9);
  EXPECT_EQ(ran.result().open, 0U);
}

TEST(Request, AsksAgainByAMessageOfItsOwn) {
  const Ran ran(
      tick("{request: q, timeout: 10ms, retry: {attempts: 3, backoff: {base: 1s}}}", kWorkers));
  EXPECT_EQ(ran.total("p", "failed"), 9);
  EXPECT_EQ(ran.total("p -> q", "attempts"), 27);
  EXPECT_EQ(ran.total("p -> q", "late"), 27);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(Request, FailsAtOnceWhereTheQueueRefuses) {
  const Ran ran(tick("{parallel: [[{request: q}], [wait: 1s]], wait_for: 1}",
                     "queues: {q: {capacity: 1, overflow: reject}}\nconsumers: {w: {from: q, does: "
                     "[wait: 30s, reply]}}\n"));
  EXPECT_EQ(ran.total("p -> q", "errors"), 7) << "one is handled, one waits";
  EXPECT_EQ(ran.total("p", "failed"), 0);
}

TEST(Request, IsAnsweredOnceWhateverIsDeliveredTwice) {
  const Ran ran(tick("{request: q}",
                     "queues: {q: {}}\nconsumers: {w: {from: q, does: [wait: 80ms, reply, fail: "
                     "50%]}}\n"));
  EXPECT_EQ(ran.sample("p", "latency").n, 9U);
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.084, 1e-9);
  EXPECT_GE(ran.ledger("q").redelivered, 1U);
  EXPECT_EQ(ran.ledger("q").acknowledged, 9U);
  EXPECT_EQ(ran.total("p -> q", "late"), 0) << "a second reply is no late one";
}

TEST(Request, WaitsForASlowConfirmToo) {
  const Ran ran(tick("{request: q}",
                     "queues: {q: {confirm: 300ms}}\nconsumers: {w: {from: q, does: [reply]}}\n"));
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.302, 1e-9);
  const Ran late(tick("{request: q, timeout: 100ms, fallback: []}",
                      "queues: {q: {confirm: 300ms}}\nconsumers: {w: {from: q, does: [reply]}}\n"));
  EXPECT_EQ(late.total("p -> q", "timeouts"), 9);
  EXPECT_EQ(late.total("p -> q", "late"), 0) << "the reply came, the confirm did not";
  EXPECT_EQ(late.result().alive, 0U);
}

TEST(Request, OfAServiceThatCrashesIsMadeAgain) {
  const Ran ran(
      "run: {duration: 9.5s, drain: 1min, replications: 1}\nproducers:\n  p: {load: {constant: "
      "1/s}, does: [call: s]}\nservices: {s: {concurrency: 5, does: [{request: q}]}}\nqueues: {q: "
      "{}}\nconsumers: {w: {from: q, concurrency: 10, does: [wait: 200ms, reply]}}\nfaults: {c: "
      "{crash: s, at: 5.1s, for: 300ms}}\n");
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_EQ(ran.total("s -> q", "attempts"), 10);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(Request, IsAnsweredByAConsumerThatAcknowledgesBefore) {
  const Ran ran(tick("{request: q}",
                     "queues: {q: {}}\nconsumers: {w: {from: q, ack: before, does: [work: 7ms, "
                     "reply]}}\n"));
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.011, 1e-9);
}

std::string lossy(const std::string& edge, const std::string& direction) {
  return "faults: {f: {loss: {" + edge + ": 100%}, direction: " + direction +
         ", at: 0s, for: 9.4s}}\n";
}

TEST(Request, TimesOutWhenItsMessageIsLost) {
  const Ran ran(tick("{request: q, timeout: 100ms, retry: {attempts: 2, backoff: {base: 10ms}}}",
                     kWorkers + lossy("p -> q", "request")));
  EXPECT_EQ(ran.total("p -> q", "timeouts"), 18);
  EXPECT_EQ(ran.total("p -> q", "lost"), 18);
  EXPECT_EQ(ran.total("p", "failed"), 9);
  EXPECT_EQ(ran.result().alive, 0U);
  EXPECT_EQ(ran.result().open, 0U);
}

TEST(Request, TimesOutWhenConfirmAndReplyAreLost) {
  const Ran ran(tick("{request: q, timeout: 100ms}", kWorkers + lossy("p -> q", "reply")));
  EXPECT_EQ(ran.total("p -> q", "timeouts"), 9);
  EXPECT_EQ(ran.total("p -> q", "lost"), 18);
  EXPECT_EQ(ran.ledger("q").acknowledged, 9U);
  EXPECT_EQ(ran.result().alive, 0U);
}

// Confirms set out on arrival, replies 22 ms later: one of the first is lost.
TEST(Request, IsAnsweredByAReplyWhoseConfirmWasLost) {
  const Ran ran(tick("{request: q, timeout: 100ms}",
                     kWorkers + "faults: {f: {loss: {p -> q: 100%}, at: 5s, for: 10ms}}\n"));
  EXPECT_EQ(ran.total("p -> q", "lost"), 1);
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.024, 1e-9);
  EXPECT_EQ(ran.result().alive, 0U);
}

// The confirm comes after the reply, and is lost: the reply is enough then.
TEST(Request, GoesOnWhenTheConfirmIsLostAfterTheReply) {
  const Ran ran(tick("{request: q, timeout: 500ms}",
                     "queues: {q: {confirm: 200ms}}\nconsumers: {w: {from: q, does: [reply]}}\n"
                     "faults: {f: {loss: {p -> q: 100%}, at: 5.1s, for: 300ms}}\n"));
  EXPECT_EQ(ran.total("p -> q", "lost"), 1);
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_NEAR(ran.sample("p", "latency").min, 0.201, 1e-9);
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.202, 1e-9);
}

const std::string kQuotes = R"(
queues: {qa: {}}
topics: {quotes: {subscriptions: {one: {to: qa}, two: {to: b}, three: {to: c}}}}
consumers:
  a: {from: qa, concurrency: 1000, does: [work: A, reply]}
  b: {concurrency: 1000, does: [work: B, reply]}
  c: {concurrency: 1000, does: [work: C, reply]}
)";
std::string quotes(std::string a, const std::string& b, const std::string& c) {
  std::string text = kQuotes;
  text.replace(text.find("work: A") + 6, 1, a);
  text.replace(text.find("work: B") + 6, 1, b);
  return text.replace(text.find("work: C") + 6, 1, c);
}

TEST(Gather, GoesOnWithTheFirstReplies) {
  const Ran ran(tick("{gather: quotes, first: 2}", quotes("10ms", "30ms", "60ms")));
  // To the topic, to the consumer, 30 ms, to the broker, and back; and a way more by the queue.
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.034, 1e-9);
  EXPECT_EQ(ran.total("p -> quotes", "late"), 9);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(Gather, TakesAsLongAsItCollectsAndFailsWithoutAReply) {
  const Ran ran(tick("{gather: quotes, until: 50ms}", quotes("10ms", "30ms", "60ms")));
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.050, 1e-9);
  EXPECT_EQ(ran.total("p -> quotes", "late"), 9);
  EXPECT_EQ(ran.total("p -> quotes", "timeouts"), 0);
  const Ran none(tick("{gather: quotes, until: 5ms}", quotes("10ms", "30ms", "60ms")));
  EXPECT_EQ(none.total("p", "failed"), 9);
  EXPECT_EQ(none.total("p -> quotes", "late"), 27);
  EXPECT_EQ(none.result().alive, 0U);
}

TEST(Gather, EndsInTimeWhateverIsLost) {
  const std::string does = "{gather: quotes, until: 50ms, retry: {attempts: 2}, fallback: []}";
  for (const char* direction : {"request", "reply"}) {
    SCOPED_TRACE(direction);
    const Ran ran(tick(does, quotes("10ms", "30ms", "60ms") + lossy("p -> quotes", direction)));
    EXPECT_EQ(ran.total("p", "failed"), 0);
    EXPECT_NEAR(ran.sample("p", "latency").max, 0.1, 1e-9);
    EXPECT_EQ(ran.result().alive, 0U);
    EXPECT_EQ(ran.result().open, 0U);
  }
  // The confirm takes longer than replies are collected, and is lost then.
  std::string slow = quotes("60ms", "60ms", "60ms");
  slow.replace(slow.find("quotes: {"), 9, "quotes: {confirm: 80ms, ");
  const Ran ran(tick(does, slow + lossy("p -> quotes", "reply")));
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.162, 1e-9)
      << "until the topic has confirmed, twice";
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(Gather, FailsWhenTooFewReplyInTime) {
  const Ran ran(tick("{gather: quotes, first: 3, timeout: 50ms}", quotes("10ms", "30ms", "60ms")));
  EXPECT_EQ(ran.total("p", "failed"), 9);
  EXPECT_EQ(ran.total("p -> quotes", "timeouts"), 9);
  EXPECT_EQ(ran.total("p -> quotes", "late"), 9);
}

// The k-th of three replies after exponential times: the order statistics of parallel_test.cpp,
// here without any network.
TEST(Gather, AgreesWithTheOrderStatisticsOfExponentialTimes) {
  const std::string exponential = "{exponential: 30ms}";
  double expected = 0;
  for (int k = 1; k <= 3; ++k) {
    expected += 30e-3 / (4 - k);
    const Ran ran(
        "run: {duration: 2000s, replications: 1}\nproducers:\n  p: {load: {constant: "
        "20/s}, does: [{gather: quotes, first: " +
        std::to_string(k) + "}]}\n" + quotes(exponential, exponential, exponential));
    EXPECT_NEAR(ran.mean("p", "latency"), expected, 0.015 * expected) << k;
    EXPECT_EQ(ran.total("p -> quotes", "late"), (3 - k) * ran.total("p", "sent"));
  }
}

const std::string kReports =
    "services: {s: {concurrency: 100, does: [work: 10ms, reply, work: REST]}}\n";
std::string reports(const std::string& rest) {
  std::string text = kReports;
  return text.replace(text.find("REST"), 4, rest);
}

TEST(Submit, IsAcceptedAtOnceAndAsksUntilItIsDone) {
  const Ran ran(tick("{submit: s, poll: {every: 100ms}}", reports("240ms")));
  // Accepted after 12 ms; asked there 101, 203 and 305 ms later, when it is done: back after 306
  // ms.
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.318, 1e-9);
  EXPECT_EQ(ran.total("p -> s", "polls"), 27);
  EXPECT_EQ(ran.total("p -> s", "attempts"), 9);
  EXPECT_EQ(ran.result().alive, 0U);
}

// Accepted after 12 ms, asked at 112 ms and then, as questions or answers are lost until 0.5 s, at
// 212, 312, 412 and 512 ms: it learns of it after 514 ms.
TEST(Submit, AsksAgainWhenAQuestionOrItsAnswerIsLost) {
  for (const char* direction : {"request", "reply"}) {
    const Ran ran(tick("{submit: s, timeout: 1s, poll: {every: 100ms}}",
                       reports("1ms") + "faults: {f: {loss: {p -> s: 100%}, direction: " +
                           std::string(direction) + ", at: 5.1s, for: 400ms}}\n"));
    SCOPED_TRACE(direction);
    EXPECT_EQ(ran.total("p", "failed"), 0);
    EXPECT_EQ(ran.total("p -> s", "lost"), 4);
    EXPECT_GE(ran.sample("p", "latency").max, 0.514);
    EXPECT_EQ(ran.total("s", "wasted"), 0);
    EXPECT_EQ(ran.result().alive, 0U);
  }
}

TEST(Submit, GivesUpAskingAfterATime) {
  const Ran ran(tick("{submit: s, poll: {every: 100ms, timeout: 250ms}}", reports("1s")));
  EXPECT_EQ(ran.total("p", "failed"), 9);
  EXPECT_EQ(ran.total("p -> s", "polls"), 18);
  EXPECT_NEAR(ran.total("p -> s", "timeouts"), 9, 0);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(Submit, LearnsThatTheJobHasFailed) {
  const Ran ran(tick("{submit: s, poll: {every: 100ms}, fallback: [wait: 1ms]}",
                     reports("50ms, fail: 100%")));
  EXPECT_EQ(ran.total("p -> s", "errors"), 9);
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.115, 1e-9);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(Submit, HandsJobsToAQueueToo) {
  const Ran ran(tick("{submit: q, poll: {every: 100ms}}",
                     "queues: {q: {}}\nconsumers: {w: {from: q, concurrency: 5, does: [work: "
                     "150ms]}}\n"));
  // Confirmed after 2 ms; asked there after 103 and 205 ms; the job is done after 152 ms.
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.206, 1e-9);
  EXPECT_EQ(ran.total("p -> q", "polls"), 18);
}

TEST(Submit, AndRequestsShareAQueueWhoseConsumerReplies) {
  const std::string workers =
      "queues: {q: {}}\nconsumers: {w: {from: q, concurrency: 5, does: [work: 20ms, STEP work: "
      "130ms]}}\n";
  const auto with = [&](const std::string& step) {
    std::string text = workers;
    return text.replace(text.find("STEP"), 4, step);
  };
  // The job is done when its handler has ended, whenever that replies.
  const Ran ran(tick("{submit: q, poll: {every: 100ms}}, {request: q}", with("reply,")));
  EXPECT_NEAR(ran.sample("p", "latency").max, 0.206 + 0.024, 1e-9);
  // A handler's end is no reply.
  const Ran none(tick("{submit: q, poll: {every: 100ms}}, {request: q, timeout: 200ms}",
                      with("choose: {0%: [reply], 100%: []},")));
  EXPECT_EQ(none.total("p", "failed"), 9);
  EXPECT_EQ(none.total("p -> q", "timeouts"), 9);
}

TEST(Submit, IsGivenUpWithItsHandlerInACrash) {
  const Ran ran(
      "run: {duration: 9.5s, drain: 1min, replications: 1}\nproducers:\n  p: {load: {constant: "
      "1/s}, does: [call: front]}\nservices:\n  front: {concurrency: 9, does: [{submit: s, poll: "
      "{every: 100ms}}]}\n  s: {concurrency: 100, does: [reply, work: 350ms]}\nfaults: {c: {crash: "
      "front, at: 5.22s, for: 300ms}}\n");
  EXPECT_EQ(ran.total("p", "failed"), 0);
  EXPECT_EQ(ran.total("front -> s", "attempts"), 10);
  EXPECT_EQ(ran.result().alive, 0U);
}

TEST(Submit, LearnsOfAJobThatBeginsAnewWithOtherTimes) {
  const auto longest = [](const std::string& work) {
    const Ran ran(
        "run: {duration: 9.5s, drain: 1min, replications: 1}\nproducers:\n  p: {load: {constant: "
        "1/s}, does: [{submit: s, poll: {every: 100ms}}]}\nservices:\n  s: {concurrency: 100, "
        "does: [reply, work: 350ms]}\nfaults: {c: {crash: s, at: 5.22s, for: 300ms, work: " +
        work + "}}\n");
    EXPECT_EQ(ran.total("p", "failed"), 0);
    EXPECT_EQ(ran.result().alive, 0U);
    return ran.sample("p", "latency").max;
  };
  // That of 5 s begins anew at 5.52 s, is done at 5.87 s, and is asked after at 5.9 s.
  EXPECT_NEAR(longest("restart"), 0.9, 1e-9);
  EXPECT_NEAR(longest("resample"), 0.9, 1e-9);
}

// A job that is done at an instant that is uniform between two questions is known half a pause
// later on average; there is no network.
TEST(Submit, WaitsForHalfAPauseMoreThanTheJobTakes) {
  const Ran ran(
      "run: {duration: 2000s, replications: 1}\nproducers:\n  p: {load: {constant: 10/s}, does: "
      "[{submit: s, poll: {every: 100ms}}]}\nservices: {s: {concurrency: 1000, does: [reply, work: "
      "{uniform: [0ms, 400ms]}]}}\n");
  EXPECT_NEAR(ran.mean("p", "latency"), 0.2 + 0.05, 0.003);
  EXPECT_NEAR(ran.total("p -> s", "polls") / ran.total("p", "sent"), 2.5, 0.03);
}

}  // namespace
}  // namespace spillway
