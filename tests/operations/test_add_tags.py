"""AddTags on pipelines."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_smpipeline import SMPipelineMock, UsageError

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"

Create = Callable[..., Any]
Picture = Callable[[], object]
Refusal = Callable[..., tuple[str, str]]


def pairs(**tags: str) -> list[dict[str, str]]:
    """Return tags as the API has them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def numbered(count: int) -> dict[str, str]:
    """Return as many tags, k0 and following."""
    return {f"k{number}": "" for number in range(count)}


@pytest.mark.fidelity("TAG-001", "TAG-002")
def test_new_tags_join_the_others_and_known_ones_get_the_new_value(
    create: Create, smpipeline_client: Any, smpipeline: SMPipelineMock, definition: str
) -> None:
    """The answer holds all tags of the pipeline, not only those of the request."""
    create(Tags=pairs(team="ml", stage="test"))

    answer = smpipeline_client.add_tags(ResourceArn=ARN, Tags=pairs(cost="42", team="growth"))

    assert answer["Tags"] == pairs(team="growth", stage="test", cost="42")
    assert smpipeline.add("churn", definition).tags == {"team": "growth", "stage": "test", "cost": "42"}


@pytest.mark.fidelity("TAG-001")
def test_no_tags_are_nothing_to_add(create: Create, smpipeline_client: Any) -> None:
    """The model allows an empty list."""
    create(Tags=pairs(team="ml"))

    assert smpipeline_client.add_tags(ResourceArn=ARN, Tags=[])["Tags"] == pairs(team="ml")


@pytest.mark.fidelity("TAG-003")
def test_keys_that_differ_in_case_are_different_keys(create: Create, smpipeline_client: Any) -> None:
    """AWS's tags are case-sensitive."""
    create(Tags=pairs(team="ml"))

    assert smpipeline_client.add_tags(ResourceArn=ARN, Tags=pairs(Team="ML"))["Tags"] == pairs(team="ml", Team="ML")


@pytest.mark.fidelity("TAG-004")
def test_the_fifty_first_tag_is_refused(create: Create, smpipeline_client: Any, refusal: Refusal, picture: Picture) -> None:
    """Counted together with those that the pipeline has; nothing is added then."""
    create(Tags=pairs(**numbered(49)))
    before = picture()

    refused = refusal(smpipeline_client.add_tags, ResourceArn=ARN, Tags=pairs(team="ml", stage="test"))

    assert refused == ("ValidationException", "A pipeline can have up to 50 tags; it would have 51.")
    assert picture() == before


@pytest.mark.fidelity("TAG-004")
def test_a_new_value_is_no_new_tag(create: Create, smpipeline_client: Any) -> None:
    """What counts is how many tags there are afterwards."""
    create(Tags=pairs(**numbered(49)))

    answer = smpipeline_client.add_tags(ResourceArn=ARN, Tags=pairs(k0="new", team="ml"))

    assert answer["Tags"] == pairs(**numbered(49) | {"k0": "new", "team": "ml"})


@pytest.mark.fidelity("TAG-005")
@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (["stage", "team", "team"], "Tag key 'team' is given more than once."),
        (["stage", "aws:team"], "Tag key 'aws:team' can't be used: the prefix aws: is reserved."),
    ],
    ids=["twice", "reserved"],
)
def test_keys_that_a_creation_cannot_have_cannot_be_added(
    create: Create, smpipeline_client: Any, refusal: Refusal, picture: Picture, keys: list[str], message: str
) -> None:
    """One wrong key refuses all."""
    create()
    before = picture()

    refused = refusal(smpipeline_client.add_tags, ResourceArn=ARN, Tags=[{"Key": key, "Value": "x"} for key in keys])

    assert refused == ("ValidationException", message)
    assert picture() == before


@pytest.mark.fidelity("TAG-006")
@pytest.mark.parametrize(
    ("method", "members"),
    [("add_tags", {"Tags": []}), ("list_tags", {}), ("delete_tags", {"TagKeys": ["team"]})],
    ids=["add", "list", "delete"],
)
@pytest.mark.parametrize(
    "arn",
    [
        ARN.replace("churn", "other"),
        ARN.replace("us-east-1", "eu-west-1"),
        ARN.replace("123456789012", "999999999999"),
        ARN.replace("arn:aws:", "arn:aws-cn:"),
    ],
    ids=["name", "region", "account", "partition"],
)
def test_tags_of_a_pipeline_that_is_not_there_are_refused(
    create: Create, smpipeline_client: Any, refusal: Refusal, picture: Picture, method: str, members: dict[str, Any], arn: str
) -> None:
    """The name at the end of an ARN is not enough; the model of these operations declares no ResourceNotFound."""
    create(Tags=pairs(team="ml"))
    before = picture()

    refused = refusal(getattr(smpipeline_client, method), ResourceArn=arn, **members)

    assert refused == ("ValidationException", f"Pipeline '{arn}' does not exist.")
    assert picture() == before


@pytest.mark.fidelity("TAG-006")
def test_the_tags_of_a_deleted_pipeline_are_gone(create: Create, smpipeline_client: Any, refusal: Refusal) -> None:
    """One that is made anew starts without them."""
    create(Tags=pairs(team="ml"))
    smpipeline_client.delete_pipeline(PipelineName="churn", ClientRequestToken="t" * 32)

    refused = refusal(smpipeline_client.add_tags, ResourceArn=ARN, Tags=pairs(stage="test"))
    create()

    assert refused == ("ValidationException", f"Pipeline '{ARN}' does not exist.")
    assert smpipeline_client.list_tags(ResourceArn=ARN)["Tags"] == []


@pytest.mark.fidelity("TAG-007")
def test_tags_are_no_modification_of_the_pipeline(create: Create, smpipeline_client: Any, smpipeline: SMPipelineMock) -> None:
    """What DescribePipeline shows stays as it was."""
    create()
    before = smpipeline_client.describe_pipeline(PipelineName="churn")["LastModifiedTime"]
    smpipeline.advance(60)

    smpipeline_client.add_tags(ResourceArn=ARN, Tags=pairs(team="ml"))

    assert smpipeline_client.describe_pipeline(PipelineName="churn")["LastModifiedTime"] == before


def test_a_pipeline_and_a_model_of_motos_have_their_tags_in_one_test(create: Create, smpipeline_client: Any) -> None:
    """The ARN decides who keeps them."""
    role = "arn:aws:iam::123456789012:role/SageMakerRole"
    model = smpipeline_client.create_model(ModelName="churn", ExecutionRoleArn=role, Tags=pairs(stage="test"))["ModelArn"]
    create(Tags=pairs(team="ml"))

    smpipeline_client.add_tags(ResourceArn=ARN, Tags=pairs(cost="1"))
    smpipeline_client.delete_tags(ResourceArn=ARN, TagKeys=["stage"])

    assert smpipeline_client.list_tags(ResourceArn=ARN)["Tags"] == pairs(team="ml", cost="1")
    assert smpipeline_client.list_tags(ResourceArn=model)["Tags"] == pairs(stage="test")


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        (numbered(2) | {"aws:x": ""}, "Tag key 'aws:x' can't be used: the prefix aws: is reserved."),
        ({"x": "", "y": ""}, "A pipeline can have up to 50 tags; it would have 51."),
    ],
    ids=["reserved", "too many"],
)
def test_a_second_add_by_the_test_itself_keeps_the_rules(
    smpipeline: SMPipelineMock, definition: str, define: Callable[..., str], picture: Picture, tags: dict[str, str], message: str
) -> None:
    """A pipeline that the service could not have is not made by ``smp.add()`` either; it stays as it was."""
    smpipeline.add("churn", definition, tags=numbered(49))
    before = picture()

    with pytest.raises(UsageError, match=message.replace("(", r"\(")):
        smpipeline.add("churn", define("Other"), tags=tags)

    assert picture() == before
