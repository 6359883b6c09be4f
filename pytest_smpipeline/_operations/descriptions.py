"""How pipelines and executions are described: for the Describe operations, and for whoever shows the same in its own answer."""

from pytest_smpipeline._definition.parameters import format_value
from pytest_smpipeline._operations.context import Answer, Context
from pytest_smpipeline._operations.members import parallelism_configuration, present
from pytest_smpipeline._operations.selective import selective_execution_config
from pytest_smpipeline._state.entities import ExecutionState, PipelineState, VersionState
from pytest_smpipeline.values import to_datetime, to_optional_datetime


def described_pipeline(context: Context, pipeline: PipelineState, version: VersionState) -> Answer:
    """Return what DescribePipeline answers for a pipeline at one of its versions."""
    return present(
        PipelineArn=pipeline.arn,
        PipelineName=pipeline.name,
        PipelineDisplayName=pipeline.display_name,
        PipelineDefinition=version.text,
        PipelineDescription=pipeline.description,
        RoleArn=pipeline.role_arn,
        PipelineStatus="Active",
        CreationTime=to_datetime(pipeline.created),
        LastModifiedTime=to_datetime(pipeline.modified),
        LastRunTime=to_optional_datetime(pipeline.last_run),
        CreatedBy=context.caller(),
        LastModifiedBy=context.caller(),
        ParallelismConfiguration=parallelism_configuration(pipeline.parallelism),
        PipelineVersionDisplayName=version.display_name,
        PipelineVersionDescription=version.description,
        PipelineVersionAliases=list(version.aliases) or None,
    )


def described_execution(context: Context, execution: ExecutionState) -> Answer:
    """Return what DescribePipelineExecution answers for an execution as it stands."""
    return present(
        PipelineArn=execution.pipeline.arn,
        PipelineExecutionArn=execution.arn,
        PipelineExecutionDisplayName=execution.display_name,
        PipelineExecutionStatus=execution.status,
        PipelineExecutionDescription=execution.description,
        PipelineExperimentConfig=execution.experiment,
        FailureReason=execution.failure_reason,
        CreationTime=to_datetime(execution.created),
        LastModifiedTime=to_datetime(execution.modified),
        CreatedBy=context.caller(),
        LastModifiedBy=context.caller(),
        ParallelismConfiguration=parallelism_configuration(execution.parallelism),
        SelectiveExecutionConfig=selective_execution_config(execution),
        PipelineVersionId=execution.version.number,
        MLflowConfig=execution.mlflow,
        PipelineVersionAliases=list(execution.version.aliases) or None,
    )


def described_parameters(execution: ExecutionState) -> list[dict[str, str]]:
    """Return the effective parameters of an execution as texts, in the order of its definition."""
    return [{"Name": name, "Value": format_value(value)} for name, value in execution.parameters.items()]
