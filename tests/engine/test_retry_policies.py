"""Retry policies at work: the attempts of a step that follow one another while it stays Executing."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from pytest_smpipeline import Execution, SMPipelineMock, StepContext, fail, reject, succeed
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.values import Json, JsonObject

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CAPACITY = "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type."
LAMBDA: JsonObject = {"kind": "Lambda", "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f"}

Run = Callable[..., Execution]
Step = Callable[..., JsonObject]
Listed = Callable[[Execution], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Let the wall clock stand still at noon."""
    with time_machine.travel(NOON, tick=False):
        yield


def policies(**members: Json) -> list[Json]:
    """Return one policy for missing capacity and internal errors of jobs, with an interval of ten seconds."""
    types: list[Json] = ["SageMaker.CAPACITY_ERROR", "SageMaker.JOB_INTERNAL_ERROR"]
    policy: JsonObject = {"ExceptionType": types, "IntervalSeconds": 10, "BackoffRate": 3, "MaxAttempts": 2}
    return [policy | members]


def seconds(instant: datetime) -> float:
    """Return how many seconds after noon something happened."""
    return (instant - NOON).total_seconds()


@pytest.mark.fidelity("RETRYPOLICY-012")
def test_a_step_that_fails_twice_succeeds_by_policy(run: Run, step: Step, listed: Listed) -> None:
    """A list script serves one outcome for each attempt; AttemptCount is that of the last."""
    script = {"Train": [fail(CAPACITY), fail(CAPACITY), succeed()]}

    execution = run(step("Train", RetryPolicies=policies()), script=script)

    (shown,) = listed(execution)
    assert (execution.status, execution.failure_reason) == ("Succeeded", None)
    assert (shown["StepStatus"], shown["AttemptCount"], shown.get("FailureReason")) == ("Succeeded", 3, None)


@pytest.mark.fidelity("RETRYPOLICY-013")
@pytest.mark.smpipeline(progress="manual")
def test_between_two_attempts_a_step_stays_executing(smpipeline: SMPipelineMock, run: Run, step: Step, listed: Listed) -> None:
    """It shows the job of the failed attempt still, and neither a reason nor an end."""
    execution = run(step("Train", RetryPolicies=policies()), script={"Train": [fail(CAPACITY, duration=60)]})
    smpipeline.advance(1)
    (before,) = listed(execution)

    smpipeline.advance(65)

    (between,) = listed(execution)
    assert between == before
    assert between["StepStatus"] == "Executing"
    assert not {"EndTime", "FailureReason"} & between.keys()
    assert execution.status == "Executing"


@pytest.mark.fidelity("RETRYPOLICY-014")
def test_the_start_of_a_step_is_that_of_its_first_attempt(run: Run, step: Step, listed: Listed) -> None:
    """Its duration has all attempts in it and the waits between them."""
    script = {"Train": [fail(CAPACITY, duration=60), succeed(duration=100)]}

    execution = run(step("Train", RetryPolicies=policies()), script=script)

    (shown,) = listed(execution)
    assert [seconds(shown["StartTime"]), seconds(shown["EndTime"])] == [1, 1 + 60 + 10 + 100]
    assert execution.steps["Train"].duration == timedelta(seconds=170)


@pytest.mark.fidelity("RETRYPOLICY-015")
@pytest.mark.smpipeline(progress="manual")
def test_each_attempt_has_a_job_of_its_own(smpipeline: SMPipelineMock, run: Run, step: Step, listed: Listed) -> None:
    """Metadata shows that of the current attempt, from its start on."""
    execution = run(step("Train", RetryPolicies=policies()), script={"Train": [fail(CAPACITY, duration=60)]})
    smpipeline.advance(1)
    (first,) = listed(execution)

    smpipeline.advance(70)

    (second,) = listed(execution)
    arns = [shown["Metadata"]["TrainingJob"]["Arn"] for shown in (first, second)]
    assert arns[0] != arns[1]
    assert all(f":training-job/pipelines-{execution.id}-Train-" in arn for arn in arns)
    assert [first["AttemptCount"], second["AttemptCount"]] == [1, 2]


@pytest.mark.fidelity("RETRYPOLICY-016")
def test_a_step_whose_retries_are_used_up_fails_with_the_last_reason(run: Run, step: Step, listed: Listed) -> None:
    """MaxAttempts of two are three attempts in all."""
    script = {"Train": [fail("CapacityError: 1"), fail("CapacityError: 2"), fail("CapacityError: 3"), succeed(optional=True)]}

    execution = run(step("Train", RetryPolicies=policies()), script=script)

    (shown,) = listed(execution)
    assert execution.status == "Failed"
    assert (shown["AttemptCount"], shown["FailureReason"]) == (3, "ClientError: CapacityError: 3")


def test_the_waits_are_those_of_the_policy(run: Run, step: Step) -> None:
    """The interval first, then each as many times longer as the rate says, from the end of one attempt to the start of the next."""
    asked: list[float] = []

    def play(context: StepContext) -> Outcome:
        asked.append(seconds(context.now))
        return fail(CAPACITY, duration=5)

    run(step("Train", RetryPolicies=policies()), script={"Train": play})

    assert asked == [1, 1 + 5 + 10, 16 + 5 + 30]


@pytest.mark.fidelity("RETRYPOLICY-003", "RETRYPOLICY-004")
def test_an_expiry_counts_from_the_start_of_the_first_attempt(run: Run, step: Step) -> None:
    """A failure in the second minute is retried, one in the third is not."""
    policy: list[Json] = [{"ExceptionType": ["SageMaker.CAPACITY_ERROR"], "IntervalSeconds": 1, "BackoffRate": 1, "ExpireAfterMin": 2}]

    execution = run(step("Train", RetryPolicies=policy), script={"Train": fail(CAPACITY, duration=50)})

    assert (execution.steps["Train"].attempts, execution.status) == (3, "Failed")


@pytest.mark.fidelity("RETRYPOLICY-017")
@pytest.mark.parametrize(
    ("outcome", "exception_type"),
    [
        (fail("CapacityError: Unable to provision"), "SageMaker.CAPACITY_ERROR"),
        (fail("InternalServerError: We encountered an internal error. Please try again."), "SageMaker.JOB_INTERNAL_ERROR"),
        (fail("anything", exception_type="SageMaker.CAPACITY_ERROR"), "SageMaker.CAPACITY_ERROR"),
        (fail("CapacityError: x", exception_type="SageMaker.JOB_INTERNAL_ERROR"), "SageMaker.JOB_INTERNAL_ERROR"),
        (reject("ResourceLimitExceeded", "is 0 Instances"), "SageMaker.RESOURCE_LIMIT"),
    ],
)
def test_a_policy_matches_the_exception_type_of_a_failure(run: Run, step: Step, outcome: Outcome, exception_type: str) -> None:
    """A job's reason tells it by its first word, an outcome may name it, and a refusal has that of its code."""
    policy: list[Json] = [{"ExceptionType": [exception_type], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 1}]

    execution = run(step("Train", RetryPolicies=policy), script={"Train": [outcome]})

    assert (execution.status, execution.steps["Train"].attempts) == ("Succeeded", 2)


@pytest.mark.fidelity("RETRYPOLICY-009", "RETRYPOLICY-017")
@pytest.mark.parametrize("reason", ["AlgorithmError: CapacityError: in the script", "capacityerror", "out of memory"])
def test_the_ordinary_failure_of_a_job_is_not_retried(run: Run, step: Step, reason: str) -> None:
    """Only the first word counts, as the service writes it."""
    execution = run(step("Train", RetryPolicies=policies()), script={"Train": fail(reason)})

    assert (execution.status, execution.steps["Train"].attempts) == ("Failed", 1)


@pytest.mark.fidelity("RETRYPOLICY-007", "RETRYPOLICY-008")
@pytest.mark.parametrize("exception_type", ["Step.THROTTLING", "Step.SERVICE_FAULT"])
@pytest.mark.parametrize("members", [{}, LAMBDA], ids=["Training", "Lambda"])
def test_throttling_and_service_faults_are_retried_without_a_policy(run: Run, step: Step, exception_type: str, members: JsonObject) -> None:
    """Five times at most, after 1, 2, 4, 8 and 16 seconds, whatever the type of the step."""
    asked: list[float] = []

    def play(context: StepContext) -> Outcome:
        asked.append(seconds(context.now))
        return fail("boom", exception_type=exception_type, duration=0)

    execution = run(step("S", **members), script={"S": play})

    assert asked == [1, 2, 4, 8, 16, 32]
    assert (execution.status, execution.steps["S"].attempts) == ("Failed", 6)


@pytest.mark.fidelity("RETRYPOLICY-018")
def test_a_step_that_waits_for_its_next_attempt_takes_room(run: Run, step: Step) -> None:
    """Under a limit of one nothing starts in the wait."""
    script = {"A": [fail(CAPACITY, duration=5)], "B": succeed(duration=5)}

    execution = run(step("A", RetryPolicies=policies(IntervalSeconds=600)), step("B"), script=script, parallelism=1)

    ended = execution.steps["A"].ended
    assert ended is not None
    assert execution.order == ["A", "B"]
    assert execution.steps["B"].started == ended + timedelta(seconds=1)


@pytest.mark.fidelity("RETRYPOLICY-019")
@pytest.mark.smpipeline(progress="manual")
@pytest.mark.parametrize("members", [{}, LAMBDA], ids=["Training", "Lambda"])
def test_a_stop_between_two_attempts_stops_the_step(
    smpipeline: SMPipelineMock, run: Run, step: Step, listed: Listed, members: JsonObject
) -> None:
    """Nothing runs that could be waited for: within a second the step is Stopped, without a reason, and no attempt follows."""
    failure = fail("boom", exception_type="Step.THROTTLING", duration=60)
    execution = run(step("S", **members), script={"S": [failure, failure, succeed(optional=True)]})
    smpipeline.advance(61 + 1 + 60 + 0.5)

    execution.stop()
    assert (execution.status, execution.steps["S"].status) == ("Stopping", "Stopping")
    smpipeline.advance(days=1)

    (shown,) = listed(execution)
    assert execution.status == "Stopped"
    assert (shown["StepStatus"], shown["AttemptCount"], shown.get("FailureReason")) == ("Stopped", 2, None)


@pytest.mark.fidelity("STOP-005")
@pytest.mark.smpipeline(progress="manual")
def test_a_repeated_attempt_is_waited_for_like_a_first_one(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """A function that runs again is not stopped."""
    failure = fail("boom", exception_type="Step.THROTTLING", duration=60)
    execution = run(step("Call", **LAMBDA), script={"Call": [failure, succeed(duration=60)]})
    smpipeline.advance(61 + 1 + 30)

    execution.stop()
    assert execution.steps["Call"].status == "Executing"
    smpipeline.advance(30)

    assert (execution.status, execution.steps["Call"].status) == ("Stopped", "Succeeded")


@pytest.mark.fidelity("RETRYPOLICY-020", "STOP-006")
@pytest.mark.smpipeline(progress="manual")
def test_nothing_is_retried_once_the_execution_is_being_stopped(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """A Lambda step that was waited for fails for good."""
    failure = fail("boom", exception_type="Step.THROTTLING", duration=60)
    execution = run(step("Call", **LAMBDA), script={"Call": failure})
    smpipeline.advance(30)
    execution.stop()

    smpipeline.advance(days=1)

    assert (execution.status, execution.steps["Call"].status, execution.steps["Call"].attempts) == ("Failed", "Failed", 1)


@pytest.mark.fidelity("RETRYPOLICY-021")
def test_a_retry_of_the_execution_begins_with_all_retries_again(run: Run, step: Step) -> None:
    """The attempts go on counting; StartTime is that of the first attempt since."""
    train = step("Train", RetryPolicies=policies())
    execution = run(train, script={"Train": [fail(CAPACITY, duration=5)] * 5})
    failed = execution.ended
    assert failed is not None
    assert (execution.status, execution.steps["Train"].attempts) == ("Failed", 3)

    execution.retry()

    shown = execution.steps["Train"]
    assert (execution.status, shown.attempts) == ("Succeeded", 6)
    assert shown.started == failed + timedelta(seconds=1)
    assert shown.duration == timedelta(seconds=5 + 10 + 5 + 30 + 300)


@pytest.mark.fidelity("RETRYPOLICY-021", "RETRY-005")
def test_a_step_that_fails_twice_succeeds_by_retries_of_the_execution(run: Run, step: Step, listed: Listed) -> None:
    """Without a policy each retry is one attempt more, with a start of its own."""
    execution = run(step("Train"), script={"Train": [fail(CAPACITY), fail(CAPACITY), succeed()]})
    starts = [execution.steps["Train"].started]

    for _ in range(2):
        execution.retry()
        starts.append(execution.steps["Train"].started)

    (shown,) = listed(execution)
    assert (execution.status, shown["StepStatus"], shown["AttemptCount"]) == ("Succeeded", "Succeeded", 3)
    assert starts == sorted(set(starts))


@pytest.mark.fidelity("RETRYPOLICY-022")
def test_every_attempt_resolves_its_arguments_anew(run: Run, step: Step) -> None:
    """The current time is that of the attempt."""
    arguments: JsonObject = {"Environment": {"AT": {"Get": "Execution.CurrentDateTime"}}}
    seen: list[Json] = []

    def play(context: StepContext) -> Outcome:
        seen.append(context.arguments)
        return succeed() if context.attempt == 2 else fail(CAPACITY, duration=5)

    execution = run(step("Train", arguments=arguments, RetryPolicies=policies()), script={"Train": play})

    first, second = "2026-11-22T12:00:01.000Z", "2026-11-22T12:00:16.000Z"
    assert seen == [{"Environment": {"AT": first}}, {"Environment": {"AT": second}}]
    assert execution.steps["Train"].arguments == {"Environment": {"AT": second}}


def test_later_steps_refer_to_the_job_of_the_last_attempt(run: Run, step: Step) -> None:
    """The one that succeeded."""
    name: JsonObject = {"Get": "Steps.Train.TrainingJobName"}
    use = step("Use", kind="Processing", arguments={"Environment": {"JOB": name}})

    execution = run(step("Train", RetryPolicies=policies()), use, script={"Train": [fail(CAPACITY)]})

    job = str(execution.steps["Train"].metadata["TrainingJob"]["Arn"]).rpartition("/")[2]
    assert execution.steps["Use"].arguments == {"Environment": {"JOB": job}}


@pytest.mark.fidelity("RETRYPOLICY-023")
def test_what_waits_for_a_failure_waits_for_the_last_attempt(run: Run, step: Step) -> None:
    """A failure that is retried is none yet."""
    mend = step("Mend", {"Step": "Train", "Trigger": "Failed"})

    mended = run(step("Train", RetryPolicies=policies()), mend, script={"Train": [fail(CAPACITY)]})

    assert (mended.status, mended.order) == ("Succeeded", ["Train"])


@pytest.mark.fidelity("RETRYPOLICY-024")
def test_an_exception_of_a_callable_reaches_the_caller_and_the_attempt_is_due_again(
    smpipeline: SMPipelineMock, run: Run, step: Step
) -> None:
    """The attempt has not started: it does not count, and comes after the usual gap."""
    asked: list[tuple[int, float]] = []

    def play(context: StepContext) -> Outcome:
        asked.append((context.attempt, seconds(context.now)))
        if len(asked) == 2:
            raise LookupError("no such outcome")
        return succeed() if context.attempt == 2 else fail(CAPACITY, duration=5)

    with pytest.raises(LookupError, match="no such outcome"):
        run(step("Train", RetryPolicies=policies()), script={"Train": play})
    execution = smpipeline.executions.one()
    assert (execution.status, execution.steps["Train"].status, execution.steps["Train"].attempts) == ("Executing", "Executing", 1)

    smpipeline.run_until_idle()

    assert asked == [(1, 1), (2, 16), (2, 17)]
    assert (execution.status, execution.steps["Train"].attempts) == ("Succeeded", 2)


@pytest.mark.parametrize("raises", [False, True])
def test_a_callable_that_stops_the_execution_in_a_repeated_attempt_is_not_asked_again(
    smpipeline: SMPipelineMock, run: Run, step: Step, *, raises: bool
) -> None:
    """The attempt does not start: the step is stopped, and so is the execution."""
    asked: list[int] = []

    def play(context: StepContext) -> Outcome:
        asked.append(context.attempt)
        if context.attempt == 1:
            return fail(CAPACITY)
        smpipeline.executions.one().stop()
        if raises:
            raise LookupError("no such outcome")
        return succeed()

    if raises:
        with pytest.raises(LookupError):
            run(step("Train", RetryPolicies=policies()), script={"Train": play})
    else:
        run(step("Train", RetryPolicies=policies()), script={"Train": play})
    smpipeline.run_until_idle()

    execution = smpipeline.executions.one()
    assert (asked, execution.status) == ([1, 2], "Stopped")
    assert (execution.steps["Train"].status, execution.steps["Train"].attempts) == ("Stopped", 1)


@pytest.mark.smpipeline(progress="poll")
def test_pollers_see_the_attempts_of_a_step(smpipeline: SMPipelineMock, run: Run, step: Step, listed: Listed) -> None:
    """Each look moves to the next change: the end of an attempt, the start of the next one."""
    execution = run(step("Train", RetryPolicies=policies()), script={"Train": [fail(CAPACITY)]})

    looks = [(shown["StepStatus"], shown["AttemptCount"]) for _ in range(4) for shown in listed(execution)]

    assert looks == [("Executing", 1), ("Executing", 1), ("Executing", 2), ("Succeeded", 2)]
    assert smpipeline.now == execution.ended
