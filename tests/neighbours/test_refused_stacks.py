"""Stacks whose pipeline is refused: the call succeeds, and status and events tell of the failure and the rollback."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, WaiterError

from pytest_smpipeline import SMPipelineMock, hold

Pipeline = Callable[..., dict[str, Any]]
Names = Callable[[], list[str]]

NOT_JSON = {"PipelineDefinitionBody": "not json"}


@pytest.mark.fidelity("CFN-009")
def test_a_refused_pipeline_rolls_the_stack_back(stack: Any, pipeline: Pipeline, names: Names, cloudformation: Any) -> None:
    """CreateStack itself succeeds; what was made is deleted, and the stack stays to be looked at and deleted."""
    resources = {"Good": pipeline("good"), "Bad": pipeline("bad", PipelineDefinition=NOT_JSON)}
    export = {"Name": {"Value": {"Ref": "Bad"}, "Export": {"Name": "pipeline-name"}}}
    assert stack.create(resources, Outputs=export) == "ROLLBACK_COMPLETE"
    assert names() == []
    assert stack.events == [
        ("mlops", "CREATE_IN_PROGRESS"),
        ("Bad", "CREATE_FAILED"),
        ("mlops", "ROLLBACK_IN_PROGRESS"),
        ("mlops", "ROLLBACK_COMPLETE"),
    ]
    assert stack.reason("mlops", "ROLLBACK_IN_PROGRESS") == (
        "The following resource(s) failed to create: [Bad]. Rollback requested by user."
    )
    assert (stack.outputs, stack.resources, cloudformation.list_exports()["Exports"]) == ({}, {}, [])
    with pytest.raises(WaiterError):
        cloudformation.get_waiter("stack_create_complete").wait(StackName="mlops", WaiterConfig={"MaxAttempts": 1})
    cloudformation.delete_stack(StackName="mlops")
    assert stack.create({"Good": pipeline("good")}) == "CREATE_COMPLETE"


@pytest.mark.fidelity("CFN-010")
def test_the_reason_is_the_services_in_the_handlers_words(stack: Any, pipeline: Pipeline, smpipeline: SMPipelineMock) -> None:
    """With the handler's error code."""
    smpipeline.add("churn", steps=["Train"])
    stack.create({"Churn": pipeline()})
    reason = stack.reason("Churn", "CREATE_FAILED")
    assert reason.startswith('Resource handler returned message: "Invalid request provided: Pipeline names must be unique within an AWS')
    assert reason.endswith(", HandlerErrorCode: InvalidRequest)")


@pytest.mark.fidelity("CFN-011")
@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({"PipelineName": None}, "#: required key [PipelineName] not found"),
        ({"PipelineDescripton": "x"}, "#: extraneous key [PipelineDescripton] is not permitted (the nearest is PipelineDescription)"),
        ({"Q": "x"}, "#: extraneous key [Q] is not permitted"),
        ({"PipelineDefinition": None}, "#: required key [PipelineDefinition] not found"),
        ({"PipelineDefinition": "{}"}, "#/PipelineDefinition: expected type: JSONObject, found: String"),
        (
            {"PipelineDefinition": {}},
            "#/PipelineDefinition: exactly one of PipelineDefinitionBody and PipelineDefinitionS3Location is expected",
        ),
        (
            {"PipelineDefinition": {"PipelineDefinitionBody": {"Version": "2020-12-01"}}},
            "#/PipelineDefinition/PipelineDefinitionBody: expected type: String, found: JSONObject",
        ),
        (
            {"PipelineDefinition": {"PipelineDefinitionS3Location": {"Key": "a.json"}}},
            "#/PipelineDefinition/PipelineDefinitionS3Location: required key [Bucket] not found",
        ),
        (
            {"PipelineDefinition": {"PipelineDefinitionS3Location": "s3://a/b"}},
            "#/PipelineDefinition/PipelineDefinitionS3Location: expected type: JSONObject, found: String",
        ),
        ({"Tags": {"team": "ml"}}, "#/Tags: expected type: JSONArray, found: JSONObject"),
        ({"Tags": ["team"]}, "#/Tags/0: expected type: JSONObject, found: String"),
        ({"Tags": [{"Key": "team"}]}, "#/Tags/0: required key [Value] not found"),
    ],
)
def test_properties_are_held_against_the_schema(
    stack: Any, pipeline: Pipeline, smpipeline: SMPipelineMock, properties: dict[str, Any], said: str
) -> None:
    """The service is not even asked."""
    assert stack.create({"Churn": pipeline(**properties)}) == "ROLLBACK_COMPLETE"
    assert stack.reason("Churn", "CREATE_FAILED") == f"Properties validation failed for resource Churn with message: [{said}]"
    assert len(smpipeline.calls) == 0


def test_the_service_judges_what_the_schema_can_not(stack: Any, pipeline: Pipeline) -> None:
    """A configuration that is none is refused by the API."""
    stack.create({"Churn": pipeline(ParallelismConfiguration="many")})
    assert "HandlerErrorCode: GeneralServiceException" in stack.reason("Churn", "CREATE_FAILED")


def test_a_definition_lies_in_s3(stack: Any, pipeline: Pipeline, definition: str, smpipeline_client: Any) -> None:
    """At a version and with an ETag, if the template says so."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="data")
    s3.put_bucket_versioning(Bucket="data", VersioningConfiguration={"Status": "Enabled"})
    put = s3.put_object(Bucket="data", Key="churn.json", Body=definition)
    s3.put_object(Bucket="data", Key="churn.json", Body="not json")
    location = {"Bucket": "data", "Key": "churn.json", "Version": put["VersionId"], "ETag": put["ETag"]}
    assert stack.create({"Churn": pipeline(PipelineDefinition={"PipelineDefinitionS3Location": location})}) == "CREATE_COMPLETE"
    assert smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineDefinition"] == definition


@pytest.mark.fidelity("CFN-012")
@pytest.mark.parametrize(
    ("location", "said"),
    [
        ({"Bucket": "data", "Key": "other.json"}, "Invalid request provided: No such key data/other.json with version: null"),
        ({"Bucket": "absent", "Key": "churn.json"}, "The specified bucket does not exist"),
        ({"Bucket": "no bucket", "Key": "churn.json"}, "Invalid bucket name"),
        ({"Bucket": "data", "Key": "churn.json", "ETag": "1234"}, "At least one of the pre-conditions you specified did not hold"),
    ],
)
def test_a_definition_that_can_not_be_read_is_refused(stack: Any, pipeline: Pipeline, location: dict[str, str], said: str) -> None:
    """A missing key is an invalid request, all else a general error of the handler."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="data")
    s3.put_object(Bucket="data", Key="churn.json", Body="{}")
    stack.create({"Churn": pipeline(PipelineDefinition={"PipelineDefinitionS3Location": location})})
    assert said in stack.reason("Churn", "CREATE_FAILED")


@pytest.mark.fidelity("CFN-013")
def test_a_refused_update_is_rolled_back(stack: Any, pipeline: Pipeline, names: Names, smpipeline: SMPipelineMock) -> None:
    """What the update added goes, what it removed or replaced never went, and the rest is as before."""
    smpipeline.add("taken", steps=["Train"])
    before = {"A": pipeline("a"), "B": pipeline("b"), "C": pipeline("c"), "D": pipeline("d")}
    stack.create(before)
    smpipeline.start("b").assert_succeeded()
    after = {"A": pipeline("a", RoleArn="nobody"), "C": pipeline("c2"), "D": pipeline("taken"), "E": pipeline("e")}
    assert stack.update(after) == "UPDATE_ROLLBACK_COMPLETE"
    assert names() == ["a", "b", "c", "d", "taken"]
    assert stack.resources == {"A": "a", "B": "b", "C": "c", "D": "d"}
    assert ("A", "UPDATE_FAILED") in stack.events
    assert stack.events[-2:] == [("mlops", "UPDATE_ROLLBACK_IN_PROGRESS"), ("mlops", "UPDATE_ROLLBACK_COMPLETE")]
    assert stack.client.get_template(StackName="mlops")["TemplateBody"] == {"Resources": before}
    assert len(boto3.client("sagemaker").list_pipeline_executions(PipelineName="b")["PipelineExecutionSummaries"]) == 1
    assert stack.update({"A": pipeline("a")}) == "UPDATE_COMPLETE"
    assert names() == ["a", "taken"]


def test_an_update_that_fails_to_create_says_so(stack: Any, pipeline: Pipeline, names: Names) -> None:
    """The resource's event is CREATE_FAILED."""
    stack.create({"A": pipeline("a")})
    assert stack.update({"A": pipeline("a"), "B": pipeline("b", PipelineDefinition=NOT_JSON)}) == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.reason("mlops", "UPDATE_ROLLBACK_IN_PROGRESS") == "The following resource(s) failed to create: [B]."
    assert (names(), stack.resources) == (["a"], {"A": "a"})


def test_a_rollback_can_fail_too(stack: Any, pipeline: Pipeline, smpipeline: SMPipelineMock, names: Names) -> None:
    """The pipeline was deleted by hand, so neither the update nor its rollback finds it; then nothing but deleting is possible."""
    stack.create({"A": pipeline("a")})
    boto3.client("sagemaker").delete_pipeline(PipelineName="a")
    assert stack.update({"A": pipeline("a", PipelineDescription="x")}) == "UPDATE_ROLLBACK_FAILED"
    assert "Resource of type 'AWS::SageMaker::Pipeline' with identifier 'a' was not found." in stack.reason("A", "UPDATE_FAILED")
    with pytest.raises(ClientError, match="is in UPDATE_ROLLBACK_FAILED state and can not be updated"):
        stack.update({"A": pipeline("a")})
    stack.client.delete_stack(StackName="mlops")
    assert names() == []


@pytest.mark.fidelity("CFN-014")
def test_a_stack_that_was_rolled_back_can_not_be_updated(stack: Any, pipeline: Pipeline) -> None:
    """It can only be deleted."""
    stack.create({"Churn": pipeline(PipelineDefinition=NOT_JSON)})
    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        stack.update({"Churn": pipeline()})


def test_a_change_set_that_is_refused_rolls_back(stack: Any, pipeline: Pipeline, names: Names) -> None:
    """One that creates the stack, and one that changes it."""
    assert stack.execute("CREATE", {"Churn": pipeline(PipelineDefinition=NOT_JSON)}) == "ROLLBACK_COMPLETE"
    stack.client.delete_stack(StackName="mlops")
    stack.client.delete_change_set(StackName="mlops", ChangeSetName="change")
    stack.create({"Churn": pipeline()})
    assert stack.execute("UPDATE", {"Churn": pipeline(PipelineDefinition=NOT_JSON)}) == "UPDATE_ROLLBACK_COMPLETE"
    change_set = stack.client.describe_change_set(StackName="mlops", ChangeSetName="change")
    assert (change_set["ExecutionStatus"], names()) == ("EXECUTE_FAILED", ["churn"])


@pytest.mark.fidelity("CFN-015")
def test_a_stack_whose_pipeline_runs_can_not_be_deleted(
    stack: Any, pipeline: Pipeline, smpipeline: SMPipelineMock, names: Names, cloudformation: Any
) -> None:
    """It stays as DELETE_FAILED with what is left, and is deleted once the execution has ended."""
    stack.create({"A": pipeline("a"), "B": pipeline("b")}, Outputs={"Name": {"Value": {"Ref": "A"}}})
    smpipeline.script("b", Train=hold())
    run = smpipeline.start("b")
    cloudformation.delete_stack(StackName="mlops")
    assert (stack.status, stack.outputs, stack.resources, names()) == ("DELETE_FAILED", {}, {"B": "b"}, ["b"])
    assert "can't be deleted while it runs" in stack.reason("B", "DELETE_FAILED")
    assert stack.reason("mlops", "DELETE_FAILED") == "The following resource(s) failed to delete: [B]."
    run.stop()
    cloudformation.delete_stack(StackName="mlops")
    assert names() == []


@pytest.mark.fidelity("CFN-016")
def test_an_update_leaves_behind_what_it_can_not_delete(stack: Any, pipeline: Pipeline, smpipeline: SMPipelineMock, names: Names) -> None:
    """Deleting comes last, and the update is complete all the same."""
    stack.create({"Churn": pipeline("old")})
    smpipeline.script("old", Train=hold())
    run = smpipeline.start("old")
    assert stack.update({"Churn": pipeline("new")}) == "UPDATE_COMPLETE"
    assert (names(), stack.resources) == (["new", "old"], {"Churn": "new"})
    assert stack.events[-2:] == [("Churn", "DELETE_FAILED"), ("mlops", "UPDATE_COMPLETE")]
    run.stop()


@pytest.mark.fidelity("CFN-017")
@pytest.mark.parametrize("code", ["ThrottlingException", "ServiceUnavailable", ConnectTimeoutError(endpoint_url="https://sagemaker")])
def test_an_error_that_may_pass_is_tried_again(stack: Any, pipeline: Pipeline, smpipeline: SMPipelineMock, code: Any) -> None:
    """CloudFormation retries what its handlers report as retriable, and gives up at last."""
    smpipeline.fault("CreatePipeline", code, times=2)
    assert stack.create({"Churn": pipeline()}) == "CREATE_COMPLETE"
    stack.client.delete_stack(StackName="mlops")
    smpipeline.fault("CreatePipeline", code, times=5)
    assert stack.create({"Churn": pipeline()}) == "ROLLBACK_COMPLETE"


@pytest.mark.smpipeline(limits={"pipelines": 1})
def test_a_quota_is_told_as_a_limit(stack: Any, pipeline: Pipeline) -> None:
    """The service's sentence stands in the handler's."""
    stack.create({"A": pipeline("a"), "B": pipeline("b")})
    assert "Limit exceeded for resource of type 'AWS::SageMaker::Pipeline'. Reason: " in stack.reason("B", "CREATE_FAILED")
