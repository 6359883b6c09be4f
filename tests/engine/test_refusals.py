"""Create calls that the service refuses: their exception types and what the step says of them."""

import pytest

from pytest_smpipeline._engine.refusals import EXCEPTION_OF_CODE, exception_type_of, refusal_reason
from pytest_smpipeline._engine.retries import Retries
from pytest_smpipeline.outcomes import EXCEPTION_TYPES

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/SimpleXGBoostPipeline/execution/ztefwbnlgoif"


@pytest.mark.fidelity("REFUSAL-001", "REFUSAL-002")
@pytest.mark.parametrize(
    ("code", "exception_type"),
    [
        ("ThrottlingException", "Step.THROTTLING"),
        ("TooManyRequestsException", "Step.THROTTLING"),
        ("InternalFailure", "Step.SERVICE_FAULT"),
        ("ServiceUnavailable", "Step.SERVICE_FAULT"),
        ("ResourceLimitExceeded", "SageMaker.RESOURCE_LIMIT"),
        ("InsufficientCapacityError", "SageMaker.CAPACITY_ERROR"),
        ("ValidationException", None),
        ("AccessDeniedException", None),
        ("ResourceInUse", None),
    ],
)
def test_a_code_has_the_exception_type_of_its_kind(code: str, exception_type: str | None) -> None:
    """Throttling, faults of the service, limits and missing capacity can be retried; what is wrong with the request can not."""
    assert exception_type_of(code) == exception_type


def test_every_exception_type_of_a_code_is_one_that_policies_can_name() -> None:
    """A misspelt one would match no policy."""
    assert set(EXCEPTION_OF_CODE.values()) <= set(EXCEPTION_TYPES)


@pytest.mark.fidelity("REFUSAL-003")
def test_a_refusal_that_no_policy_names_reads_as_the_service_writes_it() -> None:
    """Two lines: the call with the service's message, then the execution, in lower case, the step and the exception type."""
    message = "The requested resource training-job/ml.t3.medium is not available in this region"

    assert refusal_reason("sagemaker:CreateTrainingJob", message, ARN, "XGBoostTrainingStep", "SageMaker.RESOURCE_LIMIT") == (
        "ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: The requested resource "
        "training-job/ml.t3.medium is not available in this region\n"
        "Retry not appropriate on execution of step with PipelineExecutionArn "
        "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/simplexgboostpipeline/execution/ztefwbnlgoif and StepId "
        "XGBoostTrainingStep. No retry policy configured for the exception type SAGEMAKER_RESOURCE_LIMIT."
    )


@pytest.mark.fidelity("REFUSAL-004")
def test_a_refusal_without_an_exception_type_has_one_line() -> None:
    """What no policy can name says nothing of retries."""
    message = "Cannot use both 'Pipe' and 'FastFile' TrainingInputMode on the same Training Job."

    assert refusal_reason("sagemaker:CreateTrainingJob", message, ARN, "Train", None) == (
        "ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: "
        "Cannot use both 'Pipe' and 'FastFile' TrainingInputMode on the same Training Job."
    )


@pytest.mark.fidelity("REFUSAL-005")
def test_a_refusal_whose_retries_are_used_up_does_not_deny_the_policy() -> None:
    """The sentence about a missing policy would be false; what stands before it stays."""
    covered = Retries((), 0).covers("Step.THROTTLING")

    assert refusal_reason("sagemaker:CreateModel", "Rate exceeded", ARN, "Model", "Step.THROTTLING", covered=covered) == (
        "ClientError: Failed to invoke sagemaker:CreateModel. Error Details: Rate exceeded\n"
        "Retry not appropriate on execution of step with PipelineExecutionArn "
        "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/simplexgboostpipeline/execution/ztefwbnlgoif and StepId Model."
    )
