"""The operations on executions: start, describe, list, update, and what an execution was given."""

from functools import partial
from typing import Final, cast

from pytest_smpipeline._definition.parameters import bind
from pytest_smpipeline._engine.scope import experiment_config, mlflow_config
from pytest_smpipeline._engine.selection import reuse
from pytest_smpipeline._operations.context import Answer, Context
from pytest_smpipeline._operations.descriptions import described_execution, described_parameters
from pytest_smpipeline._operations.filters import created_between, everywhere
from pytest_smpipeline._operations.idempotency import once
from pytest_smpipeline._operations.lookup import find_alias, find_execution, find_pipeline, find_version
from pytest_smpipeline._operations.members import (
    objects,
    optional_text,
    parallelism,
    present,
    text,
)
from pytest_smpipeline._operations.orders import Order, cut_ordered_page
from pytest_smpipeline._operations.paging import cut_page
from pytest_smpipeline._operations.quotas import check_concurrent_executions
from pytest_smpipeline._operations.selective import find_selection
from pytest_smpipeline._state.arns import execution_arn
from pytest_smpipeline._state.entities import ExecutionState
from pytest_smpipeline.exceptions import validation_exception
from pytest_smpipeline.values import Json, JsonObject, to_datetime

_ROLE_OF_OWN_PIPELINE: Final = "RoleArn can't be specified for a pipeline that you created: its executions use the pipeline's role."


def start_pipeline_execution(context: Context, request: JsonObject) -> Answer:
    """Start an execution of a pipeline's latest version, or of the one that the request names."""
    return once(context, "StartPipelineExecution", request, partial(_start, context, request))


def _start(context: Context, request: JsonObject) -> Answer:
    pipeline = find_pipeline(context, request)
    version = find_version(pipeline, request)
    if optional_text(request, "RoleArn") is not None:
        raise validation_exception(_ROLE_OF_OWN_PIPELINE)
    given = cast("list[tuple[str, str]]", [(each["Name"], each["Value"]) for each in objects(request, "PipelineParameters")])
    parameters = bind(version.definition, given)
    selection = find_selection(context, pipeline, version, request)
    check_concurrent_executions(context)
    now = context.now()
    execution_id = context.ids.execution_id()
    # By position: by names it takes more than twice the time.
    execution = ExecutionState(
        execution_id,
        execution_arn(pipeline.arn, execution_id),
        len(pipeline.executions),
        pipeline,
        version,
        optional_text(request, "PipelineExecutionDisplayName") or f"execution-{now}",
        now,
        now,
        parameters,
        dict(given),
        text(request, "ClientRequestToken"),
    )
    execution.description = optional_text(request, "PipelineExecutionDescription")
    execution.parallelism = parallelism(request) or pipeline.parallelism
    execution.mlflow_experiment = optional_text(request, "MlflowExperimentName")
    execution.selected, execution.source = selection.steps, selection.source
    reuse(execution, selection)
    execution.experiment = experiment_config(execution, context.read_object)
    execution.mlflow = mlflow_config(execution, context.read_object)
    context.territory.add(execution)
    context.runner.start(context.territory, execution)
    context.pace.after_change()
    return {"PipelineExecutionArn": execution.arn}


def describe_pipeline_execution(context: Context, request: JsonObject) -> Answer:
    """Describe an execution as it stands."""
    execution = find_execution(context, request)
    context.pace.before_look([execution])
    return described_execution(context, execution)


def list_pipeline_executions(context: Context, request: JsonObject) -> Answer:
    """List a pipeline's executions, or those of the version with an alias, newest first unless asked otherwise."""
    pipeline = find_pipeline(context, request)
    alias = optional_text(request, "PipelineVersionAlias")
    history = pipeline.history if alias is None else find_alias(pipeline, alias).history
    orders = [
        Order(history.by_creation, _by_creation, created_between(history.by_creation, request)),
        Order(history.by_arn, _by_arn, everywhere(history.by_arn)),
    ]
    if optional_text(request, "SortBy") == "PipelineExecutionArn":
        orders.reverse()
    page = cut_ordered_page(context, "ListPipelineExecutions", request, *orders)
    context.pace.before_look(page.items)
    return present(PipelineExecutionSummaries=[_summary(execution) for execution in page.items], NextToken=page.next_token)


def update_pipeline_execution(context: Context, request: JsonObject) -> Answer:
    """Change what the request names of an execution; room that a new limit makes is taken after the usual gap."""
    execution = find_execution(context, request)
    execution.display_name = optional_text(request, "PipelineExecutionDisplayName") or execution.display_name
    if (description := optional_text(request, "PipelineExecutionDescription")) is not None:
        execution.description = description
    if (limit := parallelism(request)) is not None:
        execution.parallelism = limit
    execution.modified = context.now()
    context.runner.look_again(execution)
    context.pace.after_change()
    return {"PipelineExecutionArn": execution.arn}


def list_pipeline_parameters_for_execution(context: Context, request: JsonObject) -> Answer:
    """List the effective parameters of an execution in the order of its definition."""
    execution = find_execution(context, request)
    declared = list(enumerate(described_parameters(execution)))
    page = cut_page(context, "ListPipelineParametersForExecution", request, declared, lambda entry: [entry[0]], descending=False)
    return present(PipelineParameters=[parameter for _, parameter in page.items], NextToken=page.next_token)


def describe_pipeline_definition_for_execution(context: Context, request: JsonObject) -> Answer:
    """Return the definition of the version that an execution ran."""
    version = find_execution(context, request).version
    return {"PipelineDefinition": version.text, "CreationTime": to_datetime(version.created)}


def _by_creation(execution: ExecutionState) -> list[Json]:
    return [execution.created, execution.number]


def _by_arn(execution: ExecutionState) -> list[Json]:
    return [execution.arn]


def _summary(execution: ExecutionState) -> Answer:
    return present(
        PipelineExecutionArn=execution.arn,
        StartTime=to_datetime(execution.created),
        PipelineExecutionStatus=execution.status,
        PipelineExecutionDescription=execution.description,
        PipelineExecutionDisplayName=execution.display_name,
        PipelineExecutionFailureReason=execution.failure_reason,
        PipelineVersionAliases=list(execution.version.aliases) or None,
    )
