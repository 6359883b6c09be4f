"""StopPipelineExecution."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from pytest_smpipeline import Execution, SMPipelineMock, StepContext, fail, succeed
from pytest_smpipeline.outcomes import Outcome

TOKEN = "0123456789abcdef0123456789abcdef"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"
ONLY = "Only pipelines with 'Executing' status can be stopped"
ELSEWHERE = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn/execution/abcdefghijkl"
LAMBDA = {"Name": "Call", "Type": "Lambda", "FunctionArn": FUNCTION, "Arguments": {}}
CALLBACK = {"Name": "Approve", "Type": "Callback", "SqsQueueUrl": QUEUE, "Arguments": {}}
AFTER = {"Name": "After", "Type": "Training", "Arguments": {}, "DependsOn": ["Call"]}
TRAIN = {"Name": "Train", "Type": "Training", "Arguments": {}}

Refusal = Callable[..., tuple[str, str]]
Start = Callable[..., str]
Define = Callable[..., str]

pytestmark = pytest.mark.smpipeline(progress="manual")


@pytest.fixture(autouse=True)
def churn(smpipeline: SMPipelineMock, define: Define, noon: datetime) -> None:
    """A pipeline of two training jobs in a row; time stands still."""
    smpipeline.add("churn", define("Train", "Evaluate"))


@pytest.fixture
def running(smpipeline: SMPipelineMock, start: Start) -> Execution:
    """An execution of it whose first step is running."""
    start()
    smpipeline.advance(1)
    return smpipeline.executions.one()


def definition_of(*steps: Mapping[str, object]) -> str:
    """Return a definition of these steps."""
    return json.dumps({"Version": "2020-12-01", "Steps": steps})


def statuses(execution: Execution) -> dict[str, str]:
    """Return the statuses of the steps by name."""
    return {name: step.status for name, step in execution.steps.items()}


@pytest.mark.fidelity("STOP-001")
def test_the_answer_to_a_stop_is_the_arn_and_nothing_else(smpipeline_client: Any, running: Execution) -> None:
    """That of the execution."""
    answer = smpipeline_client.stop_pipeline_execution(PipelineExecutionArn=running.arn)

    assert answer.keys() - {"ResponseMetadata"} == {"PipelineExecutionArn"}
    assert answer["PipelineExecutionArn"] == running.arn


@pytest.mark.fidelity("STOP-002", "STOP-007", "STOP-008")
def test_a_stopped_execution_is_stopping_and_then_stopped(
    smpipeline: SMPipelineMock, smpipeline_client: Any, running: Execution, noon: datetime
) -> None:
    """With its running step; a second lies between, and there is no FailureReason."""
    smpipeline_client.stop_pipeline_execution(PipelineExecutionArn=running.arn)
    stopping = smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=running.arn)
    step_then = running.steps["Train"].status
    smpipeline.advance(1)
    stopped = smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=running.arn)

    assert (stopping["PipelineExecutionStatus"], step_then) == ("Stopping", "Stopping")
    assert (stopped["PipelineExecutionStatus"], running.steps["Train"].status) == ("Stopped", "Stopped")
    assert "FailureReason" not in stopped
    assert stopping["LastModifiedTime"] == noon + timedelta(seconds=1)
    assert stopped["LastModifiedTime"] == running.ended == noon + timedelta(seconds=2)


@pytest.mark.fidelity("STOP-003")
def test_no_step_starts_any_more(smpipeline: SMPipelineMock, smpipeline_client: Any, running: Execution) -> None:
    """Neither while it is stopping nor after, however much time passes."""
    smpipeline_client.stop_pipeline_execution(PipelineExecutionArn=running.arn)

    smpipeline.advance(hours=5)

    assert (running.order, running.status) == (["Train"], "Stopped")


@pytest.mark.fidelity("STOP-003")
@pytest.mark.parametrize("seconds", [0, 301.5], ids=["before the first step", "between two steps"])
def test_a_step_that_was_about_to_start_does_not(smpipeline: SMPipelineMock, start: Start, smpipeline_client: Any, seconds: float) -> None:
    """What has ended by then keeps its status."""
    arn = start()
    smpipeline.advance(seconds)
    before = statuses(smpipeline.executions.one())
    smpipeline_client.stop_pipeline_execution(PipelineExecutionArn=arn)
    smpipeline.run_until_idle()

    execution = smpipeline.executions.one()
    assert statuses(execution) == before
    assert before == ({"Train": "Succeeded"} if seconds else {})
    assert execution.status == "Stopped"


@pytest.mark.fidelity("STOP-004")
def test_a_stopped_step_is_listed_with_what_it_had(smpipeline: SMPipelineMock, smpipeline_client: Any, running: Execution) -> None:
    """Its job keeps the ARN; it has an end and no FailureReason."""
    metadata = running.steps["Train"].metadata
    running.stop()
    smpipeline.run_until_idle()

    (listed,) = smpipeline_client.list_pipeline_execution_steps(PipelineExecutionArn=running.arn)["PipelineExecutionSteps"]

    assert listed == {
        "StepName": "Train",
        "StartTime": running.started + timedelta(seconds=1),
        "EndTime": running.started + timedelta(seconds=2),
        "StepStatus": "Stopped",
        "Metadata": metadata,
        "AttemptCount": 1,
    }
    assert "training-job" in metadata["TrainingJob"]["Arn"]  # type: ignore[operator]  # JSON


@pytest.mark.fidelity("STOP-004")
@pytest.mark.parametrize("outcome", [succeed(duration=0.5), fail("boom", duration=1)], ids=["success", "failure"])
def test_what_a_stopped_step_would_have_come_to_never_happens(
    smpipeline: SMPipelineMock, start: Start, running: Execution, outcome: Outcome
) -> None:
    """Also when its end was due before it is Stopped; nothing of it is due any more."""
    smpipeline.script("churn", Train=outcome)
    start()
    smpipeline.advance(1)
    execution = smpipeline.executions.last
    execution.stop()
    before = smpipeline.now

    smpipeline.advance(1)

    assert (statuses(execution), execution.steps["Train"].reason) == ({"Train": "Stopped"}, None)
    running.stop()
    smpipeline.run_until_idle()
    assert smpipeline.now == before + timedelta(seconds=2)


@pytest.mark.fidelity("STOP-005")
def test_a_lambda_step_is_waited_for(smpipeline: SMPipelineMock, start: Start) -> None:
    """It goes on Executing to its own success; then the execution is Stopped, and nothing follows."""
    smpipeline.add("calls", definition_of(LAMBDA, AFTER))
    smpipeline.script("calls", Call=succeed(outputs={"n": 1}, duration=60))
    start("calls")
    smpipeline.advance(1)
    execution = smpipeline.executions.one()
    execution.stop()
    smpipeline.advance(59)
    assert (execution.status, statuses(execution)) == ("Stopping", {"Call": "Executing"})

    smpipeline.advance(1)

    assert (execution.status, statuses(execution)) == ("Stopped", {"Call": "Succeeded"})
    assert execution.steps["Call"].outputs == {"n": 1}
    assert execution.ended == execution.steps["Call"].ended


@pytest.mark.fidelity("STOP-006")
def test_a_lambda_step_that_fails_meanwhile_fails_the_execution(smpipeline: SMPipelineMock, start: Start, smpipeline_client: Any) -> None:
    """As a timeout does; a step that had failed before leaves the execution Stopped."""
    smpipeline.add("calls", definition_of(LAMBDA, TRAIN))
    smpipeline.script("calls", Call=fail("timed out", duration=60))
    early, late = start("calls"), start("calls")
    smpipeline.advance(2)
    smpipeline_client.stop_pipeline_execution(PipelineExecutionArn=early)
    smpipeline.advance(60)
    smpipeline_client.stop_pipeline_execution(PipelineExecutionArn=late)
    smpipeline.run_until_idle()

    first, second = (smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn) for arn in (early, late))

    assert (first["PipelineExecutionStatus"], first["FailureReason"]) == ("Failed", "Step failure: One or multiple steps failed.")
    assert second["PipelineExecutionStatus"] == "Stopped"
    assert statuses(smpipeline.executions.last) == {"Call": "Failed", "Train": "Stopped"}


@pytest.mark.fidelity("STOP-009", "STOP-010")
@pytest.mark.parametrize(("answer", "status"), [("success", "Succeeded"), ("failure", "Failed")])
def test_a_callback_step_is_waited_for(smpipeline: SMPipelineMock, start: Start, smpipeline_client: Any, answer: str, status: str) -> None:
    """It is Stopping until it is answered, in whichever way; then the execution is Stopped."""
    smpipeline.add("approval", definition_of(CALLBACK))
    smpipeline.script("approval", Approve=succeed(duration=3600))
    start("approval")
    smpipeline.advance(1)
    execution = smpipeline.executions.one()
    execution.stop()
    smpipeline.advance(minutes=30)
    assert (execution.status, statuses(execution)) == ("Stopping", {"Approve": "Stopping"})

    token = execution.steps["Approve"].metadata["Callback"]["CallbackToken"]
    getattr(smpipeline_client, f"send_pipeline_execution_step_{answer}")(CallbackToken=token)

    assert (execution.status, statuses(execution)) == ("Stopped", {"Approve": status})


@pytest.mark.fidelity("STOP-011")
def test_an_execution_that_does_not_execute_cannot_be_stopped(
    smpipeline: SMPipelineMock, smpipeline_client: Any, running: Execution, refusal: Refusal, picture: Callable[[], object]
) -> None:
    """Neither one that is stopping already nor one that has ended; clients look for the sentence."""
    running.stop()
    for status in ("Stopping", "Stopped"):
        before = picture()
        assert refusal(smpipeline_client.stop_pipeline_execution, PipelineExecutionArn=running.arn) == (
            "ValidationException",
            f"{ONLY}. Pipeline execution '{running.arn}' has status '{status}'.",
        )
        assert picture() == before
        smpipeline.advance(1)


@pytest.mark.fidelity("STOP-011")
@pytest.mark.parametrize(("outcome", "status"), [(succeed(), "Succeeded"), (fail("boom"), "Failed")], ids=["success", "failure"])
def test_an_execution_that_has_ended_cannot_be_stopped(
    smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start, refusal: Refusal, outcome: Outcome, status: str
) -> None:
    """The message tells the status."""
    smpipeline.script("churn", Train=outcome)
    arn = start()
    smpipeline.run_until_idle()

    code, message = refusal(smpipeline_client.stop_pipeline_execution, PipelineExecutionArn=arn)

    assert code == "ValidationException"
    assert message == f"{ONLY}. Pipeline execution '{arn}' has status '{status}'."


@pytest.mark.fidelity("STOP-012")
def test_a_missing_execution_cannot_be_stopped(smpipeline_client: Any, refusal: Refusal) -> None:
    """In the words of DescribePipelineExecution."""
    assert refusal(smpipeline_client.stop_pipeline_execution, PipelineExecutionArn=ELSEWHERE) == (
        "ResourceNotFound",
        f"Pipeline execution '{ELSEWHERE}' does not exist",
    )


@pytest.mark.fidelity("STOP-013")
def test_the_same_stop_twice_stops_once(smpipeline: SMPipelineMock, smpipeline_client: Any, running: Execution) -> None:
    """The second request with the token is answered like the first, also when the execution has long been stopped."""
    answers = []
    for _ in range(2):
        answers.append(smpipeline_client.stop_pipeline_execution(PipelineExecutionArn=running.arn, ClientRequestToken=TOKEN))
        smpipeline.advance(60)

    assert [answer["PipelineExecutionArn"] for answer in answers] == [running.arn] * 2
    assert running.ended == running.started + timedelta(seconds=2)


@pytest.mark.fidelity("STOP-014")
@pytest.mark.smpipeline(limits={"concurrent_executions": 1})
def test_an_execution_makes_room_when_it_is_stopped(
    smpipeline: SMPipelineMock, smpipeline_client: Any, running: Execution, start: Start, refusal: Refusal
) -> None:
    """While it is Stopping it still counts."""
    running.stop()
    assert refusal(smpipeline_client.start_pipeline_execution, PipelineName="churn")[0] == "ResourceLimitExceeded"

    smpipeline.advance(1)

    assert start()


@pytest.mark.smpipeline(progress="poll")
def test_pollers_see_stopping_and_then_stopped(smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start) -> None:
    """Each look moves to the next change."""
    arn = start()
    smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)
    execution = smpipeline.executions.one()
    execution.stop()

    assert execution.status == "Stopping"
    assert smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"] == "Stopped"


@pytest.mark.fidelity("STOP-003")
@pytest.mark.smpipeline(progress="immediate")
def test_a_step_that_is_being_decided_does_not_start_when_its_script_stops_the_execution(
    smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start
) -> None:
    """The other one, which runs by then, is stopped; the execution comes to its end before the start returns."""
    smpipeline.add("pair", definition_of({**TRAIN, "Name": "Other"}, TRAIN))

    def stop(context: StepContext) -> Outcome:
        smpipeline_client.stop_pipeline_execution(PipelineExecutionArn=context.execution)
        return succeed()

    smpipeline.script("pair", Train=stop)
    start("pair")

    execution = smpipeline.executions.one()
    assert (execution.status, statuses(execution)) == ("Stopped", {"Other": "Stopped"})


@pytest.mark.smpipeline(progress="immediate")
def test_a_script_that_stops_the_execution_and_then_raises_is_not_asked_again(
    smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start
) -> None:
    """What it raised reaches the test; the execution is stopped nevertheless."""
    asked = []

    def stop(context: StepContext) -> Outcome:
        asked.append(context.attempt)
        smpipeline_client.stop_pipeline_execution(PipelineExecutionArn=context.execution)
        raise LookupError("no such outcome")

    smpipeline.script("churn", Train=stop)
    with pytest.raises(LookupError):
        start()
    smpipeline.run_until_idle()

    execution = smpipeline.executions.one()
    assert (asked, execution.status, execution.order) == ([1], "Stopped", [])


@pytest.mark.smpipeline(progress="poll")
def test_the_start_of_a_step_that_does_not_happen_is_no_change(smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start) -> None:
    """The next look shows the end, not the instant at which the step was about to start."""
    arn = start()
    smpipeline.advance(0.5)
    smpipeline.executions.one().stop()

    assert smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"] == "Stopped"


@pytest.mark.fidelity("STOP-015")
def test_a_condition_that_is_stopped_takes_no_branch(smpipeline: SMPipelineMock, start: Start) -> None:
    """Until a retry lets it decide."""
    arguments = {"Conditions": [], "IfSteps": [{**TRAIN, "Name": "Yes"}], "ElseSteps": []}
    smpipeline.add("gated", definition_of({"Name": "Gate", "Type": "Condition", "Arguments": arguments}))
    start("gated")
    smpipeline.advance(1)
    execution = smpipeline.executions.one()
    execution.stop()
    smpipeline.run_until_idle()
    assert (execution.status, statuses(execution)) == ("Stopped", {"Gate": "Stopped"})
    assert (execution.steps["Gate"].metadata, execution.branches) == ({}, {})

    execution.retry()
    smpipeline.run_until_idle()

    assert (execution.status, execution.branches, execution.order) == ("Succeeded", {"Gate": "if"}, ["Gate", "Yes"])


@pytest.mark.fidelity("STOP-016")
@pytest.mark.parametrize("seconds", [0, 0.5, 1, 300, 301, 301.5, 302, 601])
def test_a_stop_between_two_steps_succeeds(smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start, seconds: float) -> None:
    """There is no instant in the life of an execution at which it cannot be stopped."""
    arn = start()
    smpipeline.advance(seconds)

    smpipeline_client.stop_pipeline_execution(PipelineExecutionArn=arn)
    smpipeline.run_until_idle()

    assert smpipeline.executions.one().status == "Stopped"
