"""StartPipelineExecution."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/Churn"
PARAMETERS = [
    {"Name": "Date", "Type": "String"},
    {"Name": "Epochs", "Type": "Integer", "DefaultValue": 10},
    {"Name": "Rate", "Type": "Float", "DefaultValue": 0.5},
    {"Name": "Debug", "Type": "Boolean", "DefaultValue": False},
    {"Name": "Size", "Type": "String", "DefaultValue": "small", "EnumValues": ["small", "large"]},
]
CONCURRENT = (
    "The account-level service limit 'Maximum number of concurrent pipeline executions allowed per account' is {0} Executions, "
    "with current utilization of {0} Executions and a request delta of 1 Executions."
)

Refusal = Callable[..., tuple[str, str]]
Start = Callable[..., str]


def given(**values: str) -> list[dict[str, str]]:
    """Return values as PipelineParameters."""
    return [{"Name": name, "Value": value} for name, value in values.items()]


@pytest.fixture(autouse=True)
def churn(smpipeline: SMPipelineMock, define: Callable[..., str]) -> None:
    """A pipeline with one step and a parameter of every type, one of them required."""
    smpipeline.add("Churn", define("Train", Parameters=PARAMETERS))


@pytest.mark.fidelity("START-001", "START-002")
def test_the_answer_to_a_start_is_the_arn_and_nothing_else(smpipeline_client: Any) -> None:
    """It extends the pipeline's ARN by an id of twelve lower-case characters."""
    answer = smpipeline_client.start_pipeline_execution(PipelineName="Churn", PipelineParameters=given(Date="2026-11-22"))

    assert answer.keys() - {"ResponseMetadata"} == {"PipelineExecutionArn"}
    assert re.fullmatch(re.escape(ARN) + r"/execution/[a-z0-9]{12}", answer["PipelineExecutionArn"])


@pytest.mark.fidelity("START-003")
def test_a_pipeline_can_be_started_by_its_arn(start: Start, smpipeline: SMPipelineMock) -> None:
    """Name and ARN lead to the same pipeline."""
    assert start(ARN, PipelineParameters=given(Date="2026-11-22")) == smpipeline.executions.one("Churn").arn


@pytest.mark.fidelity("START-004")
@pytest.mark.parametrize("name", ["Chrun", "churn"])
def test_a_missing_pipeline_cannot_be_started(smpipeline_client: Any, refusal: Refusal, name: str) -> None:
    """The message ends with a full stop, which clients match."""
    assert refusal(smpipeline_client.start_pipeline_execution, PipelineName=name) == (
        "ResourceNotFound",
        f"Pipeline 'arn:aws:sagemaker:us-east-1:123456789012:pipeline/{name}' does not exist.",
    )


@pytest.mark.fidelity("START-005")
@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/Churn",
        "arn:aws:sagemaker:us-east-1:999999999999:pipeline/Churn",
    ],
    ids=["region", "account"],
)
def test_a_pipeline_elsewhere_is_not_found(smpipeline_client: Any, refusal: Refusal, arn: str) -> None:
    """The message repeats the ARN."""
    refused = refusal(smpipeline_client.start_pipeline_execution, PipelineName=arn)

    assert refused == ("ResourceNotFound", f"Pipeline '{arn}' does not exist.")


@pytest.mark.fidelity("START-006", "START-025")
def test_the_default_display_name_holds_the_time_of_the_start(start: Start, smpipeline: SMPipelineMock, noon: datetime) -> None:
    """``execution-`` and the milliseconds since 1970; one that is given is kept."""
    start("Churn", PipelineParameters=given(Date="2026-11-22"))
    assert smpipeline.executions.last.display_name == f"execution-{round(noon.timestamp() * 1000)}"

    start("Churn", PipelineParameters=given(Date="2026-11-22"), PipelineExecutionDisplayName="backfill")
    assert smpipeline.executions.last.display_name == "backfill"


@pytest.mark.fidelity("START-007")
def test_strings_become_values_of_the_declared_types_and_defaults_fill_in(start: Start, smpipeline: SMPipelineMock) -> None:
    """The SageMaker SDK sends ``str(value)``, so booleans come as True and False too."""
    start("Churn", PipelineParameters=given(Date="2026-11-22", Epochs="3", Rate="1e-2", Debug="True"))

    execution = smpipeline.executions.one()
    assert execution.parameters == {"Date": "2026-11-22", "Epochs": 3, "Rate": 0.01, "Debug": True, "Size": "small"}
    assert execution.overrides == {"Date": "2026-11-22", "Epochs": "3", "Rate": "1e-2", "Debug": "True"}


@pytest.mark.fidelity("START-008", "START-009", "START-010", "START-011", "START-012", "START-013", "START-022", "START-024")
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (given(Date=""), '[string "" is too short (length: 0, required minimum: 1)]'),
        (given(Date="", Size=""), "[{0}, {0}]".format('string "" is too short (length: 0, required minimum: 1)')),
        (given(Date="d", Epoch="3"), "Unknown parameter 'Epoch'. Did you mean 'Epochs'?"),
        ([], "Parameter 'Date' is undefined."),
        (given(Date="d", Epochs="3.0"), "Unexpected type for parameter 'Epochs'. Expected Integer but found '3.0'."),
        (given(Date="d", Debug="yes"), "Unexpected type for parameter 'Debug'. Expected Boolean but found 'yes'."),
        (given(Date="d", Rate="nan"), "Unexpected type for parameter 'Rate'. Expected Float but found 'nan'."),
        (given(Date="d", Size="huge"), "Parameter 'Size' takes 'large', 'small', not 'huge'."),
        ([*given(Date="d"), *given(Date="e")], "Parameter 'Date' is given more than once."),
        (
            given(Epoch="3", Debug="1"),
            (
                "Unknown parameter 'Epoch'. Did you mean 'Epochs'?; Parameter 'Date' is undefined.; "
                "Unexpected type for parameter 'Debug'. Expected Boolean but found '1'."
            ),
        ),
    ],
    ids=["empty", "both empty", "unknown", "required", "integer", "boolean", "float", "enum", "twice", "all at once"],
)
def test_parameters_that_do_not_fit_the_definition_are_refused(
    smpipeline_client: Any, refusal: Refusal, picture: Callable[[], object], parameters: list[dict[str, str]], message: str
) -> None:
    """Nothing was started then; all violations are in one message."""
    before = picture()

    refused = refusal(smpipeline_client.start_pipeline_execution, PipelineName="Churn", PipelineParameters=parameters)

    assert refused == ("ValidationException", message)
    assert picture() == before


@pytest.mark.fidelity("START-014")
def test_without_a_version_the_latest_runs(start: Start, smpipeline: SMPipelineMock, define: Callable[..., str]) -> None:
    """PipelineVersionId picks an older one, with that version's parameters and steps."""
    smpipeline.add("Churn", define("Prep", "Fit"))

    start("Churn")
    start("Churn", PipelineVersionId=1, PipelineParameters=given(Date="d"))

    assert [(run.version, run.order) for run in smpipeline.executions] == [(2, ["Prep", "Fit"]), (1, ["Train"])]


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("START-015")
def test_an_alias_picks_its_version(start: Start, smpipeline: SMPipelineMock, define: Callable[..., str]) -> None:
    """Also when that is not the latest one."""
    smpipeline.add("Churn", define("Fit"), aliases=["stable"])
    smpipeline.add("Churn", define("Other"))

    start("Churn", PipelineVersionAlias="stable")

    assert smpipeline.executions.one().version == 2


@pytest.mark.fidelity("START-016")
def test_a_version_that_is_not_there_cannot_be_started(smpipeline_client: Any, refusal: Refusal) -> None:
    """The pipeline has one version."""
    assert refusal(smpipeline_client.start_pipeline_execution, PipelineName="Churn", PipelineVersionId=2) == (
        "ResourceNotFound",
        f"Pipeline version '2' of pipeline '{ARN}' does not exist.",
    )


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("START-017", "START-018")
@pytest.mark.parametrize(
    ("which", "code", "message"),
    [
        ({"PipelineVersionAlias": "prod"}, "ResourceNotFound", f"Pipeline version alias 'prod' of pipeline '{ARN}' does not exist."),
        (
            {"PipelineVersionAlias": "prod", "PipelineVersionId": 1},
            "ValidationException",
            "PipelineVersionId and PipelineVersionAlias can't be specified together.",
        ),
    ],
    ids=["unknown", "both"],
)
def test_an_alias_must_exist_and_stand_alone(
    smpipeline_client: Any, refusal: Refusal, which: dict[str, Any], code: str, message: str
) -> None:
    """A version is named by its id or by an alias that one of the versions has."""
    assert refusal(smpipeline_client.start_pipeline_execution, PipelineName="Churn", **which) == (code, message)


@pytest.mark.fidelity("START-019", "START-026")
def test_the_parallelism_of_a_start_overrides_the_pipelines(start: Start, smpipeline: SMPipelineMock, define: Callable[..., str]) -> None:
    """Without one the pipeline's applies, without either there is no limit."""
    smpipeline.add("free", define("Train"))
    smpipeline.add("limited", define("Train"), parallelism=3)

    start("free")
    start("limited")
    start("limited", ParallelismConfiguration={"MaxParallelExecutionSteps": 1})

    assert [run.parallelism for run in smpipeline.executions] == [None, 3, 1]


@pytest.mark.usefixtures("recent_model")
def test_description_and_mlflow_experiment_are_kept(start: Start, smpipeline: SMPipelineMock) -> None:
    """They are seen in the records of the test."""
    start("Churn", PipelineParameters=given(Date="d"), PipelineExecutionDescription="again", MlflowExperimentName="churn-nightly")

    execution = smpipeline.executions.one()
    assert (execution.description, execution.mlflow_experiment) == ("again", "churn-nightly")


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("START-020", "START-023")
def test_a_role_cannot_be_given_for_a_pipeline_of_ones_own(smpipeline_client: Any, refusal: Refusal, picture: Callable[[], object]) -> None:
    """RoleArn is for pipelines that AWS manages."""
    before = picture()

    refused = refusal(
        smpipeline_client.start_pipeline_execution,
        PipelineName="Churn",
        PipelineParameters=given(Date="d"),
        RoleArn="arn:aws:iam::123456789012:role/OtherRole",
    )

    assert refused == (
        "ValidationException",
        "RoleArn can't be specified for a pipeline that you created: its executions use the pipeline's role.",
    )
    assert picture() == before


def test_a_selection_that_is_refused_changes_nothing(smpipeline_client: Any, refusal: Refusal, picture: Callable[[], object]) -> None:
    """All the rules of selections stand with the engine; whichever is broken, nothing is left behind."""
    before = picture()

    code, _ = refusal(
        smpipeline_client.start_pipeline_execution,
        PipelineName="Churn",
        PipelineParameters=given(Date="d"),
        SelectiveExecutionConfig={"SelectedSteps": [{"StepName": "Nothing"}]},
    )

    assert code == "ValidationException"
    assert picture() == before


@pytest.mark.fidelity("START-021")
def test_an_experiment_that_cannot_be_named_is_refused(
    smpipeline: SMPipelineMock, smpipeline_client: Any, refusal: Refusal, picture: Callable[[], object], define: Callable[..., str]
) -> None:
    """The names of experiment and trial are worked out at the start."""
    unknown = {"Std:JsonGet": {"S3Uri": "s3://bucket/names.json", "Path": "experiment"}}
    smpipeline.add("lost", define("Train", PipelineExperimentConfig={"ExperimentName": unknown}))
    before = picture()

    code, message = refusal(smpipeline_client.start_pipeline_execution, PipelineName="lost")

    assert code == "ValidationException"
    assert message.startswith("PipelineExperimentConfig can't be resolved: ")
    assert "s3://bucket/names.json" in message
    assert picture() == before


@pytest.mark.fidelity("QUOTA-003", "QUOTA-005")
@pytest.mark.smpipeline(progress="manual", limits={"concurrent_executions": 2})
def test_an_account_runs_no_more_executions_at_once_than_its_quota(
    start: Start,
    smpipeline: SMPipelineMock,
    smpipeline_client: Any,
    refusal: Refusal,
    definition: str,
    picture: Callable[[], object],
    noon: datetime,
) -> None:
    """Those of all its pipelines in the region count; one that has ended makes room."""
    smpipeline.add("other", definition)
    start("other")
    start("Churn", PipelineParameters=given(Date="d"))
    before = picture()

    assert refusal(smpipeline_client.start_pipeline_execution, PipelineName="other") == (
        "ResourceLimitExceeded",
        CONCURRENT.format(2),
    )
    assert picture() == before
    smpipeline.run_until_idle()
    assert start("other")


@pytest.mark.fidelity("QUOTA-004")
@pytest.mark.smpipeline(progress="manual")
def test_the_quota_of_concurrent_executions_is_20(
    start: Start, smpipeline: SMPipelineMock, smpipeline_client: Any, refusal: Refusal, definition: str
) -> None:
    """A region of its own has a quota of its own."""
    for _ in range(20):
        start("Churn", PipelineParameters=given(Date="d"))
    smpipeline.add("Churn", definition, region="eu-west-1")
    elsewhere: Any = boto3.client("sagemaker", region_name="eu-west-1")

    refused = refusal(smpipeline_client.start_pipeline_execution, PipelineName="Churn", PipelineParameters=given(Date="d"))

    assert refused == ("ResourceLimitExceeded", CONCURRENT.format(20))
    assert elsewhere.start_pipeline_execution(PipelineName="Churn")["PipelineExecutionArn"]


@pytest.mark.fidelity("QUOTA-003")
@pytest.mark.smpipeline(progress="manual", limits={"concurrent_executions": 1})
def test_a_deleted_pipelines_executions_do_not_count(
    start: Start, smpipeline: SMPipelineMock, smpipeline_client: Any, definition: str
) -> None:
    """Nothing of it is left."""
    smpipeline.add("other", definition)
    start("other")
    smpipeline.run_until_idle()
    smpipeline_client.delete_pipeline(PipelineName="other")

    assert start("Churn", PipelineParameters=given(Date="d"))
