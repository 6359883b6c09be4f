"""moto's reset API resets pipelines too."""

from typing import Any

import boto3
import moto
import pytest
import requests
from botocore.config import Config
from moto.moto_api._internal.models import MotoAPIBackend, moto_api_backend

from pytest_smpipeline import SMPipelineMock, StepContext, hold, mock_smpipeline, succeed
from pytest_smpipeline.outcomes import Succeed


def reset_by_request() -> None:
    """As a test of moto's server, and whoever speaks HTTP."""
    boto3.client("s3").list_buckets()  # wakes moto, whose address this is
    assert requests.post("http://motoapi.amazonaws.com/moto-api/reset", timeout=5).json() == {"status": "ok"}


def reset_in_process() -> None:
    """As a fixture does that has moto at hand."""
    moto_api_backend.reset()


@pytest.mark.fidelity("MOTO-001")
@pytest.mark.parametrize("reset", [reset_by_request, reset_in_process])
def test_a_reset_forgets_pipelines_and_executions(smpipeline: SMPipelineMock, smpipeline_client: Any, reset: Any) -> None:
    """In all regions, as the data of all services."""
    smpipeline.add("churn", steps=["Train"])
    smpipeline.add("churn", steps=["Train"], region="eu-west-1")
    arn = smpipeline.start("churn").arn
    reset()
    assert smpipeline_client.list_pipelines()["PipelineSummaries"] == []
    assert boto3.client("sagemaker", region_name="eu-west-1").list_pipelines()["PipelineSummaries"] == []
    with pytest.raises(smpipeline_client.exceptions.ResourceNotFound):
        smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)


@pytest.mark.fidelity("MOTO-001")
def test_a_reset_forgets_what_steps_have_made(smpipeline: SMPipelineMock, smpipeline_client: Any) -> None:
    """Their jobs do not come back into an empty moto; those of later executions are there."""
    smpipeline.add("churn", steps=["Train"])
    smpipeline.start("churn")
    assert len(smpipeline_client.list_training_jobs()["TrainingJobSummaries"]) == 1

    reset_by_request()
    assert smpipeline_client.list_training_jobs()["TrainingJobSummaries"] == []

    smpipeline.add("churn", steps=["Train"])
    smpipeline.start("churn")
    assert len(smpipeline_client.list_training_jobs()["TrainingJobSummaries"]) == 1


@pytest.mark.fidelity("MOTO-001")
@pytest.mark.smpipeline(progress="manual")
def test_what_was_recorded_outlives_a_reset_and_changes_no_more(smpipeline: SMPipelineMock) -> None:
    """A test can still assert what ran; what ran then stands still."""
    smpipeline.add("churn", steps=["Train"])
    run = smpipeline.start("churn")
    moto_api_backend.reset()
    smpipeline.advance(hours=1)
    smpipeline.advance(days=40)
    smpipeline.assert_started("churn", times=1)
    assert (run.status, len(smpipeline.calls.of("StartPipelineExecution"))) == ("Executing", 1)


@pytest.mark.fidelity("MOTO-001")
def test_scripts_and_faults_outlive_a_reset(smpipeline: SMPipelineMock, smpipeline_client: Any) -> None:
    """They are the test's, not the service's."""
    smpipeline.add("churn", steps=["Train"])
    smpipeline.script("churn", Train=succeed(metrics={"auc": 0.9}))
    smpipeline.fault("ListPipelines", "ThrottlingException")
    moto_api_backend.reset()
    with pytest.raises(smpipeline_client.exceptions.ClientError, match="Throttling"):
        boto3.client("sagemaker", config=Config(retries={"total_max_attempts": 1})).list_pipelines()
    smpipeline.add("churn", steps=["Train"])
    smpipeline.start("churn").assert_succeeded()


def test_a_step_may_reset_moto(smpipeline: SMPipelineMock) -> None:
    """Its execution then goes on to its end, known to nobody but the test."""

    def reset(_context: StepContext) -> Succeed:
        moto_api_backend.reset()
        return succeed()

    smpipeline.add("churn", steps=["Train", "Register"])
    smpipeline.script("churn", Train=reset)
    smpipeline.start("churn").assert_succeeded()


def test_a_pipeline_of_the_same_name_starts_anew(smpipeline: SMPipelineMock) -> None:
    """Its versions count from one, and held steps of the old one hold nothing."""
    smpipeline.add("churn", steps=["Train"])
    smpipeline.script("churn", Train=[hold(), succeed()])
    smpipeline.start("churn")
    moto_api_backend.reset()
    assert smpipeline.add("churn", steps=["Train"]).version == 1
    smpipeline.start("churn").assert_succeeded()


@pytest.mark.fidelity("MOTO-002")
def test_pipelines_stay_when_moto_starts(smpipeline: SMPipelineMock, smpipeline_client: Any) -> None:
    """moto empties itself whenever its outermost activation begins; pipelines belong to ours, which began before."""
    smpipeline.add("churn", steps=["Train"])
    with moto.mock_aws():
        assert len(smpipeline_client.list_pipelines()["PipelineSummaries"]) == 1
    boto3.client("s3").list_buckets()
    assert len(smpipeline_client.list_pipelines()["PipelineSummaries"]) == 1


def test_a_reset_after_the_end_leaves_the_records(definition: str) -> None:
    """Somebody may still hold our patch; it only passes the call on."""
    with mock_smpipeline() as smp:
        smp.add("churn", definition)
        run = smp.start("churn")
        reset = vars(MotoAPIBackend)["reset"]
    reset(moto_api_backend)
    assert (run.status, repr(smp)) == ("Succeeded", "<SMPipelineMock 123456789012/us-east-1: 1 pipeline, 1 execution>")
