"""RetryPipelineExecution."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from pytest_smpipeline import Execution, SMPipelineMock, StepContext, fail, succeed
from pytest_smpipeline.outcomes import Outcome

TOKEN = "0123456789abcdef0123456789abcdef"
ELSEWHERE = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn/execution/abcdefghijkl"

Refusal = Callable[..., tuple[str, str]]
Start = Callable[..., str]
Define = Callable[..., str]


@pytest.fixture(autouse=True)
def churn(smpipeline: SMPipelineMock, define: Define, noon: datetime) -> None:
    """A pipeline of three training jobs in a row; time stands still."""
    smpipeline.add("churn", define("Prep", "Train", "Register"))


@pytest.fixture
def failed(smpipeline: SMPipelineMock, start: Start) -> Execution:
    """An execution of it whose second step failed; the next attempt succeeds."""
    smpipeline.script("churn", Train=[fail("no capacity"), succeed()])
    start()
    smpipeline.run_until_idle()
    return smpipeline.executions.one()


def step(name: str, *after: object, **members: object) -> dict[str, object]:
    """Return a step: a training job that waits for others, unless told otherwise."""
    return {"Name": name, "Type": "Training", "Arguments": {}, "DependsOn": list(after), **members}


def definition_of(*steps: Mapping[str, object]) -> str:
    """Return a definition of these steps."""
    return json.dumps({"Version": "2020-12-01", "Steps": steps})


def statuses(execution: Execution) -> dict[str, str]:
    """Return the statuses of the steps by name, in the order of their start."""
    return {name: step.status for name, step in execution.steps.items()}


@pytest.mark.fidelity("RETRY-001", "RETRY-002")
def test_a_retry_goes_on_under_the_same_arn(smpipeline: SMPipelineMock, smpipeline_client: Any, failed: Execution) -> None:
    """It makes no execution of its own."""
    answer = smpipeline_client.retry_pipeline_execution(PipelineExecutionArn=failed.arn)

    assert answer.keys() - {"ResponseMetadata"} == {"PipelineExecutionArn"}
    assert answer["PipelineExecutionArn"] == failed.arn == smpipeline.executions.one().arn
    summaries = smpipeline_client.list_pipeline_executions(PipelineName="churn")["PipelineExecutionSummaries"]
    assert [(one["PipelineExecutionArn"], one["PipelineExecutionStatus"]) for one in summaries] == [(failed.arn, "Succeeded")]


@pytest.mark.fidelity("RETRY-003", "RETRY-004")
def test_what_failed_and_what_never_started_runs_what_succeeded_is_kept(failed: Execution) -> None:
    """The step that succeeded keeps its job and its times."""
    prep = failed.steps["Prep"]
    before = (prep.metadata, prep.started, prep.ended, prep.attempts)

    failed.retry()

    assert statuses(failed) == {"Prep": "Succeeded", "Train": "Succeeded", "Register": "Succeeded"}
    assert (prep.metadata, prep.started, prep.ended, prep.attempts) == before
    assert (failed.status, failed.failure_reason) == ("Succeeded", None)


@pytest.mark.fidelity("RETRY-005", "RETRY-006")
def test_attempts_count_up(smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start) -> None:
    """A script is told the number and gives its next outcome; the step starts anew, with another job and without the old reason."""
    asked: list[int] = []

    def decide(context: StepContext) -> Outcome:
        asked.append(context.attempt)
        return succeed() if context.attempt == 3 else fail(f"attempt {context.attempt}")

    smpipeline.script("churn", Train=decide)
    arn = start()
    jobs = set()
    for attempt in (1, 2):
        newest = smpipeline_client.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"][0]
        assert (newest["StepName"], newest["AttemptCount"]) == ("Train", attempt)
        assert newest["FailureReason"] == f"ClientError: attempt {attempt}"
        jobs.add(newest["Metadata"]["TrainingJob"]["Arn"])
        smpipeline_client.retry_pipeline_execution(PipelineExecutionArn=arn)

    train = smpipeline.executions.one().steps["Train"]
    assert (asked, train.attempts, train.reason, train.status) == ([1, 2, 3], 3, None, "Succeeded")
    assert len(jobs | {str(train.metadata)}) == 3


@pytest.mark.fidelity("RETRY-006", "RETRY-007")
@pytest.mark.smpipeline(progress="manual")
def test_a_retried_execution_executes_again(smpipeline: SMPipelineMock, smpipeline_client: Any, failed: Execution) -> None:
    """Without FailureReason and end; its start stays, and a step keeps its last attempt until the next one starts."""
    now = smpipeline.now
    failed.retry()

    described = smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=failed.arn)
    assert (described["PipelineExecutionStatus"], failed.ended) == ("Executing", None)
    assert "FailureReason" not in described
    assert (described["CreationTime"], described["LastModifiedTime"]) == (failed.started, now)
    assert statuses(failed) == {"Prep": "Succeeded", "Train": "Failed"}

    smpipeline.advance(1)

    train = failed.steps["Train"]
    assert (train.status, train.started, train.ended) == ("Executing", now + timedelta(seconds=1), None)
    assert (train.reason, train.properties, train.outputs) == (None, {}, {})


@pytest.mark.fidelity("RETRY-006")
def test_a_step_that_starts_again_is_the_newest_of_the_list(smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start) -> None:
    """In the order of starts, also over pages."""
    smpipeline.add("pair", definition_of(step("A"), step("B")))
    smpipeline.script("pair", A=[fail("boom")])
    arn = start("pair")
    smpipeline_client.retry_pipeline_execution(PipelineExecutionArn=arn)

    pages = smpipeline_client.get_paginator("list_pipeline_execution_steps").paginate(
        PipelineExecutionArn=arn, PaginationConfig={"PageSize": 1}
    )  # fmt: skip

    assert [item["StepName"] for page in pages for item in page["PipelineExecutionSteps"]] == ["A", "B"]
    assert smpipeline.executions.one().order == ["B", "A"]


@pytest.mark.fidelity("RETRY-003")
def test_outputs_of_what_succeeded_serve_what_runs_now(smpipeline: SMPipelineMock, start: Start) -> None:
    """They are those of the first try."""
    function: dict[str, Any] = {
        "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "OutputParameters": [{"OutputName": "n"}],
    }
    call = {"Name": "Call", "Type": "Lambda", "Arguments": {}, **function}
    use = {"Name": "Use", "Type": "Training", "Arguments": {"Environment": {"N": {"Get": "Steps.Call.OutputParameters['n']"}}}}
    smpipeline.add("calls", definition_of(call, use))
    smpipeline.script("calls", Call=[succeed(outputs={"n": "first"}), succeed(outputs={"n": "second"}, optional=True)], Use=[fail("boom")])
    start("calls")
    execution = smpipeline.executions.one()

    execution.retry()

    assert execution.steps["Use"].arguments == {"Environment": {"N": "first"}}
    assert execution.steps["Call"].attempts == 1


@pytest.mark.fidelity("RETRY-008")
@pytest.mark.parametrize(("left", "taken", "other"), [(1, "Yes", "No"), (2, "No", "Yes")])
def test_a_condition_keeps_its_branch(smpipeline: SMPipelineMock, start: Start, left: int, taken: str, other: str) -> None:
    """The other one stays untaken, with all that waits for it."""
    gate = {
        "Name": "Gate",
        "Type": "Condition",
        "Arguments": {
            "Conditions": [{"Type": "Equals", "LeftValue": left, "RightValue": 1}],
            "IfSteps": [step("Yes")],
            "ElseSteps": [step("No")],
        },
    }
    smpipeline.add("gated", definition_of(gate, step("After", other)))
    smpipeline.script("gated", {taken: [fail("boom")]})
    start("gated")
    execution = smpipeline.executions.one()
    assert statuses(execution) == {"Gate": "Succeeded", taken: "Failed"}

    execution.retry()

    assert statuses(execution) == {"Gate": "Succeeded", taken: "Succeeded"}
    assert (execution.status, execution.steps["Gate"].attempts) == ("Succeeded", 1)


@pytest.mark.fidelity("RETRY-004")
@pytest.mark.smpipeline(progress="manual")
def test_a_stopped_execution_goes_on(smpipeline: SMPipelineMock, start: Start) -> None:
    """With the step that was stopped, as its next attempt, and with what had not started."""
    start()
    smpipeline.advance(302)
    execution = smpipeline.executions.one()
    execution.stop()
    smpipeline.run_until_idle()
    assert statuses(execution) == {"Prep": "Succeeded", "Train": "Stopped"}

    execution.retry()
    smpipeline.run_until_idle()

    assert statuses(execution) == {"Prep": "Succeeded", "Train": "Succeeded", "Register": "Succeeded"}
    assert [one.attempts for one in execution.steps.values()] == [1, 2, 1]
    assert execution.status == "Succeeded"


@pytest.mark.smpipeline(progress="manual")
def test_an_execution_that_was_stopped_with_nothing_left_to_do_succeeds(smpipeline: SMPipelineMock, start: Start) -> None:
    """Its last step was a Lambda step, which the stop had to wait for."""
    call = {"Name": "Call", "Type": "Lambda", "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f", "Arguments": {}}
    smpipeline.add("calls", definition_of(call))
    start("calls")
    smpipeline.advance(1)
    execution = smpipeline.executions.one()
    execution.stop()
    smpipeline.run_until_idle()
    assert (execution.status, statuses(execution)) == ("Stopped", {"Call": "Succeeded"})

    execution.retry()
    smpipeline.run_until_idle()

    assert (execution.status, execution.steps["Call"].attempts) == ("Succeeded", 1)


@pytest.mark.fidelity("RETRY-009")
@pytest.mark.smpipeline(progress="manual")
def test_what_ran_on_a_failure_that_a_retry_mends_stays_and_counts_no_more(smpipeline: SMPipelineMock, start: Start) -> None:
    """Once the failed step succeeds, what ran on its failure is not started again; what succeeded is kept with all that follows."""
    on_failure = {"Step": "Train", "Trigger": "Failed"}
    smpipeline.add(
        "mended",
        definition_of(step("Train"), step("Alarm", on_failure), step("Page", on_failure), step("Log", "Alarm"), step("Long")),
    )
    smpipeline.script(
        "mended",
        Train=[fail("boom", duration=1)],
        Page=[fail("nobody there", duration=1)],
        Alarm=succeed(duration=1),
        Long=succeed(duration=90),
    )
    start("mended")
    smpipeline.advance(60)
    execution = smpipeline.executions.one()
    execution.stop()
    smpipeline.run_until_idle()
    before = {"Train": "Failed", "Long": "Stopped", "Alarm": "Succeeded", "Page": "Failed", "Log": "Stopped"}
    assert statuses(execution) == before

    execution.retry()
    smpipeline.run_until_idle()

    assert statuses(execution) == dict.fromkeys(before, "Succeeded") | {"Page": "Failed"}
    assert {name: one.attempts for name, one in execution.steps.items()} == {"Train": 2, "Long": 2, "Alarm": 1, "Page": 1, "Log": 2}
    assert execution.status == "Succeeded"


@pytest.mark.fidelity("RETRY-010")
def test_an_execution_that_ended_with_a_fail_step_cannot_be_retried(
    smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start, refusal: Refusal, picture: Callable[[], object]
) -> None:
    """In the words of the developer guide."""
    smpipeline.add("doomed", definition_of({"Name": "Reject", "Type": "Fail", "Arguments": {"ErrorMessage": "too bad"}}))
    arn = start("doomed")
    before = picture()

    assert refusal(smpipeline_client.retry_pipeline_execution, PipelineExecutionArn=arn) == (
        "ValidationException",
        "You cannot retry a pipeline execution ending with a FailStep.",
    )
    assert picture() == before


@pytest.mark.fidelity("RETRY-011")
@pytest.mark.smpipeline(progress="manual")
@pytest.mark.parametrize("status", ["Executing", "Stopping", "Succeeded", "CompletedWithFailures"])
def test_only_what_failed_or_was_stopped_can_be_retried(
    smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start, refusal: Refusal, picture: Callable[[], object], status: str
) -> None:
    """The message tells the status."""
    smpipeline.add("lenient", definition_of(step("Train"), step("Alarm", {"Step": "Train", "Trigger": "Failed"})))
    smpipeline.script("lenient", Train=fail("boom", optional=True))
    arn = start("lenient" if status == "CompletedWithFailures" else "churn")
    if status == "Stopping":
        smpipeline.executions.one().stop()
    elif status != "Executing":
        smpipeline.run_until_idle()
    before = picture()

    assert refusal(smpipeline_client.retry_pipeline_execution, PipelineExecutionArn=arn) == (
        "ValidationException",
        f"Only pipelines with 'Failed' or 'Stopped' status can be retried. Pipeline execution '{arn}' has status '{status}'.",
    )
    assert picture() == before


@pytest.mark.fidelity("RETRY-012")
def test_a_missing_execution_cannot_be_retried(smpipeline_client: Any, refusal: Refusal) -> None:
    """In the words of DescribePipelineExecution."""
    assert refusal(smpipeline_client.retry_pipeline_execution, PipelineExecutionArn=ELSEWHERE) == (
        "ResourceNotFound",
        f"Pipeline execution '{ELSEWHERE}' does not exist",
    )


@pytest.mark.fidelity("RETRY-013")
@pytest.mark.smpipeline(progress="manual", limits={"concurrent_executions": 1})
def test_a_retry_counts_against_the_quota(
    smpipeline: SMPipelineMock,
    smpipeline_client: Any,
    start: Start,
    refusal: Refusal,
    picture: Callable[[], object],
    failed: Execution,
) -> None:
    """One that is refused changes nothing, and a retried execution takes up room like a new one."""
    start()
    before = picture()
    assert refusal(smpipeline_client.retry_pipeline_execution, PipelineExecutionArn=failed.arn)[0] == "ResourceLimitExceeded"
    assert picture() == before

    smpipeline.run_until_idle()
    failed.retry()

    assert refusal(smpipeline_client.start_pipeline_execution, PipelineName="churn")[0] == "ResourceLimitExceeded"


@pytest.mark.fidelity("RETRY-014", "RETRY-015")
def test_a_retry_may_set_a_limit_of_its_own(smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start) -> None:
    """It replaces the one in force; without it that stays."""
    smpipeline.add("wide", definition_of(*(step(name) for name in "ABC")), parallelism=3)
    smpipeline.script("wide", {name: [fail("boom")] * 2 for name in "ABC"})
    arn = start("wide")
    execution = smpipeline.executions.one()

    started = []
    for members in ({"ParallelismConfiguration": {"MaxParallelExecutionSteps": 1}}, {}):
        smpipeline_client.retry_pipeline_execution(PipelineExecutionArn=arn, **members)
        started.append(len({one.started for one in execution.steps.values()}))

    described = smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert (execution.status, started) == ("Succeeded", [3, 3])
    assert described["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 1}


@pytest.mark.fidelity("RETRY-016")
def test_the_same_retry_twice_retries_once(smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start) -> None:
    """The second request with the token is answered like the first."""
    smpipeline.script("churn", Train=fail("boom"))
    arn = start()

    for _ in range(2):
        answer = smpipeline_client.retry_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken=TOKEN)
        assert answer["PipelineExecutionArn"] == arn

    assert smpipeline.executions.one().steps["Train"].attempts == 2


@pytest.mark.fidelity("RETRY-017")
def test_a_retry_runs_the_definition_that_the_execution_began_with(smpipeline: SMPipelineMock, failed: Execution, define: Define) -> None:
    """Whatever the pipeline has become since."""
    smpipeline.add("churn", define("Other"))

    failed.retry()

    assert (failed.version, failed.order) == (1, ["Prep", "Train", "Register"])


def test_a_script_that_raises_leaves_the_last_attempt_as_it_was(smpipeline: SMPipelineMock, failed: Execution) -> None:
    """The next attempt has not started; it does once the script has an outcome."""

    def lost(context: StepContext) -> Outcome:
        raise LookupError(context.step)

    smpipeline.script("churn", Train=lost)
    with pytest.raises(LookupError):
        failed.retry()
    assert (failed.steps["Train"].status, failed.steps["Train"].attempts) == ("Failed", 1)

    smpipeline.script("churn", Train=succeed())
    smpipeline.run_until_idle()

    assert (failed.status, failed.steps["Train"].attempts) == ("Succeeded", 2)
