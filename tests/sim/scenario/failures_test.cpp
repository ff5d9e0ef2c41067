// What a file may say of calls that fail and of faults, and what it is told where it says it wrong.

#include <gtest/gtest.h>

#include <variant>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

const std::string kRest =
    "services: {s: {does: []}}\nqueues: {q: {}}\nconsumers: {c: {from: q, does: []}}\n";

/// Errors of a file; of warnings other tests tell.
std::string errors_of(const ScenarioFile& file) {
  ScenarioFile errors;
  errors.source = file.source;
  for (const Diagnostic& diagnostic : file.diagnostics) {
    if (diagnostic.severity == Severity::error) errors.diagnostics.push_back(diagnostic);
  }
  return findings(errors);
}

std::string with_step(const std::string& step) {
  return "run: {duration: 10min}\nproducers: {p: {load: {poisson: 1/s}, does: [" + step + "]}}\n" +
         kRest;
}
std::string with_fault(const std::string& fault) {
  return with_step("call: s, send: q") + "faults: {" + fault + "}\n";
}

TEST(CallsThatFail, SayWhatOpensTheirBreaker) {
  const auto said = [](const std::string& breaker) {
    return errors_of(load(with_step("{call: s, breaker: " + breaker + "}")));
  };
  const std::string at = "producers.p.does[1].breaker";
  EXPECT_EQ(said("{consecutive: 5, open: 5s}"), "");
  EXPECT_EQ(said("{calls: 10, failures: 50%, open: 5s}"), "");
  EXPECT_EQ(said("{period: 10s, slow: 1s, open: 5s}"), "");
  EXPECT_EQ(said("{preset: hystrix, open: 1s}"), "");
  const auto has = [&](const std::string& breaker, const std::string& wanted) {
    const std::string found = said(breaker);
    EXPECT_NE(found.find(at), std::string::npos) << found;
    EXPECT_NE(found.find(wanted), std::string::npos) << found;
  };
  has("{}", "nothing ever opens this breaker [missing-key]");
  has("{consecutive: 5}", "expected the key open: how long the breaker is open [missing-key]");
  has("{failures: 50%, open: 5s}",
      "a share needs calls or period, of which it is one; found "
      "neither [missing-key]");
  has("{calls: 5, period: 1s, failures: 50%, open: 5s}", "found both [missing-key]");
  has("{consecutive: 5, calls: 5, open: 5s}",
      ".calls: calls is about shares, and there are none [wrong-place]");
  has("{calls: 5, minimum: 6, failures: 50%, open: 5s}",
      ".minimum: expected at most the 5 calls that are looked at; found 6 [out-of-range]");
  has("{consecutive: 5, slow_share: 50%, open: 5s}",
      ".slow_share: a share of slow attempts needs to know what slow is [missing-key]");
  has("{preset: hystrixx}", ".preset: expected");
}

TEST(CallsThatFail, ShareTheBreakerOfTheirEdge) {
  const auto said = [](const std::string& other) {
    return errors_of(load(
        with_step("{call: s, breaker: {consecutive: 5, open: 5s}}, {call: s, " + other + "}")));
  };
  EXPECT_EQ(said("breaker: {consecutive: 5, open: 5s}"), "");
  EXPECT_EQ(said("breaker: {consecutive: 6, open: 5s}, edge: p -> other"), "");
  const std::string found = said("breaker: {consecutive: 6, open: 5s}");
  EXPECT_NE(found.find("another call on p -> s says its breaker differently [conflicting-edge]"),
            std::string::npos)
      << found;
}

TEST(CallsThatFail, ShareThePoolOfTheirEdge) {
  const auto said = [](const std::string& other) {
    return errors_of(
        load(with_step("{call: s, pool: {size: 5, wait: 1s}}, {call: s, " + other + "}")));
  };
  EXPECT_EQ(said("pool: {size: 5, wait: 1s}"), "");
  EXPECT_EQ(said("pool: {size: 6}, edge: p -> other"), "");
  const std::string found = said("pool: {size: 5}");
  EXPECT_NE(found.find("another call on p -> s says its pool differently [conflicting-edge]"),
            std::string::npos)
      << found;
  EXPECT_NE(said("pool: {size: 0}").find("pool.size: expected a count from 1 to 1000000"),
            std::string::npos)
      << said("pool: {size: 0}");
  EXPECT_NE(said("pool: {wait: 1s}").find("the key 'size' is missing"), std::string::npos)
      << said("pool: {wait: 1s}");
}

TEST(CallsThatFail, SayWhenACopyIsSent) {
  const auto said = [](const std::string& hedge) {
    return errors_of(load(with_step("{call: s, hedge: " + hedge + "}")));
  };
  EXPECT_EQ(said("{after: 20ms}"), "");
  EXPECT_EQ(said("{after: {exponential: 20ms}, copies: 2, budget: 5%}"), "");
  EXPECT_EQ(said("{percentile: 95%}"), "");
  const auto has = [&](const std::string& hedge, const std::string& wanted) {
    EXPECT_NE(said(hedge).find(wanted), std::string::npos) << said(hedge);
  };
  has("{copies: 2}",
      ".hedge: a hedge needs after or percentile, of which it is one; found neither");
  has("{after: 20ms, percentile: 95%}", "found both [missing-key]");
  has("{after: 20ms, copies: 0}", ".hedge.copies: expected a count from 1 to 100");
}

TEST(CallsThatFail, SayWhatLimitsTheirRetries) {
  const auto said = [](const std::string& retry) {
    return errors_of(load(with_step("{call: s, retry: " + retry + "}")));
  };
  EXPECT_EQ(said("{attempts: 3, budget: 20%, reserve: 10/s}"), "");
  EXPECT_EQ(said("{attempts: 3, tokens: {size: 500, cost: 5}, at_once: {at_least: 3}}"), "");
  EXPECT_EQ(said("{preset: aws-sdk, attempts: 5}"), "");
  const auto has = [&](const std::string& retry, const std::string& wanted) {
    EXPECT_NE(said(retry).find(wanted), std::string::npos) << said(retry);
  };
  has("{attempts: 3, reserve: 10/s}",
      ".reserve: a reserve belongs to a budget, and there is none [wrong-place]");
  has("{attempts: 3, tokens: {cost: 5}}", "the key 'size' is missing");
  has("{preset: aws-sdkk}", ".preset: expected");
}

TEST(CallsThatFail, SayHowLongTheyWait) {
  const auto said = [](const std::string& text) { return errors_of(load(with_step(text))); };
  EXPECT_EQ(said("{call: s, timeout: {exponential: 1s}}"), "");
  EXPECT_EQ(said("{call: s, travels: true}"),
            "2:65 producers.p.does[1].travels: travels: true needs a deadline [missing-key] (say "
            "how long all attempts may take: deadline: 2s)\n");
  EXPECT_EQ(said("{call: s, cancel: true}"),
            "2:64 producers.p.does[1].cancel: cancel: true needs a timeout, a deadline or a hedge: "
            "nobody "
            "stops waiting without one [missing-key]\n");
  EXPECT_EQ(said("{call: s, timeout: 0s}"),
            "2:65 producers.p.does[1].timeout: expected a duration above 0s, or a distribution of "
            "a mean above 0s; found 0s [out-of-range]\n");
  EXPECT_EQ(said("{call: s, timeout: {exponential: 0s}}"),
            "2:65 producers.p.does[1].timeout: expected a duration above 0s, or a distribution of "
            "a mean above 0s; found a map [out-of-range]\n");
  EXPECT_EQ(said("{call: s, deadline: 0s}"),
            "2:66 producers.p.does[1].deadline: expected a duration above 0s, such as 30s; found "
            "0s [out-of-range]\n");
  EXPECT_EQ(said("{call: s, deadline: {exponential: 1s}}"),
            "2:66 producers.p.does[1].deadline: expected a duration above 0s, such as 30s; found a "
            "map [wrong-kind]\n");
  EXPECT_EQ(said("{call: s, timeout: 300}"),
            "2:65 producers.p.does[1].timeout: expected a duration or a distribution, such as 8ms "
            "or {exponential: 25ms}; found 300 (a bare number) [missing-unit] (units that fit: ns, "
            "us, ms, s, min, h, d, w)\n");
}

TEST(CallsThatFail, SayHowOftenTheyAreTried) {
  const auto said = [](const std::string& text) { return errors_of(load(with_step(text))); };
  EXPECT_EQ(said("{call: s, timeout: 1s, deadline: 2s, travels: true, retry: {attempts: 3, when: "
                 "[timeout, error], backoff: {base: 1ms, factor: 2, cap: 1s, jitter: full}, "
                 "budget: 10%}, fallback: [{send: q}], cancel: true}"),
            "");
  EXPECT_EQ(said("{call: s, retry: {}}"),
            "2:63 producers.p.does[1].retry: the key 'attempts' is missing [missing-key] "
            "(attempts: Attempts in all, the first included)\n");
  EXPECT_EQ(said("{call: s, retry: 3}"),
            "2:63 producers.p.does[1].retry: expected a map with the keys preset, attempts, when, "
            "backoff, budget, reserve, tokens, at_once or adaptive; found 3 [wrong-kind]\n");
  EXPECT_EQ(said("{call: s, retry: {attempts: 0}}"),
            "2:74 producers.p.does[1].retry.attempts: expected a count from 1 to 100, such as 4; "
            "found 0 [out-of-range]\n");
  EXPECT_EQ(said("{call: s, retry: {attempts: 101}}"),
            "2:74 producers.p.does[1].retry.attempts: expected a count from 1 to 100, such as 4; "
            "found 101 [out-of-range]\n");
  EXPECT_EQ(said("{call: s, retry: {attempts: 2, when: []}}"),
            "2:83 producers.p.does[1].retry.when: expected one of timeout, unavailable or error; "
            "found none [missing-value] (leave the key out for its default)\n");
  EXPECT_EQ(said("{call: s, retry: {attempts: 2, when: timeout}}"),
            "2:83 producers.p.does[1].retry.when: expected a list of words; found timeout "
            "[wrong-kind] (write it in brackets: [timeout])\n");
  EXPECT_EQ(said("{call: s, retry: {attempts: 2, when: [timeouts]}}"),
            "2:84 producers.p.does[1].retry.when: expected timeout, unavailable or error; found "
            "timeouts [unknown-word] (did you mean 'timeout'?)\n");
  EXPECT_EQ(said("{call: s, retry: {attempts: 2, when: [timeout, timeout]}}"),
            "2:93 producers.p.does[1].retry.when: 'timeout' stands here a second time "
            "[duplicate-word] (keep one of them)\n");
  EXPECT_EQ(said("{call: s, retry: {attempts: 2, when: [[timeout]]}}"),
            "2:84 producers.p.does[1].retry.when: expected timeout, unavailable or error; found a "
            "list [wrong-kind]\n");
  EXPECT_EQ(said("{call: s, retry: {attempts: 2, backoff: {}}}"),
            "2:86 producers.p.does[1].retry.backoff: the key 'base' is missing [missing-key] "
            "(base: Pause after the first attempt)\n");
  EXPECT_EQ(said("{call: s, retry: {attempts: 2, backoff: 100ms}}"),
            "2:86 producers.p.does[1].retry.backoff: expected a map with the keys base, factor, "
            "cap or jitter; found 100ms [wrong-kind]\n");
  EXPECT_EQ(said("{call: s, retry: {attempts: 2, backoff: {base: 1s, factor: 0.5}}}"),
            "2:105 producers.p.does[1].retry.backoff.factor: expected a number from 1 to 1000000, "
            "such as 2.5; found 0.5 [out-of-range]\n");
  EXPECT_EQ(said("{call: s, retry: {attempts: 2, backoff: {base: 1s, cap: 999ms}}}"),
            "2:102 producers.p.does[1].retry.backoff.cap: expected a duration of at least the "
            "base's 1s; found 999ms [out-of-range]\n");
  EXPECT_EQ(said("{call: s, retry: {attempts: 2, backoff: {base: 1s, jitter: half}}}"),
            "2:105 producers.p.does[1].retry.backoff.jitter: expected none, full, equal, "
            "decorrelated or exponential; found half [unknown-word]\n");
  EXPECT_EQ(said("{call: s, retry: {attempts: 2, budget: 120%}}"),
            "2:85 producers.p.does[1].retry.budget: expected a share from 0% to 100%, such as 2%; "
            "found 120% (more than 100%) [out-of-range]\n");
  EXPECT_EQ(
      said("{call: s, retry: {attempts: 2, tries: 2}}"),
      "2:77 producers.p.does[1].retry.tries: unknown key 'tries' [unknown-key] (the keys "
      "here are preset, attempts, when, backoff, budget, reserve, tokens, at_once or adaptive)\n");
}

TEST(CallsThatFail, FallBackToSteps) {
  const auto said = [](const std::string& text) { return errors_of(load(with_step(text))); };
  EXPECT_EQ(said("{call: s, fallback: work}"),
            "2:66 producers.p.does[1].fallback: expected a list of steps; found work [wrong-kind] "
            "(write '- ' before each step)\n");
  EXPECT_EQ(said("{call: s, fallback: [reply, {call: x}]}"),
            "2:67 producers.p.does[1].fallback[1]: only a service has a caller to reply to "
            "[wrong-place]\n"
            "2:81 producers.p.does[1].fallback[2].call: there is no service 'x' [unknown-name] "
            "(there is s)\n");
}

TEST(SendsThatFail, LearnOfItByTheirConfirm) {
  const auto said = [](const std::string& text) { return errors_of(load(with_step(text))); };
  EXPECT_EQ(said("{send: q, timeout: 1s, retry: {attempts: 2}, fallback: []}"), "");
  EXPECT_EQ(said("{send: q, confirm: false, timeout: 1s, retry: {attempts: 2}, fallback: []}"),
            "2:81 producers.p.does[1].timeout: a send without confirm learns of no failure: it has "
            "no timeout [wrong-place] (leave confirm: false out)\n"
            "2:92 producers.p.does[1].retry: a send without confirm learns of no failure: it has "
            "no retry [wrong-place] (leave confirm: false out)\n"
            "2:117 producers.p.does[1].fallback: a send without confirm learns of no failure: it "
            "has no fallback [wrong-place] (leave confirm: false out)\n");
  EXPECT_EQ(said("{send: q, deadline: 1s}"),
            "2:56 producers.p.does[1].deadline: unknown key 'deadline' [unknown-key] (the keys "
            "here are send, confirm, timeout, retry, fallback, network, delay, persistent, "
            "confirm_when, group, dedup_id, linger, batch, edge or priority)\n");
  EXPECT_EQ(said("{send: q, cancel: true}"),
            "2:56 producers.p.does[1].cancel: unknown key 'cancel' [unknown-key] (the keys here "
            "are send, confirm, timeout, retry, fallback, network, delay, persistent, "
            "confirm_when, group, dedup_id, linger, batch, edge or priority)\n");
}

TEST(Faults, StrikeWhatHasAnAnswer) {
  const auto said = [](const std::string& text) { return errors_of(load(with_fault(text))); };
  EXPECT_EQ(said("f: {outage: s, at: 1min, for: 30s}"), "");
  EXPECT_EQ(
      said("f: {outage: c, every: {exponential: 30d}, for: {lognormal: {mean: 30s, p99: 2min}}}"),
      "");
  EXPECT_EQ(said("f: {crash: s, at: 1min, for: 30s, work: lost}"), "");
  EXPECT_EQ(said("f: {at: 1min, for: 30s}"),
            "6:13 faults.f: expected one of outage, hang, crash, slow, errors, capacity, pause, "
            "restart, set, loss, latency, partition, …; found none [missing-key]\n");
  EXPECT_EQ(said("f: {outage: s, hang: s, at: 1min, for: 30s}"),
            "6:25 faults.f: expected one of outage, hang, crash, slow, errors, capacity, pause, "
            "restart, set, loss, latency, partition, …; found outage and hang [several-kinds] "
            "(keep one of them)\n");
  EXPECT_EQ(
      said("f: {outage: x, at: 1min, for: 30s}"),
      "6:22 faults.f.outage: there is no component 'x' [unknown-name] (there is c, q or s)\n");
  EXPECT_EQ(said("f: {outage: p, at: 1min, for: 30s}"),
            "6:22 faults.f.outage: expected the name of a service, a queue, a log, a consumer, a "
            "store or a broker; "
            "found 'p', which is a producer [wrong-noun]\n");
  EXPECT_EQ(
      said("f: {crash: q, at: 1min, for: 30s}"),
      "6:21 faults.f.crash: a queue has no answer to crash: what crashes is the node that it is "
      "on, and what a crash leaves is for its broker to say [not-simulated] (put it on a broker, "
      "and let that crash)\n");
  EXPECT_EQ(said("f: {crash: c, at: 1min, for: 30s, work: lost}"),
            "6:21 faults.f.work: only a service's crash asks what becomes of its work: the "
            "messages of a consumer or broker go back to their queue, or are lost [wrong-place]\n");
  EXPECT_EQ(said("f: {outage: s, at: 1min, for: 30s, work: lost}"),
            "6:51 faults.f.work: only crash has work [wrong-place]\n");
  EXPECT_EQ(said("f: {crash: s, at: 1min, for: 30s, work: nothing}"),
            "6:50 faults.f.work: expected restart, resample, lost or resume; found nothing "
            "[unknown-word]\n");
  EXPECT_EQ(
      said("f: {slow: s, at: 1min, for: 30s}"),
      "6:20 faults.f: slow needs times [missing-key] (say how many times as long: times: 5)\n");
  EXPECT_EQ(
      said("f: {slow: s, times: 0, at: 1min, for: 30s}"),
      "6:30 faults.f.times: expected a number above 0, such as 2.5; found 0 [out-of-range]\n");
  EXPECT_EQ(said("f: {hang: s, times: 5, at: 1min, for: 30s}"),
            "6:30 faults.f.times: only slow has times [wrong-place]\n");
  EXPECT_EQ(said("f: {errors: s, at: 1min, for: 30s}"),
            "6:22 faults.f: errors needs share [missing-key] (say how many fail: share: 30%)\n");
  EXPECT_EQ(said("f: {errors: s, share: 130%, at: 1min, for: 30s}"),
            "6:32 faults.f.share: expected a share from 0% to 100%, such as 2%; found 130% (more "
            "than 100%) [out-of-range]\n");
  EXPECT_EQ(said("f: {outage: s, share: 10%, at: 1min, for: 30s}"),
            "6:32 faults.f.share: only errors has share [wrong-place]\n");
  EXPECT_EQ(said("f: {capacity: s, times: 0.5, at: 1min, for: 30s}"), "");
  EXPECT_EQ(said("f: {crash: s, at: 1min, for: 30s, work: resample}"), "");
  EXPECT_EQ(said("f: {capacity: s, at: 1min, for: 30s}"),
            "6:24 faults.f: capacity needs times [missing-key] (say how much is left: times: "
            "0.5)\n");
  EXPECT_EQ(said("f: {capacity: s, times: 2, at: 1min, for: 30s}"),
            "6:34 faults.f.times: expected a number up to 1 of capacity; found 2 [out-of-range] (a "
            "fault only takes slots away)\n");
  EXPECT_EQ(
      said("f: {capacity: c, times: 0.5, at: 1min, for: 30s}"),
      "6:24 faults.f.capacity: expected the name of a service; found 'c', which is a consumer "
      "[wrong-noun]\n");
  EXPECT_EQ(said("f: {outage: s, at: 1min, for: 1s}, f: {hang: s, at: 1min, for: 1s}"),
            "6:45 the key 'f' stands here a second time; the first is in line 6 [duplicate-key] "
            "(keep one of them)\n");
  EXPECT_EQ(said("s: {outage: s, at: 1min, for: 1s}"),
            "6:10 faults.s: there is a service of this name already, in line 3 [duplicate-name] "
            "(names of components stand once in the whole file)\n");
  EXPECT_EQ(said("f: {outage: [s, c], at: 1min, for: 1s}"),
            "6:22 faults.f.outage: expected the name of a component; found a list [wrong-kind]\n");
}

TEST(NetworkFaults, StrikeEdgesOnWhichNobodyWaitsForEver) {
  const auto with = [](const std::string& step, const std::string& fault) {
    return errors_of(load(with_step(step) + "faults: {f: {" + fault + ", at: 1min, for: 1s}}\n"));
  };
  const std::string call = "{call: s, timeout: 1s}";
  EXPECT_EQ(with(call, "loss: {p -> s: 10%}"), "");
  EXPECT_EQ(with(call, "loss: {p->s: 10%}, direction: request"), "");
  EXPECT_EQ(with("{call: s, deadline: 1s}", "loss: {p -> s: 10%}"), "");
  EXPECT_EQ(with("{send: q, confirm: false}", "loss: {p -> q: 10%}, direction: request"), "");
  EXPECT_EQ(with("{call: s}", "latency: {p -> s: +200ms}"), "");
  EXPECT_EQ(with("{call: s}", "latency: {p -> s: {exponential: 200ms}}"), "");
  EXPECT_EQ(with(call, "partition: [s, p]"), "");
  EXPECT_EQ(with("{call: s, timeout: 1s, edge: p -> back}", "partition: [p, back]"),
            "6:29 faults.f.partition[2]: there is no component 'back' [unknown-name] (there is c, "
            "p, q or s)\n");
  EXPECT_EQ(with("call: s", "loss: {p -> s: 10%}"),
            "6:21 faults.f.loss.p -> s: the call to 's' in line 2 would wait for ever for what is "
            "lost: it has no timeout [missing-key] (give it one: timeout: 1s)\n");
  EXPECT_EQ(with("{send: q}", "loss: {p -> q: 10%}, direction: request"),
            "6:21 faults.f.loss.p -> q: the send to 'q' in line 2 would wait for ever for what is "
            "lost: it has no timeout [missing-key] (give it one: timeout: 1s)\n");
  EXPECT_EQ(with("{send: q, confirm: false}", "loss: {p -> q: 10%}"),
            "6:21 faults.f.loss.p -> q: nobody waits for what comes back over p -> q [wrong-place] "
            "(say direction: request to lose the messages themselves)\n");
  EXPECT_EQ(with("call: s", "partition: [p, s]"),
            "6:25 faults.f.partition: the call to 's' in line 2 would wait for ever for what is "
            "lost: it has no timeout [missing-key] (give it one: timeout: 1s)\n");
  EXPECT_EQ(with(call, "partition: [p, p]"),
            "6:29 faults.f.partition: nothing parts 'p' from itself [wrong-place]\n");
  EXPECT_EQ(with(call, "partition: [p, q]"),
            "6:25 faults.f.partition: 'p' and 'q' say nothing to each other [wrong-place] (name "
            "two of which one calls the other, sends to it, or reads or writes it)\n");
  EXPECT_EQ(with(call, "partition: [q, c]"),
            "6:25 faults.f.partition: q -> c is a delivery, over a connection that loses nothing "
            "[wrong-place] (let the connection break: {outage: …} of the consumer)\n");
  EXPECT_EQ(with(call, "partition: p"),
            "6:25 faults.f.partition: expected a list of two components, such as [checkout, "
            "payments]; found p [wrong-kind]\n");
  EXPECT_EQ(with(call, "loss: {q -> c: 10%}"),
            "6:21 faults.f.loss.q -> c: q -> c is a delivery, over a connection that loses nothing "
            "[wrong-place] (let the connection break: {outage: …} of the consumer)\n");
  EXPECT_EQ(with(call, "loss: {p -> t: 10%}"),
            "6:21 faults.f.loss.p -> t: no step goes along p -> t [unknown-name] (did you mean 'p "
            "-> s'?)\n");
  EXPECT_EQ(
      with(call, "loss: {p: 10%}"),
      "6:21 faults.f.loss.p: expected an edge, such as checkout -> payments; found p [bad-name]\n");
  EXPECT_EQ(with(call, "loss: {}"),
            "6:20 faults.f.loss: expected a map from edges, such as {checkout -> payments: 10%}; "
            "found an empty map [wrong-kind]\n");
  EXPECT_EQ(with(call, "loss: 10%"),
            "6:20 faults.f.loss: expected a map from edges, such as {checkout -> payments: 10%}; "
            "found 10% [wrong-kind]\n");
  EXPECT_EQ(with(call, "loss: {p -> s: 110%}"),
            "6:29 faults.f.loss.p -> s: expected a share, such as 2%; found 110% (more than 100%) "
            "[out-of-range]\n");
  EXPECT_EQ(with(call, "loss: {p -> s: 10%, p->s: 20%}"),
            "6:34 faults.f.loss.p->s: this edge stands here twice [duplicate-name]\n");
  EXPECT_EQ(with(call, "latency: {p -> s: 200ms}"),
            "6:32 faults.f.latency.p -> s: expected what is added, such as +200ms; found 200ms "
            "[wrong-kind] (write a plus sign before it)\n");
  EXPECT_EQ(with(call, "latency: {p -> s: +200}"),
            "6:32 faults.f.latency.p -> s: expected a duration or a distribution, such as 8ms or "
            "{exponential: 25ms}; found 200 (a bare number) [missing-unit] (units that fit: ns, "
            "us, ms, s, min, h, d, w)\n");
  EXPECT_EQ(with(call, "latency: {p -> s: {column: x, unit: ms}}"),
            "6:32 faults.f.latency.p -> s: only a step has a message to take a column from "
            "[wrong-place]\n");
  EXPECT_EQ(with(call, "latency: {p -> s: +1ms}, direction: request"),
            "6:50 faults.f.direction: only loss has direction [wrong-place]\n");
}

TEST(Faults, BeginWithinTheRunOnceOrAtRandom) {
  const auto said = [](const std::string& text) { return errors_of(load(with_fault(text))); };
  EXPECT_EQ(said("f: {outage: s, for: 30s}"),
            "6:13 faults.f: when does it begin? [missing-key] (say at: 8min for once, every: "
            "{exponential: 30d} for at random, or when: orders.depth > 10000)\n");
  EXPECT_EQ(
      said("f: {outage: s, at: 1min, every: 2min, for: 30s}"),
      "6:13 faults.f: a fault comes once (at), at random (every) or by load (when): one of them "
      "[wrong-place] (say at: 8min for once, every: {exponential: 30d} for at random, or "
      "when: orders.depth > 10000)\n");
  EXPECT_EQ(said("f: {outage: s, at: 1min}"),
            "6:13 faults.f: how long does it last? [missing-key] (say for: 30s)\n");
  EXPECT_EQ(said("f: {outage: s, at: 1min, for: 0s}"),
            "6:40 faults.f.for: expected a duration above 0s, or a distribution of a mean above "
            "0s; found 0s [out-of-range]\n");
  EXPECT_EQ(said("f: {outage: s, every: 0s, for: 1s}"),
            "6:32 faults.f.every: expected a duration above 0s, or a distribution of a mean above "
            "0s; found 0s [out-of-range]\n");
  EXPECT_EQ(said("f: {outage: s, at: 1min, for: {column: x}}"),
            "6:40 faults.f.for.column: the key 'unit' is missing [missing-unit] (unit: what the "
            "column counts: ns, us, ms or s)\n");
  EXPECT_EQ(said("f: {outage: s, at: 9min, for: 61s}"),
            "6:10 faults.f: ends at 10min1s, after the run of 10min [outside-run]\n");
  EXPECT_EQ(said("f: {outage: s, at: 10min, for: 1s}"),
            "6:10 faults.f: begins at 10min, when the run of 10min is over [outside-run]\n");
  EXPECT_EQ(said("f: {outage: s, at: 10min, for: {exponential: 1s}}"),
            "6:10 faults.f: begins at 10min, when the run of 10min is over [outside-run]\n");
  EXPECT_EQ(said("f: {outage: s, at: 9min, for: {exponential: 1s}}"), "");
}

TEST(Faults, OfInstancesSayWhoseAndHow) {
  const auto said = [](const std::string& text) { return errors_of(load(with_fault(text))); };
  EXPECT_EQ(said("f: {restart: s, rolling: true, each: 5s, at: 1min}"), "");
  EXPECT_EQ(said("f: {restart: c, at: 1min, for: 5s}"), "");
  EXPECT_EQ(said("f: {set: c.instances, to: 3, at: 1min}"), "");
  EXPECT_EQ(said("f: {pause: c, at: 1min, for: 1s}"), "");
  EXPECT_NE(said("f: {set: c.instances, to: q, at: 1min}").find("set needs a number"),
            std::string::npos);
  EXPECT_NE(said("f: {redrive: q, to: 5, at: 1min}").find("redrive needs the name of a queue"),
            std::string::npos);
  EXPECT_EQ(said("f: {crash: s, work: resume, at: 1min, for: 1s}"), "");
  EXPECT_EQ(said("f: {restart: s, rolling: true, at: 1min}"),
            "6:35 faults.f: a rolling restart needs each [missing-key] (say how long each instance "
            "is away: each: 20s)\n");
  EXPECT_EQ(said("f: {restart: s, each: 5s, at: 1min, for: 1s}"),
            "6:32 faults.f.each: only a rolling restart has each [wrong-place]\n");
  EXPECT_EQ(said("f: {restart: s, rolling: true, each: 5s, at: 1min, for: 1min}"),
            "6:66 faults.f.for: a rolling restart lasts as long as all its instances take "
            "[wrong-place] (leave for out)\n");
  EXPECT_EQ(said("f: {outage: s, rolling: true, at: 1min, for: 1min}"),
            "6:34 faults.f.rolling: only restart has rolling [wrong-place]\n");
  EXPECT_EQ(said("f: {restart: q, at: 1min, for: 1min}"),
            "6:23 faults.f.restart: expected the name of a service or a consumer; found 'q', which "
            "is a queue [wrong-noun]\n");
  EXPECT_EQ(said("f: {set: c.instances, at: 1min}"),
            "6:19 faults.f: set needs a number [missing-key] (say how many: to: 20)\n");
  EXPECT_EQ(said("f: {set: c.concurrency, to: 3, at: 1min}"),
            "6:19 faults.f.set: expected the instances of a component, such as worker.instances; "
            "found c.concurrency (only their number can be set while it runs) [not-simulated] "
            "(write c.instances)\n");
  EXPECT_EQ(said("f: {set: c, to: 3, at: 1min}"),
            "6:19 faults.f.set: expected the instances of a component, such as worker.instances; "
            "found c [wrong-kind]\n");
  EXPECT_EQ(said("f: {set: x.instances, to: 3, at: 1min}"),
            "6:19 faults.f.set: there is no component 'x' [unknown-name] (there is c or s)\n");
  EXPECT_EQ(said("f: {pause: q, at: 1min, for: 1s}"),
            "6:21 faults.f.pause: expected the name of a service or a consumer; found 'q', which "
            "is a queue [wrong-noun]\n");
}

TEST(Faults, MayBeSetOffByLoad) {
  const auto said = [](const std::string& text) { return errors_of(load(with_fault(text))); };
  EXPECT_EQ(said("f: {hang: s, when: s.waiting > 5, for: 1s}"), "");
  EXPECT_EQ(said("f: {hang: s, when: q.age > 30s, for: {exponential: 1s}}"), "");
  EXPECT_EQ(said("f: {hang: s, when: q.depth, for: 1s}"),
            "6:29 faults.f.when: expected COMPONENT.METRIC > VALUE, or < VALUE, such as "
            "orders.depth > 10000; found q.depth [wrong-kind]\n");
  EXPECT_EQ(said("f: {hang: s, when: q.depth >= 5, for: 1s}"),
            "6:29 faults.f.when: expected COMPONENT.METRIC > VALUE, or < VALUE, such as "
            "orders.depth > 10000; found 'q.depth >= 5' [wrong-kind]\n");
  EXPECT_EQ(said("f: {hang: s, when: q.receives > 5, for: 1s}"),
            "6:29 faults.f.when: 'q.receives' cannot be looked at while the run goes on "
            "[unknown-metric] (q has depth, in_flight, delayed, blocked, bytes or age)\n");
  EXPECT_EQ(said("f: {hang: s, when: x.depth > 5, for: 1s}"),
            "6:29 faults.f.when: 'x.depth' cannot be looked at while the run goes on "
            "[unknown-metric] (name a level of a component, such as orders.depth)\n");
  EXPECT_EQ(said("f: {hang: s, when: q.age > 5, for: 1s}"),
            "6:29 faults.f.when: expected a duration, such as 30s; found '5' (a bare number) "
            "[missing-unit] (units that fit: ns, us, ms, s, min, h, d, w)\n");
  EXPECT_EQ(said("f: {hang: s, when: s.instances > 5, for: 1s}"),
            "6:31 faults.f.when: 's' has the same number of instances all the time [no-scale] "
            "(scale: {by: utilization, target: 60%, max: 20} lets it change)\n");
  EXPECT_EQ(said("f: {hang: s, when: q.depth > 5, at: 1s, for: 1s}"),
            "6:13 faults.f: a fault comes once (at), at random (every) or by load (when): one of "
            "them [wrong-place] (say at: 8min for once, every: {exponential: 30d} for at random, "
            "or when: orders.depth > 10000)\n");
}

TEST(Faults, ChangeBySettings) {
  const std::string text = with_fault("f: {outage: s, at: 1min, for: 1s}");
  const auto fault_of = [&](const std::string& setting) {
    const ScenarioFile file = load(text, {setting});
    EXPECT_EQ(errors_of(file), "") << setting;
    return file.variants.at(0).faults.at(0).parameters;
  };
  EXPECT_EQ(fault_of("f.for=30s").lasts->fixed(), 30 * kSecond);
  EXPECT_EQ(fault_of("f.at=9min59s").at->ns, 599 * kSecond);
  EXPECT_EQ(fault_of("f.outage=q").outage->name, "q");
  const auto said = [&](const std::string& setting) { return errors_of(load(text, {setting})); };
  EXPECT_EQ(said("f.at=10min"),
            "6:10 faults.f: begins at 10min, when the run of 10min is over [outside-run]\n");
  EXPECT_EQ(said("f.outage=x"),
            "--set:1:10 faults.f.outage: there is no component 'x' [unknown-name] (there is c, q "
            "or s)\n");
  EXPECT_EQ(said("f.for=never"),
            "--set:1:7 faults.f.for: expected a duration or a distribution, such as 8ms or "
            "{exponential: 25ms}; found never (not a number) [not-a-number]\n");
  EXPECT_EQ(said("g.for=30s"), "--set:1:1 there is no component or section 'g' [unknown-name]\n");
}

TEST(CallsThatFail, ChangeBySettings) {
  const std::string text = with_step("{call: s, timeout: 1s, retry: {attempts: 2}}");
  const auto call_of = [&](const std::string& setting) {
    const ScenarioFile file = load(text, {setting});
    EXPECT_EQ(errors_of(file), "") << setting;
    return std::get<CallParameters>(
        file.variants.at(0).producers.at(0).parameters.does.steps.at(0).parameters);
  };
  EXPECT_EQ(call_of("p -> s.timeout=300ms").timeout->fixed(), 300 * kMillisecond);
  EXPECT_EQ(call_of("p -> s.retry.attempts=5").retry->attempts, 5);
  EXPECT_EQ(call_of("p -> s.retry.when=[timeout]").retry->when, std::vector{Failed::timeout});
  EXPECT_EQ(call_of("p -> s.retry.backoff.base=100ms").retry->backoff->base.ns, 100 * kMillisecond);
  EXPECT_FALSE(call_of("p -> s.retry=null").retry.has_value());
  EXPECT_TRUE(call_of("p -> s.cancel=true").cancel);
  EXPECT_EQ(call_of("p -> s.deadline=5s").deadline->ns, 5 * kSecond);
  const auto said = [&](const std::string& setting) { return errors_of(load(text, {setting})); };
  EXPECT_EQ(said("p -> s.retry.attempts=0"),
            "--set:1:23 producers.p.does[1].retry.attempts: expected a count from 1 to 100, such "
            "as 4; found 0 [out-of-range]\n");
}

TEST(Variants, ChangeFaultsAndRetries) {
  const std::string text =
      with_step("{call: s, timeout: 1s, retry: {attempts: 2}}") +
      "faults: {f: {outage: s, at: 1min, for: 1s}}\n"
      "variants:\n"
      "  base: {}\n"
      "  fail-fast: {edges: {p -> s: {timeout: 300ms, retry: null}}}\n"
      "  sound: {faults: {f: null}}\n"
      "  longer: {f: {for: 1min}, faults: {g: {hang: c, at: 3min, for: 1s}}}\n";
  const ScenarioFile file = load(text);
  EXPECT_EQ(errors_of(file), "");
  ASSERT_EQ(file.variants.size(), 4u);
  const auto call = [&](std::size_t variant) {
    return std::get<CallParameters>(
        file.variants[variant].producers.at(0).parameters.does.steps.at(0).parameters);
  };
  EXPECT_EQ(call(0).retry->attempts, 2);
  EXPECT_FALSE(call(1).retry.has_value());
  EXPECT_EQ(call(1).timeout->fixed(), 300 * kMillisecond);
  EXPECT_TRUE(file.variants[2].faults.empty());
  ASSERT_EQ(file.variants[3].faults.size(), 2u);
  EXPECT_EQ(file.variants[3].faults[0].parameters.lasts->fixed(), 60 * kSecond);
}

TEST(FaultWindows, MayBeNamedByObjectives) {
  const auto said = [](const std::string& objective) {
    return errors_of(load(with_fault("f: {outage: s, at: 1min, for: 1s}, "
                                     "g: {hang: c, every: {exponential: 2min}, for: 1s}") +
                          "objectives: {o: " + objective + "}\n"));
  };
  for (const char* window : {"f", "g", "before:f", "recovery:g"}) {
    EXPECT_EQ(said(std::string("p.success@") + window + " >= 99%"), "") << window;
  }
  EXPECT_EQ(said("f.begun <= 3"), "");
  EXPECT_EQ(said("p -> s.timeouts <= 3"), "");
  EXPECT_EQ(said("s.wasted <= 3%"), "");
  EXPECT_EQ(said("s.cancelled <= 3"), "");
  EXPECT_NE(said("p.success@h >= 99%").find("[unknown-window]"), std::string::npos);
}

}  // namespace
}  // namespace spillway
