"""What later steps can refer to of a job: the response of its Describe call, worked out."""

from collections.abc import Callable

import pytest

from pytest_smpipeline import Execution, succeed
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import Json, JsonObject

Make = Callable[..., tuple[Metadata, JsonObject]]
Run = Callable[..., Execution]
Step = Callable[..., JsonObject]

ARN = "arn:aws:sagemaker:us-east-1:123456789012"
NAME = "pipelines-exec12345678-Make-SUFFIX1234"
LONG = 90_500

# Type, noun of the members, resource in the ARN, and the names that its Describe call has for the times.
JOBS: list[tuple[str, str, str, JsonObject]] = [
    ("Training", "TrainingJob", "training-job", {"TrainingStartTime": 1000.0, "LastModifiedTime": 1090.5, "TrainingEndTime": 1090.5}),
    (
        "Processing",
        "ProcessingJob",
        "processing-job",
        {"ProcessingStartTime": 1000.0, "LastModifiedTime": 1090.5, "ProcessingEndTime": 1090.5},
    ),
    ("Transform", "TransformJob", "transform-job", {"TransformStartTime": 1000.0, "TransformEndTime": 1090.5}),
    ("Job", "Job", "job", {"LastModifiedTime": 1090.5, "EndTime": 1090.5}),
]
DERIVED: dict[str, JsonObject] = {
    "Training": {"SecondaryStatus": "Completed", "TrainingTimeInSeconds": 90, "BillableTimeInSeconds": 90},
    "Job": {"SecondaryStatus": "Completed"},
}


@pytest.mark.fidelity("PROP-003", "PROP-004")
@pytest.mark.parametrize(("kind", "noun", "resource", "times"), JOBS)
def test_a_job_is_described_with_its_request_name_arn_status_and_times(
    make: Make, kind: str, noun: str, resource: str, times: JsonObject
) -> None:
    """Times are seconds since 1970; a job starts when it is created."""
    _, properties = make(kind, {"RoleArn": "role"}, duration=LONG)

    assert properties == {
        "RoleArn": "role",
        f"{noun}Name": NAME,
        f"{noun}Arn": f"{ARN}:{resource}/{NAME}",
        f"{noun}Status": "Completed",
        "CreationTime": 1000.0,
        **times,
        **DERIVED.get(kind, {}),
    }


@pytest.mark.fidelity("PROP-004")
@pytest.mark.parametrize(("kind", "times"), [(kind, times) for kind, _, _, times in JOBS])
def test_a_job_whose_end_is_not_known_has_no_end_time(make: Make, kind: str, times: JsonObject) -> None:
    """Nobody knows when a job ends that is held."""
    _, properties = make(kind)

    assert [name for name in properties if name.endswith("EndTime")] == []
    assert properties.get("LastModifiedTime") == (1000.0 if "LastModifiedTime" in times else None)
    assert "TrainingTimeInSeconds" not in properties


@pytest.mark.fidelity("PROP-005")
@pytest.mark.parametrize(("kind", "status"), [(kind, f"{noun}Status") for kind, noun, _, _ in JOBS])
@pytest.mark.parametrize(
    ("how", "word", "reason"), [({"failure": "boom"}, "Failed", "boom"), ({"stopped": True}, "Stopped", None), ({}, "Failed", None)]
)
def test_a_job_that_did_not_succeed_says_how_it_ended(
    make: Make, kind: str, status: str, how: dict[str, object], word: str, reason: str | None
) -> None:
    """A step that runs on a failure can refer to the status and the reason; a job that was stopped has none."""
    _, properties = make(kind, succeeded=False, **how)

    assert (properties[status], properties.get("FailureReason")) == (word, reason)
    assert properties.get("SecondaryStatus", word) == word


@pytest.mark.fidelity("PROP-006")
@pytest.mark.parametrize(("kind", "told"), [("Training", []), ("Processing", []), ("Transform", []), ("Job", [{"Key": "k", "Value": "v"}])])
def test_tags_are_told_of_the_jobs_whose_describe_call_has_them(make: Make, kind: str, told: Json) -> None:
    """A reference to what the Describe call leaves out fails, as on the service."""
    _, properties = make(kind, {"Tags": [{"Key": "k", "Value": "v"}]})

    assert properties.get("Tags", []) == told


@pytest.mark.fidelity("META-016")
@pytest.mark.parametrize(
    ("kind", "member", "key", "longest"),
    [
        ("Training", "TrainingJobName", "TrainingJob", 63),
        ("Processing", "ProcessingJobName", "ProcessingJob", 63),
        ("Transform", "TransformJobName", "TransformJob", 63),
        ("Tuning", "HyperParameterTuningJobName", "TuningJob", 32),
        ("AutoML", "AutoMLJobName", "AutoMLJob", 32),
        ("Job", "JobName", "Job", 63),
        ("QualityCheck", "ProcessingJobName", "QualityCheck", 63),
    ],
)
def test_a_name_in_the_arguments_begins_the_name_of_the_job(make: Make, kind: str, member: str, key: str, longest: int) -> None:
    """The SDK's ``use_custom_job_prefix`` leaves such a name in the definition; each execution makes it its own."""
    short, long = make(kind, {member: "churn"}), make(kind, {member: "x" * 90})

    names = [str(metadata[key].get("Arn") or metadata[key]["CheckJobArn"]).rpartition("/")[2] for metadata, _ in (short, long)]
    assert names == ["churn-SUFFIX1234", "x" * (longest - 11) + "-SUFFIX1234"]
    assert short[1].get(member, names[0]) == names[0]


@pytest.mark.fidelity("VALUE-007")
@pytest.mark.parametrize(
    ("compression", "end"), [({}, "model.tar.gz"), ({"CompressionType": "GZIP"}, "model.tar.gz"), ({"CompressionType": "NONE"}, "model/")]
)
def test_a_model_that_is_not_compressed_is_a_folder(make: Make, compression: JsonObject, end: str) -> None:
    """OutputDataConfig says whether the model is one archive."""
    _, properties = make("Training", {"OutputDataConfig": {"S3OutputPath": "s3://b/out/", **compression}})

    assert properties["ModelArtifacts"] == {"S3ModelArtifacts": f"s3://b/out/{NAME}/output/{end}"}


@pytest.mark.fidelity("META-017")
@pytest.mark.parametrize(("category", "resource"), [({"JobCategory": "AgentRFT"}, "job/AgentRFT"), ({}, "job")])
def test_the_category_of_a_job_stands_in_its_arn(make: Make, category: JsonObject, resource: str) -> None:
    """CreateJob is one operation for several categories of jobs."""
    metadata, properties = make("Job", category)

    assert metadata == {"Job": {"Arn": f"{ARN}:{resource}/{NAME}"}}
    assert properties["JobName"] == NAME


@pytest.mark.fidelity("PROP-002")
def test_a_later_step_refers_into_the_document_of_a_job(run: Run, step: Step) -> None:
    """The document is one text in the definition."""
    tune = step("Tune", kind="Job", arguments={"JobConfigDocument": '{"OutputModelPackageArn": "arn"}'})
    value: Json = {"Get": "Steps.Tune.JobConfigDocument.OutputModelPackageArn"}

    execution = run(tune, step("Use", arguments={"RoleArn": value}))

    assert execution.steps["Use"].arguments == {"RoleArn": "arn"}


def test_a_notebook_job_tells_what_the_sdk_refers_to(run: Run, step: Step) -> None:
    """NotebookJobStep of the SDK makes a Training step and refers to it so."""
    location: Json = [{"ChannelName": "c", "DataSource": {"S3DataSource": {"S3Uri": "s3://b/in"}}}]
    notebook: JsonObject = {"InputDataConfig": location, "Environment": {"SM_INPUT_NOTEBOOK_NAME": "a.ipynb"}}
    values: JsonObject = {
        "NAME": {"Get": "Steps.Run.TrainingJobName"},
        "STATUS": {"Get": "Steps.Run.TrainingJobStatus"},
        "INPUT": {"Get": "Steps.Run.InputDataConfig[0].DataSource.S3DataSource.S3Uri"},
        "NOTEBOOK": {"Get": "Steps.Run.Environment['SM_INPUT_NOTEBOOK_NAME']"},
    }

    execution = run(step("Run", arguments=notebook), step("Use", arguments={"Environment": values}), script={"Run": succeed()})

    name = execution.steps["Run"].properties["TrainingJobName"]
    assert execution.steps["Use"].arguments == {
        "Environment": {"NAME": name, "STATUS": "Completed", "INPUT": "s3://b/in", "NOTEBOOK": "a.ipynb"}
    }
