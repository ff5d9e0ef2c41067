// Calls that fail and faults that strike, in whole worlds: nothing is left behind, what is counted
// adds up, and what has nothing to do with it changes no byte.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/run/world.h"

namespace spillway {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::Le;

/// One replication of a variant of a file.
class Ran {
 public:
  explicit Ran(const std::string& text, std::size_t variant = 0, std::uint32_t replication = 0)
      : world_(scenario_of(text, variant)), result_(world_.run(7, replication)) {
    EXPECT_EQ(result_.failure, "") << text;
  }

  const Result& result() const { return result_; }
  const Plan& plan() const { return world_.plan(); }

  const Sample& of(const std::string& component, const std::string& metric,
                   const std::string& window = "") const {
    const Sample* found = find(component, metric, window);
    EXPECT_NE(found, nullptr) << component << "." << metric << "@" << window;
    return found != nullptr ? *found : result_.samples.front();
  }
  double count(const std::string& component, const std::string& metric,
               const std::string& window = "") const {
    return of(component, metric, window).total;
  }
  double mean(const std::string& component, const std::string& metric,
              const std::string& window = "") const {
    const Sample& sample = of(component, metric, window);
    return sample.total / sample.weight;
  }
  const Sample* find(const std::string& component, const std::string& metric,
                     const std::string& window) const {
    for (std::size_t i = 0; i < plan().metrics.size(); ++i) {
      const MetricKey& key = plan().metrics[i];
      if (key.component == component && key.metric == metric &&
          plan().windows[key.window].name == window) {
        return &result_.samples[i];
      }
    }
    return nullptr;
  }
  const Ledger& ledger(const std::string& queue) const {
    const auto found = std::ranges::find(plan().channels, queue);
    EXPECT_NE(found, plan().channels.end()) << queue;
    return result_.ledgers[static_cast<std::size_t>(found - plan().channels.begin())];
  }

 private:
  static Scenario scenario_of(const std::string& text, std::size_t variant) {
    const ScenarioFile file = load_scenario_text(text, "s.yaml");
    for (const Diagnostic& diagnostic : file.diagnostics) {
      if (diagnostic.severity == Severity::error) ADD_FAILURE() << render(diagnostic);
    }
    return file.variants.at(variant);
  }

  World world_;
  Result result_;
};

/// Nothing is alive, and every message is in one place.
void expect_all_done(const Ran& ran) {
  EXPECT_EQ(ran.result().alive, 0U);
  EXPECT_EQ(ran.result().open, 0U);
  for (const Ledger& ledger : ran.result().ledgers) {
    EXPECT_TRUE(ledger.balances());
    EXPECT_EQ(ledger.ready + ledger.in_flight, 0U);
  }
}

/// Everything that both measure, compared to the last byte. Returns how much that is.
std::size_t expect_same_where_shared(const Ran& base, const Ran& other) {
  std::size_t shared = 0;
  for (std::size_t i = 0; i < base.plan().metrics.size(); ++i) {
    const MetricKey& key = base.plan().metrics[i];
    const std::string& window = base.plan().windows[key.window].name;
    const Sample* theirs = other.find(key.component, key.metric, window);
    if (theirs == nullptr) {
      ADD_FAILURE() << key.component << "." << key.metric << "@" << window;
      continue;
    }
    const Sample& ours = base.result().samples[i];
    ++shared;
    EXPECT_TRUE(ours.total == theirs->total && ours.weight == theirs->weight &&
                ours.min == theirs->min && ours.max == theirs->max && ours.n == theirs->n &&
                ours.failures == theirs->failures)
        << key.component << "." << key.metric << "@" << window;
    EXPECT_EQ(ours.histogram == nullptr, theirs->histogram == nullptr);
    if (ours.histogram) {
      EXPECT_TRUE(*ours.histogram == *theirs->histogram) << key.component << "." << key.metric;
    }
  }
  return shared;
}

// A chain with everything that can be done about failures, and a queue beside it.
const std::string kShop = R"(
run: {duration: 60s, drain: 1h}
network: 1ms
producers:
  shop:
    load: {poisson: 60/s}
    does:
      - {call: front, timeout: 800ms, cancel: true, fallback: [{send: orders, timeout: 2s}]}
      - {send: orders, timeout: 300ms, retry: {attempts: 3, backoff: {base: 50ms, jitter: full}}, fallback: []}
services:
  front:
    instances: 2
    concurrency: 8
    accept_queue: 20
    does:
      - work: {exponential: 5ms}
      - {call: middle, deadline: 500ms, travels: true, retry: {attempts: 3, backoff: {base: 20ms, jitter: equal}, budget: 20%}}
  middle:
    concurrency: 12
    holds: nothing
    does:
      - work: {exponential: 8ms}
      - {call: back, timeout: 100ms, cancel: true, retry: {attempts: 2, when: [timeout, unavailable]}}
      - work: {exponential: 2ms}
  back:
    concurrency: 4
    does:
      - work: {exponential: 12ms}
      - fail: 1%
queues:
  orders: {visibility: 2s, confirm: {exponential: 2ms}, dead_letter: {to: dead, after: 20}}
  dead: {}
consumers:
  workers: {from: orders, instances: 2, concurrency: 2, prefetch: 6, does: [work: {exponential: 10ms}, {call: back, timeout: 200ms}]}
  undertaker: {from: dead, does: [work: 1ms]}
)";

TEST(CallsThatFail, LeaveNothingBehindWhateverStrikes) {
  struct Strike {
    const char* fault;
    const char* what;  ///< must have happened: a metric above 0
    const char* metric;
  };
  const std::vector<Strike> strikes{
      {"outage: back, at: 20s, for: 10s", "middle -> back", "errors"},
      {"outage: front, at: 20s, for: 10s", "front", "refused"},
      {"hang: back, at: 20s, for: 10s", "back", "cancelled"},
      {"hang: middle, at: 20s, for: 10s", "middle", "cancelled"},
      {"hang: front, at: 20s, for: 10s", "front", "cancelled"},
      {"crash: back, at: 20s, for: 10s", "middle -> back", "errors"},
      {"crash: middle, at: 20s, for: 10s", "front -> middle", "errors"},
      {"crash: front, at: 20s, for: 10s, work: lost", "front", "refused"},
      {"slow: back, times: 30, at: 20s, for: 10s", "middle -> back", "timeouts"},
      {"errors: middle, share: 60%, at: 20s, for: 10s", "front -> middle", "errors"},
      {"outage: orders, at: 20s, for: 10s", "orders", "rejected"},
      {"hang: orders, at: 20s, for: 10s", "shop -> orders", "timeouts"},
      {"slow: orders, times: 400, at: 20s, for: 10s", "shop -> orders", "timeouts"},
      {"errors: orders, share: 60%, at: 20s, for: 10s", "orders", "rejected"},
      {"outage: workers, at: 20s, for: 10s", "orders", "redelivered"},
      {"crash: workers, at: 20s, for: 10s", "orders", "redelivered"},
      {"hang: workers, at: 20s, for: 10s", "orders", "redelivered"},
      {"slow: workers, times: 50, at: 20s, for: 10s", "orders", "redelivered"},
      {"errors: workers, share: 60%, at: 20s, for: 10s", "workers", "failed"},
      {"crash: middle, every: {exponential: 5s}, for: {exponential: 1s}", "strike", "begun"},
      {"hang: back, every: {exponential: 5s}, for: {exponential: 1s}", "strike", "begun"},
      {"crash: workers, every: {exponential: 5s}, for: {exponential: 1s}", "strike", "begun"},
      {"loss: {middle -> back: 30%, front -> middle: 30%}, at: 20s, for: 10s", "middle -> back",
       "lost"},
      {"loss: {middle -> back: 30%, shop -> front: 100%}, direction: request, at: 20s, for: 10s",
       "shop -> front", "lost"},
      {"loss: {shop -> orders: 30%}, at: 20s, for: 10s", "shop -> orders", "lost"},
      {"loss: {shop -> orders: 30%}, direction: request, at: 20s, for: 10s", "shop -> orders",
       "lost"},
      {"latency: {middle -> back: +300ms, shop -> orders: {exponential: 1s}}, at: 20s, for: 10s",
       "middle -> back", "timeouts"},
      {"crash: back, at: 20s, for: 10s, work: resample", "middle -> back", "errors"},
      {"capacity: back, times: 0.1, at: 20s, for: 10s", "middle -> back", "timeouts"},
      {"partition: [workers, back], at: 20s, for: 10s", "workers -> back", "lost"},
      {"loss: {front -> middle: 50%}, every: {exponential: 3s}, for: {exponential: 1s}", "strike",
       "begun"},
  };
  for (const Strike& strike : strikes) {
    SCOPED_TRACE(strike.fault);
    const Ran ran(kShop + "faults: {strike: {" + strike.fault + "}}\n");
    expect_all_done(ran);
    EXPECT_GT(ran.count(strike.what, strike.metric), 0);
    EXPECT_GT(ran.count("shop", "success"), 0);
  }
}

TEST(CallsThatFail, LeaveNothingBehindWhenAllStrikesAtOnce) {
  const Ran ran(kShop + R"(
faults:
  a: {crash: back, at: 20s, for: 10s}
  b: {hang: back, at: 15s, for: 10s}
  c: {outage: workers, at: 18s, for: 6s}
  d: {crash: workers, at: 20s, for: 10s}
  e: {hang: workers, at: 10s, for: 30s}
  f: {hang: orders, at: 19s, for: 3s}
  g: {outage: orders, at: 20s, for: 3s}
  h: {crash: middle, every: {exponential: 3s}, for: {exponential: 2s}, work: lost}
  i: {crash: middle, every: {exponential: 3s}, for: {exponential: 2s}}
  j: {slow: front, times: 3, at: 12s, for: 40s}
  k: {slow: front, times: 0.1, at: 13s, for: 40s}
  l: {errors: front, share: 20%, at: 0s, for: 60s}
  m: {loss: {front -> middle: 40%, middle -> back: 40%}, at: 10s, for: 30s}
  n: {loss: {front -> middle: 40%, workers -> back: 40%}, direction: request, at: 15s, for: 30s}
  o: {latency: {front -> middle: {exponential: 100ms}}, at: 15s, for: 20s}
  p: {partition: [orders, shop], at: 20s, for: 2s}
)");
  expect_all_done(ran);
}

TEST(CallsThatFail, LeaveNothingBehindWhereAServiceCallsItself) {
  // One that frees its slot may have cancelled who stands next in line.
  const Ran ran(R"(
run: {duration: 200s, drain: 1h}
producers: {p: {load: {poisson: 20/s}, does: [{call: loop, timeout: 300ms, cancel: true}]}}
services:
  loop:
    concurrency: 2
    does:
      - choose:
          60%: [{call: loop, timeout: 40ms, cancel: true}]
          40%: []
      - work: {exponential: 20ms}
)");
  expect_all_done(ran);
  EXPECT_GT(ran.count("loop", "cancelled"), 1000);
}

// Deterministic: one message each 100 ms, answered in 10 ms.
const std::string kTick = R"(
run: {duration: 100s}
producers: {p: {load: {constant: 10/s}, does: [{call: s}]}}
services: {s: {concurrency: 4, does: [{work: 10ms}]}}
)";

TEST(FaultWindows, AreWindowsOfMetrics) {
  const Ran ran(kTick + "faults: {out: {outage: s, at: 20050ms, for: 10s}}\n");
  EXPECT_EQ(ran.count("p", "sent", "out"), 100);
  EXPECT_EQ(ran.count("p", "failed", "out"), 100);
  EXPECT_EQ(ran.count("p", "failed"), 100);
  EXPECT_EQ(ran.count("s", "refused", "out"), 100);
  EXPECT_EQ(ran.count("p", "sent", "before"), 200);
  EXPECT_EQ(ran.mean("p", "success", "before"), 1);
  EXPECT_EQ(ran.count("p", "sent", "recovery"), 999 - 300);
  EXPECT_EQ(ran.mean("p", "success", "recovery"), 1);
  EXPECT_EQ(ran.count("out", "begun"), 1);
  EXPECT_EQ(ran.mean("s", "in_service", "out"), 0);
}

TEST(FaultWindows, CountWhatAHangDelaysInTheWindowItWasBornIn) {
  const Ran ran(kTick + "faults: {stuck: {hang: s, at: 20050ms, for: 1s}}\n");
  EXPECT_EQ(ran.count("p", "sent", "stuck"), 10);
  // Born at 20.1 to 21.0; from 21.05 on four at a time, each for 10 ms.
  double sum = 0;
  for (int i = 0; i < 10; ++i) sum += 21.05 + 0.01 * (i / 4 + 1) - (20.1 + 0.1 * i);
  EXPECT_NEAR(ran.count("p", "latency", "stuck"), sum, 1e-9);
  EXPECT_EQ(ran.of("s", "in_service", "stuck").max, 4) << "a request that hangs has its slot";
  EXPECT_EQ(ran.of("s", "waiting", "stuck").max, 6);
  EXPECT_NEAR(ran.of("p", "latency", "recovery").max, 0.01, 1e-12);
}

TEST(FaultWindows, OfFaultsAtRandomAreDrawnInEachReplicationAndTheSameInEachVariant) {
  const std::string file = kTick + R"(
faults:
  flaps: {outage: s, every: {exponential: 8s}, for: {exponential: 2s}}
  other: {slow: s, times: 2, every: {exponential: 20s}, for: 1s}
variants:
  base: {}
  more: {services: {s: {concurrency: 40}, t: {does: [{work: 1s}]}}, producers: {q: {load: {poisson: 5/s}, does: [{call: t}]}}}
)";
  std::vector<double> begun;
  std::vector<double> born;
  for (std::uint32_t replication = 0; replication < 5; ++replication) {
    const Ran base(file, 0, replication);
    const Ran more(file, 1, replication);
    for (const char* window : {"flaps", "other", "before:flaps", "recovery:other"}) {
      EXPECT_EQ(base.count("p", "sent", window), more.count("p", "sent", window)) << window;
    }
    EXPECT_EQ(base.count("flaps", "begun"), more.count("flaps", "begun"));
    EXPECT_EQ(base.count("p", "failed", "flaps"), base.count("p", "sent", "flaps"));
    EXPECT_EQ(base.count("p", "failed"), base.count("p", "sent", "flaps")) << "and no others";
    begun.push_back(base.count("flaps", "begun"));
    born.push_back(base.count("p", "sent", "flaps"));
    EXPECT_EQ(Ran(file, 0, replication).result().fingerprint, base.result().fingerprint);
  }
  EXPECT_GT(*std::ranges::max_element(begun), *std::ranges::min_element(begun));
  EXPECT_GT(*std::ranges::max_element(born), *std::ranges::min_element(born));
}

TEST(FaultWindows, OfOneWorldAreDrawnAnewInEachRun) {
  const ScenarioFile file = load_scenario_text(
      kTick + "faults: {flaps: {outage: s, every: {exponential: 8s}, for: 1s}}\n", "s.yaml");
  World world(file.variants.at(0));
  const Result first = world.run(7, 0);
  const Result second = world.run(7, 1);
  const Result again = world.run(7, 0);
  EXPECT_NE(first.fingerprint, second.fingerprint);
  EXPECT_EQ(first.fingerprint, again.fingerprint);
  ASSERT_EQ(first.samples.size(), again.samples.size());
  for (std::size_t i = 0; i < first.samples.size(); ++i) {
    EXPECT_EQ(first.samples[i].total, again.samples[i].total);
  }
}

TEST(FaultWindows, AreTooManyWhereFaultsStrikeAllTheTime) {
  const ScenarioFile file = load_scenario_text(
      kTick + "faults: {f: {outage: s, every: {exponential: 6ms}, for: 6ms}}\n", "s.yaml");
  World world(file.variants.at(0));
  EXPECT_EQ(world.run(7, 0).failure, "");
  const ScenarioFile twice =
      load_scenario_text(kTick +
                             "faults: {f: {outage: s, every: {exponential: 6ms}, for: 6ms}, "
                             "g: {hang: s, every: {exponential: 6ms}, for: 6ms}}\n",
                         "s.yaml");
  World busy(twice.variants.at(0));
  EXPECT_EQ(busy.run(7, 0).failure, "too many faults: they strike more than 10000 times in 100 s");
}

TEST(Strangers, ChangeNoByteOfTheResultsOfOthers) {
  const std::string file = kShop + R"(
faults:
  hangs: {hang: back, at: 20s, for: 5s}
  flaps: {crash: middle, every: {exponential: 9s}, for: {exponential: 1s}}
  away: {crash: workers, every: {exponential: 9s}, for: {exponential: 1s}}
variants:
  base: {}
  one-more:
    services: {aaa: {does: [{work: {exponential: 70ms}}]}, mmm: {does: []}}
    producers: {aab: {load: {poisson: 30/s}, does: [{call: aaa, timeout: 60ms, cancel: true, retry: {attempts: 3, backoff: {base: 5ms, jitter: full}}}, {send: aac, timeout: 100ms, retry: {attempts: 2}}]}}
    queues: {aac: {visibility: 1s}}
    consumers: {aad: {from: aac, does: [{work: {exponential: 9ms}}]}}
  under-other-names:
    services: {zza: {does: [{work: {exponential: 70ms}}]}, nnn: {does: []}}
    producers: {zzb: {load: {poisson: 30/s}, does: [{call: zza, timeout: 60ms, cancel: true, retry: {attempts: 3, backoff: {base: 5ms, jitter: full}}}, {send: zzc, timeout: 100ms, retry: {attempts: 2}}]}}
    queues: {zzc: {visibility: 1s}}
    consumers: {zzd: {from: zzc, does: [{work: {exponential: 9ms}}]}}
)";
  const Ran base(file, 0);
  EXPECT_GT(base.count("middle -> back", "timeouts"), 0);
  EXPECT_GT(base.count("orders", "redelivered"), 0);
  for (const std::size_t variant : {1u, 2u}) {
    const Ran other(file, variant);
    EXPECT_GT(other.count(variant == 1 ? "aab" : "zzb", "sent"), 1000);
    EXPECT_EQ(expect_same_where_shared(base, other), base.plan().metrics.size());
  }
}

TEST(Strangers, MayStandAnywhereInTheFile) {
  const std::string head = "run: {duration: 30s}\n";
  const std::string producers =
      "producers: {p: {load: {poisson: 50/s}, does: [{call: a, timeout: 50ms, retry: {attempts: "
      "2}}]}, q: {load: {poisson: 20/s}, does: [{call: b}]}}\n";
  const std::string services =
      "services: {a: {does: [{work: {exponential: 15ms}}]}, b: {does: [{work: {exponential: "
      "30ms}}]}}\n";
  const std::string faults =
      "faults: {x: {hang: a, at: 10s, for: 1s}, y: {crash: b, at: 10s, for: 1s}, z: {slow: a, "
      "times: 2, every: {exponential: 3s}, for: 1s}}\n";
  const std::string turned =
      "services: {b: {does: [{work: {exponential: 30ms}}]}, a: {does: [{work: {exponential: "
      "15ms}}]}}\n"
      "faults: {z: {slow: a, times: 2, every: {exponential: 3s}, for: 1s}, y: {crash: b, at: 10s, "
      "for: 1s}, x: {hang: a, at: 10s, for: 1s}}\n"
      "producers: {q: {load: {poisson: 20/s}, does: [{call: b}]}, p: {load: {poisson: 50/s}, does: "
      "[{call: a, timeout: 50ms, retry: {attempts: 2}}]}}\n";
  const Ran one(head + producers + services + faults);
  const Ran other(head + turned);
  EXPECT_EQ(one.result().fingerprint, other.result().fingerprint);
  EXPECT_EQ(expect_same_where_shared(one, other), one.plan().metrics.size());
}

// Each message takes 3 s and its caller waits for 1 s; there are slots enough.
const std::string kImpatient = R"(
run: {duration: 100s}
producers: {p: {load: {constant: 1/s}, does: [{call: s, timeout: 1s}]}}
services: {s: {concurrency: 10, does: [{work: 3s}]}}
variants:
  goes-on: {}
  cancels: {edges: {p -> s: {cancel: true}}}
)";

TEST(Cancellation, SparesTheWorkThatIsWastedWithoutIt) {
  const Ran goes_on(kImpatient, 0);
  expect_all_done(goes_on);
  EXPECT_EQ(goes_on.mean("s", "wasted"), 1);
  EXPECT_EQ(goes_on.count("s", "cancelled"), 0);
  EXPECT_NEAR(goes_on.mean("s", "in_service"), 3, 0.1);
  const Ran cancels(kImpatient, 1);
  expect_all_done(cancels);
  EXPECT_EQ(cancels.count("s", "cancelled"), 99);
  EXPECT_EQ(cancels.of("s", "wasted").weight, 0) << "nothing was answered";
  EXPECT_NEAR(cancels.mean("s", "in_service"), 1, 0.02);
  for (const Ran* ran : {&goes_on, &cancels}) {
    EXPECT_EQ(ran->count("p", "failed"), 99);
    EXPECT_EQ(ran->count("p -> s", "timeouts"), 99);
    EXPECT_EQ(ran->count("p -> s", "errors"), 0);
  }
}

TEST(Cancellation, ReachesDownToTheLastOfAChain) {
  const std::string file = R"(
run: {duration: 100s}
network: 5ms
producers: {p: {load: {constant: 2/s}, does: [{call: a, timeout: 1s, cancel: true}]}}
services:
  a: {concurrency: 50, does: [{call: b, timeout: 10s, cancel: true}]}
  b: {concurrency: 50, does: [{call: c, timeout: 10s, cancel: true}]}
  c: {concurrency: 50, does: [{work: 1ms}]}
faults: {stuck: {hang: c, at: 20s, for: 60s}}
)";
  const Ran ran(file);
  expect_all_done(ran);
  // Of the 120 born in it, that of 79.5 s is answered when the hang ends; that of 79 s is given up
  // at that instant: c has answered it before the word comes to b.
  EXPECT_EQ(ran.count("a", "cancelled", "stuck"), 119);
  EXPECT_EQ(ran.count("b", "cancelled", "stuck"), 118);
  EXPECT_EQ(ran.count("c", "cancelled", "stuck"), 118);
  for (const char* service : {"a", "b", "c"}) {
    EXPECT_EQ(ran.count(service, "received", "stuck"), 120);
    // From when the request comes until the word comes, both 5 ms a hop later.
    EXPECT_NEAR(ran.mean(service, "in_service", "stuck"), 2, 0.1);
  }
  EXPECT_EQ(ran.count("p", "failed"), 119);
}

TEST(Deadlines, ThatTravelSpareWhatWouldComeTooLate) {
  const std::string file = R"(
run: {duration: 100s, drain: 1h}
producers: {p: {load: {poisson: 15/s}, does: [{call: a, deadline: 300ms}]}}
services:
  a: {concurrency: 100, does: [{call: b}]}
  b: {does: [{work: 100ms}]}
variants:
  stays: {}
  travels: {edges: {p -> a: {travels: true}}}
)";
  const Ran stays(file, 0);
  const Ran travels(file, 1);
  expect_all_done(stays);
  expect_all_done(travels);
  // How many, theory says: CallsThatFailInTheory in tests/validation.
  EXPECT_EQ(stays.count("b", "cancelled"), 0);
  EXPECT_GT(travels.count("b", "cancelled"), 0);
  EXPECT_EQ(travels.count("b", "received"),
            travels.count("b", "cancelled") + static_cast<double>(travels.of("b", "latency").n));
}

TEST(Retries, StayWithinTheirBudget) {
  const auto attempts = [](const std::string& budget) {
    const Ran ran(R"(
run: {duration: 100s}
producers: {p: {load: {constant: 100/s}, does: [{call: s, retry: {attempts: 4)" +
                  budget + R"(}}]}}
services: {s: {does: []}}
faults: {out: {outage: s, at: 0s, for: 100s}}
)");
    EXPECT_EQ(ran.count("p", "failed"), ran.count("p", "sent"));
    return ran.count("p -> s", "attempts") / ran.count("p", "sent");
  };
  EXPECT_EQ(attempts(""), 4);
  // What is not spent is kept for ten seconds; here all of it is spent at once.
  EXPECT_THAT(attempts(", budget: 10%"), AllOf(Ge(1.099), Le(1.1)));
  EXPECT_THAT(attempts(", budget: 100%"), AllOf(Ge(1.999), Le(2)));
  EXPECT_EQ(attempts(", budget: 0%"), 1);
}

TEST(Retries, OfASendThatEndWellFailNothing) {
  // The queue is down for the first 5 s; what is refused is sent again each second.
  const Ran ran(R"(
run: {duration: 20s}
producers: {p: {load: {constant: 1/s}, does: [{send: q, retry: {attempts: 9, backoff: {base: 1s, factor: 1}}}]}}
queues: {q: {}}
consumers: {c: {from: q, does: [{work: 1ms}]}}
faults: {out: {outage: q, at: 0s, for: 5500ms}}
)");
  expect_all_done(ran);
  EXPECT_EQ(ran.mean("p", "success"), 1);
  EXPECT_EQ(ran.mean("p", "completed"), 1);
  EXPECT_EQ(ran.ledger("q").rejected, 5U + 4 + 3 + 2 + 1);
  EXPECT_EQ(ran.count("p -> q", "errors"), 15);
  EXPECT_EQ(ran.ledger("q").acknowledged, 19U);
}

TEST(Retries, OfASendWhoseConfirmationIsLateAreSecondMessages) {
  const Ran ran(R"(
run: {duration: 20s}
producers: {p: {load: {constant: 1/s}, does: [{send: q, timeout: 1s, retry: {attempts: 3, when: [timeout]}}]}}
queues: {q: {}}
consumers: {c: {from: q, concurrency: 100, does: [{work: 1ms}]}}
faults: {stuck: {hang: q, at: 5500ms, for: 5s}}
)");
  expect_all_done(ran);
  // Born at 6 and 7: three attempts in vain. At 8: the third, at 10, is confirmed at 10.5; at 9 the
  // second, at 10 the first.
  EXPECT_EQ(ran.count("p", "failed"), 2);
  EXPECT_EQ(ran.count("p -> q", "timeouts"), 3 + 3 + 2 + 1);
  EXPECT_EQ(ran.ledger("q").sent, 14U + 3 + 3 + 3 + 2 + 1);
  EXPECT_EQ(ran.ledger("q").acknowledged, ran.ledger("q").sent) << "each was stored and handled";
  EXPECT_EQ(ran.count("p", "completed"), 17);
}

TEST(Crashes, OfAConsumerBringItsMessagesBackAtOnceOrAfterTheirVisibility) {
  const std::string file = R"(
run: {duration: 60s}
producers: {p: {load: {constant: 1/s}, does: [{send: q}]}}
queues: {q: {}}
consumers: {c: {from: q, concurrency: 4, does: [{work: 3s}]}}
faults: {crash: {crash: c, at: 20500ms, for: 1s}}
variants:
  seen: {}
  hidden: {queues: {q: {visibility: 10s}}}
)";
  const Ran seen(file, 0);
  expect_all_done(seen);
  EXPECT_EQ(seen.ledger("q").redelivered, 3U) << "those of 18, 19 and 20";
  EXPECT_EQ(seen.ledger("q").duplicates, 0U);
  EXPECT_EQ(seen.of("q", "depth", "crash").max, 4) << "with that of 21";
  EXPECT_NEAR(seen.of("p", "completion").max, 21.5 + 3 - 18, 1e-9);
  const Ran hidden(file, 1);
  expect_all_done(hidden);
  EXPECT_EQ(hidden.ledger("q").redelivered, 3U);
  EXPECT_EQ(hidden.of("q", "depth", "crash").max, 1) << "the others are hidden";
  EXPECT_NEAR(hidden.of("p", "completion").max, 10 + 3, 1.0 + 1e-9)
      << "10 s after their receive, when a slot is free";
}

TEST(Crashes, OfAServiceBeginItsWorkAnewWithTheSameTimes) {
  const std::string file = R"(
run: {duration: 60s}
producers: {p: {load: {constant: 1/s}, does: [{call: s}]}}
services: {s: {concurrency: 9, does: [{work: {uniform: [1s, 3s]}}]}}
variants:
  sound: {}
  crashes: {faults: {crash: {crash: s, at: 20500ms, for: 5s}}}
)";
  const Ran sound(file, 0);
  const Ran crashes(file, 1);
  expect_all_done(crashes);
  EXPECT_EQ(crashes.count("s", "refused"), 5);
  EXPECT_EQ(crashes.mean("p", "success", "before"), 1);
  EXPECT_EQ(crashes.mean("p", "success", "recovery"), 1);
  // In the sound run the message born at 20 takes w; here it ends at 25.5 + w.
  EXPECT_LE(crashes.of("p", "latency").max, 25.5 - 18 + 3);
  EXPECT_GE(crashes.of("p", "latency").max, 25.5 - 20 + 1);
  EXPECT_EQ(crashes.count("p", "success") + 5, sound.count("p", "success"));
}

// One request each 100 ms; the answer takes 10 ms and two hops of 1 ms.
std::string over_the_network(const std::string& call, const std::string& faults) {
  return R"(
run: {duration: 100s}
network: 1ms
producers: {p: {load: {constant: 10/s}, does: [)" +
         call + R"(]}}
services: {s: {concurrency: 4, does: [{work: 10ms}]}}
queues: {q: {}}
consumers: {c: {from: q, does: []}}
faults: {)" +
         faults + "}\n";
}

TEST(Loss, OfAnswersWastesTheWorkAndIsLearntByTheTimeout) {
  const Ran ran(over_the_network("{call: s, timeout: 1s}",
                                 "f: {loss: {p -> s: 100%}, at: 20050ms, for: 10s}"));
  expect_all_done(ran);
  EXPECT_EQ(ran.count("p", "failed"), 100);
  EXPECT_EQ(ran.count("p", "failed", "f"), 100);
  EXPECT_EQ(ran.count("p -> s", "lost"), 100);
  EXPECT_EQ(ran.count("p -> s", "timeouts"), 100);
  EXPECT_EQ(ran.count("p -> s", "errors"), 0);
  EXPECT_EQ(ran.count("s", "received"), 999);
  EXPECT_EQ(ran.mean("s", "wasted"), 100. / 999);
  EXPECT_EQ(ran.of("s", "in_service", "f").max, 1) << "its slot is free meanwhile";
}

TEST(Loss, OfRequestsSparesTheCalleeItsWork) {
  const Ran ran(
      over_the_network("{call: s, timeout: 1s, cancel: true}",
                       "f: {loss: {p -> s: 100%}, direction: request, at: 20050ms, for: 10s}"));
  expect_all_done(ran);
  EXPECT_EQ(ran.count("p", "failed", "f"), 100);
  EXPECT_EQ(ran.count("p -> s", "lost"), 100) << "nor are words that nobody waits counted";
  EXPECT_EQ(ran.count("s", "received"), 899);
  EXPECT_EQ(ran.mean("s", "wasted"), 0);
  EXPECT_EQ(ran.count("s", "cancelled"), 0);
}

TEST(Loss, OfAMessageWithoutConfirmIsLearntByNobody) {
  const Ran ran(over_the_network("{send: q, confirm: false}",
                                 "f: {loss: {p -> q: 100%}, direction: request, at: 20050ms, for: "
                                 "10s}"));
  expect_all_done(ran);
  EXPECT_EQ(ran.mean("p", "success"), 1);
  EXPECT_EQ(ran.count("p", "completed"), 899);
  EXPECT_EQ(ran.count("p -> q", "lost"), 100);
  EXPECT_EQ(ran.ledger("q").sent, 899U) << "it never was there";
}

TEST(Loss, OfAConfirmDoesNotTakeTheMessageBack) {
  const Ran ran(over_the_network("{send: q, timeout: 1s}",
                                 "f: {loss: {p -> q: 100%}, at: 20050ms, for: 10s}"));
  expect_all_done(ran);
  EXPECT_EQ(ran.count("p", "failed"), 100);
  EXPECT_EQ(ran.ledger("q").acknowledged, 999U);
}

TEST(Loss, IsDrawnByEdgeMessageAndAttempt) {
  const std::string text = over_the_network("{call: s, timeout: 50ms, retry: {attempts: 3}}",
                                            "f: {loss: {p -> s: 30%}, at: 0s, for: 100s}") +
                           R"(
variants:
  base: {}
  stranger:
    producers: {a: {load: {poisson: 30/s}, does: [{call: b, timeout: 50ms, retry: {attempts: 2}}]}}
    services: {b: {does: [{work: 1ms}]}}
    faults: {e: {loss: {a -> b: 30%}, at: 0s, for: 100s}}
  slower: {services: {s: {does: [{work: 20ms}]}}}
)";
  const Ran base(text, 0);
  const Ran stranger(text, 1);
  const Ran slower(text, 2);
  expect_all_done(base);
  expect_all_done(stranger);
  EXPECT_GT(stranger.count("a -> b", "lost"), 0);
  for (const Ran* other : {&stranger, &slower}) {
    EXPECT_EQ(other->count("p -> s", "lost"), base.count("p -> s", "lost"));
    EXPECT_EQ(other->count("p", "failed"), base.count("p", "failed"));
  }
  EXPECT_EQ(base.count("p -> s", "attempts"),
            base.count("p", "success") + base.count("p -> s", "lost"));
}

TEST(Loss, IsNothingWhereItsShareIs) {
  const std::string call = "{call: s, timeout: 50ms}";
  const Ran none(over_the_network(call, "f: {loss: {p -> s: 0%}, at: 20s, for: 10s}"));
  EXPECT_EQ(none.count("p -> s", "lost"), 0);
  EXPECT_EQ(none.mean("p", "success"), 1);
}

TEST(Latency, IsAddedInEachDirectionWhileItLasts) {
  const Ran ran(
      over_the_network("{call: s}", "f: {latency: {p -> s: +200ms}, at: 20050ms, for: 10s}"));
  expect_all_done(ran);
  EXPECT_NEAR(ran.of("p", "latency", "before").max, 0.012, 1e-12);
  EXPECT_NEAR(ran.of("p", "latency", "recovery").max, 0.012, 1e-12);
  // Those born in its last 211 ms come back when it is over.
  EXPECT_NEAR(ran.of("p", "latency", "f").max, 0.412, 1e-12);
  EXPECT_NEAR(ran.of("p", "latency", "f").min, 0.212, 1e-12);
  EXPECT_NEAR(ran.count("p", "latency", "f"), 98 * 0.412 + 2 * 0.212, 1e-9);
}

TEST(Partition, LetsNothingThroughEitherWay) {
  const Ran ran(
      over_the_network("{call: s, timeout: 1s}", "f: {partition: [s, p], at: 20105ms, for: 10s}"));
  expect_all_done(ran);
  // That of 20.1 is there when it begins: its answer is lost. That of 30.1 goes there in it.
  EXPECT_EQ(ran.count("p -> s", "lost"), 101);
  EXPECT_EQ(ran.count("p", "failed"), 101);
  EXPECT_EQ(ran.count("s", "received"), 899);
  EXPECT_EQ(ran.mean("s", "wasted"), 1. / 899);
}

TEST(Capacity, ThatIsTakenAwayLeavesAServiceAsIfItNeverHadIt) {
  const std::string text = R"(
run: {duration: 100s}
producers: {p: {load: {poisson: 50/s}, does: [{call: s}]}}
services: {s: {concurrency: 8, does: [{work: {exponential: 60ms}}]}}
windows: {early: {at: 0s, for: 80s}}
variants:
  all: {}
  fewer: {s: {concurrency: 4}}
  taken: {faults: {f: {capacity: s, times: 0.5, at: 0s, for: 100s}}}
)";
  const Ran all(text, 0);
  const Ran fewer(text, 1);
  const Ran taken(text, 2);
  expect_all_done(taken);
  EXPECT_GT(fewer.of("s", "latency", "early").total, all.of("s", "latency", "early").total);
  for (const char* metric : {"latency", "in_service", "waiting"}) {
    // The slots come back when the run ends, and what waits then is done sooner.
    const Sample& a = fewer.of("s", metric, "early");
    const Sample& b = taken.of("s", metric, "early");
    EXPECT_TRUE(a.total == b.total && a.weight == b.weight && a.max == b.max && a.n == b.n)
        << metric;
  }
}

TEST(Capacity, ThatIsTakenAwayComesBackAndLetsWorkEndMeanwhile) {
  // One a second, each works for 10 s: from 10 s on nine or ten slots are in use. At 20.5 s eight
  // of ten go. The ten begun at 11 to 20 s end, and two of them are followed by the next in line:
  // those of 21 and 22 s begin when the last two, at 29 and 30 s, end; those of 23 and 24 s at 39
  // and 40 s. When the slots come back at 45.5 s, eight more begin at once: those of 25 to 32 s.
  const Ran ran(R"(
run: {duration: 100s}
producers: {p: {load: {constant: 1/s}, does: [{call: s}]}}
services: {s: {concurrency: 10, does: [{work: 10s}]}}
faults: {f: {capacity: s, times: 0.2, at: 20500ms, for: 25s}}
windows: {few: {at: 31s, for: 14s}, most: {at: 46s, for: 1s}}
)");
  expect_all_done(ran);
  EXPECT_EQ(ran.of("s", "in_service").max, 10);
  EXPECT_EQ(ran.mean("s", "in_service", "few"), 2);
  EXPECT_EQ(ran.of("s", "waiting", "f").max, 21);
  EXPECT_EQ(ran.mean("s", "in_service", "most"), 10);
  // That of 45 s: behind eight at 49 and 50 s, eight at 55.5 s, two at 59 and 60 s; at 65.5 s.
  EXPECT_NEAR(ran.of("p", "latency", "f").max, 65.5 + 10 - 45, 1e-9);
}

TEST(Capacity, OfFaultsThatOverlapMultipliesAndLeavesOneSlot) {
  const Ran ran(R"(
run: {duration: 100s, drain: 10min}
producers: {p: {load: {constant: 1/s}, does: [{call: s}]}}
services: {s: {concurrency: 8, does: [{work: 20s}]}}
faults:
  half: {capacity: s, times: 0.5, at: 0s, for: 90s}
  half_more: {capacity: s, times: 0.5, at: 0s, for: 50s}
  nearly_all: {capacity: s, times: 0.01, at: 15s, for: 10s}
windows: {two: {at: 5s, for: 14s}, one: {at: 23s, for: 1s}, few: {at: 26s, for: 20s}, four: {at: 52s, for: 30s}}
)");
  expect_all_done(ran);
  EXPECT_EQ(ran.mean("s", "in_service", "two"), 2);
  EXPECT_EQ(ran.mean("s", "in_service", "one"), 1) << "the other ended, and nobody followed";
  EXPECT_EQ(ran.mean("s", "in_service", "few"), 2);
  EXPECT_EQ(ran.mean("s", "in_service", "four"), 4);
}

TEST(Crashes, OfAServiceMayBeginItsWorkAnewWithOtherTimes) {
  const auto latest = [](const std::string& work) {
    const Ran ran(R"(
run: {duration: 60s}
producers: {p: {load: {constant: 1/s}, does: [{call: s}]}}
services: {s: {concurrency: 90, does: [{work: {uniform: [1s, 30s]}}]}}
faults: {crash: {crash: s, at: 40500ms, for: 1s, work: )" +
                  work + "}}\n");
    expect_all_done(ran);
    EXPECT_EQ(ran.count("p", "failed"), 1) << "that of 41 s";
    return ran.count("p", "latency");
  };
  EXPECT_NE(latest("resample"), latest("restart"));
  EXPECT_EQ(latest("resample"), latest("resample"));
}

TEST(Hangs, FillTheSlotsOfWhoWaitsAndHoldsThem) {
  const std::string file = R"(
run: {duration: 60s}
producers: {p: {load: {constant: 10/s}, does: [{call: a, timeout: 4s}]}}
services:
  a: {concurrency: 5, accept_queue: 0, does: [{call: b, timeout: 2s}]}
  b: {concurrency: 100, does: [{work: 1ms}]}
faults: {stuck: {hang: b, at: 20050ms, for: 10s}}
variants:
  thread: {}
  event-loop: {services: {a: {holds: nothing}}}
)";
  const Ran thread(file, 0);
  const Ran loop(file, 1);
  expect_all_done(thread);
  expect_all_done(loop);
  EXPECT_EQ(thread.of("a", "in_service", "stuck").max, 5);
  // Five go in, time out after 2 s, and the next five do: those of 20.1 to 20.5, of 22.1 to 22.5 …
  EXPECT_EQ(thread.count("a", "refused", "stuck"), 75);
  EXPECT_EQ(loop.count("a", "refused", "stuck"), 0);
  EXPECT_EQ(loop.of("b", "in_service", "stuck").max, 100) << "it takes them all";
}

}  // namespace
}  // namespace spillway
