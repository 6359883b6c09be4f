"""What a strict test is told of values that nothing supplied: each once, with the line to write."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from pytest_smpipeline import fail, mock_smpipeline, succeed
from pytest_smpipeline._definition.references import parse_reference
from pytest_smpipeline._engine.performer import MissingValue
from pytest_smpipeline.missing_values import distinct, lines_to_write
from pytest_smpipeline.strictness import strict_complaint
from pytest_smpipeline.values import Json, JsonObject

if TYPE_CHECKING:
    from pytest_smpipeline.step_scripts import Script

EXPECTED = "Expected: a strict test uses everything that it scripts, and supplies every value that its pipelines need."
TO_DO = (
    "To do: use, supply or take out what is named here; optional=True lets an outcome or a fault stay unused, "
    "strict=False turns the check off."
)
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:count"


def missing(text: str, step: str = "Use", pipeline: str = "churn") -> MissingValue:
    """Return a value that a step missed."""
    return MissingValue(pipeline, step, parse_reference(text), f"{text} has no value.")


@pytest.mark.parametrize(
    ("reference", "line"),
    [
        ("Steps.Train.FinalMetricDataList['auc'].Value", "smpipeline.script('churn', Train=succeed(metrics={'auc': ...}))"),
        ("Steps.Count.OutputParameters['rows']", "smpipeline.script('churn', Count=succeed(outputs={'rows': ...}))"),
        ("Steps.Eval.PropertyFiles.report", "smpipeline.script('churn', Eval=succeed(property_files={'report': {...: ...}}))"),
        (
            "Steps.Train.ModelArtifacts.S3ModelArtifacts",
            "smpipeline.script('churn', Train=succeed(properties={'ModelArtifacts': {'S3ModelArtifacts': ...}}))",
        ),
        (
            "Steps.Prep.ProcessingOutputConfig.Outputs['test'].S3Output.S3Uri",
            (
                "smpipeline.script('churn', Prep=succeed(properties="
                "{'ProcessingOutputConfig': {'Outputs': [{'OutputName': 'test', 'S3Output': {'S3Uri': ...}}]}}))"
            ),
        ),
        (
            "Steps.Prep.ProcessingInputs['in']",
            "smpipeline.script('churn', Prep=succeed(properties={'ProcessingInputs': [{'InputName': 'in'}]}))",
        ),
        (
            "Steps.Tune.TrainingJobSummaries[0].TrainingJobName",
            "smpipeline.script('churn', Tune=succeed(properties={'TrainingJobSummaries': [{'TrainingJobName': ...}]}))",
        ),
        ("Steps.my-step.X", "smpipeline.script('churn', {'my-step': succeed(properties={'X': ...})})"),
        ("Steps.Each.IterationOutputs[0].Body.OutputParameters['n']", "smpipeline.script('churn', Body=succeed(outputs={'n': ...}))"),
    ],
)
def test_the_line_to_write_follows_the_reference(reference: str, line: str) -> None:
    """Each kind of value has its keyword; what only the author knows is an ellipsis."""
    assert lines_to_write([missing(reference)], set()) == [line]


@pytest.mark.parametrize("reference", ["ForEach.CurrentItem.day", "Steps.Train"])
def test_what_no_outcome_can_supply_has_no_line(reference: str) -> None:
    """The message says what is missing."""
    found = missing(reference)

    assert (distinct([found]), lines_to_write([found], set())) == ([found], [])


def test_all_that_a_step_has_to_supply_is_in_one_line() -> None:
    """A second ``script()`` for the step would replace the first."""
    texts = (
        "Steps.Train.FinalMetricDataList['auc'].Value",
        "Steps.Train.FinalMetricDataList['mse'].Value",
        "Steps.Train.A.B",
        "Steps.Train.A.C",
        "Steps.Train.Outputs['x'].Y",
        "Steps.Train.Outputs['z'].Y",
    )

    assert lines_to_write([missing(text) for text in texts], set()) == [
        (
            "smpipeline.script('churn', Train=succeed(metrics={'auc': ..., 'mse': ...}, properties={'A': {'B': ..., 'C': ...}, "
            "'Outputs': [{'OutputName': 'x', 'Y': ...}, {'OutputName': 'z', 'Y': ...}]}))"
        )
    ]


def test_a_step_that_has_a_script_gets_it_added_there() -> None:
    """Writing another would undo what the test says of the step."""
    found = [missing("Steps.Count.OutputParameters['rows']"), missing("Steps.Count.OutputParameters['rows']", pipeline="other")]

    assert lines_to_write(found, {("churn", "Count")}) == [
        "succeed(outputs={'rows': ...}) in what is scripted for step 'Count' of pipeline 'churn'",
        "smpipeline.script('other', Count=succeed(outputs={'rows': ...}))",
    ]


@pytest.mark.parametrize(
    "message",
    [
        "Unable to read s3://results/a/report.json: The specified bucket does not exist",
        "The object at s3://results/a/report.json is not JSON: Expecting value.",
        "Std:JsonGet finds nothing at the path 'auc' of the file s3://results/a/report.json: the value has no 'auc'.",
    ],
)
def test_an_object_in_s3_is_put_there(message: str) -> None:
    """moto's S3 is where steps find it."""
    found = MissingValue("churn", "Use", None, message)

    assert lines_to_write(distinct([found, found]), set()) == [
        "boto3.client('s3').create_bucket(Bucket='results')",
        "boto3.client('s3').put_object(Bucket='results', Key='a/report.json', Body=json.dumps({...: ...}))",
    ]


def test_a_value_of_the_wrong_kind_is_not_missing() -> None:
    """It is there, and the step that can't use it fails with the reason."""
    assert distinct([MissingValue("churn", "Use", None, "Std:Join takes strings, numbers and booleans, not null.")]) == []


def test_nothing_to_complain_about_is_no_complaint() -> None:
    """The usual end of a test."""
    assert strict_complaint([], [], set()) is None


def test_everything_is_told_at_once() -> None:
    """What was not used, what was missing, and what to write."""
    found = [missing("Steps.Train.X"), missing("Steps.Train.X", step="Other"), missing("ForEach.CurrentItem.day")]

    assert strict_complaint(["one", "two"], found, set()) == (
        f"{EXPECTED}\n"
        "Happened: 2 scripts or faults were not used to the end, and 2 values were missing.\n"
        "Not used:\n"
        "  one\n"
        "  two\n"
        "Missing:\n"
        "  step 'Use' of pipeline 'churn': Steps.Train.X has no value.\n"
        "  step 'Use' of pipeline 'churn': ForEach.CurrentItem.day has no value.\n"
        "Write:\n"
        "  smpipeline.script('churn', Train=succeed(properties={'X': ...}))\n"
        f"{TO_DO}"
    )


@pytest.fixture
def told() -> Callable[..., str]:
    """Return the function that starts a pipeline twice under a strict mock and returns what is told at the end."""

    def run(*steps: Json, script: "dict[str, Script] | None" = None) -> str:
        activation = mock_smpipeline()
        smp = activation.start()
        smp.add("churn", {"Version": "2020-12-01", "Steps": [*steps]})
        smp.script("churn", script or {})
        for _ in range(2):
            smp.start("churn").assert_failed()
        with pytest.raises(AssertionError) as caught:
            activation.stop()
        return str(caught.value)

    return run


def use(value: Json) -> JsonObject:
    """Return a training step that needs a value."""
    return {"Name": "Use", "Type": "Training", "Arguments": {"RoleArn": value}, "DependsOn": ["Make"]}


def make(kind: str, **members: Any) -> JsonObject:
    """Return a step that could supply one."""
    return {"Name": "Make", "Type": kind, "Arguments": {}, **members}


def test_a_value_is_told_once_whoever_needed_it(told: Callable[..., str]) -> None:
    """Also when the test expected the step to fail: on AWS the value would have been there."""
    text = told(make("Training"), use({"Get": "Steps.Make.FinalMetricDataList['auc'].Value"}))

    assert text == (
        f"{EXPECTED}\n"
        "Happened: 1 value was missing.\n"
        "Missing:\n"
        "  step 'Use' of pipeline 'churn': Steps.Make.FinalMetricDataList.auc.Value has no value: nothing is at 'FinalMetricDataList'.\n"
        "Write:\n"
        "  smpipeline.script('churn', Make=succeed(metrics={'auc': ...}))\n"
        f"{TO_DO}"
    )


@pytest.mark.parametrize(
    ("maker", "value", "line"),
    [
        (
            make("Lambda", FunctionArn=FUNCTION, OutputParameters=[{"OutputName": "rows", "OutputType": "String"}]),
            {"Get": "Steps.Make.OutputParameters['rows']"},
            "  smpipeline.script('churn', Make=succeed(outputs={'rows': ...}))",
        ),
        (
            make(
                "Processing",
                Arguments={"ProcessingOutputConfig": {"Outputs": [{"OutputName": "out", "S3Output": {"S3Uri": "s3://b/out"}}]}},
                PropertyFiles=[{"PropertyFileName": "report", "OutputName": "out", "FilePath": "report.json"}],
            ),
            {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Make.PropertyFiles.report"}, "Path": "auc"}},
            "  smpipeline.script('churn', Make=succeed(property_files={'report': {...: ...}}))",
        ),
        (
            make("Training"),
            {"Std:JsonGet": {"S3Uri": "s3://results/report.json", "Path": "auc"}},
            "  boto3.client('s3').put_object(Bucket='results', Key='report.json', Body=json.dumps({...: ...}))",
        ),
    ],
    ids=["output", "property file", "object in S3"],
)
def test_what_a_run_missed_is_told_with_its_line(told: Callable[..., str], maker: Json, value: Json, line: str) -> None:
    """As the engine reports it."""
    assert line in told(maker, use(value)).splitlines()


def test_a_scripted_step_is_told_where_to_add_it(told: Callable[..., str]) -> None:
    """The outcome is there; it lacks something."""
    value: JsonObject = {"Get": "Steps.Make.FinalMetricDataList['auc'].Value"}

    text = told(make("Training"), use(value), script={"Make": [succeed(), succeed(metrics={"mse": 1})]})

    assert "  succeed(metrics={'auc': ...}) in what is scripted for step 'Make' of pipeline 'churn'" in text.splitlines()


def test_what_was_written_helps() -> None:
    """The line, filled in, makes the test pass."""
    with mock_smpipeline() as smp:
        value: JsonObject = {"Std:JsonGet": {"S3Uri": "s3://results/report.json", "Path": "auc"}}
        smp.add("churn", {"Version": "2020-12-01", "Steps": [make("Training"), use(value)]})
        boto3.client("s3").create_bucket(Bucket="results")
        boto3.client("s3").put_object(Bucket="results", Key="report.json", Body='{"auc": "arn"}')

        smp.start("churn").assert_succeeded()


def test_a_step_that_fails_for_another_reason_misses_nothing() -> None:
    """What the test scripted is no complaint."""
    with mock_smpipeline() as smp:
        smp.add("churn", {"Version": "2020-12-01", "Steps": [make("Training"), use("x")]})
        smp.script("churn", Use=fail("boom"))

        smp.start("churn").assert_failed(step="Use")
