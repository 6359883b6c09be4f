"""Executions of one definition, one after another: what they share for the sake of speed shows nowhere."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import pytest
from botocore.exceptions import ClientError

from pytest_smpipeline import SMPipelineMock, StepContext, hold, mock_smpipeline, succeed
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.values import Json, JsonObject

Step: TypeAlias = Callable[..., JsonObject]

DAY: Final[JsonObject] = {"Get": "Parameters.Day"}
PLACE: Final[JsonObject] = {"Std:Join": {"On": "/", "Values": ["s3://data", DAY]}}


@pytest.fixture
def days(smpipeline: SMPipelineMock, step: Step) -> SMPipelineMock:
    """Return the mock with the pipeline ``days``: its step reads the parameter Day, alone and as a part of a text."""
    steps: Json = [step("Train", arguments={"Environment": {"DAY": DAY, "PLACE": PLACE}})]
    parameters: Json = [{"Name": "Day", "Type": "String", "DefaultValue": "mon"}]
    smpipeline.add("days", {"Version": "2020-12-01", "Parameters": parameters, "Steps": steps})
    return smpipeline


def environment(smpipeline: SMPipelineMock, day: str | None) -> Any:
    """Return what the step sees in an execution that was given this day, or none."""
    arguments: Any = smpipeline.start("days", {"Day": day} if day else None).steps["Train"].arguments
    return arguments["Environment"]


def test_each_execution_has_the_values_of_its_own_parameters(days: SMPipelineMock) -> None:
    """Those of the execution before count for nothing, whether they were the same or others."""
    seen = [environment(days, day) for day in ("tue", "tue", None, "tue", "wed")]

    assert seen == [{"DAY": day, "PLACE": f"s3://data/{day}"} for day in ("tue", "tue", "mon", "tue", "wed")]


def test_a_parameter_that_is_refused_once_is_refused_again(days: SMPipelineMock) -> None:
    """A start that is refused leaves nothing behind for the next one."""
    days.start("days", {"Day": "tue"})

    for _ in range(2):
        with pytest.raises(ClientError, match="Unknown parameter 'Dya'"):
            days.start("days", {"Dya": "tue"})


def test_what_a_callable_does_to_the_arguments_stays_in_it(days: SMPipelineMock) -> None:
    """They are its own copy: neither the execution nor the next one with the same parameters sees what it wrote into them."""

    def spoil(context: StepContext) -> Outcome:
        arguments: Any = context.arguments
        arguments["Environment"].clear()
        return succeed()

    days.script("days", {"Train": spoil})

    assert [environment(days, "tue"), environment(days, "tue")] == [{"DAY": "tue", "PLACE": "s3://data/tue"}] * 2


def test_arguments_that_were_taken_once_are_not_taken_with_other_values(smpipeline: SMPipelineMock, step: Step) -> None:
    """What the model refuses is refused in every execution that has it, and only there."""
    image: JsonObject = {"Get": "Parameters.Mode"}
    arguments: Json = {"AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": image}}
    parameters: Json = [{"Name": "Mode", "Type": "String"}]
    smpipeline.add("modes", {"Version": "2020-12-01", "Parameters": parameters, "Steps": [step("Train", arguments=arguments)]})

    statuses = [smpipeline.start("modes", {"Mode": mode}).status for mode in ("File", "File", "Fiel", "Fiel", "File")]

    assert statuses == ["Succeeded", "Succeeded", "Failed", "Failed", "Succeeded"]


def test_what_a_step_has_made_does_not_depend_on_who_looks(step: Step) -> None:
    """The name of a job, and the ids of whatever comes after it, are the same whether or not somebody looks at it in between."""

    def made(*, looks: bool) -> list[object]:
        with mock_smpipeline(seed=0) as smp:
            steps: Json = [step("Prepare"), step("Train", "Prepare"), step("Tune", "Train", kind="Tuning")]
            smp.add("names", {"Version": "2020-12-01", "Steps": steps})
            smp.script("names", {"Train": hold()})
            execution = smp.start("names")
            if looks:
                prepared = execution.steps["Prepare"]
                assert prepared.metadata
                assert prepared.properties
            execution.release("Train", succeed())
            return [execution.steps[name].metadata for name in ("Tune", "Train", "Prepare")]

    assert made(looks=True) == made(looks=False)
