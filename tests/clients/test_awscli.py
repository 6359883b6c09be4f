"""The AWS CLI as a process of its own, against the server: ``nox -s awscli``, or with any ``aws`` that SMPIPELINE_AWS_CLI names.

That may be a version 2, which does not come from PyPI.
"""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock, SMPipelineServer, fail

AWS = os.environ.get("SMPIPELINE_AWS_CLI", "")
pytestmark = pytest.mark.skipif(not AWS, reason="no AWS CLI is named for these tests: `nox -s awscli` installs one and runs them")

Aws = Callable[..., Any]
ROLE = "arn:aws:iam::123456789012:role/Pipelines"


@pytest.fixture
def run_aws(smpipeline_server: SMPipelineServer) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return the function that runs a command, and returns how it ended."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        env = os.environ | smpipeline_server.env
        return subprocess.run([AWS, *arguments], env=env, capture_output=True, text=True, check=False, timeout=120)

    return run


@pytest.fixture
def aws(run_aws: Callable[..., subprocess.CompletedProcess[str]]) -> Aws:
    """Return the function that runs a command of SageMaker's, and returns what it printed, as the JSON that it is."""

    def run(command: str, *arguments: str) -> Any:
        done = run_aws("sagemaker", command, *arguments, "--output", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout or "null")

    return run


def test_a_pipeline_lives_its_whole_life(smpipeline: SMPipelineMock, aws: Aws, tmp_path: Path) -> None:
    """From a definition in a file, over a failure and its retry, to its end."""
    file = tmp_path / "definition.json"
    file.write_text(json.dumps({"Version": "2020-12-01", "Steps": [{"Name": "Train", "Type": "Training", "Arguments": {}}]}))
    made = aws("create-pipeline", "--pipeline-name", "churn", "--pipeline-definition", f"file://{file}", "--role-arn", ROLE)
    smpipeline.script("churn", Train=[fail("no capacity")])

    run = aws("start-pipeline-execution", "--pipeline-name", "churn")["PipelineExecutionArn"]

    described = aws("describe-pipeline-execution", "--pipeline-execution-arn", run)
    assert (described["PipelineArn"], described["PipelineExecutionStatus"]) == (made["PipelineArn"], "Failed")
    (step,) = aws("list-pipeline-execution-steps", "--pipeline-execution-arn", run)["PipelineExecutionSteps"]
    assert step["FailureReason"] == "ClientError: no capacity"
    aws("retry-pipeline-execution", "--pipeline-execution-arn", run)
    smpipeline.executions.one("churn").assert_succeeded()
    aws("delete-pipeline", "--pipeline-name", "churn")
    assert aws("list-pipelines")["PipelineSummaries"] == []


def test_an_error_is_told_as_awss(run_aws: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """With its code, the exit code of an error (254 from version 2 on), and nothing on the output."""
    done = run_aws("sagemaker", "describe-pipeline", "--pipeline-name", "churn")

    assert done.returncode in {254, 255}
    assert done.stdout == ""
    assert "An error occurred (ResourceNotFound) when calling the DescribePipeline operation" in done.stderr


def test_what_it_describes_can_be_added_again(
    smpipeline: SMPipelineMock, run_aws: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """The saved output of ``aws sagemaker describe-pipeline`` is a definition, for ``add()``."""
    smpipeline.add("churn", steps=["Prep", "Train"])
    saved = tmp_path / "churn.json"
    saved.write_text(run_aws("sagemaker", "describe-pipeline", "--pipeline-name", "churn").stdout)

    assert smpipeline.add("copy", saved).steps == ["Prep", "Train"]


def test_other_services_are_motos(
    smpipeline: SMPipelineMock, run_aws: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """A file that it copies to S3 is there for the test."""
    file = tmp_path / "day.txt"
    file.write_text("2026-11-22")
    assert run_aws("s3", "mb", "s3://features").returncode == 0

    done = run_aws("s3", "cp", str(file), "s3://features/day.txt")

    assert done.returncode == 0, done.stderr
    assert boto3.client("s3").get_object(Bucket="features", Key="day.txt")["Body"].read() == b"2026-11-22"
