"""ARNs of another partition, region or account, in every operation that takes an ARN."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_smpipeline import SMPipelineMock
from pytest_smpipeline._operations.table import ANSWERED
from pytest_smpipeline._wire import service_model

PIPELINE = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"
FOREIGN = {
    "partition": ("arn:aws:", "arn:aws-cn:"),
    "region": ("us-east-1", "eu-west-1"),
    "account": ("123456789012", "999999999999"),
}
USUAL: dict[str, Any] = {"ClientRequestToken": "0123456789abcdef0123456789abcdef", "PipelineVersionId": 1, "Tags": [], "TagKeys": ["team"]}
NAMING = ("PipelineName", "PipelineArn", "PipelineExecutionArn", "ResourceArn")

# These name a pipeline by its name alone, or do not name one; what Search finds is its own matter.
WITHOUT_ARN = {
    "CreatePipeline",
    "DeletePipeline",
    "ListPipelines",
    "Search",
    "SendPipelineExecutionStepFailure",
    "SendPipelineExecutionStepSuccess",
    "UpdatePipeline",
}


@pytest.fixture(autouse=True)
def execution(smpipeline: SMPipelineMock, definition: str) -> str:
    """The ARN of an execution that is running, so that it could be stopped."""
    smpipeline.add("churn", definition)
    return smpipeline.start("churn").arn


def naming(operation: str, pipeline: str, execution: str) -> dict[str, Any]:
    """Return a request that names a pipeline or an execution by an ARN, as the operation has it."""
    members = service_model.current().input_shape(operation).members
    arns = {name: execution if name == "PipelineExecutionArn" else pipeline for name in NAMING}
    return {name: value for name, value in {**arns, **USUAL}.items() if name in members}


@pytest.mark.fidelity("DESCRIBE-007", "START-005", "UPDVER-017", "EXEC-012", "TAG-006")
@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize("operation", sorted(set(ANSWERED) - WITHOUT_ARN))
@pytest.mark.smpipeline(progress="manual")
def test_a_foreign_arn_is_found_by_no_operation(
    raw: Callable[..., tuple[int, dict[str, Any]]], picture: Callable[[], object], execution: str, operation: str, foreign: str
) -> None:
    """Though there is one of the same name here: it is repeated in the message, and nothing has changed."""
    before = picture()
    ours, theirs = FOREIGN[foreign]

    status, payload = raw(operation, naming(operation, PIPELINE.replace(ours, theirs), execution.replace(ours, theirs)))

    code = "ValidationException" if "Tags" in operation else "ResourceNotFound"
    assert (status, payload["__type"]) == (400, code)
    words = payload.get("Message") or payload["message"]
    assert theirs in words
    assert "does not exist" in words
    assert picture() == before


@pytest.mark.parametrize("operation", sorted(set(ANSWERED) - WITHOUT_ARN))
@pytest.mark.smpipeline(progress="manual")
def test_an_arn_of_ones_own_is_found(raw: Callable[..., tuple[int, dict[str, Any]]], execution: str, operation: str) -> None:
    """So what the test above sees comes from the ARN alone. An execution that is running cannot be retried."""
    status, payload = raw(operation, naming(operation, PIPELINE, execution))

    assert status == 200 or (operation, payload["__type"]) == ("RetryPipelineExecution", "ValidationException")
