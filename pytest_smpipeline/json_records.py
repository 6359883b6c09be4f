"""Records as JSON: what a test in another language reads of executions, steps, calls and pipelines.

Members are called as the attributes in Python are. Times are texts in ISO 8601, in UTC; lengths of time are seconds.
"""

import dataclasses
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, cast

from pytest_smpipeline._wire.recorder import Call
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.records import Execution
from pytest_smpipeline.seeding import Pipeline
from pytest_smpipeline.step_records import StepRun
from pytest_smpipeline.values import Json, JsonObject

EXECUTION_MEMBERS: Final = (
    *("arn", "id", "pipeline", "version", "aliases", "display_name", "description", "status", "failure_reason", "started", "ended"),
    *("parameters", "overrides", "order", "branches", "waiting", "failed_steps", "parallelism", "selected", "source", "token"),
    "mlflow_experiment",
)
STEP_MEMBERS: Final = (
    *("name", "type", "status", "attempts", "reason", "arguments", "metadata", "outputs", "properties", "started", "ended", "duration"),
    *("cache_source", "selective_source", "iteration"),
)
PIPELINE_MEMBERS: Final = ("name", "arn", "version", "definition", "parameters", "steps", "role_arn", "tags", "aliases")


def execution_json(run: Execution) -> JsonObject:
    """Return an execution with its steps by name."""
    steps: JsonObject = {name: step_json(step) for name, step in run.steps.items()}
    return {**_members(run, EXECUTION_MEMBERS), "steps": steps}


def step_json(step: StepRun) -> JsonObject:
    """Return a step; ``callback`` is null for one that has none."""
    return {**_members(step, STEP_MEMBERS), "callback": _callback(step)}


def call_json(call: Call) -> JsonObject:
    """Return a call of the API."""
    return _members(call, [field.name for field in dataclasses.fields(call)])


def pipeline_json(pipeline: Pipeline) -> JsonObject:
    """Return a pipeline at one version."""
    return _members(pipeline, PIPELINE_MEMBERS)


def plain_json(value: object) -> Json:
    """Return any value as JSON, whole; what JSON lacks becomes a text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {str(key): plain_json(item) for key, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [plain_json(item) for item in cast("list[object]", value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain_json(dataclasses.asdict(value))
    is_plain = value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))
    return cast("Json", value) if is_plain else str(value)


def _members(record: object, names: "tuple[str, ...] | list[str]") -> JsonObject:
    return {name: plain_json(getattr(record, name)) for name in names}


def _callback(step: StepRun) -> JsonObject | None:
    try:
        callback = step.callback
    except UsageError:
        return None
    return _members(callback, ("token", "queue_url", "message"))
