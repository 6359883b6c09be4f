"""ListTags on pipelines."""

from collections.abc import Callable
from typing import Any

import pytest

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"

Create = Callable[..., Any]
Raw = Callable[..., tuple[int, dict[str, Any]]]
Refusal = Callable[..., tuple[str, str]]


@pytest.mark.fidelity("TAG-008")
def test_tags_are_listed_in_the_order_in_which_they_were_added(create: Create, smpipeline_client: Any) -> None:
    """A new value leaves a tag where it is."""
    create(Tags=[{"Key": "team", "Value": "ml"}, {"Key": "draft", "Value": ""}])
    smpipeline_client.add_tags(ResourceArn=ARN, Tags=[{"Key": "alpha", "Value": "1"}, {"Key": "team", "Value": "growth"}])

    listed = smpipeline_client.list_tags(ResourceArn=ARN)["Tags"]

    assert listed == [{"Key": "team", "Value": "growth"}, {"Key": "draft", "Value": ""}, {"Key": "alpha", "Value": "1"}]


@pytest.mark.fidelity("TAG-009")
def test_a_pipeline_without_tags_has_an_empty_list(create: Create, raw: Raw) -> None:
    """The member is there, and no token."""
    create()

    assert raw("ListTags", {"ResourceArn": ARN}) == (200, {"Tags": []})


@pytest.mark.fidelity("TAG-010")
@pytest.mark.parametrize("paging", [{}, {"MaxResults": 50}, {"MaxResults": 2**31 - 1}], ids=["unasked", "shortest", "longest"])
def test_every_page_holds_all_tags(create: Create, raw: Raw, paging: dict[str, int]) -> None:
    """The shortest page has room for as many as there can be, so there is no token."""
    tags = [{"Key": f"k{number}", "Value": "x"} for number in range(50)]
    create(Tags=tags)

    assert raw("ListTags", {"ResourceArn": ARN, **paging}) == (200, {"Tags": tags})


@pytest.mark.fidelity("TAG-010")
def test_a_page_shorter_than_fifty_cannot_be_asked_for(create: Create, raw: Raw) -> None:
    """As the model has it."""
    create()

    status, payload = raw("ListTags", {"ResourceArn": ARN, "MaxResults": 49})

    assert (status, payload["__type"]) == (400, "ValidationException")
    assert payload["message"].endswith("Member must have value greater than or equal to 50")


@pytest.mark.fidelity("TAG-011")
def test_a_token_that_was_never_given_is_refused(create: Create, smpipeline_client: Any, refusal: Refusal) -> None:
    """In the words that the other lists have."""
    create()

    code, message = refusal(smpipeline_client.list_tags, ResourceArn=ARN, NextToken="x")

    assert code == "ValidationException"
    assert message.startswith("Invalid NextToken: ")


def test_a_paginator_sees_all_tags(create: Create, smpipeline_client: Any) -> None:
    """botocore has one for this operation."""
    create(Tags=[{"Key": "team", "Value": "ml"}])

    pages = smpipeline_client.get_paginator("list_tags").paginate(ResourceArn=ARN)

    assert list(pages.search("Tags[]")) == [{"Key": "team", "Value": "ml"}]
