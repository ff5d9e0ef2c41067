#!/usr/bin/env python3
"""Pins the answers of scenarios/capacity: capacity_test.py SPILLWAY. Each is run as it stands, from outside; its verdicts and exit
status are the answer, and its figures are held to what can be reckoned with a pencil from the same file."""
import unittest

from answers import Answers


class Capacity(Answers):
    FOLDER = "capacity"
    WHOLE_FOLDER = True
    MISSED = {
        "flattening": {"called": ["flat"], "queued": []},
        "scale-on-backlog": {"fixed": ["caught-up", "in-time"], "target-tracking": [], "lambda": []},
    }

    def test_a_queue_makes_the_busiest_second_as_busy_as_its_workers(self):
        scenario = "flattening"
        self.assertGreater(self.figure(scenario, "called", "stock.arrivals.peak"), 400)  # of 60 seconds with 400 on average
        self.assertEqual(self.figure(scenario, "queued", "stock.arrivals.peak"), 80)  # eight workers, a call of 100 ms at a time
        waits = 60 * (400 - 80)
        self.assert_near(scenario, "queued", "stock-requests.depth.max", waits, 0.02)
        self.assert_near(scenario, "queued", "stock-requests.drain_time@rush", waits / (80 - 40), 0.05)
        self.assert_near(scenario, "queued", "shoppers.completion.max", waits / 80, 0.03)  # who came at the end of the rush

    def test_a_fixed_fleet_works_off_the_rush_for_twice_as_long_as_it_lasts(self):
        scenario, waits = "scale-on-backlog", 600 * (200 - 80)
        self.assert_near(scenario, "fixed", "orders.depth.max", waits, 0.02)
        self.assert_near(scenario, "fixed", "orders.drain_time@rush", waits / (80 - 20), 0.04)
        self.assert_near(scenario, "fixed", "workers.cost", 8 * 0.10 * 50 / 60, 1e-9)

    def test_target_tracking_comes_a_look_and_a_start_late(self):
        # It looks a minute after the rush has begun, sees 9600 messages, and wants 32 instances, of which there may be 30; they
        # have started 2 min later. Meanwhile four do 40 a second of 200, and who came last of those that are done then had come
        # when 40 x 180 had.
        scenario, late = "scale-on-backlog", 60 + 120
        self.assert_near(scenario, "target-tracking", "orders.depth.max", late * (200 - 40), 0.03)
        self.assert_near(scenario, "target-tracking", "orders.age.max", late - late * 40 / 200, 0.03)
        self.assertEqual(self.figure(scenario, "target-tracking", "workers.instances.max"), 30)

    def test_pollers_come_five_a_second_from_the_first_second_on(self):
        # From as many as the base load keeps busy, 20, to 200: the backlog is the triangle between.
        scenario = "scale-on-backlog"
        self.assert_near(scenario, "lambda", "orders.depth.max", (200 - 20) ** 2 / (2 * 5), 0.15)
        self.assertGreater(self.figure(scenario, "lambda", "workers.cost"), self.figure(scenario, "target-tracking", "workers.cost"))
        # A function is paid by the second of its work, one for each message, and by the message.
        messages = 20 * 3000 + 180 * 600
        self.assert_near(scenario, "lambda", "workers.cost", messages * (0.03 / 3600 + 0.20 / 1e6), 0.02)


if __name__ == "__main__":
    unittest.main()
