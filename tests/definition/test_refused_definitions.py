"""Every refusal that AWS is known to word or to describe, through the client: creation and update answer alike and change nothing."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pytest_smpipeline.values import Json, JsonObject

ROLE = "arn:aws:iam::123456789012:role/SageMakerRole"
NEW = {"RoleArn": ROLE, "ClientRequestToken": "t" * 32}
PARSE = "Unable to parse pipeline definition. "
FAIL: JsonObject = {"Name": "FailStep", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}
OUTPUTS: JsonObject = {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "evaluation"}]}}


def train(name: str = "Train", **members: Json) -> JsonObject:
    """Return a Training step."""
    return {"Name": name, "Type": "Training", "Arguments": {}, **members}


def process(arguments: JsonObject, **members: Json) -> JsonObject:
    """Return a Processing step with some arguments."""
    return {"Name": "Prep", "Type": "Processing", "Arguments": arguments, **members}


def gate(*then: Json, conditions: Json = None) -> JsonObject:
    """Return a Condition step."""
    return {"Name": "Gate", "Type": "Condition", "Arguments": {"Conditions": conditions or [], "IfSteps": list(then)}}


def each(name: str, *body: Json) -> JsonObject:
    """Return a ForEach step."""
    return {"Name": name, "Type": "ForEach", "Arguments": {"IterableItems": [1], "MaxConcurrency": 1, "ForEachBody": list(body)}}


REFUSED: list[tuple[str, list[Json], str]] = [
    ("a variable for an object", [train(Arguments={"Get": "Parameters.Split"})], f"{PARSE}Expecting start of Json Object."),
    ("a scalar for an object", [process({"NetworkConfig": "vpc"})], f"{PARSE}Expecting start of Json Object."),
    (
        "a variable for a list",
        [process({"NetworkConfig": {"VpcConfig": {"Subnets": {"Get": "Parameters.Split"}}}})],
        f"{PARSE}Expecting start of Json Array.",
    ),
    (
        "an unknown argument",
        [{"Name": "Register", "Type": "RegisterModel", "Arguments": {"ModelPackageName": "churn"}}],
        f"{PARSE}Unknown Argument member 'ModelPackageName'.",
    ),
    (
        "an unknown property",
        [gate(conditions=[{"Type": "Not", "Expression": {"Type": "Equals", "LeftValue": 1, "RightValue": 1}}])],
        f"{PARSE}Cannot parse object, unknown property 'Expression'.",
    ),
    (
        "a value outside of an enum",
        [process({"ProcessingInputs": [{"InputName": "in", "S3Input": {"S3Uri": "s3://bucket", "S3InputMode": "FastFile"}}]})],
        f"{PARSE}Model Validation failed: Value 'FastFile' for 'ProcessingS3InputMode' failed to satisfy enum value set: [Pipe, File]",
    ),
    (
        "a number for container arguments",
        [process({"AppSpecification": {"ImageUri": "image:1", "ContainerArguments": [{"Get": "Parameters.Split"}]}})],
        "Cannot assign property reference [Parameters.Split] to argument of type [String].",
    ),
    (
        "a number for the environment",
        [process({"Environment": {"SPLIT": {"Get": "Parameters.Split"}}})],
        "Cannot assign property reference [Parameters.Split] to argument of type [String].",
    ),
    (
        "a property file in no output",
        [process(OUTPUTS, PropertyFiles=[{"PropertyFileName": "Report", "OutputName": "evaluationInference", "FilePath": "r.json"}])],
        "Property file OutputName: [evaluationInference] does not exist in ProcessingJob outputs",
    ),
    ("a dependency on a Fail step", [train("CondStep", DependsOn=["FailStep"]), FAIL], "CondStep can not depends on FailStep"),
    (
        "a cycle",
        [train("A", DependsOn=["B"]), train("B", DependsOn=["A"])],
        "The steps wait for each other in a cycle: A -> B -> A. Remove one of these dependencies. @ $.Steps[0]",
    ),
    (
        "a step in the pipeline and in a branch",
        [train(), gate(train())],
        (
            "The step name 'Train' is used before, at $.Steps[0]; names are unique across the pipeline and all branches."
            " @ $.Steps[1].Arguments.IfSteps[0].Name"
        ),
    ),
    (
        "a dependency on nothing",
        [train(DependsOn=["Prep"])],
        "Step 'Train' depends on 'Prep', which is not a step of the pipeline. @ $.Steps[0].DependsOn[0]",
    ),
    (
        "a retry policy with two bounds",
        [train(RetryPolicies=[{"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 2, "ExpireAfterMin": 5}])],
        f"{PARSE}A retry policy takes either 'MaxAttempts' or 'ExpireAfterMin', not both. @ $.Steps[0].RetryPolicies[0]",
    ),
    (
        "a step named like a child",
        [each("Each", train("Body")), train("Body-0")],
        "The name 'Body-0' is kept for a child of the ForEach step 'Each'. @ $.Steps[1].Name",
    ),
    (
        "two bodies with one name",
        [each("Each", train("Body")), each("Other", train("Body"))],
        (
            "The step name 'Body' is used before, at $.Steps[0].Arguments.ForEachBody[0]; names are unique across the pipeline and all"
            " branches. @ $.Steps[1].Arguments.ForEachBody[0].Name"
        ),
    ),
]


def refusal_of(client: Any, definition: str, *, exists: bool) -> tuple[str, str]:
    """Return code and message of the answer to a creation, or to an update of the pipeline that exists."""
    existing = {"PipelineName": "churn", "PipelineDefinition": definition}
    call, request = (client.update_pipeline, existing) if exists else (client.create_pipeline, {**existing, **NEW})
    with pytest.raises(ClientError) as caught:
        call(**request)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


@pytest.mark.fidelity("DEF-112")
@pytest.mark.parametrize(("steps", "message"), [pytest.param(steps, message, id=name) for name, steps, message in REFUSED])
def test_a_definition_is_refused_on_creation_and_update(smpipeline_client: Any, steps: list[Json], message: str) -> None:
    """A refused creation leaves no pipeline, and a refused update the definition that was there."""
    parameters = [{"Name": "Split", "Type": "Integer", "DefaultValue": 5}]
    definition = json.dumps({"Version": "2020-12-01", "Parameters": parameters, "Steps": steps})
    good = json.dumps({"Version": "2020-12-01", "Steps": [train()]})

    assert refusal_of(smpipeline_client, definition, exists=False) == ("ValidationException", message)
    assert smpipeline_client.list_pipelines()["PipelineSummaries"] == []

    smpipeline_client.create_pipeline(PipelineName="churn", PipelineDefinition=good, **NEW)
    assert refusal_of(smpipeline_client, definition, exists=True) == ("ValidationException", message)
    assert smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineDefinition"] == good


@pytest.mark.fidelity("DEF-001")
def test_malformed_text_is_refused_with_the_character(smpipeline_client: Any) -> None:
    """The developer guide promises the character where reading stops."""
    code, message = refusal_of(smpipeline_client, '{"Steps": [}', exists=False)
    assert (code, message[: len(PARSE)]) == ("ValidationException", PARSE)
    assert "at line 1 column 12 (char 11)" in message


@pytest.mark.fidelity("DEF-113")
def test_a_pipeline_may_have_no_steps(smpipeline_client: Any) -> None:
    """AWS's JSON schema asks for the list and sets it no least length; the SDK's default is the empty list."""
    definition = json.dumps({"Version": "2020-12-01", "Steps": []})
    smpipeline_client.create_pipeline(PipelineName="churn", PipelineDefinition=definition, **NEW)
    assert smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineDefinition"] == definition
