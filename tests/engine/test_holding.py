"""hold() and run.release(): steps that stay Executing until the test lets them end."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from pytest_smpipeline import Execution, SMPipelineMock, StepContext, UsageError, fail, hold, mock_smpipeline, reject, stopped, succeed
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.values import Json, JsonObject

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LAMBDA: JsonObject = {"kind": "Lambda", "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f"}
CALLBACK: JsonObject = {"kind": "Callback", "SqsQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"}
POLICY: list[Json] = [{"ExceptionType": ["SageMaker.CAPACITY_ERROR"], "IntervalSeconds": 10, "BackoffRate": 1, "MaxAttempts": 1}]

Run = Callable[..., Execution]
Step = Callable[..., JsonObject]
Listed = Callable[[Execution], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Let the wall clock stand still at noon."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def held(run: Run, step: Step) -> Execution:
    """An execution whose first step is held; another runs beside it, and a third waits for it."""
    return run(step("Train"), step("Beside"), step("Next", "Train"), script={"Train": [hold()]})


def seconds(instant: datetime | None) -> float | None:
    """Return how many seconds after noon something happened."""
    return None if instant is None else (instant - NOON).total_seconds()


def test_a_held_step_stays_executing(held: Execution, listed: Listed) -> None:
    """In immediate mode the start returns when all else has come to a standstill."""
    by_name = {shown["StepName"]: shown["StepStatus"] for shown in listed(held)}

    assert by_name == {"Train": "Executing", "Beside": "Succeeded"}
    assert (held.status, held.waiting) == ("Executing", ["Train"])


def test_a_held_step_shows_its_job(held: Execution, listed: Listed) -> None:
    """It runs: the ARN is there, and stays the same when it is released."""
    before = held.steps["Train"].metadata

    held.release("Train", succeed())

    assert [*before] == ["TrainingJob"]
    assert held.steps["Train"].metadata == before


@pytest.mark.parametrize(
    ("kind", "members", "running", "ended"),
    [
        ("QualityCheck", {"CheckType": "DATA_QUALITY"}, "CheckJobArn", "CalculatedBaselineConstraints"),
        ("Cleanup", {"arguments": {"Resources": {"S3": []}}}, None, "CleanedSteps"),
    ],
)
def test_what_tells_of_the_end_is_not_shown_before(
    run: Run, step: Step, kind: str, members: JsonObject, running: str | None, ended: str
) -> None:
    """A report or a list of results appears when the step is released."""
    execution = run(step("S", kind=kind, **members), script={"S": hold()})
    (before,) = execution.steps["S"].metadata.values()

    execution.release("S", succeed())

    (after,) = execution.steps["S"].metadata.values()
    assert ended not in before
    assert running is None or before[running] == after[running]
    assert execution.steps["S"].status == "Succeeded"


def test_a_held_step_that_makes_its_resource_in_the_call_shows_nothing_yet(run: Run, step: Step) -> None:
    """A model is there once the call has succeeded, and takes its version then."""
    register = step("Register", kind="RegisterModel", arguments={"ModelPackageGroupName": "churn"})
    execution = run(register, script={"Register": hold()})
    assert execution.steps["Register"].metadata == {}

    execution.release("Register", succeed())

    assert str(execution.steps["Register"].metadata["RegisterModel"]["Arn"]).endswith("model-package/churn/1")


def test_a_release_ends_the_step_at_once(held: Execution, smpipeline: SMPipelineMock) -> None:
    """And in immediate mode all that follows from it happens before it returns."""
    now = smpipeline.now

    held.release("Train", succeed())

    assert (held.steps["Train"].status, held.steps["Train"].ended) == ("Succeeded", now)
    assert (held.status, held.order, held.waiting) == ("Succeeded", ["Train", "Beside", "Next"], [])


def test_a_release_to_a_failure_fails_the_step(held: Execution) -> None:
    """With the reason as the service words it."""
    held.release("Train", fail("out of memory"))

    assert (held.status, held.steps["Train"].status, held.steps["Train"].reason) == ("Failed", "Failed", "ClientError: out of memory")
    assert not held.ran("Next")


def test_a_release_to_a_stopped_job_stops_the_step(held: Execution) -> None:
    """As if somebody had called StopTrainingJob."""
    held.release("Train", stopped())

    assert (held.status, held.steps["Train"].status) == ("Failed", "Stopped")


def test_a_release_brings_what_the_outcome_has(run: Run, step: Step) -> None:
    """Metrics, properties and outputs serve the steps that follow."""
    auc: JsonObject = {"Get": "Steps.Train.FinalMetricDataList['auc'].Value"}
    use = step("Use", kind="Processing", arguments={"Environment": {"AUC": {"Std:Join": {"On": "", "Values": [auc]}}}})
    execution = run(step("Train"), use, script={"Train": hold()})

    execution.release("Train", succeed(metrics={"auc": 0.9}))

    assert execution.steps["Use"].arguments == {"Environment": {"AUC": "0.9"}}


@pytest.mark.smpipeline(progress="manual")
def test_a_release_with_a_duration_ends_the_step_that_much_later(smpipeline: SMPipelineMock, held: Execution) -> None:
    """Until then it runs, and waits for nobody."""
    smpipeline.advance(100)

    held.release("Train", succeed(duration=60))

    assert (held.steps["Train"].status, held.waiting) == ("Executing", [])
    smpipeline.advance(59)
    assert held.steps["Train"].status == "Executing"
    smpipeline.advance(1)
    assert (held.steps["Train"].status, seconds(held.steps["Train"].ended)) == ("Succeeded", 160)


@pytest.mark.smpipeline(progress="manual")
def test_a_released_job_has_run_since_its_start(smpipeline: SMPipelineMock, held: Execution) -> None:
    """Its description counts the time that it was held and the outcome's duration."""
    smpipeline.advance(101)
    held.release("Train", succeed(duration=60))
    smpipeline.run_until_idle()

    properties = held.steps["Train"].properties
    assert held.steps["Train"].duration == timedelta(seconds=160)
    assert properties["TrainingTimeInSeconds"] == 160
    assert properties["TrainingEndTime"] == NOON.timestamp() + 161


@pytest.mark.smpipeline(progress="manual")
def test_a_released_step_ends_only_once(smpipeline: SMPipelineMock, held: Execution) -> None:
    """Whoever releases it again is told how it stands."""
    smpipeline.advance(1)
    held.release("Train", succeed(duration=60))

    with pytest.raises(UsageError, match="Step 'Train' does not wait to be released: it is Executing"):
        held.release("Train", fail("boom"))


@pytest.mark.fidelity("RETRYPOLICY-017")
def test_a_release_to_a_failure_that_a_policy_names_makes_the_next_attempt(run: Run, step: Step) -> None:
    """Which is scripted like any other, and may be held again."""
    execution = run(step("Train", RetryPolicies=POLICY), script={"Train": hold()})

    execution.release("Train", fail("no capacity", exception_type="SageMaker.CAPACITY_ERROR"))

    train = execution.steps["Train"]
    assert (train.status, train.attempts, execution.waiting) == ("Executing", 2, ["Train"])
    execution.release("Train", succeed())
    assert (execution.status, execution.steps["Train"].attempts) == ("Succeeded", 2)


@pytest.mark.smpipeline(progress="manual")
def test_a_step_that_waits_for_its_next_attempt_cannot_be_released(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """Time alone brings it."""
    execution = run(step("Train", RetryPolicies=POLICY), script={"Train": [hold()]})
    smpipeline.advance(1)
    execution.release("Train", fail("CapacityError: none"))

    assert execution.waiting == []
    with pytest.raises(UsageError, match="does not wait to be released"):
        execution.release("Train", succeed())


def test_several_held_steps_wait_in_the_order_of_their_start(run: Run, step: Step) -> None:
    """Each is released by itself."""
    execution = run(step("B"), step("A"), script={"A": hold(), "B": hold()})
    assert execution.waiting == ["B", "A"]

    execution.release("B", succeed())
    assert (execution.waiting, execution.status) == (["A"], "Executing")

    execution.release("A", succeed())
    assert execution.status == "Succeeded"


def test_a_callable_may_hold_a_step(run: Run, step: Step) -> None:
    """For one attempt and not for another."""

    def play(context: StepContext) -> Outcome:
        return hold() if context.attempt == 1 else succeed()

    execution = run(step("Train"), script={"Train": play})
    execution.release("Train", fail("boom"))
    execution.retry()

    assert (execution.status, execution.steps["Train"].attempts) == ("Succeeded", 2)


def test_a_held_step_takes_room(run: Run, step: Step) -> None:
    """Under a limit of one nothing else starts."""
    execution = run(step("A"), step("B"), script={"A": hold()}, parallelism=1)
    assert execution.order == ["A"]

    execution.release("A", succeed())

    assert (execution.order, execution.status) == (["A", "B"], "Succeeded")


@pytest.mark.smpipeline(progress="poll")
def test_looks_do_not_move_what_only_waits(smpipeline: SMPipelineMock, run: Run, step: Step, listed: Listed) -> None:
    """Pollers see it Executing for as long as they like; after the release they see the end."""
    execution = run(step("Train"), script={"Train": hold()})
    looks = [[shown["StepStatus"] for shown in listed(execution)] for _ in range(5)]
    assert looks == [["Executing"]] * 5
    assert seconds(smpipeline.now) == 1

    execution.release("Train", succeed(duration=7))

    assert [[shown["StepStatus"] for shown in listed(execution)] for _ in range(2)] == [["Succeeded"]] * 2
    assert (execution.status, seconds(smpipeline.now)) == ("Succeeded", 8)


@pytest.mark.smpipeline(progress="manual")
def test_a_step_that_has_not_started_does_not_wait_yet(smpipeline: SMPipelineMock, held: Execution) -> None:
    """Time has to reach its start first."""
    assert held.waiting == []
    with pytest.raises(UsageError, match=r"step 'Train' was not started in this Executing execution; started: .*No step of it waits"):
        held.release("Train", succeed())

    smpipeline.advance(1)

    assert held.waiting == ["Train"]


@pytest.mark.fidelity("STOP-004")
@pytest.mark.smpipeline(progress="manual")
def test_a_stop_stops_a_held_job(smpipeline: SMPipelineMock, held: Execution) -> None:
    """Nobody has to release it."""
    smpipeline.advance(1)
    held.stop()

    assert (held.steps["Train"].status, held.waiting) == ("Stopping", [])
    with pytest.raises(UsageError, match="it is Stopping"):
        held.release("Train", succeed())
    smpipeline.advance(1)
    assert (held.status, held.steps["Train"].status) == ("Stopped", "Stopped")


@pytest.mark.fidelity("STOP-005", "STOP-006")
@pytest.mark.parametrize(("outcome", "status"), [(succeed(), "Stopped"), (fail("boom"), "Failed")], ids=["success", "failure"])
def test_a_stop_waits_for_a_held_lambda_step(run: Run, step: Step, outcome: Outcome, status: str) -> None:
    """The function runs on until it is released."""
    execution = run(step("Call", **LAMBDA), script={"Call": hold()})
    execution.stop()
    assert (execution.status, execution.steps["Call"].status, execution.waiting) == ("Stopping", "Executing", ["Call"])

    execution.release("Call", outcome)  # type: ignore[arg-type]

    assert execution.status == status


@pytest.mark.fidelity("STOP-009", "STOP-010")
def test_a_stop_waits_for_a_held_callback_step(run: Run, step: Step) -> None:
    """Holding one is leaving it unanswered; a release is an answer."""
    execution = run(step("Approve", **CALLBACK), script={"Approve": hold()})
    execution.stop()
    assert (execution.status, execution.steps["Approve"].status, execution.waiting) == ("Stopping", "Stopping", ["Approve"])

    execution.release("Approve", fail("too late"))

    assert (execution.status, execution.steps["Approve"].status, execution.steps["Approve"].reason) == ("Stopped", "Failed", "too late")


@pytest.mark.parametrize("outcome", [hold(), reject("ValidationException", "no"), "Succeeded", succeed])
def test_a_release_takes_an_outcome_that_a_running_step_can_have(held: Execution, outcome: Any) -> None:
    """The message says which."""
    with pytest.raises(UsageError, match=r"A step is released to an outcome, not to .* Write succeed\(...\), fail\('reason'\) or stopped"):
        held.release("Train", outcome)

    assert held.waiting == ["Train"]


def test_a_release_takes_no_outcome_that_the_type_cannot_have(held: Execution) -> None:
    """The words are those of script()."""
    with pytest.raises(UsageError, match=r"^Step 'Train', a Training step, can't come out as succeed\(outputs=\{'n': 1\}\)"):
        held.release("Train", succeed(outputs={"n": 1}))

    assert held.waiting == ["Train"]


def test_a_release_of_an_unknown_step_names_the_closest_and_what_waits(held: Execution) -> None:
    """A misspelt name should not take long to find."""
    with pytest.raises(UsageError) as caught:
        held.release("Trian", succeed())

    assert str(caught.value) == (
        "Step 'Trian' does not wait to be released: pipeline 'churn' has no step 'Trian'. Did you mean 'Train'? "
        "Its steps: 'Beside', 'Next', 'Train'. Waiting: 'Train'."
    )


def test_a_release_of_a_step_that_has_ended_says_so(held: Execution) -> None:
    """And names what waits."""
    with pytest.raises(UsageError, match=r"^Step 'Beside' does not wait to be released: it is Succeeded. Waiting: 'Train'.$"):
        held.release("Beside", succeed())


def test_where_nothing_waits_the_message_says_how_to_let_something(run: Run, step: Step) -> None:
    """The step ended by itself."""
    execution = run(step("Train"))

    with pytest.raises(UsageError) as caught:
        execution.release("Train", succeed())

    assert str(caught.value) == (
        "Step 'Train' does not wait to be released: it is Succeeded. "
        "No step of it waits; script one with hold(), or leave a Callback step unanswered."
    )


def test_nothing_is_released_once_the_mock_has_ended(step: Step) -> None:
    """What it would have led to can't happen any more; the record keeps what waited."""
    with mock_smpipeline() as smp:
        smp.add("churn", {"Version": "2020-12-01", "Steps": [step("Train")]})
        smp.script("churn", Train=hold())
        execution = smp.start("churn")

    assert execution.waiting == ["Train"]
    with pytest.raises(UsageError, match="This mock has ended"):
        execution.release("Train", succeed())


def test_threads_may_release_steps_at_the_same_time(run: Run, step: Step) -> None:
    """Each release finds the steps as the others left them, and all take effect."""
    names = [f"S{number}" for number in range(20)]
    execution = run(*[step(name) for name in names], step("Last", *names), script={name: hold() for name in names})
    threads = [threading.Thread(target=execution.release, args=(name, succeed())) for name in names]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert execution.status == "Succeeded"
    assert execution.order[-1] == "Last"


def test_a_callable_may_release_another_step(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """What follows happens once it has decided."""

    def play(_context: StepContext) -> Outcome:
        smpipeline.executions.one().release("A", succeed())
        return succeed(duration=5)

    execution = run(step("A"), step("B"), step("C", "A"), script={"A": hold(), "B": play})

    assert (execution.status, execution.order) == ("Succeeded", ["A", "B", "C"])


def test_a_held_step_of_a_retried_execution_waits_again(held: Execution, smpipeline: SMPipelineMock) -> None:
    """The retry is a new attempt, scripted as such."""
    smpipeline.script("churn", Train=hold())
    held.stop()
    assert held.status == "Stopped"

    held.retry()

    assert (held.status, held.waiting, held.steps["Train"].attempts) == ("Executing", ["Train"], 2)
