"""Metadata and names: what each type of step shows of what it made."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from pytest_smpipeline import Execution, SMPipelineMock
from pytest_smpipeline._definition.step_schemas import STEP_SCHEMAS
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._wire import service_model
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.values import JsonObject

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]
Listed = Callable[[Execution], list[dict[str, Any]]]

REGION_AND_ACCOUNT = "us-east-1:123456789012"
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"
FUNCTION = f"arn:aws:lambda:{REGION_AND_ACCOUNT}:function:count"

# What a step of each type needs beside its name.
MEMBERS: dict[str, JsonObject] = {
    "ForEach": {
        "arguments": {"IterableItems": [1], "MaxConcurrency": 1, "ForEachBody": [{"Name": "B", "Type": "Training", "Arguments": {}}]}
    },
    "Condition": {"arguments": {"Conditions": []}},
    "Lambda": {"FunctionArn": FUNCTION},
    "Callback": {"SqsQueueUrl": QUEUE},
    "QualityCheck": {"CheckType": "DATA_QUALITY", "SkipCheck": False, "RegisterNewBaseline": True, "ModelPackageGroupName": "g"},
    "ClarifyCheck": {"CheckType": "DATA_BIAS"},
}

# Members of Metadata that botocore 1.40, the oldest supported, does not have yet; ForEach came last.
NEWER = {
    "Athena",
    "BedrockCustomModel",
    "BedrockCustomModelDeployment",
    "BedrockModelImport",
    "BedrockProvisionedModelThroughput",
    "Cleanup",
    "EMRServerless",
    "ForEach",
    "HubContent",
    "InferenceComponent",
    "Job",
    "Lineage",
}


def test_the_engine_knows_the_types_that_a_definition_can_have() -> None:
    """No step that can be defined is unknown when it runs."""
    assert STEP_TYPES.keys() == STEP_SCHEMAS.keys()


@pytest.mark.fidelity("META-001")
@pytest.mark.parametrize("kind", sorted(STEP_TYPES.keys() - {"Pass"}))
def test_the_metadata_of_every_type_has_the_members_of_the_model(smpipeline: SMPipelineMock, step: Step, kind: str) -> None:
    """Whatever a step shows is a member of ListPipelineExecutionSteps' answer in botocore's model."""
    smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [step("Make", kind=kind, **MEMBERS.get(kind, {}))]})
    metadata = smpipeline.start("churn").steps["Make"].metadata
    listing = service_model.current().output_shape("ListPipelineExecutionSteps")
    shape = listing.members["PipelineExecutionSteps"].element.members["Metadata"]  # type: ignore[union-attr]  # a list has an element

    (member,) = metadata
    assert member in shape.members or (member in NEWER and "ForEach" not in shape.members)
    if member in shape.members:
        assert _outside(metadata[member], shape.members[member]) == []


@pytest.mark.fidelity("META-021")
def test_a_pass_step_succeeds_and_shows_nothing(run: Run, step: Step) -> None:
    """It is in no model, so there is nothing that its metadata could be."""
    execution = run(step("Idle", kind="Pass"), step("After", "Idle"))

    assert execution.status == "Succeeded"
    assert (execution.steps["Idle"].metadata, execution.steps["Idle"].properties) == ({}, {})


@pytest.mark.fidelity("META-002")
@pytest.mark.parametrize(
    ("kind", "member", "arn"),
    [
        ("Training", "TrainingJob", f"arn:aws:sagemaker:{REGION_AND_ACCOUNT}:training-job/NAME"),
        ("Processing", "ProcessingJob", f"arn:aws:sagemaker:{REGION_AND_ACCOUNT}:processing-job/NAME"),
        ("Transform", "TransformJob", f"arn:aws:sagemaker:{REGION_AND_ACCOUNT}:transform-job/NAME"),
        ("Job", "Job", f"arn:aws:sagemaker:{REGION_AND_ACCOUNT}:job/NAME"),
    ],
)
def test_the_job_of_a_step_is_named_after_execution_and_step(run: Run, step: Step, kind: str, member: str, arn: str) -> None:
    """``pipelines-<execution id>-<the first 20 characters of the step>-<10 letters and digits>``, in mixed case."""
    execution = run(step("create-provisioned-throughput-step", kind=kind))

    made = str(execution.steps["create-provisioned-throughput-step"].metadata[member]["Arn"])
    pattern = re.escape(arn).replace("NAME", f"pipelines-{execution.id}-create-provisioned-t-[A-Za-z0-9]{{10}}")
    assert re.fullmatch(pattern, made)


@pytest.mark.fidelity("META-003", "META-014")
@pytest.mark.parametrize(
    ("kind", "resource"),
    [
        ("Model", "model"),
        ("EndpointConfig", "endpoint-config"),
        ("Endpoint", "endpoint"),
        ("InferenceComponent", "inference-component"),
    ],
)
def test_what_serves_models_is_named_in_lower_case(run: Run, step: Step, kind: str, resource: str) -> None:
    """The ARN of a model has the name in lower case; endpoints are taken to be like it."""
    execution = run(step("Abalone-CreateModel-X-Y", kind=kind))

    made = str(execution.steps["Abalone-CreateModel-X-Y"].metadata[kind]["Arn"])
    prefix = f"arn:aws:sagemaker:{REGION_AND_ACCOUNT}:{resource}/pipelines-{execution.id}-abalone-createmodel-"
    assert re.fullmatch(re.escape(prefix) + "-[a-z0-9]{10}", made)


@pytest.mark.fidelity("META-004", "META-015")
@pytest.mark.parametrize(
    ("kind", "member", "resource"), [("Tuning", "TuningJob", "hyper-parameter-tuning-job"), ("AutoML", "AutoMLJob", "automl-job")]
)
def test_a_tuning_job_has_a_short_name(run: Run, step: Step, kind: str, member: str, resource: str) -> None:
    """``<execution id>-<the first 7 characters of the step>-<10>``: the names of tuning and AutoML jobs have at most 32 characters."""
    execution = run(step("HPTuningStep", kind=kind))

    made = str(execution.steps["HPTuningStep"].metadata[member]["Arn"])
    name = made.removeprefix(f"arn:aws:sagemaker:{REGION_AND_ACCOUNT}:{resource}/")
    assert re.fullmatch(f"{execution.id}-HPTunin-[A-Za-z0-9]{{10}}", name)
    assert len(name) <= 32


@pytest.mark.fidelity("META-005")
@pytest.mark.parametrize("group", ["churn-models", f"arn:aws:sagemaker:{REGION_AND_ACCOUNT}:model-package-group/churn-models"])
def test_a_registered_model_is_the_next_version_of_its_group(smpipeline: SMPipelineMock, run: Run, step: Step, group: str) -> None:
    """Versions of a group count from 1, over all executions; the group may be given by name or ARN."""
    first = run(step("Register", kind="RegisterModel", arguments={"ModelPackageGroupName": group}))
    second = smpipeline.start("churn")

    arns = [execution.steps["Register"].metadata["RegisterModel"]["Arn"] for execution in (first, second)]
    prefix = f"arn:aws:sagemaker:{REGION_AND_ACCOUNT}:model-package/churn-models"
    assert arns == [f"{prefix}/1", f"{prefix}/2"]
    assert second.steps["Register"].properties["ModelPackageArn"] == f"{prefix}/2"


@pytest.mark.fidelity("META-006")
def test_a_model_registered_without_a_group_has_a_name_of_its_own(run: Run, step: Step) -> None:
    """An unversioned model package is named as a model is."""
    execution = run(step("Register", kind="RegisterModel"))

    made = str(execution.steps["Register"].metadata["RegisterModel"]["Arn"])
    assert re.fullmatch(f"arn:aws:sagemaker:{REGION_AND_ACCOUNT}:model-package/pipelines-{execution.id}-register-[a-z0-9]{{10}}", made)


@pytest.mark.fidelity("META-007")
def test_a_lambda_step_shows_its_function(run: Run, step: Step) -> None:
    """The ARN is that of the definition; without outputs there is no list of them."""
    assert run(step("Count", kind="Lambda", FunctionArn=FUNCTION)).steps["Count"].metadata == {"Lambda": {"Arn": FUNCTION}}


@pytest.mark.fidelity("META-008")
def test_a_callback_step_shows_its_token_and_queue(run: Run, step: Step) -> None:
    """The token has ten letters and digits."""
    shown = run(step("Approve", kind="Callback", SqsQueueUrl=QUEUE)).steps["Approve"].metadata["Callback"]

    assert shown.keys() == {"CallbackToken", "SqsQueueUrl"}
    assert re.fullmatch("[A-Za-z0-9]{10}", str(shown["CallbackToken"]))
    assert shown["SqsQueueUrl"] == QUEUE


@pytest.mark.fidelity("META-012")
@pytest.mark.smpipeline(region="cn-north-1", account_id="999999999999")
def test_arns_are_of_the_executions_region_account_and_partition(run: Run, step: Step) -> None:
    """What a step makes lies where its pipeline does."""
    made = str(run(step("Train")).steps["Train"].metadata["TrainingJob"]["Arn"])

    assert made.startswith("arn:aws-cn:sagemaker:cn-north-1:999999999999:training-job/")


@pytest.mark.fidelity("META-013")
def test_a_listed_step_has_names_times_status_and_attempt(run: Run, step: Step, listed: Listed) -> None:
    """The first attempt counts as 1; display name and description are there when the definition has them."""
    execution = run(step("Train", DisplayName="Training", Description="of the model"), step("Bare", "Train"))

    bare, train = listed(execution)
    assert train == {
        "StepName": "Train",
        "StepDisplayName": "Training",
        "StepDescription": "of the model",
        "StartTime": execution.steps["Train"].started,
        "EndTime": execution.steps["Train"].ended,
        "StepStatus": "Succeeded",
        "Metadata": execution.steps["Train"].metadata,
        "AttemptCount": 1,
    }
    assert bare.keys() == train.keys() - {"StepDisplayName", "StepDescription"}


def _outside(value: object, shape: Shape) -> list[str]:
    """Return the members of a value that its shape does not have."""
    if not isinstance(value, dict):
        return []
    unknown = [name for name in value if name not in shape.members]
    return unknown + [name for key, below in value.items() if key in shape.members for name in _outside(below, shape.members[key])]
