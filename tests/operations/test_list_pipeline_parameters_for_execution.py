"""ListPipelineParametersForExecution."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from pytest_smpipeline import SMPipelineMock

DECLARED = [
    {"Name": "Date", "Type": "String"},
    {"Name": "Epochs", "Type": "Integer", "DefaultValue": 10},
    {"Name": "Rate", "Type": "Float", "DefaultValue": 0.5},
    {"Name": "Debug", "Type": "Boolean", "DefaultValue": False},
    {"Name": "Note", "Type": "String", "DefaultValue": ""},
]

Start = Callable[..., str]


def given(**values: str) -> list[dict[str, str]]:
    """Return values as PipelineParameters."""
    return [{"Name": name, "Value": value} for name, value in values.items()]


@pytest.fixture
def listed(smpipeline_client: Any) -> Callable[[str], list[dict[str, str]]]:
    """Return the function that lists the parameters of an execution."""

    def call(arn: str) -> list[dict[str, str]]:
        answer = smpipeline_client.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
        parameters: list[dict[str, str]] = answer["PipelineParameters"]
        return parameters

    return call


Listed = Callable[[str], list[dict[str, str]]]


@pytest.mark.fidelity("PARAMS-002", "PARAMS-003")
def test_the_effective_values_are_listed_in_the_order_of_the_definition(
    smpipeline: SMPipelineMock, start: Start, listed: Listed, define: Callable[..., str]
) -> None:
    """Defaults are there too, whatever the order of the request."""
    smpipeline.add("churn", define("Train", Parameters=DECLARED))

    parameters = listed(start(PipelineParameters=given(Epochs="3", Date="2026-11-22")))

    assert parameters == given(Date="2026-11-22", Epochs="3", Rate="0.5", Debug="false", Note="")


@pytest.mark.fidelity("PARAMS-004")
def test_values_are_strings_in_one_form(smpipeline: SMPipelineMock, start: Start, listed: Listed, define: Callable[..., str]) -> None:
    """What was given as True is listed as true, 007 as 7: the value counts, not how it was written."""
    smpipeline.add("churn", define("Train", Parameters=DECLARED))

    parameters = listed(start(PipelineParameters=given(Date=" d ", Debug="True", Epochs="007", Rate="1e-2", Note="True")))

    assert parameters == given(Date=" d ", Epochs="7", Rate="0.01", Debug="true", Note="True")


def test_the_parameters_are_those_of_the_version_that_ran(
    smpipeline: SMPipelineMock, start: Start, listed: Listed, define: Callable[..., str]
) -> None:
    """Another default in the next version changes nothing for this execution."""
    smpipeline.add("churn", define("Train", Parameters=[{"Name": "Epochs", "Type": "Integer", "DefaultValue": 10}]))
    arn = start()
    smpipeline.add("churn", define("Train", Parameters=[{"Name": "Rounds", "Type": "Integer", "DefaultValue": 20}]))

    assert listed(arn) == given(Epochs="10")


@pytest.mark.fidelity("PARAMS-005")
def test_without_parameters_the_list_is_empty(smpipeline: SMPipelineMock, start: Start, smpipeline_client: Any, definition: str) -> None:
    """There is no NextToken either."""
    smpipeline.add("churn", definition)

    answer = smpipeline_client.list_pipeline_parameters_for_execution(PipelineExecutionArn=start())

    assert answer["PipelineParameters"] == []
    assert "NextToken" not in answer


@pytest.mark.smpipeline(progress="poll")
def test_reading_what_an_execution_was_given_does_not_move_it(
    smpipeline: SMPipelineMock, start: Start, listed: Listed, smpipeline_client: Any, definition: str, noon: datetime
) -> None:
    """Parameters and definition never change, so looking at them is not waiting for a change."""
    smpipeline.add("churn", definition)
    arn = start()

    listed(arn)
    smpipeline_client.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)

    assert smpipeline.now == noon
