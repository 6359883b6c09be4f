"""Callback steps and SQS: messages that really are in the queue, and queues that are not there."""

import json
from typing import Any, cast

import boto3
import pytest

from pytest_smpipeline import Execution, SMPipelineMock
from pytest_smpipeline.values import Json, JsonObject

pytestmark = pytest.mark.smpipeline(progress="poll")


def approval(url: str) -> JsonObject:
    """Return a definition with one Callback step that asks in this queue."""
    step: JsonObject = {
        "Name": "Approve",
        "Type": "Callback",
        "SqsQueueUrl": url,
        "Arguments": {"model": "churn-7"},
        "OutputParameters": [{"OutputName": "ok", "OutputType": "String"}],
    }
    return {"Version": "2020-12-01", "Steps": [step]}


def started(smpipeline: SMPipelineMock, url: str) -> Execution:
    """Start a pipeline that asks in this queue, and move it to the question."""
    smpipeline.add("approval", approval(url))
    execution = smpipeline.start("approval")
    smpipeline.run_until_idle()
    return execution


def messages(queues: Any, url: str) -> list[Any]:
    """Take all messages out of a queue."""
    received = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in received]


@pytest.fixture
def queues(smpipeline: SMPipelineMock) -> Any:
    """Return a client of SQS, which moto answers."""
    assert smpipeline.executions == []
    return boto3.client("sqs", region_name="us-east-1")


@pytest.mark.fidelity("CALLBACK-018")
def test_the_message_is_in_the_queue(smpipeline: SMPipelineMock, queues: Any) -> None:
    """Whoever polls the queue finds what the step asks, and can answer by its token."""
    url = queues.create_queue(QueueName="approvals")["QueueUrl"]

    execution = started(smpipeline, url)
    [message] = messages(queues, url)
    boto3.client("sagemaker", region_name="us-east-1").send_pipeline_execution_step_success(
        CallbackToken=message["token"], OutputParameters=[{"Name": "ok", "Value": "yes"}]
    )
    smpipeline.run_until_idle()

    assert message == {
        "token": message["token"],
        "pipelineExecutionArn": execution.arn,
        "arguments": {"model": "churn-7"},
        "status": "Executing",
    }
    assert (execution.status, execution.steps["Approve"].outputs) == ("Succeeded", {"ok": "yes"})


@pytest.mark.fidelity("CALLBACK-015", "CALLBACK-018")
def test_a_stop_puts_a_second_message_into_the_queue(smpipeline: SMPipelineMock, queues: Any) -> None:
    """The second message has the status Stopping."""
    url = queues.create_queue(QueueName="approvals")["QueueUrl"]
    execution = started(smpipeline, url)

    execution.stop()

    assert [message["status"] for message in messages(queues, url)] == ["Executing", "Stopping"]


@pytest.mark.fidelity("CALLBACK-019")
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://sqs.us-east-1.amazonaws.com/123456789012/aprovals", "SQS queue aprovals of account 123456789012 in us-east-1"),
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/approvals", "SQS queue approvals of account 123456789012 in eu-west-1"),
        ("https://sqs.us-east-1.amazonaws.com/210987654321/approvals", "SQS queue approvals of account 210987654321 in us-east-1"),
        ("https://sqs.xx-nowhere-1.amazonaws.com/123456789012/approvals", "in xx-nowhere-1: KeyError"),
        ("approvals", "ClientError: approvals is not the URL of an SQS queue."),
    ],
)
def test_a_queue_that_does_not_exist_fails_the_step(smpipeline: SMPipelineMock, queues: Any, url: str, reason: str) -> None:
    """Where a test has queues, one of another name, region or account is none of them."""
    queues.create_queue(QueueName="approvals")

    execution = started(smpipeline, url)

    assert (execution.status, execution.steps["Approve"].status) == ("Failed", "Failed")
    assert reason in str(execution.steps["Approve"].reason)


@pytest.mark.fidelity("CALLBACK-020")
def test_a_test_without_any_queue_needs_none(smpipeline: SMPipelineMock, queues: Any) -> None:
    """The message is recorded, and the step waits; that other queues were asked for changes nothing."""
    assert "QueueUrls" not in queues.list_queues()

    execution = started(smpipeline, "https://sqs.us-east-1.amazonaws.com/123456789012/approvals")

    assert execution.waiting == ["Approve"]
    assert execution.steps["Approve"].callback.message["status"] == "Executing"


@pytest.mark.fidelity("CALLBACK-018")
@pytest.mark.parametrize(
    "url",
    [
        "https://sqs.us-east-1.amazonaws.com/123456789012/approvals",
        "https://us-east-1.queue.amazonaws.com/123456789012/approvals",
        "https://queue.amazonaws.com/123456789012/approvals",
        "http://localhost:4566/123456789012/approvals",
        "http://localhost:5000/queue/123456789012/approvals",
    ],
)
def test_all_forms_of_a_queues_url_are_known(smpipeline: SMPipelineMock, queues: Any, url: str) -> None:
    """Where the URL names no region, the queue is in the execution's."""
    own = queues.create_queue(QueueName="approvals")["QueueUrl"]

    started(smpipeline, url)

    assert [message["status"] for message in messages(queues, own)] == ["Executing"]


@pytest.mark.fidelity("CALLBACK-019")
def test_a_step_whose_queue_is_missing_fails_beside_steps_that_run(smpipeline: SMPipelineMock, queues: Any) -> None:
    """The others go on, and the execution fails when they have ended."""
    queues.create_queue(QueueName="approvals")
    asking = approval("https://sqs.us-east-1.amazonaws.com/123456789012/missing")["Steps"]
    training: JsonObject = {"Name": "Train", "Type": "Training", "Arguments": {}}
    smpipeline.add("both", {"Version": "2020-12-01", "Steps": [*cast("list[Json]", asking), training]})

    execution = smpipeline.start("both")
    smpipeline.run_until_idle()

    assert {name: step.status for name, step in execution.steps.items()} == {"Approve": "Failed", "Train": "Succeeded"}
    assert execution.status == "Failed"
