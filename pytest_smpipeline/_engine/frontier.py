"""Which steps of an execution may start, given what has ended so far."""

import heapq
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from pytest_smpipeline._definition.nodes import Graph

# What a dependency waits for: the statuses that let the dependent step run.
MEETS: Final[Mapping[str, frozenset[str]]] = {
    "Completed": frozenset({"Succeeded"}),
    "Failed": frozenset({"Failed"}),
    "Stopped": frozenset({"Stopped"}),
    "Any": frozenset({"Succeeded", "Failed", "Stopped"}),
}

NOTHING_KEPT: Final[Mapping[str, Iterable[str]]] = MappingProxyType({})


class Frontier:
    """The edge between the steps that have been started and those that can't be yet.

    A step becomes ready when all it depends on has ended as required. One whose dependency ended otherwise, or lies in a
    branch that was not taken, is left out for good, and so is all that depends on it.
    """

    __slots__ = ("_graph", "_kept", "_left_out", "_missing", "_order", "_ready")

    def __init__(self, graph: Graph, kept: Mapping[str, Iterable[str]] = NOTHING_KEPT) -> None:
        """Make every step that depends on nothing ready.

        ``kept`` are the steps that succeeded before a retry, each with the steps of the branch that it did not take: they
        count as ended from the beginning, and whatever comes after leaves them as they are.
        """
        self._graph = graph
        self._kept = kept
        self._order = graph.order
        self._missing = {name: len(needed) for name, needed in graph.dependencies.items()}
        self._ready = [(self._order[name], name) for name, missing in self._missing.items() if not missing and name not in kept]
        heapq.heapify(self._ready)
        self._left_out: set[str] = set()
        for name, not_taken in kept.items():
            self.end(name, "Succeeded", not_taken)

    @property
    def ready(self) -> bool:
        """Whether a step could start."""
        return bool(self._ready)

    def pop(self) -> str:
        """Take out the ready step that comes first in the definition, and return its name."""
        return heapq.heappop(self._ready)[1]

    def put_back(self, step: str) -> None:
        """Make a step ready again that was taken out and could not be started."""
        heapq.heappush(self._ready, (self._order[step], step))

    def end(self, step: str, status: str, not_taken: Iterable[str] = ()) -> None:
        """Take note that a step ended with this status, and that the steps of a branch will not run."""
        for name in not_taken:
            self._leave_out(name)
        for dependent in self._graph.dependents[step]:
            if dependent.step in self._left_out:
                continue
            if status in MEETS[dependent.trigger]:
                self._meet(dependent.step)
            else:
                self._leave_out(dependent.step)

    def _meet(self, step: str) -> None:
        self._missing[step] -= 1
        if not self._missing[step] and step not in self._kept:
            heapq.heappush(self._ready, (self._order[step], step))

    def _leave_out(self, step: str) -> None:
        pending = [step]
        while pending:
            name = pending.pop()
            if name not in self._left_out and name not in self._kept:
                self._left_out.add(name)
                pending.extend(dependent.step for dependent in self._graph.dependents[name])
