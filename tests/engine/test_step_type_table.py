"""The table of step types: what it says of each type agrees with botocore's model and with what AWS documents."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_smpipeline import succeed
from pytest_smpipeline._definition.step_schemas import CALLED_OPERATIONS, STEP_SCHEMAS
from pytest_smpipeline._engine.attempts import Attempt
from pytest_smpipeline._engine.metadata import Named
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline._state.ids import IdSource
from pytest_smpipeline._wire import service_model
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.values import Json, JsonObject

Make = Callable[..., tuple[Metadata, JsonObject]]

# Operations, and members of what they answer, that botocore 1.40, the oldest supported, does not have yet.
NEWER_OPERATIONS = {"CreateJob", "DescribeJob"}

# Arguments that bring forth everything that is derived from arguments.
ARGUMENTS: dict[str, JsonObject] = {
    "Training": {"OutputDataConfig": {"S3OutputPath": "s3://b"}, "Tags": []},
    "Tuning": {
        "HyperParameterTuningJobConfig": {
            "HyperParameterTuningJobObjective": {"MetricName": "auc", "Type": "Maximize"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 2},
        }
    },
    "AutoML": {"OutputDataConfig": {"S3OutputPath": "s3://b"}, "AutoMLJobObjective": {"MetricName": "auc"}},
    "RegisterModel": {"ModelPackageGroupName": "churn", "ClientToken": "t"},
    "Endpoint": {"DeploymentConfig": {}, "EndpointConfigName": "c"},
    "InferenceComponent": {"EndpointName": "e", "RuntimeConfig": {"CopyCount": 1}},
    "Job": {"Tags": [], "JobConfigDocument": "{}"},
    "HubContent": {"HubName": "h", "HubContentType": "Model", "Tags": []},
    "QualityCheck": {"ProcessingOutputConfig": {"Outputs": [{"S3Output": {"S3Uri": "s3://b"}}]}},
    "EMRServerless": {
        "JobConfig": {"configurationOverrides": {"monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": "s3://b"}}}}
    },
    "Athena": {"ResultConfiguration": {"OutputLocation": "s3://b"}},
    "Cleanup": {"Resources": {"S3": [{"StepName": "Train"}]}},
    "ClarifyCheck": {"ProcessingOutputConfig": {"Outputs": [{"S3Output": {"S3Uri": "s3://b"}}]}},
    "EMR": {"StepConfig": {"HadoopJarStep": {"Args": []}}, "ClusterConfig": {"LogUri": "s3://b"}, "ExecutionRoleArn": "r"},
    "Lineage": {
        "Actions": [{"ActionName": "a"}],
        "Artifacts": [{"ArtifactName": "b"}],
        "Contexts": [{"ContextName": "c"}],
        "Associations": [{"Source": {"Arn": "a"}, "Destination": {"Arn": "b"}}],
    },
    "BedrockCustomModelDeployment": {"ModelArn": "m", "Tags": []},
    "BedrockProvisionedModelThroughput": {"ModelId": "arn:m", "ModelUnits": 1},
}
SETTINGS: JsonObject = {
    "CheckType": "DATA_BIAS",
    "ModelPackageGroupName": "churn",
    "SkipCheck": False,
    "RegisterNewBaseline": True,
}
# Types whose member of Metadata has another name.
KEYS = {"Training": "TrainingJob", "Processing": "ProcessingJob", "Transform": "TransformJob", "Tuning": "TuningJob", "AutoML": "AutoMLJob"}
# What is shown of the steps that decide by themselves is made when that is known.
COUNTS = "FailedStepCount InputItemCount Selector Status StoppedStepCount SucceededStepCount TotalStepCount"
OUTCOMES = {"Condition": {"Outcome"}, "Fail": {"ErrorMessage"}, "ForEach": set(COUNTS.split())}
PAGE = Path(__file__).parents[2] / "docs" / "step-types.md"
DESCRIBED = [kind for kind, entry in STEP_TYPES.items() if entry.describe_call]


def described(kind: str) -> Shape | None:
    """Return what the Describe call of a type answers; None for a call that the installed botocore does not have yet."""
    call, model = STEP_TYPES[kind].describe_call, service_model.current()
    if call is None or not model.has_operation(call):
        assert call is None or call in NEWER_OPERATIONS
        return None
    return model.output_shape(call)


@pytest.mark.fidelity("TYPE-001")
@pytest.mark.parametrize("kind", STEP_TYPES)
@pytest.mark.parametrize("how", [{"made": succeed(metrics={"auc": 0.9})}, {"succeeded": False, "failure": "violation"}])
def test_every_property_is_a_member_of_what_describes_the_resource(make: Make, kind: str, how: dict[str, object]) -> None:
    """Whatever later steps can refer to, at any depth, is in the model of the Describe call, or listed beside it."""
    _, properties = make(kind, ARGUMENTS.get(kind), {"RegisterNewBaseline": True}, duration=1000, **how)
    shape, own = described(kind), STEP_TYPES[kind].own_properties

    derived = {name: value for name, value in properties.items() if name not in own}
    if shape is not None:
        assert list(outside(derived, shape)) == []
    elif STEP_TYPES[kind].describe_call is None and own:
        assert derived == {}


@pytest.mark.parametrize("kind", [kind for kind, entry in STEP_TYPES.items() if not entry.draws_ids])
def test_properties_that_are_worked_out_late_draw_no_ids(make: Make, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids repeat from run to run, whether or not somebody looks at the properties of a step."""
    entry, drawn = STEP_TYPES[kind], list[str]()
    text = IdSource._text

    def count(source: IdSource, sequence: str, length: int, alphabet: bytes) -> str:
        drawn.append(sequence)
        return text(source, sequence, length, alphabet)

    def properties(attempt: Attempt, metadata: Metadata) -> JsonObject:
        drawn.clear()
        return entry.properties(attempt, metadata)

    monkeypatch.setattr(IdSource, "_text", count)
    monkeypatch.setitem(STEP_TYPES, kind, replace(entry, properties=properties))
    make(kind, ARGUMENTS.get(kind), {"RegisterNewBaseline": True}, duration=1000, made=succeed(metrics={"auc": 0.9}))
    assert drawn == []


@pytest.mark.parametrize("kind", [kind for kind, entry in STEP_TYPES.items() if isinstance(entry.metadata, Named)])
def test_metadata_that_is_worked_out_late_is_the_same_from_start_to_end(kind: str) -> None:
    """Nothing of it is to come at the end of the step: neither members of its own, nor outputs."""
    assert (STEP_TYPES[kind].at_end, STEP_TYPES[kind].outputs) == (frozenset(), False)


def outside(value: Json, shape: Shape) -> Iterator[str]:
    """Yield the members of a value that its shape does not have."""
    if isinstance(value, dict) and shape.type == "structure":
        for name, below in value.items():
            if name not in shape.members:
                yield name
            else:
                yield from outside(below, shape.members[name])
    elif isinstance(value, list) and shape.element is not None:
        for item in value:
            yield from outside(item, shape.element)


@pytest.mark.fidelity("TYPE-002")
def test_the_training_jobs_of_a_tuning_job_are_listed_as_the_api_lists_them(make: Make) -> None:
    """The one list among the names beside a Describe call has an operation of its own."""
    _, properties = make("Tuning", ARGUMENTS["Tuning"], made=succeed(metrics={"auc": 0.9}))
    shape = service_model.current().output_shape("ListTrainingJobsForHyperParameterTuningJob")

    listing: JsonObject = {"TrainingJobSummaries": properties["TrainingJobSummaries"]}
    assert list(outside(listing, shape)) == []


@pytest.mark.parametrize("kind", DESCRIBED)
def test_names_beside_a_describe_call_are_not_its_own(kind: str) -> None:
    """A name stands in one of the two places."""
    shape = described(kind)

    assert shape is None or STEP_TYPES[kind].own_properties.isdisjoint(shape.members)


def test_the_names_of_the_second_version_of_automl_are_those_of_its_describe_call() -> None:
    """An AutoML step may use either version, and the table names the Describe call of the first."""
    model = service_model.current()
    first, second = (model.output_shape(call).members.keys() for call in ("DescribeAutoMLJob", "DescribeAutoMLJobV2"))

    assert second - first <= STEP_TYPES["AutoML"].own_properties <= (second | {"BestCandidateProperties"}) - first


@pytest.mark.fidelity("TYPE-003")
@pytest.mark.parametrize("kind", STEP_TYPES)
def test_the_call_that_begins_the_work_is_an_operation_of_the_service(kind: str) -> None:
    """It is named as IAM names actions, and it is the operation whose request the arguments are held against."""
    call = STEP_TYPES[kind].create_call
    service, _, operation = (call or "").partition(":")

    if kind in CALLED_OPERATIONS:
        assert call == f"sagemaker:{CALLED_OPERATIONS[kind][0]}"
    if service == "sagemaker":
        assert service_model.current().has_operation(operation) or operation in NEWER_OPERATIONS


@pytest.mark.fidelity("TYPE-004", "TYPE-005")
def test_what_heeds_retry_policies() -> None:
    """The developer guide's seven, those that the SDK has learned since, and EMR, of which the guide says so elsewhere."""
    guide = {"Processing", "Training", "Tuning", "AutoML", "Model", "RegisterModel", "Transform"}

    assert {kind for kind, entry in STEP_TYPES.items() if entry.retryable} == guide | {"EndpointConfig", "EMR", "EMRServerless", "Job"}


@pytest.mark.fidelity("TYPE-006", "TYPE-007")
def test_what_is_cached() -> None:
    """The developer guide's eight, and what else the SDK lets have a CacheConfig."""
    guide = {"Processing", "Training", "Tuning", "AutoML", "Transform", "ClarifyCheck", "QualityCheck", "EMR"}
    later = {"Lambda", "Callback", "EndpointConfig", "Endpoint", "EMRServerless", "Job"}

    assert {kind for kind, entry in STEP_TYPES.items() if entry.cached_by is not None} == guide | later
    assert all((STEP_TYPES[kind].cached_by or ())[0] == "Arguments" for kind in later)


@pytest.mark.parametrize("kind", STEP_TYPES)
def test_what_is_retried_or_cached_can_say_so(kind: str) -> None:
    """A definition may have the member that the table heeds."""
    members, entry = STEP_SCHEMAS[kind].members, STEP_TYPES[kind]

    assert members is None or not entry.retryable or "RetryPolicies" in members
    assert members is None or entry.cached_by is None or "CacheConfig" in members


@pytest.mark.fidelity("TYPE-006", "TYPE-008")
@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind, entry in STEP_TYPES.items() for key in entry.cached_by or ()])
def test_a_cache_key_is_an_argument_or_a_member_of_the_step(kind: str, key: str) -> None:
    """What is compared can be there: in a request of one of the operations that the type calls, or beside the arguments."""
    members = STEP_SCHEMAS[kind].members
    if key == "Arguments" or (members is not None and key in members):
        return
    if kind == "EMR":
        assert key in {"ClusterId", "StepConfig"}  # of the SDK's EMRStep; no operation takes both
        return
    assert any(has(service_model.current().input_shape(operation), key) for operation in CALLED_OPERATIONS[kind])


def has(shape: Shape, path: str) -> bool:
    """Return whether a member is there, under the members that the path names before it."""
    for name in path.split("."):
        if name not in shape.members:
            return False
        shape = shape.members[name]
    return True


@pytest.mark.fidelity("CHECK-007")
@pytest.mark.parametrize("kind", STEP_TYPES)
def test_what_is_shown_at_the_end_is_a_member_of_the_metadata(kind: str) -> None:
    """A name that no metadata has would never be kept back."""
    shape = listing_of_metadata().members.get(kind)

    statistics = {"CalculatedBaselineStatistics", "BaselineUsedForDriftCheckStatistics"} if kind == "ClarifyCheck" else set[str]()
    assert shape is None or STEP_TYPES[kind].at_end - statistics <= shape.members.keys()


@pytest.mark.fidelity("META-001")
@pytest.mark.parametrize("kind", STEP_TYPES)
def test_the_page_of_step_types_names_what_metadata_can_show(make: Make, kind: str) -> None:
    """All members that a step of a type can show, however it ends, in the order of the page; all of them are in the model."""
    rows = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {kind} |")]
    ends = [make(kind, ARGUMENTS.get(kind), SETTINGS, **how) for how in ({}, {"succeeded": False, "failure": "violation"})]
    shown = {member for metadata, _ in ends for member in metadata.get(KEYS.get(kind, kind), {})}
    shown |= {"OutputParameters"} if STEP_TYPES[kind].outputs else OUTCOMES.get(kind, set())

    (cells,) = rows
    assert set(cells[5].split(", ")) - {"none"} == shown
    metadata_shape = listing_of_metadata().members.get(KEYS.get(kind, kind))
    assert metadata_shape is None or shown <= metadata_shape.members.keys()


def listing_of_metadata() -> Shape:
    """Return what ListPipelineExecutionSteps shows of what steps made."""
    element = service_model.current().output_shape("ListPipelineExecutionSteps").members["PipelineExecutionSteps"].element
    assert element is not None
    return element.members["Metadata"]
