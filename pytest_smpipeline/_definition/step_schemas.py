"""The step types of a definition: which members each takes beside those that every step has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

COMMON_MEMBERS: Final = frozenset({"Name", "Type", "Arguments", "DependsOn", "DisplayName", "Description"})
# Members that the parser turns into fields of their own; all other members of a step are its settings.
READ_MEMBERS: Final = COMMON_MEMBERS | {"CacheConfig", "RetryPolicies", "PropertyFiles", "OutputParameters"}

_CACHED: Final = frozenset({"CacheConfig"})
_RETRIED: Final = frozenset({"RetryPolicies"})
_JOB: Final = _CACHED | _RETRIED
_CHECK: Final = _JOB | {
    "CheckType",
    "ModelPackageGroupName",
    "ModelName",
    "SkipCheck",
    "FailOnViolation",
    "RegisterNewBaseline",
    "SuppliedBaselineConstraints",
    "SuppliedBaselineStatistics",
}


@dataclass(frozen=True, slots=True)
class StepSchema:
    """What a step type takes: its members, None for any; those it needs; and those that must be one of several strings."""

    members: frozenset[str] | None
    required: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]]


def _step_type(own: frozenset[str], *required: str, **choices: tuple[str, ...]) -> StepSchema:
    return StepSchema(COMMON_MEMBERS | own, ("Name", *required), choices)


_PLAIN_JOB: Final = _step_type(_JOB, "Arguments")
_NEVER_CACHED: Final = _step_type(_RETRIED, "Arguments")
_NEVER_RETRIED: Final = _step_type(_CACHED, "Arguments")
_NEITHER: Final = _step_type(frozenset(), "Arguments")
# Nothing is known of what else the service accepts beside the arguments of these.
_OPEN: Final = StepSchema(None, ("Name", "Arguments"), {})
UNKNOWN_TYPE: Final = StepSchema(None, ("Name",), {})
"""What is asked of a step whose type is none, so that its other problems come to light with it."""

STEP_SCHEMAS: Final[Mapping[str, StepSchema]] = {
    "Processing": _step_type(_JOB | {"PropertyFiles"}, "Arguments"),
    "Training": _PLAIN_JOB,
    "Tuning": _PLAIN_JOB,
    "AutoML": _PLAIN_JOB,
    "Transform": _PLAIN_JOB,
    "Model": _NEVER_CACHED,
    "RegisterModel": _NEVER_CACHED,
    "EMR": _PLAIN_JOB,
    "EMRServerless": _PLAIN_JOB,
    "Job": _PLAIN_JOB,
    "Endpoint": _NEVER_RETRIED,
    "EndpointConfig": _PLAIN_JOB,
    "InferenceComponent": _NEITHER,
    "Lineage": _NEITHER,
    "Cleanup": _NEITHER,
    "Condition": _NEITHER,
    "Fail": _NEITHER,
    "ForEach": _NEITHER,
    # In no list of types, but in definitions that tests of AWS's controllers for Kubernetes run on AWS.
    "Pass": _NEITHER,
    "Lambda": _step_type(_CACHED | {"FunctionArn", "OutputParameters"}, "FunctionArn"),
    "Callback": _step_type(_CACHED | {"SqsQueueUrl", "OutputParameters"}, "SqsQueueUrl"),
    "QualityCheck": _step_type(_CHECK, "Arguments", "CheckType", CheckType=("DATA_QUALITY", "MODEL_QUALITY")),
    "ClarifyCheck": _step_type(_CHECK, "Arguments", "CheckType", CheckType=("DATA_BIAS", "MODEL_BIAS", "MODEL_EXPLAINABILITY")),
    "Athena": _OPEN,
    "BedrockCustomModel": _OPEN,
    "BedrockCustomModelDeployment": _OPEN,
    "BedrockModelImport": _OPEN,
    "BedrockProvisionedModelThroughput": _OPEN,
    "HubContent": _OPEN,
}

# Both ways to ask for AutoML are one step type: a step may use the members of either.
CALLED_OPERATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "Training": ("CreateTrainingJob",),
    "Processing": ("CreateProcessingJob",),
    "Transform": ("CreateTransformJob",),
    "Tuning": ("CreateHyperParameterTuningJob",),
    "AutoML": ("CreateAutoMLJob", "CreateAutoMLJobV2"),
    "Model": ("CreateModel",),
    "RegisterModel": ("CreateModelPackage",),
    "QualityCheck": ("CreateProcessingJob",),
    "ClarifyCheck": ("CreateProcessingJob",),
    "EndpointConfig": ("CreateEndpointConfig",),
    "Endpoint": ("CreateEndpoint",),
    "InferenceComponent": ("CreateInferenceComponent",),
}
"""The operations whose requests the Arguments of job steps are, by type; the first is the one that is called by default."""
