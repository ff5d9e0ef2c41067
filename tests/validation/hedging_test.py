#!/usr/bin/env python3
"""Pins the answers of scenarios/failures about hedged requests: hedging_test.py SPILLWAY. It is run as it stands, from outside; its
verdicts and exit status are the answer, and its figures are held to what can be reckoned with a pencil from the same file."""
import math
import unittest

from answers import Answers


def slower(seconds):
    """Share of reads that take longer, on a slot of their own."""
    return (0.98 * math.exp(-seconds / 0.008) if seconds >= 0 else 0.98) + (0.02 if seconds < 0.5 else 0)


def where(falls, value, high):
    """Where a function that falls from 0 on has this value."""
    low = 0.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if falls(middle) > value else (low, middle)
    return low


class Hedging(Answers):
    FOLDER = "failures"
    MISSED = {"hedged-requests": {"asked-once": ["quick"], "asked-again-when-late": [], "asked-twice": ["quick"]}}

    def test_a_second_request_for_the_slowest_twentieth_takes_the_tail_away(self):
        # The slow fiftieth is beyond the 99th percentile; asked again, both have to be slow.
        self.assert_near("hedged-requests", "asked-once", "page.latency.p99", 0.5, 0.01)
        late = where(slower, 0.05, 0.1)
        p99 = where(lambda t: slower(t) * (slower(t - late) if t > late else 1), 0.01, 0.4)
        self.assert_near("hedged-requests", "asked-again-when-late", "page.latency.p99", p99, 0.05)
        hedges = self.figure("hedged-requests", "asked-again-when-late", "page -> catalogue.hedges")
        # A twentieth, and some more for the chance in what a thousand answers tell.
        self.assertLessEqual(abs(hedges / (400 * 270) - 0.05), 0.1 * 0.05)
        # Who comes second is told, so half a second is hardly ever worked to its end.
        self.assertLess(self.figure("hedged-requests", "asked-again-when-late", "catalogue.utilization"),
                        0.6 * self.figure("hedged-requests", "asked-once", "catalogue.utilization"))

    def test_two_requests_at_once_are_twice_the_work_and_too_much(self):
        work = 0.98 * 0.008 + 0.02 * 0.5
        self.assert_near("hedged-requests", "asked-once", "catalogue.utilization", 400 * work / 12, 0.02)
        self.assertGreater(2 * 400 * work, 12, "or it would fit")
        self.assertGreater(self.figure("hedged-requests", "asked-twice", "catalogue.utilization"), 0.999)
        self.assertGreater(self.figure("hedged-requests", "asked-twice", "page.latency.p50"), 1)


if __name__ == "__main__":
    unittest.main()
