"""moto's server: what comes to it by HTTP reaches us while a mock is active, if the operation is ours."""

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from pytest_smpipeline import SMPipelineMock, mock_smpipeline

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/churn"
DEFINITION = '{"Version": "2020-12-01", "Steps": [{"Name": "Train", "Type": "Training", "Arguments": {}}]}'
SIGNATURE = "AWS4-HMAC-SHA256 Credential=AKIAUNKNOWNUNKNOWN00/20261122/eu-west-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0"

Post = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of a server of moto's that runs in this process, through all these tests and their mocks."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def post(url: str) -> Post:
    """Return the function that calls SageMaker at the server with nothing but HTTP."""

    def call(operation: str, body: object, **headers: str) -> tuple[int, dict[str, Any]]:
        usual = {"X-Amz-Target": f"SageMaker.{operation}", "Content-Type": "application/x-amz-json-1.1", "Authorization": SIGNATURE}
        answer = requests.post(url, json.dumps(body), headers=usual | headers, timeout=30)
        return answer.status_code, answer.json()

    return call


@pytest.fixture
def smp(url: str) -> Iterator[SMPipelineMock]:
    """A mock in the region of the signature, with a pipeline and with moto awake."""
    with mock_smpipeline(region="eu-west-1") as smp:
        smp.add("churn", DEFINITION)
        boto3.client("sts").get_caller_identity()
        yield smp


def test_a_request_to_the_server_is_answered_by_us(smp: SMPipelineMock, post: Post) -> None:
    """An execution that was started so runs, and is a record of the test."""
    status, answer = post("StartPipelineExecution", {"PipelineName": "churn", "ClientRequestToken": "x" * 32})

    run = smp.executions.one("churn")
    assert (status, answer) == (200, {"PipelineExecutionArn": run.arn})
    run.assert_succeeded()


def test_an_error_of_ours_goes_through_the_server(smp: SMPipelineMock, post: Post) -> None:
    """With the status and the body that AWS gives it."""
    assert post("DescribePipeline", {"PipelineName": "rank"}) == (
        400,
        {"__type": "ResourceNotFound", "Message": f"Pipeline '{ARN.replace('churn', 'rank')}' does not exist."},
    )


def test_other_operations_of_the_server_stay_motos(smp: SMPipelineMock, post: Post) -> None:
    """Tags too, unless they are a pipeline's."""
    assert post("ListTrainingJobs", {})[1]["TrainingJobSummaries"] == []
    assert post("AddTags", {"ResourceArn": ARN, "Tags": [{"Key": "team", "Value": "growth"}]})[0] == 200
    assert [call.operation for call in smp.calls] == ["AddTags"]


def test_motos_header_names_the_account_at_the_server(smp: SMPipelineMock, post: Post) -> None:
    """Whatever has become of its capitals on the way."""
    assert post("ListPipelines", {}, **{"x-moto-account-id": "777788889999"}) == (200, {"PipelineSummaries": []})
    assert smp.calls[-1].account_id == "777788889999"


def test_a_boto3_client_of_the_server_is_answered_by_us(smp: SMPipelineMock, url: str) -> None:
    """And by moto for everything else, as without the server."""
    client: Any = boto3.client("sagemaker", endpoint_url=url)

    arn = client.start_pipeline_execution(PipelineName="churn")["PipelineExecutionArn"]

    assert arn == smp.executions.one().arn
    (job,) = client.list_training_jobs()["TrainingJobSummaries"]
    assert job["TrainingJobArn"] == smp.executions.one().steps["Train"].metadata["TrainingJob"]["Arn"]


def test_a_boto3_client_in_another_process_is_answered_by_us(smp: SMPipelineMock, url: str, run_python: Callable[[str], str]) -> None:
    """It knows nothing of us but the server's address."""
    script = f"""
import boto3

keys = {{"aws_access_key_id": "AKIAUNKNOWNUNKNOWN00", "aws_secret_access_key": "secret"}}
client = boto3.client("sagemaker", "eu-west-1", endpoint_url="{url}", **keys)
print(client.start_pipeline_execution(PipelineName="churn")["PipelineExecutionArn"])
"""
    printed = run_python(script)

    assert printed == smp.executions.one("churn").arn


def test_after_the_mock_the_server_is_motos_again(url: str, post: Post) -> None:
    """A server may outlive a mock, and serves the next one."""
    for _ in range(2):
        with mock_smpipeline(region="eu-west-1") as smp:
            smp.add("churn", DEFINITION)
            assert [one["PipelineName"] for one in post("ListPipelines", {})[1]["PipelineSummaries"]] == ["churn"]
        assert post("ListPipelines", {})[1]["PipelineSummaries"] == []
