"""What must be as before for a cached result to count, by type of step.

A key names arguments, with dots between levels, or members of the step itself; ``Arguments`` are all arguments as they are. What
the developer guide lists in "Default cache key attributes by pipeline step type" stands here in the words of a definition: the
configurations of a check and of its job, which only the SDK knows, are the check's Arguments. The guide is silent on the types that
came later, and on Lambda and Callback steps, although the SDK lets them have a CacheConfig: they compare everything, as the SDK
says of caching ("called with the same arguments").
"""

from typing import Final

WHOLE: Final = "Arguments"
EVERYTHING: Final = (WHOLE,)
LAMBDA: Final = (WHOLE, "FunctionArn")
CALLBACK: Final = (WHOLE, "SqsQueueUrl")


def _under(parent: str, *members: str) -> tuple[str, ...]:
    return tuple(f"{parent}.{member}" for member in members)


PROCESSING: Final = ("AppSpecification", "Environment", "ProcessingInputs")

TRAINING: Final = (
    "AlgorithmSpecification",
    "CheckpointConfig",
    "DebugHookConfig",
    "DebugRuleConfigurations",
    "Environment",
    "HyperParameters",
    "InputDataConfig",
)

TUNING: Final = (
    "HyperParameterTuningJobConfig",
    *_under(
        "TrainingJobDefinition",
        "AlgorithmSpecification",
        "HyperParameterRanges",
        "InputDataConfig",
        "StaticHyperParameters",
        "TuningObjective",
    ),
    "TrainingJobDefinitions",
)

# The last three are what the second version of the API has instead of the others.
AUTOML: Final = (
    *_under("AutoMLJobConfig", "CompletionCriteria", "CandidateGenerationConfig", "DataSplitConfig", "Mode"),
    "AutoMLJobObjective",
    "InputDataConfig",
    "ProblemType",
    "AutoMLJobInputDataConfig",
    "AutoMLProblemTypeConfig",
    "DataSplitConfig",
)

TRANSFORM: Final = ("DataProcessing", "Environment", "ModelName", "TransformInput")

CLARIFY_CHECK: Final = (WHOLE, "CheckType", "SkipCheck", "RegisterNewBaseline", "ModelPackageGroupName", "SuppliedBaselineConstraints")

QUALITY_CHECK: Final = (*CLARIFY_CHECK, "SuppliedBaselineStatistics")

EMR: Final = ("ClusterId", "StepConfig")
