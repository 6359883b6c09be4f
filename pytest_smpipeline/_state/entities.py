"""What the service keeps: pipelines, their versions, executions and their steps."""

from bisect import insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, Protocol, TypeAlias

from pytest_smpipeline._definition.nodes import Definition, ParameterValue, Step
from pytest_smpipeline._state.results import Results
from pytest_smpipeline._state.transitions import EXECUTION, STEP, changed
from pytest_smpipeline.values import Instant, Json, JsonObject

Metadata: TypeAlias = dict[str, JsonObject]
"""What a step made, by the kind of thing: ``{"TrainingJob": {"Arn": ...}}``; empty when nothing was made."""


class Making(Protocol):
    """What a step makes, worked out when somebody looks: most steps run and nobody does."""

    def metadata(self) -> Metadata:
        """Return what ListPipelineExecutionSteps shows."""
        ...

    def properties(self) -> JsonObject:
        """Return what later steps may refer to."""
        ...


Shown: TypeAlias = Metadata | Making
"""What ListPipelineExecutionSteps shows, or what works it out."""

Described: TypeAlias = JsonObject | Making
"""What later steps may refer to, or what works it out."""

_NOTHING: Final[JsonObject] = {}
"""What a step has that has only been started; nobody writes into it, and all of them share it."""


@dataclass(frozen=True, slots=True)
class IterationContext:
    """Which iteration of a ForEach step a step of its body belongs to; ``index`` counts from 0."""

    parent: str
    body_step: str
    index: int
    item: Json

    @property
    def place(self) -> tuple[int, str]:
        """Where the step stands: the index, and its name in the definition."""
        return self.index, self.body_step


@dataclass(slots=True, eq=False)
class StepState:
    """A step of one execution, from the moment it is started.

    ``described`` is what later steps may refer to and ``shown`` what ListPipelineExecutionSteps shows, worked out or to be. ``number``
    counts the starts of its execution's steps from 0; a step that a retry starts again is the newest once more. ``cache_source`` is the ARN
    of the execution whose result it reuses. ``selective_source`` is that of the execution whose result a selective execution reuses.
    ``messages`` are what a Callback step sent to its queue. ``repeated_for`` are the exception types of failures after which a policy had
    it wait for another attempt, and ``earlier`` the statuses that it had when a retry of its execution started it again.
    """

    step: Step
    status: str
    started: Instant
    number: int
    iteration: IterationContext | None = None
    settings: Mapping[str, Json] = field(default_factory=dict)
    shown: Shown = field(default_factory=dict)
    described: Described = field(default_factory=dict)
    outputs: Mapping[str, Json] = field(default_factory=dict)
    property_files: Mapping[str, Json] = field(default_factory=dict)
    attempts: int = 1
    ended: Instant | None = None
    reason: str | None = None
    arguments: Json = None
    cache_source: str | None = None
    messages: tuple[JsonObject, ...] = ()
    selective_source: str | None = None
    repeated_for: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()

    def start_again(self, now: Instant, number: int) -> None:
        """Begin the next attempt of a step that failed or was stopped: nothing of the last one is left but the count and its status."""
        self.earlier = (*self.earlier, self.status)
        self.status = changed(STEP, self.status, "Starting")
        self.started, self.number = now, number
        self.attempts += 1
        self.ended = self.reason = None
        self.described, self.outputs, self.property_files = {}, {}, {}

    @property
    def metadata(self) -> Metadata:
        """What ListPipelineExecutionSteps shows."""
        if not isinstance(self.shown, dict):
            self.shown = self.shown.metadata()
        return self.shown

    @property
    def properties(self) -> JsonObject:
        """What later steps may refer to."""
        if not isinstance(self.described, dict):
            self.described = self.described.properties()
        return self.described


@dataclass(slots=True)
class History:
    """Executions in both orders in which they are listed, so that a page costs what it holds."""

    by_creation: "list[ExecutionState]" = field(default_factory=list)
    _by_arn: "list[ExecutionState]" = field(default_factory=list)
    _unsorted: "list[ExecutionState]" = field(default_factory=list)

    @property
    def by_arn(self) -> "list[ExecutionState]":
        """In the order of their ARNs; what came since the last look finds its place now."""
        for execution in self._unsorted:
            insort(self._by_arn, execution, key=attrgetter("arn"))
        self._unsorted.clear()
        return self._by_arn

    def enter(self, execution: "ExecutionState") -> None:
        """Take in a new execution, at its place in time: a test may set the wall clock back."""
        if self.by_creation and execution.created < self.by_creation[-1].created:
            insort(self.by_creation, execution, key=attrgetter("created"))
        else:
            self.by_creation.append(execution)
        self._unsorted.append(execution)

    @property
    def last(self) -> "ExecutionState | None":
        """The most recent execution; None before the first."""
        return self.by_creation[-1] if self.by_creation else None


@dataclass(slots=True, eq=False)
class VersionState:
    """One version of a pipeline: a definition that never changes, what is said about it, and its executions."""

    number: int
    text: str
    definition: Definition
    created: Instant
    aliases: tuple[str, ...] = ()
    display_name: str | None = None
    description: str | None = None
    history: History = field(default_factory=History)


@dataclass(slots=True, eq=False)
class PipelineState:
    """A pipeline with all its versions, in the order of their numbers and in that of time, and all its executions.

    ``number`` counts the pipelines of its account and region from 0, deleted ones included.
    """

    name: str
    arn: str
    number: int
    display_name: str
    role_arn: str
    created: Instant
    modified: Instant
    description: str | None = None
    parallelism: int | None = None
    tags: dict[str, str] = field(default_factory=dict)
    versions: list[VersionState] = field(default_factory=list)
    versions_by_creation: list[VersionState] = field(default_factory=list)
    history: History = field(default_factory=History)
    results: "Results[StepState, ExecutionState]" = field(default_factory=Results)

    def enter(self, version: VersionState) -> None:
        """Take in the next version, at its place in time: a test may set the wall clock back."""
        self.versions.append(version)
        insort(self.versions_by_creation, version, key=attrgetter("created"))

    @property
    def executions(self) -> "list[ExecutionState]":
        """All executions, oldest first."""
        return self.history.by_creation

    @property
    def latest(self) -> VersionState:
        """The newest version, the one that a start without a version runs."""
        return self.versions[-1]

    @property
    def last_run(self) -> Instant | None:
        """When the newest execution was started; None before the first."""
        return self.history.last.created if self.history.last else None

    def version(self, number: int) -> VersionState | None:
        """Return the version with this id, counted from 1."""
        return self.versions[number - 1] if 1 <= number <= len(self.versions) else None

    def aliased(self, alias: str) -> VersionState | None:
        """Return the version that carries this alias; an alias is unique within its pipeline."""
        return next((version for version in self.versions if alias in version.aliases), None)


@dataclass(slots=True, eq=False)
class ExecutionState:
    """One execution of a pipeline version.

    ``overrides`` are the parameters of the request as strings, ``parameters`` the effective values, typed. ``steps`` holds
    the steps started so far, in the order they were started. ``number`` counts the pipeline's executions from 0. ``selected``
    are the steps that a selective execution is limited to, in the order of the request, and ``source`` is the ARN it was given;
    the steps that it reuses from there stand first in ``steps``.
    """

    id: str
    arn: str
    number: int
    pipeline: PipelineState
    version: VersionState
    display_name: str
    created: Instant
    modified: Instant
    parameters: Mapping[str, ParameterValue]
    overrides: Mapping[str, str]
    token: str
    status: str = "Executing"
    description: str | None = None
    parallelism: int | None = None
    mlflow_experiment: str | None = None
    selected: tuple[str, ...] = ()
    source: str | None = None
    ended: Instant | None = None
    failure_reason: str | None = None
    experiment: JsonObject | None = None
    mlflow: JsonObject | None = None
    steps: dict[str, StepState] = field(default_factory=dict)
    step_starts: int = 0

    def start_step(self, step: Step, now: Instant, iteration: IterationContext | None = None) -> StepState:
        """Return the state of a step that starts now, for the first time or again; it is the last of ``steps``."""
        state = self.steps.pop(step.name, None)
        if state is None:
            # By position, and with what all can share: there is one for every step that runs.
            state = StepState(step, "Starting", now, self.step_starts, iteration, _NOTHING, {}, _NOTHING, _NOTHING, _NOTHING)
        else:
            state.step, state.iteration = step, iteration
            state.start_again(now, self.step_starts)
        self.step_starts += 1
        self.steps[step.name] = state
        return state

    def start_again(self, now: Instant) -> None:
        """Execute once more after having failed or been stopped."""
        self.status = changed(EXECUTION, self.status, "Executing")
        self.ended = self.failure_reason = None
        self.modified = now
