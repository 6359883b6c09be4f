"""Jobs in moto: what steps make is there when somebody looks, as it stands."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pytest_smpipeline import SMPipelineMock, fail, hold, reject, stopped, succeed
from pytest_smpipeline.values import JsonObject

TRAINING: JsonObject = {
    "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
    "OutputDataConfig": {"S3OutputPath": "s3://models/out"},
    "HyperParameters": {"depth": "3"},
    "RoleArn": "arn:aws:iam::123456789012:role/trains",
}
RETRIED: JsonObject = {"ExceptionType": ["SageMaker.CAPACITY_ERROR"], "MaxAttempts": 3, "IntervalSeconds": 60}

Make = Callable[..., JsonObject]
Arn = Callable[..., str]


def describe(client: Any, arn: str) -> Any:
    """Return what DescribeTrainingJob tells of the job with this ARN."""
    return client.describe_training_job(TrainingJobName=arn.rpartition("/")[2])


@pytest.mark.fidelity("JOB-001")
def test_the_job_in_a_steps_metadata_describes(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """It has the resolved arguments, and what the step's properties tell."""
    definition = step_of("Training", TRAINING | {"HyperParameters": {"depth": {"Get": "Parameters.Depth"}}})
    smpipeline.add("churn", definition | {"Parameters": [{"Name": "Depth", "Type": "String"}]})
    smpipeline.script("churn", Step=succeed(metrics={"auc": 0.91}, duration=90))

    execution = smpipeline.start("churn", parameters={"Depth": "7"})

    job = describe(sagemaker, made_by())
    assert job["TrainingJobArn"] == made_by()
    assert job["HyperParameters"] == {"depth": "7"}
    assert job["AlgorithmSpecification"] == TRAINING["AlgorithmSpecification"]
    assert (job["TrainingJobStatus"], job["SecondaryStatus"], job["BillableTimeInSeconds"]) == ("Completed", "Completed", 90)
    assert job["ModelArtifacts"] == {"S3ModelArtifacts": f"s3://models/out/{job['TrainingJobName']}/output/model.tar.gz"}
    assert [(each["MetricName"], round(each["Value"], 2)) for each in job["FinalMetricDataList"]] == [("auc", 0.91)]
    assert job["CreationTime"] == job["TrainingStartTime"] == execution.steps["Step"].started
    assert job["LastModifiedTime"] == job["TrainingEndTime"] == execution.steps["Step"].ended


def test_what_is_done_to_a_job_in_moto_stays_there(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """Tags that somebody puts on it or takes away are neither in the step's arguments nor in the next execution's, which shares them."""
    tags: JsonObject = {"Tags": [{"Key": "day", "Value": {"Get": "Parameters.Day"}}]}
    smpipeline.add("churn", step_of("Training", TRAINING | tags) | {"Parameters": [{"Name": "Day", "Type": "String"}]})
    for _ in range(2):
        execution = smpipeline.start("churn", parameters={"Day": "mon"})
        sagemaker.add_tags(ResourceArn=made_by(), Tags=[{"Key": "more", "Value": "1"}])
        sagemaker.delete_tags(ResourceArn=made_by(), TagKeys=["day"])

        keys = {tag["Key"] for tag in sagemaker.list_tags(ResourceArn=made_by())["Tags"]}
        assert keys == {"more", "sagemaker:pipeline-execution-arn"}
        assert execution.steps["Step"].arguments == TRAINING | {"Tags": [{"Key": "day", "Value": "mon"}]}


@pytest.mark.fidelity("JOB-001")
def test_nothing_is_told_that_the_arguments_do_not_have(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """What moto can't do without is not shown, and what moto makes up is not either."""
    smpipeline.add("churn", step_of("Training"))
    smpipeline.start("churn")

    job = describe(sagemaker, made_by())

    invented = {"AlgorithmSpecification", "OutputDataConfig", "ModelArtifacts", "FinalMetricDataList", "RoleArn", "ResourceConfig"}
    assert invented.isdisjoint(job)
    assert job["EnableNetworkIsolation"] is False


@pytest.mark.fidelity("JOB-002")
def test_a_failed_step_has_a_failed_job(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """The job tells its own reason, without what the step's says before it."""
    smpipeline.add("churn", step_of("Training"))
    smpipeline.script("churn", Step=fail("AlgorithmError: no data"))
    smpipeline.start("churn")

    job = describe(sagemaker, made_by())

    assert (job["TrainingJobStatus"], job["FailureReason"]) == ("Failed", "AlgorithmError: no data")
    assert [each["Status"] for each in job["SecondaryStatusTransitions"]] == ["Starting", "Failed"]


@pytest.mark.fidelity("JOB-002")
def test_a_job_that_was_stopped_outside_is_stopped(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """As the test has scripted it."""
    smpipeline.add("churn", step_of("Training"))
    smpipeline.script("churn", Step=stopped())
    smpipeline.start("churn")

    assert describe(sagemaker, made_by())["TrainingJobStatus"] == "Stopped"


@pytest.mark.fidelity("JOB-002")
@pytest.mark.smpipeline(progress="manual")
def test_a_job_follows_its_step(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """In progress while the step runs, stopping and stopped with it; nothing ends it before."""
    smpipeline.add("churn", step_of("Training"))
    execution = smpipeline.start("churn")
    smpipeline.advance(2)
    seen = [describe(sagemaker, made_by())]
    smpipeline.advance(60)
    seen.append(describe(sagemaker, made_by()))
    execution.stop()
    seen.append(describe(sagemaker, made_by()))
    smpipeline.run_until_idle()
    seen.append(describe(sagemaker, made_by()))

    assert [job["TrainingJobStatus"] for job in seen] == ["InProgress", "InProgress", "Stopping", "Stopped"]
    assert [job["SecondaryStatus"] for job in seen] == ["Training", "Training", "Stopping", "Stopped"]
    assert ["TrainingEndTime" in job for job in seen] == [False, False, False, True]
    assert seen[-1]["TrainingEndTime"] == execution.steps["Step"].ended


@pytest.mark.fidelity("JOB-003")
def test_each_attempt_is_a_job_of_its_own(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """Those that failed tell why, with their own times."""
    smpipeline.add("churn", step_of("Training", RetryPolicies=[RETRIED]))
    smpipeline.script("churn", Step=[fail("CapacityError: none"), fail("CapacityError: none yet"), succeed()])
    smpipeline.start("churn")

    jobs = [describe(sagemaker, each["TrainingJobArn"]) for each in sagemaker.list_training_jobs()["TrainingJobSummaries"]]

    assert [job["TrainingJobStatus"] for job in jobs] == ["Failed", "Failed", "Completed"]
    assert [job.get("FailureReason") for job in jobs] == ["CapacityError: none", "CapacityError: none yet", None]
    assert jobs[0]["TrainingEndTime"] < jobs[1]["CreationTime"] < jobs[1]["TrainingEndTime"] < jobs[2]["CreationTime"]
    assert jobs[-1]["TrainingJobArn"] == made_by()


@pytest.mark.fidelity("JOB-003")
@pytest.mark.smpipeline(progress="manual")
def test_a_failed_job_stays_failed_when_its_step_is_stopped(
    smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn
) -> None:
    """The step waits for its next attempt, and no job runs."""
    smpipeline.add("churn", step_of("Training", RetryPolicies=[RETRIED]))
    smpipeline.script("churn", Step=fail("CapacityError: none", duration=1))
    execution = smpipeline.start("churn")
    smpipeline.advance(5)
    assert describe(sagemaker, made_by())["TrainingJobStatus"] == "Failed"

    execution.stop()
    smpipeline.run_until_idle()

    assert execution.steps["Step"].status == "Stopped"
    assert describe(sagemaker, made_by())["TrainingJobStatus"] == "Failed"


@pytest.mark.fidelity("JOB-003")
def test_a_retry_of_the_execution_makes_another_job(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make) -> None:
    """The failed one stays."""
    smpipeline.add("churn", step_of("Training"))
    smpipeline.script("churn", Step=[fail("no disk"), succeed()])

    smpipeline.start("churn").retry()

    statuses = [job["TrainingJobStatus"] for job in sagemaker.list_training_jobs()["TrainingJobSummaries"]]
    assert statuses == ["Failed", "Completed"]


@pytest.mark.fidelity("JOB-004")
def test_a_refused_create_call_makes_no_job(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make) -> None:
    """There is nothing to describe."""
    smpipeline.add("churn", step_of("Training"))
    smpipeline.script("churn", Step=reject("ResourceLimitExceeded", "The limit is 0 Instances"))
    smpipeline.start("churn")

    assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []


@pytest.mark.fidelity("JOB-004")
def test_a_cached_result_makes_no_job(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """The step shows the job of the execution that did the work, and that one is there."""
    smpipeline.add("churn", step_of("Training", CacheConfig={"Enabled": True, "ExpireAfter": "P1D"}))
    smpipeline.start("churn")
    smpipeline.start("churn")

    (job,) = sagemaker.list_training_jobs()["TrainingJobSummaries"]

    assert smpipeline.executions.last.steps["Step"].cache_source
    assert job["TrainingJobArn"] == made_by()


@pytest.mark.fidelity("JOB-005")
def test_a_job_has_the_tags_of_its_arguments_and_tells_its_execution(
    smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn
) -> None:
    """Lineage queries of the SDK go by that tag."""
    smpipeline.add("churn", step_of("Training", {"Tags": [{"Key": "team", "Value": "risk"}]}))
    execution = smpipeline.start("churn")

    tags = {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=made_by())["Tags"]}

    assert tags == {"team": "risk", "sagemaker:pipeline-execution-arn": execution.arn}


def test_jobs_are_found_by_a_search(
    smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn, moto_has: Callable[[str], None]
) -> None:
    """Search for jobs goes to moto, which has them by then."""
    moto_has("create_hyper_parameter_tuning_job")  # older ones find no training jobs
    smpipeline.add("churn", step_of("Training"))
    smpipeline.start("churn")

    (found,) = sagemaker.search(Resource="TrainingJob")["Results"]

    assert found["TrainingJob"]["TrainingJobArn"] == made_by()


def test_lists_filter_by_status_name_and_time(smpipeline: SMPipelineMock, sagemaker: Any) -> None:
    """As moto filters its own."""
    smpipeline.add("churn", steps={"Prep": "Training", "Train": "Training"})
    smpipeline.script("churn", Train=fail("no disk"))
    execution = smpipeline.start("churn")

    def names(**filters: Any) -> list[str]:
        return [each["TrainingJobName"].split("-")[2] for each in sagemaker.list_training_jobs(**filters)["TrainingJobSummaries"]]

    started = execution.steps["Train"].started
    assert started is not None
    assert names() == ["Prep", "Train"]
    assert names(StatusEquals="Failed") == ["Train"]
    assert names(NameContains="Prep") == ["Prep"]
    assert names(CreationTimeBefore=started) == ["Prep"]
    assert names(CreationTimeAfter=started - timedelta(seconds=1)) == ["Train"]
    assert names(CreationTimeAfter=datetime(2040, 1, 1, tzinfo=UTC)) == []


def test_a_waiter_for_a_job_returns(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """It asks once: the step has ended."""
    smpipeline.add("churn", step_of("Training"))
    smpipeline.start("churn")

    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=made_by().rpartition("/")[2])


@pytest.mark.fidelity("JOB-006")
@pytest.mark.smpipeline(progress="poll")
def test_a_look_at_a_running_job_is_one_at_its_execution(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """So whoever polls the job sees its end, and does not wait for ever; a look at anything else moves nothing."""
    smpipeline.add("churn", step_of("Training"))
    execution = smpipeline.start("churn")
    sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=execution.arn)
    assert execution.steps["Step"].status == "Executing"
    assert [job["TrainingJobStatus"] for job in sagemaker.list_training_jobs()["TrainingJobSummaries"]] == ["InProgress"]

    assert describe(sagemaker, made_by())["TrainingJobStatus"] == "Completed"
    assert execution.steps["Step"].status == "Succeeded"


def test_a_run_that_nobody_inspects_wakes_no_moto_and_makes_no_job(smpipeline: SMPipelineMock, step_of: Make) -> None:
    """Jobs are made at the first look."""
    smpipeline.add("churn", step_of("Training"))
    with mock_aws():
        from moto.sagemaker.models import sagemaker_backends

        jobs = sagemaker_backends["123456789012"]["us-east-1"].training_jobs
        smpipeline.start("churn")
        assert not jobs
        boto3.client("sagemaker", region_name="us-east-1").list_models()
        assert len(jobs) == 1


def test_jobs_are_there_again_when_moto_has_been_reset(smpipeline: SMPipelineMock, step_of: Make, made_by: Arn) -> None:
    """The executions are still there, and what they show describes."""
    smpipeline.add("churn", step_of("Training"))
    for _ in range(2):
        with mock_aws():
            if not smpipeline.executions:
                smpipeline.start("churn")
            client = boto3.client("sagemaker", region_name="us-east-1")
            assert describe(client, made_by())["TrainingJobStatus"] == "Completed"


def test_jobs_are_in_the_region_of_their_execution(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make) -> None:
    """And in no other."""
    smpipeline.add("churn", step_of("Training"), region="eu-west-1")
    elsewhere: Any = boto3.client("sagemaker", region_name="eu-west-1")
    elsewhere.start_pipeline_execution(PipelineName="churn")

    assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []
    assert len(elsewhere.list_training_jobs()["TrainingJobSummaries"]) == 1


def test_a_deleted_resource_does_not_come_back(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make) -> None:
    """What happens to its step afterwards changes nothing."""
    smpipeline.add("churn", step_of("Endpoint", {"EndpointName": "live"}))
    smpipeline.script("churn", Step=hold())
    execution = smpipeline.start("churn")
    assert sagemaker.describe_endpoint(EndpointName="live")["EndpointStatus"] == "Creating"

    sagemaker.delete_endpoint(EndpointName="live")
    execution.release("Step", succeed())

    with pytest.raises(sagemaker.exceptions.ClientError, match="Could not find endpoint"):
        sagemaker.describe_endpoint(EndpointName="live")
