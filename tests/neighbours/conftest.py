"""What the tests of neighbours share: clients, and pipelines whose steps make something."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock
from pytest_smpipeline.values import JsonObject


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
