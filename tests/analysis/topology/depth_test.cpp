#include "analysis/topology/depth.h"

#include <gtest/gtest.h>

#include "tests/analysis/topology/architecture.h"

namespace spillway::topology {
namespace {

/// Each chain as "shop: 2 calls b -> c, 3 slots".
std::string chains(const std::string& text) {
  const Topology topology(architecture(text));
  std::string out;
  for (const WaitingChain& chain : waiting_chains(topology)) {
    out += topology.vertices()[chain.start].name + ": " + std::to_string(chain.calls) + " calls";
    for (const std::size_t callee : chain.callees) out += " " + topology.vertices()[callee].name;
    out += ", " + std::to_string(chain.slots) + " slots\n";
  }
  return out;
}

TEST(WaitingChains, CountTheLongestChainAndItsSlots) {
  EXPECT_EQ(chains(shop_calling("a",
                                "  a: {does: [call: c, call: b]}\n"
                                "  b: {does: [call: c]}\n"
                                "  c: {does: [work: 1ms]}\n")),
            "shop: 3 calls a b c, 3 slots\n");
  EXPECT_EQ(chains("producers: {shop: {load: {poisson: 1/s}, does: [work: 1ms]}}\n"), "");
}

TEST(WaitingChains, HoldTheMostSlotsPerhapsOnAnotherWay) {
  // a -> b -> c -> d keeps two slots (c's and d's), a -> e keeps two as well; with f three.
  EXPECT_EQ(chains(shop_calling("a",
                                "  a: {does: [{call: b, holds: nothing}, call: e]}\n"
                                "  b: {holds: nothing, does: [call: c]}\n"
                                "  c: {does: [call: d]}\n"
                                "  d: {does: []}\n"
                                "  e: {does: [call: f]}\n"
                                "  f: {does: []}\n")),
            "shop: 4 calls a b c d, 3 slots\n");
}

TEST(WaitingChains, BeginAtConsumersTooWithTheirOwnSlot) {
  EXPECT_EQ(chains("producers: {shop: {load: {poisson: 1/s}, does: [send: q]}}\n"
                   "services: {a: {does: [call: b]}, b: {does: []}}\n"
                   "queues: {q: {}}\n"
                   "consumers: {w: {from: q, does: [call: a]}}\n"),
            "w: 2 calls a b, 3 slots\n");
}

TEST(WaitingChains, EndAtStoresThatHaveNoSlots) {
  EXPECT_EQ(chains("producers: {shop: {load: {poisson: 1/s}, does: [call: a, write: db]}}\n"
                   "services: {a: {does: [call: b, read: db]}, b: {does: [read: view]}}\n"
                   "stores: {db: {}, view: {kind: projection, of: db}}\n"),
            "shop: 3 calls a b view, 2 slots\n");
}

TEST(WaitingChains, EndWithAReplyAndBeginAnewAfterIt) {
  EXPECT_EQ(chains(shop_calling("a",
                                "  a: {does: [call: b]}\n"
                                "  b: {does: [reply, call: c]}\n"
                                "  c: {does: [call: d]}\n"
                                "  d: {does: []}\n")),
            "shop: 2 calls a b, 2 slots\n"
            "b: 2 calls c d, 3 slots\n");
}

TEST(WaitingChains, HaveNoLengthWhereTheyComeToALoop) {
  EXPECT_EQ(chains(shop_calling("a",
                                "  a: {does: [call: d, call: b]}\n"
                                "  b: {does: [call: c]}\n"
                                "  c: {does: [choose: {1%: [call: b], 99%: []}]}\n"
                                "  d: {does: [call: e]}\n"
                                "  e: {does: [call: f]}\n"
                                "  f: {does: []}\n")),
            "shop: 0 calls a b, 0 slots\n");
  EXPECT_EQ(chains(shop_calling("a",
                                "  a: {does: [call: b]}\n"
                                "  b: {does: [reply, call: a]}\n")),
            "shop: 2 calls a b, 2 slots\n"
            "b: 2 calls a b, 3 slots\n")
      << "a loop with an answer on it keeps nobody waiting longer";
}

TEST(WaitingChains, NameTheirFirstCallees) {
  std::string services;
  for (int i = 0; i < 19; ++i) {
    services += "  s" + std::to_string(i) + ": {does: [call: s" + std::to_string(i + 1) + "]}\n";
  }
  EXPECT_EQ(chains(shop_calling("s0", services + "  s19: {does: []}\n")),
            "shop: 20 calls s0 s1 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11, 20 slots\n");
}

}  // namespace
}  // namespace spillway::topology
