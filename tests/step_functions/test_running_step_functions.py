"""``run_step_functions=True``: what a step's function gets, what becomes of its result or its exception, and when it is not run."""

import os
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_smpipeline import SMPipelineMock, UsageError, fail, hold, mock_smpipeline, stopped, succeed
from pytest_smpipeline.values import Json, JsonObject

Written = Callable[..., JsonObject]
Result = Callable[[str, str], Any]

DAY: Json = {"Name": "Day", "Type": "String", "DefaultValue": "monday"}
POLICIES: Json = [
    {"ExceptionType": ["Step.SERVICE_FAULT", "Step.THROTTLING"], "MaxAttempts": 3},
    {"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR", "SageMaker.CAPACITY_ERROR", "SageMaker.RESOURCE_LIMIT"], "MaxAttempts": 3},
]

runs_functions = pytest.mark.smpipeline(run_step_functions=True)


def definition(*steps: JsonObject, parameters: tuple[Json, ...] = ()) -> dict[str, object]:
    """A definition with these steps."""
    return {"Version": "2020-12-01", "Parameters": list(parameters), "Steps": list(steps)}


def boom(*_: object) -> None:
    """Fail, as a function does."""
    raise RuntimeError("Testing client error in job.")


@runs_functions
@pytest.mark.fidelity("STEPFN-001", "STEPFN-002")
def test_functions_get_parameters_and_the_results_of_earlier_steps(
    smpipeline: SMPipelineMock, sdk: Any, function_step: Written, result: Result
) -> None:
    """Each is called with what its step refers to, and its result lies where the next one looks for it."""
    sdk.functions = {"Prepare": lambda day: [day, "tuesday"], "Count": len}
    prepare = function_step("Prepare", "Parameters.Day")
    count = function_step("Count", "Steps.Prepare.OutputDataConfig.S3OutputPath")
    smpipeline.add("churn", definition(prepare, count, parameters=(DAY,)))

    run = smpipeline.start("churn")

    run.assert_succeeded()
    assert (result(run.id, "Prepare"), result(run.id, "Count")) == (["monday", "tuesday"], 2)
    assert sdk.regions == ["us-east-1"] * 2


def test_functions_are_not_run_unless_a_test_asks_for_it(smpipeline: SMPipelineMock, sdk: Any, function_step: Written) -> None:
    """Off by default: the step succeeds as every Training step does."""
    sdk.functions = {"Prepare": boom}
    smpipeline.add("churn", definition(function_step("Prepare")))

    smpipeline.start("churn").assert_succeeded()

    with mock_smpipeline(run_step_functions=True):
        smpipeline.start("churn").assert_failed(step="Prepare")


@runs_functions
def test_a_scripted_step_comes_out_as_scripted(smpipeline: SMPipelineMock, sdk: Any, function_step: Written) -> None:
    """Its function is not run, not even after the end of a list."""
    sdk.functions = {"Prepare": boom}
    smpipeline.add("churn", definition(function_step("Prepare")))
    smpipeline.script("churn", Prepare=[succeed(), fail("no disk"), stopped()])

    assert [smpipeline.start("churn").status for _ in range(4)] == ["Succeeded", "Failed", "Failed", "Succeeded"]
    assert sdk.regions == []


@runs_functions
def test_a_scripted_step_can_put_the_result_where_the_next_function_looks(
    smpipeline: SMPipelineMock, sdk: Any, function_step: Written, result: Result
) -> None:
    """A callable sees the place among the resolved arguments."""
    sdk.functions = {"Count": len}
    count = function_step("Count", "Steps.Prepare.OutputDataConfig.S3OutputPath")
    smpipeline.add("churn", definition(function_step("Prepare"), count))

    def prepare(step: Any) -> Any:
        key = step.arguments["OutputDataConfig"]["S3OutputPath"].removeprefix("s3://functions/")
        boto3.client("s3").put_object(Bucket="functions", Key=f"{key}/result", Body=b"[1, 2, 3]")
        return succeed()

    smpipeline.script("churn", Prepare=prepare)

    assert result(smpipeline.start("churn").id, "Count") == 3


@runs_functions
@pytest.mark.fidelity("STEPFN-003", "STEPFN-004")
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError("Testing client error in job."), "RuntimeError('Testing client error in job.'), exit code: 1"),
        (FileNotFoundError(2, "No such file"), "FileNotFoundError(2, 'No such file'), exit code: 2"),
        (OSError("no number"), "OSError('no number'), exit code: 1"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_exception_fails_the_step(smpipeline: SMPipelineMock, sdk: Any, function_step: Written, error: Exception, words: str) -> None:
    """The reason is the exception as the SDK writes it into the file for it, with the exit code; steps that need it do not start."""

    def raises() -> None:
        raise error

    sdk.functions = {"Prepare": raises, "Count": len}
    count = function_step("Count", "Steps.Prepare.OutputDataConfig.S3OutputPath")
    smpipeline.add("churn", definition(function_step("Prepare"), count))

    run = smpipeline.start("churn")

    assert run.steps["Prepare"].reason == f"ClientError: AlgorithmError: {words}"
    run.assert_not_ran("Count")


@runs_functions
@pytest.mark.fidelity("STEPFN-005")
def test_an_exception_is_stored_where_the_sdk_looks_for_it(smpipeline: SMPipelineMock, sdk: Any, function_step: Written) -> None:
    """In the folder of the execution and the step."""
    sdk.functions = {"Prepare": boom}
    smpipeline.add("churn", definition(function_step("Prepare")))

    run = smpipeline.start("churn")

    stored = boto3.client("s3").get_object(Bucket="functions", Key=f"churn/{run.id}/Prepare/exception/payload")
    assert b"RuntimeError" in stored["Body"].read()


@runs_functions
@pytest.mark.fidelity("STEPFN-006")
def test_an_exception_that_cannot_be_stored_fails_the_step_all_the_same(
    smpipeline: SMPipelineMock, sdk: Any, function_step: Written
) -> None:
    """Its reason is still the function's own."""
    sdk.functions, sdk.unpicklable = {"Prepare": boom}, True
    smpipeline.add("churn", definition(function_step("Prepare")))

    reason = smpipeline.start("churn").steps["Prepare"].reason

    assert reason == "ClientError: AlgorithmError: RuntimeError('Testing client error in job.'), exit code: 1"


@runs_functions
@pytest.mark.fidelity("STEPFN-010")
def test_a_long_exception_is_cut(smpipeline: SMPipelineMock, sdk: Any, function_step: Written) -> None:
    """A step shows 1024 characters of its reason."""

    def raises() -> None:
        raise ValueError("x" * 5_000)

    sdk.functions = {"Prepare": raises}
    smpipeline.add("churn", definition(function_step("Prepare")))

    assert len(smpipeline.start("churn").steps["Prepare"].reason or "") == 1_024


@runs_functions
@pytest.mark.fidelity("STEPFN-007")
def test_no_retry_policy_repeats_a_function_that_raised(smpipeline: SMPipelineMock, sdk: Any, function_step: Written) -> None:
    """The exception types that policies name are those of the service; RetryPipelineExecution calls the function again."""
    answers = iter([None, "done"])

    def prepare() -> str:
        answer = next(answers)
        if answer is None:
            raise RuntimeError("not yet")
        return answer

    sdk.functions = {"Prepare": prepare}
    smpipeline.add("churn", definition(function_step("Prepare", RetryPolicies=POLICIES)))

    run = smpipeline.start("churn")
    assert (run.status, run.steps["Prepare"].attempts) == ("Failed", 1)

    run.retry()
    assert (run.status, run.steps["Prepare"].attempts) == ("Succeeded", 2)


@runs_functions
@pytest.mark.fidelity("STEPFN-008")
def test_a_function_that_exits_has_succeeded_without_a_result(
    smpipeline: SMPipelineMock, sdk: Any, function_step: Written, result: Result
) -> None:
    """The SDK's entry point catches exceptions, which SystemExit is not, and always ends by an exit of its own with code 0."""

    def leave() -> None:
        raise SystemExit(3)

    sdk.functions = {"Prepare": leave}
    smpipeline.add("churn", definition(function_step("Prepare")))

    run = smpipeline.start("churn")

    run.assert_succeeded()
    with pytest.raises(ClientError, match="NoSuchKey"):
        result(run.id, "Prepare")


@runs_functions
def test_wrong_use_in_a_function_reaches_the_test(smpipeline: SMPipelineMock, sdk: Any, function_step: Written) -> None:
    """A ``UsageError`` is the test's mistake, no failure of the step; so is what ends a test."""
    sdk.functions = {"Prepare": lambda: smpipeline.script("chrun", Train=succeed())}
    smpipeline.add("churn", definition(function_step("Prepare")))

    with pytest.raises(UsageError, match="chrun"):
        smpipeline.start("churn")

    sdk.functions = {"Prepare": lambda: pytest.fail("not so")}
    with pytest.raises(pytest.fail.Exception, match="not so"):
        smpipeline.start("churn")


@runs_functions
@pytest.mark.fidelity("STEPFN-009")
def test_a_function_sees_the_environment_of_its_step(
    smpipeline: SMPipelineMock, sdk: Any, function_step: Written, result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it runs; afterwards all variables are what they were, also when it raised."""
    monkeypatch.setenv("STAGE", "outside")
    monkeypatch.delenv("DAY", raising=False)

    def read() -> list[str]:
        return [os.environ["STAGE"], os.environ["DAY"]]

    sdk.functions = {"Prepare": read, "Break": boom}
    environment: Json = {"STAGE": "test", "DAY": {"Get": "Parameters.Day"}}
    steps = [function_step(name, environment=environment) for name in ("Prepare", "Break")]
    smpipeline.add("churn", definition(*steps, parameters=(DAY,)))

    run = smpipeline.start("churn")

    assert result(run.id, "Prepare") == ["test", "monday"]
    assert (os.environ["STAGE"], "DAY" in os.environ) == ("outside", False)


@runs_functions
def test_a_function_may_call_aws_and_pipelines_too(smpipeline: SMPipelineMock, sdk: Any, function_step: Written, result: Result) -> None:
    """In the middle of a run: it is answered, and nothing waits for anything."""

    def look_around() -> list[str]:
        client = boto3.client("sagemaker")
        boto3.client("s3").put_object(Bucket="functions", Key="seen", Body=b"")
        (run,) = client.list_pipeline_executions(PipelineName="churn")["PipelineExecutionSummaries"]
        return [run["PipelineExecutionStatus"], client.start_pipeline_execution(PipelineName="report")["PipelineExecutionArn"]]

    sdk.functions = {"Prepare": look_around}
    smpipeline.add("report", steps=["Write"])
    smpipeline.add("churn", definition(function_step("Prepare")))

    run = smpipeline.start("churn")

    report = smpipeline.executions.one("report")
    assert result(run.id, "Prepare") == ["Executing", report.arn]
    assert report.status == "Succeeded"


@pytest.mark.smpipeline(run_step_functions=True, progress="manual")
def test_a_function_takes_no_virtual_time(smpipeline: SMPipelineMock, sdk: Any, function_step: Written) -> None:
    """It runs when its step starts; the step lasts as long as every Training step."""
    calls: list[float] = []
    sdk.functions = {"Prepare": lambda: calls.append(time.monotonic())}
    smpipeline.add("churn", definition(function_step("Prepare")))
    run = smpipeline.start("churn")
    assert calls == []

    smpipeline.advance(2)
    assert (len(calls), run.steps["Prepare"].status) == (1, "Executing")

    smpipeline.advance(minutes=10)
    duration = run.steps["Prepare"].duration
    assert duration is not None
    assert (len(calls), duration.total_seconds()) == (1, 300)


@runs_functions
@pytest.mark.parametrize(
    ("kind", "container"),
    [
        ("Training", {"TrainingInputMode": "File", "ContainerEntrypoint": ["python", "train.py"]}),
        ("Training", {"TrainingInputMode": "File"}),
        ("Training", None),
        ("Processing", None),
    ],
)
def test_other_steps_do_what_they_always_do(smpipeline: SMPipelineMock, sdk: Any, kind: str, container: Json) -> None:
    """Only the entry point of the SDK makes a step function."""
    arguments: Json = {} if container is None else {"AlgorithmSpecification": container}
    smpipeline.add("churn", definition({"Name": "Train", "Type": kind, "Arguments": arguments}))

    smpipeline.start("churn").assert_succeeded()

    assert sdk.regions == []


def described(name: str) -> Any:
    """The job as moto has it."""
    return boto3.client("sagemaker").describe_training_job(TrainingJobName=name)


@runs_functions
@pytest.mark.parametrize(
    ("outcome", "status", "reason"),
    [
        (None, "Completed", None),
        (fail("no disk"), "Failed", "no disk"),
        (stopped(), "Stopped", None),
    ],
)
def test_the_job_of_a_function_can_be_described(
    smpipeline: SMPipelineMock, sdk: Any, function_step: Written, outcome: Any, status: str, reason: str | None
) -> None:
    """The SDK's ``execution.result()`` asks it where the result lies, and whether there is one."""
    sdk.functions = {"Prepare": list}
    smpipeline.add("churn", definition(function_step("Prepare")))
    if outcome is not None:
        smpipeline.script("churn", Prepare=outcome)

    run = smpipeline.start("churn")

    job = described(str(run.steps["Prepare"].metadata["TrainingJob"]["Arn"]).rpartition("/")[2])
    assert (job["TrainingJobStatus"], job.get("FailureReason")) == (status, reason)
    assert job["OutputDataConfig"]["S3OutputPath"] == f"s3://functions/churn/{run.id}/Prepare/results"


@runs_functions
def test_the_job_of_a_held_function_step_is_in_progress(smpipeline: SMPipelineMock, sdk: Any, function_step: Written) -> None:
    """Nobody knows how it ends until it is released."""
    smpipeline.add("churn", definition(function_step("Prepare")))
    smpipeline.script("churn", Prepare=hold())

    run = smpipeline.start("churn")
    name = str(run.steps["Prepare"].metadata["TrainingJob"]["Arn"]).rpartition("/")[2]

    assert described(name)["TrainingJobStatus"] == "InProgress"
    run.release("Prepare", succeed())
    assert described(name)["TrainingJobStatus"] == "Completed"


@runs_functions
def test_a_job_that_cannot_be_shown_keeps_no_function_from_running(
    smpipeline: SMPipelineMock, sdk: Any, function_step: Written, result: Result
) -> None:
    """CreateTrainingJob would refuse these arguments: the job is left out."""
    sdk.functions = {"Prepare": lambda: "done"}
    written = function_step("Prepare")
    del written["Arguments"]["ResourceConfig"]  # type: ignore[union-attr,arg-type]
    smpipeline.add("churn", definition(written))

    run = smpipeline.start("churn")

    assert result(run.id, "Prepare") == "done"
