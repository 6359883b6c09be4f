"""Executions of the past: entered into a pipeline's history as the engine would have left them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pytest_smpipeline._definition.nodes import ParameterValue
from pytest_smpipeline._engine.callback_messages import announce
from pytest_smpipeline._engine.frontier import frontier_of
from pytest_smpipeline._engine.past_steps import PastStep, Recollection, Stretch
from pytest_smpipeline._engine.performance import Performance
from pytest_smpipeline._engine.runner import Runner
from pytest_smpipeline._engine.runs import STEP_FAILURE, Run, Running
from pytest_smpipeline._engine.schedule import Appointment
from pytest_smpipeline._engine.scope import ReadObject, experiment_config, mlflow_config
from pytest_smpipeline._state.arns import execution_arn
from pytest_smpipeline._state.entities import ExecutionState, PipelineState, StepState, VersionState
from pytest_smpipeline._state.ids import IdSource
from pytest_smpipeline._state.store import Territory
from pytest_smpipeline._state.transitions import ACTIVE, ENDED_STEP
from pytest_smpipeline.values import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is told of an execution: ``ended`` is None for one that is under way, ``steps`` are told with when they ran."""

    pipeline: PipelineState
    version: VersionState
    status: str
    parameters: Mapping[str, ParameterValue]
    overrides: Mapping[str, str]
    started: Instant
    ended: Instant | None
    failure_reason: str | None
    display_name: str | None
    steps: Mapping[str, PastStep]
    stretches: Mapping[str, Stretch]


def enter_past(territory: Territory, runner: Runner, ids: IdSource, read_object: ReadObject, past: Past) -> ExecutionState:
    """Enter an execution into the history of its pipeline, and into the runner when it is under way.

    One under way stands still: its running steps wait to be released, answered or stopped. Raises ``ServiceError`` when what
    its definition says about experiments can't be resolved; then nothing has changed.
    """
    execution = _execution(ids, past)
    execution.experiment = experiment_config(execution, read_object)
    execution.mlflow = mlflow_config(execution, read_object)
    recollection = Recollection(territory, execution, ids, read_object)
    running: dict[str, Performance] = {}
    for name, stretch in past.stretches.items():
        told, step = past.steps[name], past.version.definition.steps[name]
        started, ended = past.started + stretch.start, past.started + stretch.end
        performance = recollection.enter(step, told, started, ended, past.steps)
        if told.status not in ENDED_STEP:
            running[name] = performance
    execution.steps = _by_start(execution.steps.values())
    for state in execution.steps.values():
        announce(territory, execution, state)
        execution.modified = max(execution.modified, state.ended or state.started)
    if past.ended is not None:
        execution.modified = past.ended
    territory.add_past(execution)
    if past.status in ACTIVE:
        runner.take_in(_standing_still(territory, execution, running))
    return execution


def _execution(ids: IdSource, past: Past) -> ExecutionState:
    execution_id = ids.execution_id()
    return ExecutionState(
        id=execution_id,
        arn=execution_arn(past.pipeline.arn, execution_id),
        number=len(past.pipeline.executions),
        pipeline=past.pipeline,
        version=past.version,
        display_name=past.display_name or f"execution-{past.started}",
        created=past.started,
        modified=past.started,
        parameters=past.parameters,
        overrides=past.overrides,
        token=ids.client_token(),
        status=past.status,
        parallelism=past.pipeline.parallelism,
        ended=past.ended,
        failure_reason=past.failure_reason or (STEP_FAILURE if past.status == "Failed" else None),
    )


def _by_start(states: Iterable[StepState]) -> dict[str, StepState]:
    """Return steps in the order of their starts, numbered so: children of a ForEach step may have started beside other steps."""
    ordered = sorted(states, key=lambda state: (state.started, state.number))
    for number, state in enumerate(ordered):
        state.number = number
    return {state.step.name: state for state in ordered}


def _standing_still(territory: Territory, execution: ExecutionState, running: Mapping[str, Performance]) -> Run:
    """Return the run of an execution that is under way: these steps run, and the others start when one of them has ended."""
    run = Run(territory, execution, frontier_of(execution))
    for name, state in execution.steps.items():
        if state.iteration is None and state.status in {"Failed", "Stopped"}:
            run.frontier.end(name, state.status)
    ready: list[str] = []
    while run.frontier.ready:
        ready.append(run.frontier.pop())
    for name in ready:
        if name not in execution.steps:
            run.frontier.put_back(name)
    for name, performance in running.items():
        state = execution.steps[name]
        run.running[name] = Running(state, performance)
    if not running:
        run.pending = Appointment()  # a task that never comes: with nothing to wait for, the execution would go on at the next look
    return run
