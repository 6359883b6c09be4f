"""How pytest explains a failed comparison of records."""

import pytest

from pytest_smpipeline import Pipeline, SMPipelineMock
from pytest_smpipeline.comparisons import explained
from pytest_smpipeline.values import JsonObject

pytestmark = pytest.mark.usefixtures("churn")

EXECUTIONS = "Executions are equal when they are the same one; compare their fields, such as .status or .parameters."
STEPS = "Steps are equal when they are the same one of the same execution; compare their fields, such as .status or .outputs."


def test_two_executions_are_compared_field_by_field(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """Mappings key by key."""
    first = smpipeline.start("churn", {"Date": "d", "Epochs": 5})
    smpipeline.add("other", one_step)
    second = smpipeline.start("other")

    assert explained("==", first, second) == [
        f"{first!r} == {second!r}",
        "pipeline: 'churn' != 'other'",
        f"id: '{first.id}' != '{second.id}'",
        "status: 'Failed' != 'Succeeded'",
        "failure_reason: 'Step failure: One or multiple steps failed.' != None",
        "parameters['Date']: 'd' on the left only",
        "parameters['Epochs']: 5 on the left only",
        "order: ['Prep', 'Train', 'Gate', 'Stop'] != ['Train']",
        "branches['Gate']: 'else' on the left only",
        EXECUTIONS,
    ]


def test_steps_are_compared_alike(smpipeline: SMPipelineMock) -> None:
    """What differs is told, and what makes them equal."""
    steps = smpipeline.start("churn", {"Date": "d"}).steps

    assert explained("==", steps["Gate"], steps["Stop"]) == [
        f"{steps['Gate']!r} == {steps['Stop']!r}",
        "name: 'Gate' != 'Stop'",
        "type: 'Condition' != 'Fail'",
        "status: 'Succeeded' != 'Failed'",
        "reason: None != 'too bad'",
        "arguments: None != {'ErrorMessage': 'too bad'}",
        STEPS,
    ]


def test_calls_are_compared_alike(smpipeline: SMPipelineMock) -> None:
    """Requests member by member; a value of another type is another value."""
    smpipeline.client().list_pipelines(MaxResults=1)
    smpipeline.client().list_pipelines(MaxResults=2, PipelineNamePrefix="c")

    lines = explained("==", *smpipeline.calls)

    assert lines is not None
    assert lines[1:] == [
        "request['MaxResults']: 1 != 2",
        "request['PipelineNamePrefix']: 'c' on the right only",
        "Calls are equal when all fields but the time are.",
    ]


def test_pipelines_are_compared_alike(smpipeline: SMPipelineMock, churn: Pipeline, one_step: JsonObject) -> None:
    """By version, with what changed in the definition."""
    lines = explained("==", churn, smpipeline.add("churn", one_step))

    assert lines is not None
    assert lines[1:3] == ["version: 1 != 2", "parameters['Date']: None on the left only"]
    assert lines[-1] == "Pipelines are equal when ARN and version are; compare their fields, such as .definition."


def test_a_record_compared_with_a_text_names_the_field(smpipeline: SMPipelineMock) -> None:
    """On whichever side it stands."""
    run = smpipeline.start("churn", {"Date": "d"})
    status = "An execution is no text; its status is .status, which is 'Failed'."

    assert explained("==", run, "Succeeded") == [f"{run!r} == 'Succeeded'", status]
    assert explained("==", "Succeeded", run) == [f"'Succeeded' == {run!r}", status]
    assert explained("==", run.steps["Train"], "Train") == [
        f"{run.steps['Train']!r} == 'Train'",
        "A step is no text; compare one of its fields.",
    ]


def test_a_step_that_is_not_there_says_why(smpipeline: SMPipelineMock) -> None:
    """As the ``KeyError`` would."""
    steps = smpipeline.start("churn", {"Date": "d"}).steps

    lines = explained("in", "Trian", steps)

    assert lines is not None
    assert lines[1].startswith("pipeline 'churn' has no step 'Trian'. Did you mean 'Train'?")


def test_what_pytest_can_say_itself_is_left_to_it(smpipeline: SMPipelineMock) -> None:
    """Other comparisons, and records with anything else."""
    run = smpipeline.start("churn", {"Date": "d"})

    assert explained("!=", run, run) is None
    assert explained("==", run, 3) is None
    assert explained("in", 3, run.steps) is None
