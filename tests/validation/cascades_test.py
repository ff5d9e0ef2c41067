#!/usr/bin/env python3
"""Pins the answers of scenarios/failures where waiting and trying again make one failure many: cascades_test.py SPILLWAY. Each is run
as it stands, from outside; its verdicts are the answer, and its figures are held to what can be reckoned with a pencil."""
import unittest

from answers import Answers


class Cascades(Answers):
    FOLDER = "failures"
    MISSED = {
        "black-hole": {"least-connections": ["served"], "power-of-two": ["served"], "round-robin": ["served"], "ejection": []},
        "bulkhead-isolation": {"shared-threads": ["pages", "quick"], "bulkhead": [], "patient-bulkhead": ["pages", "quick"]},
        "cache-stampede": {"as-is": ["served"], "bounded": []},
        "gateway-timeout-against-202": {"gateway": ["all-exported", "little-in-vain"], "accepted-202": []},
        "regional-failover": {"as-dns": ["served"], "as-a-load-balancer": [], "tried-again": []},
        "rolling-deploy": {"all-at-once": ["nobody-refused", "quick"], "rolling": ["nobody-refused", "quick"], "surge": []},
        "retry-storm": {"every-layer": ["bearable"], "top-only": [], "budgets": []},
        "slow-dependency": {"slow": ["pages-without-ratings"], "down": [], "slow-short-timeout": [], "slow-without": []},
        "zone-lost": {"busy": ["eu-served", "us-served"], "half-empty": [], "messages": []},
        "thread-pool-exhaustion": {"as-is": ["most-pages"], "short-timeout": [], "bulkhead": [], "event-loop": []},
    }

    def test_threads_that_wait_for_one_in_ten_take_the_other_nine_down(self):
        scenario = "thread-pool-exhaustion"
        # 10 a second take a thread of 100 for 30 s: none is left after 10 s and none comes back before 30 s. Then 100 / 30 s come
        # back a second, and let in ten times as many pages, of which nine are answered, until they are taken again.
        reckoned = (10 * 0.9 + 90 * 0.3) / 120
        self.assert_near(scenario, "as-is", "visitors.success@reports-hang", reckoned, 0.1)
        for variant in ("short-timeout", "bulkhead", "event-loop"):
            self.assert_near(scenario, variant, "visitors.success@reports-hang", 0.9, 0.005)
        # Threads that wait: 10/s for 500 ms. In the bulkhead ten do, and nobody else waits for them.
        self.assert_near(scenario, "short-timeout", "web.utilization@reports-hang", (10 * 0.5 + 100 * 0.002 + 90 * 0.022) / 100, 0.05)
        self.assertLessEqual(self.figure(scenario, "bulkhead", "reporting.in_service.max"), 10)

    def test_who_fails_fast_draws_all_to_it(self):
        scenario = "black-hole"
        # With the fewest connections the nine that are well have one request each or none: those with none and the sick one take turns.
        weights = [1.0]
        for busy in range(9):
            weights.append(weights[-1] * 100 * (9 - busy) / (10 - busy) / (2.5 * (busy + 1)))
        served = sum(busy * 2.5 * weight for busy, weight in enumerate(weights)) / sum(weights) / 100
        self.assert_near(scenario, "least-connections", "shoppers.success@sick", served, 0.05)
        # Of two at random it is one in a fifth of all cases, and the others are hardly ever idle. In turns it has a tenth.
        self.assert_near(scenario, "power-of-two", "shoppers.success@sick", 0.8, 0.01)
        self.assert_near(scenario, "round-robin", "shoppers.success@sick", 0.9, 0.001)
        # Out from 3 min on but for five failures after 30, 60, 90, 120, 150 and 180 s.
        self.assertLessEqual(self.figure(scenario, "ejection", "shop.ejections"), 7)
        self.assert_near(scenario, "ejection", "shoppers.success@sick", 1 - 5 * 5 / 60000, 0.001)

    def test_slow_is_worse_than_down(self):
        scenario = "slow-dependency"
        # 20 a second want ratings and 10 are answered, so that 100 threads wait after 10 s. Then each answer lets five pages in: 50 a
        # second of 100.
        self.assert_near(scenario, "slow", "shoppers.success@trouble", (10 * 100 + 110 * 50) / 12000, 0.03)
        for variant in ("down", "slow-short-timeout"):
            self.assert_near(scenario, variant, "shoppers.success@trouble", 0.8, 0.005)
        self.assertEqual(self.figure(scenario, "slow-without", "shoppers.success@trouble"), 1)
        # Who is refused is refused when the threads and the places to wait are taken; a dead callee fails the shop's callers with the
        # first page that wants it, which comes 1/20 s after it is down.
        self.assertGreater(self.figure(scenario, "slow", "shoppers -> shop.first_failure@trouble"), 9)
        for edge in ("shop -> ratings", "shoppers -> shop"):
            self.assert_near(scenario, "down", f"{edge}.first_failure@trouble", 1 / 20 + 0.02, 0.6)
        self.assertIsNone(self.figure(scenario, "slow-without", "shoppers -> shop.first_failure@trouble"))

    def test_the_zone_that_is_left_needs_room_for_both(self):
        scenario = "zone-lost"
        # 120 a second for 100: one in six finds the accept queue full, whoever sends it.
        for producer in ("eu-shoppers", "us-shoppers"):
            self.assert_near(scenario, "busy", f"{producer}.success@eu-lost", 100 / 120, 0.02)
        self.assert_near(scenario, "half-empty", "checkout-us.utilization@eu-lost", 120 * 0.1 / 15, 0.02)
        self.assert_near(scenario, "messages", "orders.depth.max", 600 * 60, 0.02)
        # 36,000 orders, worked off by what 100/s have to spare beside 60/s.
        self.assert_near(scenario, "messages", "orders.drain_time@eu-lost", 600 * 60 / (100 - 60), 0.05)

    def test_who_is_checked_seldom_is_missed_late(self):
        scenario = "regional-failover"
        # The third failure in a row comes two intervals after the first, and that half of one after the outage begins.
        for variant, interval in (("as-dns", 30), ("as-a-load-balancer", 2), ("tried-again", 2)):
            self.assert_near(scenario, variant, "shoppers -> checkout-eu.detection_time@eu-lost", 2.5 * interval, 0.1)
        # All is lost until then, and nothing after.
        self.assert_near(scenario, "as-dns", "shoppers.success@eu-lost", 1 - 75 / 300, 0.04)
        self.assert_near(scenario, "as-a-load-balancer", "shoppers.success@eu-lost", 1 - 5 / 300, 0.005)
        self.assertEqual(self.figure(scenario, "tried-again", "shoppers.success"), 1)
        # Back only after the third success: two intervals and half of one more than the outage, but for what it took to notice.
        self.assert_near(scenario, "as-dns", "shoppers -> checkout-eu.unhealthy", 300 / 1080, 0.04)

    def test_a_pool_keeps_the_threads_of_others_only_where_nobody_waits_for_it(self):
        scenario = "bulkhead-isolation"
        # 60 threads are given back after 3 s each, and one page in four takes its own for that long: 20 / 25 % = 80 pages a second.
        self.assert_near(scenario, "shared-threads", "visitors.success@search-hangs", 80 / 200, 0.03)
        # Twelve connections for 3 s each: four searches a second, but once 12 at the start and once 40 that search still takes.
        self.assert_near(scenario, "bulkhead", "shop -> search.timeouts", 12 / 3 * 180, 0.03)
        self.assertEqual(self.figure(scenario, "bulkhead", "visitors.success"), 1)
        # Who waits for one of twelve that come back every 3 s holds a thread: four a second are a quarter of all pages.
        self.assert_near(scenario, "patient-bulkhead", "visitors.success@search-hangs", 12 / 3 / 0.25 / 200, 0.2)

    def test_what_waits_in_vain_brings_nothing_back_into_the_cache(self):
        scenario = "cache-stampede"
        # 2 s without a cache, in which all go to the catalogue and fill nothing.
        self.assert_near(scenario, "as-is", "cache.failed", 2 * 400, 0.05)
        self.assertGreater(self.figure(scenario, "as-is", "shoppers.success@before"), 0.99)
        self.assertLess(self.figure(scenario, "as-is", "shoppers.success@recovery"), 0.05)
        self.assertGreater(self.figure(scenario, "as-is", "catalogue.wasted"), 0.95)
        # A line of 100 is served in 100 / 200 s: nobody who gets in waits for a second.
        self.assertGreater(self.figure(scenario, "bounded", "shoppers.success@recovery"), 0.99)
        self.assert_near(scenario, "bounded", "catalogue.latency.p99", 0.5 + 0.1 * 1.6, 0.15)

    def test_a_deploy_takes_what_one_instance_more_gives(self):
        scenario = "rolling-deploy"
        # For 30 s nobody is there; one after the other, three of four serve 150 of 150 a second for two minutes.
        self.assert_near(scenario, "all-at-once", "checkout.refused", 30 * 150, 0.03)
        self.assert_near(scenario, "rolling", "checkout.instances.mean@deploy", 3, 0.002)
        self.assertGreater(self.figure(scenario, "rolling", "checkout.utilization@deploy"), 0.97)
        self.assert_near(scenario, "surge", "checkout.utilization@deploy", 150 * 0.1 / 20, 0.02)
        self.assertEqual(self.figure(scenario, "surge", "shoppers.success"), 1)

    def test_attempts_multiply_through_the_layers(self):
        scenario = "retry-storm"
        # Of 210 s, 30 in which all fails; 50 a second, each tried so often there.
        for variant, attempts in (("every-layer", 27), ("top-only", 3)):
            self.assert_near(scenario, variant, "orders -> stock.attempts", 50 * (180 + 30 * attempts), 0.02)
        for edge in ("shoppers -> shop", "shop -> orders", "orders -> stock"):
            self.assert_near(scenario, "every-layer", f"{edge}.amplification@stock-errs", 3, 0.02)
        # Each layer adds a tenth of what its callers ask, and what it had saved up.
        self.assertLess(self.figure(scenario, "budgets", "orders -> stock.attempts"), 50 * (180 + 30 * 2))
        self.assertGreater(self.figure(scenario, "budgets", "orders -> stock.attempts"), 50 * 210)

    def test_who_waits_in_vain_asks_again_and_who_is_accepted_waits_his_turn(self):
        scenario = "gateway-timeout-against-202"
        # For 5 minutes 6 a second come and 4 are done. What has to wait for 7 s is done for nobody, asked for again, and that
        # is 3 x 2 a second of 4: it stays.
        self.assertLess(self.figure(scenario, "gateway", "clients.success@recovery"), 0.01)
        self.assertIsNone(self.figure(scenario, "gateway", "clients.recovery_time@months-end"))
        self.assert_near(scenario, "accepted-202", "exports.waiting.max", 5 * 60 * (6 - 4), 0.1)
        # The last of them waits for 600 / 4 a second, works for 20 s, and asks every 5 s.
        self.assert_near(scenario, "accepted-202", "clients.latency.p99", 600 / 4 + 20 + 2.5, 0.15)
        self.assertEqual(self.figure(scenario, "accepted-202", "clients.success"), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
