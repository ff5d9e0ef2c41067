#include "analysis/topology/topology.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analysis/topology/architecture.h"

namespace spillway::topology {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

/// The links of a service `a` with these steps; `b` and `q` can be called and sent to.
std::string links_of(const std::string& fields) {
  const Topology topology(
      architecture(shop_calling("a", "  a: {" + fields + "}\n  b: {does: []}\nqueues: {q: {}}\n")));
  return print_links(topology);
}

TEST(Topology, HasALinkForEachStepDeliveryAndDeadLetter) {
  const Topology topology(
      architecture("producers: {shop: {load: {poisson: 1/s}, does: [send: orders, call: api]}}\n"
                   "services: {api: {does: [{send: orders, confirm: false}]}}\n"
                   "queues: {orders: {dead_letter: {to: failed}}, failed: {}}\n"
                   "consumers: {workers: {from: orders, does: [call: api]}}\n"));
  EXPECT_EQ(print_links(topology),
            "shop -> orders send, certain, waits\n"
            "shop -> api call, certain, waits\n"
            "api -> orders send, certain\n"
            "orders -> failed dead letter\n"
            "orders -> workers delivery, certain\n"
            "workers -> api call, certain, waits, holds\n");
  const auto path = [&](std::size_t i) { return topology.links()[i].path; };
  EXPECT_EQ(path(1), "producers.shop.does[2].call");
  EXPECT_EQ(path(2), "services.api.does[1].send");
  EXPECT_EQ(path(3), "queues.orders.dead_letter.to");
  EXPECT_EQ(path(4), "consumers.workers.from");
  EXPECT_EQ(topology.links()[1].at.line, 2u);
  EXPECT_EQ(topology.links()[1].at.column, 69u);
  // shop, api, orders, failed, workers: by distance from the shop, orders are sent first.
  EXPECT_THAT(topology.reading_order(), ElementsAre(0, 2, 1, 3, 4));
}

TEST(Topology, HasALinkForWhatIsAskedOfAStoreAndForWhatItShows) {
  const Topology topology(
      architecture("producers: {shop: {load: {poisson: 1/s}, does: [write: db, send: events]},\n"
                   "  readers: {load: {poisson: 1/s}, does: [call: api]}}\n"
                   "services: {api: {holds: nothing, does: [{choose: {50%: [read: view], 50.0%: "
                   "[read: db]}}]}}\n"
                   "queues: {events: {}}\n"
                   "consumers: {projector: {from: events, does: [apply: view]}}\n"
                   "stores: {db: {}, view: {kind: projection, of: db}}\n"));
  EXPECT_EQ(print_links(topology),
            "shop -> db access, certain, waits\n"
            "shop -> events send, certain, waits\n"
            "readers -> api call, certain, waits\n"
            "api -> view access, waits\n"
            "api -> db access, waits\n"
            "events -> projector delivery, certain\n"
            "projector -> view access, certain, waits, holds\n"
            "db -> view projection\n");
  EXPECT_EQ(topology.links()[0].path, "producers.shop.does[1].write");
  EXPECT_EQ(topology.links()[3].path, "services.api.does[1].choose.50%[1].read");
  EXPECT_EQ(topology.links()[6].path, "consumers.projector.does[1].apply");
  EXPECT_EQ(topology.links()[7].path, "stores.view.of");
  EXPECT_EQ(topology.links()[3].per_message, 0.5);
  EXPECT_EQ(topology.links()[7].per_message, 0) << "no message goes there";
}

TEST(Topology, LeadsFromWhoWritesToWhereAnOutboxSends) {
  const Topology topology(
      architecture("producers: {shop: {load: {poisson: 1/s}, does: [write: db]},\n"
                   "  readers: {load: {poisson: 1/s}, does: [read: db]}}\n"
                   "queues: {events: {}}\n"
                   "consumers: {mailer: {from: events, does: [work: 1ms]}}\n"
                   "stores: {db: {outbox: {to: events, poll: 1s}}}\n"));
  EXPECT_EQ(print_links(topology),
            "shop -> db access, certain, waits\n"
            "shop -> events send\n"
            "readers -> db access, certain, waits\n"
            "events -> mailer delivery, certain\n");
  EXPECT_EQ(topology.links()[1].path, "stores.db.outbox.to");
  EXPECT_EQ(topology.links()[1].per_message, 1);
}

TEST(Links, OfAFallbackAreNotCertainAndCountNoMessages) {
  const auto after_the_first = [](const std::string& steps) {
    const std::string text = links_of("does: " + steps);
    return text.substr(text.find("\n") + 1);
  };
  EXPECT_EQ(after_the_first("[{call: b, timeout: 1s, fallback: [{send: q}]}, reply]"),
            "a -> b call, certain, waits, holds\n"
            "a -> q send, waits, holds\n");
  EXPECT_EQ(after_the_first("[reply, {send: q, fallback: [{call: b, fallback: [send: q]}]}]"),
            "a -> q send, certain, waits, holds, after reply\n"
            "a -> b call, waits, holds, after reply\n"
            "a -> q send, certain, waits, holds, after reply\n");
  EXPECT_EQ(after_the_first("[{choose: {10%: [{call: b, fallback: [send: q]}], 90%: []}}, reply, "
                            "{send: q, confirm: false}]"),
            "a -> b call, waits, holds\n"
            "a -> q send, certain, waits, holds\n"
            "a -> q send, certain, after reply\n");
  const Topology topology(architecture(
      shop_calling("a",
                   "  a: {does: [{call: b, fallback: [send: q]}]}\n  b: {does: []}\nqueues: {q: "
                   "{}}\n")));
  EXPECT_EQ(topology.links()[2].per_message, 0);
}

TEST(Links, HoldASlotAsTheServiceOrTheCallSays) {
  const auto first_of = [](const std::string& fields) {
    const std::string text = links_of(fields);
    const std::size_t begin = text.find("\n") + 1;
    return text.substr(begin, text.find("\n", begin) - begin);
  };
  EXPECT_EQ(first_of("does: [call: b]"), "a -> b call, certain, waits, holds");
  EXPECT_EQ(first_of("does: [send: q]"), "a -> q send, certain, waits, holds");
  EXPECT_EQ(first_of("does: [{send: q, confirm: false}]"), "a -> q send, certain");
  EXPECT_EQ(first_of("holds: nothing, does: [call: b]"), "a -> b call, certain, waits");
  EXPECT_EQ(first_of("holds: nothing, does: [{call: b, holds: slot}]"),
            "a -> b call, certain, waits, holds");
  EXPECT_EQ(first_of("does: [{call: b, holds: nothing}]"), "a -> b call, certain, waits");
}

TEST(Links, OfWhatIsDoneInsteadAreNotCertain) {
  EXPECT_EQ(links_of("does: [{call: b, fallback: [send: q]}]"),
            "shop -> a call, certain, waits\n"
            "a -> b call, certain, waits, holds\n"
            "a -> q send, waits, holds\n");
}

TEST(Links, OfBranchesAndRoundsAreCertainAndCounted) {
  EXPECT_EQ(links_of("does: [{parallel: [[call: b], [send: q]], wait_for: 1}]"),
            "shop -> a call, certain, waits\n"
            "a -> b call, certain, waits, holds\n"
            "a -> q send, certain, waits, holds\n");
  EXPECT_EQ(links_of("does: [{repeat: {times: 3, do: [call: b]}}]"),
            "shop -> a call, certain, waits\n"
            "a -> b call, certain, waits, holds\n");
}

TEST(Links, OfASagaAreCertainWhereNothingFailedBefore) {
  EXPECT_EQ(links_of("does: [{saga: [{do: [call: b], undo: [send: q]}, {do: [fail: 20%]}]}]"),
            "shop -> a call, certain, waits\n"
            "a -> b call, certain, waits, holds\n"
            "a -> q send, waits, holds\n");
}

TEST(Links, AreCertainWhenNoChoiceAndNoFailureLeadsPastThem) {
  const auto is_certain = [](const std::string& steps) {
    return links_of("does: " + steps).find("a -> b call, certain") != std::string::npos;
  };
  EXPECT_TRUE(is_certain("[work: 1ms, call: b]"));
  EXPECT_TRUE(is_certain("[call: b, fail: 50%]"));
  EXPECT_TRUE(is_certain("[fail: 0%, call: b]"));
  EXPECT_FALSE(is_certain("[fail: 1%, call: b]"));
  EXPECT_FALSE(is_certain("[choose: {50%: [call: b], 50.0%: []}]"));
  EXPECT_TRUE(is_certain("[choose: {50%: [call: b], 30%: [work: 1ms, call: b], 20%: [call: b]}]"));
  EXPECT_TRUE(is_certain("[choose: {100%: [call: b], 0%: []}]"));
  EXPECT_FALSE(is_certain("[choose: {50%: [call: b], 50.0%: [send: q]}]"));
  EXPECT_FALSE(is_certain("[choose: {50%: [fail: 10%, call: b], 50.0%: [call: b]}]"));
  EXPECT_FALSE(is_certain("[choose: {50%: [fail: 10%], 50.0%: []}, call: b]"));
  EXPECT_TRUE(is_certain("[choose: {10%: [], 20%: [], 70%: []}, call: b]"))
      << "0.1 + 0.2 + 0.7 is less than 1 in binary";
  EXPECT_TRUE(is_certain("[choose: {10%: [], 90%: [call: b]}, call: b]")) << "each of its links";
}

TEST(Links, KnowHowManyMessagesGoTheirWay) {
  const Topology topology(architecture(shop_calling(
      "a",
      "  a: {does: [fail: 50%, {choose: {20%: [call: b], 80%: []}}, {send: q}]}\n"
      "  b: {does: []}\n"
      "queues: {q: {}}\n"
      "consumers: {one: {from: q, instances: 3, does: []}, two: {from: q, does: []}}\n")));
  std::vector<double> means;
  for (const Link& link : topology.links()) means.push_back(link.per_message);
  const double near = 1e-12;
  EXPECT_THAT(means, ElementsAre(1, DoubleNear(0.1, near), DoubleNear(0.5, near), 0.75, 0.25));
  EXPECT_FALSE(topology.links()[3].is_certain) << "the other consumer may take it";
}

TEST(Links, OfALogLeadToEachGroupAndAreSharedInIt) {
  const Topology topology(
      architecture("producers: {shop: {load: {poisson: 1/s}, does: [send: orders]}}\n"
                   "logs: {orders: {partitions: 4}}\n"
                   "consumers: {a: {from: orders, group: g, does: [work: 1ms]},\n"
                   "  b: {from: orders, group: g, instances: 2, does: [work: 1ms]},\n"
                   "  c: {from: orders, instances: 4, does: [work: 1ms]}}\n"));
  EXPECT_EQ(print_links(topology),
            "shop -> orders send, certain, waits\n"
            "orders -> a delivery\n"
            "orders -> b delivery\n"
            "orders -> c delivery, certain\n");
  const auto share = [&](std::size_t i) { return topology.links()[i].per_message; };
  EXPECT_EQ(share(1), 0.5);
  EXPECT_EQ(share(2), 0.5);
  EXPECT_EQ(share(3), 1);
}

TEST(Links, KnowHowManyMessagesRoundsAndSagasMake) {
  const auto second = [](const std::string& step) {
    const Topology topology(architecture(
        shop_calling("a", "  a: {does: [" + step + "]}\n  b: {does: []}\nqueues: {q: {}}\n")));
    return topology.links().back().per_message;
  };
  const double near = 1e-12;
  EXPECT_NEAR(second("{repeat: {times: 3, do: [call: b]}}"), 3, near);
  EXPECT_NEAR(second("{repeat: {times: 3, do: [fail: 50%, call: b]}}"), 0.875, near);
  EXPECT_NEAR(second("{saga: [{do: [fail: 10%], undo: [call: b]}, {do: [fail: 20%]}]}"), 0.18,
              near);
  EXPECT_NEAR(second("{parallel: [[fail: 50%], [fail: 50%]], wait_for: 1}, {call: b}"), 0.75, near);
}

TEST(Links, ComeAfterTheReplyOnlyWhenItWasSurelyGiven) {
  const auto is_after = [](const std::string& steps) {
    return links_of("does: " + steps).find("a -> b call, certain, waits, holds, after reply") !=
           std::string::npos;
  };
  EXPECT_FALSE(is_after("[call: b, reply]"));
  EXPECT_TRUE(is_after("[reply, call: b]"));
  EXPECT_FALSE(is_after("[choose: {50%: [reply], 50.0%: []}, call: b]"));
  EXPECT_TRUE(is_after("[choose: {50%: [reply], 50.0%: [work: 1ms, reply]}, call: b]"));
}

TEST(WaitingRooms, AreThoseOfServicesWhoseAcceptQueueTakesAnyone) {
  const Topology topology(architecture(shop_calling("a",
                                                    "  a: {does: [call: b, call: c]}\n"
                                                    "  b: {accept_queue: 0, does: []}\n"
                                                    "  c: {accept_queue: 1, does: []}\n")));
  std::vector<bool> rooms;
  for (const Vertex& vertex : topology.vertices()) rooms.push_back(vertex.has_waiting_room);
  EXPECT_THAT(rooms, ElementsAre(false, true, false, true));
}

}  // namespace
}  // namespace spillway::topology
