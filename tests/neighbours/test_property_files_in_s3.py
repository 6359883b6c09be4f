"""Property files in S3: what a script says that a step leaves is really there."""

import json
from typing import Any

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock, fail, succeed
from pytest_smpipeline.values import Json, JsonObject

REPORT: JsonObject = {"auc": 0.91}


def evaluation(uri: Json) -> JsonObject:
    """Return a definition with one Processing step that leaves a report in an output at this place."""
    output: JsonObject = {"OutputName": "metrics", "S3Output": {"S3Uri": uri, "LocalPath": "/opt", "S3UploadMode": "EndOfJob"}}
    step: JsonObject = {
        "Name": "Evaluate",
        "Type": "Processing",
        "Arguments": {"ProcessingOutputConfig": {"Outputs": [output]}},
        "PropertyFiles": [{"PropertyFileName": "Report", "OutputName": "metrics", "FilePath": "evaluation.json"}],
        "CacheConfig": {"Enabled": True, "ExpireAfter": "P1D"},
    }
    return {"Version": "2020-12-01", "Steps": [step]}


@pytest.fixture
def s3(smpipeline: SMPipelineMock) -> Any:
    """Return a client of S3 with one bucket."""
    assert smpipeline.executions == []
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="models")
    return client


def keys(s3: Any) -> list[str]:
    """Return the keys in the bucket."""
    return [item["Key"] for item in s3.list_objects_v2(Bucket="models").get("Contents", [])]


@pytest.mark.fidelity("PROPFILE-001")
def test_a_scripted_property_file_is_in_s3(smpipeline: SMPipelineMock, s3: Any) -> None:
    """It lies where the job would leave it: below its output, at its file path."""
    smpipeline.add("churn", evaluation("s3://models/run/"))
    smpipeline.script("churn", Evaluate=succeed(property_files={"Report": REPORT}))

    smpipeline.start("churn")

    assert json.loads(s3.get_object(Bucket="models", Key="run/evaluation.json")["Body"].read()) == REPORT


@pytest.mark.fidelity("PROPFILE-001")
def test_a_step_that_fails_leaves_nothing(smpipeline: SMPipelineMock, s3: Any) -> None:
    """Only a success writes."""
    smpipeline.add("churn", evaluation("s3://models/run"))
    smpipeline.script("churn", Evaluate=fail("no disk"))

    smpipeline.start("churn")

    assert keys(s3) == []


@pytest.mark.fidelity("PROPFILE-001")
def test_a_result_that_is_reused_is_not_written_again(smpipeline: SMPipelineMock, s3: Any) -> None:
    """The job of a cached step does not run."""
    smpipeline.add("churn", evaluation("s3://models/run"))
    smpipeline.script("churn", Evaluate=succeed(property_files={"Report": REPORT}))
    smpipeline.start("churn")
    s3.delete_object(Bucket="models", Key="run/evaluation.json")

    smpipeline.start("churn")

    assert smpipeline.executions.last.steps["Evaluate"].cache_source
    assert keys(s3) == []


def test_where_moto_sleeps_nothing_is_written(smpipeline: SMPipelineMock) -> None:
    """No bucket is there, and nobody is told of one that is missing."""
    smpipeline.add("churn", evaluation("s3://models/run"))
    smpipeline.script("churn", Evaluate=succeed(property_files={"Report": REPORT}))

    smpipeline.start("churn").assert_succeeded()

    assert undelivered(smpipeline) == []


@pytest.mark.fidelity("PROPFILE-001")
@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("s3://missing/run", "s3://missing/run/evaluation.json: The specified bucket does not exist"),
        ("s3://no bucket/run", "s3://no bucket/run/evaluation.json: Parameter validation failed"),
    ],
)
def test_a_bucket_that_is_missing_does_not_break_the_run(smpipeline: SMPipelineMock, s3: Any, uri: str, told: str) -> None:
    """What could not be written is noted, for the report of a failing test."""
    assert keys(s3) == []
    smpipeline.add("churn", evaluation(uri))
    smpipeline.script("churn", Evaluate=succeed(property_files={"Report": REPORT}))

    smpipeline.start("churn").assert_succeeded()

    [line] = undelivered(smpipeline)
    assert line.startswith(f"The property file Report of step Evaluate did not reach {told}")


def test_an_output_without_a_place_is_noted(smpipeline: SMPipelineMock, s3: Any) -> None:
    """A test may script away where the output lies."""
    assert keys(s3) == []
    smpipeline.add("churn", evaluation("s3://models/run"))
    smpipeline.script("churn", Evaluate=succeed(property_files={"Report": REPORT}, properties={"ProcessingOutputConfig": {"Outputs": []}}))

    smpipeline.start("churn").assert_succeeded()

    assert undelivered(smpipeline) == [
        "The property file Report of step Evaluate did not reach S3: The step's output metrics has no S3Uri."
    ]


def undelivered(smpipeline: SMPipelineMock) -> list[str]:
    """Return what the neighbours could not do, as the report says it."""
    return [str(each) for each in smpipeline._service.undelivered]
