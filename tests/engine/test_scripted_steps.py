"""Scripted callables inside the engine: what they see, what they may do, and what happens when they raise."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from pytest_smpipeline import Execution, SMPipelineMock, StepContext, UsageError, fail, mock_smpipeline, succeed
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.values import JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]


def test_a_callable_sees_the_attempt_that_it_decides(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """It is told pipeline, execution, step, type, attempt, resolved arguments and the present."""
    seen: list[StepContext] = []

    def decide(context: StepContext) -> Outcome:
        seen.append(context)
        return fail("as told")

    train = step("Train", arguments={"ResourceConfig": {"InstanceCount": {"Get": "Parameters.P"}}})
    execution = run(train, declared=[{"Name": "P", "Type": "Integer", "DefaultValue": 3}], script={"Train": decide})

    assert seen == [
        StepContext(
            pipeline="churn",
            execution=execution.arn,
            step="Train",
            type="Training",
            attempt=1,
            arguments={"ResourceConfig": {"InstanceCount": 3}},
            now=execution.started + timedelta(seconds=1),
        )
    ]
    assert execution.steps["Train"].reason == "ClientError: as told"


def test_a_callable_cannot_change_the_definition(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """It gets arguments of its own: what it does to them shows neither in the record nor in a later execution."""

    def spoil(context: StepContext) -> Outcome:
        assert isinstance(context.arguments, dict)
        environment = context.arguments["Environment"]
        assert isinstance(environment, dict)
        environment.clear()
        return succeed()

    first = run(step("Train", arguments={"Environment": {"A": "1"}}), script={"Train": spoil})
    second = smpipeline.start("churn")

    assert first.steps["Train"].arguments == second.steps["Train"].arguments == {"Environment": {"A": "1"}}


class UnexpectedError(Exception):
    """What a callable of these tests raises."""


@pytest.mark.fidelity("RUN-029")
def test_an_exception_of_a_callable_reaches_whoever_made_time_move(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """It passes through the client unchanged; the steps before have run, the step itself has not started."""

    def decide(_context: StepContext) -> Outcome:
        raise UnexpectedError

    with pytest.raises(UnexpectedError):
        run(step("Prep"), step("Train", "Prep"), script={"Train": decide})

    execution = smpipeline.executions.one()
    assert (execution.status, execution.order, execution.steps["Prep"].status) == ("Executing", ["Prep"], "Succeeded")


def test_a_step_whose_callable_raised_tries_again(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """The attempt did not happen: time moves on, and the step is due again after the usual gap, with all that waited with it."""
    outcomes: list[Outcome] = []

    def decide(context: StepContext) -> Outcome:
        assert context.attempt == 1
        if not outcomes:
            raise UnexpectedError
        return outcomes[0]

    with pytest.raises(UnexpectedError):
        run(step("First"), step("Train"), step("Other"), script={"Train": decide})
    execution = smpipeline.executions.one()
    assert execution.order == ["First"]

    outcomes.append(succeed())
    smpipeline.run_until_idle()

    assert (execution.status, execution.order) == ("Succeeded", ["First", "Train", "Other"])
    assert execution.steps["Train"].started - execution.steps["First"].started == timedelta(seconds=1)
    assert execution.steps["Train"].attempts == 1


def test_what_is_no_outcome_is_refused_when_it_is_returned(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """A callable that forgets its return statement is told so, and its step has not started."""
    with pytest.raises(UsageError) as caught:
        run(step("Train"), script={"Train": lambda _context: None})

    assert str(caught.value) == (
        "The script of step 'Train' returned nothing, which is no outcome. Write succeed(...), fail(reason), reject(code, message), "
        "stopped(), hold() or cache_hit(), a list with one of them for each attempt, or a callable that returns one."
    )
    assert smpipeline.executions.one().order == []


def test_nothing_moves_while_a_callable_decides(smpipeline: SMPipelineMock, run: Run, step: Step, client: "SageMakerClient") -> None:
    """A callable may call the API and read records; it sees the moment before its step starts."""
    seen: list[object] = []

    def decide(context: StepContext) -> Outcome:
        described = client.describe_pipeline_execution(PipelineExecutionArn=context.execution)
        listed = client.list_pipeline_execution_steps(PipelineExecutionArn=context.execution)["PipelineExecutionSteps"]
        seen.append((described["PipelineExecutionStatus"], [item["StepName"] for item in listed], smpipeline.executions.one().order))
        return succeed()

    execution = run(step("First"), step("Train"), script={"Train": decide})

    assert seen == [("Executing", ["First"], ["First"])]
    assert execution.status == "Succeeded"


def test_a_callable_may_start_another_execution(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """The other one begins once the callable has answered, and both end."""
    started: list[tuple[str, list[str]]] = []

    def decide(_context: StepContext) -> Outcome:
        other = smpipeline.start("other")
        started.append((other.status, other.order))
        return succeed()

    smpipeline.add("other", {"Version": "2020-12-01", "Steps": [step("A")]})
    run(step("Train"), step("Next", "Train"), script={"Train": decide})

    assert started == [("Executing", [])]
    assert [(execution.pipeline, execution.status) for execution in smpipeline.executions] == [
        ("churn", "Succeeded"),
        ("other", "Succeeded"),
    ]


def test_a_callable_may_move_the_clock(run: Run, step: Step, smpipeline: SMPipelineMock) -> None:
    """What falls due meanwhile happens afterwards, and carries the time it was due."""

    def decide(_context: StepContext) -> Outcome:
        smpipeline.advance(hours=1)
        return succeed(duration=5)

    execution = run(step("Train"), script={"Train": decide})

    assert execution.steps["Train"].duration == timedelta(seconds=5)
    assert smpipeline.now >= execution.started + timedelta(hours=1)


def test_the_same_seed_gives_the_same_history_to_the_byte(step: Step, client: "SageMakerClient") -> None:
    """Ids, names, times and order repeat; another seed gives other ids."""

    def history(seed: int) -> str:
        with time_machine.travel("2026-11-22T12:00:00Z", tick=False), mock_smpipeline(seed=seed) as smp:
            smp.add("churn", {"Version": "2020-12-01", "Steps": [step("A"), step("B", kind="Model"), step("C", "A", "B")]})
            smp.script("churn", A=[fail("boom"), succeed(metrics={"auc": 1})])
            runs = [smp.start("churn") for _ in range(2)]
            described = [client.describe_pipeline_execution(PipelineExecutionArn=run.arn) for run in runs]
            listed = [client.list_pipeline_execution_steps(PipelineExecutionArn=run.arn) for run in runs]
            return repr((described, listed, [[one.properties for one in run.steps.values()] for run in runs], list(smp.calls)))

    assert history(1) == history(1)
    assert history(1) != history(2)
