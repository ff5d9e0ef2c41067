#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

// `decouple`, `couple`, and the edges that keep their names.

namespace spillway {
namespace {

constexpr std::string_view kCalls =
    "run: {duration: 10min}\n"
    "producers: {shop: {load: {poisson: 10/s}, does: [call: checkout, call: stock]}}\n"
    "services:\n"
    "  checkout:\n"
    "    instances: 6\n"
    "    does:\n"
    "      - work: 4ms\n"
    "      - {call: payments, network: 2ms, holds: nothing}\n"
    "      - choose: {80%: [], 20%: [{network: 2ms, call: payments}]}\n"
    "  payments: {instances: 4, concurrency: 16, does: [work: {exponential: 25ms}]}\n"
    "  stock: {does: [{call: payments}]}\n";

constexpr std::string_view kSends =
    "run: {duration: 10min}\n"
    "producers: {shop: {load: {poisson: 10/s}, does: [{send: orders, network: 3ms}]}}\n"
    "services: {desk: {does: [{send: orders, confirm: false}]}}\n"
    "queues: {orders: {capacity: 100}, letters: {}}\n"
    "consumers:\n"
    "  worker: {from: orders, instances: 2, concurrency: 5, prefetch: 9, ack: before, does: [work: "
    "8ms]}\n";

ScenarioFile with(std::string_view base, const std::string& variants,
                  std::vector<std::string> set = {}) {
  return load(std::string(base) + variants, std::move(set));
}
std::string wrong(std::string_view base, const std::string& variants,
                  std::vector<std::string> set = {}) {
  return findings(with(base, variants, std::move(set)));
}

template <class P>
const Component<P>* find(const std::vector<Component<P>>& components, const std::string& name) {
  for (const Component<P>& component : components) {
    if (component.name == name) return &component;
  }
  return nullptr;
}

const CallParameters& call_of(const StepDeclaration& step) {
  return std::get<CallParameters>(step.parameters);
}
const SendParameters& send_of(const StepDeclaration& step) {
  return std::get<SendParameters>(step.parameters);
}

TEST(Decouple, MakesSendsOfAllCallsAndGivesTheCallToWorkers) {
  const ScenarioFile file =
      with(kCalls, "variants: {sync: {}, async: {decouple: {checkout -> payments: }}}\n");
  ASSERT_EQ(findings(file), "");
  const Scenario& async = file.variants.at(1);

  const auto& steps = find(async.services, "checkout")->parameters.does.steps;
  ASSERT_EQ(steps.size(), 3U);
  const auto& choose = std::get<ChooseParameters>(steps[2].parameters);
  for (const StepDeclaration* step : {&steps[1], &choose.ways[1].program.steps[0]}) {
    EXPECT_EQ(send_of(*step).channel.name, "payments-requests");
    EXPECT_TRUE(send_of(*step).confirm);
    EXPECT_EQ(send_of(*step).edge.name, "checkout -> payments");
    EXPECT_FALSE(send_of(*step).network) << "stays with the edge, which the workers call by";
  }
  ASSERT_EQ(async.queues.size(), 1U);
  EXPECT_EQ(async.queues[0].name, "payments-requests");
  EXPECT_EQ(async.queues[0].parameters.capacity, kUnlimited);

  ASSERT_EQ(async.consumers.size(), 1U);
  EXPECT_EQ(async.consumers[0].name, "payments-workers");
  const ConsumerParameters& workers = async.consumers[0].parameters;
  EXPECT_EQ(workers.from.name, "payments-requests");
  EXPECT_EQ(workers.instances, 4) << "the callee's slots";
  EXPECT_EQ(workers.concurrency, 16);
  ASSERT_EQ(workers.does.steps.size(), 1U);
  const CallParameters& call = call_of(workers.does.steps[0]);
  EXPECT_EQ(call.service.name, "payments");
  EXPECT_EQ(call.network->fixed(), 2'000'000);
  EXPECT_FALSE(call.holds);
  EXPECT_EQ(call.edge.name, "checkout -> payments");

  const Scenario& sync = file.variants.at(0);
  EXPECT_TRUE(sync.queues.empty());
  EXPECT_EQ(call_of(find(sync.services, "checkout")->parameters.does.steps[1]).service.name,
            "payments")
      << "each variant from the base";
}

TEST(Decouple, MovesTheBreakerToTheWorkers) {
  const ScenarioFile file = with(
      kCalls,
      "variants: {async: {decouple: {checkout -> payments: }, edges: {stock -> payments: {breaker: "
      "{preset: hystrix, open: 7s}}}}, sync: {edges: {checkout -> payments: {breaker: {preset: "
      "envoy-outlier}}}}}\n",
      {"checkout -> payments.breaker.consecutive=3", "checkout -> payments.breaker.open=2s"});
  ASSERT_EQ(findings(file), "");
  const Scenario& async = file.variants.at(0);
  const auto& workers = call_of(async.consumers[0].parameters.does.steps[0]).breaker;
  ASSERT_TRUE(workers);
  EXPECT_EQ(workers->consecutive, 3);
  EXPECT_EQ(workers->probes, 1);
  const auto& stock = call_of(find(async.services, "stock")->parameters.does.steps[0]).breaker;
  ASSERT_TRUE(stock);
  EXPECT_EQ(stock->open->ns, 7 * kSecond) << "what it says itself, over the preset";
  EXPECT_EQ(stock->minimum, 20);
  const Scenario& sync = file.variants.at(1);
  const auto& own = call_of(find(sync.services, "checkout")->parameters.does.steps[1]).breaker;
  ASSERT_TRUE(own);
  EXPECT_EQ(own->consecutive, 3);
  EXPECT_EQ(own->open->ns, 2 * kSecond);
  EXPECT_EQ(own->probes, 0) << "of the preset";
}

TEST(Decouple, TakesWhatIsSaidOfQueueAndWorkers) {
  const ScenarioFile file =
      with(kCalls,
           "variants:\n"
           "  async:\n"
           "    decouple:\n"
           "      checkout->payments:\n"
           "        queue: {preset: aws-sqs-standard}\n"
           "        workers: {concurrency: 8, prefetch: 20, instances: null}\n"
           "    queues: {payments-requests: {capacity: 50}}\n"
           "    payments-workers: {prefetch: 30}\n"
           "    payments: {instances: 9}\n"
           "    objectives: {deep: payments-requests.depth.max <= 9, busy: "
           "payments-workers.utilization <= 90%}\n",
           {"payments-workers.instances=3", "checkout -> payments.network=7ms"});
  ASSERT_EQ(findings(file), "");
  const Scenario& async = file.variants.at(0);
  EXPECT_EQ(async.queues[0].preset, "aws-sqs-standard");
  EXPECT_EQ(async.queues[0].parameters.visibility->ns, 30 * kSecond);
  EXPECT_EQ(async.queues[0].parameters.capacity.count, 50);
  const ConsumerParameters& workers = async.consumers[0].parameters;
  EXPECT_EQ(workers.instances, 3) << "set like any other";
  EXPECT_EQ(workers.concurrency, 8);
  EXPECT_EQ(workers.prefetch, 30);
  EXPECT_EQ(call_of(workers.does.steps[0]).network->fixed(), 7'000'000)
      << "the edge is found by its name";
  EXPECT_FALSE(send_of(find(async.services, "checkout")->parameters.does.steps[1]).network);
}

TEST(Decouple, LetsEdgesReachTheWorkersCallAndTheSend) {
  const ScenarioFile file = with(kCalls,
                                 "variants:\n"
                                 "  async:\n"
                                 "    edges: {checkout -> payments: {network: 7ms}, checkout -> "
                                 "payments-requests: {confirm: false}}\n"
                                 "    decouple: {checkout -> payments: {}}\n"
                                 "  none: {edges: {checkout -> payments: {network: null}}, "
                                 "decouple: {checkout -> payments: {}}}\n"
                                 "objectives: {tried: checkout -> payments.attempts >= 1}\n");
  ASSERT_EQ(findings(file), "");
  const Scenario& async = file.variants.at(0);
  EXPECT_EQ(call_of(async.consumers[0].parameters.does.steps[0]).network->fixed(), 7'000'000);
  EXPECT_FALSE(send_of(find(async.services, "checkout")->parameters.does.steps[1]).confirm);
  EXPECT_FALSE(call_of(file.variants.at(1).consumers[0].parameters.does.steps[0]).network);
  EXPECT_EQ(async.objectives.at(0).metric.component, "checkout -> payments");
}

TEST(Decouple, NamesQueuesByCallerWhereThereAreSeveral) {
  const ScenarioFile file = with(kCalls,
                                 "variants: {a: {decouple: {checkout -> payments: {}, stock -> "
                                 "payments: {}, shop -> checkout: {}}}}\n");
  ASSERT_EQ(findings(file).find("error"), std::string::npos) << findings(file);
  const Scenario& a = file.variants.at(0);
  std::vector<std::string> names;
  for (const auto& queue : a.queues) names.push_back(queue.name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("checkout-payments-requests",
                                                   "stock-payments-requests", "checkout-requests"));
  EXPECT_EQ(send_of(a.producers[0].parameters.does.steps[0]).edge.name, "shop -> checkout");
  EXPECT_EQ(find(a.consumers, "checkout-workers")->parameters.instances, 6);
  EXPECT_EQ(find(a.consumers, "stock-payments-workers")->parameters.from.name,
            "stock-payments-requests");
}

TEST(Decouple, MovesWhatItDoesNotKnowToo) {
  EXPECT_THAT(wrong("run: {duration: 10min}\n"
                    "producers: {shop: {load: {poisson: 1/s}, does: [{call: front, limit: 5}]}}\n"
                    "services: {front: {does: [work: 4ms]}}\n",
                    "variants: {a: {decouple: {shop -> front: {}}}}\n"),
              testing::StartsWith("2:63 consumers.front-workers.does[1].limit: unknown key 'limit' "
                                  "[unknown-key]"));
}

TEST(Decouple, MovesAllThatSaysWhatHappensWhenTheCallFails) {
  const ScenarioFile file = load(
      "run: {duration: 10min}\n"
      "producers: {shop: {load: {poisson: 10/s}, does: [call: checkout]}}\n"
      "services:\n"
      "  checkout:\n"
      "    does:\n"
      "      - call: payments\n"
      "        timeout: 1s\n"
      "        deadline: 5s\n"
      "        cancel: true\n"
      "        retry: {attempts: 3, backoff: {base: 100ms, jitter: full}, budget: 10%}\n"
      "        fallback: [call: cache, {call: notes}]\n"
      "  payments: {does: [work: 25ms]}\n"
      "  cache: {does: [work: 1ms]}\n"
      "  notes: {does: [work: 1ms]}\n"
      "variants:\n"
      "  async:\n"
      "    decouple: {checkout -> payments: {}, checkout -> notes: {}}\n"
      "    edges: {checkout -> payments: {timeout: 300ms, retry: {budget: null}}, "
      "checkout -> cache: {network: 1ms}}\n"
      "  none: {decouple: {checkout -> payments: {}}, edges: {checkout -> payments: {retry: "
      "null}}}\n"
      "objectives: {late: checkout -> payments.timeouts <= 9}\n");
  ASSERT_EQ(findings(file), "");
  const Scenario& async = file.variants.at(0);
  const SendParameters& send = send_of(find(async.services, "checkout")->parameters.does.steps[0]);
  EXPECT_FALSE(send.timeout);
  EXPECT_FALSE(send.retry);
  const CallParameters& call =
      call_of(find(async.consumers, "payments-workers")->parameters.does.steps.at(0));
  EXPECT_EQ(call.timeout->fixed(), 300'000'000);
  EXPECT_EQ(call.deadline->ns, 5 * kSecond);
  EXPECT_TRUE(call.cancel);
  EXPECT_EQ(call.retry->attempts, 3);
  EXPECT_FALSE(call.retry->budget);
  const CallParameters& cache = call_of(call.fallback->steps.at(0));
  EXPECT_EQ(cache.edge.name, "checkout -> cache") << "what moves with the call keeps its edge";
  EXPECT_EQ(cache.network->fixed(), 1'000'000);
  EXPECT_EQ(send_of(call.fallback->steps.at(1)).channel.name, "notes-requests");
  EXPECT_FALSE(
      call_of(find(file.variants.at(1).consumers, "payments-workers")->parameters.does.steps.at(0))
          .retry);
}

TEST(Decouple, SaysWhatItCannotDo) {
  const auto decouple = [](const std::string& edges) {
    return wrong(kCalls, "variants: {a: {decouple: " + edges + "}}\n");
  };
  EXPECT_EQ(decouple("{checkout -> paymnts: {}}"),
            "12:27 variants.a.decouple.checkout -> paymnts: 'checkout' has no call to 'paymnts' "
            "[unknown-name] (did you mean 'payments'?)\n");
  EXPECT_EQ(decouple("{chekout -> payments: {}}"),
            "12:27 variants.a.decouple.chekout -> payments: there is no component 'chekout' "
            "[unknown-name] (did you mean 'checkout'?)\n");
  EXPECT_EQ(decouple("{checkout: {}}"),
            "12:27 variants.a.decouple.checkout: expected an edge such as checkout -> payments; "
            "found 'checkout' [bad-name]\n");
  EXPECT_EQ(decouple("{stock -> payments: {}, stock->payments: {}}"),
            "12:50 variants.a.decouple.stock->payments: this edge stands here twice "
            "[duplicate-name]\n");
  EXPECT_EQ(decouple("[checkout -> payments]"),
            "12:26 variants.a.decouple: expected a map from edges, such as {checkout -> payments: "
            "{queue: {}}}; found a list [wrong-kind]\n");
  EXPECT_EQ(decouple("{stock -> payments: 5}"),
            "12:46 variants.a.decouple.stock -> payments: expected a map, such as checkout -> "
            "payments: {queue: {}}; found 5 [wrong-kind]\n");
  EXPECT_EQ(decouple("{stock -> payments: {queu: {}, workers: 3}}"),
            "12:47 variants.a.decouple.stock -> payments.queu: unknown key 'queu' [unknown-key] "
            "(did you mean 'queue'?)\n"
            "12:66 variants.a.decouple.stock -> payments.workers: expected the keys of a consumer; "
            "found 3 [wrong-kind]\n");
  EXPECT_EQ(decouple("{stock -> payments: {workers: {does: []}}}"),
            "12:57 variants.a.decouple.stock -> payments.workers.does: the workers take from the "
            "queue of this edge and make its call [wrong-place] (what they do besides is said "
            "under consumers: payments-workers)\n");
  EXPECT_EQ(decouple("{stock -> payments: {queue: {capcity: 5}}}"),
            "12:55 queues.payments-requests.capcity: unknown key 'capcity' [unknown-key] (did you "
            "mean 'capacity'?)\n");
}

TEST(Decouple, RefusesCallsThatDiffer) {
  EXPECT_EQ(wrong("run: {duration: 10min}\n"
                  "producers:\n"
                  "  shop:\n"
                  "    load: {poisson: 1/s}\n"
                  "    does:\n"
                  "      - {call: front, network: {exponential: 1ms}}\n"
                  "      - {call: front, network: {exponential: 2ms}}\n"
                  "services: {front: {does: [work: 4ms]}}\n",
                  "variants: {a: {decouple: {shop -> front: {}}}}\n"),
            "7:10 variants.a.decouple.shop -> front: the call to 'front' in line 6 has other "
            "options, and the workers make one call for both [conflicting-edge] (say the same in "
            "each call of the edge)\n");
}

TEST(Decouple, RefusesNamesThatAreTaken) {
  EXPECT_EQ(wrong("run: {duration: 10min}\n"
                  "producers: {shop: {load: {poisson: 1/s}, does: [call: front]}}\n"
                  "services: {front: {does: [work: 4ms]}, front-requests: {does: []}}\n",
                  "variants: {a: {decouple: {shop -> front: {}}}}\n"),
            "3:40 warning: services.front-requests: no producer's messages come here [unreached]\n"
            "4:27 variants.a.decouple.shop -> front: there is a component 'front-requests' already "
            "[duplicate-name] (queue and workers get their names from the edge)\n");
  const std::string longest(60, 'x');
  EXPECT_THAT(wrong("run: {duration: 10min}\n"
                    "producers: {shop: {load: {poisson: 1/s}, does: [call: " +
                        longest +
                        "]}}\n"
                        "services: {" +
                        longest + ": {does: []}}\n",
                    "variants: {a: {decouple: {shop -> " + longest + ": {}}}}\n"),
              testing::HasSubstr("has more than 64 characters [bad-name]"));
}

TEST(Couple, MakesCallsOfSendsAndAServiceOfTheConsumer) {
  const ScenarioFile file =
      with(kSends,
           "variants:\n"
           "  sync: {couple: {shop -> orders: {network: {exponential: 1ms}}, desk -> orders: {}}}\n"
           "  plain:\n"
           "    couple: {shop -> orders: , desk->orders: {holds: nothing}}\n"
           "    worker: {accept_queue: 64}\n"
           "    edges: {desk -> orders: {network: 9ms}}\n"
           "objectives: {tried: shop -> orders.attempts >= 1}\n");
  ASSERT_EQ(findings(file).find("error"), std::string::npos);
  const Scenario& sync = file.variants.at(0);
  ASSERT_EQ(sync.queues.size(), 1U);
  EXPECT_EQ(sync.queues[0].name, "letters");
  EXPECT_TRUE(sync.consumers.empty());
  const ServiceParameters& worker = find(sync.services, "worker")->parameters;
  EXPECT_EQ(worker.instances, 2);
  EXPECT_EQ(worker.concurrency, 5);
  EXPECT_EQ(worker.does.steps.size(), 1U);
  const CallParameters& call = call_of(sync.producers[0].parameters.does.steps[0]);
  EXPECT_EQ(call.service.name, "worker");
  EXPECT_EQ(call.edge.name, "shop -> orders");
  EXPECT_EQ(call.network->variate.kind, VariateKind::exponential) << "what is said here wins";

  const Scenario& plain = file.variants.at(1);
  EXPECT_EQ(call_of(plain.producers[0].parameters.does.steps[0]).network->fixed(), 3'000'000);
  const CallParameters& desk = call_of(find(plain.services, "desk")->parameters.does.steps[0]);
  EXPECT_EQ(desk.holds, Holds::nothing);
  EXPECT_EQ(desk.network->fixed(), 9'000'000);
  EXPECT_EQ(find(plain.services, "worker")->parameters.accept_queue.count, 64);
}

TEST(Couple, LeavesTheVariantToRemoveWhatElseNamesTheQueue) {
  const std::string base =
      "run: {duration: 10min}\n"
      "producers: {shop: {load: {poisson: 10/s}, does: [send: orders]}}\n"
      "queues: {orders: {}, more: {dead_letter: {to: orders}}}\n"
      "consumers: {worker: {from: orders, does: [work: 1ms]}, other: {from: more, does: []}}\n"
      "faults: {closed: {outage: orders, at: 1min, for: 10s}}\n"
      "objectives: {deep: orders.depth.max <= 9}\n";
  EXPECT_THAT(findings(base + "variants:\n"
                              "  sync:\n"
                              "    couple: {shop -> orders: {}}\n"
                              "    more: {dead_letter: null}\n"
                              "    faults: {closed: null}\n"
                              "    objectives: {deep: null}\n"),
              testing::Not(testing::HasSubstr(": error")));
  EXPECT_THAT(findings(base + "variants: {sync: {couple: {shop -> orders: {}}, "
                              "more: {dead_letter: null}, objectives: {deep: null}}}\n"),
              testing::HasSubstr("5:27 variants.sync.couple.shop -> orders: the queue 'orders' is "
                                 "to go, and is still used here [conflicting-edge]"));
}

TEST(Couple, SaysWhatItCannotDo) {
  const auto couple = [](const std::string& edges, std::string_view base = kSends) {
    std::string all = wrong(base, "variants: {a: {couple: " + edges + "}}\n");
    std::string errors;
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t end = all.find('\n', at) + 1;
      const std::string line = all.substr(at, end - at);
      if (line.find(" warning: ") == std::string::npos) errors += line;
      at = end;
    }
    return errors;
  };
  EXPECT_EQ(couple("{shop -> orders: {}}"),
            "3:33 variants.a.couple.shop -> orders: the queue 'orders' is to go, and is "
            "still used here "
            "[conflicting-edge] (couple every edge into it, and leave out in the variant what else "
            "names it)\n");
  EXPECT_EQ(couple("{shop -> ordrs: {}}"),
            "7:25 variants.a.couple.shop -> ordrs: there is no queue 'ordrs' [unknown-name] (did "
            "you mean 'orders'?)\n");
  EXPECT_EQ(couple("{shop -> letters: {}}"),
            "7:25 variants.a.couple.shop -> letters: nobody takes messages from 'letters': there "
            "is nobody to call [unread]\n");
  EXPECT_EQ(couple("{shop -> orders: {edge: a -> b}, desk -> orders: }"),
            "2:57 variants.a.couple.desk -> orders: the queue 'orders' is to go, and is still used "
            "here [conflicting-edge] "
            "(couple every edge into it, and leave out in the variant what else names it)\n"
            "7:42 variants.a.couple.shop -> orders.edge: the queue's consumer is called, by the "
            "edge's own name [wrong-place] (say the options of the call, such as timeout)\n");
  EXPECT_EQ(
      couple("{shop -> orders: {}}", std::string(kSends) + "  other: {from: orders, does: []}\n"),
      "8:25 variants.a.couple.shop -> orders: 'orders' has 2 consumers: which should "
      "be called? [conflicting-edge] (a queue of one consumer can be replaced by calls)\n");
  EXPECT_EQ(couple("{worker -> orders: {}}"),
            "7:25 variants.a.couple.worker -> orders: 'worker' has no send to 'orders' "
            "[unknown-name]\n");
  EXPECT_EQ(couple("{shop -> orders: {}, desk -> orders: {}}",
                   "run: {duration: 10min}\n"
                   "producers: {shop: {load: {poisson: 10/s}, does: [send: orders]}}\n"
                   "services: {desk: {does: [send: orders]}}\n"
                   "queues: {orders: {}, more: {dead_letter: {to: orders}}}\n"
                   "consumers: {worker: {from: orders, does: []}}\n"),
            "4:47 variants.a.couple.desk -> orders: the queue 'orders' is to go, and is "
            "still used here "
            "[conflicting-edge] (couple every edge into it, and leave out in the variant what else "
            "names it)\n");
}

TEST(Edges, AreNamedByTheirSteps) {
  const std::string base =
      "run: {duration: 10min}\n"
      "producers: {shop: {load: {poisson: 10/s}, does: [{send: orders, edge: shop -> front}]}}\n"
      "queues: {orders: {}}\n"
      "services: {front: {does: [work: 4ms]}}\n";
  const auto with_worker = [&](const std::string& does, const std::string& more = "") {
    return findings(base + "consumers: {worker: {from: orders, does: [" + does + "]}}\n" + more);
  };
  EXPECT_EQ(with_worker("{call: front, edge: shop->front}",
                        "objectives: {tried: shop -> front.attempts >= 1, "
                        "sent: shop -> orders.attempts >= 1}\n"),
            "");
  EXPECT_EQ(with_worker("{call: front, edge: shop -> front}",
                        "objectives: {tried: worker -> front.attempts >= 1}\n"),
            "6:21 objectives.tried: there is no edge 'worker -> front' [unknown-name]\n");
  EXPECT_EQ(with_worker("call: front"),
            "2:71 producers.shop.does[1].edge: no consumer of 'orders' calls by the edge shop -> "
            "front [unknown-name] (say it at the consumer's call: {call: front, edge: shop -> "
            "front})\n");
  EXPECT_EQ(
      with_worker("{call: front, edge: shop -> front}, {call: front, edge: orders -> worker}"),
      "5:99 consumers.worker.does[2].edge: the edge orders -> worker leads to 'worker' "
      "[conflicting-edge] (an edge leads to one component: choose another name)\n");
  EXPECT_EQ(with_worker("{call: front, edge: shop -> front}, {send: orders, edge: worker -> x}"),
            "2:71 producers.shop.does[1].edge: 'worker' takes it from 'orders', and its own "
            "messages are on their way to a call too [conflicting-edge] (leave the edge out of one "
            "of the two sends)\n"
            "5:100 consumers.worker.does[2].edge: 'worker' takes it from 'orders', and its own "
            "messages are on their way to a call too [conflicting-edge] (leave the edge out of one "
            "of the two sends)\n");
  EXPECT_EQ(with_worker("{call: front, edge: front}"),
            "5:63 consumers.worker.does[1].edge: expected an edge, such as checkout -> payments; "
            "found front [bad-name]\n");
  EXPECT_EQ(
      findings("run: {duration: 10min}\n"
               "producers: {shop: {load: {poisson: 10/s}, does: [{send: orders, edge: shop "
               "-> a}, {send: orders, edge: shop -> b}, {send: orders, edge: worker -> a}]}}\n"
               "queues: {orders: {}}\n"
               "services: {a: {does: []}, b: {does: []}}\n"
               "consumers: {worker: {from: orders, does: [{call: a, edge: shop -> a}, {call: "
               "b, edge: shop -> b}]}}\n"),
      "2:104 producers.shop.does[2].edge: another send to 'orders' is on its way to shop -> "
      "a [conflicting-edge] (send by a queue of its own for each edge)\n"
      "2:137 producers.shop.does[3].edge: expected an edge from 'shop'; found worker -> a "
      "[bad-name]\n");
  EXPECT_EQ(with_worker("{call: front, edge: shop -> front, network: 1ms}, {call: front, edge: "
                        "shop -> front, network: 2ms}"),
            "5:100 consumers.worker.does[2]: another step says a different network for shop -> "
            "front [conflicting-edge] (say the same in each step of the edge)\n");
}

TEST(Edges, AreManyInOneVariant) {
  std::string base =
      "run: {duration: 10min}\nproducers: {shop: {load: {poisson: 10/s}, does: [call: s0]}}\n"
      "services:\n";
  std::string edges = "variants: {a: {decouple: {";
  for (int i = 0; i < 499; ++i) {
    const std::string next = "s" + std::to_string(i + 1);
    base += "  s" + std::to_string(i) + ": {does: [call: " + next + "]}\n";
    edges += "s" + std::to_string(i) + " -> " + next + ": {}, ";
  }
  base += "  s499: {does: []}\n";
  const ScenarioFile file = load(base + edges + "}}}\n");
  EXPECT_EQ(findings(file), "");
  EXPECT_EQ(file.variants.at(0).queues.size(), 499U);
}

}  // namespace
}  // namespace spillway
