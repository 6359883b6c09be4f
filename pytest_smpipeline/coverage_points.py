"""From executions to coverage: the points that a definition has, and those that an execution exercised."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from pytest_smpipeline._definition.expressions import Deferred, Structure
from pytest_smpipeline._definition.nodes import Definition, Parameter, RetryPolicy, Step
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._state.entities import ExecutionState, StepState
from pytest_smpipeline.flowcharts import Flowchart, defined_flowchart
from pytest_smpipeline.pipeline_coverage import Coverage, PipelineCoverage, Point

_DECIDING_THEMSELVES = frozenset({"Condition", "Fail", "ForEach"})
"""The step types that come out as the definition says: that one of them fails is nothing that a test has to exercise apart."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a definition's text comes to, worked out once."""

    points: tuple[Point, ...]
    digest: str
    chart: Flowchart


class Collector:
    """Collects what emulations exercised, for as long as a process lives."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._pipelines: dict[tuple[str, str], PipelineCoverage] = {}
        self._added: set[str] = set()
        self._plans: dict[str, _Plan] = {}

    @property
    def coverage(self) -> Coverage:
        """What was collected so far."""
        return Coverage(dict(self._pipelines), frozenset(self._added))

    def collect(self, executions: Iterable[ExecutionState], added: Iterable[str], test: str) -> None:
        """Take in the executions of one emulation, the names of its pipelines, and the id of the test that it served."""
        self._added.update(added)
        for execution in executions:
            name, plan = execution.pipeline.name, self._plan(execution)
            key = (name, plan.digest)
            seen = self._pipelines.get(key) or PipelineCoverage(name, plan.digest, plan.points, chart=plan.chart)
            self._pipelines[key] = seen.with_hits(hits_of(execution), 1, test)

    def _plan(self, execution: ExecutionState) -> _Plan:
        text = execution.version.text
        if text not in self._plans:
            definition = execution.version.definition
            points = points_of(definition)
            self._plans[text] = _Plan(points, _digest(definition, points), defined_flowchart("", definition))
        return self._plans[text]


def points_of(definition: Definition) -> tuple[Point, ...]:
    """Return what tests may exercise of a definition: its parameters', then each step's, in the order of the document."""
    found = [point for parameter in definition.parameters.values() for point in _parameter_points(parameter)]
    for step in _all_steps(definition):
        found.extend(_step_points(step))
    return tuple(dict.fromkeys(found))


def hits_of(execution: ExecutionState) -> Counter[Point]:
    """Return what one execution exercised, as it stands, and how often.

    A step that a selective execution reuses did not run in it, nor did one that found its result in the cache.
    """
    hits: Counter[Point] = Counter()
    for name, parameter in execution.version.definition.parameters.items():
        value = execution.parameters[name]
        hits[Point("default" if value == parameter.default else "other value", name)] += 1
        hits[Point("enum value", name, str(value))] += 1
    for state in execution.steps.values():
        if state.selective_source is None:
            hits.update(_step_hits(state))
    return hits


def _digest(definition: Definition, points: tuple[Point, ...]) -> str:
    """Return what tells definitions of one name apart: their points, who waits for whom, and the conditions.

    The Arguments of jobs are left out: a definition that the SDK writes anew names another place in S3 each time.
    """
    steps = [(step.name, step.type, step.parent, step.branch, step.conditions) for step in _all_steps(definition)]
    parameters = [(parameter.name, parameter.type) for parameter in definition.parameters.values()]
    bodies = [step.iteration.graph for step in definition.steps.values() if step.iteration is not None]
    waiting = [sorted((name, *map(repr, needed)) for name, needed in graph.dependencies.items()) for graph in (definition.graph, *bodies)]
    return sha256(repr((parameters, points, steps, waiting)).encode()).hexdigest()


def _all_steps(definition: Definition) -> Iterator[Step]:
    for step in definition.steps.values():
        yield step
        if step.iteration is not None:
            yield from step.iteration.body


def _parameter_points(parameter: Parameter) -> Iterator[Point]:
    if parameter.has_default:
        yield Point("other value", parameter.name)
        yield Point("default", parameter.name)
    for value in parameter.enum_values:
        yield Point("enum value", parameter.name, value)


def _step_points(step: Step) -> Iterator[Point]:
    yield Point("step", step.name, step.type)
    if step.type == "Condition":
        yield Point("branch", step.name, "if")
        yield Point("branch", step.name, "else")
    if step.type not in _DECIDING_THEMSELVES:
        yield Point("failure", step.name)
    for policy in step.retry_policies:
        if _retries(policy):
            yield _retry_point(step.name, policy)
    if step.cache is not None and step.cache.enabled and STEP_TYPES[step.type].cached_by is not None:
        yield Point("cache", step.name)
    # A list that is written out always has the same length.
    if step.iteration is not None and isinstance(step.iteration.items, Deferred) and not isinstance(step.iteration.items, Structure):
        yield Point("no items", step.name)
        yield Point("several items", step.name)


def _step_hits(state: StepState) -> Iterator[Point]:
    name = state.iteration.body_step if state.iteration is not None else state.step.name
    if state.cache_source is not None:
        yield Point("cache", name)
    if state.cache_source is None or state.attempts > 1:
        yield Point("step", name, state.step.type)
    if "Outcome" in state.properties and state.step.type == "Condition":
        yield Point("branch", name, "if" if state.properties["Outcome"] else "else")
    failures = len(state.repeated_for) + [*state.earlier, state.status].count("Failed")
    yield from [Point("failure", name)] * failures
    for exception_type in state.repeated_for:
        policy = next((policy for policy in state.step.retry_policies if exception_type in policy.exception_types), None)
        if policy is not None:
            yield _retry_point(name, policy)
    items = state.metadata.get("ForEach", {}).get("InputItemCount", 1)
    if items != 1:
        yield Point("several items" if items else "no items", name)


def _retries(policy: RetryPolicy) -> bool:
    """Return whether a policy lets anything be repeated: one with a limit of 0 forbids it."""
    return bool(policy.max_attempts or policy.expire_after_min)


def _retry_point(step: str, policy: RetryPolicy) -> Point:
    return Point("retry", step, " or ".join(policy.exception_types))
