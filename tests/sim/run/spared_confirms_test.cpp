#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "sim/run/world.h"
#include "tests/sim/run/ran.h"

// Who sends to a queue that cannot but take a message does not wait for its confirm, where no
// network is between: the figures are those of one who does.

namespace spillway {
namespace {

/// A shop that sends to a queue, publishes to two, and asks a service that sends. No queue is ever
/// full; but one that says how much it holds might be.
std::string shop(const std::string& queue) {
  return fmt::format(R"(
run: {{duration: 60s, warmup: 5s}}
producers:
  orders: {{load: {{poisson: 40/s}}, does: [send: work]}}
  news: {{load: {{poisson: 20/s}}, does: [{{publish: events}}, {{send: work}}]}}
  asks: {{load: {{poisson: 20/s}}, does: [call: api]}}
services:
  api: {{concurrency: 2, does: [{{work: {{exponential: 10ms}}}}, {{send: work}}, {{work: {{exponential: 5ms}}}}]}}
topics:
  events: {{subscriptions: {{one: {{to: work}}, other: {{to: mail}}}}}}
queues:
  work: {{visibility: 2s, dead_letter: {{to: dead, after: 2}}{0}}}
  mail: {{max_in_flight: 3{0}}}
  dead: {{}}
consumers:
  workers: {{from: work, instances: 4, prefetch: 3, does: [{{work: {{exponential: 25ms}}}}, {{fail: 5%}}]}}
  mailer: {{from: mail, concurrency: 2, does: [{{work: {{exponential: 60ms}}}}, {{send: work}}]}}
)",
                     queue);
}

/// What is seen of the first message of a producer, in its order.
class Journey : public Tracer {
 public:
  void see(Moment moment, Time, Address, const Message& message) override {
    if (message.ordinal == 0) moments.push_back(moment);
  }
  std::vector<Moment> moments;
};

std::vector<Moment> journey(const std::string& text) {
  const ScenarioFile file = load_scenario_text(text, "journey.yaml");
  for (const Diagnostic& diagnostic : file.diagnostics) ADD_FAILURE() << render(diagnostic);
  World world(file.variants.at(0));
  Journey watch;
  world.watch(&watch);
  world.run(1, 0);
  return watch.moments;
}

TEST(SparedConfirms, ChangeNoFigure) {
  const Ran spared(shop(""));
  const Ran waited(shop(", capacity: 1000000"));
  const std::vector<Sample>& some = spared.result().samples;
  const std::vector<Sample>& others = waited.result().samples;
  ASSERT_EQ(some.size(), others.size());
  std::size_t told = 0;
  for (std::size_t i = 0; i < some.size(); ++i) {
    EXPECT_EQ(some[i].n, others[i].n) << i;
    EXPECT_EQ(some[i].total, others[i].total) << i;
    EXPECT_EQ(some[i].weight, others[i].weight) << i;
    told += some[i].n != 0;
  }
  EXPECT_GT(told, 50u);
  EXPECT_GT(spared.ledger("work").sent, 5000u);
  EXPECT_GT(spared.ledger("dead").sent, 0u);
}

TEST(SparedConfirms, LetTheSenderGoOnFirst) {
  using testing::ElementsAre;
  const auto text = [](const std::string& rest) {
    return "run: {duration: 10s}\n"
           "producers: {shop: {load: {constant: 1/s}, does: [send: work]}}\n"
           "queues: {work: {}}\n"
           "consumers: {workers: {from: work, does: [work: 1ms]}}\n" +
           rest;
  };
  EXPECT_THAT(journey(text("")),
              ElementsAre(Moment::born, Moment::answered, Moment::arrived, Moment::delivered,
                          Moment::started, Moment::ended, Moment::acknowledged, Moment::completed));
  EXPECT_THAT(journey(text("network: 1us\n")),
              ElementsAre(Moment::born, Moment::arrived, Moment::delivered, Moment::answered,
                          Moment::started, Moment::ended, Moment::acknowledged, Moment::completed));
}

TEST(SparedConfirms, AreNotWhereAFaultStrikesTheQueue) {
  const Ran run(
      "run: {duration: 100s}\n"
      "producers: {shop: {load: {constant: 1/s}, does: [send: work]}}\n"
      "queues: {work: {}}\n"
      "consumers: {workers: {from: work, does: [work: 1ms]}}\n"
      "faults: {down: {outage: work, at: 20.5s, for: 10s}}\n");
  EXPECT_EQ(run.total("shop", "failed"), 10);
  EXPECT_EQ(run.total("work", "rejected"), 10);
}

}  // namespace
}  // namespace spillway
