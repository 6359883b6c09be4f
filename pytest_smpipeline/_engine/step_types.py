"""The one table of step types: what a step of each type makes, shows and takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from pytest_smpipeline._engine.attempts import Attempt
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import JsonObject

_MetadataMaker: TypeAlias = Callable[[Attempt], Metadata]
_PropertiesMaker: TypeAlias = Callable[[Attempt, Metadata], JsonObject]

_SECOND: Final = 1_000
_MINUTE: Final = 60 * _SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class StepType:
    """What a step of this type does.

    ``metadata`` makes what ListPipelineExecutionSteps shows, ``properties`` what later steps may refer to. ``duration`` is
    the default, in milliseconds: near the service's own for steps that it does itself, a round figure for jobs. A type that
    is not ``complete`` succeeds with metadata of its kind and does nothing else yet. A type that is not ``scripted`` decides
    by itself how it comes out; one with ``outputs`` shows output parameters once it has ended; the failure of one that is a
    ``job`` is worded as the service words a job's. One that is ``synchronous`` makes its resource in the create call itself,
    so that a failure leaves nothing to show. ``when_stopped`` says what StopPipelineExecution does to a running step: its work
    ends soon, or it goes on until whoever was asked answers, or to its own end.
    """

    metadata: _MetadataMaker
    properties: _PropertiesMaker
    duration: int = _SECOND
    complete: bool = False
    scripted: bool = True
    outputs: bool = False
    job: bool = True
    synchronous: bool = False
    tuning_name: bool = False
    cached_by: tuple[str, ...] | None = None
    create_call: str | None = None
    time_limit: int | None = None
    when_stopped: Literal["ends", "waits for an answer", "goes on"] = "ends"


def _arn_metadata(key: str, resource: str, *, lower: bool = False, service: str = "sagemaker") -> _MetadataMaker:
    def make(attempt: Attempt) -> Metadata:
        name = attempt.job_name.lower() if lower else attempt.job_name
        return {key: {"Arn": attempt.arn(f"{resource}/{name}", service)}}

    return make


def _described(noun: str, *, lower: bool = False, status: bool = True) -> _PropertiesMaker:
    """Echo the arguments as the Describe call does, with the name, ARN and status of the resource."""

    def make(attempt: Attempt, metadata: Metadata) -> JsonObject:
        (made,) = metadata.values()
        name = attempt.job_name.lower() if lower else attempt.job_name
        identity: JsonObject = {f"{noun}Name": name, f"{noun}Arn": made["Arn"]}
        if status:
            identity[f"{noun}Status"] = "Completed" if attempt.succeeded else "Failed"
        return attempt.arguments | identity

    return make


def _training_properties(attempt: Attempt, metadata: Metadata) -> JsonObject:
    described = _described("TrainingJob")(attempt, metadata)
    output = attempt.arguments.get("OutputDataConfig")
    prefix = output.get("S3OutputPath") if isinstance(output, dict) else None
    if isinstance(prefix, str):
        described["ModelArtifacts"] = {"S3ModelArtifacts": f"{prefix.rstrip('/')}/{attempt.job_name}/output/model.tar.gz"}
    if attempt.made.metrics:
        metrics = attempt.made.metrics.items()
        described["FinalMetricDataList"] = [
            {"MetricName": name, "Value": value, "Timestamp": attempt.now / _SECOND} for name, value in metrics
        ]
    return described


def _package_arn(attempt: Attempt) -> str:
    group = attempt.arguments.get("ModelPackageGroupName")
    if not isinstance(group, str):
        return attempt.arn(f"model-package/{attempt.job_name.lower()}")
    group = group.rsplit("/", 1)[-1]
    version = attempt.territory.package_versions.get(group, 0) + 1
    attempt.territory.package_versions[group] = version
    return attempt.arn(f"model-package/{group}/{version}")


def _register_metadata(attempt: Attempt) -> Metadata:
    return {"RegisterModel": {"Arn": _package_arn(attempt)}}


def _register_properties(attempt: Attempt, metadata: Metadata) -> JsonObject:
    return attempt.arguments | {"ModelPackageArn": metadata["RegisterModel"]["Arn"]}


def _echo(attempt: Attempt, _metadata: Metadata) -> JsonObject:
    return dict(attempt.arguments)


def _lambda_metadata(attempt: Attempt) -> Metadata:
    return {"Lambda": {"Arn": attempt.setting("FunctionArn")}}


def _callback_metadata(attempt: Attempt) -> Metadata:
    return {"Callback": {"CallbackToken": attempt.ids.callback_token(), "SqsQueueUrl": attempt.setting("SqsQueueUrl")}}


def _check_metadata(key: str) -> _MetadataMaker:
    def make(attempt: Attempt) -> Metadata:
        shown = ("CheckType", "ModelPackageGroupName", "SkipCheck", "RegisterNewBaseline")
        echoed = {name: attempt.settings[name] for name in shown if name in attempt.settings}
        return {key: echoed | {"CheckJobArn": attempt.arn(f"processing-job/{attempt.job_name}")}}

    return make


def _emr_metadata(attempt: Attempt) -> Metadata:
    suffix = attempt.ids.job_suffix().upper()
    cluster = attempt.arguments.get("ClusterId")
    return {
        "EMR": {
            "ClusterId": cluster if isinstance(cluster, str) else f"j-{suffix}",
            "StepId": f"s-{suffix}",
            "StepName": attempt.job_name,
        }
    }


def _serverless_metadata(attempt: Attempt) -> Metadata:
    suffix = attempt.ids.job_suffix().lower()
    return {"EMRServerless": {"ApplicationId": f"00{suffix}", "JobRunId": f"01{suffix}", "JobRunName": attempt.job_name}}


def _empty(key: str) -> _MetadataMaker:
    return lambda _attempt: {key: {}}


def _nothing(_attempt: Attempt, _metadata: Metadata) -> JsonObject:
    return {}


def _bedrock(key: str, resource: str) -> StepType:
    return StepType(metadata=_arn_metadata(key, resource, service="bedrock"), properties=_echo, duration=10 * _MINUTE)


STEP_TYPES: Final[Mapping[str, StepType]] = {
    "Training": StepType(
        metadata=_arn_metadata("TrainingJob", "training-job"),
        properties=_training_properties,
        duration=5 * _MINUTE,
        complete=True,
    ),
    "Processing": StepType(
        metadata=_arn_metadata("ProcessingJob", "processing-job"),
        properties=_described("ProcessingJob"),
        duration=3 * _MINUTE,
        complete=True,
    ),
    # These two decide by themselves, and their metadata says how they came out: it is made when that is known, not here.
    "Condition": StepType(metadata=_empty("Condition"), properties=_nothing, duration=500, complete=True, scripted=False, job=False),
    "Fail": StepType(metadata=_empty("Fail"), properties=_nothing, duration=500, complete=True, scripted=False, job=False),
    "Transform": StepType(
        metadata=_arn_metadata("TransformJob", "transform-job"),
        properties=_described("TransformJob"),
        duration=4 * _MINUTE,
    ),
    "Tuning": StepType(
        metadata=_arn_metadata("TuningJob", "hyper-parameter-tuning-job"),
        properties=_described("HyperParameterTuningJob"),
        duration=30 * _MINUTE,
        tuning_name=True,
    ),
    "AutoML": StepType(
        metadata=_arn_metadata("AutoMLJob", "automl-job"),
        properties=_described("AutoMLJob"),
        duration=60 * _MINUTE,
    ),
    "Model": StepType(
        metadata=_arn_metadata("Model", "model", lower=True),
        properties=_described("Model", lower=True, status=False),
        synchronous=True,
    ),
    "RegisterModel": StepType(metadata=_register_metadata, properties=_register_properties, synchronous=True),
    "EndpointConfig": StepType(
        metadata=_arn_metadata("EndpointConfig", "endpoint-config", lower=True),
        properties=_described("EndpointConfig", lower=True, status=False),
        synchronous=True,
    ),
    "Endpoint": StepType(
        metadata=_arn_metadata("Endpoint", "endpoint", lower=True),
        properties=_described("Endpoint", lower=True, status=False),
        duration=5 * _MINUTE,
    ),
    "InferenceComponent": StepType(
        metadata=_arn_metadata("InferenceComponent", "inference-component", lower=True),
        properties=_described("InferenceComponent", lower=True, status=False),
        duration=2 * _MINUTE,
    ),
    "Lambda": StepType(metadata=_lambda_metadata, properties=_nothing, outputs=True, when_stopped="goes on", time_limit=10 * _MINUTE),
    "Callback": StepType(
        metadata=_callback_metadata,
        properties=_nothing,
        duration=_MINUTE,
        outputs=True,
        job=False,
        when_stopped="waits for an answer",
    ),
    "QualityCheck": StepType(metadata=_check_metadata("QualityCheck"), properties=_echo, duration=5 * _MINUTE),
    "ClarifyCheck": StepType(metadata=_check_metadata("ClarifyCheck"), properties=_echo, duration=5 * _MINUTE),
    "EMR": StepType(metadata=_emr_metadata, properties=_echo, duration=5 * _MINUTE),
    "EMRServerless": StepType(metadata=_serverless_metadata, properties=_echo, duration=5 * _MINUTE),
    "Lineage": StepType(metadata=_empty("Lineage"), properties=_nothing),
    "Job": StepType(metadata=_arn_metadata("Job", "job"), properties=_echo, duration=_MINUTE),
    "Cleanup": StepType(metadata=_empty("Cleanup"), properties=_nothing),
    "ForEach": StepType(metadata=_empty("ForEach"), properties=_nothing),
    "Athena": StepType(metadata=_empty("Athena"), properties=_nothing, duration=10 * _SECOND),
    "HubContent": StepType(metadata=_empty("HubContent"), properties=_nothing),
    "BedrockCustomModel": _bedrock("BedrockCustomModel", "custom-model"),
    "BedrockCustomModelDeployment": _bedrock("BedrockCustomModelDeployment", "custom-model-deployment"),
    "BedrockModelImport": _bedrock("BedrockModelImport", "imported-model"),
    "BedrockProvisionedModelThroughput": _bedrock("BedrockProvisionedModelThroughput", "provisioned-model"),
}
