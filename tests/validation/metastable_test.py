#!/usr/bin/env python3
"""Who stays down after its trigger has gone: metastable_test.py SPILLWAY.

Held against a published case, against a simulation of the same system that shares no line with the program, and against the rule
that with an unbounded queue and no cancellation a system comes back when load x attempts is below its capacity, and not above."""
import heapq
import itertools
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "spillway"
FAILURES = pathlib.Path(__file__).resolve().parents[2] / "scenarios" / "failures"

# Source: PierreZ/moonpool, pull request 193: 4 workers of 25 ms, 50 requests a second, a timeout of 200 ms, 4 attempts, work that
# is accepted is done; for some time it takes 100 ms. One way over the network takes 0 to 10 ms.
SLOW_SPELL = """
run: {duration: 42s, drain: 0s, replications: 64, seed: 1}
network: {uniform: [0ms, 10ms]}
producers:
  clients:
    load: {constant: 50/s}
    does: [{call: server, timeout: 200ms, retry: {attempts: 4, when: [timeout]}}]
services: {server: {concurrency: 4, does: [work: 25ms]}}
faults: {slow-spell: {slow: server, times: 4, at: 10s, for: %s}}
collapse: {when: clients.goodput < 50%%, lasting: 10s, trigger: slow-spell}
"""

# The server hangs for 30 timeouts; then it has the same 10 a second as before.
HANG = """
run: {duration: %ds, drain: 0s, replications: 20, seed: 3}
producers:
  clients:
    load: {poisson: %.4f/s}
    does: [{call: server, timeout: 1s, retry: {attempts: %d, when: [timeout]}}]
services: {server: {does: [{work: {exponential: 100ms}}]}}
faults: {trigger: {hang: server, at: 100s, for: 30s}}
collapse: {when: clients.goodput < 50%%, lasting: 500s, trigger: trigger}
"""


def collapsed(text):
    """The runs of so many that stayed collapsed."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        done = subprocess.run([PROGRAM, "run", file.name, "--json"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=300)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    figure = json.loads(done.stdout)["variants"]["base"]["metrics"]["total.collapsed"]
    return round(figure["mean"] * figure["n"]), figure["n"]


def goodput_at_the_end(spell, seed):
    """The same system as SLOW_SPELL, written anew: answers in the last 10 s, as a share of requests."""
    drawn = random.Random(seed)
    order = itertools.count()
    events, waiting, good, busy = [], [], 0, 0

    def at(time, what, call, attempt):
        heapq.heappush(events, (time, next(order), what, call, attempt))

    def attempt_of(time, call):
        call["attempt"] += 1
        at(time + drawn.uniform(0, 0.01), "arrives", call, call["attempt"])
        at(time + 0.2, "timeout", call, call["attempt"])

    at(0.02, "born", None, 0)
    while events:
        time, _, what, call, attempt = heapq.heappop(events)
        if time >= 42:
            return good / (10 * 50)
        if what == "born":
            at(time + 0.02, "born", None, 0)
            attempt_of(time, {"attempt": 0, "over": False})
        elif what == "arrives":
            waiting.append((call, attempt))
        elif what == "done":
            busy -= 1
            at(time + drawn.uniform(0, 0.01), "reply", call, attempt)
        elif not call["over"] and call["attempt"] == attempt:
            if what == "reply":
                call["over"] = True
                good += time >= 32
            elif attempt < 4:
                attempt_of(time, call)
            else:
                call["over"] = True
        while waiting and busy < 4:
            busy += 1
            at(time + (0.1 if 10 <= time < 10 + spell else 0.025), "done", *waiting.pop(0))
    return None


class Metastable(unittest.TestCase):
    def test_a_short_spell_is_got_over_and_a_long_one_never(self):
        # 64 replications each: of none the upper bound at 95 % is 5.6 %, of all the lower bound 94.4 %.
        for spell in ("500ms", "600ms"):
            self.assertEqual(collapsed(SLOW_SPELL % spell), (0, 64), spell)
        for spell in ("1s", "2s"):
            self.assertEqual(collapsed(SLOW_SPELL % spell), (64, 64), spell)

    def test_it_tips_where_another_simulation_tips(self):
        # 16 seeds there. The published case tips at 650 ms: there a request takes as long as it did when it came, here as when it
        # is begun. Both tip sharply: within 100 ms none has become all.
        for spell in (0.6, 0.8, 0.9, 1.0):
            other = sum(goodput_at_the_end(spell, seed) < 0.5 for seed in range(16))
            self.assertIn(other, (0, 16), spell)
            self.assertEqual(collapsed(SLOW_SPELL % f"{spell * 1000:.0f}ms")[0], 64 if other else 0, spell)

    def test_load_times_attempts_against_capacity_decides(self):
        # 20 replications each. The backlog that is left is worked off at 5 % of the capacity at least: 2,000 s are enough.
        for attempts in (2, 3, 4):
            for share, stuck in ((0.9, 0), (0.95, 0), (1.05, 20), (1.1, 20)):
                self.assertEqual(collapsed(HANG % (3000, 10 * share / attempts, attempts)), (stuck, 20), (attempts, share))

    def test_what_would_have_brought_it_back(self):
        done = subprocess.run([PROGRAM, "run", FAILURES / "metastable-collapse.yaml", "--json"], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        variants = json.loads(done.stdout)["variants"]
        stuck = {name: said["metrics"]["total.collapsed"]["mean"] for name, said in variants.items()}
        self.assertEqual(stuck, {"as-is": 1, "three-attempts": 0, "budget": 0, "short-queue": 0, "cancel": 0})
        figure = {name: {metric: told["mean"] for metric, told in said["metrics"].items()} for name, said in variants.items()}
        # Every request is made 4 times, and every one of those is worked for in vain.
        self.assertGreater(figure["as-is"]["clients -> server.attempts"], 3.3 * figure["as-is"]["clients.sent"])
        self.assertGreater(figure["as-is"]["server.wasted"], 0.9)
        self.assertIsNone(figure["as-is"]["clients.recovery_time@slow-spell"])
        self.assertIn("infinite", variants["as-is"]["metrics"]["clients.recovery_time@slow-spell"]["why"])
        # In the spell 40 of 50 x 3 a second are done, the rest waits, and is worked off at 160 - 150 a second.
        backlog = 3 * (150 - 40)
        self.assertLess(abs(figure["three-attempts"]["clients.recovery_time@slow-spell"] - backlog / 10), 10)
        for quick in ("budget", "short-queue", "cancel"):
            self.assertLess(figure[quick]["clients.recovery_time@slow-spell"], 5, quick)


if __name__ == "__main__":
    unittest.main(verbosity=2)
