"""DeleteTags on pipelines."""

from collections.abc import Callable
from typing import Any

import pytest

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"

Create = Callable[..., Any]
Raw = Callable[..., tuple[int, dict[str, Any]]]
Refusal = Callable[..., tuple[str, str]]


@pytest.fixture(autouse=True)
def tagged(create: Create) -> None:
    """A pipeline with two tags."""
    create(Tags=[{"Key": "team", "Value": "ml"}, {"Key": "stage", "Value": "test"}])


@pytest.mark.fidelity("TAG-012")
def test_deleted_tags_are_gone_and_the_others_stay(smpipeline_client: Any, raw: Raw) -> None:
    """The answer is empty."""
    answer = raw("DeleteTags", {"ResourceArn": ARN, "TagKeys": ["team"]})

    assert answer == (200, {})
    assert smpipeline_client.list_tags(ResourceArn=ARN)["Tags"] == [{"Key": "stage", "Value": "test"}]


@pytest.mark.fidelity("TAG-013")
def test_keys_that_are_not_there_are_no_error(smpipeline_client: Any) -> None:
    """Neither is a key that is named twice, nor one in another case."""
    smpipeline_client.delete_tags(ResourceArn=ARN, TagKeys=["Team", "nothing", "stage", "stage"])

    assert smpipeline_client.list_tags(ResourceArn=ARN)["Tags"] == [{"Key": "team", "Value": "ml"}]


def test_what_was_deleted_can_be_added_again(smpipeline_client: Any) -> None:
    """At the end of the list."""
    smpipeline_client.delete_tags(ResourceArn=ARN, TagKeys=["team"])

    answer = smpipeline_client.add_tags(ResourceArn=ARN, Tags=[{"Key": "team", "Value": "growth"}])

    assert answer["Tags"] == [{"Key": "stage", "Value": "test"}, {"Key": "team", "Value": "growth"}]


@pytest.mark.fidelity("TAG-014")
def test_at_least_one_key_must_be_named(raw: Raw) -> None:
    """As the model has it."""
    status, payload = raw("DeleteTags", {"ResourceArn": ARN, "TagKeys": []})

    assert (status, payload["__type"]) == (400, "ValidationException")
    assert payload["message"].endswith("Member must have length greater than or equal to 1")
