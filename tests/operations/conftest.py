"""What the specifications of the operations share: definitions, a clock that stands still, raw requests, a picture of the state."""

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
import time_machine
from botocore.exceptions import ClientError

from pytest_smpipeline import SMPipelineMock, mock_smpipeline
from pytest_smpipeline._definition.nodes import Definition
from pytest_smpipeline._wire import service_model
from pytest_smpipeline._wire.messages import Answer, Request

ROLE = "arn:aws:iam::123456789012:role/SageMakerRole"
NOON = datetime(2026, 11, 22, 12, 0, 0, 123_000, tzinfo=UTC)


@pytest.fixture
def noon(smpipeline: SMPipelineMock) -> Iterator[datetime]:
    """An instant with milliseconds at which the wall clock stands still."""
    with time_machine.travel(NOON, tick=False):
        yield NOON


@pytest.fixture(scope="session")
def define() -> Callable[..., str]:
    """Return the function that writes a definition: training steps by name, each after the one before, and other members."""

    def write(*steps: str, **members: Any) -> str:
        described = [
            {"Name": name, "Type": "Training", "Arguments": {}, "DependsOn": list(steps[:position][-1:])}
            for position, name in enumerate(steps)
        ]
        return json.dumps({"Version": "2020-12-01", "Steps": described} | members)

    return write


@pytest.fixture(scope="session")
def definition(define: Callable[..., str]) -> str:
    """The definition of a pipeline with one step and no parameters."""
    return define("Train")


@pytest.fixture(scope="session")
def kept_client() -> Any:
    """A client as the code under test has one, made once: making a client takes longer than most of these tests."""
    with mock_smpipeline() as smp:
        return smp.client()


@pytest.fixture
def smpipeline_client(smpipeline: SMPipelineMock, kept_client: Any) -> Any:
    """The client of all tests here; one that changes its client makes its own, with ``smpipeline.client()``."""
    return kept_client


@pytest.fixture
def create(smpipeline_client: Any, definition: str) -> Callable[..., Any]:
    """Return the function that creates a pipeline through the API; what it is not told is usual."""

    def call(name: str = "churn", **members: Any) -> Any:
        usual = {} if "PipelineDefinitionS3Location" in members else {"PipelineDefinition": definition}
        return smpipeline_client.create_pipeline(**{"PipelineName": name, "RoleArn": ROLE, **usual, **members})

    return call


@pytest.fixture
def start(smpipeline_client: Any) -> Callable[..., str]:
    """Return the function that starts a pipeline through the API and returns the execution's ARN."""

    def call(name: str = "churn", **members: Any) -> str:
        arn: str = smpipeline_client.start_pipeline_execution(PipelineName=name, **members)["PipelineExecutionArn"]
        return arn

    return call


@pytest.fixture(scope="session")
def refusal() -> Callable[..., tuple[str, str]]:
    """Return the function that makes a call and returns the code and the message that the service refuses it with."""

    def call(method: Callable[..., object], **members: Any) -> tuple[str, str]:
        with pytest.raises(ClientError) as caught:
            method(**members)
        error = caught.value.response["Error"]
        return error["Code"], error["Message"]

    return call


@pytest.fixture
def recent_model() -> None:
    """Skip the test where botocore is older than the aliases of versions, pipelines managed by AWS, and MLflow experiments."""
    if "PipelineVersionAliases" not in service_model.current().input_shape("CreatePipeline").members:
        pytest.skip("this botocore is older than version aliases, managed pipelines and MLflow experiments")


@pytest.fixture
def in_s3(smpipeline: SMPipelineMock) -> Callable[..., dict[str, str]]:
    """Return the function that puts bytes into S3 and returns where they lie, as PipelineDefinitionS3Location has it."""
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="definitions")
    s3.put_bucket_versioning(Bucket="definitions", VersioningConfiguration={"Status": "Enabled"})

    def put(content: bytes, key: str = "churn.json") -> dict[str, str]:
        version = s3.put_object(Bucket="definitions", Key=key, Body=content)["VersionId"]
        return {"Bucket": "definitions", "ObjectKey": key, "VersionId": version}

    return put


@pytest.fixture
def raw(smpipeline: SMPipelineMock) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Return the function that sends a body past boto3, checks that the answer is well formed, and returns status and payload."""

    def ask(operation: str, body: object, *, region: str = "us-east-1", account_id: str = "123456789012") -> tuple[int, dict[str, Any]]:
        sent = body if isinstance(body, bytes | str) else json.dumps(body)
        answer: Answer = smpipeline._service.answer(Request(operation, sent, region, account_id))
        payload: dict[str, Any] = json.loads(answer.body)
        assert answer.headers["content-type"] == "application/x-amz-json-1.1"
        assert payload.keys() == answer.payload.keys()
        if answer.status != 200:
            words = payload.get("message") or payload.get("Message")
            assert payload["__type"]
            assert isinstance(words, str)
            assert words
        return answer.status, payload

    return ask


@pytest.fixture
def picture(smpipeline: SMPipelineMock) -> Iterator[Callable[[], object]]:
    """Return the function that takes a picture of everything the service remembers, to be compared with a later one.

    The wall clock stands still: what falls due while a slow machine works would be in the later picture.
    """

    def take() -> object:
        store = smpipeline._service.store
        territories = {place: _flat(territory, {}) for place, territory in store._territories.items() if territory.pipelines}
        return territories, _flat(store.started, {})

    with time_machine.travel(datetime.now(UTC), tick=False):
        yield take


def _flat(value: object, seen: dict[int, int]) -> object:
    result = value
    if isinstance(value, Definition):
        result = "what the text of its version means"
    elif dataclasses.is_dataclass(value) and id(value) in seen:
        result = f"number {seen[id(value)]}"
    elif dataclasses.is_dataclass(value):
        seen[id(value)] = len(seen)
        result = [type(value).__name__, *(_flat(getattr(value, field.name), seen) for field in dataclasses.fields(value))]
    elif isinstance(value, Mapping):
        result = [(key, _flat(content, seen)) for key, content in value.items()]
    elif isinstance(value, set | frozenset):
        result = sorted(map(str, value))
    elif isinstance(value, list | tuple):
        result = [_flat(content, seen) for content in value]
    return result
