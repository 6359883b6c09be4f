"""Values: what the references in a step's arguments are worth when it starts."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
import time_machine

from pytest_smpipeline import Execution, SMPipelineMock, fail, succeed
from pytest_smpipeline.values import Json, JsonObject

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]
Listed = Callable[[Execution], list[dict[str, Any]]]


@pytest.mark.fidelity("VALUE-001")
@pytest.mark.parametrize(
    ("kind", "default", "given", "value"),
    [
        ("String", "a", None, "a"),
        ("String", "a", "b", "b"),
        ("Integer", 10, "20", 20),
        ("Float", 0.5, "0.25", 0.25),
        ("Boolean", True, "False", False),
    ],
)
def test_a_parameter_has_the_value_of_the_start_or_its_default(
    run: Run, step: Step, kind: str, default: Json, given: str | None, value: Json
) -> None:
    """A reference to a parameter is worth its effective value, with the type of its declaration."""
    declared = [{"Name": "P", "Type": kind, "DefaultValue": default}]

    execution = run(
        step("Count", kind="Lambda", arguments={"P": {"Get": "Parameters.P"}}, FunctionArn="arn:f"),
        declared=declared,
        given=None if given is None else {"P": given},
    )

    assert execution.steps["Count"].arguments == {"P": value}


@pytest.mark.fidelity("VALUE-002")
def test_execution_variables_name_the_execution_and_its_pipeline(smpipeline: SMPipelineMock, step: Step) -> None:
    """ARNs and the id are the execution's own; the pipeline's name is in lower case."""
    names = ("PipelineName", "PipelineArn", "PipelineExecutionId", "PipelineExecutionArn")
    variables: JsonObject = {name: {"Get": f"Execution.{name}"} for name in names}
    pipeline = smpipeline.add("ChurnModel", {"Version": "2020-12-01", "Steps": [step("Train", arguments={"Environment": variables})]})

    execution = smpipeline.start("ChurnModel")

    assert execution.steps["Train"].arguments == {
        "Environment": {
            "PipelineName": "churnmodel",
            "PipelineArn": pipeline.arn,
            "PipelineExecutionId": execution.id,
            "PipelineExecutionArn": execution.arn,
        }
    }


@pytest.mark.fidelity("VALUE-003")
@time_machine.travel("2026-11-22T13:00:00Z", tick=False)
def test_times_are_written_in_utc_with_milliseconds(run: Run, step: Step) -> None:
    """StartDateTime is when the execution was started, CurrentDateTime when the step was."""
    times: JsonObject = {name: {"Get": f"Execution.{name}"} for name in ("StartDateTime", "CurrentDateTime")}

    execution = run(step("Prep"), step("Train", "Prep", arguments={"Environment": times}))

    assert execution.steps["Train"].arguments == {
        "Environment": {"StartDateTime": "2026-11-22T13:00:00.000Z", "CurrentDateTime": "2026-11-22T13:05:02.000Z"}
    }


@pytest.mark.fidelity("VALUE-004")
@pytest.mark.parametrize(
    ("kind", "variable", "resource"),
    [("Training", "TrainingJobName", "training-job"), ("Processing", "ProcessingJobName", "processing-job")],
)
def test_the_name_of_the_steps_own_job_is_a_variable(run: Run, step: Step, kind: str, variable: str, resource: str) -> None:
    """A step can put the name of the job that it makes into that job's arguments."""
    execution = run(step("Make", kind=kind, arguments={"Environment": {"NAME": {"Get": f"Execution.{variable}"}}}))

    (metadata,) = execution.steps["Make"].metadata.values()
    arguments = execution.steps["Make"].arguments
    assert arguments == {"Environment": {"NAME": str(metadata["Arn"]).rpartition(f":{resource}/")[2]}}


@pytest.mark.fidelity("VALUE-005")
def test_a_join_writes_all_kinds_of_scalars(run: Run, step: Step) -> None:
    """Std:Join concatenates texts, whole numbers, floats and booleans, the latter in lower case."""
    declared = [
        {"Name": "N", "Type": "Integer", "DefaultValue": 3},
        {"Name": "F", "Type": "Float", "DefaultValue": 0.5},
        {"Name": "B", "Type": "Boolean", "DefaultValue": True},
    ]
    values: list[Json] = ["s3://b", {"Get": "Parameters.N"}, {"Get": "Parameters.F"}, {"Get": "Parameters.B"}, 7, False]

    execution = run(step("Train", arguments={"RoleArn": {"Std:Join": {"On": "/", "Values": values}}}), declared=declared)

    assert execution.steps["Train"].arguments == {"RoleArn": "s3://b/3/0.5/true/7/false"}


@pytest.mark.fidelity("VALUE-006")
def test_a_processing_output_is_found_by_its_name(run: Run, step: Step) -> None:
    """``Outputs['train']`` is the output whose OutputName is ``train``."""
    outputs: Json = [{"OutputName": name, "S3Output": {"S3Uri": f"s3://bucket/{name}"}} for name in ("test", "train")]
    prep = step("Prep", kind="Processing", arguments={"ProcessingOutputConfig": {"Outputs": outputs}})
    uri: Json = {"Get": "Steps.Prep.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"}

    assert run(prep, step("Train", arguments={"RoleArn": uri})).steps["Train"].arguments == {"RoleArn": "s3://bucket/train"}


@pytest.mark.fidelity("VALUE-007")
@pytest.mark.parametrize("prefix", ["s3://bucket/models", "s3://bucket/models/"])
def test_model_artifacts_lie_under_the_output_path_by_job_name(run: Run, step: Step, prefix: str) -> None:
    """A training job writes to ``<S3OutputPath>/<job name>/output/model.tar.gz``."""
    train = step("Train", arguments={"OutputDataConfig": {"S3OutputPath": prefix}})
    model = step(
        "Create", kind="Model", arguments={"PrimaryContainer": {"ModelDataUrl": {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}}}
    )

    execution = run(train, model)

    name = execution.steps["Train"].properties["TrainingJobName"]
    assert execution.steps["Create"].arguments == {"PrimaryContainer": {"ModelDataUrl": f"s3://bucket/models/{name}/output/model.tar.gz"}}


@pytest.mark.fidelity("VALUE-008")
def test_a_final_metric_is_found_by_its_name(run: Run, step: Step, condition: Step) -> None:
    """Scripted metrics are the job's FinalMetricDataList, and ``['auc']`` is the element of that MetricName."""
    gate = condition("Gate", left={"Get": "Steps.Train.FinalMetricDataList['auc'].Value"})

    execution = run(step("Train"), gate, script={"Train": succeed(metrics={"loss": 9, "auc": 1})})

    metrics = execution.steps["Train"].properties["FinalMetricDataList"]
    started = execution.steps["Train"].started.timestamp()
    assert metrics == [
        {"MetricName": "loss", "Value": 9.0, "Timestamp": started},
        {"MetricName": "auc", "Value": 1.0, "Timestamp": started},
    ]
    assert execution.branches == {"Gate": "if"}


@pytest.mark.fidelity("VALUE-009")
def test_a_value_is_read_from_a_property_file(run: Run, step: Step) -> None:
    """Std:JsonGet follows its path, members and indexes, into the JSON that the step wrote."""
    file: JsonObject = {"PropertyFileName": "report", "OutputName": "out", "FilePath": "report.json"}
    outputs: JsonObject = {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "out"}]}}
    evaluate = step("Evaluate", kind="Processing", arguments=outputs, PropertyFiles=[file])
    value: Json = {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.report"}, "Path": "folds[1].auc"}}

    execution = run(
        evaluate,
        step("Train", arguments={"RoleArn": value}),
        script={"Evaluate": succeed(property_files={"report": {"folds": [{"auc": 0.1}, {"auc": 0.9}]}})},
    )

    assert execution.steps["Train"].arguments == {"RoleArn": 0.9}


@pytest.mark.fidelity("VALUE-016")
@pytest.mark.parametrize(
    ("uri", "body", "come_to"),
    [
        ("s3://results/report.json", b'{"auc": 0.9}', {"RoleArn": 0.9}),
        ("s3://results/report.json", b"auc: 0.9", "ClientError: The object at s3://results/report.json is not JSON: "),
        ("s3://results/report.json", b"\xff", "ClientError: The object at s3://results/report.json is not UTF-8: "),
        ("s3://results/other.json", b"{}", "ClientError: Unable to read s3://results/other.json: The specified key does not exist."),
        ("report.json", b"{}", "ClientError: 'report.json' is no S3 URI."),
    ],
    ids=["value", "not JSON", "not UTF-8", "no object", "no URI"],
)
@pytest.mark.smpipeline(strict=False)
def test_a_value_is_read_from_an_object_in_s3(run: Run, step: Step, uri: str, body: bytes, come_to: Json) -> None:
    """Whatever the test has put into S3 is what a step finds there; what cannot be read fails the step that needs it."""
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="results")
    s3.put_object(Bucket="results", Key="report.json", Body=body)

    train = run(step("Train", arguments={"RoleArn": {"Std:JsonGet": {"S3Uri": uri, "Path": "auc"}}})).steps["Train"]

    if isinstance(come_to, str):
        assert train.reason is not None
        assert train.reason.startswith(come_to)
    else:
        assert train.arguments == come_to


@pytest.mark.fidelity("VALUE-010")
def test_an_output_of_a_lambda_step_is_found_by_its_name(run: Run, step: Step, listed: Listed) -> None:
    """Outputs keep their types for the steps that refer to them, and travel as text in Metadata."""
    function = "arn:aws:lambda:us-east-1:123456789012:function:count"
    names: Json = [{"OutputName": "rows", "OutputType": "Integer"}, {"OutputName": "ok", "OutputType": "Boolean"}, {"OutputName": "day"}]
    count = step("Count", kind="Lambda", FunctionArn=function, OutputParameters=names)
    train = step("Train", arguments={"ResourceConfig": {"InstanceCount": {"Get": "Steps.Count.OutputParameters['rows']"}}})

    execution = run(count, train, script={"Count": succeed(outputs={"rows": 12, "ok": True, "day": "Sunday"})})

    assert execution.steps["Train"].arguments == {"ResourceConfig": {"InstanceCount": 12}}
    assert listed(execution)[-1]["Metadata"] == {
        "Lambda": {
            "Arn": function,
            "OutputParameters": [
                {"Name": "rows", "Value": "12"},
                {"Name": "ok", "Value": "true"},
                {"Name": "day", "Value": "Sunday"},
            ],
        }
    }


@pytest.mark.fidelity("VALUE-011")
@pytest.mark.smpipeline(strict=False)
def test_a_nested_output_is_one_json_text(run: Run, step: Step) -> None:
    """What a function returns below an output is no value of its own: the output is a string that holds JSON."""
    function = "arn:aws:lambda:us-east-1:123456789012:function:count"
    count = step("Count", kind="Lambda", FunctionArn=function, OutputParameters=[{"OutputName": "counts"}])
    whole = step("Whole", arguments={"RoleArn": {"Get": "Steps.Count.OutputParameters['counts']"}})
    inside = step("Inside", arguments={"RoleArn": {"Get": "Steps.Count.OutputParameters['counts'].rows"}})

    execution = run(count, whole, inside, script={"Count": succeed(outputs={"counts": {"rows": 12}})})

    arguments = execution.steps["Whole"].arguments
    assert isinstance(arguments, dict)
    assert json.loads(str(arguments["RoleArn"])) == {"rows": 12}
    assert execution.steps["Inside"].status == "Failed"


@pytest.mark.fidelity("VALUE-012")
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (
            {"Get": "Steps.Prep.ProcessingOutputConfig.Outputs['test'].S3Output.S3Uri"},
            "ClientError: Steps.Prep.ProcessingOutputConfig.Outputs.test.S3Output.S3Uri has no value: nothing is at 'test'.",
        ),
        (
            {"Get": "Steps.Count.OutputParameters['rows']"},
            "ClientError: Steps.Count.OutputParameters.rows has no value: nothing is at 'rows'.",
        ),
        (
            {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Prep.PropertyFiles.report"}, "Path": "auc"}},
            (
                "ClientError: Step Prep wrote no property file report. It was not scripted with succeed(property_files=...), and in S3: "
                "Unable to read s3://b/train/report.json: The specified bucket does not exist"
            ),
        ),
        (
            {"Std:JsonGet": {"S3Uri": "s3://bucket/report.json", "Path": "auc"}},
            "ClientError: Unable to read s3://bucket/report.json: The specified bucket does not exist",
        ),
    ],
    ids=["property", "output", "property file", "object in S3"],
)
@pytest.mark.smpipeline(strict=False)
def test_a_value_that_nothing_supplies_fails_the_step_that_needs_it(run: Run, step: Step, listed: Listed, value: Json, reason: str) -> None:
    """The step fails before it makes anything, so Metadata is empty; the step that should have supplied it has succeeded."""
    files: Json = [{"PropertyFileName": "report", "OutputName": "train", "FilePath": "report.json"}]
    outputs: JsonObject = {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "train", "S3Output": {"S3Uri": "s3://b/train"}}]}}
    prep = step("Prep", kind="Processing", arguments=outputs, PropertyFiles=files)
    function = "arn:aws:lambda:us-east-1:123456789012:function:count"
    count = step("Count", kind="Lambda", FunctionArn=function, OutputParameters=[{"OutputName": "rows"}])

    execution = run(prep, count, step("Train", "Prep", "Count", arguments={"RoleArn": value}))

    item = listed(execution)[0]
    assert (item["StepName"], item["StepStatus"], item["FailureReason"], item["Metadata"]) == ("Train", "Failed", reason, {})
    assert item["StartTime"] == item["EndTime"]
    assert (execution.failed_steps, execution.steps["Train"].arguments) == (["Train"], None)


def test_a_member_of_the_step_itself_may_be_a_reference(run: Run, step: Step) -> None:
    """FunctionArn and SqsQueueUrl are resolved as arguments are."""
    declared = [{"Name": "Queue", "Type": "String"}]
    approve = step("Approve", kind="Callback", SqsQueueUrl={"Get": "Parameters.Queue"})

    execution = run(approve, declared=declared, given={"Queue": "https://sqs/approvals"})

    assert execution.steps["Approve"].metadata["Callback"]["SqsQueueUrl"] == "https://sqs/approvals"


def test_scripted_properties_lie_over_the_derived_ones(run: Run, step: Step) -> None:
    """What a test scripts is merged member by member; the rest of the description stays."""
    train = step("Train", arguments={"OutputDataConfig": {"S3OutputPath": "s3://bucket", "KmsKeyId": "key"}})
    script = {"Train": succeed(properties={"OutputDataConfig": {"KmsKeyId": "other"}, "BillableTimeInSeconds": 60})}

    properties = run(train, script=script).steps["Train"].properties

    assert properties["OutputDataConfig"] == {"S3OutputPath": "s3://bucket", "KmsKeyId": "other"}
    assert (properties["BillableTimeInSeconds"], properties["TrainingJobStatus"]) == (60, "Completed")


def test_a_step_never_refers_to_one_that_failed(run: Run, step: Step) -> None:
    """A reference is a dependency on success, so there is always something to refer to."""
    execution = run(step("Train"), step("Use", arguments={"RoleArn": {"Get": "Steps.Train.TrainingJobName"}}), script={"Train": fail("x")})

    assert not execution.ran("Use")
