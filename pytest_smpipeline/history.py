"""History: what a test tells of an execution that began before it, checked against what could have happened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias, cast

from pytest_smpipeline._definition.nodes import ParameterValue
from pytest_smpipeline._definition.parameters import bind
from pytest_smpipeline._engine.past import Past, enter_past
from pytest_smpipeline._engine.past_steps import timeline
from pytest_smpipeline._state.entities import PipelineState, VersionState
from pytest_smpipeline._state.transitions import ACTIVE, EXECUTION
from pytest_smpipeline._wire import service_model
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.validation import validate
from pytest_smpipeline.exceptions import ServiceError, UsageError
from pytest_smpipeline.failures import shown
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.past_children import with_children
from pytest_smpipeline.past_statuses import past_steps, status_problems
from pytest_smpipeline.past_times import Times, fitted, length_problems, when
from pytest_smpipeline.records import Execution
from pytest_smpipeline.starting import start_request
from pytest_smpipeline.suggestions import choices, did_you_mean
from pytest_smpipeline.values import Instant, JsonObject

PastOutcome: TypeAlias = str | Outcome
"""How a step of the past stands: a status such as ``"Succeeded"``, or an outcome such as ``fail("no disk")``."""

_TOKEN: Final = "0" * 36


@dataclass(frozen=True, slots=True)
class Told:
    """What ``smp.add_execution()`` is given beside the pipeline; what is None follows from the rest."""

    status: str
    parameters: Mapping[str, object] | None
    steps: Mapping[str, PastOutcome] | None
    failure_reason: str | None
    started: datetime | None
    ended: datetime | None
    display_name: str | None
    version: int | None


def add_past_execution(service: Service, pipeline: PipelineState, told: Told) -> Execution:
    """Enter an execution into the history of a pipeline, where the API shows it and ``smp.executions`` does not.

    Raises ``UsageError`` with everything that could not have happened so; then nothing has changed.
    """
    with service.lock:
        service.catch_up()
        context = service.context(service.options.region, service.options.account_id)
        past = _past(pipeline, told, context.now())
        try:
            state = enter_past(context.territory, service.runner, service.ids, context.read_object, past)
        except ServiceError as refusal:
            raise _refused(pipeline, [refusal.message]) from refusal
        service.catch_up()  # while something runs the clock does not go back
        return Execution(service, state)


def _past(pipeline: PipelineState, told: Told, now: Instant) -> Past:
    """Return what is told, completed, from the forms of its parts over their meaning to their times: each asks for the one before."""
    version = _version(pipeline, told.version)
    times = Times(told.started, told.ended, active=str(told.status) in ACTIVE)
    problems = [*_status_problems(told.status), *_reason_problems(told), *times.problems(now)]
    every = past_steps(pipeline, version.definition, told.steps, problems)
    _raise_found(pipeline, problems)
    own = {name: step for name, step in every.items() if name in version.definition.steps}
    problems += status_problems(version.definition, told.status, own, has_reason=told.failure_reason is not None)
    parameters, overrides = _parameters(pipeline, version, told, problems)
    _raise_found(pipeline, problems)
    steps = with_children(version.definition, parameters, every, problems)
    _raise_found(pipeline, problems)
    stretches = timeline(version.definition, steps)
    started, ended = when(pipeline, times, steps, stretches, now)
    length = (now if ended is None else ended) - started
    _raise_found(pipeline, list(length_problems(steps, stretches, length)))
    return Past(
        pipeline=pipeline,
        version=version,
        status=told.status,
        parameters=parameters,
        overrides=overrides,
        started=started,
        ended=ended,
        failure_reason=told.failure_reason,
        display_name=told.display_name,
        steps=steps,
        stretches=fitted(steps, stretches, length),
    )


def _refused(pipeline: PipelineState, problems: list[str]) -> UsageError:
    lines = "".join(f"\n  {problem}" for problem in problems)
    return UsageError(f"An execution of {pipeline.name!r} can't be added:{lines}")


def _raise_found(pipeline: PipelineState, problems: list[str]) -> None:
    if problems:
        raise _refused(pipeline, problems)


def _version(pipeline: PipelineState, number: int | None) -> VersionState:
    if number is None:
        return pipeline.latest
    found = pipeline.version(number) if isinstance(number, int) and not isinstance(number, bool) else None
    if found is None:
        last = len(pipeline.versions)
        raise _refused(pipeline, [f"version={number!r} is none of the pipeline; its versions are 1 to {last}."])
    return found


def _status_problems(status: str) -> Iterator[str]:
    if str(status) not in EXECUTION:
        hint = did_you_mean(str(status), EXECUTION)
        yield f"status={status!r} is not a status of an execution.{hint} Statuses: {choices(EXECUTION)}."


def _reason_problems(told: Told) -> Iterator[str]:
    if told.failure_reason is None:
        return
    if not isinstance(told.failure_reason, str) or not told.failure_reason:
        yield f"failure_reason={told.failure_reason!r} is not valid: expected a text."
    elif told.status != "Failed":
        yield f"failure_reason={shown(told.failure_reason)} needs status='Failed'; an execution that is {told.status} has none."


def _parameters(
    pipeline: PipelineState, version: VersionState, told: Told, problems: list[str]
) -> tuple[Mapping[str, ParameterValue], Mapping[str, str]]:
    """Return the effective and the given parameters; ``problems`` take what no start could have been given."""
    if not isinstance(told.parameters, Mapping | None):
        problems.append(f"parameters={shown(told.parameters)} is not valid: expected a dict such as {{'Date': '2026-11-22'}}.")
        return {}, {}
    request: object = start_request(
        pipeline.name, told.parameters, token=_TOKEN, selection=None, version=None, alias=None, display_name=told.display_name
    )
    given = {name: str(value) for name, value in (told.parameters or {}).items()}
    try:
        validate(service_model.current().input_shape("StartPipelineExecution"), cast("JsonObject", request))
        return bind(version.definition, list(given.items())), given
    except ServiceError as refusal:
        problems.append(refusal.message)
        return {}, {}
