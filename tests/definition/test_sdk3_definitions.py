"""Definitions as ``Pipeline.definition()`` of the SageMaker SDK 3 writes them: sagemaker-mlops 1.27.0 with sagemaker-core 2.27.0.

The files in ``sdk3`` hold every class of step that this SDK can build, with made-up names, buckets and roles; only names of files on
the machine that wrote them are shortened. Its AutoMLStep cannot be built, since it asks for a method that its session has lost.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_smpipeline import SMPipelineMock

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

FILES = {path.stem: path for path in sorted((Path(__file__).parent / "sdk3").glob("*.json"))}


@pytest.mark.fidelity("DEF-111")
@pytest.mark.parametrize("name", FILES)
@pytest.mark.smpipeline(strict=False)
def test_what_the_sdk_writes_is_accepted(smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient", name: str) -> None:
    """Each definition makes a pipeline that is described as it was written, and that runs."""
    definition = FILES[name].read_text(encoding="utf-8")
    smpipeline.add("churn", definition)

    assert smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineDefinition"] == definition
    assert smpipeline.start("churn").status in {"Succeeded", "Failed"}


def test_the_files_hold_every_class_of_step() -> None:
    """So that none is forgotten when the files are written anew."""

    def types(steps: list[dict[str, object]]) -> set[str]:
        inner: list[dict[str, object]] = [
            step
            for outer in steps
            for branch in ("IfSteps", "ElseSteps", "ForEachBody")
            for step in outer["Arguments"].get(branch, [])  # type: ignore[attr-defined]
        ]
        return {str(step["Type"]) for step in steps} | (types(inner) if inner else set())

    found = {kind for path in FILES.values() for kind in types(json.loads(path.read_text(encoding="utf-8"))["Steps"])}
    assert found == {
        *("Callback", "ClarifyCheck", "Cleanup", "Condition", "EMR", "EMRServerless", "Endpoint", "EndpointConfig", "Fail", "ForEach"),
        *("InferenceComponent", "Job", "Lambda", "Lineage", "Model", "Processing", "QualityCheck", "RegisterModel", "Training"),
        *("Transform", "Tuning"),
    }
