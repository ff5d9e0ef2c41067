#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

/// A scenario with these lines under its topic's subscriptions, and these consumers.
std::string with(const std::string& subscriptions,
                 const std::string& consumers = "mailer: {does: [work: 1ms]}",
                 const std::string& rest = "") {
  return "run: {duration: 10min}\n"
         "producers:\n"
         "  p: {load: {poisson: 10/s}, message: {type: {placed: 80%, cancelled: 20%}}, does: "
         "[publish: events]}\n"
         "queues: {orders: {}, spare: {}}\n"
         "topics: {events: {subscriptions: {" +
         subscriptions +
         "}}}\n"
         "consumers: {workers: {from: orders, does: [work: 1ms]}, " +
         consumers + "}\n" + rest;
}

/// The errors alone: what nothing reaches is warned about as everywhere.
std::string wrong(const std::string& text) {
  std::string errors;
  for (std::string rest = findings(text); !rest.empty();) {
    const std::string line = rest.substr(0, rest.find('\n') + 1);
    if (line.find(" warning: ") == std::string::npos) errors += line;
    rest.erase(0, line.size());
  }
  return errors;
}

TEST(Topics, AreRead) {
  const ScenarioFile file = load(
      with("all: {to: orders}, mail: {to: mailer, filter: {type: placed}, dead_letter: spare}, "
           "both: {to: other, filter: {type: [placed, cancelled]}}",
           "mailer: {does: [work: 1ms]}, other: {prefetch: 3, does: [work: 1ms]}, spares: "
           "{from: spare, does: [work: 1ms]}",
           "objectives: {lost: order <= 1}\n"));
  EXPECT_EQ(findings(file),
            "7:20 objectives.lost: there is no component 'order' [unknown-name] (did you mean "
            "'orders'?)\n");
  const auto& topic = file.variants.at(0).topics.at(0);
  EXPECT_EQ(topic.name, "events");
  ASSERT_EQ(topic.parameters.subscriptions.size(), 3u);
  const auto& mail = topic.parameters.subscriptions[1];
  EXPECT_EQ(mail.name, "mail");
  EXPECT_EQ(mail.subscription.to.name, "mailer");
  EXPECT_EQ(mail.subscription.filter->type->names.at(0).name, "placed");
  EXPECT_EQ(mail.subscription.dead_letter->name, "spare");
  EXPECT_EQ(topic.parameters.subscriptions[2].subscription.filter->type->names.size(), 2u);
}

TEST(Topics, SayHowTheyTryAgain) {
  const ScenarioFile file = load(with(
      "a: {to: orders, retry: {immediate: 3, backoff: {retries: 2, from: 1s, to: 8s, growth: "
      "linear}, jitter: equal, within: 1h}}, b: {to: mailer, retry: {schedule: [10s, 1min]}}"));
  const auto& topic = file.variants.at(0).topics.at(0).parameters;
  const auto& phases = *topic.subscriptions.at(0).subscription.retry;
  EXPECT_EQ(phases.immediate, 3);
  EXPECT_EQ(phases.backoff->growth, Growth::linear);
  EXPECT_EQ(phases.jitter, Jitter::equal);
  EXPECT_EQ(topic.subscriptions.at(1).subscription.retry->schedule->all.at(1).ns, 60 * kSecond);
}

TEST(Topics, RefuseRetriesThatMakeNoSense) {
  const auto retry = [](const std::string& says) {
    return wrong(with("a: {to: orders}, mail: {to: mailer, " + says + "}"));
  };
  EXPECT_EQ(retry("retry: {attempts: 3}"),
            "5:89 topics.events.subscriptions.mail.retry.attempts: attempts limits retries, and "
            "nothing says when one comes [missing-key] (say the pauses: schedule: [10s, 30s, "
            "1min], or phases such as immediate: 3)\n");
  EXPECT_EQ(retry("retry: {schedule: [1s], immediate: 1}"),
            "5:106 topics.events.subscriptions.mail.retry.immediate: a schedule says all pauses: "
            "immediate has no place beside it [wrong-place] (keep the schedule or the phases)\n");
  EXPECT_EQ(retry("retry: {immediate: 1, jitter: decorrelated}"),
            "5:101 topics.events.subscriptions.mail.retry.jitter: decorrelated jitter makes the "
            "pauses itself, and here the policy says them [wrong-place] (full or equal spread the "
            "pauses of a policy)\n");
  EXPECT_EQ(retry("retry: {backoff: {retries: 3, from: 9s, to: 2s}}"),
            "5:115 topics.events.subscriptions.mail.retry.backoff.to: expected a duration of at "
            "least the first pause's 9s; found 2s [out-of-range]\n");
  EXPECT_EQ(retry("timeout: 3s"),
            "5:63 topics.events.subscriptions.mail.timeout: only a call of a service has a "
            "timeout, and 'mailer' is a consumer [wrong-place] (leave timeout out)\n");
}

TEST(Topics, RefuseKeysAndDelaysThatAreNotThere) {
  EXPECT_EQ(wrong(with("a: {to: orders}, mail: {to: mailer, filter: {key: 1}}")),
            "5:85 topics.events.subscriptions.mail.filter.key: no producer's messages have a key "
            "[missing-key] (producers: {NAME: {message: {key: {uniform: 1000}}}})\n");
  EXPECT_EQ(wrong(with("a: {to: orders}, mail: {to: mailer, filter: {key: 9..2}}")),
            "5:85 topics.events.subscriptions.mail.filter.key: expected the number of a key, such "
            "as 7, a range such as 0..99, or a list of these; found 9..2 [wrong-kind]\n");
  EXPECT_EQ(wrong(with("a: {to: orders}, mail: {to: mailer, filter: {}}")),
            "5:79 topics.events.subscriptions.mail.filter: the filter says nothing [missing-key] "
            "(type: placed lets only that type through, key: 0..99 only these keys)\n");
  EXPECT_EQ(wrong("run: {duration: 10min}\n"
                  "producers: {p: {load: {poisson: 1/s}, does: [{publish: t, delay: 3s}]}}\n"
                  "topics: {t: {subscriptions: {s: {to: c}}}}\n"
                  "consumers: {c: {does: [work: 1ms]}}\n"),
            "2:66 producers.p.does[1].publish.delay: a topic keeps no message back: only queues "
            "delay, and t.s leads to a consumer [wrong-place] (let it lead to a queue, or say "
            "delivery of the topic)\n");
}

TEST(Topics, NameTheirTargets) {
  EXPECT_EQ(wrong(with("mail: {to: mailr}")),
            "5:46 topics.events.subscriptions.mail.to: there is no component 'mailr' "
            "[unknown-name] (did you mean 'mailer'?)\n");
  EXPECT_EQ(wrong(with("mail: {to: p}, m: {to: mailer}")),
            "5:46 topics.events.subscriptions.mail.to: expected the name of a service, a queue or "
            "a consumer; "
            "found 'p', which is a producer [wrong-noun]\n");
  EXPECT_EQ(
      wrong(with("mail: {to: mailer, dead_letter: workers}")),
      "5:67 topics.events.subscriptions.mail.dead_letter: expected the name of a queue; found "
      "'workers', which is a consumer [wrong-noun]\n");
  EXPECT_EQ(wrong(with("mail: {to: mailer}, again: {to: mailer, filter: {type: placed}}")),
            "5:67 topics.events.subscriptions.again: another subscription of 'events' goes to "
            "'mailer' [duplicate-name] (one subscription can want several types: filter: {type: "
            "[a, b]})\n");
  EXPECT_EQ(
      wrong("run: {duration: 10min}\n"
            "producers: {p: {load: {poisson: 1/s}, does: [publish: q, send: t]}}\n"
            "queues: {q: {}}\n"
            "topics: {t: {}}\n"),
      "2:55 producers.p.does[1].publish: expected the name of a topic; found 'q', which is a "
      "queue [wrong-noun]\n"
      "2:64 producers.p.does[2].send: expected the name of a queue or a log; found 't', which is a "
      "topic [wrong-noun]\n");
}

TEST(Topics, WantTypesThatAreSent) {
  EXPECT_EQ(wrong(with("mail: {to: mailer, filter: {type: plced}}")),
            "5:69 topics.events.subscriptions.mail.filter.type: no producer's messages have the "
            "type 'plced' [unknown-type] (did you mean 'placed'?)\n");
  EXPECT_EQ(wrong(with("mail: {to: mailer, filter: {type: [placed, placed]}}")),
            "5:78 topics.events.subscriptions.mail.filter.type: the type 'placed' stands here "
            "twice [duplicate-name]\n");
  EXPECT_EQ(wrong(with("mail: {to: mailer, filter: {type: {a: 1}}}")),
            "5:69 topics.events.subscriptions.mail.filter.type: expected the name of a type, or a "
            "list of them: [placed, cancelled]; found a map [wrong-kind]\n");
  EXPECT_EQ(wrong("run: {duration: 10min}\n"
                  "producers: {p: {load: {poisson: 1/s}, does: [publish: t]}}\n"
                  "topics: {t: {subscriptions: {s: {to: c, filter: {type: x}}}}}\n"
                  "consumers: {c: {does: [work: 1ms]}}\n"),
            "3:56 topics.t.subscriptions.s.filter.type: no producer's messages have the type 'x' "
            "[unknown-type] (types are named under producers: {NAME: {message: {type: …}}})\n");
}

TEST(Topics, PushToConsumersThatHaveNoOtherSource) {
  EXPECT_EQ(wrong(with("mail: {to: mailer}, all: {to: workers}")),
            "6:29 consumers.workers.from: events.all pushes to 'workers' already "
            "[several-sources] (a consumer has one source: leave from out, or let the subscription "
            "go to the queue)\n");
  EXPECT_EQ(wrong(with("all: {to: orders}")),
            "6:57 consumers.mailer: the consumer has nowhere to take messages from [missing-key] "
            "(say from: and the name of a queue, or let a topic's subscription push to it)\n");
  EXPECT_EQ(wrong("run: {duration: 10min}\n"
                  "producers: {p: {load: {poisson: 1/s}, does: [publish: a, publish: b]}}\n"
                  "topics:\n"
                  "  a: {subscriptions: {s: {to: c}}}\n"
                  "  b: {subscriptions: {s: {to: c}}}\n"
                  "consumers: {c: {does: [work: 1ms]}}\n"),
            "5:31 topics.b.subscriptions.s: a.s pushes to 'c' already [several-sources] (put a "
            "queue before the consumer, and let both subscriptions go there)\n");
}

TEST(Topics, WarnWhereNobodyListensOrSpeaks) {
  EXPECT_EQ(findings("run: {duration: 10min}\n"
                     "producers: {p: {load: {poisson: 1/s}, does: [publish: heard]}}\n"
                     "topics:\n"
                     "  heard:\n"
                     "  silent: {subscriptions: {s: {to: q}}}\n"
                     "queues: {q: {}}\n"),
            "4:3 warning: topics.heard: nobody subscribes to this topic [unread]\n"
            "5:3 warning: topics.silent: no producer's messages come here [unreached]\n"
            "6:10 warning: queues.q: no producer's messages come here [unreached]\n");
}

TEST(Topics, CarryTheLoadThatTheirFiltersLetThrough) {
  const auto overload = [](const std::string& type) {
    return findings(
        "run: {duration: 10min}\n"
        "producers:\n"
        "  a: {load: {poisson: 80/s}, message: {type: {x: 75%, y: 25%}}, does: [publish: t]}\n"
        "  b: {load: {poisson: 40/s}, message: {type: {y: 100%}}, does: [publish: t]}\n"
        "topics: {t: {subscriptions: {s: {to: c, filter: {type: " +
        type +
        "}}}}}\n"
        "consumers: {c: {does: [work: 16ms]}}\n");
  };
  EXPECT_EQ(overload("x"), "") << "60/s at 16 ms";
  EXPECT_EQ(overload("y"), "") << "60/s";
  EXPECT_EQ(overload("[x, y]"),
            "6:13 warning: consumers.c: the ordinary load of 120/s needs 1.92 slots on average; "
            "there are 1: what waits grows as long as it lasts [overload]\n");
}

TEST(Topics, HaveMetricsOfTheirSubscriptions) {
  const auto objective = [](const std::string& text) {
    return wrong(with("all: {to: orders}, mail: {to: mailer}", "mailer: {does: [work: 1ms]}",
                      "objectives: {o: '" + text + "'}\n"));
  };
  EXPECT_EQ(objective("events.mail.lost <= 5"), "");
  EXPECT_EQ(objective("events.mail.wait.p99 <= 5s"), "");
  EXPECT_EQ(objective("events.published >= 5"), "");
  EXPECT_EQ(objective("events -> mailer.attempts <= 5"), "");
  EXPECT_EQ(objective("events.mail.losst <= 5"),
            "7:30 objectives.o: 'events.mail' has no metric 'losst' [unknown-metric] (did you mean "
            "'lost'?)\n");
  EXPECT_EQ(objective("events.mial.lost <= 5"),
            "7:25 objectives.o: 'events' has no metric 'mial' [unknown-metric] (did you mean "
            "'mail'?)\n");
  EXPECT_EQ(objective("events.mail <= 5"),
            "7:18 objectives.o: which metric of 'events.mail'? [unknown-metric] (a subscription "
            "has in_flight, delayed, wait, receives, redelivered, filtered, dead_lettered, "
            "rejected or lost)\n");
}

TEST(Topics, AreChangedByOverlays) {
  const ScenarioFile file = load(
      with("mail: {to: mailer}", "mailer: {does: [work: 1ms]}",
           "variants:\n"
           "  base: {}\n"
           "  slow: {edges: {p -> events: {network: 2ms}}, events: {delivery: 5ms, subscriptions: "
           "{mail: {filter: {type: placed}}}}}\n"));
  EXPECT_EQ(wrong(with("mail: {to: mailer}")), "");
  const Scenario& slow = file.variants.at(1);
  EXPECT_EQ(slow.topics.at(0).parameters.delivery->fixed(), 5'000'000);
  EXPECT_TRUE(slow.topics.at(0).parameters.subscriptions.at(0).subscription.filter);
  EXPECT_EQ(slow.topics.at(0).parameters.subscriptions.at(0).subscription.to.name, "mailer");
  const auto& publish =
      std::get<PublishParameters>(slow.producers.at(0).parameters.does.steps.at(0).parameters);
  EXPECT_EQ(publish.network->fixed(), 2'000'000);
}

}  // namespace
}  // namespace spillway
