"""ListPipelineExecutionSteps."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from pytest_smpipeline import SMPipelineMock, fail

PIPELINE = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"

Refusal = Callable[..., tuple[str, str]]
Start = Callable[..., str]


@pytest.fixture
def listed(smpipeline_client: Any) -> Callable[..., list[dict[str, Any]]]:
    """Return the function that lists the steps of an execution."""

    def call(arn: str, **members: Any) -> list[dict[str, Any]]:
        answer = smpipeline_client.list_pipeline_execution_steps(PipelineExecutionArn=arn, **members)
        steps: list[dict[str, Any]] = answer["PipelineExecutionSteps"]
        return steps

    return call


Listed = Callable[..., list[dict[str, Any]]]


def names_of(steps: list[dict[str, Any]]) -> list[str]:
    """Return the names in the order of the list."""
    return [step["StepName"] for step in steps]


@pytest.mark.fidelity("STEPS-001", "STEPS-002")
@pytest.mark.smpipeline(progress="manual")
def test_a_running_step_has_no_end(smpipeline: SMPipelineMock, start: Start, listed: Listed, definition: str, noon: datetime) -> None:
    """EndTime and FailureReason are absent, and the job that runs is named; the first attempt counts 1."""
    smpipeline.add("churn", definition)
    arn = start()
    smpipeline.advance(2)

    (step,) = listed(arn)

    job = step.pop("Metadata")["TrainingJob"]["Arn"]
    assert job.startswith(f"arn:aws:sagemaker:us-east-1:123456789012:training-job/pipelines-{arn.rpartition('/')[2]}-Train-")
    assert step == {
        "StepName": "Train",
        "StartTime": noon + timedelta(seconds=1),
        "StepStatus": "Executing",
        "AttemptCount": 1,
    }


@pytest.mark.fidelity("STEPS-001")
def test_a_step_that_ended_shows_when(smpipeline: SMPipelineMock, start: Start, listed: Listed, definition: str, noon: datetime) -> None:
    """Times are exact to the millisecond."""
    smpipeline.add("churn", definition)

    (step,) = listed(start())

    assert step["StepStatus"] == "Succeeded"
    assert (step["StartTime"], step["EndTime"]) == (noon + timedelta(seconds=1), noon + timedelta(minutes=5, seconds=1))


@pytest.mark.fidelity("STEPS-003")
def test_the_words_of_the_definition_are_shown_when_it_has_any(smpipeline: SMPipelineMock, start: Start, listed: Listed) -> None:
    """DisplayName and Description of a step are absent unless given."""
    step = {"Name": "Train", "Type": "Training", "Arguments": {}, "DisplayName": "Fit it", "Description": "fits"}
    smpipeline.add("churn", json.dumps({"Version": "2020-12-01", "Steps": [step]}))

    (shown,) = listed(start())

    assert (shown["StepDisplayName"], shown["StepDescription"]) == ("Fit it", "fits")


@pytest.mark.fidelity("STEPS-004")
def test_a_failed_step_says_why(smpipeline: SMPipelineMock, start: Start, listed: Listed, definition: str) -> None:
    """The reason of a job that failed starts with ClientError."""
    smpipeline.add("churn", definition)
    smpipeline.script("churn", Train=fail("AlgorithmError: out of memory"))

    (step,) = listed(start())

    assert (step["StepStatus"], step["FailureReason"]) == ("Failed", "ClientError: AlgorithmError: out of memory")


@pytest.mark.fidelity("STEPS-005")
def test_the_newest_step_comes_first(smpipeline: SMPipelineMock, start: Start, listed: Listed, define: Callable[..., str]) -> None:
    """Unless asked otherwise, the step that was started last is the first of the list."""
    smpipeline.add("churn", define("Prep", "Train", "Register"))
    arn = start()

    assert names_of(listed(arn)) == ["Register", "Train", "Prep"]
    assert names_of(listed(arn, SortOrder="Descending")) == ["Register", "Train", "Prep"]
    assert names_of(listed(arn, SortOrder="Ascending")) == ["Prep", "Train", "Register"]


@pytest.mark.fidelity("STEPS-006")
def test_steps_that_start_at_one_instant_stand_in_the_order_of_the_definition(
    smpipeline: SMPipelineMock, start: Start, listed: Listed
) -> None:
    """In the default order that is the last one first."""
    steps: list[object] = [{"Name": name, "Type": "Training", "Arguments": {}} for name in ("C", "A", "B")]
    smpipeline.add("churn", json.dumps({"Version": "2020-12-01", "Steps": steps}))

    shown = listed(start())

    assert names_of(shown) == ["B", "A", "C"]
    assert len({step["StartTime"] for step in shown}) == 1


@pytest.mark.fidelity("STEPS-007")
@pytest.mark.smpipeline(progress="poll")
def test_only_steps_that_were_started_are_listed(
    smpipeline: SMPipelineMock, start: Start, smpipeline_client: Any, define: Callable[..., str], noon: datetime
) -> None:
    """What waits, and what comes after a failure, is not there."""
    smpipeline.add("churn", define("Prep", "Train", "Register"))
    smpipeline.script("churn", Train=fail("no disk"))
    arn = start()

    looks = [smpipeline_client.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"] for _ in range(5)]

    assert [names_of(look) for look in looks] == [["Prep"], ["Prep"], ["Train", "Prep"], ["Train", "Prep"], ["Train", "Prep"]]
    assert [look[0]["StepStatus"] for look in looks] == ["Executing", "Succeeded", "Executing", "Failed", "Failed"]


@pytest.mark.fidelity("STEPS-008")
@pytest.mark.smpipeline(progress="manual")
def test_an_execution_without_started_steps_has_an_empty_list(
    smpipeline: SMPipelineMock, start: Start, smpipeline_client: Any, definition: str, noon: datetime
) -> None:
    """The first step starts a second after the execution; there is no NextToken."""
    smpipeline.add("churn", definition)

    answer = smpipeline_client.list_pipeline_execution_steps(PipelineExecutionArn=start())

    assert answer["PipelineExecutionSteps"] == []
    assert "NextToken" not in answer


@pytest.mark.fidelity("STEPS-009")
def test_an_execution_has_to_be_named(smpipeline_client: Any, refusal: Refusal) -> None:
    """The model does not require PipelineExecutionArn, but there is nothing to list without it."""
    assert refusal(smpipeline_client.list_pipeline_execution_steps) == (
        "ValidationException",
        "1 validation error detected: Value null at 'pipelineExecutionArn' failed to satisfy constraint: Member must not be null",
    )


@pytest.mark.fidelity("STEPS-010", "PARAMS-001", "DEF4EXEC-001")
@pytest.mark.parametrize(
    "method",
    ["list_pipeline_execution_steps", "list_pipeline_parameters_for_execution", "describe_pipeline_definition_for_execution"],
)
def test_of_a_missing_execution_nothing_is_found(smpipeline_client: Any, refusal: Refusal, method: str) -> None:
    """The words are those of DescribePipelineExecution."""
    arn = f"{PIPELINE}/execution/d84ewltjmxhe"

    refused = refusal(getattr(smpipeline_client, method), PipelineExecutionArn=arn)

    assert refused == ("ResourceNotFound", f"Pipeline execution '{arn}' does not exist")
