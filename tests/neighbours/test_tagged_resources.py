"""The Resource Groups Tagging API of moto lists pipelines and tags them."""

import sys
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

from pytest_smpipeline import SMPipelineMock, mock_smpipeline
from pytest_smpipeline._neighbours import tagged_resources

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/"

can_untag = pytest.mark.skipif("untag_resources" not in vars(ResourceGroupsTaggingAPIBackend), reason="this moto can not untag")


@pytest.fixture
def tagging(smpipeline: SMPipelineMock) -> Any:
    """A client of the tagging API, with three pipelines."""
    smpipeline.add("churn", steps=["Train"], tags={"team": "ml", "env": "prod"})
    smpipeline.add("fraud", steps=["Train"], tags={"team": "risk"})
    smpipeline.add("plain", steps=["Train"])
    return boto3.client("resourcegroupstaggingapi")


def listed(client: Any, **filters: Any) -> list[str]:
    """Return the names of the pipelines that the API lists."""
    found = client.get_resources(**filters)["ResourceTagMappingList"]
    return [each["ResourceARN"].removeprefix(ARN) for each in found]


@pytest.mark.fidelity("TAGGING-001")
def test_tagged_pipelines_are_listed_with_their_tags(tagging: Any) -> None:
    """One that never had a tag is not."""
    found = tagging.get_resources()["ResourceTagMappingList"]
    assert [each["ResourceARN"] for each in found] == [ARN + "churn", ARN + "fraud"]
    assert found[0]["Tags"] == [{"Key": "team", "Value": "ml"}, {"Key": "env", "Value": "prod"}]


@pytest.mark.fidelity("TAGGING-002")
@pytest.mark.parametrize(
    ("kinds", "expected"),
    [(["sagemaker:pipeline"], 2), (["sagemaker"], 2), (["s3", "sagemaker"], 2), (["sagemaker:endpoint"], 0), (["s3"], 0)],
)
def test_a_type_selects_pipelines(tagging: Any, kinds: list[str], expected: int) -> None:
    """By service, or by service and type."""
    assert len(listed(tagging, ResourceTypeFilters=kinds)) == expected


@pytest.mark.fidelity("TAGGING-003")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([{"Key": "team"}], ["churn", "fraud"]),
        ([{"Key": "team", "Values": ["ml"]}], ["churn"]),
        ([{"Key": "team", "Values": ["ml", "risk"]}], ["churn", "fraud"]),
        ([{"Key": "team", "Values": ["ml", "risk"]}, {"Key": "env"}], ["churn"]),
        ([{"Key": "owner"}], []),
    ],
)
def test_filters_are_met_all_and_by_any_of_their_values(tagging: Any, filters: list[dict[str, Any]], expected: list[str]) -> None:
    """A filter without values asks for the key alone."""
    assert listed(tagging, TagFilters=filters) == expected


def test_other_resources_are_listed_beside_pipelines(tagging: Any) -> None:
    """By moto, as without us."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="data")
    s3.put_bucket_tagging(Bucket="data", Tagging={"TagSet": [{"Key": "team", "Value": "ml"}]})
    assert listed(tagging, TagFilters=[{"Key": "team", "Values": ["ml"]}]) == ["arn:aws:s3:::data", "churn"]


def test_pages_go_over_pipelines(tagging: Any) -> None:
    """Each is on one page."""
    pages = tagging.get_paginator("get_resources").paginate(ResourcesPerPage=1)
    assert [each["ResourceARN"] for page in pages for each in page["ResourceTagMappingList"]] == [ARN + "churn", ARN + "fraud"]


def test_pipelines_are_listed_in_their_region(tagging: Any) -> None:
    """Another region has none of them."""
    assert listed(boto3.client("resourcegroupstaggingapi", region_name="eu-west-1")) == []


def test_keys_and_values_are_listed_once(tagging: Any) -> None:
    """Beside those of moto's own resources."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="data")
    s3.put_bucket_tagging(Bucket="data", Tagging={"TagSet": [{"Key": "team", "Value": "ml"}]})
    assert sorted(tagging.get_tag_keys()["TagKeys"]) == ["env", "team"]
    assert sorted(tagging.get_tag_values(Key="team")["TagValues"]) == ["ml", "risk"]


@pytest.mark.fidelity("TAGGING-004")
def test_a_pipeline_is_tagged(tagging: Any, smpipeline: SMPipelineMock, smpipeline_client: Any) -> None:
    """As by AddTags; other resources are moto's."""
    boto3.client("logs").create_log_group(logGroupName="/jobs")
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/jobs"
    assert tagging.tag_resources(ResourceARNList=[ARN + "plain", group], Tags={"team": "core"})["FailedResourcesMap"] == {}
    assert smpipeline_client.list_tags(ResourceArn=ARN + "plain")["Tags"] == [{"Key": "team", "Value": "core"}]
    assert listed(tagging, TagFilters=[{"Key": "team", "Values": ["core"]}])[-1] == "plain"


@can_untag
def test_a_pipeline_is_untagged(tagging: Any, smpipeline_client: Any) -> None:
    """As by DeleteTags."""
    assert tagging.untag_resources(ResourceARNList=[ARN + "churn"], TagKeys=["env"])["FailedResourcesMap"] == {}
    assert smpipeline_client.list_tags(ResourceArn=ARN + "churn")["Tags"] == [{"Key": "team", "Value": "ml"}]


@pytest.mark.fidelity("TAGGING-005")
def test_what_the_service_refuses_is_told_for_each_resource(tagging: Any) -> None:
    """The call succeeds, and names those that failed."""
    failed = tagging.tag_resources(ResourceARNList=[ARN + "churn", ARN + "absent"], Tags={"a": "b"})["FailedResourcesMap"]
    assert list(failed) == [ARN + "absent"]
    assert (failed[ARN + "absent"]["StatusCode"], failed[ARN + "absent"]["ErrorCode"]) == (400, "InvalidParameterException")
    assert "does not exist" in failed[ARN + "absent"]["ErrorMessage"]


def test_an_older_moto_lists_plain_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no class for a tagged resource."""
    monkeypatch.setitem(sys.modules, "moto.core.resource_tagging", None)
    assert tagged_resources._resource(ARN + "churn", {"a": "b"}) == {"ResourceARN": ARN + "churn", "Tags": [{"Key": "a", "Value": "b"}]}


def test_an_older_moto_can_not_untag(monkeypatch: pytest.MonkeyPatch) -> None:
    """All else is there."""
    monkeypatch.delattr(ResourceGroupsTaggingAPIBackend, "untag_resources", raising=False)
    with mock_smpipeline() as smp:
        smp.add("churn", steps=["Train"], tags={"team": "ml"})
        assert listed(boto3.client("resourcegroupstaggingapi")) == ["churn"]
    assert "untag_resources" not in vars(ResourceGroupsTaggingAPIBackend)


def test_a_patch_that_somebody_still_holds_lets_everything_pass() -> None:
    """After the end there are no pipelines to be listed or tagged."""
    with mock_smpipeline() as smp:
        smp.add("churn", steps=["Train"], tags={"team": "ml"})
        patch = vars(ResourceGroupsTaggingAPIBackend)["_get_tag_keys_generator"]
        tag = vars(ResourceGroupsTaggingAPIBackend)["tag_resources"]
    with mock_aws():
        backend = ResourceGroupsTaggingAPIBackend("us-east-1", "123456789012")
        assert list(patch(backend)) == []
        arn = "arn:aws:nothing:us-east-1:123456789012:x"
        assert list(tag(backend, [arn], {"a": "b"})) == [arn]
