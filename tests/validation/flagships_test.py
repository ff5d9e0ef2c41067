#!/usr/bin/env python3
"""Pins the answers of the flagship scenarios: flagships_test.py SPILLWAY. Each is run as it stands, from outside; its verdicts
and exit status are the answer, and its figures are held to what can be reckoned with a pencil from the same file."""
import json
import pathlib
import subprocess
import sys
import unittest

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "spillway"
SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "scenarios"


def answer_of(name):
    """Runs a scenario; returns its exit status and its variants."""
    done = subprocess.run([PROGRAM, "run", SCENARIOS / name, "--json"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=300)
    if done.returncode not in (0, 1):
        raise AssertionError(f"{name}: exit status {done.returncode}\n{done.stderr}")
    return done.returncode, json.loads(done.stdout)["variants"]


class PaymentOutage(unittest.TestCase):
    """The provider hangs for 180 s while 120 payments a second come; 64 slots then work off what has piled up."""
    RATE, HANG, MEASURED, SLOTS, WORK = 120, 180, 1080, 64, 0.025

    @classmethod
    def setUpClass(cls):
        cls.status, cls.variants = answer_of("payment-outage.yaml")

    def figure(self, variant, name):
        return self.variants[variant]["metrics"][name]["mean"]

    def assert_near(self, variant, name, reckoned, share=0.01):
        figure = self.figure(variant, name)
        self.assertLessEqual(abs(figure - reckoned), share * reckoned, f"{variant} {name}: {figure}, reckoned {reckoned}")

    def test_a_queue_keeps_checkout_available_and_nothing_else_does(self):
        verdicts = {variant: {name: told["verdict"] for name, told in said["objectives"].items()}
                    for variant, said in self.variants.items()}
        self.assertEqual(verdicts, {
            "sync": {"available": "missed", "quick": "missed", "done": "missed"},
            "async": {"available": "met", "quick": "met", "done": "met"},
            "fail-fast": {"available": "missed", "quick": "missed", "done": "missed"}})
        self.assertEqual(self.status, 1, "sync misses")
        for variant, said in self.variants.items():
            self.assertEqual(said["replications"], 30, variant)

    def test_callers_fail_until_the_provider_has_worked_off_what_nobody_waits_for(self):
        # What timed out goes on waiting at the provider. Until what is before a new request takes less than the timeout, all fail.
        capacity = self.SLOTS / self.WORK
        for variant, attempts, timeout in (("sync", 1.1, 1.0), ("fail-fast", 1.0, 0.3)):  # a budget of 10 % for retries
            backlog = self.RATE * self.HANG * attempts
            after = (backlog - timeout * capacity) / (capacity - self.RATE)
            success = 1 - (self.HANG + after) / self.MEASURED
            self.assertLessEqual(abs(self.figure(variant, "shoppers.success") - success), 0.002, variant)
            self.assertEqual(self.figure(variant, "shoppers.success@provider-hangs"), 0, variant)
            self.assert_near(variant, "payments.waiting.max", backlog)

    def test_with_the_queue_all_are_answered_at_once_and_paid_when_the_provider_is_back(self):
        self.assertEqual(self.figure("async", "shoppers.success"), 1)
        self.assertEqual(self.figure("async", "shoppers.completed"), 1)
        # The p99 of checkout's work, 20 ms, and four ways of 0.5 ms: to checkout, to the queue, and back.
        self.assert_near("async", "shoppers.latency.p99", 0.020 + 4 * 0.0005)
        # Each worker gives one call up a second. When the provider is back, what nobody waits for is done first.
        capacity = self.SLOTS / self.WORK
        given_up = self.SLOTS * (self.HANG - 2)
        before = given_up / capacity
        self.assert_near("async", "payments.waiting.max", given_up)
        depth = self.RATE * (self.HANG + before)
        self.assert_near("async", "payments-requests.depth.max", depth)
        # A worker's message takes it the work, the way to the provider and back, and that to the queue and back.
        workers = self.SLOTS / (self.WORK + 4 * 0.0005)
        self.assert_near("async", "payments-requests.drain_time@provider-hangs", before + depth / (workers - self.RATE), 0.02)
        # One per cent of all is what was born in the first seconds of the hang, and waited longest.
        first = 0.01 * self.MEASURED
        self.assert_near("async", "shoppers.completion.p99", self.HANG - first + before + self.RATE * first / workers)
        ledger = self.variants["async"]["ledger"]["payments-requests"]
        self.assertEqual(ledger["acknowledged"], ledger["sent"])


class ReadModelLag(unittest.TestCase):
    """A sale brings 213.7 changes a second for four minutes; a projector shows 111 of them."""
    USUAL, SALE, LASTS, RAMP = 60 + 3.67, 210 + 3.67, 240, 5  # with what 40 sellers change, each every 10.9 s
    CAPACITY = 1 / (0.007 + 2 * 0.0005 + 0.001)  # work, the way to the read model and back, and its time to apply

    @classmethod
    def setUpClass(cls):
        cls.status, cls.variants = answer_of("read-model-lag.yaml")

    def figure(self, variant, name):
        return self.variants[variant]["metrics"][name]["mean"]

    def assert_near(self, variant, name, reckoned, share=0.02):
        figure = self.figure(variant, name)
        self.assertLessEqual(abs(figure - reckoned), share * reckoned, f"{variant} {name}: {figure}, reckoned {reckoned}")

    def test_one_projector_is_enough_as_a_rule_two_in_the_sale_and_three_where_few_pages_may_be_stale(self):
        verdicts = {variant: {name for name, told in said["objectives"].items() if told["verdict"] == "missed"}
                    for variant, said in self.variants.items()}
        self.assertEqual(verdicts, {
            "one-projector": {"fresh-in-the-sale", "seldom-stale", "sellers-see-theirs"},
            "two-projectors": {"seldom-stale"},
            "three-projectors": set()})
        for variant, said in self.variants.items():
            self.assertEqual({told["verdict"] for told in said["objectives"].values()} - {"met", "missed"}, set(), variant)
        self.assertEqual(self.status, 0, "what is missed is expected to be")

    def test_one_projector_falls_behind_by_what_it_has_no_capacity_for(self):
        excess, spare = self.SALE - self.CAPACITY, self.CAPACITY - self.USUAL
        # While the rate rises and falls by its ramps, it passes the capacity.
        passing = self.RAMP * excess / (self.SALE - self.USUAL)
        ramp = passing * excess / 2
        depth = (self.LASTS - self.RAMP) * excess + 2 * ramp
        self.assert_near("one-projector", "changes.depth.max", depth)
        self.assert_near("one-projector", "pages.staleness.max", depth / self.CAPACITY)
        drained = self.RAMP + (depth - (self.RAMP - passing) * spare / 2) / spare
        self.assert_near("one-projector", "changes.drain_time@sale", drained, 0.03)
        # Sellers see what they wrote a second ago until the backlog takes longer than that.
        rising = (self.SALE - self.USUAL) / self.RAMP
        late = self.RAMP - passing + (2 * self.CAPACITY / rising) ** 0.5
        seen = self.figure("one-projector", "pages.read_your_writes@sale")
        self.assertLessEqual(abs(seen - late / self.LASTS), 0.01)

    def test_with_enough_projectors_a_change_is_shown_when_it_has_been_handled(self):
        # Answer, send and delivery take 0.5 ms each, then it is worked on and applied.
        handled = 3 * 0.0005 + 0.007 + 0.0005 + 0.001
        mean = self.figure("three-projectors", "pages.staleness.mean@before")
        self.assertGreaterEqual(mean, handled * 0.99)
        self.assertLessEqual(mean, handled * 1.1, "waiting for each other is the rest")
        for variant in self.variants:
            self.assertEqual(self.figure(variant, "products.staleness.max"), 0, variant)
            ledger = self.variants[variant]["ledger"]["changes"]
            self.assertEqual(ledger["acknowledged"], ledger["sent"], variant)


if __name__ == "__main__":
    unittest.main()
