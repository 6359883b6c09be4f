"""The wall clock: the only place that reads the real time."""

from time import time_ns

from pytest_smpipeline.values import Instant


def wall_clock() -> Instant:
    """Return the real time."""
    return time_ns() // 1_000_000
