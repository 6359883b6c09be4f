"""Step Functions in moto: state machines that start and watch pipelines, run by moto's own interpreter in threads of its own."""

import importlib.util
import json
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock, fail

pytestmark = [
    pytest.mark.smpipeline(moto_config={"stepfunctions": {"execute_state_machine": True}}),
    pytest.mark.skipif(importlib.util.find_spec("moto.stepfunctions.parser") is None, reason="this moto does not interpret state machines"),
]

Run = Callable[..., dict[str, Any]]

SDK = "arn:aws:states:::aws-sdk:sagemaker:"


def task(operation: str, following: str, /, *catch: str, **parameters: Any) -> dict[str, Any]:
    """Return a state that calls an operation of SageMaker and keeps its answer under the operation's name."""
    caught = [{"ErrorEquals": [name], "ResultPath": "$.error", "Next": "Caught"} for name in catch]
    state = {"Type": "Task", "Resource": SDK + operation, "Parameters": parameters, "ResultPath": f"$.{operation}", "Next": following}
    return {**state, "Catch": caught} if caught else state


def machine(start: str = "Start", **states: dict[str, Any]) -> dict[str, Any]:
    """Return a definition of a state machine."""
    return {"StartAt": start, "States": {**states, "Caught": {"Type": "Succeed"}, "End": {"Type": "Succeed"}}}


def polling(catch: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a machine that starts a pipeline and looks at it until it has ended, as AWS's examples do."""
    parameters = [{"Name": "Date", "Value.$": "$.date"}]
    arn = {"PipelineExecutionArn.$": "$.startPipelineExecution.PipelineExecutionArn"}
    running = {"Variable": "$.describePipelineExecution.PipelineExecutionStatus", "StringEquals": "Executing", "Next": "Wait"}
    return machine(
        Start=task("startPipelineExecution", "Look", *catch, PipelineName="churn", PipelineParameters=parameters),
        Look=task("describePipelineExecution", "Ended", **arn),
        Ended={"Type": "Choice", "Choices": [running], "Default": "End"},
        Wait={"Type": "Wait", "Seconds": 0, "Next": "Look"},
    )


@pytest.fixture
def run(smpipeline: SMPipelineMock) -> Run:
    """Return the function that runs a state machine to its end and gives what Step Functions says of the execution."""
    client = boto3.client("stepfunctions")

    def wait(definition: dict[str, Any], **given: str) -> dict[str, Any]:
        role = "arn:aws:iam::123456789012:role/States"
        created = client.create_state_machine(name="machine", definition=json.dumps(definition), roleArn=role)
        arn = client.start_execution(stateMachineArn=created["stateMachineArn"], input=json.dumps(given))["executionArn"]
        end = time.monotonic() + 60
        while (found := client.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < end, "the state machine does not end"
            time.sleep(0.01)
        return dict(found)

    return wait


@pytest.mark.smpipeline(progress="poll")
def test_a_state_machine_starts_a_pipeline_and_waits_for_its_end(run: Run, smpipeline: SMPipelineMock) -> None:
    """Each look moves the execution on, so that the loop sees it Executing, and then ended."""
    smpipeline.add("churn", parameters={"Date": str}, steps=["Train"])
    found = run(polling(), date="2026-11-22")
    assert found["status"] == "SUCCEEDED"
    smpipeline.assert_started("churn", parameters={"Date": "2026-11-22"}, times=1)
    looks = [call.response for call in smpipeline.calls.of("DescribePipelineExecution")]
    assert [look and look["PipelineExecutionStatus"] for look in looks][-2:] == ["Executing", "Succeeded"]


@pytest.mark.fidelity("STATES-001")
def test_times_are_texts_in_a_state(run: Run, smpipeline: SMPipelineMock) -> None:
    """In ISO 8601, in UTC, with milliseconds; all other members are as the API has them."""
    smpipeline.add("churn", parameters={"Date": str}, steps=["Train"])
    smpipeline.script("churn", Train=fail("no capacity"))
    definition = polling()
    definition["States"]["Ended"]["Default"] = "List"
    arn = {"PipelineExecutionArn.$": "$.startPipelineExecution.PipelineExecutionArn"}
    definition["States"]["List"] = task("listPipelineExecutionSteps", "End", **arn)
    output = json.loads(run(definition, date="2026-11-22")["output"])
    looked = output["describePipelineExecution"]
    assert looked["PipelineExecutionStatus"] == "Failed"
    assert looked["CreationTime"] == smpipeline.executions.last.started.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    (step,) = output["listPipelineExecutionSteps"]["PipelineExecutionSteps"]
    assert step["StartTime"].endswith("Z")


@pytest.mark.fidelity("STATES-002")
def test_an_error_of_the_model_is_caught_by_its_name(run: Run) -> None:
    """Step Functions adds Exception to a name that does not end so."""
    output = json.loads(run(polling(("SageMaker.ResourceNotFoundException",)), date="2026-11-22")["output"])
    assert output["error"]["Error"] == "SageMaker.ResourceNotFoundException"
    assert output["error"]["Cause"].startswith("Pipeline 'arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn' does not exist.")


@pytest.mark.fidelity("STATES-003")
def test_an_error_that_no_model_has_is_sagemakers(run: Run, smpipeline: SMPipelineMock) -> None:
    """A parameter that the pipeline lacks."""
    smpipeline.add("churn", steps=["Train"])
    output = json.loads(run(polling(("SageMaker.SageMakerException",)), date="2026-11-22")["output"])
    assert output["error"]["Error"] == "SageMaker.SageMakerException"


def test_a_state_machine_stops_a_pipeline(run: Run, smpipeline: SMPipelineMock) -> None:
    """One that waits for a callback, say."""
    smpipeline.add("churn", steps={"Approve": "Callback"})
    execution = smpipeline.start("churn")
    found = run(machine(Start=task("stopPipelineExecution", "End", PipelineExecutionArn=execution.arn)))
    assert found["status"] == "SUCCEEDED"
    assert execution.status in {"Stopping", "Stopped"}


def test_an_error_that_nobody_catches_fails_the_state_machine(run: Run) -> None:
    """With the error's name."""
    found = run(polling(), date="2026-11-22")
    assert (found["status"], found["error"]) == ("FAILED", "SageMaker.ResourceNotFoundException")


@pytest.mark.fidelity("STATES-004")
def test_there_is_no_optimised_integration_of_pipelines(run: Run, smpipeline: SMPipelineMock) -> None:
    """AWS's list for SageMaker has jobs, models and endpoints; a machine that names another one starts nothing."""
    smpipeline.add("churn", parameters={"Date": str}, steps=["Train"])
    definition = polling()
    definition["States"]["Start"]["Resource"] = "arn:aws:states:::sagemaker:startPipelineExecution.sync"
    assert run(definition, date="2026-11-22")["status"] == "FAILED"
    smpipeline.assert_not_started()


def test_other_services_are_called_as_without_us(run: Run, smpipeline: SMPipelineMock) -> None:
    """Their answers are moto's."""
    state = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sqs:createQueue", "Parameters": {"QueueName": "q"}, "Next": "End"}
    assert json.loads(run(machine(Start=state))["output"])["QueueUrl"].endswith("/q")


def test_many_state_machines_and_the_test_call_at_once(run: Run, smpipeline: SMPipelineMock) -> None:
    """Nobody waits for anybody for ever."""
    smpipeline.add("churn", parameters={"Date": str}, steps=["Train"])
    branch = polling()
    branches = [branch] * 8
    parallel = {"StartAt": "All", "States": {"All": {"Type": "Parallel", "Branches": branches, "End": True}}}
    assert run(parallel, date="2026-11-22")["status"] == "SUCCEEDED"
    smpipeline.start("churn", parameters={"Date": "2026-11-23"})
    smpipeline.assert_started("churn", times=9)
