"""Failures: what still runs after one, and how the execution ends."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from pytest_smpipeline import Execution, fail, succeed
from pytest_smpipeline.values import JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]
Listed = Callable[[Execution], list[dict[str, Any]]]


@pytest.mark.fidelity("RUN-011")
def test_what_depends_on_a_failed_step_never_starts_and_is_not_listed(run: Run, step: Step, listed: Listed) -> None:
    """A failed step stops its dependents, near and far; they have no place in the list of steps."""
    execution = run(step("Prep"), step("Train", "Prep"), step("Deploy", "Train"), script={"Prep": fail("no disk")})

    assert [item["StepName"] for item in listed(execution)] == ["Prep"]


@pytest.mark.fidelity("RUN-012")
def test_an_execution_with_a_failed_step_fails_with_the_words_of_the_service(run: Run, step: Step, client: "SageMakerClient") -> None:
    """The reason names no step; the same text is in the description and in the list of executions."""
    execution = run(step("Prep"), script={"Prep": fail("no disk")})

    described = client.describe_pipeline_execution(PipelineExecutionArn=execution.arn)
    (summary,) = client.list_pipeline_executions(PipelineName="churn")["PipelineExecutionSummaries"]
    assert (described["PipelineExecutionStatus"], described["FailureReason"]) == (
        "Failed",
        "Step failure: One or multiple steps failed.",
    )
    assert summary["PipelineExecutionFailureReason"] == described["FailureReason"]


def test_an_execution_that_succeeds_has_no_failure_reason(run: Run, step: Step, client: "SageMakerClient") -> None:
    """What is unset is absent from the answer."""
    execution = run(step("Prep"))

    assert "FailureReason" not in client.describe_pipeline_execution(PipelineExecutionArn=execution.arn)


@pytest.mark.fidelity("RUN-013")
def test_steps_that_run_when_another_fails_run_to_their_end(run: Run, step: Step) -> None:
    """A failure kills nothing; the execution fails when the last running step has ended."""
    execution = run(step("Bad"), step("Long"), script={"Bad": fail("boom", duration=1), "Long": succeed(duration=600)})

    assert execution.steps["Long"].status == "Succeeded"
    assert execution.ended == execution.steps["Long"].ended


@pytest.mark.fidelity("RUN-014")
def test_branches_that_do_not_depend_on_a_failed_step_go_on(run: Run, step: Step) -> None:
    """Whether independent steps still start after a failure is not known; here they do."""
    execution = run(step("Bad"), step("A"), step("B", "A"), step("C", "B"), script={"Bad": fail("boom", duration=1)})

    assert execution.order == ["Bad", "A", "B", "C"]
    assert execution.status == "Failed"


@pytest.mark.fidelity("RUN-011")
def test_one_failed_dependency_of_several_is_enough(run: Run, step: Step) -> None:
    """A step that waits for two never starts when one of them fails, whichever ends first."""
    early = run(step("Good"), step("Bad"), step("Both", "Good", "Bad"), script={"Bad": fail("boom", duration=1)})
    late = run(step("Good"), step("Bad"), step("Both", "Good", "Bad"), script={"Bad": fail("boom", duration=9999)})

    assert (early.ran("Both"), late.ran("Both")) == (False, False)


@pytest.mark.fidelity("RUN-015")
def test_the_reason_of_a_failed_job_follows_client_error(run: Run, step: Step) -> None:
    """A job's own failure reason is quoted after ``ClientError: ``."""
    execution = run(step("Train"), script={"Train": fail("AlgorithmError: RuntimeError('boom')")})

    assert execution.steps["Train"].reason == "ClientError: AlgorithmError: RuntimeError('boom')"


@pytest.mark.fidelity("RUN-016")
def test_the_reason_of_a_failed_callback_is_the_given_text(run: Run, step: Step) -> None:
    """Whoever answers a callback words the failure."""
    callback = step("Approve", kind="Callback", SqsQueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/approvals")

    assert run(callback, script={"Approve": fail("not approved")}).steps["Approve"].reason == "not approved"


@pytest.mark.fidelity("RUN-017")
def test_a_reason_is_cut_to_what_the_api_can_hold(run: Run, step: Step) -> None:
    """The FailureReason of a step has at most 1,024 characters."""
    reason = run(step("Train"), script={"Train": fail("x" * 5000)}).steps["Train"].reason

    assert reason == "ClientError: " + "x" * (1024 - len("ClientError: "))


@pytest.mark.fidelity("RUN-018")
def test_a_job_that_fails_has_run_and_shows_its_arn(run: Run, step: Step) -> None:
    """The job exists; its failure is what the step reports."""
    execution = run(step("Train"), script={"Train": fail("boom")})

    assert list(execution.steps["Train"].metadata) == ["TrainingJob"]
    assert execution.steps["Train"].properties["TrainingJobStatus"] == "Failed"


@pytest.mark.fidelity("RUN-019")
@pytest.mark.parametrize("kind", ["Model", "RegisterModel", "EndpointConfig"])
def test_a_resource_that_could_not_be_created_leaves_no_metadata(run: Run, step: Step, kind: str, listed: Listed) -> None:
    """A create call that fails has made nothing: Metadata is an empty object."""
    execution = run(step("Make", kind=kind), script={"Make": fail("Cannot find S3 object: m.tar.gz in bucket b.")})

    (item,) = listed(execution)
    assert item["Metadata"] == {}
    assert item["FailureReason"] == "ClientError: Cannot find S3 object: m.tar.gz in bucket b."
    assert execution.steps["Make"].properties == {}


def test_a_failed_registration_takes_no_version(run: Run, step: Step) -> None:
    """The next model package of the group gets the version that the failed one did not."""
    register = step("Register", kind="RegisterModel", arguments={"ModelPackageGroupName": "churn-models"})
    run(register, script={"Register": fail("boom")})

    execution = run(register, script={"Register": succeed()})

    assert str(execution.steps["Register"].metadata["RegisterModel"]["Arn"]).endswith(":model-package/churn-models/1")
