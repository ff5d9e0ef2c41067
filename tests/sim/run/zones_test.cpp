// How far zones are from one another, and what is lost with one.

#include <gtest/gtest.h>

#include "tests/sim/run/ran.h"

namespace spillway {
namespace {

TEST(Zones, LieTheirDistanceApart) {
  Ran ran(
      "run: {duration: 10s}\n"
      "network: 1ms\n"
      "zones: {between: {eu -> us: 40ms}}\n"
      "producers: {far: {load: {constant: 10/s}, zone: eu, does: [call: s]},\n"
      "            near: {load: {constant: 10/s}, zone: us, does: [call: s]}}\n"
      "services: {s: {zone: us, concurrency: 10, does: [work: 5ms]}}\n");
  EXPECT_DOUBLE_EQ(ran.mean("far", "latency"), 0.085);
  EXPECT_DOUBLE_EQ(ran.mean("near", "latency"), 0.007);
}

TEST(Zones, LieApartForDeliveriesAndAcknowledgementsToo) {
  // A slot that fetches nothing ahead: there and back between two messages, besides the work.
  Ran ran(
      "run: {duration: 100s, drain: 1h}\n"
      "zones: {between: {eu -> us: 40ms}}\n"
      "producers: {p: {load: {constant: 100/s}, zone: eu, does: [send: q]}}\n"
      "queues: {q: {zone: us}}\n"
      "consumers: {c: {from: q, zone: eu, does: [work: 20ms]}}\n");
  // 9,999 messages of 100 ms each.
  EXPECT_EQ(ran.total("c", "handled"), 9999);
  EXPECT_NEAR(to_seconds(ran.result().ended_at), 999.9, 0.2);
}

TEST(Zones, AreLostAsOne) {
  Ran ran(
      "run: {duration: 60s, drain: 1min}\n"
      "producers:\n"
      "  p: {load: {constant: 10/s}, does: [{call: s, timeout: 1s}]}\n"
      "  r: {load: {constant: 10/s}, does: [{send: q, confirm: true, timeout: 1s}]}\n"
      "  e: {load: {constant: 10/s}, does: [{call: t, timeout: 1s}]}\n"
      "services: {s: {zone: us, does: [work: 1ms]}, t: {zone: eu, does: [work: 1ms]}}\n"
      "queues: {q: {zone: us}}\n"
      "consumers: {c: {from: q, zone: us, does: [work: 1ms]}}\n"
      "faults: {lost: {zone: us, at: 20s, for: 10s}}\n");
  EXPECT_EQ(ran.total("p", "failed"), 100);
  EXPECT_EQ(ran.total("r", "failed"), 100);
  EXPECT_EQ(ran.total("e", "failed"), 0);
  EXPECT_EQ(ran.total("lost", "begun"), 1);
}

}  // namespace
}  // namespace spillway
