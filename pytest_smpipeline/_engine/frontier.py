"""Which steps of an execution may start, given what has ended so far."""

import heapq
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from pytest_smpipeline._definition.nodes import Graph
from pytest_smpipeline._state.entities import ExecutionState, StepState

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

    ``ready`` holds what could start, the first of the definition first; nobody else changes it.
    """

    __slots__ = ("_graph", "_kept", "_left_out", "_missing", "_order", "ready")

    def __init__(self, graph: Graph, kept: Mapping[str, Iterable[str]] = NOTHING_KEPT, out: Iterable[str] = ()) -> None:
        """Make every step that depends on nothing ready.

        ``kept`` are the steps that succeeded before, in an earlier try or in the source of a selective execution, each with the
        steps of the branch that it did not take: they count as ended from the beginning, and whatever comes after leaves them
        as they are. ``out`` are the steps that take no part at all.
        """
        self._graph = graph
        self._kept = kept
        self._order = graph.order
        self._missing = dict(graph.waiting)
        self._left_out = set(out)
        self.ready = list(graph.first)  # in the order of the definition, and so a heap
        if kept or self._left_out:
            self.ready = [entry for entry in self.ready if entry[1] not in self._left_out and entry[1] not in kept]
            for name, not_taken in kept.items():
                self.end(name, "Succeeded", not_taken)

    def pop(self) -> str:
        """Take out the ready step that comes first in the definition, and return its name."""
        return heapq.heappop(self.ready)[1]

    def put_back(self, step: str) -> None:
        """Make a step ready again that was taken out and could not be started."""
        heapq.heappush(self.ready, (self._order[step], step))

    def end(self, step: str, status: str, not_taken: Iterable[str] = ()) -> None:
        """Take note that a step ended with this status, and that the steps of a branch will not run."""
        for name in not_taken:
            self._leave_out(name)
        for dependent in self._graph.dependents[step]:
            name = dependent.step
            if name in self._left_out:
                continue
            if status not in MEETS[dependent.trigger]:
                self._leave_out(name)
                continue
            missing = self._missing[name] = self._missing[name] - 1
            if not missing and name not in self._kept:
                heapq.heappush(self.ready, (self._order[name], name))

    def _leave_out(self, step: str) -> None:
        pending = [step]
        while pending:
            name = pending.pop()
            if name not in self._left_out and name not in self._kept:
                self._left_out.add(name)
                pending.extend(dependent.step for dependent in self._graph.dependents[name])


def frontier_of(execution: ExecutionState) -> Frontier:
    """Return the frontier of an execution that starts, or starts again.

    What succeeded is kept, whether here or in the source of a selective execution; what was not selected takes no part; all
    else is as if it had not been started.
    """
    definition = execution.version.definition
    if not execution.steps and not execution.selected:
        return Frontier(definition.graph)
    kept = {name: _not_taken(state) for name, state in execution.steps.items() if state.status == "Succeeded" and state.iteration is None}
    taking_part = kept.keys() | set(execution.selected)
    out = [name for name in definition.steps if name not in taking_part] if execution.selected else ()
    return Frontier(definition.graph, kept, out)


def _not_taken(state: StepState) -> tuple[str, ...]:
    """Return the steps of the branch that a condition passed over; those of another step are none."""
    return state.step.else_steps if state.properties.get("Outcome") else state.step.if_steps
