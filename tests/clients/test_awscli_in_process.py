"""The AWS CLI inside the test's own process, as a script in Python calls it: ``nox -s awscli``.

It brings a botocore of its own, which becomes ``botocore`` for all when awscli is imported before it, and stays unused otherwise.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock, fail, succeed

WHY = "the AWS CLI is not installed here: it brings a botocore of its own, so `nox -s awscli` runs these tests"
clidriver: Any = pytest.importorskip("awscli.clidriver", reason=WHY)

ROLE = "arn:aws:iam::123456789012:role/Pipelines"
REFUSED = {254, 255}  # the exit code of a service's refusal in version 2, in version 1


class Done(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as the JSON that it is."""
        assert self.code == 0, self.err
        return json.loads(self.out)


Aws = Callable[..., Done]


@pytest.fixture
def aws(capsys: pytest.CaptureFixture[str]) -> Aws:
    """Return the function that runs a command of SageMaker's in this process, each with a driver of its own, as ``aws`` does."""

    def run(*arguments: str, service: str = "sagemaker") -> Done:
        capsys.readouterr()
        code = clidriver.create_clidriver().main([service, *arguments])
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture
def churn(smpipeline: SMPipelineMock) -> SMPipelineMock:
    """Return the mock with a pipeline of two steps and two parameters."""
    smpipeline.add("churn", parameters={"Date": str, "Epochs": 10}, steps=["Prep", "Train"])
    return smpipeline


def start(aws: Aws, *arguments: str) -> str:
    """Start ``churn`` and return the execution's ARN."""
    given = ("--pipeline-name", "churn", "--pipeline-parameters", "Name=Date,Value=2026-11-22", *arguments)
    arn: str = aws("start-pipeline-execution", *given).json["PipelineExecutionArn"]
    return arn


def test_an_execution_is_started_described_and_its_steps_listed(churn: SMPipelineMock, aws: Aws) -> None:
    """What it prints is what the service answers, and the test sees what it started."""
    arn = start(aws, "--pipeline-execution-display-name", "by-hand")

    described = aws("describe-pipeline-execution", "--pipeline-execution-arn", arn).json
    assert (described["PipelineExecutionStatus"], described["PipelineExecutionDisplayName"]) == ("Succeeded", "by-hand")
    steps = aws("list-pipeline-execution-steps", "--pipeline-execution-arn", arn, "--sort-order", "Ascending").json
    assert [step["StepName"] for step in steps["PipelineExecutionSteps"]] == ["Prep", "Train"]
    churn.assert_started("churn", parameters={"Date": "2026-11-22", "Epochs": 10}, display_name="by-hand", times=1)
    assert churn.executions.one().arn == arn


def test_query_and_output_shape_what_is_printed(churn: SMPipelineMock, aws: Aws) -> None:
    """As a shell script reads it: one word, or columns."""
    churn.script("churn", Train=fail("no capacity"))
    arn = start(aws)

    given = ("--pipeline-execution-arn", arn, "--output", "text")
    assert aws("describe-pipeline-execution", *given, "--query", "PipelineExecutionStatus").out == "Failed\n"
    failed = "PipelineExecutionSteps[?StepStatus=='Failed'].[StepName,FailureReason]"
    assert aws("list-pipeline-execution-steps", *given, "--query", failed).out == "Train\tClientError: no capacity\n"


@pytest.mark.smpipeline(progress="manual", virtual_sleep=True)
def test_a_loop_waits_for_the_end_in_no_time(churn: SMPipelineMock, aws: Aws) -> None:
    """The CLI has no waiter for executions, so everybody writes this loop; its naps move the virtual clock."""
    churn.script("churn", Train=succeed(duration=3600))
    arn = start(aws)
    look = ("describe-pipeline-execution", "--pipeline-execution-arn", arn, "--query", "PipelineExecutionStatus", "--output", "text")

    seen = [aws(*look).out.strip()]
    while seen[-1] == "Executing":
        time.sleep(600)
        seen.append(aws(*look).out.strip())

    assert (seen[-1], len(seen) >= 7) == ("Succeeded", True)
    churn.executions.one().assert_succeeded()


@pytest.mark.smpipeline(progress="manual")
def test_an_execution_is_stopped_and_retried(churn: SMPipelineMock, aws: Aws) -> None:
    """botocore fills the tokens in, here as well."""
    arn = start(aws)

    assert aws("stop-pipeline-execution", "--pipeline-execution-arn", arn).json == {"PipelineExecutionArn": arn}
    churn.run_until_idle()
    churn.executions.one().assert_stopped()

    assert aws("retry-pipeline-execution", "--pipeline-execution-arn", arn).json == {"PipelineExecutionArn": arn}
    churn.run_until_idle()
    churn.executions.one().assert_succeeded()


def test_arguments_come_from_files(smpipeline: SMPipelineMock, aws: Aws, tmp_path: Path) -> None:
    """A definition as ``file://``, and a whole request as ``--cli-input-json``."""
    definition, request = tmp_path / "definition.json", tmp_path / "request.json"
    definition.write_text(json.dumps({"Version": "2020-12-01", "Steps": [{"Name": "Train", "Type": "Training", "Arguments": {}}]}))
    request.write_text(json.dumps({"PipelineName": "churn", "PipelineExecutionDescription": "nightly"}))

    aws("create-pipeline", "--pipeline-name", "churn", "--role-arn", ROLE, "--pipeline-definition", f"file://{definition}")
    aws("start-pipeline-execution", "--cli-input-json", f"file://{request}")

    run = smpipeline.executions.one("churn")
    assert (run.description, run.order) == ("nightly", ["Train"])


def test_lists_are_paged(churn: SMPipelineMock, aws: Aws) -> None:
    """All pages unless told otherwise; ``--max-items`` gives a token of the CLI's own for the rest."""
    arns = [start(aws) for _ in range(3)]
    given = ("--pipeline-name", "churn", "--sort-order", "Ascending", "--page-size", "1")

    assert len(aws("list-pipeline-executions", *given).json["PipelineExecutionSummaries"]) == 3
    first = aws("list-pipeline-executions", *given, "--max-items", "2").json
    rest = aws("list-pipeline-executions", *given, "--starting-token", first["NextToken"]).json

    pages = [*first["PipelineExecutionSummaries"], *rest["PipelineExecutionSummaries"]]
    assert [each["PipelineExecutionArn"] for each in pages] == arns


def test_a_refusal_is_told_and_no_exception_is_raised(churn: SMPipelineMock, aws: Aws) -> None:
    """The code that ``main`` returns has to be looked at: a test that forgets it passes."""
    missing = aws("start-pipeline-execution", "--pipeline-name", "churn")

    assert missing.code in REFUSED
    assert missing.out == ""
    assert "An error occurred (ValidationException) when calling the StartPipelineExecution operation" in missing.err
    assert churn.calls[-1].error_code == "ValidationException"
    churn.assert_not_started()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["describe-pipeline"], "the following arguments are required: --pipeline-name"),
        (["start-pipline-execution"], "start-pipeline-execution"),
    ],
    ids=["missing argument", "misspelt command"],
)
def test_a_wrong_command_line_is_the_clis_own_matter(
    smpipeline: SMPipelineMock, capsys: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    """It ends as a program does, by SystemExit, or by its exit code, and before any call."""
    try:
        code = clidriver.create_clidriver().main(["sagemaker", *arguments])
    except SystemExit as ended:
        code = ended.code

    assert code in {2, 252}
    assert why in capsys.readouterr().err
    assert len(smpipeline.calls) == 0


def test_other_services_are_motos(smpipeline: SMPipelineMock, aws: Aws, tmp_path: Path) -> None:
    """The high-level commands of S3 too, which copy in threads of their own."""
    file = tmp_path / "day.txt"
    file.write_text("2026-11-22")
    assert aws("mb", "s3://features", service="s3").code == 0

    copied = aws("cp", str(file), "s3://features/day.txt", service="s3")

    assert copied.code == 0, copied.err
    assert boto3.client("s3").get_object(Bucket="features", Key="day.txt")["Body"].read() == b"2026-11-22"


FIRST = """
import awscli.clidriver
import boto3, botocore, pytest
from pytest_smpipeline import RealSageMakerCall, fail, mock_smpipeline

def aws(*arguments):
    return awscli.clidriver.create_clidriver().main(["sagemaker", *arguments, "--region", "us-east-1"])

def test_the_order_is_as_the_test_needs_it():
    assert "awscli" in botocore.__file__

def test_both_are_answered(smpipeline, capsys):
    smpipeline.add("churn", steps=["Train"])
    smpipeline.script("churn", Train=fail("no capacity"))
    assert aws("start-pipeline-execution", "--pipeline-name", "churn") == 0
    boto3.client("s3").create_bucket(Bucket="features")
    (run,) = boto3.client("sagemaker").list_pipeline_executions(PipelineName="churn")["PipelineExecutionSummaries"]
    assert run["PipelineExecutionStatus"] == "Failed"
    assert smpipeline.executions.one().arn == run["PipelineExecutionArn"]

@pytest.mark.smpipeline(wire="full")
def test_the_full_road_goes_through_its_copy(smpipeline):
    smpipeline.add("churn", steps=["Train"])
    assert aws("start-pipeline-execution", "--pipeline-name", "churn") == 0
    smpipeline.assert_started("churn", times=1)
"""


def test_an_awscli_that_is_imported_first_replaces_botocore_and_is_answered(pytester: pytest.Pytester) -> None:
    """Its copy is then ``botocore`` for boto3 and moto too; nothing of botocore is imported before a test's module is."""
    pytester.makepyfile(FIRST)

    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=3)


GUARDED = """
import awscli.clidriver

def test_it(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert awscli.clidriver.create_clidriver().main(["sagemaker", "list-pipelines", "--region", "eu-west-1"]) == 255
"""


def test_the_guard_stops_it_and_fails_the_test(pytester: pytest.Pytester) -> None:
    """The CLI prints whatever is raised and returns a code, so the guard's complaint comes at the end of the test."""
    pytester.makepyfile(GUARDED)
    pytester.makeini("[pytest]\nsmpipeline_guard = true\n")

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*ListPipelines in eu-west-1, called from test_*.py:* in test_it*"])
