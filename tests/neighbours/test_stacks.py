"""``AWS::SageMaker::Pipeline`` in moto's CloudFormation: stacks that create, change and delete pipelines."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, WaiterError

from pytest_smpipeline import SMPipelineMock

Pipeline = Callable[..., dict[str, Any]]
Names = Callable[[], list[str]]


@pytest.mark.fidelity("CFN-001")
def test_a_stack_creates_a_pipeline_with_all_its_properties(
    stack: Any, pipeline: Pipeline, smpipeline: SMPipelineMock, smpipeline_client: Any
) -> None:
    """Name, display name, description, role, definition, parallelism and tags."""
    properties = {
        "PipelineDisplayName": "Churn",
        "PipelineDescription": "nightly",
        "ParallelismConfiguration": {"MaxParallelExecutionSteps": 3},
        "Tags": [{"Key": "team", "Value": "ml"}],
    }
    assert stack.create({"Churn": pipeline(**properties)}) == "CREATE_COMPLETE"
    found = smpipeline_client.describe_pipeline(PipelineName="churn")
    assert (found["PipelineDisplayName"], found["PipelineDescription"]) == ("Churn", "nightly")
    assert found["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 3}
    assert smpipeline_client.list_tags(ResourceArn=found["PipelineArn"])["Tags"] == [{"Key": "team", "Value": "ml"}]
    smpipeline.start("churn").assert_succeeded()


@pytest.mark.fidelity("CFN-002")
def test_ref_is_the_name_of_the_pipeline(stack: Any, pipeline: Pipeline) -> None:
    """So is the physical id of the resource."""
    stack.create({"Churn": pipeline()}, Outputs={"Name": {"Value": {"Ref": "Churn"}}})
    assert stack.outputs == {"Name": "churn"}
    assert stack.resources == {"Churn": "churn"}


@pytest.mark.fidelity("CFN-003")
@pytest.mark.parametrize("place", ["output", "resource"])
def test_there_is_no_attribute(stack: Any, pipeline: Pipeline, place: str) -> None:
    """The resource type has no read-only property, so a template can get no attribute of it."""
    arn = {"Fn::GetAtt": ["Churn", "PipelineArn"]}
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": arn}}
    given = {"Churn": pipeline()} if place == "output" else {"Churn": pipeline(), "Topic": topic}
    outputs = {"Arn": {"Value": arn}} if place == "output" else {}
    with pytest.raises(ClientError, match="does not support attribute type PipelineArn in Fn::GetAtt"):
        stack.create(given, Outputs=outputs)


def test_another_resource_refers_to_the_pipeline(stack: Any, pipeline: Pipeline) -> None:
    """As one that starts it would."""
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::Sub": "${Churn}-done"}}}
    stack.create({"Churn": pipeline(), "Topic": topic})
    (found,) = boto3.client("sns").list_topics()["Topics"]
    assert found["TopicArn"].endswith(":churn-done")


def test_the_parameters_of_a_template_are_texts(stack: Any, pipeline: Pipeline, smpipeline_client: Any) -> None:
    """CloudFormation converts them to what the property is, and plain values to texts where it is a text."""
    churn = pipeline(
        ParallelismConfiguration={"MaxParallelExecutionSteps": {"Ref": "Limit"}},
        PipelineDescription=5,
        Tags=[{"Key": "debug", "Value": True}, {"Key": "live", "Value": False}],
    )
    stack.create({"Churn": churn}, Parameters={"Limit": {"Type": "String", "Default": "4"}})
    found = smpipeline_client.describe_pipeline(PipelineName="churn")
    assert (found["ParallelismConfiguration"], found["PipelineDescription"]) == ({"MaxParallelExecutionSteps": 4}, "5")
    tags = smpipeline_client.list_tags(ResourceArn=found["PipelineArn"])["Tags"]
    assert [tag["Value"] for tag in tags] == ["true", "false"]


def test_the_pipeline_is_made_in_the_region_of_the_stack(smpipeline: SMPipelineMock, pipeline: Pipeline) -> None:
    """And in no other."""
    template = json.dumps({"Resources": {"Churn": pipeline()}})
    boto3.client("cloudformation", region_name="eu-west-1").create_stack(StackName="mlops", TemplateBody=template)
    found = boto3.client("sagemaker", region_name="eu-west-1").list_pipelines()["PipelineSummaries"]
    assert [each["PipelineArn"] for each in found] == ["arn:aws:sagemaker:eu-west-1:123456789012:pipeline/churn"]
    assert boto3.client("sagemaker").list_pipelines()["PipelineSummaries"] == []


def test_what_cloudformation_does_is_recorded(stack: Any, pipeline: Pipeline, smpipeline: SMPipelineMock) -> None:
    """Its handlers call the API as everybody does."""
    stack.create({"Churn": pipeline()})
    (call,) = smpipeline.calls.of("CreatePipeline")
    assert call.request["PipelineName"] == "churn"


@pytest.mark.fidelity("CFN-004")
def test_an_update_changes_the_pipeline_in_place(
    stack: Any, pipeline: Pipeline, smpipeline: SMPipelineMock, smpipeline_client: Any
) -> None:
    """All properties but the name; its executions stay, and a changed definition makes a version."""
    stack.create({"Churn": pipeline()})
    smpipeline.start("churn")
    changed = json.dumps({"Version": "2020-12-01", "Steps": [{"Name": "Tune", "Type": "Tuning", "Arguments": {}}]})
    churn = pipeline(PipelineDefinition={"PipelineDefinitionBody": changed}, PipelineDescription="new")
    assert stack.update({"Churn": churn}) == "UPDATE_COMPLETE"
    assert smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineDescription"] == "new"
    assert len(smpipeline_client.list_pipeline_executions(PipelineName="churn")["PipelineExecutionSummaries"]) == 1
    assert smpipeline.start("churn").order == ["Tune"]


@pytest.mark.fidelity("CFN-005")
def test_a_property_that_a_template_no_longer_gives_stays_as_it_was(stack: Any, pipeline: Pipeline, smpipeline_client: Any) -> None:
    """The handler leaves it out of UpdatePipeline, which changes only what it is given."""
    stack.create({"Churn": pipeline(PipelineDescription="nightly")})
    stack.update({"Churn": pipeline(PipelineDisplayName="Churn")})
    assert smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineDescription"] == "nightly"


@pytest.mark.fidelity("CFN-006")
def test_an_update_changes_tags(stack: Any, pipeline: Pipeline, smpipeline_client: Any) -> None:
    """New ones join, changed ones change, missing ones go, and what others have tagged stays."""
    one, two = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}], [{"Key": "b", "Value": "2"}, {"Key": "c", "Value": "3"}]
    stack.create({"Churn": pipeline(Tags=one)})
    arn = smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineArn"]
    smpipeline_client.add_tags(ResourceArn=arn, Tags=[{"Key": "own", "Value": "x"}])
    stack.update({"Churn": pipeline(Tags=two)})
    tags = {tag["Key"]: tag["Value"] for tag in smpipeline_client.list_tags(ResourceArn=arn)["Tags"]}
    assert tags == {"b": "2", "c": "3", "own": "x"}


@pytest.mark.fidelity("CFN-007")
def test_another_name_replaces_the_pipeline(stack: Any, pipeline: Pipeline, names: Names, smpipeline: SMPipelineMock) -> None:
    """The new one is made before the old one goes."""
    stack.create({"Churn": pipeline("old")}, Outputs={"Name": {"Value": {"Ref": "Churn"}}})
    stack.update({"Churn": pipeline("new")}, Outputs={"Name": {"Value": {"Ref": "Churn"}}})
    assert (names(), stack.outputs) == (["new"], {"Name": "new"})
    assert [call.operation for call in smpipeline.calls][:3] == ["CreatePipeline", "CreatePipeline", "DeletePipeline"]


def test_a_policy_keeps_the_pipeline_that_is_replaced(stack: Any, pipeline: Pipeline, names: Names) -> None:
    """``UpdateReplacePolicy: Retain``."""
    retain = {"UpdateReplacePolicy": "Retain"}
    stack.create({"Churn": pipeline("old", resource=retain)})
    stack.update({"Churn": pipeline("new", resource=retain)})
    assert names() == ["new", "old"]


def test_deleting_a_stack_deletes_its_pipelines(stack: Any, pipeline: Pipeline, names: Names, cloudformation: Any) -> None:
    """Those that are retained stay."""
    stack.create({"A": pipeline("a"), "B": pipeline("b", resource={"DeletionPolicy": "Retain"})})
    cloudformation.delete_stack(StackName="mlops")
    assert names() == ["b"]


@pytest.mark.fidelity("CFN-008")
def test_a_pipeline_that_is_gone_already_counts_as_deleted(
    stack: Any, pipeline: Pipeline, cloudformation: Any, smpipeline_client: Any
) -> None:
    """Somebody has deleted it by hand."""
    stack.create({"Churn": pipeline()})
    smpipeline_client.delete_pipeline(PipelineName="churn")
    cloudformation.delete_stack(StackName="mlops")
    assert cloudformation.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"][0]["StackName"] == "mlops"


def test_an_update_takes_a_pipeline_out_and_puts_it_in_again(stack: Any, pipeline: Pipeline, names: Names) -> None:
    """moto alone would take the one that is gone for the one that is wanted."""
    stack.create({"A": pipeline("a"), "B": pipeline("b")})
    stack.update({"A": pipeline("a")})
    assert names() == ["a"]
    stack.update({"A": pipeline("a"), "B": pipeline("b")})
    assert names() == ["a", "b"]
    stack.update({"A": pipeline("a"), "B": pipeline("b", resource={"DeletionPolicy": "Retain"})})
    stack.update({"A": pipeline("a")})
    assert names() == ["a", "b"]


def test_a_condition_decides_whether_there_is_a_pipeline(stack: Any, pipeline: Pipeline, names: Names) -> None:
    """Anew at each update that changes the resource."""
    nightly = pipeline(resource={"Condition": "Nightly"})
    parameters = {"Mode": {"Type": "String", "Default": "never"}}
    conditions = {"Nightly": {"Fn::Equals": [{"Ref": "Mode"}, "nightly"]}}
    stack.create({"Other": pipeline("other"), "Churn": nightly}, Parameters=parameters, Conditions=conditions)
    assert names() == ["other"]
    described = pipeline(PipelineDescription="x", resource={"Condition": "Nightly"})
    stack.update({"Other": pipeline("other"), "Churn": described}, Parameters=parameters, Conditions=conditions)
    assert names() == ["other"]
    parameters = {"Mode": {"Type": "String", "Default": "nightly"}}
    stack.update({"Other": pipeline("other"), "Churn": nightly}, Parameters=parameters, Conditions=conditions)
    assert names() == ["churn", "other"]


def test_a_change_set_creates_and_changes_a_pipeline(stack: Any, pipeline: Pipeline, smpipeline_client: Any) -> None:
    """It shows what will change, and nothing happens before it is executed."""
    assert stack.execute("CREATE", {"Churn": pipeline()}) == "CREATE_COMPLETE"
    template = stack.template({"Churn": pipeline(PipelineDescription="new")})
    stack.client.create_change_set(StackName="mlops", ChangeSetName="second", ChangeSetType="UPDATE", TemplateBody=template)
    (change,) = stack.client.describe_change_set(StackName="mlops", ChangeSetName="second")["Changes"]
    assert change["ResourceChange"]["ResourceType"] == "AWS::SageMaker::Pipeline"
    assert "PipelineDescription" not in smpipeline_client.describe_pipeline(PipelineName="churn")
    stack.client.execute_change_set(StackName="mlops", ChangeSetName="second")
    assert smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineDescription"] == "new"


def test_a_change_set_that_does_not_exist_is_motos_affair(stack: Any, pipeline: Pipeline) -> None:
    """It answers as it does without us, whatever that is."""
    stack.create({"Churn": pipeline()})
    with pytest.raises(Exception, match=r"change_set|does not exist"):
        stack.client.execute_change_set(StackName="mlops", ChangeSetName="missing")


def test_a_waiter_sees_the_stack_complete(stack: Any, pipeline: Pipeline, cloudformation: Any) -> None:
    """As deployment scripts do."""
    stack.create({"Churn": pipeline()})
    cloudformation.get_waiter("stack_create_complete").wait(StackName="mlops")
    with pytest.raises(WaiterError):
        cloudformation.get_waiter("stack_update_complete").wait(StackName="absent", WaiterConfig={"MaxAttempts": 1})
