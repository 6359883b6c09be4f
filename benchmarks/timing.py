"""The stopwatch: CPU time of this process, paired and interleaved, and the median of the pairs' ratios.

What another process does to the machine meets both sides of a pair alike, and the CPU clock leaves out the time in which it had
the core. The collector of garbage runs between rounds and not in them, as for ``timeit``: which side it would strike is chance.
"""

import gc
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Final, TypeAlias

Timed: TypeAlias = Callable[[int], float]
"""Does something this many times and returns the CPU seconds that it took, without those of its preparation."""

_RESOLUTION: Final = time.get_clock_info("process_time").resolution


@dataclass(frozen=True, slots=True)
class Measurement:
    """The median of some values and the quartiles around it."""

    median: float
    low: float
    high: float


def summary(values: Sequence[float]) -> Measurement:
    """Return the median and the quartiles of at least one value."""
    low, _, high = quantiles(values, n=4, method="inclusive") if len(values) > 1 else (values[0],) * 3
    return Measurement(median(values), low, high)


def cpu_seconds(action: Callable[[], object], times: int) -> float:
    """Return the CPU seconds that an action takes when it is done this many times; never zero."""
    began = time.process_time()
    for _ in range(times):
        action()
    return max(time.process_time() - began, _RESOLUTION)


def repeated(action: Callable[[], object]) -> Timed:
    """Return an action that needs no preparation as one side of a pair."""
    return lambda times: cpu_seconds(action, times)


def ratio(above: Timed, below: Timed, rounds: int, calls: int) -> Measurement:
    """Return how many times as long as ``below`` a call of ``above`` takes; the two take turns in going first."""
    above(1)
    below(1)
    values: list[float] = []
    for number in range(rounds):
        with undisturbed():
            if number % 2:
                divisor = below(calls)
                values.append(above(calls) / divisor)
            else:
                dividend = above(calls)
                values.append(dividend / below(calls))
    return summary(values)


@contextmanager
def undisturbed() -> Generator[None]:
    """Collect garbage now and not meanwhile."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
