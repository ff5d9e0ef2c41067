#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "sim/run/world.h"

// A design and its twin, in which calls are messages or messages calls, are compared message by
// message: each has the same random numbers in both.

namespace spillway {
namespace {

/// Watches first attempts, or all, at one component: how long each message's handlers took.
class Stopwatch : public Tracer {
 public:
  Stopwatch(const World& world, std::string component, bool all_attempts)
      : world_(world), component_(std::move(component)), all_attempts_(all_attempts) {}

  void see(Moment moment, Time now, Address component, const Message& message) override {
    if (world_.name_of(component) != component_) return;
    if (message.attempt != 0 && !all_attempts_) return;
    const auto handler = std::pair(message.ordinal, lane_of_draws(message));
    if (moment == Moment::started) {
      started_[handler] = now;
    } else if (moment == Moment::ended) {
      took_[handler].push_back(now - started_.at(handler));
      failed_ += message.outcome != Outcome::ok;
    }
  }

  /// By ordinal and lane: several calls and attempts of one message are several handlers.
  const std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Time>>& took() const {
    return took_;
  }
  int failed() const { return failed_; }

 private:
  const World& world_;
  std::string component_;
  bool all_attempts_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Time> started_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Time>> took_;
  int failed_ = 0;
};

/// One run of each variant of a file.
struct Twins {
  struct One {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Time>> took;
    int failed = 0;
    double attempts = -1;   ///< on the edge
    std::size_t edges = 0;  ///< of its name
  };
  std::vector<One> all;

  Twins(const std::string& text, const std::string& component, const std::string& edge,
        bool all_attempts = false) {
    const ScenarioFile file = load_scenario_text(text, "twins.yaml");
    for (const Diagnostic& diagnostic : file.diagnostics) ADD_FAILURE() << render(diagnostic);
    for (const Scenario& scenario : file.variants) {
      World world(scenario);
      Stopwatch watch(world, component, all_attempts);
      world.watch(&watch);
      const Result result = world.run(7, 0);
      EXPECT_EQ(result.failure, "");
      EXPECT_EQ(result.alive, 0U) << "all is done";
      One& one = all.emplace_back();
      one.took = watch.took();
      one.failed = watch.failed();
      const auto& metrics = world.plan().metrics;
      for (std::size_t i = 0; i < metrics.size(); ++i) {
        if (metrics[i].component != edge || metrics[i].metric != "attempts") continue;
        one.attempts = result.samples[i].total;
        ++one.edges;
      }
    }
  }
};

constexpr std::string_view kCalls =
    "run: {duration: 60s}\n"
    "network: 1ms\n"
    "producers: {shop: {load: {poisson: 50/s}, does: [call: checkout]}}\n"
    "services:\n"
    "  checkout:\n"
    "    instances: 50\n"
    "    does:\n"
    "      - work: {exponential: 4ms}\n"
    "      - call: payments\n"
    "      - choose: {70%: [], 30%: [{call: payments}]}\n"
    "      - call: payments\n"
    "  payments: {instances: 2, concurrency: 4, does: [work: {exponential: 25ms}, fail: 0.0]}\n";

TEST(Twins, GiveAMessageTheSameServiceTimeDecoupledOrNot) {
  const Twins twins(
      std::string(kCalls) + "variants: {sync: {}, async: {decouple: {checkout -> payments: {}}}}\n",
      "payments", "checkout -> payments");
  const auto& [sync, async] = std::tie(twins.all.at(0), twins.all.at(1));
  EXPECT_GT(sync.took.size(), 6000U) << "two or three calls of each of 3000 messages";
  EXPECT_EQ(sync.took, async.took);
  for (const auto& [handler, times] : sync.took) {
    ASSERT_EQ(times.size(), 1U) << "each call of a message has numbers of its own";
  }
  EXPECT_EQ(sync.attempts, async.attempts);
  EXPECT_EQ(sync.attempts, static_cast<double>(sync.took.size()));
  EXPECT_EQ(async.edges, sync.edges) << "one edge, whoever calls";
}

TEST(Twins, LetTheSameMessagesFailFirst) {
  std::string text(kCalls);
  text.replace(text.find("fail: 0.0"), 9, "fail: 20%");
  // With one call for each message, so that what fails in the one skips nothing in the other.
  text.replace(text.find("      - choose"), text.find("  payments:") - text.find("      - choose"),
               "");
  const Twins twins(text +
                        "variants: {sync: {}, async: {decouple: {checkout -> payments: {workers: "
                        "{instances: 9}}}}}\n",
                    "payments", "checkout -> payments");
  const auto& [sync, async] = std::tie(twins.all.at(0), twins.all.at(1));
  EXPECT_EQ(sync.took, async.took);
  EXPECT_EQ(sync.failed, async.failed);
  EXPECT_GT(sync.failed, 500);
  EXPECT_GT(async.attempts, sync.attempts) << "a failed message is delivered again";
}

TEST(Twins, GiveAProducersOnlyCallTheSameNumbers) {
  const Twins twins(
      "run: {duration: 60s}\n"
      "producers: {shop: {load: {poisson: 50/s}, does: [{call: front, network: {exponential: "
      "3ms}}]}}\n"
      "services: {front: {instances: 9, does: [choose: {40%: [wait: {exponential: 5ms}], 60%: "
      "[work: {exponential: 4ms}]}]}}\n"
      "variants: {sync: {}, async: {decouple: {shop -> front: {}}}}\n",
      "front", "shop -> front");
  EXPECT_GT(twins.all.at(0).took.size(), 2500U);
  EXPECT_EQ(twins.all.at(0).took, twins.all.at(1).took);
  EXPECT_EQ(twins.all.at(0).attempts, twins.all.at(1).attempts);
}

TEST(Twins, DrawTheSameForEachAttemptOfACall) {
  const Twins twins(
      "run: {duration: 60s}\n"
      "producers: {shop: {load: {poisson: 50/s}, does: [call: checkout]}}\n"
      "services:\n"
      "  checkout:\n"
      "    instances: 50\n"
      "    does: [{call: payments, timeout: 1min, retry: {attempts: 4}}, {call: payments, timeout: "
      "1min, retry: {attempts: 4}}]\n"
      "  payments: {instances: 9, does: [work: {exponential: 25ms}, fail: 5%]}\n"
      "variants: {sync: {}, async: {decouple: {checkout -> payments: {}}}}\n",
      "payments", "checkout -> payments", true);
  EXPECT_GT(twins.all.at(0).failed, 250);
  EXPECT_EQ(twins.all.at(0).took, twins.all.at(1).took);
  EXPECT_EQ(twins.all.at(0).failed, twins.all.at(1).failed);
  EXPECT_EQ(twins.all.at(0).attempts, twins.all.at(1).attempts);
}

TEST(Twins, GiveAMessageTheSameServiceTimeCoupledOrNot) {
  const Twins twins(
      "run: {duration: 60s}\n"
      "producers:\n"
      "  shop: {load: {poisson: 50/s}, does: [{send: orders, network: 2ms}, {send: orders, "
      "network: 2ms}]}\n"
      "  desk: {load: {poisson: 10/s}, does: [choose: {60%: [send: orders], 40%: [wait: 2ms]}]}\n"
      "queues: {orders: {}}\n"
      "consumers: {worker: {from: orders, instances: 2, concurrency: 4, does: [work: {exponential: "
      "25ms}]}}\n"
      "variants: {async: {}, sync: {couple: {shop -> orders: {}, desk -> orders: {}}}}\n",
      "worker", "shop -> orders");
  EXPECT_GT(twins.all.at(0).took.size(), 6000U);
  EXPECT_EQ(twins.all.at(0).took, twins.all.at(1).took);
  EXPECT_EQ(twins.all.at(0).attempts, twins.all.at(1).attempts);
}

}  // namespace
}  // namespace spillway
