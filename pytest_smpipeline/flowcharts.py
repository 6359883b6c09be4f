"""What there is to draw of a pipeline or of one execution: its steps, who follows whom, and how each stands.

Two things are drawn from it: the text of a Mermaid flowchart and the picture in the HTML report. A dependency that follows from
others is left out: where B follows A and C follows both, the arrow from A to C says nothing new.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Final, Literal, TypeAlias

from pytest_smpipeline._definition.nodes import Definition, Dependency, Graph, Step, Trigger
from pytest_smpipeline._state.entities import ExecutionState, StepState
from pytest_smpipeline._state.transitions import ACTIVE

Standing: TypeAlias = Literal["defined", "succeeded", "failed", "stopped", "running", "idle"]
"""How a step stands; ``defined`` where nothing is executed, ``idle`` where it was not started."""

MARKS: Final[Mapping[Standing, str]] = {
    "defined": "",
    "succeeded": "✓",
    "failed": "✗",
    "stopped": "■",
    "running": "►",
    "idle": "○",
}
"""A mark for each, so that nobody needs colours to tell them apart."""

_STANDINGS: Final[Mapping[str, Standing]] = {
    "Succeeded": "succeeded",
    "Failed": "failed",
    "CompletedWithFailures": "failed",
    "Stopped": "stopped",
}
_WORST_FIRST: Final[tuple[Standing, ...]] = ("failed", "running", "stopped", "succeeded")
_LABELS: Final[Mapping[Trigger, str]] = {"Completed": "", "Failed": "on Failed", "Stopped": "on Stopped", "Any": "on any end"}


@dataclass(frozen=True, slots=True)
class Node:
    """A step: ``words`` say how it stands; ``within`` is the place of the ForEach step to whose body it belongs."""

    name: str
    type: str
    standing: Standing = "defined"
    words: str = ""
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow between the nodes at two places; ``taken`` is False where one of them was not started."""

    source: int
    target: int
    label: str = ""
    taken: bool = True


@dataclass(frozen=True, slots=True)
class Flowchart:
    """Nodes in the order of the definition, the body of a ForEach step right after it, and the arrows between them."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


_Look: TypeAlias = Callable[[Step, Step | None], tuple[Standing, str]]
"""How a step stands and the words for it; the second step is the ForEach step around it."""


def defined_flowchart(title: str, definition: Definition) -> Flowchart:
    """Return the flowchart of a definition that nothing is executed of."""
    return _flowchart(title, definition, lambda _step, _around: ("defined", ""))


def executed_flowchart(execution: ExecutionState) -> Flowchart:
    """Return the flowchart of an execution, as it stands; what was not started is ``idle``."""
    title = f"{execution.pipeline.name}/{execution.id} {execution.status}"
    children: dict[tuple[str, str], list[StepState]] = {}
    for state in execution.steps.values():
        if state.iteration is not None:
            children.setdefault((state.iteration.parent, state.iteration.body_step), []).append(state)

    def look(step: Step, around: Step | None) -> tuple[Standing, str]:
        if around is not None and (repeated := children.get((around.name, step.name))):
            return _repeated(repeated)
        if around is None and step.name in execution.steps:
            state = execution.steps[step.name]
            return standing_of(state.status), _words(state)
        return "idle", _absence(execution, step if around is None else around)

    return _flowchart(title, execution.version.definition, look)


def standing_of(status: str) -> Standing:
    """Return how a step or an execution of this status stands."""
    return _STANDINGS.get(status, "running")


def _flowchart(title: str, definition: Definition, look: _Look) -> Flowchart:
    nodes: list[Node] = []
    edges: list[Edge] = []

    def draw(steps: Iterable[Step], graph: Graph, around: Step | None, within: int | None) -> None:
        places: dict[str, int] = {}
        drawn = {step.name: step for step in steps}
        for step in drawn.values():
            places[step.name] = len(nodes)
            nodes.append(Node(step.name, step.type, *look(step, around), within))
            if step.iteration is not None:
                draw(step.iteration.body, step.iteration.graph, step, places[step.name])
        for name, dependencies in _telling(drawn, graph).items():
            for dependency in dependencies:
                ends = places[dependency.step], places[name]
                taken = all(nodes[place].standing != "idle" for place in ends)
                edges.append(Edge(*ends, _label(drawn[name], dependency), taken))

    draw(definition.steps.values(), definition.graph, None, None)
    return Flowchart(title, tuple(nodes), tuple(edges))


def _telling(steps: Mapping[str, Step], graph: Graph) -> dict[str, list[Dependency]]:
    """Return of each step the dependencies that do not follow from others."""
    before: dict[str, set[str]] = {}
    follows = {name: [other.step for other in graph.dependencies[name] if other.trigger == "Completed"] for name in steps}
    for name in TopologicalSorter(follows).static_order():
        before[name] = set(follows[name]).union(*(before[other] for other in follows[name]))

    def tells(step: Step, dependency: Dependency) -> bool:
        if dependency.trigger != "Completed":
            return True
        if dependency.step == step.parent:
            return not any(_is_in_branch(steps[other.step], step, steps) for other in graph.dependencies[step.name])
        return not any(dependency.step in before[other] for other in follows[step.name])

    return {name: [other for other in graph.dependencies[name] if tells(step, other)] for name, step in steps.items()}


def _is_in_branch(step: Step, other: Step, steps: Mapping[str, Step]) -> bool:
    """Return whether a step stands in the branch that the other one stands in, or in a branch within it."""
    while step.parent is not None:
        if (step.parent, step.branch) == (other.parent, other.branch):
            return True
        step = steps[step.parent]
    return False


def _label(step: Step, dependency: Dependency) -> str:
    words = [step.branch or "" if dependency.step == step.parent else "", _LABELS[dependency.trigger]]
    return ", ".join(word for word in words if word)


def _words(state: StepState) -> str:
    more = [f"{state.attempts} attempts"] if state.attempts > 1 else []
    if state.cache_source is not None:
        more.append("from cache")
    if state.selective_source is not None:
        more.append("reused")
    return ", ".join([state.status, *more])


def _repeated(states: list[StepState]) -> tuple[Standing, str]:
    standings = [standing_of(state.status) for state in states]
    worst: Standing = next(standing for standing in _WORST_FIRST if standing in standings)
    word = next(state.status for state, standing in zip(states, standings, strict=True) if standing == worst)
    return worst, f"{standings.count(worst)} of {len(states)} {word}"


def _absence(execution: ExecutionState, step: Step) -> str:
    if execution.selected and step.name not in execution.selected:
        return "not selected"
    steps = execution.version.definition.steps
    inner: Step | None = step
    while inner is not None and inner.parent is not None:
        gate = execution.steps.get(inner.parent)
        outcome = None if gate is None else gate.properties.get("Outcome")
        if outcome is not None and bool(outcome) != (inner.branch == "if"):
            return "branch not taken"
        inner = steps.get(inner.parent)
    return "not run yet" if execution.status in ACTIVE else "not run"
