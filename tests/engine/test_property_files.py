"""Property files: what a later step reads of the JSON that a processing job left in S3, scripted or really there."""

import json
from collections.abc import Callable
from typing import Final

import boto3
import pytest

from pytest_smpipeline import Execution, SMPipelineMock, StepContext, hold, succeed
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.values import Json, JsonObject

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]
Put = Callable[[str, bytes], None]

UNSCRIPTED: Final = (
    "ClientError: Step Evaluate wrote no property file report. It was not scripted with succeed(property_files=...), and in S3: "
)


@pytest.fixture
def results(smpipeline: SMPipelineMock) -> Put:
    """Return the function that puts bytes into the bucket ``results`` of S3, which is moto's while the mock is active."""
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="results")

    def put(key: str, body: bytes) -> None:
        s3.put_object(Bucket="results", Key=key, Body=body)

    return put


@pytest.fixture
def evaluate(step: Step) -> Step:
    """Return the function that writes the step ``Evaluate``, whose output ``evaluation`` holds the property file ``report``."""

    def write(uri: Json = "s3://results/run", path: str = "report.json", **members: Json) -> JsonObject:
        output: JsonObject = {"OutputName": "evaluation"} | ({} if uri is None else {"S3Output": {"S3Uri": uri}})
        outputs: JsonObject = {
            "ProcessingOutputConfig": {"Outputs": [{"OutputName": "other", "S3Output": {"S3Uri": "s3://other"}}, output]}
        }
        file: JsonObject = {"PropertyFileName": "report", "OutputName": "evaluation", "FilePath": path}
        return step("Evaluate", kind="Processing", arguments=outputs, PropertyFiles=[file], **members)

    return write


def get(path: str, *, s3_uri: Json = None) -> JsonObject:
    """Return a Std:JsonGet of the property file, or of an object in S3."""
    place: JsonObject = {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.report"}} if s3_uri is None else {"S3Uri": s3_uri}
    return {"Std:JsonGet": {**place, "Path": path}}


@pytest.fixture
def use(step: Step) -> Step:
    """Return the function that writes the step ``Use``, which needs a value."""

    def write(value: Json, *after: Json) -> JsonObject:
        return step("Use", *after, arguments={"RoleArn": value})

    return write


def used(execution: Execution) -> Json:
    """Return what the step ``Use`` has found, or why it failed."""
    use = execution.steps["Use"]
    return use.arguments["RoleArn"] if isinstance(use.arguments, dict) else use.reason


@pytest.mark.fidelity("VALUE-017")
@pytest.mark.parametrize(
    ("uri", "path", "key"),
    [
        ("s3://results/run", "report.json", "run/report.json"),
        ("s3://results/run/", "report.json", "run/report.json"),
        ("s3://results", "deep/down/report.json", "deep/down/report.json"),
        ({"Std:Join": {"On": "/", "Values": ["s3:/", "results", {"Get": "Parameters.Prefix"}]}}, "report.json", "nightly/report.json"),
    ],
    ids=["prefix", "slash", "bucket", "join"],
)
def test_a_property_file_lies_in_s3_where_the_output_points(
    results: Put, run: Run, evaluate: Step, use: Step, uri: Json, path: str, key: str
) -> None:
    """The resolved S3Uri of the output with its name, and the file's path below."""
    results(key, b'{"folds": [{"auc": 0.1}, {"auc": 0.9}]}')

    execution = run(
        evaluate(uri, path),
        use(get("folds[1].auc")),
        declared=[{"Name": "Prefix", "Type": "String", "DefaultValue": "nightly"}],
    )

    assert used(execution) == 0.9


@pytest.mark.fidelity("VALUE-017")
def test_a_condition_reads_the_file_of_its_moment(results: Put, run: Run, evaluate: Step, condition: Step) -> None:
    """The code under test may write it while the pipeline runs: it counts what lies there when the value is needed."""

    def write(context: StepContext) -> Outcome:
        results("run/report.json", json.dumps({"good": 1, "by": context.step}).encode())
        return succeed()

    execution = run(evaluate(), condition("Gate", left=get("good")), script={"Evaluate": write})

    assert execution.branches == {"Gate": "if"}


@pytest.mark.fidelity("VALUE-017")
def test_the_file_is_read_at_each_use(results: Put, run: Run, evaluate: Step, step: Step) -> None:
    """What is replaced meanwhile is seen by whoever comes later."""
    results("run/report.json", b'{"auc": 0.1}')
    first = step("First", kind="Lambda", FunctionArn="arn:f", arguments={"auc": get("auc")})
    second = step("Second", "First", kind="Lambda", FunctionArn="arn:f", arguments={"auc": get("auc")})

    execution = run(evaluate(), first, second, script={"First": hold()})
    results("run/report.json", b'{"auc": 0.9}')
    execution.release("First", succeed())

    assert [execution.steps[name].arguments for name in ("First", "Second")] == [{"auc": 0.1}, {"auc": 0.9}]


def test_a_scripted_file_comes_before_the_one_in_s3(results: Put, run: Run, evaluate: Step, use: Step) -> None:
    """The test's word counts more than what happens to lie there."""
    results("run/report.json", b'{"auc": 0.1}')

    assert used(run(evaluate(), use(get("auc")), script={"Evaluate": succeed(property_files={"report": {"auc": 0.9}})})) == 0.9


@pytest.mark.smpipeline(strict=False)
@pytest.mark.fidelity("VALUE-018")
@pytest.mark.parametrize(
    ("uri", "body", "reason"),
    [
        ("s3://results/run", b"", "The object at s3://results/run/report.json is not JSON: Expecting value at line 1 column 1 (char 0)."),
        ("s3://results/run", b"\xff", "The object at s3://results/run/report.json is not UTF-8: invalid start byte at byte 0"),
        ("s3://results/else", b"{}", "Unable to read s3://results/else/report.json: The specified key does not exist."),
        ("s3://nowhere/run", b"{}", "Unable to read s3://nowhere/run/report.json: The specified bucket does not exist"),
        ("https://results/run", b"{}", "'https://results/run/report.json' is no S3 URI."),
        (None, b"{}", "its output evaluation has no S3Uri to look at."),
    ],
    ids=["not JSON", "not UTF-8", "no object", "no bucket", "no URI of S3", "no output"],
)  # fmt: skip
def test_a_file_that_is_in_neither_place_fails_who_needs_it(
    results: Put, run: Run, evaluate: Step, use: Step, uri: Json, body: bytes, reason: str
) -> None:
    """The reason names both places; the step that should have written it has succeeded."""
    results("run/report.json", body)

    execution = run(evaluate(uri), use(get("auc")))

    assert used(execution) == UNSCRIPTED + reason
    assert execution.failed_steps == ["Use"]


@pytest.mark.smpipeline(strict=False)
@pytest.mark.fidelity("VALUE-018")
def test_a_path_that_the_file_lacks_fails_who_needs_it(results: Put, run: Run, evaluate: Step, use: Step) -> None:
    """The file is there, the value is not."""
    results("run/report.json", b'{"auc": 0.9}')

    assert used(run(evaluate(), use(get("acu")))) == (
        "ClientError: Std:JsonGet finds nothing at the path 'acu' of the property file Steps.Evaluate.PropertyFiles.report: "
        "the value has no 'acu'. Did you mean 'auc'?"
    )


def test_nobody_wakes_moto_for_a_file_that_cannot_be_there(pytester: pytest.Pytester) -> None:
    """Nothing lies in S3 before the test or its code has called S3: the step fails without moto being imported."""
    pytester.makepyfile(
        """
        import sys

        import pytest

        @pytest.mark.smpipeline(strict=False)
        def test_it(smpipeline):
            file = {"PropertyFileName": "report", "OutputName": "out", "FilePath": "report.json"}
            outputs = {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "out", "S3Output": {"S3Uri": "s3://results"}}]}}
            get = {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.report"}, "Path": "auc"}}
            smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [
                {"Name": "Evaluate", "Type": "Processing", "Arguments": outputs, "PropertyFiles": [file]},
                {"Name": "Use", "Type": "Training", "Arguments": {"RoleArn": get}},
            ]})
            run = smpipeline.start("churn")
            assert run.steps["Use"].reason.endswith("Unable to read s3://results/report.json: The specified bucket does not exist")
            assert "moto.core.models" not in sys.modules
        """
    )

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")

    result.assert_outcomes(passed=1)


def test_a_reused_step_has_its_file_where_its_run_wrote_it(
    smpipeline: SMPipelineMock, results: Put, run: Run, evaluate: Step, use: Step
) -> None:
    """A cached step points to the output of the execution that worked, whatever the arguments say now."""
    policy: JsonObject = {"Enabled": True, "ExpireAfter": "P1D"}
    results("old/report.json", b'{"auc": 0.1}')
    results("new/report.json", b'{"auc": 0.9}')
    uri: JsonObject = {"Std:Join": {"On": "/", "Values": ["s3://results", {"Get": "Parameters.Prefix"}]}}
    declared = [{"Name": "Prefix", "Type": "String"}]

    first = run(evaluate(uri, CacheConfig=policy), use(get("auc")), declared=declared, given={"Prefix": "old"})
    second = smpipeline.start("churn", {"Prefix": "new"})

    assert (second.steps["Evaluate"].cache_source, used(second)) == (first.arn, 0.1)


@pytest.mark.parametrize("s3_uri", [None, {"Std:Join": {"On": "/", "Values": ["s3:/", "results/run", {"Get": "Parameters.File"}]}}])
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("text", "t"),
        ("list[0]", 1),
        ("map['a key'].deep[1]['b']", True),
        ("map.whole", {"x": [1]}),
        ("nothing", None),
    ],
)
def test_paths_lead_through_objects_and_lists(
    results: Put, run: Run, evaluate: Step, step: Step, s3_uri: Json, path: str, value: Json
) -> None:
    """In property files and in objects of S3 alike; a whole object or null is a value too."""
    content = {"text": "t", "list": [1, 2], "map": {"a key": {"deep": [0, {"b": True}]}, "whole": {"x": [1]}}, "nothing": None}
    results("run/report.json", json.dumps(content).encode())
    count = step("Use", "Evaluate", kind="Lambda", FunctionArn="arn:f", arguments={"value": get(path, s3_uri=s3_uri)})

    execution = run(evaluate(), count, declared=[{"Name": "File", "Type": "String", "DefaultValue": "report.json"}])

    assert execution.steps["Use"].arguments == {"value": value}
