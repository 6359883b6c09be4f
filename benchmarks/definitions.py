"""The pipelines that are measured: one step, five with a condition, and large ones in three forms."""

import json
from typing import TYPE_CHECKING, Final

from pytest_smpipeline.values import Json, JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import ParameterTypeDef

ROLE: Final = "arn:aws:iam::123456789012:role/benchmark"
WIDTH: Final = 20
"""How many steps stand side by side in a layered pipeline."""

GIVEN: Final["list[ParameterTypeDef]"] = [{"Name": "Date", "Value": "2026-11-22"}, {"Name": "Epochs", "Value": "20"}]
"""The parameters that each start gives."""

_PARAMETERS: Final[Json] = [
    {"Name": "Date", "Type": "String", "DefaultValue": "2026-11-22"},
    {"Name": "Epochs", "Type": "Integer", "DefaultValue": 10},
]
_JOB: Final[JsonObject] = {
    "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
    "HyperParameters": {"date": {"Get": "Parameters.Date"}},
    "RoleArn": ROLE,
}


def one_step() -> str:
    """Return a pipeline with parameters and one training step."""
    return _text([_step("Train")])


def five_steps() -> str:
    """Return a pipeline whose start runs five steps, a condition among them that refers to parameters."""
    holds: JsonObject = {"Type": "GreaterThan", "LeftValue": {"Get": "Parameters.Epochs"}, "RightValue": 15}
    taken: Json = [_step("Register"), _step("Announce", "Register")]
    branches: JsonObject = {"Conditions": [holds], "IfSteps": taken, "ElseSteps": []}
    gate: JsonObject = {"Name": "Gate", "Type": "Condition", "Arguments": branches, "DependsOn": ["Train"]}
    return _text([_step("Prepare"), _step("Train", "Prepare"), gate])


def wide(steps: int) -> str:
    """Return a pipeline whose steps depend on nothing."""
    return _text([_step(f"S{number}") for number in range(steps)])


def deep(steps: int) -> str:
    """Return a pipeline in which each step waits for the one before it."""
    return _text([_step(f"S{number}", *([f"S{number - 1}"] if number else [])) for number in range(steps)])


def layered(steps: int) -> str:
    """Return a pipeline of layers in which each step waits for three of the layer before."""
    found: list[JsonObject] = []
    for number in range(steps):
        before = number // WIDTH * WIDTH - WIDTH
        needed = sorted({f"S{before + (number + offset) % WIDTH}" for offset in (0, 1, 7)}) if before >= 0 else []
        found.append(_step(f"S{number}", *needed))
    return _text(found)


def _step(name: str, *needed: str) -> JsonObject:
    step: JsonObject = {"Name": name, "Type": "Training", "Arguments": _JOB}
    if needed:
        step["DependsOn"] = list(needed)
    return step


def _text(steps: list[JsonObject]) -> str:
    return json.dumps({"Version": "2020-12-01", "Parameters": _PARAMETERS, "Steps": steps})
