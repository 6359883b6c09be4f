"""CreatePipeline."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"
NOT_UNIQUE = (
    "Pipeline names must be unique within an AWS account and region. Pipeline with name (churn) already exists."
)  # fmt: skip

Create = Callable[..., Any]
Refusal = Callable[..., tuple[str, str]]


def outcome(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what botocore adds."""
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


@pytest.mark.fidelity("CREATE-001")
def test_the_answer_to_a_creation_is_the_arn_and_nothing_else(create: Create) -> None:
    """The name keeps its case in the ARN."""
    assert outcome(create("Churn-Daily")) == {"PipelineArn": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/Churn-Daily"}


@pytest.mark.fidelity("CREATE-002")
def test_a_name_that_is_taken_is_refused(create: Create, refusal: Refusal, picture: Callable[[], object]) -> None:
    """The code is ValidationException, neither ConflictException nor ResourceInUse, and the first pipeline stays as it was."""
    create("churn", PipelineDescription="the first")
    before = picture()

    assert refusal(create, name="churn", PipelineDescription="the second") == ("ValidationException", NOT_UNIQUE)
    assert picture() == before


@pytest.mark.fidelity("CREATE-003")
def test_names_that_differ_in_case_are_different_names(create: Create, smpipeline_client: Any) -> None:
    """Each has an ARN of its own."""
    create("churn")
    create("Churn")

    assert smpipeline_client.describe_pipeline(PipelineName="Churn")["PipelineName"] == "Churn"


@pytest.mark.fidelity("CREATE-004")
def test_a_pipeline_without_any_definition_is_refused(smpipeline_client: Any, refusal: Refusal, picture: Callable[[], object]) -> None:
    """The model requires neither form of the definition, the service one of them."""
    before = picture()

    refused = refusal(smpipeline_client.create_pipeline, PipelineName="churn", RoleArn="arn:aws:iam::123456789012:role/SageMakerRole")

    assert refused == ("ValidationException", "Either Pipeline Definition or Pipeline Definition S3 location should be provided")
    assert picture() == before


@pytest.mark.fidelity("CREATE-005")
def test_two_definitions_are_refused(create: Create, refusal: Refusal, definition: str, picture: Callable[[], object]) -> None:
    """The location is not even looked at."""
    before = picture()

    refused = refusal(create, PipelineDefinition=definition, PipelineDefinitionS3Location={"Bucket": "no-such-bucket", "ObjectKey": "x"})

    assert refused == ("ValidationException", "Both Pipeline Definition and Pipeline Definition S3 Location shouldn't be present")
    assert picture() == before


@pytest.mark.fidelity("CREATE-006")
def test_a_definition_that_cannot_be_read_is_refused_and_the_name_stays_free(create: Create, refusal: Refusal) -> None:
    """The service's prefix comes first; nothing was created."""
    code, message = refusal(create, PipelineDefinition="not json")

    assert code == "ValidationException"
    assert message.startswith("Unable to parse pipeline definition. ")
    assert create()["PipelineArn"] == ARN


@pytest.mark.fidelity("CREATE-007")
def test_the_display_name_defaults_to_the_name(create: Create, smpipeline_client: Any) -> None:
    """One that is given is kept."""
    create("plain")
    create("named", PipelineDisplayName="Daily-Churn")

    assert smpipeline_client.describe_pipeline(PipelineName="plain")["PipelineDisplayName"] == "plain"
    assert smpipeline_client.describe_pipeline(PipelineName="named")["PipelineDisplayName"] == "Daily-Churn"


@pytest.mark.fidelity("CREATE-008")
def test_a_new_pipeline_was_modified_when_it_was_created(create: Create, smpipeline_client: Any, noon: datetime) -> None:
    """Both times are equal, to the millisecond."""
    create()

    described = smpipeline_client.describe_pipeline(PipelineName="churn")

    assert (described["CreationTime"], described["LastModifiedTime"]) == (noon, noon)


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("CREATE-009")
def test_aliases_are_those_of_the_first_version(create: Create, smpipeline_client: Any) -> None:
    """A pipeline starts at version 1, and its aliases lead there."""
    create(PipelineVersionAliases=["prod", "v1.0_a-b"])

    described = smpipeline_client.describe_pipeline(PipelineName="churn", PipelineVersionId=1)

    assert described["PipelineVersionAliases"] == ["prod", "v1.0_a-b"]


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("CREATE-010", "CREATE-011", "CREATE-021")
@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["prod", "20261122"], "Pipeline version alias '20261122' can't consist of numbers only."),
        (["prod", "prod"], "Pipeline version alias 'prod' must be unique within the pipeline."),
    ],
    ids=["numbers only", "twice"],
)
def test_an_alias_is_unique_and_more_than_a_number(
    create: Create, refusal: Refusal, picture: Callable[[], object], given: list[str], message: str
) -> None:
    """Otherwise nothing is created."""
    before = picture()

    assert refusal(create, PipelineVersionAliases=given) == ("ValidationException", message)
    assert picture() == before


@pytest.mark.fidelity("CREATE-012")
def test_tags_are_kept(create: Create, smpipeline: SMPipelineMock, definition: str) -> None:
    """A value may be empty."""
    create(Tags=[{"Key": "team", "Value": "growth"}, {"Key": "draft", "Value": ""}])

    assert smpipeline.add("churn", definition).tags == {"team": "growth", "draft": ""}


@pytest.mark.fidelity("CREATE-013", "CREATE-014")
@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (["team", "team"], "Tag key 'team' is given more than once."),
        (["team", "aws:team"], "Tag key 'aws:team' can't be used: the prefix aws: is reserved."),
        (["AWS:team"], "Tag key 'AWS:team' can't be used: the prefix aws: is reserved."),
    ],
    ids=["twice", "reserved", "reserved in capitals"],
)
def test_a_tag_key_is_unique_and_not_awss_own(
    create: Create, refusal: Refusal, picture: Callable[[], object], keys: list[str], message: str
) -> None:
    """Otherwise nothing is created."""
    before = picture()

    assert refusal(create, Tags=[{"Key": key, "Value": "x"} for key in keys]) == ("ValidationException", message)
    assert picture() == before


@pytest.mark.fidelity("CREATE-015")
def test_a_definition_in_s3_is_kept_byte_for_byte(create: Create, smpipeline_client: Any, in_s3: Callable[..., dict[str, str]]) -> None:
    """Blanks, line ends and characters beyond ASCII come back as they were stored."""
    text = '{\r\n\t"Version": "2020-12-01",  "Metadata": {"author": "Zoë"},\n"Steps": []}\n'
    location = in_s3(text.encode())

    create(PipelineDefinitionS3Location=location)

    assert smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineDefinition"] == text


@pytest.mark.fidelity("CREATE-015")
def test_a_version_of_the_object_can_be_named(
    create: Create, smpipeline_client: Any, in_s3: Callable[..., dict[str, str]], define: Callable[..., str]
) -> None:
    """Without VersionId the object's newest version counts."""
    old, new = define("Old"), define("New")
    first = in_s3(old.encode())
    latest = {member: value for member, value in in_s3(new.encode()).items() if member != "VersionId"}

    create("old", PipelineDefinitionS3Location=first)
    create("new", PipelineDefinitionS3Location=latest)

    assert smpipeline_client.describe_pipeline(PipelineName="old")["PipelineDefinition"] == old
    assert smpipeline_client.describe_pipeline(PipelineName="new")["PipelineDefinition"] == new


@pytest.mark.fidelity("CREATE-016")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Bucket": "nowhere"}, "s3://nowhere/churn.json: The specified bucket does not exist"),
        ({"ObjectKey": "nothing"}, "s3://definitions/nothing: The specified key does not exist."),
        ({"VersionId": "no-version"}, "s3://definitions/churn.json: The specified version does not exist."),
        ({"Bucket": "abc--x-s3"}, "s3://abc--x-s3/churn.json: Unrecognized S3Express bucket name format."),
        (
            {"ObjectKey": "\ud800"},
            "s3://definitions/\ud800: 'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed",
        ),
    ],
    ids=["bucket", "key", "version", "impossible bucket", "impossible key"],
)
def test_an_object_that_is_not_there_is_refused(
    create: Create,
    refusal: Refusal,
    in_s3: Callable[..., dict[str, str]],
    picture: Callable[[], object],
    definition: str,
    change: dict[str, str],
    message: str,
) -> None:
    """The message says where the definition was looked for, and what S3 says of that."""
    location = in_s3(definition.encode())
    if "ObjectKey" in change:
        del location["VersionId"]
    before = picture()

    refused = refusal(create, PipelineDefinitionS3Location=location | change)

    assert refused == ("ValidationException", f"Unable to read {message}")
    assert picture() == before


@pytest.mark.fidelity("CREATE-016")
def test_an_object_that_is_not_utf_8_is_refused(create: Create, refusal: Refusal, in_s3: Callable[..., dict[str, str]]) -> None:
    """The message says at which byte."""
    refused = refusal(create, PipelineDefinitionS3Location=in_s3(b'{"Version": "\xff"}'))

    assert refused == (
        "ValidationException",
        "The object at s3://definitions/churn.json is not UTF-8: invalid start byte at byte 13",
    )


@pytest.mark.fidelity("CREATE-006")
def test_a_definition_in_s3_must_be_valid_too(create: Create, refusal: Refusal, in_s3: Callable[..., dict[str, str]]) -> None:
    """An empty object is no definition."""
    code, message = refusal(create, PipelineDefinitionS3Location=in_s3(b""))

    assert code == "ValidationException"
    assert message.startswith("Unable to parse pipeline definition. ")


@pytest.mark.fidelity("CREATE-017")
def test_the_text_of_a_definition_is_kept_as_it_was_given(create: Create, smpipeline_client: Any) -> None:
    """DescribePipeline echoes it: blanks, order of members and escapes included."""
    text = '{ "Steps" : [],\n"Metadata": {"author": "Zo\\u00eb \u2713"}, "Version":"2020-12-01"}'

    create(PipelineDefinition=text)

    assert smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineDefinition"] == text


@pytest.mark.fidelity("QUOTA-001")
@pytest.mark.smpipeline(limits={"pipelines": 2})
def test_an_account_holds_no_more_pipelines_than_its_quota(create: Create, refusal: Refusal, smpipeline_client: Any) -> None:
    """A deleted pipeline makes room."""
    create("one")
    create("two")

    assert refusal(create, name="three") == (
        "ResourceLimitExceeded",
        (
            "The account-level service limit 'Maximum number of pipelines allowed per account' is 2 Pipelines, "
            "with current utilization of 2 Pipelines and a request delta of 1 Pipelines."
        ),
    )
    smpipeline_client.delete_pipeline(PipelineName="one")
    assert create("three")["PipelineArn"].endswith("pipeline/three")


@pytest.mark.fidelity("QUOTA-002")
def test_the_quota_of_pipelines_is_500(smpipeline: SMPipelineMock, create: Create, refusal: Refusal, definition: str) -> None:
    """A region of its own has a quota of its own."""
    for number in range(500):
        smpipeline.add(f"churn-{number}", definition)

    assert refusal(create)[0] == "ResourceLimitExceeded"
    assert smpipeline.add("churn", definition, region="eu-west-1").version == 1


@pytest.mark.fidelity("CREATE-018")
def test_accounts_and_regions_do_not_see_each_others_pipelines(
    smpipeline: SMPipelineMock, create: Create, raw: Callable[..., tuple[int, dict[str, Any]]], definition: str
) -> None:
    """The same name can be taken in each of them."""
    create()
    role = "arn:aws:iam::123456789012:role/SageMakerRole"
    elsewhere = boto3.client("sagemaker", region_name="cn-north-1")
    theirs = {"PipelineName": "churn", "PipelineDefinition": definition, "RoleArn": role, "ClientRequestToken": "t" * 32}

    in_china = elsewhere.create_pipeline(PipelineName="churn", PipelineDefinition=definition, RoleArn=role)
    of_others = raw("CreatePipeline", theirs, account_id="999999999999")

    assert in_china["PipelineArn"] == "arn:aws-cn:sagemaker:cn-north-1:123456789012:pipeline/churn"
    assert of_others == (200, {"PipelineArn": "arn:aws:sagemaker:us-east-1:999999999999:pipeline/churn"})


@pytest.mark.fidelity("CREATE-020")
def test_parallelism_and_description_are_optional(create: Create, smpipeline_client: Any) -> None:
    """What is given is described, an empty description too."""
    create(PipelineDescription="", ParallelismConfiguration={"MaxParallelExecutionSteps": 55})

    described = smpipeline_client.describe_pipeline(PipelineName="churn")

    assert (described["PipelineDescription"], described["ParallelismConfiguration"]) == ("", {"MaxParallelExecutionSteps": 55})


@pytest.mark.fidelity("CREATE-019")
def test_a_large_definition_of_two_thousand_steps_is_taken(create: Create) -> None:
    """The service takes at least as many (the SageMaker SDK's own test runs one)."""
    steps = [{"Name": f"Step{number}", "Type": "Training", "Arguments": {}} for number in range(2_000)]

    assert create(PipelineDefinition=json.dumps({"Version": "2020-12-01", "Steps": steps}))["PipelineArn"] == ARN
