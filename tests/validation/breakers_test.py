#!/usr/bin/env python3
"""Pins the answers of scenarios/failures about circuit breakers: breakers_test.py SPILLWAY. Each is run as it stands, from outside;
its verdicts and exit status are the answer, and its figures are held to what can be reckoned with a pencil from the same file."""
import unittest

from answers import Answers


class Breakers(Answers):
    FOLDER = "failures"
    MISSED = {
        "breaker-makes-it-worse": {"no-breaker": [], "breaker": ["others-pay"]},
        "breaker-saves-the-day": {"no-breaker": ["quick"], "breaker": []},
    }

    def test_a_breaker_frees_the_slots_that_wait_for_what_hangs(self):
        failure, edge = "breaker-saves-the-day", "shop -> recommendations"
        # Of 60 s: 1 s and a tenth until the fifth of 50 a second has timed out; then turns of 5 s open, a fiftieth until the
        # next one tries, and its timeout of 1 s. Nine are whole, and the tenth is still open when the hang ends.
        begins, turn = 1 + 5 / 50, 5 + 1 / 50 + 1
        opened = 9 * 5 + 60 - begins - 9 * turn
        self.assert_near(failure, "breaker", f"{edge}.open@hang", opened / 60, 0.02)
        self.assertEqual(self.figure(failure, "breaker", f"{edge}.open@before"), 0)
        # Without it 20 slots are held for 1.01 s each, and 50 a second come: who comes last waits longest.
        waits = 60 * (50 - 20 / 1.01) / 50
        self.assertLessEqual(self.figure(failure, "no-breaker", "shoppers.latency.max"), 60)
        self.assertGreaterEqual(self.figure(failure, "no-breaker", "shoppers.latency.max"), 0.9 * waits)

    def test_a_breaker_for_all_refuses_those_whose_calls_would_have_gone_well(self):
        failure = "breaker-makes-it-worse"
        self.assert_near(failure, "no-breaker", "shoppers.success@network-down", 0.4, 0.02)
        # It opens when of n >= 20 calls, that have ended since it closed, half or more have failed; how many that takes is
        # reckoned call by call: alive[k] = the chance that k have failed and it is still closed.
        alive, calls, n = {0: 1.0}, 0.0, 0
        while sum(alive.values()) > 1e-12:
            calls += sum(alive.values())
            n += 1
            after = {}
            for k, p in alive.items():
                after[k + 1] = after.get(k + 1, 0) + 0.6 * p
                after[k] = after.get(k, 0) + 0.4 * p
            alive = {k: p for k, p in after.items() if n < 20 or 2 * k < n}
        # 1 / 0.4 probes until one goes well, each after 5 s and the next arrival, and 10 ms for that; what fails fails at once. Then so many calls at
        # 100 a second.
        openings = 1 / 0.4
        turn = 5 * openings + 0.01 * (openings + 1) + calls / 100
        # Before that it looks back on 10 s that went well: 60 % of the calls are half of those when 8.3 s have passed.
        first = 10 * 0.5 / 0.6
        self.assert_near(failure, "breaker", "shoppers -> payments.open@network-down", 5 * openings / turn * (600 - first) / 600, 0.01)
        # Of a turn, the probe that goes well and four in ten of the calls.
        passed = (0.4 * 100 * first + (1 + 0.4 * calls) * (600 - first) / turn) / (100 * 600)
        self.assert_near(failure, "breaker", "shoppers.success@network-down", passed, 0.1)


if __name__ == "__main__":
    unittest.main()
