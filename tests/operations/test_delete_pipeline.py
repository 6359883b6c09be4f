"""DeletePipeline."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"

Create = Callable[..., Any]
Refusal = Callable[..., tuple[str, str]]
Start = Callable[..., str]


@pytest.mark.fidelity("DELETE-001")
def test_a_deleted_pipeline_is_gone(create: Create, smpipeline_client: Any) -> None:
    """The answer is the ARN of what was deleted."""
    create()

    answer = smpipeline_client.delete_pipeline(PipelineName="churn")

    assert {member for member in answer if member != "ResponseMetadata"} == {"PipelineArn"}
    assert answer["PipelineArn"] == ARN
    with pytest.raises(smpipeline_client.exceptions.ResourceNotFound):
        smpipeline_client.describe_pipeline(PipelineName="churn")


@pytest.mark.fidelity("DELETE-002")
def test_its_executions_are_gone_too(create: Create, start: Start, smpipeline_client: Any, refusal: Refusal) -> None:
    """None of them can be described any more."""
    create()
    arns = [start(), start()]

    smpipeline_client.delete_pipeline(PipelineName="churn")

    for arn in arns:
        refused = refusal(smpipeline_client.describe_pipeline_execution, PipelineExecutionArn=arn)
        assert refused == ("ResourceNotFound", f"Pipeline execution '{arn}' does not exist")


def test_what_was_started_stays_in_the_records_of_the_test(
    create: Create, start: Start, smpipeline: SMPipelineMock, smpipeline_client: Any
) -> None:
    """The service forgets; the test does not."""
    create()
    arn = start()

    smpipeline_client.delete_pipeline(PipelineName="churn")

    assert smpipeline.executions.one("churn").arn == arn


@pytest.mark.fidelity("DELETE-003")
def test_a_missing_pipeline_cannot_be_deleted(create: Create, smpipeline_client: Any, refusal: Refusal) -> None:
    """Nor can one be deleted twice."""
    create()
    smpipeline_client.delete_pipeline(PipelineName="churn")

    refused = refusal(smpipeline_client.delete_pipeline, PipelineName="churn")

    assert refused == ("ResourceNotFound", f"Pipeline '{ARN}' does not exist.")


@pytest.mark.fidelity("DELETE-004", "DELETE-005")
@pytest.mark.smpipeline(progress="manual")
def test_a_pipeline_that_runs_cannot_be_deleted(
    create: Create,
    start: Start,
    smpipeline: SMPipelineMock,
    smpipeline_client: Any,
    refusal: Refusal,
    picture: Callable[[], object],
    noon: object,
) -> None:
    """It can once all its executions have ended."""
    create()
    start()
    smpipeline.advance(minutes=4)
    start()
    before = picture()

    assert refusal(smpipeline_client.delete_pipeline, PipelineName="churn") == (
        "ConflictException",
        f"Pipeline '{ARN}' can't be deleted while it runs; executions that have not ended: 2. Stop them, or wait for their end.",
    )
    assert picture() == before

    smpipeline.advance(minutes=2)
    assert "executions that have not ended: 1." in refusal(smpipeline_client.delete_pipeline, PipelineName="churn")[1]

    smpipeline.run_until_idle()
    assert smpipeline_client.delete_pipeline(PipelineName="churn")["PipelineArn"] == ARN


@pytest.mark.fidelity("DELETE-004")
@pytest.mark.smpipeline(progress="poll")
def test_a_poller_deletes_a_pipeline_once_it_has_seen_the_end(create: Create, start: Start, smpipeline_client: Any) -> None:
    """The attempt before is a ConflictException, which boto3 knows by name."""
    create()
    arn = start()
    with pytest.raises(smpipeline_client.exceptions.ConflictException):
        smpipeline_client.delete_pipeline(PipelineName="churn")

    while smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"] == "Executing":
        pass

    assert smpipeline_client.delete_pipeline(PipelineName="churn")["PipelineArn"] == ARN


@pytest.mark.fidelity("DELETE-006")
def test_a_pipeline_made_anew_has_no_history(
    create: Create, start: Start, smpipeline: SMPipelineMock, smpipeline_client: Any, define: Callable[..., str], noon: object
) -> None:
    """Versions start at 1 again, no run is listed, and what the first one was like is forgotten."""
    create(PipelineDescription="the first", Tags=[{"Key": "team", "Value": "growth"}])
    smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=define("Second"))
    first = start()
    smpipeline_client.delete_pipeline(PipelineName="churn")
    smpipeline.advance(1)

    create()

    described = smpipeline_client.describe_pipeline(PipelineName="churn")
    assert described["CreationTime"] == smpipeline.now
    assert not {"LastRunTime", "PipelineDescription"} & described.keys()
    assert smpipeline_client.list_pipeline_executions(PipelineName="churn")["PipelineExecutionSummaries"] == []
    assert smpipeline_client.update_pipeline(PipelineName="churn")["PipelineVersionId"] == 1
    second = start()
    assert second != first
    assert described["CreationTime"] - smpipeline.executions[0].started > timedelta(seconds=1)


@pytest.mark.fidelity("DELETE-007")
def test_a_pipeline_of_the_same_name_elsewhere_stays(
    create: Create, raw: Callable[..., tuple[int, dict[str, Any]]], smpipeline: SMPipelineMock, smpipeline_client: Any, definition: str
) -> None:
    """Other regions and accounts are not touched."""
    create()
    smpipeline.add("churn", definition, region="eu-west-1")
    smpipeline.add("churn", definition, account_id="999999999999")

    smpipeline_client.delete_pipeline(PipelineName="churn")

    elsewhere: Any = boto3.client("sagemaker", region_name="eu-west-1")
    assert elsewhere.describe_pipeline(PipelineName="churn")["PipelineStatus"] == "Active"
    assert raw("DescribePipeline", {"PipelineName": "churn"}, account_id="999999999999")[1]["PipelineStatus"] == "Active"
