"""What the engine keeps of values that a definition needed and nothing supplied."""

from collections.abc import Callable

import boto3
import pytest

from pytest_smpipeline import Execution, SMPipelineMock, fail, succeed
from pytest_smpipeline._definition.expressions import Reference
from pytest_smpipeline._engine.performer import MissingValue
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.values import JsonObject

Run = Callable[..., Execution]
Step = Callable[..., JsonObject]
Condition = Callable[..., JsonObject]
Missing = Callable[[], list[MissingValue]]

NUMBER: JsonObject = {"Get": "Steps.Call.OutputParameters['n']"}
LAMBDA: JsonObject = {
    "kind": "Lambda",
    "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
    "OutputParameters": [{"OutputName": "n", "OutputType": "String"}],
}


@pytest.fixture
def missing(smpipeline: SMPipelineMock) -> Missing:
    """Return the function that returns the values that are missing."""
    return lambda: list(smpipeline._service.missing.values())


@pytest.mark.smpipeline(strict=False)
def test_a_value_that_nothing_supplied_is_kept_with_step_and_reference(run: Run, step: Step, missing: Missing) -> None:
    """And with what the step says of it."""
    use = step("Use", arguments={"Environment": {"N": NUMBER}})

    execution = run(step("Call", **LAMBDA), use)

    (value,) = missing()
    assert (value.pipeline, value.step) == ("churn", "Use")
    assert isinstance(value.reference, Reference)
    assert execution.steps["Use"].reason == f"ClientError: {value.message}"


@pytest.mark.smpipeline(strict=False)
def test_a_value_that_a_condition_needs_is_kept_too(run: Run, step: Step, condition: Condition, missing: Missing) -> None:
    """A condition fails for it like any other step."""
    run(step("Call", **LAMBDA), condition("Gate", left=NUMBER))

    assert [value.step for value in missing()] == ["Gate"]


@pytest.mark.smpipeline(strict=False)
def test_a_retry_that_misses_the_value_again_keeps_it(run: Run, step: Step, missing: Missing) -> None:
    """Once, as it is one step of one execution; a second execution misses it as well."""
    execution = run(step("Call", **LAMBDA), step("Use", arguments={"Environment": {"N": NUMBER}}))

    execution.retry()
    one = [value.step for value in missing()]
    run(step("Call", **LAMBDA), step("Use", arguments={"Environment": {"N": NUMBER}}))

    assert (one, [value.step for value in missing()]) == (["Use"], ["Use", "Use"])


@pytest.mark.parametrize("later", [succeed(), fail("for another reason")], ids=repr)
def test_a_value_that_is_there_at_a_retry_is_missing_no_more(run: Run, step: Step, missing: Missing, later: Outcome) -> None:
    """Somebody put the object into S3 between the two: whatever becomes of the step then, it does not fail for want of the value."""
    read: JsonObject = {"Std:JsonGet": {"S3Uri": "s3://results/report.json", "Path": "auc"}}
    execution = run(step("Use", arguments={"Environment": {"AUC": read}}), script={"Use": later})
    before = [value.step for value in missing()]

    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="results")
    s3.put_object(Bucket="results", Key="report.json", Body=b'{"auc": "0.9"}')
    execution.retry()

    assert (before, missing()) == (["Use"], [])
    assert execution.steps["Use"].arguments == {"Environment": {"AUC": "0.9"}}


def test_what_was_supplied_or_never_needed_is_not_missing(run: Run, step: Step, condition: Condition, missing: Missing) -> None:
    """Neither an output that the script gives, nor a failure of another kind, nor a step that never started."""
    use = step("Use", arguments={"Environment": {"N": NUMBER}})
    never = step("Never", "Train", arguments={"Environment": {"N": {"Get": "Steps.Train.FinalMetricDataList['auc'].Value"}}})
    script = {"Call": succeed(outputs={"n": "1"}), "Train": fail("boom")}

    run(step("Call", **LAMBDA), use, step("Train"), never, condition("Gate", left="text"), script=script)

    assert missing() == []
