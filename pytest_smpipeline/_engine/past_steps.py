"""Steps of the past: what the engine would have left of them, worked out from what is told of them afterwards."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, NamedTuple

from pytest_smpipeline._definition.conditions import ConditionError, evaluate_all
from pytest_smpipeline._definition.expressions import Arguments, Expression, Structure
from pytest_smpipeline._definition.functions import resolve
from pytest_smpipeline._definition.nodes import Definition, Iteration, Step
from pytest_smpipeline._definition.references import Unresolved
from pytest_smpipeline._engine.attempts import Attempt, job_name
from pytest_smpipeline._engine.iteration_results import iterated
from pytest_smpipeline._engine.iterations import Iterations
from pytest_smpipeline._engine.performance import (
    CACHE_TIME,
    Performance,
    carried_out,
    decision,
    fail_step,
    failure,
    refusal,
    reuse,
    waiting,
)
from pytest_smpipeline._engine.scope import ExecutionScope, ReadObject
from pytest_smpipeline._engine.step_runner import GAP
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._state.entities import ExecutionState, IterationContext, PipelineState, StepState
from pytest_smpipeline._state.ids import IdSource
from pytest_smpipeline._state.store import Territory
from pytest_smpipeline.outcomes import CacheHit, Fail, Hold, Outcome, Reject, Stopped, Succeed
from pytest_smpipeline.values import Instant, Json, JsonObject, to_milliseconds

_NO_CONDITION: Final = "The conditions have no result."


@dataclass(frozen=True, slots=True)
class Stretch:
    """When a step ran, in milliseconds after the start of its execution; one that runs still has its usual end."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PastStep:
    """How a step of the past stands: the status it shows, and what it came to; ``Hold`` is what it has not come to yet.

    A ForEach step has the ``items`` that it went over, as far as they are known, and the ``children`` that ran.
    """

    status: str
    outcome: Outcome
    items: tuple[Json, ...] = ()
    children: "tuple[PastChild, ...]" = ()


@dataclass(frozen=True, slots=True)
class PastChild:
    """A step of a ForEach body, under the name of its iteration; its stretch counts from the start of the ForEach step."""

    step: Step
    iteration: IterationContext
    told: PastStep
    stretch: Stretch


class _PastScope(ExecutionScope):
    """The values that a step of the past could see; what nobody told of other steps is not there."""

    def _step(self, name: str) -> StepState:
        try:
            return super()._step(name)
        except KeyError:
            message = f"Step {name} is not part of what is told."
            raise Unresolved(message) from None


def timeline(definition: Definition, told: Mapping[str, PastStep]) -> dict[str, Stretch]:
    """Return when these steps ran, in the order of their starts, if each takes as long as told, or as usual for its type.

    Each starts the usual gap after the last that it depends on has ended, of those that are told.
    """
    found: dict[str, Stretch] = {}
    pending = [name for name in definition.graph.order if name in told]
    while pending:
        for name in list(pending):
            needed = [each.step for each in definition.graph.dependencies[name] if each.step in told]
            if all(each in found for each in needed):
                start = max((found[each].end for each in needed), default=0) + GAP
                found[name] = Stretch(start, start + length(definition.steps[name], told[name]))
                pending.remove(name)
    return dict(sorted(found.items(), key=lambda item: (item[1].start, definition.graph.order[item[0]])))


def length(step: Step, told: PastStep) -> int:
    """Return how long a step took: as told, or as usual for its type, or until the last of its children had ended."""
    if step.iteration is not None:
        return max((child.stretch.end for child in told.children), default=GAP)
    match told.outcome:
        case Succeed(duration=timedelta() as duration) | Fail(duration=timedelta() as duration) | Stopped(duration=timedelta() as duration):
            return to_milliseconds(duration)
        case Reject():
            return 0
        case CacheHit():
            return CACHE_TIME
        case _:
            return STEP_TYPES[step.type].duration


class _Turn(NamedTuple):
    """A step that has been started; one of a ForEach body bears the name of its iteration."""

    step: Step
    iteration: IterationContext | None = None


class Recollection:
    """Works out what steps of one execution of the past have left behind."""

    def __init__(self, territory: Territory, execution: ExecutionState, ids: IdSource, read_object: ReadObject) -> None:
        """Remember steps of ``execution``."""
        self._territory = territory
        self._execution = execution
        self._ids = ids
        self._read_object = read_object

    def enter(self, step: Step, past: PastStep, started: Instant, ended: Instant, told: Mapping[str, PastStep]) -> Performance:
        """List a step in the execution as it stands, with its children; return what it came to, or waits for.

        ``told`` are all steps of the execution that are told of.
        """
        if step.iteration is None:
            return self._enter(_Turn(step), past, started, ended, self._performance(_Turn(step), past, started, ended - started, told))
        self._execution.start_step(step, started)  # its children stand behind it
        usual = length(step, past)
        for child in past.children:
            turn = _Turn(child.step, child.iteration)
            start, end = (started + moment * (ended - started) // usual for moment in (child.stretch.start, child.stretch.end))
            self._enter(turn, child.told, start, end, self._performance(turn, child.told, start, end - start, told))
        number = self._execution.steps.pop(step.name).number
        performance = self._enter(_Turn(step), past, started, ended, self._iterated(step, step.iteration, past, started))
        self._execution.steps[step.name].number = number
        return performance

    def _iterated(self, step: Step, node: Iteration, past: PastStep, started: Instant) -> Performance:
        arguments, all_known = _known(step.arguments, _PastScope(self._execution, started, step.name, self._read_object))
        iterations = Iterations(node, past.items)
        iterations.counts = Counter(child.told.status for child in past.children)
        performance = iterated(iterations, self._execution.steps, stopped=past.status == "Stopped")
        return replace(performance, arguments=arguments if all_known else None)

    def _enter(self, turn: _Turn, past: PastStep, started: Instant, ended: Instant, performance: Performance) -> Performance:
        step = turn.step
        state = self._execution.start_step(step, started, turn.iteration)
        state.status = past.status
        state.arguments, state.settings = performance.arguments, performance.settings
        state.shown = performance.shown if performance.duration is None else performance.shown_at_end
        state.described = performance.described
        state.outputs, state.property_files = performance.made.outputs, performance.made.property_files
        state.reason = performance.reason
        state.cache_source = performance.cache_source
        if past.status in {"Succeeded", "Failed", "Stopped"}:
            state.ended = ended
        if past.status == "Succeeded" and state.arguments is not None and state.cache_source is None and STEP_TYPES[step.type].cached_by:
            self._execution.pipeline.results.add(state, self._execution)
        return performance

    def _performance(self, turn: _Turn, past: PastStep, started: Instant, length: int, told: Mapping[str, PastStep]) -> Performance:
        step, kind = turn.step, STEP_TYPES[turn.step.type]
        name = job_name(self._execution.id, step.name, self._ids.job_suffix(), tuning=kind.tuning_name)
        scope = _PastScope(self._execution, started, name, self._read_object, turn.iteration)
        if step.type == "Condition":
            if past.status == "Failed":
                return failure(_NO_CONDITION)
            outcome = _branch(step, scope, told)
            return decision(kind, outcome=outcome, not_taken=step.else_steps if outcome else step.if_steps)
        arguments, all_known = _known(step.arguments, scope)
        if step.type == "Fail":
            return fail_step(kind, arguments)
        attempt = Attempt(
            execution=self._execution,
            step=step,
            arguments=arguments,
            settings={member: value for member, part in step.settings.items() if (value := _value(part, scope)) is not None},
            made=Succeed(),
            now=started,
            job_name=name,
            ids=self._ids,
            territory=self._territory,
        )
        performance = self._carried_out(attempt, past.outcome, timedelta(milliseconds=length))
        return performance if all_known else replace(performance, arguments=None)

    def _carried_out(self, attempt: Attempt, outcome: Outcome, duration: timedelta) -> Performance:
        match outcome:
            case Hold():
                return waiting(attempt)
            case Reject():
                return refusal(attempt, outcome)
            case CacheHit(source=source):
                found = earlier_results(self._execution.pipeline, attempt.step.name)
                return reuse(*next(each for each in found if source in {None, each[1].arn}), attempt.arguments)
            case _:
                return carried_out(attempt, replace(outcome, duration=duration))


def earlier_results(pipeline: PipelineState, step: str) -> list[tuple[StepState, ExecutionState]]:
    """Return the executions in the history in which the step succeeded, with the step, the latest first."""
    found = [(execution.steps[step], execution) for execution in reversed(pipeline.executions) if step in execution.steps]
    return [(state, execution) for state, execution in found if state.status == "Succeeded"]


def _branch(step: Step, scope: ExecutionScope, told: Mapping[str, PastStep]) -> bool:
    """Return how a Condition step decided: as the steps tell that ran after it, else by its conditions, else for the empty branch."""
    if any(name in told for name in step.if_steps):
        return True
    if any(name in told for name in step.else_steps):
        return False
    try:
        return evaluate_all(step.conditions, scope)
    except (Unresolved, ConditionError):
        return not step.if_steps or bool(step.else_steps)


def _known(arguments: Arguments, scope: ExecutionScope) -> tuple[JsonObject, bool]:
    """Return the arguments that have a value, and whether that is all of them."""
    if not isinstance(arguments, Structure):
        return arguments, True
    whole = _value(arguments, scope)
    if isinstance(whole, dict):
        return whole, True
    parts = {name: _value(arguments.part((name,)), scope) for name in map(str, arguments.value)}
    return {name: part for name, part in parts.items() if part is not None}, False


def _value(expression: Expression, scope: ExecutionScope) -> Json:
    try:
        return resolve(expression, scope)
    except Unresolved:
        return None
