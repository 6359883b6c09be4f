"""Operations that take pipelines and other resources: the body of a request decides who answers it, at every door."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from moto import mock_aws

from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline.options import Options

PIPELINE = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"
TAGS = [{"Key": "team", "Value": "ml"}]


def model(client: Any) -> str:
    """Create a model in moto, with a tag; its ARN."""
    arn: str = client.create_model(ModelName="scorer", ExecutionRoleArn="arn:aws:iam::123456789012:role/r", Tags=TAGS)["ModelArn"]
    return arn


@pytest.mark.parametrize("wire", ["express", "full"])
def test_tags_of_pipelines_are_ours_and_all_others_motos(early: Callable[..., Any], doors: Doors, service: Any, wire: Any) -> None:
    """In one test, by one client, on both roads."""
    service.options = Options(wire=wire)
    client = early()
    service.replies = [service.success(Tags=[{"Key": "ours", "Value": "x"}])]

    arn = model(client)
    added = client.add_tags(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"}])["Tags"]

    assert client.list_tags(ResourceArn=PIPELINE)["Tags"] == [{"Key": "ours", "Value": "x"}]
    assert client.list_tags(ResourceArn=arn)["Tags"] == added == [*TAGS, {"Key": "stage", "Value": "test"}]
    assert [request.operation for request in service.requests] == ["ListTags"]


@pytest.mark.parametrize("wire", ["express", "full"])
def test_inside_a_users_mock_aws_it_is_the_same(early: Callable[..., Any], doors: Doors, service: Any, wire: Any) -> None:
    """moto's own hook in botocore, which asks before the road ends, lets tags of pipelines pass."""
    import boto3

    service.options = Options(wire=wire)
    service.replies = [service.success(Tags=[{"Key": "ours", "Value": "x"}])]
    with mock_aws():
        client = boto3.client("sagemaker", region_name="us-east-1")
        arn = model(client)

        assert client.list_tags(ResourceArn=PIPELINE)["Tags"] == [{"Key": "ours", "Value": "x"}]
        assert client.list_tags(ResourceArn=arn)["Tags"] == TAGS


def test_by_plain_http_it_is_the_same(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """The body arrives whole at whoever answers."""
    arn = model(early())
    service.replies = [service.success(Tags=[{"Key": "ours", "Value": "x"}])]

    def listed(resource: str) -> object:
        body = json.dumps({"ResourceArn": resource})
        headers = {"X-Amz-Target": "SageMaker.ListTags"}
        return requests.post("https://api.sagemaker.us-east-1.amazonaws.com/", data=body, headers=headers, timeout=5).json()["Tags"]

    assert listed(PIPELINE) == [{"Key": "ours", "Value": "x"}]
    assert listed(arn) == TAGS
    assert json.loads(service.last.body) == {"ResourceArn": PIPELINE}
