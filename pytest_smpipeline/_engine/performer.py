"""Working out what attempts come to: from the definition, from earlier results and from what the test scripted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from pytest_smpipeline._definition.conditions import ConditionError, evaluate_all
from pytest_smpipeline._definition.expressions import Reference
from pytest_smpipeline._definition.functions import resolve
from pytest_smpipeline._definition.nodes import CachePolicy, Step
from pytest_smpipeline._definition.references import Unresolved
from pytest_smpipeline._engine.attempts import Attempt, job_name
from pytest_smpipeline._engine.caching import cache_key, is_fresh
from pytest_smpipeline._engine.iteration_results import items_of
from pytest_smpipeline._engine.performance import (
    NOTHING_SAID,
    Performance,
    carried_out,
    decision,
    fail_step,
    failure,
    iterating,
    refusal,
    reuse,
    uneventful,
    waiting,
)
from pytest_smpipeline._engine.runs import Run
from pytest_smpipeline._engine.scope import ExecutionScope, ReadObject, arguments_of
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._state.entities import IterationContext, StepState
from pytest_smpipeline._state.ids import IdSource
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.outcomes import CacheHit, Hold, Outcome, Reject, StepContext
from pytest_smpipeline.values import Instant, Json, JsonObject, to_datetime

Play: TypeAlias = Callable[[Attempt, Callable[[], StepContext]], Outcome | None]
"""Decides what an attempt comes to, or None when nobody said; it is told the attempt, and what a test may know of it."""


_NO_SETTINGS: Final[Mapping[str, Json]] = {}

FaultOf: TypeAlias = Callable[[Step, JsonObject], str | None]
"""Says what the create call of a step refuses in its resolved arguments, in the service's words; None when it takes them."""


@dataclass(frozen=True, slots=True)
class MissingValue:
    """A value that a definition needs and nothing supplied: which step needed it, and what it referred to when that is known."""

    pipeline: str
    step: str
    reference: Reference | None
    message: str


class Performer:
    """Works out what attempts come to.

    ``missing`` are the values that steps failed for, by the ARN of the execution and the name of the step: a step that starts
    again, and finds the value then, lacks nothing any more.
    """

    def __init__(self, ids: IdSource, play: Play, read_object: ReadObject, fault_of: FaultOf) -> None:
        """Ask ``play`` what the test wants of every attempt that does not decide for itself, unless ``fault_of`` its arguments is known."""
        self.missing: dict[tuple[str, str], MissingValue] = {}
        self._read_object = read_object
        self._ids = ids
        self._play = play
        self._fault_of = fault_of

    def perform(self, run: Run, step: Step, iteration: IterationContext | None, number: int, now: Instant) -> Performance:
        """Return what attempt ``number`` of a step comes to when it starts at ``now``.

        A step that needs a value which nothing supplies fails at once, before it makes anything.
        """
        execution, kind = run.execution, STEP_TYPES[step.type]
        name = job_name(execution.id, step.name, self._ids.job_suffix(), tuning=kind.tuning_name)
        scope = ExecutionScope(execution, now, name, self._read_object, iteration)
        if self.missing:
            self.missing.pop((execution.arn, step.name), None)
        try:
            if step.type == "Condition":
                return _decision(step, scope)
            arguments = arguments_of(step, scope)
            if step.iteration is not None:
                return iterating(items_of(resolve(step.iteration.items, scope)), arguments)
            settings = {member: resolve(value, scope) for member, value in step.settings.items()} if step.settings else _NO_SETTINGS
            if step.type == "Fail":
                return fail_step(kind, arguments)
        except Unresolved as problem:
            self.missing[execution.arn, step.name] = MissingValue(execution.pipeline.name, step.name, problem.node, problem.message)
            return failure(problem.message)
        except ConditionError as problem:
            return failure(str(problem))
        # By position: nearly every step that runs has one, and by names it takes more than twice the time.
        attempt = Attempt(
            execution, step, arguments if isinstance(arguments, dict) else {}, settings, now, name, self._ids, run.territory, NOTHING_SAID
        )
        earlier = None if step.cache is None else _earlier_result(attempt, step.cache)
        return earlier or self._played(attempt, number)

    def _played(self, attempt: Attempt, number: int) -> Performance:
        """Return what an attempt comes to as the test wants it; without a word of its, what it comes to by itself.

        One whose arguments the create call refuses comes to that, whatever the test wants.
        """
        fault = self._fault_of(attempt.step, attempt.arguments) if attempt.arguments else None
        refused = None if fault is None else Reject(code="ValidationException", message=fault)
        match refused or self._play(attempt, partial(_context, attempt, number)):
            case None:
                return waiting(attempt) if attempt.step.type == "Callback" else uneventful(attempt)
            case Hold():
                return waiting(attempt)
            case Reject() as outcome:
                return refusal(attempt, outcome)
            case CacheHit(source=source):
                return _demanded_result(attempt, source)
            case outcome:
                return carried_out(attempt, outcome)


def _context(attempt: Attempt, number: int) -> StepContext:
    return StepContext(
        pipeline=attempt.execution.pipeline.name,
        execution=attempt.execution.arn,
        step=attempt.step.name,
        type=attempt.step.type,
        attempt=number,
        arguments=attempt.arguments,
        now=to_datetime(attempt.now),
    )


def _decision(step: Step, scope: ExecutionScope) -> Performance:
    outcome = evaluate_all(step.conditions, scope)
    return decision(STEP_TYPES[step.type], outcome=outcome, not_taken=step.else_steps if outcome else step.if_steps)


def _earlier_result(attempt: Attempt, policy: CachePolicy) -> Performance | None:
    """Return what the attempt reuses by its cache policy; None when it has to do its work."""
    step, cached_by = attempt.step, STEP_TYPES[attempt.step.type].cached_by
    if not policy.enabled or cached_by is None:
        return None

    key = cache_key(step.type, cached_by, attempt.arguments, attempt.settings)
    found = attempt.execution.pipeline.results.latest(step.name, key, _key_of)
    if found is None or not is_fresh(policy, found[0].ended or attempt.now, attempt.now):
        return None
    return reuse(*found, attempt.arguments)


def _key_of(state: StepState) -> str:
    arguments = state.arguments if isinstance(state.arguments, dict) else {}
    return cache_key(state.step.type, STEP_TYPES[state.step.type].cached_by or (), arguments, state.settings)


def _demanded_result(attempt: Attempt, source: str | None) -> Performance:
    """Return what the attempt reuses because the test says so, whatever its cache policy.

    Raises ``UsageError`` when there is no such result.
    """
    name, kind = attempt.step.name, attempt.step.type
    for execution in reversed(attempt.execution.pipeline.executions):
        state = execution.steps.get(name)
        if source in {None, execution.arn} and state is not None and (state.status, state.step.type) == ("Succeeded", kind):
            return reuse(state, execution, attempt.arguments)
    where = f"execution {source}" if source else f"an earlier execution of pipeline {attempt.execution.pipeline.name!r}"
    message = (
        f"cache_hit() for step {name!r} needs {where} in which the step succeeded, and there is none. "
        "Let one run first, or name another as source."
    )
    raise UsageError(message)
