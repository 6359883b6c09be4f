"""What an execution keeps in memory while its test runs, and what activations leave behind when it is over."""

import gc
import tracemalloc
from collections.abc import Callable

from benchmarks.contenders import activated, describe, kept_client, start
from benchmarks.definitions import five_steps, one_step
from benchmarks.effort import Effort
from benchmarks.timing import Measurement, summary


def kibibytes_per_execution(effort: Effort) -> Measurement:
    """Return what one finished execution of five steps holds, its records and the record of its call included."""
    number = effort.calls * 8
    with activated(five_steps()) as smp:
        client = kept_client("ours")
        start(client)
        records: list[object] = []

        def grow() -> None:
            for _ in range(number):
                start(client)
            records.extend((run, dict(run.steps)) for run in smp.executions)

        return summary([_traced(grow) / number / 1024])


def bytes_left_per_activation(effort: Effort) -> Measurement:
    """Return by how many bytes the memory in use grows with each activation that has ended.

    As many go before, uncounted but traced: the interpreter keeps spare frames and methods, which are not there from the start.
    """
    return summary([_traced(lambda: _activate(effort.activations), first=lambda: _activate(effort.activations)) / effort.activations])


def objects_left_per_activation(effort: Effort) -> Measurement:
    """Return by how many objects the collector's count grows with each activation that has ended, after a few uncounted ones."""
    _activate(3)
    before = _objects()
    _activate(effort.activations)
    return summary([(_objects() - before) / effort.activations])


def _activate(times: int) -> None:
    client = kept_client("ours")
    for _ in range(times):
        with activated(one_step()):
            describe(start(client))(client)


def _objects() -> int:
    gc.collect()
    return len(gc.get_objects())


def _traced(action: Callable[[], object], first: Callable[[], object] = lambda: None) -> int:
    """Return by how many bytes an action makes the memory in use grow, done after another that may grow what it likes."""
    tracemalloc.start()
    try:
        first()
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        action()
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before
