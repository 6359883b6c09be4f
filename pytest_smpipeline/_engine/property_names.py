"""Names of properties that the Describe response of no SageMaker operation has, by type of step.

They come from what the SDK lets later steps refer to; those of steps that work in other services are members of what these
services describe.
"""

from typing import Final


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


NONE: Final = _names("")

CONDITION: Final = _names("Outcome")

TUNING: Final = _names("TrainingJobSummaries")

# The reports, and what the second version of the API describes.
AUTOML: Final = _names(
    "BestCandidateProperties AutoMLComputeConfig AutoMLJobInputDataConfig AutoMLProblemTypeConfig AutoMLProblemTypeConfigName"
    " DataSplitConfig SecurityConfig"
)

CLARIFY_CHECK: Final = _names("CalculatedBaselineConstraints BaselineUsedForDriftCheckConstraints")
QUALITY_CHECK: Final = CLARIFY_CHECK | _names("CalculatedBaselineStatistics BaselineUsedForDriftCheckStatistics")

EMR: Final = _names("ClusterId ClusterConfig ExecutionRoleArn Id Name Config ActionOnFailure Status LogUri EncryptionKeyArn AdditionalInfo")
EMR_SERVERLESS: Final = _names("jobRun")

ATHENA: Final = _names(
    "QueryExecutionId Query StatementType ManagedQueryResultsConfiguration ResultConfiguration ResultReuseConfiguration"
    " QueryExecutionContext Status Statistics WorkGroup EngineVersion ExecutionParameters SubstatementType"
)

LINEAGE: Final = _names("ActionArns ArtifactArns ContextArns Associations")

FOR_EACH: Final = _names(
    "Status InputItemCount TotalStepCount SucceededStepCount FailedStepCount StoppedStepCount IterationOutputs Selected"
)

BEDROCK_CUSTOM_MODEL: Final = _names(
    "ModelArn ModelName JobArn JobName BaseModelArn CustomizationType ModelKmsKeyArn HyperParameters TrainingDataConfig"
    " ValidationDataConfig OutputDataConfig TrainingMetrics ValidationMetrics CreationTime CustomizationConfig ModelStatus FailureMessage"
)
BEDROCK_CUSTOM_MODEL_DEPLOYMENT: Final = _names(
    "ModelDeploymentArn ModelDeploymentName ModelArn CreatedAt Status FailureMessage Description Tags"
)
BEDROCK_MODEL_IMPORT: Final = _names(
    "JobArn JobName ImportedModelName ImportedModelArn RoleArn ModelDataSource Status FailureMessage CreationTime LastModifiedTime"
    " EndTime VpcConfig ImportedModelKmsKeyArn"
)
BEDROCK_PROVISIONED_MODEL_THROUGHPUT: Final = _names(
    "ModelUnits DesiredModelUnits ProvisionedModelName ProvisionedModelArn ModelArn DesiredModelArn FoundationModelArn Status"
    " CreationTime LastModifiedTime FailureMessage CommitmentDuration CommitmentExpirationTime"
)
