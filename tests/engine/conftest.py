"""Short ways to write a step and to run a pipeline of steps."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import pytest

from pytest_smpipeline import Execution, SMPipelineMock
from pytest_smpipeline._definition.nodes import Step
from pytest_smpipeline._engine.attempts import Attempt, job_name
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._state.entities import ExecutionState, Metadata
from pytest_smpipeline._state.ids import IdSource
from pytest_smpipeline._state.store import Territory
from pytest_smpipeline._wire import service_model
from pytest_smpipeline.outcomes import Succeed
from pytest_smpipeline.step_scripts import Script
from pytest_smpipeline.values import Json, JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

ITEM: Final[JsonObject] = {"Get": "ForEach.CurrentItem"}
FUNCTION: Final = "arn:aws:lambda:us-east-1:123456789012:function:score"


@pytest.fixture(scope="session")
def step() -> Callable[..., JsonObject]:
    """Return the function that writes a step: its name, what it depends on, and whatever else it has."""

    def write(name: str, *after: Json, kind: str = "Training", arguments: Json = None, **members: Json) -> JsonObject:
        return {"Name": name, "Type": kind, "Arguments": arguments or {}, "DependsOn": list(after), **members}

    return write


@pytest.fixture(scope="session")
def condition() -> Callable[..., JsonObject]:
    """Return the function that writes a Condition step, which takes the if branch unless ``left`` is something else than 1."""

    def write(name: str, *after: Json, left: Json = 1, then: Sequence[Json] = (), other: Sequence[Json] = ()) -> JsonObject:
        arguments: JsonObject = {
            "Conditions": [{"Type": "Equals", "LeftValue": left, "RightValue": 1}],
            "IfSteps": list(then),
            "ElseSteps": list(other),
        }
        return {"Name": name, "Type": "Condition", "Arguments": arguments, "DependsOn": list(after)}

    return write


@pytest.fixture
def run(smpipeline: SMPipelineMock) -> Callable[..., Execution]:
    """Return the function that makes the pipeline ``churn`` of steps, scripts them and starts it."""

    def start(
        *steps: Json,
        declared: Sequence[Json] = (),
        given: Mapping[str, object] | None = None,
        script: Mapping[str, Script] | None = None,
        parallelism: int | None = None,
    ) -> Execution:
        definition: JsonObject = {"Version": "2020-12-01", "Parameters": list(declared), "Steps": list(steps)}
        smpipeline.add("churn", definition, parallelism=parallelism)
        smpipeline.script("churn", script or {})
        return smpipeline.start("churn", given)

    return start


@pytest.fixture(scope="session")
def client() -> "SageMakerClient":
    """Return a client as the code under test has one, made once: making a client takes longer than most of these tests."""
    return boto3.client("sagemaker", region_name="us-east-1")


@pytest.fixture(scope="session")
def listed(client: "SageMakerClient") -> Callable[[Execution], list[dict[str, Any]]]:
    """Return the function that lists the steps of an execution through the API, newest first, over all pages."""
    pages = client.get_paginator("list_pipeline_execution_steps")

    def every(execution: Execution) -> list[dict[str, Any]]:
        return [dict(item) for page in pages.paginate(PipelineExecutionArn=execution.arn) for item in page["PipelineExecutionSteps"]]

    return every


@pytest.fixture
def make() -> Callable[..., tuple[Metadata, JsonObject]]:
    """Return the function that makes, by the table of step types, what an attempt shows and tells.

    It began at 1000 s and its job has the suffix ``SUFFIX1234``. Arguments and members of the step are taken as they are, and
    ``how`` says more of the attempt: ``failure``, ``stopped``, ``duration``.
    """
    territory, ids = Territory("123456789012", "us-east-1", [], []), IdSource("make")

    def of(
        kind: str,
        arguments: JsonObject | None = None,
        settings: JsonObject | None = None,
        *,
        succeeded: bool = True,
        made: Succeed | None = None,
        **how: Any,
    ) -> tuple[Metadata, JsonObject]:
        entry = STEP_TYPES[kind]
        attempt = Attempt(
            execution=cast("ExecutionState", None),  # nothing that is made depends on it
            step=Step(name="Make", type=kind),
            arguments=arguments or {},
            settings=settings or {},
            made=made or Succeed(),
            succeeded=succeeded,
            now=1_000_000,
            job_name=job_name("exec12345678", "Make", "SUFFIX1234", tuning=entry.tuning_name),
            ids=ids,
            territory=territory,
            **how,
        )
        metadata = entry.metadata(attempt)
        return metadata, entry.properties(attempt, metadata)

    return of


@pytest.fixture(scope="session")
def body(step: Callable[..., JsonObject]) -> Callable[..., JsonObject]:
    """Return the function that writes a step of a body: a training job with the item in its environment."""

    def write(name: str = "Body", *after: Json, item: Json = None, **members: Json) -> JsonObject:
        return step(name, *after, **{"arguments": {"Environment": {"ITEM": item or ITEM}}, **members})

    return write


@pytest.fixture(scope="session")
def each(step: Callable[..., JsonObject], body: Callable[..., JsonObject]) -> Callable[..., JsonObject]:
    """Return the function that writes the ForEach step ``Each``, over three items with the step ``Body`` unless told otherwise."""

    def write(*steps: Json, items: Json = None, at_once: int = 50, selector: Json = None, after: tuple[Json, ...] = ()) -> JsonObject:
        arguments: JsonObject = {
            "IterableItems": ["mon", "tue", "wed"] if items is None else items,
            "MaxConcurrency": at_once,
            "ForEachBody": list(steps) or [body()],
        }
        return step("Each", *after, kind="ForEach", arguments=arguments | ({} if selector is None else {"Selector": selector}))

    return write


@pytest.fixture(scope="session")
def score(step: Callable[..., JsonObject]) -> JsonObject:
    """Return a Lambda step that is told the item and has outputs."""
    declared: Json = [{"OutputName": name} for name in ("n", "day", "auc")]
    return step("Score", kind="Lambda", FunctionArn=FUNCTION, OutputParameters=declared, arguments={"item": ITEM})


@pytest.fixture(scope="session")
def counts() -> tuple[str, ...]:
    """Return the names of what a ForEach step counts."""
    return ("InputItemCount", "TotalStepCount", "SucceededStepCount", "FailedStepCount", "StoppedStepCount")


@pytest.fixture(scope="session")
def most_at_once() -> Callable[[Execution], int]:
    """Return the function that tells how many children of ForEach steps ran at one time, at most."""

    def count(execution: Execution) -> int:
        children = [step for step in execution.steps.values() if step.iteration]
        changes = [(step.started, 1) for step in children] + [(step.ended, -1) for step in children if step.ended is not None]
        return max(accumulate(change for _, change in sorted(changes)))

    return count


@pytest.fixture
def knows_for_each() -> None:
    """Skip where botocore is older than ForEach steps: it drops what it does not know from an answer."""
    listed = service_model.current().output_shape("ListPipelineExecutionSteps").members["PipelineExecutionSteps"].element
    if listed is None or "IterationContext" not in listed.members:
        pytest.skip("this botocore is older than ForEach steps")
