"""Airflow's Amazon provider, in an environment of its own: ``nox -s airflow``.

Operators are executed as a worker would, without a scheduler or a database: ``aws_conn_id=None`` takes the credentials of the process.
"""

import asyncio
import importlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pytest_smpipeline import SMPipelineMock, fail, hold, succeed

if importlib.util.find_spec("airflow") is None:
    pytest.skip(
        "Airflow is not installed here: it brings a hundred packages, so `nox -s airflow` runs these tests", allow_module_level=True
    )


@pytest.fixture(scope="module", autouse=True)
def _airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep Airflow's configuration out of the user's home: it is written when Airflow is imported."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("airflow")
        patch.setenv("AIRFLOW_HOME", str(home))
        patch.setenv("AIRFLOW__CORE__UNIT_TEST_MODE", "False")
        yield home


@pytest.fixture
def churn(smpipeline: SMPipelineMock) -> SMPipelineMock:
    """Return the mock with a pipeline of two steps and a parameter."""
    smpipeline.add("churn", parameters={"Date": str, "Epochs": 10}, steps=["Prep", "Train"])
    return smpipeline


def operator(name: str, **arguments: Any) -> Any:
    """Return an operator of the provider's, as a DAG would make it."""
    module = importlib.import_module("airflow.providers.amazon.aws.operators.sagemaker")
    return getattr(module, name)(task_id="task", aws_conn_id=None, region_name="us-east-1", **arguments)


def sensor(arn: str) -> Any:
    """Return the sensor of an execution."""
    module = importlib.import_module("airflow.providers.amazon.aws.sensors.sagemaker")
    return module.SageMakerPipelineSensor(task_id="wait", aws_conn_id=None, region_name="us-east-1", pipeline_exec_arn=arn)


def test_the_operator_starts_a_pipeline(churn: SMPipelineMock) -> None:
    """It returns the ARN; parameters are a dict, and the display name is Airflow's."""
    arn = operator("SageMakerStartPipelineOperator", pipeline_name="churn", pipeline_params={"Date": "2026-11-22"}).execute({})

    assert arn == churn.executions.one().arn
    churn.assert_started("churn", parameters={"Date": "2026-11-22", "Epochs": 10}, display_name="airflow-triggered-execution")


def test_the_operator_passes_a_refusal_on(churn: SMPipelineMock) -> None:
    """A missing parameter fails the task, with the service's words."""
    with pytest.raises(ClientError, match="Date"):
        operator("SageMakerStartPipelineOperator", pipeline_name="churn").execute({})

    churn.assert_not_started()


def test_numbers_as_parameters_are_a_mistake_that_airflow_makes_easy(churn: SMPipelineMock) -> None:
    """The provider hands the values of the dict on as they are; botocore wants text, so ``20`` has to be ``"20"``."""
    from botocore.exceptions import ParamValidationError

    parameters = {"Date": "2026-11-22", "Epochs": 20}
    with pytest.raises(ParamValidationError, match="Invalid type for parameter"):
        operator("SageMakerStartPipelineOperator", pipeline_name="churn", pipeline_params=parameters).execute({})

    churn.assert_not_started()


@pytest.mark.smpipeline(progress="manual", virtual_sleep=True)
def test_the_operator_waits_until_the_pipeline_has_ended(churn: SMPipelineMock) -> None:
    """It sleeps between its looks, on the virtual clock."""
    given = {"Date": "2026-11-22"}

    task = operator(
        "SageMakerStartPipelineOperator", pipeline_name="churn", pipeline_params=given, wait_for_completion=True, check_interval=60
    )
    task.execute({})

    run = churn.executions.one()
    run.assert_succeeded()
    assert len(churn.calls.of("DescribePipelineExecution")) > 1
    assert churn.calls.of("ListPipelineExecutionSteps")  # it reports them while it waits


@pytest.mark.smpipeline(progress="poll", virtual_sleep=True)
def test_the_operator_fails_when_the_pipeline_fails(churn: SMPipelineMock) -> None:
    """The task fails with the execution's reason, which names no step."""
    churn.script("churn", Train=fail("no capacity"))
    given = {"Date": "2026-11-22"}

    task = operator("SageMakerStartPipelineOperator", pipeline_name="churn", pipeline_params=given, wait_for_completion=True)
    with pytest.raises(Exception, match="Step failure: One or multiple steps failed"):
        task.execute({})

    churn.executions.one().assert_failed(step="Train", reason="no capacity")


@pytest.mark.smpipeline(progress="manual")
def test_the_operator_stops_a_pipeline(churn: SMPipelineMock) -> None:
    """It returns the status after the call."""
    run = churn.start("churn", {"Date": "2026-11-22"})

    status = operator("SageMakerStopPipelineOperator", pipeline_exec_arn=run.arn).execute({})

    assert status == "Stopping"
    churn.run_until_idle()
    run.assert_stopped()


def test_stopping_what_has_ended_is_no_failure_unless_asked(churn: SMPipelineMock) -> None:
    """The provider knows the service's sentence by heart, and so does the emulation."""
    run = churn.start("churn", {"Date": "2026-11-22"})

    assert operator("SageMakerStopPipelineOperator", pipeline_exec_arn=run.arn).execute({}) == "Succeeded"
    with pytest.raises(ClientError, match="Only pipelines with 'Executing' status can be stopped"):
        operator("SageMakerStopPipelineOperator", pipeline_exec_arn=run.arn, fail_if_not_running=True).execute({})


@pytest.mark.smpipeline(progress="manual", virtual_sleep=True)
def test_a_stop_that_meets_a_conflict_is_tried_again(churn: SMPipelineMock) -> None:
    """The provider waits 0.3 seconds after a ConflictException; nobody really sleeps."""
    run = churn.start("churn", {"Date": "2026-11-22"})
    churn.fault("StopPipelineExecution", "ConflictException", times=2)

    assert operator("SageMakerStopPipelineOperator", pipeline_exec_arn=run.arn).execute({}) == "Stopping"
    assert [call.error_code for call in churn.calls.of("StopPipelineExecution")] == ["ConflictException", "ConflictException", None]


@pytest.mark.smpipeline(progress="poll")
def test_the_sensor_pokes_until_the_pipeline_has_ended(churn: SMPipelineMock) -> None:
    """Each poke is a look, which moves the execution on."""
    run = churn.start("churn", {"Date": "2026-11-22"})
    wait = sensor(run.arn)

    pokes = [wait.poke({})]
    while not pokes[-1]:
        pokes.append(wait.poke({}))

    assert len(pokes) > 1
    run.assert_succeeded()


def test_the_sensor_fails_with_the_pipeline(churn: SMPipelineMock) -> None:
    """Its error has no reason, though the answer that it poked has one: the provider looks for the reasons of jobs alone."""
    churn.script("churn", Train=fail("no capacity"))
    run = churn.start("churn", {"Date": "2026-11-22"})
    wait = sensor(run.arn)

    with pytest.raises(Exception, match="Sagemaker pipeline failed for the following reason: Unknown"):
        wait.poke({})
    assert run.failure_reason


@pytest.mark.smpipeline(progress="poll")
def test_the_deferrable_operator_hands_over_to_its_trigger(churn: SMPipelineMock) -> None:
    """The trigger polls with aiobotocore in the triggerer; the task then resumes with its event."""
    task, trigger = deferred(churn)

    event = asyncio.run(first_event(trigger))

    assert event == {"status": "success", "value": churn.executions.one().arn}
    assert task.execute_complete({}, event) == churn.executions.one().arn


@pytest.mark.smpipeline(progress="poll")
def test_the_trigger_raises_when_the_pipeline_fails(churn: SMPipelineMock) -> None:
    """Its waiter meets a terminal failure."""
    churn.script("churn", Train=fail("no capacity"))
    _, trigger = deferred(churn)

    with pytest.raises(Exception, match="terminal failure"):
        asyncio.run(first_event(trigger))


@pytest.mark.smpipeline(progress="manual")
def test_the_trigger_gives_up_after_its_attempts(churn: SMPipelineMock) -> None:
    """A held step keeps the pipeline executing; between its looks the trigger sleeps for as long as it was told, here not at all."""
    churn.script("churn", Prep=hold())
    _, trigger = deferred(churn, waiter_max_attempts=3)

    with pytest.raises(Exception, match="max attempts"):
        asyncio.run(first_event(trigger))

    run = churn.executions.one()
    churn.advance(2)
    run.release("Prep", succeed())
    churn.run_until_idle()
    run.assert_succeeded()


def deferred(churn: SMPipelineMock, **arguments: Any) -> tuple[Any, Any]:
    """Execute the deferrable operator up to its deferral; return it and its trigger."""
    found = [importlib.import_module(name) for name in ("airflow.sdk.exceptions", "airflow.exceptions")]
    deferral = next(module.TaskDeferred for module in found if hasattr(module, "TaskDeferred"))
    task = operator(
        "SageMakerStartPipelineOperator",
        pipeline_name="churn",
        pipeline_params={"Date": "2026-11-22"},
        deferrable=True,
        check_interval=0,
        **arguments,
    )
    with pytest.raises(deferral) as caught:
        task.execute({})
    assert len(churn.executions) == 1
    return task, caught.value.trigger


async def first_event(trigger: Any) -> Any:
    """Return what a trigger fires with."""
    async for event in trigger.run():
        return event.payload
    return None
