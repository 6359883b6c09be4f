"""reject(): steps whose job the service refuses to create."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pytest_smpipeline import Execution, SMPipelineMock, reject, succeed
from pytest_smpipeline.values import Json, JsonObject

LIMIT = (
    "The account-level service limit 'ml.m5.large for training job usage' is 0 Instances, with current utilization of 0 Instances "
    "and a request delta of 1 Instances."
)

Run = Callable[..., Execution]
Step = Callable[..., JsonObject]
Listed = Callable[[Execution], list[dict[str, Any]]]


@pytest.mark.fidelity("REFUSAL-006")
def test_a_refused_job_leaves_no_metadata(run: Run, step: Step, listed: Listed) -> None:
    """Nothing was made: the step is listed as failed, with Metadata {} and the arguments that it had."""
    refused = step("Train", arguments={"Environment": {"A": "1"}})

    execution = run(refused, script={"Train": reject("ResourceLimitExceeded", LIMIT)})

    (shown,) = listed(execution)
    assert (shown["StepStatus"], shown["AttemptCount"], shown["Metadata"]) == ("Failed", 1, {})
    assert execution.steps["Train"].arguments == {"Environment": {"A": "1"}}
    assert execution.status == "Failed"


@pytest.mark.fidelity("REFUSAL-003")
def test_the_reason_of_a_refused_job_is_the_services(smpipeline: SMPipelineMock, step: Step, listed: Listed) -> None:
    """With the pipeline's name in lower case, and the exception type that no policy was for."""
    smpipeline.add("Churn", {"Version": "2020-12-01", "Steps": [step("Train")]})
    smpipeline.script("Churn", Train=reject("ResourceLimitExceeded", LIMIT))

    execution = smpipeline.start("Churn")

    (shown,) = listed(execution)
    assert shown["FailureReason"] == (
        f"ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: {LIMIT}\n"
        "Retry not appropriate on execution of step with PipelineExecutionArn "
        f"arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn/execution/{execution.id} and StepId Train. "
        "No retry policy configured for the exception type SAGEMAKER_RESOURCE_LIMIT."
    )


@pytest.mark.fidelity("REFUSAL-004")
@pytest.mark.parametrize(
    ("kind", "members", "call"),
    [
        ("Processing", {}, "sagemaker:CreateProcessingJob"),
        ("Model", {}, "sagemaker:CreateModel"),
        ("Lambda", {"FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f"}, "lambda:Invoke"),
    ],
)
def test_the_reason_names_the_call_of_the_steps_type(run: Run, step: Step, kind: str, members: JsonObject, call: str) -> None:
    """What retry policies can't name ends after the service's message."""
    execution = run(step("S", kind=kind, **members), script={"S": reject("ValidationException", "no such role")})

    assert execution.steps["S"].reason == f"ClientError: Failed to invoke {call}. Error Details: no such role"


@pytest.mark.fidelity("REFUSAL-007")
def test_the_reason_of_a_step_that_makes_no_call_is_the_message(run: Run, step: Step) -> None:
    """A Cleanup step deletes objects; there is no create call to name."""
    execution = run(step("Tidy", kind="Cleanup"), script={"Tidy": reject("AccessDenied", "Access Denied")})

    assert execution.steps["Tidy"].reason == "ClientError: Access Denied"


@pytest.mark.fidelity("REFUSAL-008")
def test_a_refusal_takes_no_time(run: Run, step: Step) -> None:
    """The step ends at the instant it starts."""
    assert run(step("Train"), script={"Train": reject("ValidationException", "no")}).steps["Train"].duration == timedelta(0)


@pytest.mark.fidelity("REFUSAL-001", "RETRYPOLICY-017")
def test_a_refusal_that_a_policy_names_is_tried_again(run: Run, step: Step, listed: Listed) -> None:
    """ResourceLimitExceeded is SageMaker.RESOURCE_LIMIT; the job that is made in the end is shown."""
    policy: list[Json] = [{"ExceptionType": ["SageMaker.RESOURCE_LIMIT"], "IntervalSeconds": 60, "BackoffRate": 1, "MaxAttempts": 3}]
    refusal = reject("ResourceLimitExceeded", LIMIT)

    execution = run(step("Train", RetryPolicies=policy), script={"Train": [refusal, refusal, succeed(duration=9)]})

    (shown,) = listed(execution)
    assert (shown["StepStatus"], shown["AttemptCount"], [*shown["Metadata"]]) == ("Succeeded", 3, ["TrainingJob"])
    assert execution.steps["Train"].duration == timedelta(seconds=60 + 60 + 9)


@pytest.mark.fidelity("REFUSAL-005", "RETRYPOLICY-016")
def test_a_refusal_whose_retries_are_used_up_does_not_deny_the_policy_in_the_listing(run: Run, step: Step) -> None:
    """The last attempt's reason says that no more follow, not that there was no policy."""
    policy: list[Json] = [{"ExceptionType": ["SageMaker.RESOURCE_LIMIT"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 1}]

    execution = run(step("Train", RetryPolicies=policy), script={"Train": reject("ResourceLimitExceeded", LIMIT)})

    shown = execution.steps["Train"]
    assert shown.attempts == 2
    assert shown.reason is not None
    assert shown.reason.endswith(f"execution/{execution.id} and StepId Train.")


def test_what_depends_on_a_refused_job_does_not_start(run: Run, step: Step) -> None:
    """A refusal is a failure like any other, for run conditions too."""
    mend = step("Mend", {"Step": "Train", "Trigger": "Failed"})

    execution = run(step("Train"), step("Next", "Train"), mend, script={"Train": reject("ValidationException", "no")})

    assert (execution.order, execution.status) == (["Train", "Mend"], "CompletedWithFailures")


@pytest.mark.fidelity("REFUSAL-006")
def test_a_retry_makes_the_job_that_was_refused(run: Run, step: Step) -> None:
    """The next attempt of the same step."""
    execution = run(step("Train"), script={"Train": [reject("ValidationException", "no")]})

    execution.retry()

    shown = execution.steps["Train"]
    assert (shown.status, shown.attempts, shown.reason, [*shown.metadata]) == ("Succeeded", 2, None, ["TrainingJob"])
