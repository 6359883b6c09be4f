"""UpdatePipeline."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from pytest_smpipeline import SMPipelineMock

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"

Create = Callable[..., Any]
Refusal = Callable[..., tuple[str, str]]


def outcome(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what botocore adds."""
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


@pytest.mark.fidelity("UPDATE-001")
def test_a_changed_definition_makes_the_next_version(create: Create, smpipeline_client: Any, define: Callable[..., str]) -> None:
    """Versions count from 1, and the latest is the one described."""
    create()

    second = smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=define("Prep", "Train"))
    third = smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=define("Train"))

    assert outcome(second) == {"PipelineArn": ARN, "PipelineVersionId": 2}
    assert outcome(third) == {"PipelineArn": ARN, "PipelineVersionId": 3}
    assert smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineDefinition"] == define("Train")


@pytest.mark.fidelity("UPDATE-002")
def test_the_same_definition_makes_no_version(create: Create, smpipeline_client: Any, definition: str) -> None:
    """The answer names the version that stays the latest."""
    create()

    assert smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=definition)["PipelineVersionId"] == 1


@pytest.mark.fidelity("UPDATE-003")
def test_another_text_is_another_definition(create: Create, smpipeline_client: Any, definition: str) -> None:
    """Texts are compared, not what they mean: a blank more makes a version."""
    create()

    assert smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=f"{definition} ")["PipelineVersionId"] == 2


@pytest.mark.fidelity("UPDATE-004")
def test_other_changes_make_no_version(create: Create, smpipeline_client: Any) -> None:
    """Role, names, description and parallelism belong to the pipeline, not to a version."""
    create()
    changes = {
        "PipelineDisplayName": "Daily-Churn",
        "PipelineDescription": "every morning",
        "RoleArn": "arn:aws:iam::123456789012:role/OtherRole",
        "ParallelismConfiguration": {"MaxParallelExecutionSteps": 3},
    }

    assert smpipeline_client.update_pipeline(PipelineName="churn", **changes)["PipelineVersionId"] == 1

    described = smpipeline_client.describe_pipeline(PipelineName="churn")
    assert {member: described[member] for member in changes} == changes


@pytest.mark.fidelity("UPDATE-005")
def test_what_an_update_does_not_name_stays(create: Create, smpipeline_client: Any, noon: datetime) -> None:
    """An update without anything changes nothing but nothing is lost either."""
    create(PipelineDisplayName="Daily-Churn", PipelineDescription="daily", ParallelismConfiguration={"MaxParallelExecutionSteps": 3})
    before = outcome(smpipeline_client.describe_pipeline(PipelineName="churn"))

    smpipeline_client.update_pipeline(PipelineName="churn")

    assert outcome(smpipeline_client.describe_pipeline(PipelineName="churn")) == before


@pytest.mark.fidelity("UPDATE-006")
def test_a_description_can_be_emptied(create: Create, smpipeline_client: Any) -> None:
    """An empty text is a text; only an absent one leaves the description as it was."""
    create(PipelineDescription="daily")

    smpipeline_client.update_pipeline(PipelineName="churn", PipelineDescription="")

    assert smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineDescription"] == ""


@pytest.mark.fidelity("UPDATE-007")
def test_an_update_moves_the_time_of_modification_only(
    create: Create, smpipeline: SMPipelineMock, smpipeline_client: Any, noon: datetime
) -> None:
    """The pipeline was created when it was created."""
    create()
    smpipeline.advance(1.5)

    smpipeline_client.update_pipeline(PipelineName="churn")

    described = smpipeline_client.describe_pipeline(PipelineName="churn")
    assert (described["CreationTime"], described["LastModifiedTime"]) == (noon, noon + timedelta(seconds=1.5))


@pytest.mark.fidelity("UPDATE-008")
def test_a_missing_pipeline_is_not_updated(smpipeline_client: Any, refusal: Refusal, definition: str) -> None:
    """UpdatePipeline creates nothing."""
    refused = refusal(smpipeline_client.update_pipeline, PipelineName="churn", PipelineDefinition=definition)

    assert refused == ("ResourceNotFound", f"Pipeline '{ARN}' does not exist.")
    with pytest.raises(smpipeline_client.exceptions.ResourceNotFound):
        smpipeline_client.describe_pipeline(PipelineName="churn")


@pytest.mark.fidelity("UPDATE-009")
@pytest.mark.parametrize("method", ["update_pipeline", "delete_pipeline"])
def test_the_pipeline_to_change_is_named_by_its_name_alone(
    create: Create, smpipeline_client: Any, refusal: Refusal, picture: Callable[[], object], method: str
) -> None:
    """The model lets an ARN name a pipeline to describe, start and list, not one to update or delete."""
    create()
    before = picture()

    assert refusal(getattr(smpipeline_client, method), PipelineName=ARN) == (
        "ValidationException",
        (
            f"1 validation error detected: Value '{ARN}' at 'pipelineName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}"
        ),
    )
    assert picture() == before


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("UPDATE-010")
def test_aliases_are_those_of_the_version_that_the_update_makes(create: Create, smpipeline_client: Any, define: Callable[..., str]) -> None:
    """Older versions keep theirs."""
    create(PipelineVersionAliases=["first"])

    smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=define("Other"), PipelineVersionAliases=["second"])

    aliases = [
        smpipeline_client.describe_pipeline(PipelineName="churn", PipelineVersionId=number)["PipelineVersionAliases"] for number in (1, 2)
    ]
    assert aliases == [["first"], ["second"]]


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("UPDATE-011", "UPDATE-017")
@pytest.mark.parametrize("with_definition", [True, False], ids=["same definition", "no definition"])
def test_aliases_without_a_new_version_are_refused(
    create: Create,
    smpipeline_client: Any,
    refusal: Refusal,
    definition: str,
    picture: Callable[[], object],
    with_definition: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Aliases can be specified only when the update changes the definition."""
    create()
    before = picture()
    given = {"PipelineDefinition": definition} if with_definition else {}

    assert refusal(smpipeline_client.update_pipeline, PipelineName="churn", PipelineVersionAliases=["prod"], **given) == (
        "ValidationException",
        "PipelineVersionAliases can be specified only when the update changes the pipeline definition.",
    )
    assert picture() == before


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("UPDATE-012")
def test_an_alias_of_another_version_is_not_moved(
    create: Create, smpipeline_client: Any, refusal: Refusal, define: Callable[..., str], picture: Callable[[], object]
) -> None:
    """It has to be removed there first; until then the update is refused as a whole."""
    create(PipelineVersionAliases=["prod"])
    before = picture()

    refused = refusal(
        smpipeline_client.update_pipeline,
        PipelineName="churn",
        PipelineDefinition=define("Other"),
        PipelineDescription="new",
        PipelineVersionAliases=["next", "prod"],
    )

    assert refused == ("ValidationException", "Pipeline version alias 'prod' must be unique within the pipeline.")
    assert picture() == before


@pytest.mark.fidelity("UPDATE-013")
def test_a_definition_that_is_refused_leaves_everything_as_it_was(
    create: Create, smpipeline_client: Any, refusal: Refusal, picture: Callable[[], object]
) -> None:
    """The other members of the request are not applied either."""
    create(PipelineDescription="daily")
    before = picture()

    code, message = refusal(
        smpipeline_client.update_pipeline, PipelineName="churn", PipelineDescription="new", PipelineDefinition='{"Version": "2020-12-01"}'
    )

    assert code == "ValidationException"
    assert message.startswith("Unable to parse pipeline definition. ")
    assert picture() == before


@pytest.mark.fidelity("UPDATE-014")
def test_an_update_takes_one_definition_only(create: Create, smpipeline_client: Any, refusal: Refusal, definition: str) -> None:
    """The words are those of CreatePipeline."""
    create()

    refused = refusal(
        smpipeline_client.update_pipeline,
        PipelineName="churn",
        PipelineDefinition=definition,
        PipelineDefinitionS3Location={"Bucket": "definitions", "ObjectKey": "churn.json"},
    )

    assert refused == ("ValidationException", "Both Pipeline Definition and Pipeline Definition S3 Location shouldn't be present")


@pytest.mark.fidelity("UPDATE-015")
def test_an_update_takes_a_definition_from_s3(
    create: Create, smpipeline_client: Any, in_s3: Callable[..., dict[str, str]], define: Callable[..., str]
) -> None:
    """It is compared with the latest version as an inline one is."""
    create()
    location = in_s3(define("Other").encode())

    answers = [smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinitionS3Location=location) for _ in range(2)]

    assert [answer["PipelineVersionId"] for answer in answers] == [2, 2]
    assert smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineDefinition"] == define("Other")


@pytest.mark.fidelity("UPDATE-016")
@pytest.mark.smpipeline(progress="manual")
def test_a_pipeline_can_be_updated_while_it_runs(
    create: Create, start: Callable[..., str], smpipeline: SMPipelineMock, smpipeline_client: Any, define: Callable[..., str]
) -> None:
    """The running execution goes on with the steps of its own version."""
    create()
    start()

    smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=define("Other"))
    smpipeline.run_until_idle()

    assert (smpipeline.executions.one().version, smpipeline.executions.one().order) == (1, ["Train"])
