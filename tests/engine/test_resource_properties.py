"""What later steps can refer to of models, packages, endpoints, hub contents, and what Bedrock makes of them."""

import re
from collections.abc import Callable

import pytest

from pytest_smpipeline import Execution
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import JsonObject

Make = Callable[..., tuple[Metadata, JsonObject]]
Run = Callable[..., Execution]
Step = Callable[..., JsonObject]

ARN = "arn:aws:sagemaker:us-east-1:123456789012"
BEDROCK = "arn:aws:bedrock:us-east-1:123456789012"
NAME = "pipelines-exec12345678-Make-SUFFIX1234"
FAILED: JsonObject = {"succeeded": False, "failure": "boom"}


@pytest.mark.fidelity("PROP-011", "META-018")
@pytest.mark.parametrize(("kind", "resource"), [("Model", "model"), ("EndpointConfig", "endpoint-config")])
def test_a_model_or_configuration_is_described_with_its_request_name_and_arn(make: Make, kind: str, resource: str) -> None:
    """There is no status: it is there or not. The ARN has the name in lower case, the name itself keeps its case."""
    _, properties = make(kind, {"Containers": [{"Image": "i"}], "Tags": []}, duration=1000)

    assert properties == {
        "Containers": [{"Image": "i"}],
        f"{kind}Name": NAME,
        f"{kind}Arn": f"{ARN}:{resource}/{NAME.lower()}",
        "CreationTime": 1000.0,
    }


@pytest.mark.fidelity("META-016", "META-019")
@pytest.mark.parametrize(
    ("kind", "resource", "name"),
    [
        ("Model", "model", "Churn-SUFFIX1234"),
        ("EndpointConfig", "endpoint-config", "Churn-SUFFIX1234"),
        ("Endpoint", "endpoint", "Churn"),
        ("InferenceComponent", "inference-component", "Churn"),
    ],
)
def test_an_endpoint_keeps_its_name_and_what_it_needs_gets_one_for_each_execution(make: Make, kind: str, resource: str, name: str) -> None:
    """An endpoint is updated by the next execution; its configuration can't be, so each execution makes one."""
    metadata, properties = make(kind, {f"{kind}Name": "Churn"})

    assert metadata == {kind: {"Arn": f"{ARN}:{resource}/{name.lower()}"}}
    assert properties[f"{kind}Name"] == name


def test_an_endpoint_step_refers_to_the_configuration_of_its_execution(run: Run, step: Step) -> None:
    """The SDK writes the reference so: the name that the definition gives is not the one that is made."""
    config = step("Config", kind="EndpointConfig", arguments={"EndpointConfigName": "churn"})
    arguments: JsonObject = {"EndpointName": "churn", "EndpointConfigName": {"Get": "Steps.Config.EndpointConfigName"}}

    execution = run(config, step("Deploy", kind="Endpoint", arguments=arguments))

    name = str(execution.steps["Config"].properties["EndpointConfigName"])
    assert re.fullmatch("churn-[A-Za-z0-9]{10}", name)
    assert execution.steps["Deploy"].properties["EndpointConfigName"] == name


@pytest.mark.fidelity("PROP-012")
@pytest.mark.parametrize(("kind"), ["Endpoint", "InferenceComponent"])
def test_an_endpoint_is_in_service_or_has_failed(make: Make, kind: str) -> None:
    """A failed endpoint is there, and says why."""
    (_, good), (_, bad) = make(kind, duration=1000), make(kind, **FAILED)

    assert (good[f"{kind}Status"], good["LastModifiedTime"], good.get("FailureReason")) == ("InService", 1001.0, None)
    assert (bad[f"{kind}Status"], bad["FailureReason"]) == ("Failed", "boom")


@pytest.mark.fidelity("PROP-013")
def test_an_inference_component_is_described_as_it_runs(make: Make) -> None:
    """The request says how many copies there should be, the description how many there are, and where."""
    _, properties = make("InferenceComponent", {"EndpointName": "Churn", "RuntimeConfig": {"CopyCount": 2}})

    assert properties["RuntimeConfig"] == {"DesiredCopyCount": 2, "CurrentCopyCount": 2}
    assert (properties["EndpointName"], properties["EndpointArn"]) == ("Churn", f"{ARN}:endpoint/churn")


@pytest.mark.fidelity("PROP-014")
def test_a_package_in_a_group_is_a_version_that_awaits_approval(make: Make) -> None:
    """The group is told by its name, however the arguments name it."""
    _, properties = make("RegisterModel", {"ModelPackageGroupName": f"{ARN}:model-package-group/churn", "ClientToken": "t"})

    assert properties == {
        "ModelPackageGroupName": "churn",
        "ModelPackageVersion": 1,
        "ModelPackageArn": f"{ARN}:model-package/churn/1",
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
        "ModelApprovalStatus": "PendingManualApproval",
        "CreationTime": 1000.0,
    }


@pytest.mark.fidelity("PROP-014")
def test_a_package_has_the_approval_of_its_arguments(make: Make) -> None:
    """What the definition says of approval holds."""
    _, properties = make("RegisterModel", {"ModelPackageGroupName": "churn", "ModelApprovalStatus": "Approved"})

    assert properties["ModelApprovalStatus"] == "Approved"


@pytest.mark.fidelity("PROP-014")
def test_a_package_without_a_group_has_a_name_and_no_version(make: Make) -> None:
    """Nor is it approved: only versions are."""
    _, properties = make("RegisterModel")

    assert properties["ModelPackageName"] == NAME.lower()
    assert properties.keys().isdisjoint({"ModelPackageVersion", "ModelPackageGroupName", "ModelApprovalStatus"})


@pytest.mark.fidelity("META-020")
@pytest.mark.parametrize(("version", "number"), [({}, "1.0.0"), ({"HubContentVersion": "2.1.0"}, "2.1.0")])
@pytest.mark.parametrize("hub", ["models", f"{ARN}:hub/models"])
def test_a_hub_content_is_in_its_hub(make: Make, hub: str, version: JsonObject, number: str) -> None:
    """Hub, type, name and version stand in the ARN of what was imported."""
    arguments: JsonObject = {"HubName": hub, "HubContentType": "Model", "HubContentName": "churn", **version}

    metadata, properties = make("HubContent", arguments)

    arns = {"HubArn": f"{ARN}:hub/models", "HubContentArn": f"{ARN}:hub-content/models/Model/churn/{number}"}
    assert metadata == {"HubContent": arns}
    told = {name: properties[name] for name in ("HubArn", "HubContentArn", "HubContentVersion", "HubContentStatus", "HubName")}
    assert told == {**arns, "HubContentVersion": number, "HubContentStatus": "Available", "HubName": "models"}


@pytest.mark.fidelity("META-011")
@pytest.mark.parametrize(
    ("kind", "resource"),
    [
        ("BedrockCustomModel", "custom-model/imported"),
        ("BedrockCustomModelDeployment", "custom-model-deployment"),
        ("BedrockModelImport", "model-import-job"),
        ("BedrockProvisionedModelThroughput", "provisioned-model"),
    ],
)
def test_what_a_bedrock_step_makes_belongs_to_bedrock(run: Run, step: Step, kind: str, resource: str) -> None:
    """The ARN names Bedrock as the service, and ends in an id of twelve characters."""
    made = str(run(step("Make", kind=kind)).steps["Make"].metadata[kind]["Arn"])

    assert re.fullmatch(f"{BEDROCK}:{resource}/[a-z0-9]{{12}}", made)


BEDROCK_STEPS: list[tuple[str, JsonObject, str, JsonObject]] = [
    (
        "BedrockCustomModel",
        {"ModelName": "churn", "RoleArn": "role"},
        "ModelArn",
        {"ModelName": "churn", "ModelStatus": "Active", "CreationTime": 1000.0},
    ),
    (
        "BedrockCustomModelDeployment",
        {"ModelDeploymentName": "churn", "ModelArn": "model", "Tags": []},
        "ModelDeploymentArn",
        {"ModelDeploymentName": "churn", "ModelArn": "model", "Tags": [], "Status": "Active", "CreatedAt": 1000.0},
    ),
    (
        "BedrockProvisionedModelThroughput",
        {"ProvisionedModelName": "churn", "ModelId": "arn:model", "ModelUnits": 2},
        "ProvisionedModelArn",
        {
            "ProvisionedModelName": "churn",
            "ModelArn": "arn:model",
            "DesiredModelArn": "arn:model",
            "ModelUnits": 2,
            "DesiredModelUnits": 2,
            "Status": "InService",
            "CreationTime": 1000.0,
        },
    ),
]


@pytest.mark.fidelity("PROP-015")
@pytest.mark.parametrize(("kind", "arguments", "member", "told"), BEDROCK_STEPS)
def test_what_bedrock_has_made_is_described_in_the_words_of_pipelines(
    make: Make, kind: str, arguments: JsonObject, member: str, told: JsonObject
) -> None:
    """Bedrock's own members begin in lower case, those of Pipelines in upper case."""
    metadata, properties = make(kind, arguments)

    assert properties == {**told, member: metadata[kind]["Arn"]}


@pytest.mark.fidelity("PROP-015")
def test_the_import_of_a_model_tells_its_job_and_the_model(make: Make) -> None:
    """The step shows the job; what it imported has an ARN of its own."""
    metadata, properties = make("BedrockModelImport", {"JobName": "import", "ImportedModelName": "churn", "RoleArn": "role"})

    assert re.fullmatch(f"{BEDROCK}:imported-model/[a-z0-9]{{12}}", str(properties.pop("ImportedModelArn")))
    assert properties == {
        "JobName": "import",
        "JobArn": metadata["BedrockModelImport"]["Arn"],
        "ImportedModelName": "churn",
        "RoleArn": "role",
        "Status": "Completed",
        "CreationTime": 1000.0,
    }


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("BedrockCustomModel", "ModelStatus"),
        ("BedrockCustomModelDeployment", "Status"),
        ("BedrockModelImport", "Status"),
        ("BedrockProvisionedModelThroughput", "Status"),
    ],
)
def test_what_bedrock_could_not_make_says_why(make: Make, kind: str, status: str) -> None:
    """Bedrock calls the reason a message."""
    _, properties = make(kind, **FAILED)

    assert (properties[status], properties["FailureMessage"], properties.get("ImportedModelArn")) == ("Failed", "boom", None)


def test_throughput_for_a_model_that_is_named_without_an_arn_has_none(make: Make) -> None:
    """The name of a foundation model is no ARN."""
    _, properties = make("BedrockProvisionedModelThroughput", {"ModelId": "amazon.titan"})

    assert "ModelArn" not in properties
