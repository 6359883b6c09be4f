"""DescribePipeline."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"
USER = {
    "IamIdentity": {"Arn": "arn:aws:iam::123456789012:user/smpipeline", "PrincipalId": "AIDA123456789012SMPL"},
}  # fmt: skip

Create = Callable[..., Any]
Refusal = Callable[..., tuple[str, str]]


def outcome(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what botocore adds."""
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


@pytest.mark.fidelity("DESCRIBE-001", "DESCRIBE-002", "DESCRIBE-003", "DESCRIBE-014")
def test_a_pipeline_with_nothing_optional_shows_only_what_it_has(
    create: Create, smpipeline_client: Any, definition: str, noon: datetime
) -> None:
    """What is unset is absent: description, parallelism, aliases, and LastRunTime before the first run."""
    create()

    assert outcome(smpipeline_client.describe_pipeline(PipelineName="churn")) == {
        "PipelineArn": ARN,
        "PipelineName": "churn",
        "PipelineDisplayName": "churn",
        "PipelineDefinition": definition,
        "RoleArn": "arn:aws:iam::123456789012:role/SageMakerRole",
        "PipelineStatus": "Active",
        "CreationTime": noon,
        "LastModifiedTime": noon,
        "CreatedBy": USER,
        "LastModifiedBy": USER,
    }


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("DESCRIBE-001")
def test_everything_that_was_given_is_described(create: Create, smpipeline_client: Any) -> None:
    """Display name, description, parallelism and aliases come back as they were given."""
    given = {
        "PipelineDisplayName": "Daily-Churn",
        "PipelineDescription": "every morning",
        "ParallelismConfiguration": {"MaxParallelExecutionSteps": 2},
        "PipelineVersionAliases": ["prod"],
    }
    create(**given)

    described = smpipeline_client.describe_pipeline(PipelineName="churn")

    assert {member: described[member] for member in given} == given


@pytest.mark.fidelity("DESCRIBE-004")
def test_the_last_run_is_the_latest_start(
    create: Create, start: Callable[..., str], smpipeline: SMPipelineMock, smpipeline_client: Any, noon: datetime
) -> None:
    """It is the time of the start, to the millisecond, not that of the end."""
    create()
    start()
    smpipeline.advance(3600)
    started = smpipeline.now
    start()

    assert started > noon + timedelta(hours=1)
    assert smpipeline_client.describe_pipeline(PipelineName="churn")["LastRunTime"] == started


@pytest.mark.fidelity("DESCRIBE-005")
def test_a_pipeline_can_be_named_by_its_arn(create: Create, smpipeline_client: Any) -> None:
    """Name and ARN lead to the same pipeline."""
    create()

    assert smpipeline_client.describe_pipeline(PipelineName=ARN)["PipelineArn"] == ARN


@pytest.mark.fidelity("DESCRIBE-006", "DESCRIBE-016")
def test_a_missing_pipeline_is_not_found(smpipeline_client: Any, refusal: Refusal) -> None:
    """The message ends with a full stop, which clients match; boto3 raises its modelled exception."""
    assert refusal(smpipeline_client.describe_pipeline, PipelineName="churn") == ("ResourceNotFound", f"Pipeline '{ARN}' does not exist.")
    with pytest.raises(smpipeline_client.exceptions.ResourceNotFound) as caught:
        smpipeline_client.describe_pipeline(PipelineName="churn")
    assert caught.value.response["Message"] == f"Pipeline '{ARN}' does not exist."


@pytest.mark.fidelity("DESCRIBE-007")
@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/churn",
        "arn:aws:sagemaker:us-east-1:999999999999:pipeline/churn",
        "arn:aws-cn:sagemaker:us-east-1:123456789012:pipeline/churn",
        "arn:aws:sagemaker:us-east-1:123456789012:pipeline/Churn",
        "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn/execution/d84ewltjmxhe",
    ],
    ids=["region", "account", "partition", "case", "execution"],
)
def test_an_arn_that_is_not_the_pipelines_own_is_not_found(create: Create, smpipeline_client: Any, refusal: Refusal, arn: str) -> None:
    """The name at its end is not enough, and the message repeats the ARN as it was given."""
    create()

    assert refusal(smpipeline_client.describe_pipeline, PipelineName=arn) == ("ResourceNotFound", f"Pipeline '{arn}' does not exist.")


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("DESCRIBE-013")
@pytest.mark.parametrize("method", ["describe_pipeline", "start_pipeline_execution", "list_pipeline_executions"])
def test_a_pipeline_that_aws_manages_is_not_found(smpipeline_client: Any, refusal: Refusal, method: str) -> None:
    """Their ARNs are well formed, with aws for an account; there are none here."""
    arn = "arn:aws:sagemaker:us-east-1:aws:pipeline/churn"

    assert refusal(getattr(smpipeline_client, method), PipelineName=arn) == ("ResourceNotFound", f"Pipeline '{arn}' does not exist.")


@pytest.mark.fidelity("DESCRIBE-007")
def test_another_regions_pipeline_is_not_found_by_name_nor_by_arn(create: Create, refusal: Refusal) -> None:
    """A client sees its own region only."""
    create()
    elsewhere: Any = boto3.client("sagemaker", region_name="eu-west-1")

    assert refusal(elsewhere.describe_pipeline, PipelineName="churn") == (
        "ResourceNotFound",
        "Pipeline 'arn:aws:sagemaker:eu-west-1:123456789012:pipeline/churn' does not exist.",
    )
    assert refusal(elsewhere.describe_pipeline, PipelineName=ARN) == ("ResourceNotFound", f"Pipeline '{ARN}' does not exist.")


@pytest.mark.fidelity("DESCRIBE-008")
def test_an_older_version_keeps_its_definition(create: Create, smpipeline_client: Any, definition: str, define: Callable[..., str]) -> None:
    """PipelineVersionId picks it; without one the latest version is described."""
    create()
    smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=define("Other"))

    definitions = [
        smpipeline_client.describe_pipeline(PipelineName="churn", **which)["PipelineDefinition"]
        for which in ({"PipelineVersionId": 1}, {"PipelineVersionId": 2}, {})
    ]

    assert definitions == [definition, define("Other"), define("Other")]


@pytest.mark.fidelity("DESCRIBE-009", "DESCRIBE-015")
@pytest.mark.parametrize("number", [2, 10**12])
def test_a_version_that_is_not_there_is_not_found(create: Create, smpipeline_client: Any, refusal: Refusal, number: int) -> None:
    """The pipeline has one version."""
    create()

    assert refusal(smpipeline_client.describe_pipeline, PipelineName="churn", PipelineVersionId=number) == (
        "ResourceNotFound",
        f"Pipeline version '{number}' of pipeline '{ARN}' does not exist.",
    )


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("DESCRIBE-010")
def test_an_alias_leads_to_its_version(create: Create, smpipeline_client: Any, definition: str, define: Callable[..., str]) -> None:
    """Also when that is not the latest one."""
    create(PipelineVersionAliases=["stable"])
    smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=define("Other"))

    described = smpipeline_client.describe_pipeline(PipelineName="churn", PipelineVersionAlias="stable")

    assert (described["PipelineDefinition"], described["PipelineVersionAliases"]) == (definition, ["stable"])
    assert "PipelineVersionAliases" not in smpipeline_client.describe_pipeline(PipelineName="churn")


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("DESCRIBE-011", "DESCRIBE-015")
def test_an_alias_that_no_version_has_is_not_found(create: Create, smpipeline_client: Any, refusal: Refusal) -> None:
    """Aliases differ by case."""
    create(PipelineVersionAliases=["prod"])

    assert refusal(smpipeline_client.describe_pipeline, PipelineName="churn", PipelineVersionAlias="Prod") == (
        "ResourceNotFound",
        f"Pipeline version alias 'Prod' of pipeline '{ARN}' does not exist.",
    )


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("DESCRIBE-012", "DESCRIBE-015")
def test_a_version_is_named_by_its_id_or_by_its_alias(create: Create, smpipeline_client: Any, refusal: Refusal) -> None:
    """Not by both, even when they agree."""
    create(PipelineVersionAliases=["prod"])

    refused = refusal(smpipeline_client.describe_pipeline, PipelineName="churn", PipelineVersionId=1, PipelineVersionAlias="prod")

    assert refused == ("ValidationException", "PipelineVersionId and PipelineVersionAlias can't be specified together.")
