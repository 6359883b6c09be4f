"""What the engine keeps of values that a definition needed and nothing supplied."""

from collections.abc import Callable

import pytest

from pytest_smpipeline import Execution, SMPipelineMock, fail, succeed
from pytest_smpipeline._definition.expressions import Reference
from pytest_smpipeline._engine.performer import MissingValue
from pytest_smpipeline.values import JsonObject

Run = Callable[..., Execution]
Step = Callable[..., JsonObject]
Condition = Callable[..., JsonObject]

NUMBER: JsonObject = {"Get": "Steps.Call.OutputParameters['n']"}
LAMBDA: JsonObject = {
    "kind": "Lambda",
    "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
    "OutputParameters": [{"OutputName": "n", "OutputType": "String"}],
}


@pytest.fixture
def missing(smpipeline: SMPipelineMock) -> list[MissingValue]:
    """The values that were missing so far; the list grows."""
    return smpipeline._service.runner._steps._performer.missing


@pytest.mark.smpipeline(strict=False)
def test_a_value_that_nothing_supplied_is_kept_with_step_and_reference(run: Run, step: Step, missing: list[MissingValue]) -> None:
    """And with what the step says of it."""
    use = step("Use", arguments={"Environment": {"N": NUMBER}})

    execution = run(step("Call", **LAMBDA), use)

    (value,) = missing
    assert (value.pipeline, value.step) == ("churn", "Use")
    assert isinstance(value.reference, Reference)
    assert execution.steps["Use"].reason == f"ClientError: {value.message}"


@pytest.mark.smpipeline(strict=False)
def test_a_value_that_a_condition_needs_is_kept_too(run: Run, step: Step, condition: Condition, missing: list[MissingValue]) -> None:
    """A condition fails for it like any other step."""
    run(step("Call", **LAMBDA), condition("Gate", left=NUMBER))

    assert [value.step for value in missing] == ["Gate"]


@pytest.mark.smpipeline(strict=False)
def test_every_attempt_that_misses_a_value_counts(run: Run, step: Step, missing: list[MissingValue]) -> None:
    """A retry does not supply it."""
    execution = run(step("Call", **LAMBDA), step("Use", arguments={"Environment": {"N": NUMBER}}))

    execution.retry()

    assert [value.step for value in missing] == ["Use", "Use"]


def test_what_was_supplied_or_never_needed_is_not_missing(run: Run, step: Step, condition: Condition, missing: list[MissingValue]) -> None:
    """Neither an output that the script gives, nor a failure of another kind, nor a step that never started."""
    use = step("Use", arguments={"Environment": {"N": NUMBER}})
    never = step("Never", "Train", arguments={"Environment": {"N": {"Get": "Steps.Train.FinalMetricDataList['auc'].Value"}}})
    script = {"Call": succeed(outputs={"n": "1"}), "Train": fail("boom")}

    run(step("Call", **LAMBDA), use, step("Train"), never, condition("Gate", left="text"), script=script)

    assert missing == []
