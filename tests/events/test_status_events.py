"""What EventBridge hears of executions and steps."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import pytest
import time_machine

from pytest_smpipeline import EventLog, SMPipelineMock, UsageError, fail, succeed

if TYPE_CHECKING:
    from pytest_smpipeline.values import Json, JsonObject

STARTED: Final = "2021-03-15T16:03:12Z"


@pytest.fixture
def pipeline(smpipeline: SMPipelineMock) -> Callable[..., None]:
    """Return the function that makes the pipeline ``churn`` of these processing steps."""

    def add(*names: str, **members: Any) -> None:
        steps: list[JsonObject] = [{"Name": name, "Type": "Processing", "Arguments": {}, **members} for name in names]
        smpipeline.add("churn", {"Version": "2020-12-01", "Steps": steps})

    return add


def details(events: EventLog, *keys: str) -> list[tuple[Any, ...]]:
    """Return these members of each event's detail."""
    return [tuple(event["detail"].get(key) for key in keys) for event in events]


@pytest.mark.fidelity("EVT-001", "EVT-002")
@time_machine.travel(STARTED, tick=False)
def test_an_execution_and_its_steps_tell_of_each_status(smpipeline: SMPipelineMock, pipeline: Callable[..., None]) -> None:
    """Envelope and detail have the keys of the developer guide's samples, in their order."""
    pipeline("prep")
    run = smpipeline.start("churn", display_name="nightly")

    first, started, ended, last = smpipeline.events
    arns = {"pipelineArn": smpipeline.executions.last.arn.rpartition("/execution/")[0], "pipelineExecutionArn": run.arn}

    assert list(last) == ["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"]
    assert first == {
        "version": "0",
        "id": first["id"],
        "detail-type": "SageMaker Model Building Pipeline Execution Status Change",
        "source": "aws.sagemaker",
        "account": "123456789012",
        "time": STARTED,
        "region": "us-east-1",
        "resources": list(arns.values()),
        "detail": {
            "pipelineExecutionDisplayName": "nightly",
            "currentPipelineExecutionStatus": "Executing",
            "executionStartTime": STARTED,
            **arns,
        },
    }
    assert started["detail-type"] == "SageMaker Model Building Pipeline Execution Step Status Change"
    assert list(ended["detail"].items()) == list(
        {
            "metadata": {"processingJob": {"arn": run.steps["prep"].metadata["ProcessingJob"]["Arn"]}},
            "stepStartTime": f"{run.steps['prep'].started:%Y-%m-%dT%H:%M:%SZ}",
            "stepEndTime": f"{run.steps['prep'].ended:%Y-%m-%dT%H:%M:%SZ}",
            "stepName": "prep",
            "stepType": "Processing",
            "previousStepStatus": "Executing",
            "currentStepStatus": "Succeeded",
            **arns,
        }.items()
    )
    assert last["time"] == last["detail"]["executionEndTime"] == f"{run.ended:%Y-%m-%dT%H:%M:%SZ}"
    assert last["detail"]["previousPipelineExecutionStatus"] == "Executing"


@pytest.mark.fidelity("EVT-003")
def test_a_failed_step_says_why(smpipeline: SMPipelineMock, pipeline: Callable[..., None]) -> None:
    """The reason is in failureReason; the event of the execution has none."""
    pipeline("prep")
    smpipeline.script("churn", prep=fail("no disk"))
    smpipeline.start("churn")

    failed = smpipeline.events.matching({"detail": {"failureReason": [{"exists": True}]}})

    assert details(failed, "stepName", "currentStepStatus") == [("prep", "Failed")]
    assert "no disk" in failed[0]["detail"]["failureReason"]


@pytest.mark.fidelity("EVT-004")
def test_a_cache_hit_names_the_execution_that_it_comes_from(smpipeline: SMPipelineMock, pipeline: Callable[..., None]) -> None:
    """The event of a step that reuses a result has cacheHitResult."""
    pipeline("prep", CacheConfig={"Enabled": True, "ExpireAfter": "1d"})
    first = smpipeline.start("churn")
    smpipeline.start("churn")

    hits = smpipeline.events.matching({"detail": {"cacheHitResult": {"sourcePipelineExecutionArn": [first.arn]}}})

    assert details(hits, "currentStepStatus") == [("Executing",), ("Succeeded",)]


@pytest.mark.fidelity("EVT-005")
def test_an_attempt_that_a_policy_repeats_is_no_event(smpipeline: SMPipelineMock, pipeline: Callable[..., None]) -> None:
    """The status stays Executing until the last attempt has ended."""
    policy = {"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "MaxAttempts": 3}
    pipeline("prep", RetryPolicies=[policy])
    smpipeline.script("churn", prep=[fail("again", exception_type="SageMaker.JOB_INTERNAL_ERROR")])
    smpipeline.start("churn")

    steps = smpipeline.events.matching({"detail": {"stepName": ["prep"]}})

    assert details(steps, "previousStepStatus", "currentStepStatus") == [("Starting", "Executing"), ("Executing", "Succeeded")]


def test_the_past_is_told_as_it_was(smpipeline: SMPipelineMock, pipeline: Callable[..., None]) -> None:
    """A retry, which starts a step again, leaves the times and reasons of earlier events as they were."""
    pipeline("prep")
    smpipeline.script("churn", prep=[fail("no disk")])
    run = smpipeline.start("churn")
    before = list(smpipeline.events)
    smpipeline.advance(hours=1)
    run.retry()

    assert smpipeline.events[: len(before)] == before
    assert details(smpipeline.events, "previousPipelineExecutionStatus", "currentPipelineExecutionStatus")[len(before)] == (
        "Failed",
        "Executing",
    )


def test_looking_changes_nothing(smpipeline: SMPipelineMock, pipeline: Callable[..., None]) -> None:
    """Ids are the same at each look, all differ, and what is made later does not depend on them."""
    pipeline("prep")
    smpipeline.start("churn")

    assert list(smpipeline.events) == list(smpipeline.events)
    assert len({event["id"] for event in smpipeline.events}) == len(smpipeline.events) == 4
    assert json.loads(json.dumps(smpipeline.events[0])) == smpipeline.events[0]


@pytest.mark.fidelity("EVT-006")
def test_names_that_users_gave_keep_their_case(smpipeline: SMPipelineMock) -> None:
    """Only the members of metadata are spelt as events spell them."""
    actions = [{"ActionName": "Deploy-It", "ActionType": "t", "Source": {"SourceUri": "u"}}]
    smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [{"Name": "Trace", "Type": "Lineage", "Arguments": {"Actions": actions}}]})
    smpipeline.start("churn")

    (ended,) = smpipeline.events.matching({"detail": {"currentStepStatus": ["Succeeded"]}})

    assert list(ended["detail"]["metadata"]["lineage"]["actionArns"]) == ["Deploy-It"]


def test_lists_in_metadata_are_spelt_alike(smpipeline: SMPipelineMock) -> None:
    """The outputs of a Lambda step are objects in a list."""
    function = {"FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:score"}
    outputs: list[Json] = [{"OutputName": "Score", "OutputType": "Integer"}]
    step: JsonObject = {"Name": "Score", "Type": "Lambda", "Arguments": {}, **function, "OutputParameters": outputs}
    smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [step]})
    smpipeline.script("churn", Score=succeed(outputs={"Score": 5}))
    smpipeline.start("churn")

    (ended,) = smpipeline.events.matching({"detail": {"currentStepStatus": ["Succeeded"]}})

    assert ended["detail"]["metadata"]["lambda"] == {"arn": function["FunctionArn"], "outputParameters": [{"name": "Score", "value": "5"}]}


def test_a_pattern_narrows_a_narrowed_log(smpipeline: SMPipelineMock, pipeline: Callable[..., None]) -> None:
    """JSON text is taken too, and the log of what matches is live."""
    ended = smpipeline.events.matching('{"detail": {"currentStepStatus": ["Succeeded"]}}')
    pipeline("prep", "train")
    smpipeline.start("churn")

    assert details(ended, "stepName") == [("prep",), ("train",)]
    assert details(ended.matching({"detail": {"stepName": [{"prefix": "tr"}]}}), "stepName") == [("train",)]


def test_an_invalid_pattern_is_refused_with_every_problem(smpipeline: SMPipelineMock) -> None:
    """The path and the nearest operator are named."""
    with pytest.raises(UsageError) as caught:
        smpipeline.events.matching({"source": "aws.sagemaker", "detail": {"stepName": [{"prefxi": "a"}]}})

    assert str(caught.value) == (
        "matching() takes an event pattern of EventBridge:\n"
        "the values of a field are an array that is not empty, not 'aws.sagemaker'; write ['aws.sagemaker'] @ $.source\n"
        "'prefxi' is no operator. Did you mean 'prefix'? Known: 'anything-but', 'cidr', 'equals-ignore-case', 'exists', 'numeric', "
        "'prefix', 'suffix', 'wildcard' @ $.detail.stepName[0]"
    )
