#!/usr/bin/env python3
"""Pins the answers of scenarios/failures where services protect themselves from their callers: admission_test.py SPILLWAY. Each is
run as it stands, from outside; its verdicts are the answer, and its figures are held to given ones and to what can be reckoned."""
import unittest

from answers import Answers


class Admission(Answers):
    FOLDER = "failures"
    WARNS = True  # of the load above what can be served
    MISSED = {
        "admission-control": {"queue-only": ["quick"], "limiter": [], "threads": ["quick"]},
    }

    def test_a_limiter_before_the_accept_queue_keeps_the_wait_short(self):
        scenario = "admission-control"
        # Given: 300 s of which 30 are dropped, slots given away while stock works. Goodput within 1 %, or 3 % where nothing fixes
        # it, percentiles of those who are let in within 5 %.
        for variant, goodput, within, p50, p99 in (("limiter", 200.0, 0.01, 0.036, 0.080), ("queue-only", 237, 0.03, 0.235, 0.290)):
            self.assert_near(scenario, variant, "clients.goodput", goodput, within)
            self.assert_near(scenario, variant, "shop.latency.p50", p50, 0.05)
            self.assert_near(scenario, variant, "shop.latency.p99", p99, 0.05)
        self.assert_near(scenario, "threads", "clients.goodput", 162, 0.03)
        # Reckoned: six slots of 25 ms, or of 25 and 12 ms, are never idle; the bucket is empty.
        self.assert_near(scenario, "queue-only", "clients.goodput", 6 / 0.025, 0.005)
        self.assert_near(scenario, "threads", "clients.goodput", 6 / 0.037, 0.005)
        self.assert_near(scenario, "limiter", "shop.throttled", 270 * 400, 0.01)
        self.assertEqual(self.figure(scenario, "queue-only", "shop.throttled"), 0)


if __name__ == "__main__":
    unittest.main()
