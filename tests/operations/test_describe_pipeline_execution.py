"""DescribePipelineExecution."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock, fail

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/Churn"
PATTERN = r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:pipeline\/.*\/execution\/.*"
USER = {
    "IamIdentity": {"Arn": "arn:aws:iam::123456789012:user/smpipeline", "PrincipalId": "AIDA123456789012SMPL"},
}  # fmt: skip

Refusal = Callable[..., tuple[str, str]]
Start = Callable[..., str]


@pytest.fixture
def describe(smpipeline_client: Any) -> Callable[[str], dict[str, Any]]:
    """Return the function that describes an execution, without what botocore adds."""

    def call(arn: str) -> dict[str, Any]:
        answer = smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)
        return {member: value for member, value in answer.items() if member != "ResponseMetadata"}

    return call


Describe = Callable[[str], dict[str, Any]]


@pytest.mark.fidelity("EXEC-001", "EXEC-002", "EXEC-003")
@pytest.mark.smpipeline(progress="manual")
def test_an_execution_that_was_just_started_is_executing(
    smpipeline: SMPipelineMock, start: Start, describe: Describe, definition: str, noon: datetime
) -> None:
    """What is unset is absent: description, parallelism, experiment, failure reason, aliases."""
    smpipeline.add("Churn", definition)
    arn = start("Churn", PipelineExecutionDisplayName="backfill")

    assert describe(arn) == {
        "PipelineArn": ARN,
        "PipelineExecutionArn": arn,
        "PipelineExecutionDisplayName": "backfill",
        "PipelineExecutionStatus": "Executing",
        "CreationTime": noon,
        "LastModifiedTime": noon,
        "CreatedBy": USER,
        "LastModifiedBy": USER,
        "PipelineVersionId": 1,
    }


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("EXEC-004")
def test_everything_that_was_given_at_the_start_is_described(
    smpipeline: SMPipelineMock, start: Start, describe: Describe, definition: str, define: Callable[..., str]
) -> None:
    """The version is the one that runs, with its aliases."""
    smpipeline.add("Churn", definition, aliases=["stable", "prod"], parallelism=5)
    smpipeline.add("Churn", define("Other"))
    arn = start(
        "Churn",
        PipelineVersionAlias="prod",
        PipelineExecutionDescription="again",
        ParallelismConfiguration={"MaxParallelExecutionSteps": 2},
    )

    described = describe(arn)

    assert described["PipelineExecutionDescription"] == "again"
    assert described["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 2}
    assert (described["PipelineVersionId"], described["PipelineVersionAliases"]) == (1, ["stable", "prod"])


@pytest.mark.fidelity("EXEC-005")
def test_the_pipelines_parallelism_is_described_when_it_applies(
    smpipeline: SMPipelineMock, start: Start, describe: Describe, definition: str
) -> None:
    """A later change of the pipeline leaves the execution as it was."""
    smpipeline.add("Churn", definition, parallelism=5)
    arn = start("Churn")
    smpipeline.add("Churn", definition, parallelism=6)

    assert describe(arn)["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 5}


@pytest.mark.fidelity("EXEC-006")
@pytest.mark.smpipeline(progress="manual")
def test_the_time_of_modification_is_that_of_the_last_change(
    smpipeline: SMPipelineMock, start: Start, describe: Describe, definition: str, noon: datetime
) -> None:
    """The step starts after a second and takes five minutes; in between nothing changes."""
    smpipeline.add("Churn", definition)
    arn = start("Churn")

    smpipeline.advance(minutes=2)
    assert describe(arn)["LastModifiedTime"] == noon + timedelta(seconds=1)

    smpipeline.advance(minutes=10)
    described = describe(arn)
    assert (described["PipelineExecutionStatus"], described["CreationTime"]) == ("Succeeded", noon)
    assert described["LastModifiedTime"] == noon + timedelta(minutes=5, seconds=1)
    assert "FailureReason" not in described


@pytest.mark.fidelity("EXEC-007")
def test_a_failed_execution_says_so_in_the_services_words(
    smpipeline: SMPipelineMock, start: Start, describe: Describe, definition: str
) -> None:
    """The reason of the step is not repeated."""
    smpipeline.add("Churn", definition)
    smpipeline.script("Churn", Train=fail("out of memory"))

    described = describe(start("Churn"))

    assert described["PipelineExecutionStatus"] == "Failed"
    assert described["FailureReason"] == "Step failure: One or multiple steps failed."


@pytest.mark.fidelity("EXEC-008", "EXEC-009")
def test_an_experiment_is_named_as_the_definition_says(
    smpipeline: SMPipelineMock, start: Start, describe: Describe, define: Callable[..., str]
) -> None:
    """A literal keeps its case; the pipeline's name as an execution variable is in lower case."""
    variable = {"ExperimentName": {"Get": "Execution.PipelineName"}, "TrialName": {"Get": "Execution.PipelineExecutionId"}}
    smpipeline.add("Churn", define("Train", PipelineExperimentConfig=variable))
    smpipeline.add("Other", define("Train", PipelineExperimentConfig={"ExperimentName": "AbaloneExperiments"}))

    first, second = start("Churn"), start("Other")

    assert describe(first)["PipelineExperimentConfig"] == {"ExperimentName": "churn", "TrialName": first.rpartition("/")[2]}
    assert describe(second)["PipelineExperimentConfig"] == {"ExperimentName": "AbaloneExperiments"}


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("EXEC-014", "EXEC-015")
def test_the_mlflow_experiment_of_the_start_replaces_the_definitions(
    smpipeline: SMPipelineMock, start: Start, describe: Describe, define: Callable[..., str]
) -> None:
    """For this run only: the definition's own is used by the next one, and a start may name one where the definition has none."""
    app = "arn:aws:sagemaker:us-east-1:123456789012:mlflow-app/app-1"
    config = {"MlflowResourceArn": app, "MlflowExperimentName": {"Get": "Execution.PipelineName"}}
    smpipeline.add("Churn", define("Train", MlflowConfig=config))
    smpipeline.add("Other", define("Train"))

    named, unnamed = start("Churn", MlflowExperimentName="nightly"), start("Churn")
    only, without = start("Other", MlflowExperimentName="nightly"), start("Other")

    assert describe(named)["MLflowConfig"] == {"MlflowResourceArn": app, "MlflowExperimentName": "nightly"}
    assert describe(unnamed)["MLflowConfig"] == {"MlflowResourceArn": app, "MlflowExperimentName": "churn"}
    assert describe(only)["MLflowConfig"] == {"MlflowExperimentName": "nightly"}
    assert "MLflowConfig" not in describe(without)


@pytest.mark.fidelity("EXEC-010", "EXEC-013")
def test_a_missing_execution_is_not_found(smpipeline_client: Any, refusal: Refusal) -> None:
    """The message ends without a full stop, unlike the one for pipelines."""
    arn = f"{ARN}/execution/d84ewltjmxhe"

    assert refusal(smpipeline_client.describe_pipeline_execution, PipelineExecutionArn=arn) == (
        "ResourceNotFound",
        f"Pipeline execution '{arn}' does not exist",
    )
    with pytest.raises(smpipeline_client.exceptions.ResourceNotFound):
        smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)


@pytest.mark.fidelity("EXEC-011")
@pytest.mark.parametrize(
    "method",
    [
        "describe_pipeline_execution",
        "list_pipeline_execution_steps",
        "list_pipeline_parameters_for_execution",
        "describe_pipeline_definition_for_execution",
    ],
)
@pytest.mark.parametrize("arn", ["", "d84ewltjmxhe", ARN], ids=["empty", "id", "pipeline"])
def test_what_is_no_execution_arn_is_invalid(smpipeline_client: Any, refusal: Refusal, method: str, arn: str) -> None:
    """A malformed ARN is a ValidationException, not a ResourceNotFound."""
    assert refusal(getattr(smpipeline_client, method), PipelineExecutionArn=arn) == (
        "ValidationException",
        (
            f"1 validation error detected: Value '{arn}' at 'pipelineExecutionArn' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {PATTERN}"
        ),
    )


@pytest.mark.fidelity("EXEC-012")
def test_another_regions_execution_is_not_found(
    smpipeline: SMPipelineMock,
    start: Start,
    refusal: Refusal,
    raw: Callable[..., tuple[int, dict[str, Any]]],
    definition: str,
) -> None:
    """Nor is another account's, though the ARN says where it is."""
    smpipeline.add("Churn", definition)
    arn = start("Churn")
    elsewhere: Any = boto3.client("sagemaker", region_name="eu-west-1")

    assert refusal(elsewhere.describe_pipeline_execution, PipelineExecutionArn=arn)[0] == "ResourceNotFound"
    status, payload = raw("DescribePipelineExecution", {"PipelineExecutionArn": arn}, account_id="999999999999")
    assert (status, payload["__type"]) == (400, "ResourceNotFound")


@pytest.mark.smpipeline(progress="poll")
def test_a_poller_sees_an_execution_run_and_end(
    smpipeline: SMPipelineMock, start: Start, describe: Describe, definition: str, noon: datetime
) -> None:
    """Each look moves it to its next change; the clock moves along."""
    smpipeline.add("Churn", definition)
    arn = start("Churn")

    looks = [describe(arn) for _ in range(3)]

    assert [look["PipelineExecutionStatus"] for look in looks] == ["Executing", "Succeeded", "Succeeded"]
    assert smpipeline.now == noon + timedelta(minutes=5, seconds=1)
