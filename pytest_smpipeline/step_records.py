"""What a test reads of the steps of an execution: live, read-only views."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta

from pytest_smpipeline._engine.iterations import child_name
from pytest_smpipeline._state.entities import ExecutionState, Metadata, StepState
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline.callback_records import Callback
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.suggestions import choices, did_you_mean
from pytest_smpipeline.values import Json, JsonObject, to_datetime, to_optional_datetime


class MissingStepError(KeyError):
    """An execution shows no step of a name; the message reads as it was written, where that of a ``KeyError`` is a repr."""

    def __str__(self) -> str:
        """Return the message."""
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Iteration:
    """One iteration of a ForEach step: the step's name, the index counted from 0, and the item."""

    parent: str
    index: int
    item: Json


class StepRun:
    """A step of one execution, from the moment it was started.

    A view: it shows the step as it is now, and keeps its last state when the mock has ended.
    """

    __slots__ = ("_execution", "_service", "_state")

    def __init__(self, service: Service, execution: ExecutionState, state: StepState) -> None:
        """Show a step of an execution; tests get these from ``run.steps``."""
        self._service = service
        self._execution = execution
        self._state = state

    @property
    def name(self) -> str:
        """The step's name in the definition."""
        return self._state.step.name

    @property
    def type(self) -> str:
        """The step's type in the definition, such as ``Training``."""
        return self._state.step.type

    @property
    def status(self) -> str:
        """The step's status as the API returns it."""
        return self._now.status

    @property
    def attempts(self) -> int:
        """How many attempts were made, the running one included; 1 for a step that is reused."""
        return self._now.attempts

    @property
    def reason(self) -> str | None:
        """The FailureReason as the API returns it; None unless the step failed."""
        return self._now.reason

    @property
    def arguments(self) -> Json:
        """The step's Arguments with every reference resolved; None when one of them could not be, and for a Condition step."""
        return deepcopy(self._now.arguments)

    @property
    def metadata(self) -> Metadata:
        """The Metadata as the API returns it, such as ``{"TrainingJob": {"Arn": ...}}``."""
        return deepcopy(self._now.metadata)

    @property
    def outputs(self) -> dict[str, Json]:
        """The output parameters of a Lambda or Callback step."""
        return deepcopy(dict(self._now.outputs))

    @property
    def properties(self) -> JsonObject:
        """What later steps can refer to: the Describe response of the step's job."""
        return deepcopy(self._now.properties)

    @property
    def selective_source(self) -> str | None:
        """The ARN of the execution whose result a selective execution reuses for this step; None for a step that ran here."""
        return self._state.selective_source

    @property
    def started(self) -> datetime:
        """When the step was started, the last time it was, in UTC."""
        return to_datetime(self._now.started)

    @property
    def ended(self) -> datetime | None:
        """When the step ended, in UTC; None while it runs."""
        return to_optional_datetime(self._now.ended)

    @property
    def duration(self) -> timedelta | None:
        """How long the step took; None while it runs."""
        ended = self.ended
        return None if ended is None else ended - self.started

    @property
    def cache_source(self) -> str | None:
        """The ARN of the execution whose result the step reused; None when it did its own work."""
        return self._now.cache_source

    @property
    def iteration(self) -> Iteration | None:
        """Which iteration of a ForEach step the step belongs to; None outside of them."""
        context = self._state.iteration
        return None if context is None else Iteration(context.parent, context.index, deepcopy(context.item))

    @property
    def callback(self) -> Callback:
        """The callback of a Callback step, to read and to answer.

        Raises ``UsageError`` for a step that has none.
        """
        __tracebackhide__ = True
        if "Callback" not in self._now.metadata or not self._now.messages:
            message = f"Step {self.name!r} is a {self.type} step without a callback; only a Callback step that sent its message has one."
            raise UsageError(message)
        return Callback(self._service, self._execution, self._state)

    def __eq__(self, other: object) -> bool:
        """Compare by identity of the step in its execution."""
        return self._state is other._state if isinstance(other, StepRun) else NotImplemented

    def __hash__(self) -> int:
        """Hash by identity of the step in its execution."""
        return hash(id(self._state))

    def __repr__(self) -> str:
        """Show name, type and status, the reason of a failure, several attempts, and whether the step is reused or cached."""
        reason = "" if self.reason is None else f", reason={self.reason!r}"
        attempts = f", attempts={self.attempts}" if self.attempts > 1 else ""
        reused = "" if self.selective_source is None else ", reused"
        cached = "" if self.cache_source is None else ", cached"
        return f"<StepRun {self.name} ({self.type}) {self.status}{reason}{attempts}{reused}{cached}>"

    @property
    def _now(self) -> StepState:
        self._service.catch_up()
        return self._state


class StepRuns(Mapping[str, StepRun]):
    """The steps of one execution that were started, by name and in the order of their start; those that are reused come first."""

    def __init__(self, service: Service, execution: ExecutionState) -> None:
        """Show the steps of an execution."""
        self._service = service
        self._execution = execution

    def __getitem__(self, name: str) -> StepRun:
        """Return a step by name; a ``KeyError`` says whether it did not run or does not exist."""
        __tracebackhide__ = True
        self._service.catch_up()
        if name not in self._execution.steps:
            raise MissingStepError(missing_step(self._execution, name))
        return StepRun(self._service, self._execution, self._execution.steps[name])

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names in the order of their start."""
        self._service.catch_up()
        return iter(list(self._execution.steps))

    def __len__(self) -> int:
        """Return how many steps there are."""
        self._service.catch_up()
        return len(self._execution.steps)

    def why_not(self, name: str) -> str:
        """Return why there is no step of this name."""
        return missing_step(self._execution, name)

    def __repr__(self) -> str:
        """Show the steps as a dict of names."""
        return repr(dict(self))


def listed_names(execution: ExecutionState, name: str) -> list[str] | None:
    """Return the names under which a step may be listed; None when the execution can have no such step.

    A step of a ForEach body has a name for each item, as far as the items are known; before, every index is possible.
    """
    steps = execution.version.definition.steps
    if name in steps:
        return [name]
    for body_step, count in _bodies(execution).items():
        if name == body_step:
            return [child_name(body_step, index) for index in range(count or 0)]
        index = name.removeprefix(f"{body_step}-")
        if index.isdecimal() and name == child_name(body_step, int(index)) and (count is None or int(index) < count):
            return [name]
    return None


def _bodies(execution: ExecutionState) -> dict[str, int | None]:
    """Return the steps of all ForEach bodies by name, with the number of their iterations once it is known."""
    bodies: dict[str, int | None] = {}
    for step in execution.version.definition.steps.values():
        if step.iteration is not None:
            state = execution.steps.get(step.name)
            shown = state.metadata.get("ForEach", {}) if state is not None else {}
            count = shown.get("InputItemCount")
            bodies |= dict.fromkeys((body.name for body in step.iteration.body), count if isinstance(count, int) else None)
    return bodies


def missing_step(execution: ExecutionState, name: str) -> str:
    """Return why an execution shows no step of this name, with the closest one that it could have."""
    steps = execution.version.definition.steps
    bodies = _bodies(execution)
    if name in bodies:
        children = [child for child in listed_names(execution, name) or () if child in execution.steps]
        return f"step {name!r} is listed once for each item of its ForEach step; started: {choices(children)}"
    if name in steps and execution.selected and name not in execution.selected:
        return f"step {name!r} was neither selected nor reused in this selective execution; it has: {choices(execution.steps)}"
    if listed_names(execution, name) is not None:
        started = [step for step, state in execution.steps.items() if state.selective_source is None]
        return f"step {name!r} was not started in this {execution.status} execution; started: {choices(started)}"
    possible = [*steps, *bodies]
    near = did_you_mean(name, [*possible, *execution.steps])
    return f"pipeline {execution.pipeline.name!r} has no step {name!r}.{near} Its steps: {choices(possible)}"
