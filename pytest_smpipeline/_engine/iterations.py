"""The iterations of a ForEach step: the steps of its body, once for each item."""

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from pytest_smpipeline._definition.nodes import Iteration, Step
from pytest_smpipeline._engine.frontier import Frontier
from pytest_smpipeline.values import Json

Place: TypeAlias = tuple[int, str]
"""Where a step of a body stands: the index of the iteration, and the step's name in the definition."""


class Iterations:
    """All iterations of one ForEach step: each has the steps of the body, and together they share a limit.

    ``counts`` are the ended steps by status.
    """

    __slots__ = ("_frontiers", "_queue", "_running", "counts", "items", "node")

    def __init__(self, node: Iteration, items: Sequence[Json], kept: Iterable[Place] = ()) -> None:
        """Make the first steps of every iteration ready, but for the ``kept`` ones, which succeeded before a retry."""
        self.node = node
        self.items = items
        names: list[dict[str, tuple[str, ...]]] = [{} for _ in items]
        for index, name in kept:
            if index < len(items):
                names[index][name] = ()
        self._frontiers = [Frontier(node.graph, finished) for finished in names]
        self._queue = [index for index, frontier in enumerate(self._frontiers) if frontier.ready]
        self._running = 0
        self.counts = Counter({"Succeeded": sum(map(len, names))})

    @property
    def ready(self) -> bool:
        """Whether a step could start."""
        return bool(self._queue) and self._running < self.node.max_concurrency

    @property
    def running(self) -> bool:
        """Whether a step of an iteration runs."""
        return self._running > 0

    @property
    def ended(self) -> bool:
        """Whether nothing runs and nothing can start any more."""
        return not self._queue and not self._running

    @property
    def total(self) -> int:
        """How many steps the iterations have, the body's for each item."""
        return len(self.items) * len(self.node.body)

    def pop(self) -> Place:
        """Take out the step whose turn it is: in the earliest iteration, the first of the definition."""
        index = self._queue[0]
        frontier = self._frontiers[index]
        name = frontier.pop()
        if not frontier.ready:
            heapq.heappop(self._queue)
        self._running += 1
        return index, name

    def step(self, place: Place) -> Step:
        """Return a step of a body under the name that it is listed with."""
        index, name = place
        return next(replace(step, name=child_name(name, index), origin=step) for step in self.node.body if step.name == name)

    def put_back(self, place: Place) -> None:
        """Make a step ready again that was taken out and could not be started."""
        self._running -= 1
        index, name = place
        if not self._frontiers[index].ready:
            heapq.heappush(self._queue, index)
        self._frontiers[index].put_back(name)

    def end(self, place: Place, status: str) -> None:
        """Take note that a step ended with this status."""
        self._running -= 1
        self.counts[status] += 1
        index, name = place
        frontier = self._frontiers[index]
        was_ready = bool(frontier.ready)
        frontier.end(name, status)
        if frontier.ready and not was_ready:
            heapq.heappush(self._queue, index)


def child_name(body_step: str, index: int) -> str:
    """Return the name under which a step of a ForEach body is listed, as ``Body-0``."""
    return f"{body_step}-{index}"
