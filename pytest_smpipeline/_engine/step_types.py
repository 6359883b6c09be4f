"""The one table of step types: what a step of each type makes, shows, tells and takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pytest_smpipeline._definition.step_schemas import CALLED_OPERATIONS
from pytest_smpipeline._engine import (
    cache_keys,
    candidate_properties,
    checks,
    data_services,
    job_properties,
    lineage,
    metadata,
    property_names,
    resource_properties,
)
from pytest_smpipeline._engine.job_properties import PropertiesMaker
from pytest_smpipeline._engine.metadata import MetadataMaker

_SECOND: Final = 1_000
_MINUTE: Final = 60 * _SECOND
_SHORT_NAME: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class StepType:
    """What a step of this type does.

    ``metadata`` makes what ListPipelineExecutionSteps shows, of which the members ``at_end`` appear only once the step has ended; a
    ``Named`` one is asked when somebody looks.
    ``properties`` makes what later steps may refer to: what ``describe_call`` returns, and beside it the names in ``own_properties``; with
    neither nothing is known of the names. They are worked out when somebody refers to them, or at once when ``draws_ids`` says that ids are
    made for them: these must not depend on who looks. ``create_call`` is what the service calls to begin the work, as it stands in the
    reason of a step whose call was refused.

    ``duration`` is the default, in milliseconds: near the service's own for steps that it does itself, a round figure for jobs.
    One that is ``retryable`` heeds RetryPolicies. ``cached_by`` names what must be as before for a cached result to count:
    arguments, with dots between levels, or members of the step itself; None for a type that is never cached.

    A type that is not ``scripted`` decides by itself how it comes out; one with ``outputs`` shows output parameters once it has
    ended; the failure of one that is a ``job`` is worded as the service words a job's. One that is ``synchronous`` makes its
    resource in the create call itself, so that a failure leaves nothing to show. ``tuning_name`` says that its jobs have short
    names. ``when_stopped`` says what StopPipelineExecution does to a running step: its work ends soon, or it goes on until
    whoever was asked answers, or to its own end. ``time_limit`` is how long an attempt may take, in milliseconds.
    """

    metadata: MetadataMaker
    at_end: frozenset[str] = frozenset()
    properties: PropertiesMaker = job_properties.none
    describe_call: str | None = None
    draws_ids: bool = False
    own_properties: frozenset[str] = property_names.NONE
    create_call: str | None = None
    duration: int = _SECOND
    retryable: bool = False
    cached_by: tuple[str, ...] | None = None
    scripted: bool = True
    outputs: bool = False
    job: bool = True
    synchronous: bool = False
    tuning_name: bool = False
    when_stopped: Literal["ends", "waits for an answer", "goes on"] = "ends"
    time_limit: int | None = None


def _sagemaker(kind: str) -> str:
    return f"sagemaker:{CALLED_OPERATIONS[kind][0]}"


STEP_TYPES: Final[Mapping[str, StepType]] = {
    "Training": StepType(
        metadata=metadata.Named("TrainingJob", "training-job", "TrainingJobName"),
        properties=job_properties.training,
        describe_call="DescribeTrainingJob",
        create_call=_sagemaker("Training"),
        duration=5 * _MINUTE,
        retryable=True,
        cached_by=cache_keys.TRAINING,
    ),
    "Processing": StepType(
        metadata=metadata.Named("ProcessingJob", "processing-job", "ProcessingJobName"),
        properties=job_properties.processing,
        describe_call="DescribeProcessingJob",
        create_call=_sagemaker("Processing"),
        duration=3 * _MINUTE,
        retryable=True,
        cached_by=cache_keys.PROCESSING,
    ),
    # These two decide by themselves, and their metadata says how they came out: it is made when that is known, not here.
    "Condition": StepType(
        metadata=metadata.empty("Condition"), own_properties=property_names.CONDITION, duration=500, scripted=False, job=False
    ),
    "Fail": StepType(metadata=metadata.empty("Fail"), duration=500, scripted=False, job=False),
    "Transform": StepType(
        metadata=metadata.Named("TransformJob", "transform-job", "TransformJobName"),
        properties=job_properties.transform,
        describe_call="DescribeTransformJob",
        create_call=_sagemaker("Transform"),
        duration=4 * _MINUTE,
        retryable=True,
        cached_by=cache_keys.TRANSFORM,
    ),
    "Tuning": StepType(
        metadata=metadata.Named("TuningJob", "hyper-parameter-tuning-job", "HyperParameterTuningJobName", longest=_SHORT_NAME),
        properties=candidate_properties.tuning,
        draws_ids=True,
        describe_call="DescribeHyperParameterTuningJob",
        own_properties=property_names.TUNING,
        create_call=_sagemaker("Tuning"),
        duration=30 * _MINUTE,
        retryable=True,
        cached_by=cache_keys.TUNING,
        tuning_name=True,
    ),
    "AutoML": StepType(
        metadata=metadata.Named("AutoMLJob", "automl-job", "AutoMLJobName", longest=_SHORT_NAME),
        properties=candidate_properties.automl,
        describe_call="DescribeAutoMLJob",
        own_properties=property_names.AUTOML,
        create_call=_sagemaker("AutoML"),
        duration=60 * _MINUTE,
        retryable=True,
        cached_by=cache_keys.AUTOML,
        tuning_name=True,
    ),
    "Model": StepType(
        metadata=metadata.Named("Model", "model", "ModelName", lower=True),
        properties=resource_properties.model,
        describe_call="DescribeModel",
        create_call=_sagemaker("Model"),
        retryable=True,
        synchronous=True,
    ),
    "RegisterModel": StepType(
        metadata=metadata.model_package,
        properties=resource_properties.model_package,
        describe_call="DescribeModelPackage",
        create_call=_sagemaker("RegisterModel"),
        retryable=True,
        synchronous=True,
    ),
    "EndpointConfig": StepType(
        metadata=metadata.Named("EndpointConfig", "endpoint-config", "EndpointConfigName", lower=True),
        properties=resource_properties.endpoint_config,
        describe_call="DescribeEndpointConfig",
        create_call=_sagemaker("EndpointConfig"),
        retryable=True,
        cached_by=cache_keys.EVERYTHING,
        synchronous=True,
    ),
    "Endpoint": StepType(
        metadata=metadata.kept("Endpoint", "endpoint", "EndpointName"),
        properties=resource_properties.endpoint,
        describe_call="DescribeEndpoint",
        create_call=_sagemaker("Endpoint"),
        duration=5 * _MINUTE,
        cached_by=cache_keys.EVERYTHING,
    ),
    "InferenceComponent": StepType(
        metadata=metadata.kept("InferenceComponent", "inference-component", "InferenceComponentName"),
        properties=resource_properties.inference_component,
        describe_call="DescribeInferenceComponent",
        create_call=_sagemaker("InferenceComponent"),
        duration=2 * _MINUTE,
    ),
    "Lambda": StepType(
        metadata=metadata.lambda_function,
        create_call="lambda:Invoke",
        cached_by=cache_keys.LAMBDA,
        outputs=True,
        when_stopped="goes on",
        time_limit=10 * _MINUTE,
    ),
    "Callback": StepType(
        metadata=metadata.callback,
        create_call="sqs:SendMessage",
        duration=_MINUTE,
        cached_by=cache_keys.CALLBACK,
        outputs=True,
        job=False,
        when_stopped="waits for an answer",
    ),
    "QualityCheck": StepType(
        metadata=checks.check_metadata("QualityCheck", checks.QUALITY_FILES),
        at_end=checks.AT_END,
        properties=checks.check_properties,
        own_properties=property_names.QUALITY_CHECK,
        create_call=_sagemaker("QualityCheck"),
        duration=5 * _MINUTE,
        cached_by=cache_keys.QUALITY_CHECK,
    ),
    "ClarifyCheck": StepType(
        metadata=checks.check_metadata("ClarifyCheck", checks.CLARIFY_FILES),
        at_end=checks.AT_END,
        properties=checks.check_properties,
        own_properties=property_names.CLARIFY_CHECK,
        create_call=_sagemaker("ClarifyCheck"),
        duration=5 * _MINUTE,
        cached_by=cache_keys.CLARIFY_CHECK,
    ),
    "EMR": StepType(
        metadata=data_services.emr_metadata,
        at_end=data_services.LOGS,
        properties=data_services.emr_properties,
        own_properties=property_names.EMR,
        create_call="elasticmapreduce:AddJobFlowSteps",
        duration=5 * _MINUTE,
        retryable=True,
        cached_by=cache_keys.EMR,
    ),
    "EMRServerless": StepType(
        metadata=data_services.serverless_metadata,
        at_end=data_services.LOGS,
        properties=data_services.serverless_properties,
        own_properties=property_names.EMR_SERVERLESS,
        create_call="emr-serverless:StartJobRun",
        duration=5 * _MINUTE,
        retryable=True,
        cached_by=cache_keys.EVERYTHING,
    ),
    "Lineage": StepType(
        metadata=lineage.lineage_metadata, properties=lineage.lineage_properties, own_properties=property_names.LINEAGE, synchronous=True
    ),
    "Job": StepType(
        metadata=metadata.job,
        properties=job_properties.job,
        describe_call="DescribeJob",
        create_call="sagemaker:CreateJob",
        duration=_MINUTE,
        retryable=True,
        cached_by=cache_keys.EVERYTHING,
    ),
    "Cleanup": StepType(metadata=metadata.cleanup, at_end=metadata.CLEANED),
    "Pass": StepType(metadata=metadata.nothing, job=False),
    # The engine adds the counts of the iterations.
    "ForEach": StepType(metadata=metadata.empty("ForEach"), own_properties=property_names.FOR_EACH),
    "Athena": StepType(
        metadata=data_services.athena_metadata,
        properties=data_services.athena_properties,
        own_properties=property_names.ATHENA,
        create_call="athena:StartQueryExecution",
        duration=10 * _SECOND,
    ),
    "HubContent": StepType(
        metadata=metadata.hub_content,
        properties=resource_properties.hub_content,
        describe_call="DescribeHubContent",
        create_call="sagemaker:ImportHubContent",
        synchronous=True,
    ),
    "BedrockCustomModel": StepType(
        metadata=metadata.bedrock("BedrockCustomModel", "custom-model/imported"),
        properties=resource_properties.custom_model,
        own_properties=property_names.BEDROCK_CUSTOM_MODEL,
        create_call="bedrock:CreateCustomModel",
        duration=10 * _MINUTE,
    ),
    "BedrockCustomModelDeployment": StepType(
        metadata=metadata.bedrock("BedrockCustomModelDeployment", "custom-model-deployment"),
        properties=resource_properties.custom_model_deployment,
        own_properties=property_names.BEDROCK_CUSTOM_MODEL_DEPLOYMENT,
        create_call="bedrock:CreateCustomModelDeployment",
        duration=10 * _MINUTE,
    ),
    "BedrockModelImport": StepType(
        metadata=metadata.bedrock("BedrockModelImport", "model-import-job"),
        properties=resource_properties.model_import,
        draws_ids=True,
        own_properties=property_names.BEDROCK_MODEL_IMPORT,
        create_call="bedrock:CreateModelImportJob",
        duration=10 * _MINUTE,
    ),
    "BedrockProvisionedModelThroughput": StepType(
        metadata=metadata.bedrock("BedrockProvisionedModelThroughput", "provisioned-model"),
        properties=resource_properties.provisioned_throughput,
        own_properties=property_names.BEDROCK_PROVISIONED_MODEL_THROUGHPUT,
        create_call="bedrock:CreateProvisionedModelThroughput",
        duration=10 * _MINUTE,
    ),
}
