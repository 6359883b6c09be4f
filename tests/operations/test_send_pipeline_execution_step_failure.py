"""SendPipelineExecutionStepFailure; what it shares with a success is told there."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from pytest_smpipeline import Execution, SMPipelineMock, succeed

CLIENT_TOKEN = "0123456789abcdef0123456789abcdef"
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"

pytestmark = pytest.mark.smpipeline(progress="poll")


def token_of(execution: Execution) -> str:
    """Return the token that the Callback step shows."""
    return str(execution.steps["Approve"].metadata["Callback"]["CallbackToken"])


@pytest.fixture
def waiting(smpipeline: SMPipelineMock, smpipeline_client: Any, start: Callable[..., str], noon: datetime) -> Execution:
    """An execution whose Callback step is running; it would succeed in an hour, and another step waits for it."""
    callback = {"Name": "Approve", "Type": "Callback", "SqsQueueUrl": QUEUE, "Arguments": {}}
    after = {"Name": "After", "Type": "Training", "Arguments": {}, "DependsOn": ["Approve"]}
    smpipeline.add("churn", json.dumps({"Version": "2020-12-01", "Steps": [callback, after]}))
    smpipeline.script("churn", Approve=succeed(duration=3600))
    smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=start())
    return smpipeline.executions.one()


@pytest.mark.fidelity("CALLBACK-001")
def test_the_answer_to_a_failure_is_the_executions_arn(smpipeline_client: Any, waiting: Execution) -> None:
    """And nothing else."""
    answer = smpipeline_client.send_pipeline_execution_step_failure(CallbackToken=token_of(waiting), FailureReason="no")

    assert answer.keys() - {"ResponseMetadata"} == {"PipelineExecutionArn"}
    assert answer["PipelineExecutionArn"] == waiting.arn


@pytest.mark.fidelity("CALLBACK-003")
def test_a_failure_fails_the_step_with_its_reason(smpipeline: SMPipelineMock, smpipeline_client: Any, waiting: Execution) -> None:
    """Without a prefix; the execution fails too, since nothing else of it runs, and what waits for the step never starts."""
    token = token_of(waiting)

    smpipeline_client.send_pipeline_execution_step_failure(CallbackToken=token, FailureReason="Ann said no")

    waiting.assert_failed(step="Approve")
    step = waiting.steps["Approve"]
    assert (step.status, step.reason, step.outputs) == ("Failed", "Ann said no", {})
    assert step.metadata == {"Callback": {"CallbackToken": token, "SqsQueueUrl": QUEUE}}
    assert step.ended == waiting.ended == waiting.started + timedelta(seconds=1)
    assert waiting.order == ["Approve"]
    smpipeline.run_until_idle()
    assert smpipeline.now == step.ended


@pytest.mark.fidelity("CALLBACK-004")
def test_a_failure_needs_no_reason(smpipeline_client: Any, waiting: Execution) -> None:
    """The member is absent from the list then."""
    smpipeline_client.send_pipeline_execution_step_failure(CallbackToken=token_of(waiting))

    (listed,) = smpipeline_client.list_pipeline_execution_steps(PipelineExecutionArn=waiting.arn)["PipelineExecutionSteps"]

    assert listed["StepStatus"] == "Failed"
    assert "FailureReason" not in listed


@pytest.mark.fidelity("CALLBACK-011")
def test_the_same_failure_twice_counts_once(smpipeline_client: Any, waiting: Execution) -> None:
    """The second request with the token is answered like the first, although the step has ended."""
    request = {"CallbackToken": token_of(waiting), "FailureReason": "no", "ClientRequestToken": CLIENT_TOKEN}

    answers = [smpipeline_client.send_pipeline_execution_step_failure(**request)["PipelineExecutionArn"] for _ in range(2)]

    assert answers == [waiting.arn] * 2


@pytest.mark.fidelity("CALLBACK-003")
def test_other_steps_go_on_after_a_failure(smpipeline: SMPipelineMock, smpipeline_client: Any, start: Callable[..., str]) -> None:
    """The execution fails when they have ended."""
    callback = {"Name": "Approve", "Type": "Callback", "SqsQueueUrl": QUEUE, "Arguments": {}}
    train = {"Name": "Train", "Type": "Training", "Arguments": {}}
    smpipeline.add("pair", json.dumps({"Version": "2020-12-01", "Steps": [callback, train]}))
    smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=start("pair"))
    execution = smpipeline.executions.one()

    smpipeline_client.send_pipeline_execution_step_failure(CallbackToken=token_of(execution), FailureReason="no")
    assert execution.status == "Executing"
    smpipeline.run_until_idle()

    assert (execution.status, execution.steps["Train"].status) == ("Failed", "Succeeded")
