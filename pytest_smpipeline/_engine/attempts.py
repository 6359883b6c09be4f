"""One attempt of a step: what it was told, and what it made."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from pytest_smpipeline._definition.nodes import Step
from pytest_smpipeline._state.arns import resource_arn
from pytest_smpipeline._state.entities import ExecutionState
from pytest_smpipeline._state.ids import IdSource
from pytest_smpipeline._state.store import Territory
from pytest_smpipeline.outcomes import Succeed
from pytest_smpipeline.values import Instant, Json, JsonObject

End: TypeAlias = Literal["Completed", "Failed", "Stopped"]
"""How a job ended, in the word that most Describe calls have for it."""

_NAME_PART: Final = 20
_TUNING_NAME_PART: Final = 7

LONGEST_NAME: Final = 63
"""How long the names of most resources may be: botocore model."""


@dataclass(slots=True)
class Attempt:
    """An attempt as the makers of metadata and properties see it: its step, resolved, and how it came out, once that is known.

    ``made`` is what a successful outcome brings along; it is empty for an attempt that fails. ``failure`` is the job's own
    reason, without what the step's says before it; ``stopped`` tells a job that was stopped from one that failed.
    ``duration`` is how long it takes, in milliseconds; None when nobody knows yet.
    """

    execution: ExecutionState
    step: Step
    arguments: JsonObject
    settings: Mapping[str, Json]
    now: Instant
    job_name: str
    ids: IdSource
    territory: Territory
    made: Succeed
    succeeded: bool = True
    failure: str | None = None
    stopped: bool = False
    duration: int | None = None

    @property
    def end(self) -> End:
        """How the job ended."""
        if self.succeeded:
            return "Completed"
        return "Stopped" if self.stopped else "Failed"

    def arn(self, resource: str, service: str = "sagemaker") -> str:
        """Return the ARN of a resource that this attempt makes, such as ``training-job/<job name>``."""
        return resource_arn(self.territory.region, self.territory.account_id, resource, service)

    def own_name(self, member: str, longest: int = LONGEST_NAME) -> str:
        """Return the name of what this attempt makes; one that the arguments give under ``member`` gets a suffix of its own.

        The SDK writes such a member with ``use_custom_job_prefix``; the service makes it unique (SDK, pipeline definition
        config). ``longest`` is what the resource's name may have.
        """
        prefix = self.argument(member) if member in self.arguments else ""
        if not prefix:
            return self.job_name
        suffix = self.job_name.rpartition("-")[2]
        return f"{prefix[: longest - len(suffix) - 1]}-{suffix}"

    def kept_name(self, member: str) -> str:
        """Return the name of what this attempt makes, as the arguments give it under ``member``; without one it is named as jobs are."""
        return self.argument(member) or self.job_name

    def argument(self, *path: str) -> str:
        """Return an argument, at any depth, as text; empty when there is none or it is something else."""
        value = self._at(path)
        return value if isinstance(value, str) else ""

    def objects(self, *path: str) -> list[JsonObject]:
        """Return the objects in a list among the arguments, at any depth; none when there is no such list."""
        value = self._at(path)
        return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

    def setting(self, name: str) -> str:
        """Return a step-level member such as ``FunctionArn`` as text; empty when the definition has none."""
        value = self.settings.get(name)
        return value if isinstance(value, str) else ""

    def _at(self, path: tuple[str, ...]) -> Json:
        value: Json = self.arguments
        for member in path:
            value = value.get(member) if isinstance(value, dict) else None
        return value


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
