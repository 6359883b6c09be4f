"""moto's own switches, and stacks that are older or younger than an emulation."""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws
from moto.cloudformation import models, parsing
from moto.core import exceptions
from moto.moto_api._internal.models import MotoAPIBackend
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

from pytest_smpipeline import SMPipelineMock, mock_smpipeline

Pipeline = Callable[..., dict[str, Any]]

NOT_SUPPORTED = "AWS::SageMaker::Pipeline but it's not supported by moto"


@pytest.fixture
def users_moto() -> Iterator[Any]:
    """A ``mock_aws`` of the user's, and a client of its CloudFormation."""
    with mock_aws():
        yield boto3.client("cloudformation", region_name="us-east-1")


@pytest.fixture
def template(pipeline: Pipeline) -> Callable[..., str]:
    """Return the function that writes a template with a pipeline and a topic."""

    def write(**properties: Any) -> str:
        topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "done"}}
        return json.dumps({"Resources": {"Churn": pipeline(**properties), "Topic": topic}})

    return write


def test_a_stack_that_is_older_than_the_emulation_gets_its_pipeline_when_it_is_updated(
    users_moto: Any, template: Callable[..., str]
) -> None:
    """Before, moto has left it out with a warning."""
    with pytest.warns(UserWarning, match=NOT_SUPPORTED):
        users_moto.create_stack(StackName="mlops", TemplateBody=template())
    with mock_smpipeline():
        users_moto.update_stack(StackName="mlops", TemplateBody=template(PipelineDescription="new"))
        assert boto3.client("sagemaker").describe_pipeline(PipelineName="churn")["PipelineDescription"] == "new"
        users_moto.delete_stack(StackName="mlops")
        assert boto3.client("sagemaker").list_pipelines()["PipelineSummaries"] == []


def test_an_older_stack_that_moto_has_updated_can_be_changed_and_deleted(users_moto: Any, template: Callable[..., str]) -> None:
    """Its pipeline was never there, and nothing has to be deleted for it."""
    with pytest.warns(UserWarning, match=NOT_SUPPORTED):
        users_moto.create_stack(StackName="mlops", TemplateBody=template())
    with pytest.warns(UserWarning, match=NOT_SUPPORTED):
        users_moto.update_stack(StackName="mlops", TemplateBody=template(PipelineDescription="new"))
    with mock_smpipeline():
        topic = json.dumps({"Resources": {"Topic": json.loads(template())["Resources"]["Topic"]}})
        users_moto.update_stack(StackName="mlops", TemplateBody=topic)
        users_moto.delete_stack(StackName="mlops")


def test_a_stack_that_outlives_the_emulation_can_be_described_and_deleted(users_moto: Any, template: Callable[..., str]) -> None:
    """There is no pipeline any more, and nobody is asked for it."""
    with mock_smpipeline():
        users_moto.create_stack(StackName="mlops", TemplateBody=template())
    assert users_moto.describe_stacks(StackName="mlops")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    users_moto.delete_stack(StackName="mlops")
    assert users_moto.describe_stacks()["Stacks"] == []


def test_everything_in_moto_is_put_back() -> None:
    """The very functions that were there before."""

    def found() -> list[object]:
        stack = vars(models).get("Stack") or vars(models)["FakeStack"]
        owners = (parsing, parsing.ResourceMap, stack, models.CloudFormationBackend, ResourceGroupsTaggingAPIBackend, MotoAPIBackend)
        return [dict(vars(owner)) for owner in owners]

    before = found()
    with mock_smpipeline():
        assert found() != before
    assert found() == before


@pytest.mark.skipif("ServiceNotWhitelisted" not in vars(exceptions), reason="this moto has no whitelist")
@pytest.mark.smpipeline(moto_config={"core": {"service_whitelist": ["s3"]}})
def test_a_whitelist_is_for_motos_services(smpipeline: SMPipelineMock) -> None:
    """Pipelines are answered whether SageMaker is on it or not; what moto answers is refused as under ``mock_aws``."""
    smpipeline.add("churn", steps=["Train"])
    smpipeline.start("churn").assert_succeeded()
    boto3.client("s3").create_bucket(Bucket="data")
    with pytest.raises(exceptions.ServiceNotWhitelisted):
        boto3.client("sqs").list_queues()
    with pytest.raises(exceptions.ServiceNotWhitelisted):
        boto3.client("sagemaker").list_training_jobs()


@pytest.mark.smpipeline(moto_config={"core": {"passthrough": {"services": ["sqs"], "urls": [r"http://nowhere\.invalid"]}}}, strict=False)
def test_what_passes_through_moto_passes_through_us(smpipeline: SMPipelineMock) -> None:
    """It is sent for real, here to where nobody listens; all else is answered."""
    config = Config(retries={"total_max_attempts": 1}, proxies={"https": "http://127.0.0.1:9"})
    with pytest.raises(Exception, match=r"127\.0\.0\.1|proxy"):
        boto3.client("sqs", config=config).list_queues()
    with pytest.raises(EndpointConnectionError):
        boto3.client("s3", endpoint_url="http://nowhere.invalid", config=Config(retries={"total_max_attempts": 1})).list_buckets()
    boto3.client("s3").create_bucket(Bucket="data")
    smpipeline.add("churn", steps=["Train"])
    smpipeline.start("churn").assert_succeeded()


@pytest.mark.parametrize("config", [None, {}, {"core": {}}, {"core": {"mock_credentials": True}}])
def test_credentials_are_lent_unless_moto_is_told_not_to(monkeypatch: pytest.MonkeyPatch, config: Any) -> None:
    """As moto does."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREALREALREALREAL")
    with mock_smpipeline(moto_config=config):
        assert os.environ["AWS_ACCESS_KEY_ID"] != "AKIAREALREALREALREAL"
    assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAREALREALREALREAL"


def test_real_credentials_stay_for_what_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """``mock_credentials: False`` is moto's word for it; the region is lent all the same."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREALREALREALREAL")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with mock_smpipeline(moto_config={"core": {"mock_credentials": False}}) as smp:
        found = {name: os.environ.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_SECRET_ACCESS_KEY")}
        assert found == {"AWS_ACCESS_KEY_ID": "AKIAREALREALREALREAL", "AWS_SESSION_TOKEN": "real", "AWS_SECRET_ACCESS_KEY": None}
        assert os.environ["AWS_DEFAULT_REGION"] == "us-east-1"
        smp.add("churn", steps=["Train"])
        smp.start("churn").assert_succeeded()
