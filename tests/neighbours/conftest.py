"""What the tests of neighbours share: clients, definitions, templates of stacks, and pipelines whose steps make something."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock
from pytest_smpipeline.values import JsonObject

ROLE = "arn:aws:iam::123456789012:role/SageMakerRole"


@pytest.fixture(scope="session")
def definition() -> str:
    """The definition of a pipeline with one step."""
    return json.dumps({"Version": "2020-12-01", "Steps": [{"Name": "Train", "Type": "Training", "Arguments": {}}]})


@pytest.fixture(scope="session")
def pipeline(definition: str) -> Callable[..., dict[str, Any]]:
    """Return the function that writes a resource; what it is not told is usual, and None leaves a property out."""

    def write(name: str | None = "churn", /, *, resource: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
        usual = {"PipelineName": name, "RoleArn": ROLE, "PipelineDefinition": {"PipelineDefinitionBody": definition}}
        given = {key: value for key, value in {**usual, **properties}.items() if value is not None}
        return {"Type": "AWS::SageMaker::Pipeline", "Properties": given, **(resource or {})}

    return write


@pytest.fixture
def cloudformation(smpipeline: Any) -> Any:
    """A client of CloudFormation."""
    return boto3.client("cloudformation")


class Stacks:
    """One stack, created and changed from resources by name."""

    def __init__(self, client: Any) -> None:
        self.client = client

    @staticmethod
    def template(resources: dict[str, Any], **sections: Any) -> str:
        return json.dumps({"Resources": resources, **sections})

    def create(self, resources: dict[str, Any], **sections: Any) -> str:
        self.client.create_stack(StackName="mlops", TemplateBody=self.template(resources, **sections))
        return self.status

    def update(self, resources: dict[str, Any], **sections: Any) -> str:
        self.client.update_stack(StackName="mlops", TemplateBody=self.template(resources, **sections))
        return self.status

    def execute(self, kind: str, resources: dict[str, Any], **sections: Any) -> str:
        template = self.template(resources, **sections)
        self.client.create_change_set(StackName="mlops", ChangeSetName="change", ChangeSetType=kind, TemplateBody=template)
        self.client.execute_change_set(StackName="mlops", ChangeSetName="change")
        return self.status

    @property
    def status(self) -> str:
        return str(self.described["StackStatus"])

    @property
    def described(self) -> Any:
        return self.client.describe_stacks(StackName="mlops")["Stacks"][0]

    @property
    def outputs(self) -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self.described.get("Outputs", [])}

    @property
    def resources(self) -> dict[str, str]:
        found = self.client.describe_stack_resources(StackName="mlops")["StackResources"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}

    @property
    def events(self) -> list[tuple[str, str]]:
        """What happened to what, oldest first."""
        found = self.client.describe_stack_events(StackName="mlops")["StackEvents"]
        return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in reversed(found)]

    def reason(self, logical_id: str, status: str) -> str:
        found = self.client.describe_stack_events(StackName="mlops")["StackEvents"]
        event = next(each for each in found if (each["LogicalResourceId"], each["ResourceStatus"]) == (logical_id, status))
        return str(event["ResourceStatusReason"])


@pytest.fixture
def stack(cloudformation: Any) -> Stacks:
    """The stack of the test."""
    return Stacks(cloudformation)


@pytest.fixture
def names(smpipeline_client: Any) -> Callable[[], list[str]]:
    """Return the function that lists the names of the pipelines that there are."""
    return lambda: sorted(each["PipelineName"] for each in smpipeline_client.list_pipelines()["PipelineSummaries"])


@pytest.fixture
def sagemaker(smpipeline: SMPipelineMock) -> Any:
    """Return a client of SageMaker, for the operations that moto answers."""
    assert smpipeline.executions == []
    return boto3.client("sagemaker", region_name="us-east-1")


@pytest.fixture
def step_of() -> Callable[..., JsonObject]:
    """Return a maker of definitions with one step, called Step unless said otherwise, of this type and with these arguments."""

    def make(kind: str, arguments: JsonObject | None = None, **members: Any) -> JsonObject:
        step: JsonObject = {"Name": "Step", "Type": kind, "Arguments": arguments or {}, **members}
        return {"Version": "2020-12-01", "Steps": [step]}

    return make


@pytest.fixture
def made_by(smpipeline: SMPipelineMock) -> Callable[..., str]:
    """Return a function from a step to the ARN that its metadata shows: of the last execution, and of Step unless said otherwise."""

    def arn(step: str = "Step") -> str:
        (shown,) = smpipeline.executions.last.steps[step].metadata.values()
        return str(shown["Arn"])

    return arn


@pytest.fixture
def moto_has() -> Callable[[str], None]:
    """Return a function that skips a test unless the installed moto has this operation, such as ``create_auto_ml_job_v2``."""

    def skip_without(operation: str) -> None:
        from moto.sagemaker.responses import SageMakerResponse

        if not hasattr(SageMakerResponse, operation):
            pytest.skip(f"this moto has no {operation}")

    return skip_without
