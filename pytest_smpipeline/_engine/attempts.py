"""One attempt of a step: what it was told, and what it made."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pytest_smpipeline._definition.nodes import Step
from pytest_smpipeline._state.arns import resource_arn
from pytest_smpipeline._state.entities import ExecutionState
from pytest_smpipeline._state.ids import IdSource
from pytest_smpipeline._state.store import Territory
from pytest_smpipeline.outcomes import Succeed
from pytest_smpipeline.values import Instant, Json, JsonObject

_NAME_PART: Final = 20
_TUNING_NAME_PART: Final = 7


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt as the makers of metadata and properties see it: its step, resolved, and how it came out.

    ``made`` is what a successful outcome brings along; it is empty for an attempt that fails.
    """

    execution: ExecutionState
    step: Step
    arguments: JsonObject
    settings: Mapping[str, Json]
    made: Succeed
    succeeded: bool
    now: Instant
    job_name: str
    ids: IdSource
    territory: Territory

    def arn(self, resource: str, service: str = "sagemaker") -> str:
        """Return the ARN of a resource that this attempt makes, such as ``training-job/<job name>``."""
        return resource_arn(self.territory.region, self.territory.account_id, resource, service)

    def setting(self, name: str) -> str:
        """Return a step-level member such as ``FunctionArn`` as text; empty when the definition has none."""
        value = self.settings.get(name)
        return value if isinstance(value, str) else ""


def job_name(execution_id: str, step_name: str, suffix: str, *, tuning: bool = False) -> str:
    """Return the name the service gives the job of a step; a tuning job's is short, for its limit of 32 characters."""
    if tuning:
        return f"{execution_id}-{step_name[:_TUNING_NAME_PART]}-{suffix}"
    return f"pipelines-{execution_id}-{step_name[:_NAME_PART]}-{suffix}"


def output_value(value: Json) -> Json:
    """Return an output of a Lambda or Callback step as later steps see it.

    What is nested is one JSON text, and nothing can refer into it (developer guide, Lambda step).
    """
    return json.dumps(value) if isinstance(value, dict | list) else value


def output_parameters(outputs: Mapping[str, Json]) -> list[Json]:
    """Return the outputs of a Lambda or Callback step as its metadata lists them; values travel as text."""
    return [{"Name": name, "Value": _text(value)} for name, value in outputs.items()]


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value)
