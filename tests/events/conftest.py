"""Clients of the neighbours that events travel through, and ways to write rules."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

# What a test run inside this process imports first is forgotten at its end: the next would have modules of its own beside these.
import boto3
import moto.core.models
import moto.events.models
import pytest

from pytest_smpipeline import SMPipelineMock, mock

LOADED: Final = (boto3, moto.core.models, moto.events.models, mock)
CHURN: Final = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"
ROLE: Final = "arn:aws:iam::123456789012:role/events"


@pytest.fixture
def events(smpipeline: SMPipelineMock) -> Any:
    """Return a client of EventBridge."""
    return boto3.client("events", region_name="us-east-1")


@pytest.fixture
def rule(events: Any) -> Callable[..., str]:
    """Return the function that makes a rule for a pattern or a schedule, with a target, and returns its ARN."""

    def put(name: str, about: Mapping[str, Any] | str, arn: str = CHURN, **target: Any) -> str:
        said = {"ScheduleExpression": about} if isinstance(about, str) else {"EventPattern": json.dumps(about)}
        made: str = events.put_rule(Name=name, **said)["RuleArn"]
        events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn, "RoleArn": ROLE, **target}])
        return made

    return put


@pytest.fixture
def queue(smpipeline: SMPipelineMock) -> Callable[[str], tuple[str, Callable[[], list[Any]]]]:
    """Return the function that makes a queue, and returns its ARN and the function that takes its messages."""

    def make(name: str) -> tuple[str, Callable[[], list[Any]]]:
        sqs = boto3.client("sqs", region_name="us-east-1")
        url = sqs.create_queue(QueueName=name)["QueueUrl"]

        def messages() -> list[Any]:
            found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            return [json.loads(message["Body"]) for message in found]

        return f"arn:aws:sqs:us-east-1:123456789012:{name}", messages

    return make


@pytest.fixture
def put(events: Any) -> Callable[..., None]:
    """Return the function that puts an event of the user's onto the default bus."""

    def send(**detail: Any) -> None:
        entry = {"Source": "shop", "DetailType": "order", "Detail": json.dumps(detail)}
        assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0

    return send
