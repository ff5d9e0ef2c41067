#include <gtest/gtest.h>

#include "sim/scenario/scenario.h"
#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// The findings of a shop that does this, and whose queue says that.
std::string shop(const std::string& does, const std::string& queue, const std::string& more = "") {
  return findings(
      "run: {duration: 10min}\n"
      "producers: {p: {load: {poisson: 1/s}, message: {key: {uniform: 9}}, does: [" +
      does + "]}}\nqueues: {q: {" + queue + "}}\nconsumers: {c: {from: q, does: [reply]}}\n" +
      more);
}

TEST(QueuePriorities, AreSaidOfQueuesAndOfWhatComesThere) {
  EXPECT_EQ(shop("{send: q, priority: 9}, {send: q, priority: 0}, {request: q, priority: 255}",
                 "priority: {levels: 10, default: 4}"),
            "");
  EXPECT_EQ(shop("{send: q, priority: 31}, {request: q}", "preset: rabbitmq-quorum"), "");
  EXPECT_EQ(shop("{publish: t, priority: 3}, {request: q}", "priority: {levels: 10}",
                 "topics: {t: {subscriptions: {s: {to: q}}}}\n"),
            "");
}

TEST(QueuePriorities, AreRefusedWhereTheyMeanNothing) {
  EXPECT_EQ(
      shop("{request: q, priority: 1}", "visibility: 30s"),
      "2:86 producers.p.does[1].priority: 'q' has no priorities [wrong-place] (say of a queue "
      "how many it tells apart: priority: {levels: 10}; or leave priority out)\n");
  EXPECT_EQ(shop("{publish: t, priority: 1}, {request: q}", "visibility: 30s",
                 "topics: {t: {subscriptions: {s: {to: q}}}}\n"),
            "2:86 producers.p.does[1].priority: no queue of 't' has priorities [wrong-place] (say "
            "of a queue how many it tells apart: priority: {levels: 10}; or leave priority out)\n");
  EXPECT_EQ(shop("{request: q}", "priority: {levels: 4, default: 4}"),
            "3:45 queues.q.priority.default: expected a priority below 4: there are those from 0 "
            "to 3; found 4 [out-of-range]\n");
  EXPECT_EQ(shop("{send: q, group: key}", "groups: true, priority: {levels: 4}"),
            "3:38 queues.q.priority: a queue with message groups keeps their order, which "
            "priorities break [wrong-place] (leave one of the two out)\n");
  EXPECT_EQ(shop("{request: q}", "preset: aws-sqs-standard, priority: {levels: 4}"),
            "3:40 queues.q.priority: 'aws-sqs-standard' has nothing like priority [wrong-place] "
            "(have a queue for each priority, and consumers that read the urgent one first)\n");
}

}  // namespace
}  // namespace spillway
