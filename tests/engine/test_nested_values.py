"""Nested values: every form of reference inside of texts, lists, maps and joins, and comparisons of what they are worth."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import boto3
import pytest

from pytest_smpipeline import Execution, succeed
from pytest_smpipeline.values import Json, JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]

FORMS: JsonObject = {
    "parameter": {"Get": "Parameters.N"},
    "variable": {"Get": "Execution.PipelineName"},
    "property": {"Get": "Steps.Prep.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"},
    "index": {"Get": "Steps.Prep.ProcessingInputs[1].InputName"},
    "output": {"Get": "Steps.Count.OutputParameters['rows']"},
    "outcome": {"Get": "Steps.Gate.Outcome"},
    "file": {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Prep.PropertyFiles.report"}, "Path": "folds[1]['auc']"}},
    "object": {"Std:JsonGet": {"S3Uri": {"Std:Join": {"On": "/", "Values": ["s3:/", {"Get": "Parameters.B"}, "x.json"]}}, "Path": "m.k"}},
    "join": {"Std:Join": {"On": "-", "Values": ["a", {"Std:Join": {"On": "+", "Values": [{"Get": "Parameters.N"}, True]}}]}},
}
WORTH: JsonObject = {
    "parameter": 3,
    "variable": "churn",
    "property": "s3://b/train",
    "index": "second",
    "output": 12,
    "outcome": True,
    "file": 0.9,
    "object": "v",
    "join": "a-3+true",
}


@pytest.mark.fidelity("VALUE-019")
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_reference_stands_anywhere(run: Run, step: Step, condition: Step, form: str) -> None:
    """Alone, in a list, in a map, in both, and joined into a text, where numbers and booleans are written out."""
    s3 = boto3.client("s3", region_name="us-east-1")

    def put(_context: object) -> object:
        s3.create_bucket(Bucket="results")
        s3.put_object(Bucket="results", Key="x.json", Body=b'{"m": {"k": "v"}}')
        return succeed(outputs={"rows": 12})

    prep = step(
        "Prep",
        kind="Processing",
        arguments={
            "ProcessingInputs": [{"InputName": "first"}, {"InputName": "second"}],
            "ProcessingOutputConfig": {"Outputs": [{"OutputName": "train", "S3Output": {"S3Uri": "s3://b/train"}}]},
        },
        PropertyFiles=[{"PropertyFileName": "report", "OutputName": "train", "FilePath": "report.json"}],
    )
    value = FORMS[form]
    payload: JsonObject = {
        "alone": value,
        "list": ["x", value, [value]],
        "map": {"k": value, "deep": {"list": [{"k": value}], "constant": [1]}},
        "text": {"Std:Join": {"On": "", "Values": ["<", value, ">"]}},
    }

    execution = run(
        prep,
        step("Count", "Prep", kind="Lambda", FunctionArn="arn:f", OutputParameters=[{"OutputName": "rows", "OutputType": "Integer"}]),
        condition("Gate", "Count"),
        step("Use", "Count", kind="Lambda", FunctionArn="arn:f", arguments=payload),
        declared=[{"Name": "N", "Type": "Integer", "DefaultValue": 3}, {"Name": "B", "Type": "String", "DefaultValue": "results"}],
        script={"Prep": succeed(property_files={"report": {"folds": [{"auc": 0.1}, {"auc": 0.9}]}}), "Count": put},
    )

    worth = WORTH[form]
    text = str(worth).lower() if isinstance(worth, bool) else str(worth)
    assert execution.steps["Use"].arguments == {
        "alone": worth,
        "list": ["x", worth, [worth]],
        "map": {"k": worth, "deep": {"list": [{"k": worth}], "constant": [1]}},
        "text": f"<{text}>",
    }


@pytest.mark.smpipeline(strict=False)
@pytest.mark.fidelity("VALUE-020")
def test_the_best_training_jobs_of_a_tuning_step_come_first(run: Run, step: Step) -> None:
    """``TrainingJobSummaries[0]`` is the best, as BestTrainingJob is; there are as many as the job may run."""
    tune = step("Tune", kind="Tuning", arguments={"HyperParameterTuningJobConfig": {"ResourceLimits": {"MaxNumberOfTrainingJobs": 2}}})
    names: JsonObject = {str(rank): {"Get": f"Steps.Tune.TrainingJobSummaries[{rank}].TrainingJobName"} for rank in range(2)}
    best: Json = {"Get": "Steps.Tune.BestTrainingJob.TrainingJobName"}
    third = step("Third", arguments={"RoleArn": {"Get": "Steps.Tune.TrainingJobSummaries[2].TrainingJobName"}})

    execution = run(tune, step("Use", kind="Lambda", FunctionArn="arn:f", arguments={**names, "best": best}), third)

    found = execution.steps["Use"].arguments
    assert isinstance(found, dict)
    assert found["0"] == found["best"] != found["1"]
    assert execution.steps["Third"].reason == (
        "ClientError: Steps.Tune.TrainingJobSummaries[2].TrainingJobName has no value: nothing is at 2."
    )


@pytest.mark.fidelity("VALUE-021")
def test_outputs_of_a_callback_step_have_their_declared_types(run: Run, step: Step, client: "SageMakerClient") -> None:
    """The answer brings texts; whoever refers to them gets what OutputType says, and a condition compares numbers."""
    types = {"s": "String", "i": "Integer", "f": "Float", "b": "Boolean"}
    declared: list[Json] = [{"OutputName": name, "OutputType": kind} for name, kind in types.items()]
    ask = step("Ask", kind="Callback", SqsQueueUrl="https://sqs/approvals", OutputParameters=declared)
    payload: JsonObject = {name: {"Get": f"Steps.Ask.OutputParameters['{name}']"} for name in types}

    execution = run(ask, step("Use", kind="Lambda", FunctionArn="arn:f", arguments=payload))
    client.send_pipeline_execution_step_success(
        CallbackToken=execution.steps["Ask"].callback.token,
        OutputParameters=[{"Name": name, "Value": value} for name, value in zip(types, ("7", "7", "0.5", "true"), strict=True)],
        ClientRequestToken="t" * 32,
    )

    assert execution.steps["Use"].arguments == {"s": "7", "i": 7, "f": 0.5, "b": True}


@pytest.mark.fidelity("VALUE-022")
@pytest.mark.parametrize(
    ("left", "right", "branch"),
    [("1", "3", "else"), ("1", "0", "if"), ("10", "9", "else"), (10, 9, "if"), (0.5, 1, "else")],
)
def test_texts_are_compared_as_texts_and_numbers_as_numbers(run: Run, step: Step, left: Json, right: Json, branch: str) -> None:
    """Outputs have their declared type: ``"10" > "9"`` does not hold, ``10 > 9`` does."""
    operands: JsonObject = {
        "LeftValue": {"Get": "Steps.Count.OutputParameters['left']"},
        "RightValue": {"Get": "Steps.Count.OutputParameters['right']"},
    }
    gate: JsonObject = {"Conditions": [{"Type": "GreaterThan", **operands}], "IfSteps": [], "ElseSteps": []}
    kind = "String" if isinstance(left, str) else "Float"
    declared: list[Json] = [{"OutputName": name, "OutputType": kind} for name in ("left", "right")]

    execution = run(
        step("Count", kind="Lambda", FunctionArn="arn:f", OutputParameters=declared),
        {"Name": "Gate", "Type": "Condition", "Arguments": gate},
        script={"Count": succeed(outputs={"left": left, "right": right})},
    )

    assert execution.branches == {"Gate": branch}
