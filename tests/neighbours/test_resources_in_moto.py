"""Whatever else steps make in moto: other jobs, models and their packages, endpoints; and what moto does not take."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pytest_smpipeline import SMPipelineMock, fail, hold, mock_smpipeline, succeed
from pytest_smpipeline._neighbours.imprints import imprint
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.values import JsonObject

Make = Callable[..., JsonObject]
Arn = Callable[..., str]
MotoHas = Callable[[str], None]

VARIANT: JsonObject = {"VariantName": "all", "ModelName": "churn", "InstanceType": "ml.m7i.large", "InitialInstanceCount": 1}
GROUP: JsonObject = {"ModelPackageGroupName": "Churn", "ModelPackageDescription": "knows who leaves"}

GROUP_OF_MINE: JsonObject = {"ModelPackageGroupName": "churn"}


def name(arn: str) -> str:
    """Return the name in an ARN."""
    return arn.rpartition("/")[2]


@pytest.mark.fidelity("JOB-007")
def test_a_processing_job_describes(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """With the arguments of its step."""
    smpipeline.add("churn", step_of("Processing", {"AppSpecification": {"ImageUri": "image"}, "Environment": {"A": "b"}}))
    execution = smpipeline.start("churn")

    job = sagemaker.describe_processing_job(ProcessingJobName=name(made_by()))

    assert (job["ProcessingJobArn"], job["ProcessingJobStatus"]) == (made_by(), "Completed")
    assert (job["AppSpecification"], job["Environment"]) == ({"ImageUri": "image"}, {"A": "b"})
    assert job["ProcessingEndTime"] == execution.steps["Step"].ended


@pytest.mark.fidelity("JOB-007")
def test_the_job_of_a_check_describes(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make) -> None:
    """Checks run a processing job, whose ARN their metadata shows by another name."""
    smpipeline.add("churn", step_of("QualityCheck", CheckType="DATA_QUALITY"))
    smpipeline.script("churn", Step=fail("Quality check failed. See violation report"))
    execution = smpipeline.start("churn")
    arn = str(execution.steps["Step"].metadata["QualityCheck"]["CheckJobArn"])

    job = sagemaker.describe_processing_job(ProcessingJobName=name(arn))

    assert (job["ProcessingJobArn"], job["ProcessingJobStatus"]) == (arn, "Failed")
    assert job["FailureReason"] == "Quality check failed. See violation report"


@pytest.mark.fidelity("JOB-007")
def test_a_transform_job_describes(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """With the arguments of its step."""
    smpipeline.add("churn", step_of("Transform", {"ModelName": "churn", "MaxPayloadInMB": 6}))
    smpipeline.start("churn")

    job = sagemaker.describe_transform_job(TransformJobName=name(made_by()))

    assert (job["TransformJobArn"], job["TransformJobStatus"]) == (made_by(), "Completed")
    assert (job["ModelName"], job["MaxPayloadInMB"], "FailureReason" in job) == ("churn", 6, False)


@pytest.mark.fidelity("JOB-007")
def test_a_tuning_job_describes(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn, moto_has: MotoHas) -> None:
    """Its best training job is the one that later steps refer to, and moto's invented ones are gone."""
    moto_has("create_hyper_parameter_tuning_job")
    config = {"Strategy": "Bayesian", "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1}}
    smpipeline.add("churn", step_of("Tuning", {"HyperParameterTuningJobConfig": config}))
    execution = smpipeline.start("churn")

    job = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name(made_by()))
    (listed,) = sagemaker.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"]

    best: Any = execution.steps["Step"].properties["BestTrainingJob"]
    assert (job["HyperParameterTuningJobConfig"], job["HyperParameterTuningJobStatus"]) == (config, "Completed")
    assert job["BestTrainingJob"]["TrainingJobName"] == best["TrainingJobName"]
    assert "OverallBestTrainingJob" not in job
    assert (listed["HyperParameterTuningJobArn"], listed["Strategy"]) == (made_by(), "Bayesian")


@pytest.mark.fidelity("JOB-007")
def test_a_tuning_job_without_arguments_is_listed(
    smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn, moto_has: MotoHas
) -> None:
    """moto's list reads what a test may leave out."""
    moto_has("create_hyper_parameter_tuning_job")
    smpipeline.add("churn", step_of("Tuning"))
    smpipeline.start("churn")

    (listed,) = sagemaker.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"]

    assert listed["HyperParameterTuningJobArn"] == made_by()


@pytest.mark.fidelity("JOB-007")
@pytest.mark.smpipeline(progress="manual")
def test_an_automl_job_describes(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn, moto_has: MotoHas) -> None:
    """It is in progress until its step has ended."""
    moto_has("create_auto_ml_job_v2")
    smpipeline.add("churn", step_of("AutoML", {"AutoMLJobObjective": {"MetricName": "AUC"}}))
    smpipeline.start("churn")
    smpipeline.advance(5)
    seen = [sagemaker.describe_auto_ml_job_v2(AutoMLJobName=name(made_by()))]
    smpipeline.run_until_idle()
    seen.append(sagemaker.describe_auto_ml_job_v2(AutoMLJobName=name(made_by())))

    assert [job["AutoMLJobStatus"] for job in seen] == ["InProgress", "Completed"]
    assert ["BestCandidate" in job for job in seen] == [False, True]
    assert seen[0]["AutoMLJobObjective"] == {"MetricName": "AUC"}


@pytest.mark.fidelity("JOB-008")
@pytest.mark.smpipeline(progress="manual")
def test_a_model_is_there_once_its_step_has_succeeded(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make) -> None:
    """Under the name that the properties tell; it can be deleted as any other."""
    smpipeline.add(
        "churn", step_of("Model", {"PrimaryContainer": {"Image": "image"}, "ExecutionRoleArn": "arn:aws:iam::123456789012:role/r"})
    )
    execution = smpipeline.start("churn")
    smpipeline.advance(1)
    assert sagemaker.list_models()["Models"] == []

    smpipeline.run_until_idle()
    own_name = str(execution.steps["Step"].properties["ModelName"])
    model = sagemaker.describe_model(ModelName=own_name)
    sagemaker.delete_model(ModelName=own_name)

    assert model["ModelArn"] == execution.steps["Step"].metadata["Model"]["Arn"]
    assert model["PrimaryContainer"] == {"Image": "image"}
    assert sagemaker.list_models()["Models"] == []


@pytest.mark.fidelity("JOB-008")
def test_a_failed_model_step_leaves_no_model(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make) -> None:
    """It had nothing to show either."""
    smpipeline.add("churn", step_of("Model"))
    smpipeline.script("churn", Step=fail("no such object"))
    smpipeline.start("churn")

    assert sagemaker.list_models()["Models"] == []


@pytest.mark.fidelity("JOB-009")
def test_a_package_is_a_version_in_its_group(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """The group is made with it, and the next version follows."""
    smpipeline.add("churn", step_of("RegisterModel", GROUP))
    smpipeline.start("churn")
    smpipeline.start("churn")

    package = sagemaker.describe_model_package(ModelPackageName=made_by())
    listed = sagemaker.list_model_packages(ModelPackageGroupName="Churn")["ModelPackageSummaryList"]
    (group,) = sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]

    assert made_by().endswith("model-package/Churn/2")
    assert (package["ModelPackageVersion"], package["ModelPackageDescription"]) == (2, "knows who leaves")
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert [each["ModelPackageVersion"] for each in listed] == [1, 2]
    assert group["ModelPackageGroupName"] == "Churn"


@pytest.mark.fidelity("JOB-009")
def test_a_package_of_a_step_can_be_approved(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """What is done to it afterwards stays."""
    smpipeline.add("churn", step_of("RegisterModel", GROUP))
    smpipeline.start("churn")

    sagemaker.update_model_package(ModelPackageArn=made_by(), ModelApprovalStatus="Approved")
    smpipeline.start("churn")

    first = made_by().replace("/2", "/1")
    assert sagemaker.describe_model_package(ModelPackageName=first)["ModelApprovalStatus"] == "Approved"


@pytest.mark.fidelity("JOB-009")
def test_versions_go_on_from_those_that_a_test_has_made(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """Both count in one group; packages without a group count nowhere."""
    sagemaker.create_model_package_group(ModelPackageGroupName="Churn")
    sagemaker.create_model_package(ModelPackageGroupName="Churn")
    sagemaker.create_model_package(ModelPackageName="alone")
    smpipeline.add("churn", step_of("RegisterModel", GROUP))
    smpipeline.start("churn")
    last = sagemaker.create_model_package(ModelPackageGroupName="Churn")["ModelPackageArn"]

    assert (name(made_by()), name(last)) == ("2", "3")


@pytest.mark.fidelity("JOB-009")
def test_versions_go_on_from_those_that_were_there_before() -> None:
    """A mock that begins inside moto's finds what is in it."""
    with mock_aws():
        client = boto3.client("sagemaker", region_name="us-east-1")
        client.create_model_package_group(ModelPackageGroupName="churn")
        first = client.create_model_package(ModelPackageGroupName="churn", ModelPackageDescription="mine")["ModelPackageArn"]
        with mock_smpipeline() as smp:
            smp.add("churn", {"Version": "2020-12-01", "Steps": [{"Name": "Step", "Type": "RegisterModel", "Arguments": GROUP_OF_MINE}]})
            made = str(smp.start("churn").steps["Step"].metadata["RegisterModel"]["Arn"])

            assert made == first.replace("/1", "/2")
            assert client.describe_model_package(ModelPackageName=first)["ModelPackageDescription"] == "mine"
            assert client.describe_model_package(ModelPackageName=made)["ModelPackageVersion"] == 2


@pytest.mark.fidelity("JOB-009")
def test_a_package_without_a_group_describes(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """By its ARN."""
    smpipeline.add("churn", step_of("RegisterModel"))
    smpipeline.start("churn")

    package = sagemaker.describe_model_package(ModelPackageName=made_by())

    assert (package["ModelPackageArn"], package["ModelPackageName"]) == (made_by(), name(made_by()))
    assert "ModelPackageVersion" not in package


@pytest.mark.fidelity("JOB-010")
def test_an_endpoint_serves_the_configuration_of_an_earlier_step(smpipeline: SMPipelineMock, sagemaker: Any) -> None:
    """With its variants, whatever the instance type; both can be deleted."""
    config: JsonObject = {"Name": "Config", "Type": "EndpointConfig", "Arguments": {"ProductionVariants": [VARIANT]}}
    arguments: JsonObject = {"EndpointName": "Live", "EndpointConfigName": {"Get": "Steps.Config.EndpointConfigName"}}
    endpoint: JsonObject = {"Name": "Deploy", "Type": "Endpoint", "Arguments": arguments}
    smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [config, endpoint]})
    execution = smpipeline.start("churn")

    described = sagemaker.describe_endpoint(EndpointName="Live")
    made = sagemaker.describe_endpoint_config(EndpointConfigName=described["EndpointConfigName"])
    sagemaker.delete_endpoint(EndpointName="Live")
    sagemaker.delete_endpoint_config(EndpointConfigName=described["EndpointConfigName"])

    assert (described["EndpointStatus"], described["ProductionVariants"][0]["VariantName"]) == ("InService", "all")
    assert described["EndpointArn"] == execution.steps["Deploy"].metadata["Endpoint"]["Arn"]
    assert made["ProductionVariants"] == [VARIANT]
    with pytest.raises(sagemaker.exceptions.ClientError, match="Could not find"):
        sagemaker.describe_endpoint(EndpointName="Live")


@pytest.mark.fidelity("JOB-010")
def test_an_endpoint_that_another_run_deploys_again_is_one_endpoint(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make) -> None:
    """It keeps its name, and follows the last run."""
    smpipeline.add("churn", step_of("Endpoint", {"EndpointName": "live", "EndpointConfigName": {"Get": "Execution.PipelineExecutionId"}}))
    smpipeline.start("churn")
    sagemaker.describe_endpoint(EndpointName="live")
    smpipeline.script("churn", Step=[hold(), succeed()])
    second = smpipeline.start("churn")
    seen = [sagemaker.describe_endpoint(EndpointName="live")]
    second.release("Step", succeed())
    seen.append(sagemaker.describe_endpoint(EndpointName="live"))
    sagemaker.delete_endpoint(EndpointName="live")
    third = smpipeline.start("churn")
    seen.append(sagemaker.describe_endpoint(EndpointName="live"))

    assert [each["EndpointStatus"] for each in seen] == ["Creating", "InService", "InService"]
    assert [each["EndpointConfigName"] for each in seen] == [second.id, second.id, third.id]


@pytest.mark.fidelity("JOB-010")
def test_an_endpoint_without_a_name_of_its_own_is_there_when_its_step_has_ended(
    smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make
) -> None:
    """Until then only its ARN is shown, which is in lower case; no configuration is left behind for it."""
    smpipeline.add("churn", step_of("Endpoint"))
    execution = smpipeline.start("churn")

    described = sagemaker.describe_endpoint(EndpointName=execution.steps["Step"].properties["EndpointName"])

    assert described["EndpointArn"] == execution.steps["Step"].metadata["Endpoint"]["Arn"]
    with pytest.raises(sagemaker.exceptions.ClientError, match="Could not find"):
        sagemaker.describe_endpoint_config(EndpointConfigName="stands-in-for-a-configuration-that-is-not-there")


@pytest.mark.fidelity("JOB-011")
def test_what_moto_lacks_is_recorded_once(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """The run does not break for it, and nobody hears of it before somebody looks at moto."""
    smpipeline.add("churn", step_of("InferenceComponent", {"InferenceComponentName": "part"}))
    smpipeline.start("churn")
    assert smpipeline._service.undelivered == []

    sagemaker.list_models()
    sagemaker.list_models()

    (undelivered,) = smpipeline._service.undelivered
    assert undelivered.to == "SageMaker in moto"
    assert undelivered.what == "inference-component/part of step Step"
    assert undelivered.reason.startswith("moto ")
    assert made_by().endswith(":inference-component/part")


@pytest.mark.fidelity("JOB-011")
def test_what_moto_refuses_is_recorded_with_its_reason(
    smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it raises."""
    from moto.sagemaker.models import SageMakerModelBackend

    def refuse(_backend: object, training_job_name: str) -> None:
        raise RuntimeError(training_job_name)

    monkeypatch.setattr(SageMakerModelBackend, "create_training_job", refuse)
    smpipeline.add("churn", step_of("Training"))
    smpipeline.start("churn")

    assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []
    (undelivered,) = smpipeline._service.undelivered
    assert undelivered.reason.startswith("RuntimeError pipelines-")


@pytest.mark.fidelity("JOB-011")
def test_a_tuning_job_is_recorded_where_moto_has_none(
    smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """moto 5.0.0 has neither tuning nor AutoML jobs."""
    from moto.sagemaker.models import SageMakerModelBackend

    monkeypatch.delattr(SageMakerModelBackend, "create_hyper_parameter_tuning_job", raising=False)
    smpipeline.add("churn", step_of("Tuning"))
    smpipeline.start("churn")
    sagemaker.list_models()

    (undelivered,) = smpipeline._service.undelivered
    assert "has nothing of this kind" in undelivered.reason


def test_jobs_are_there_inside_a_users_own_mock(smpipeline: SMPipelineMock, step_of: Make, made_by: Arn) -> None:
    """Everything in moto is the user's then, and what steps make too."""
    with mock_aws():
        smpipeline.add("churn", step_of("Processing"))
        smpipeline.start("churn")
        client = boto3.client("sagemaker", region_name="us-east-1")

        assert client.describe_processing_job(ProcessingJobName=name(made_by()))["ProcessingJobStatus"] == "Completed"


def test_what_lies_in_other_services_is_none_of_sagemakers(smpipeline: SMPipelineMock, sagemaker: Any) -> None:
    """A Lambda step shows a function, which no job stands for."""
    arn = "arn:aws:lambda:us-east-1:123456789012:function:score"
    step: JsonObject = {"Name": "Step", "Type": "Lambda", "FunctionArn": arn, "Arguments": {}}
    smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [step]})
    smpipeline.start("churn")
    sagemaker.list_models()

    assert smpipeline._service.undelivered == []


def test_a_request_that_cannot_be_read_is_left_to_moto(smpipeline: SMPipelineMock) -> None:
    """It names no job."""
    assert smpipeline._service.before_moto("DescribeTrainingJob", b"\xff") is None


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("2026-11-22 10:00:00", 1.5),
        (datetime(2026, 1, 1), datetime(1970, 1, 1, 0, 0, 1, 500_000)),  # noqa: DTZ001 # as newer versions of moto keep it
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)),
    ],
    ids=["text", "naive", "aware"],
)
def test_times_are_kept_as_each_version_of_moto_keeps_them(kept: object, told: object) -> None:
    """Its lists compare them."""
    resource = SimpleNamespace(creation_time=kept)
    answer = Shape(name="Answer", type="structure", members={"EndTime": Shape(name="Time", type="timestamp")})

    imprint(resource, {"EndTime": 1.5}, answer, "Arn", frozenset())

    assert resource.end_time == told
