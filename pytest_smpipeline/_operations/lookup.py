"""Finding what a request names, or the error that the service has for its absence."""

from typing import Final

from pytest_smpipeline._operations.context import Context
from pytest_smpipeline._operations.members import optional_integer, optional_text, text
from pytest_smpipeline._state.arns import parse_reference, pipeline_arn
from pytest_smpipeline._state.entities import ExecutionState, PipelineState, StepState, VersionState
from pytest_smpipeline._state.transitions import ENDED_STEP
from pytest_smpipeline.exceptions import resource_not_found, validation_exception
from pytest_smpipeline.values import JsonObject

_BOTH: Final = "PipelineVersionId and PipelineVersionAlias can't be specified together."


def find_pipeline(context: Context, request: JsonObject, member: str = "PipelineName") -> PipelineState:
    """Return the pipeline that a member of the request names, by its name or its ARN, as the model allows there.

    Raises ``ResourceNotFound`` with a full stop at the end, as the service has it for pipelines.
    """
    territory = context.territory
    name_or_arn = text(request, member)
    pipeline = _pipeline_named(context, name_or_arn)
    if pipeline is None:
        is_arn = name_or_arn.startswith("arn:")
        arn = name_or_arn if is_arn else pipeline_arn(territory.region, territory.account_id, name_or_arn)
        message = f"Pipeline '{arn}' does not exist."
        raise resource_not_found(message)
    return pipeline


def find_tagged(context: Context, request: JsonObject) -> PipelineState:
    """Return the pipeline that ``ResourceArn`` names.

    Raises ``ValidationException``: the operations on tags declare no error at all.
    """
    arn = text(request, "ResourceArn")
    pipeline = _pipeline_named(context, arn)
    if pipeline is None:
        message = f"Pipeline '{arn}' does not exist."
        raise validation_exception(message)
    return pipeline


def _pipeline_named(context: Context, name_or_arn: str) -> PipelineState | None:
    pipeline = context.territory.pipelines.get(name_or_arn)
    if pipeline is not None:
        return pipeline
    reference = parse_reference(name_or_arn)
    pipeline = context.territory.pipelines.get(reference.name)
    return None if pipeline is None or reference.arn not in {None, pipeline.arn} else pipeline


def find_version(pipeline: PipelineState, request: JsonObject) -> VersionState:
    """Return the version that ``PipelineVersionId`` or ``PipelineVersionAlias`` names; the latest when neither is there.

    Raises ``ValidationException`` when both are, and ``ResourceNotFound`` when no version fits.
    """
    number = optional_integer(request, "PipelineVersionId")
    alias = optional_text(request, "PipelineVersionAlias")
    if number is not None and alias is not None:
        raise validation_exception(_BOTH)
    if number is not None:
        version = pipeline.version(number)
        if version is None:
            message = f"Pipeline version '{number}' of pipeline '{pipeline.arn}' does not exist."
            raise resource_not_found(message)
        return version
    return pipeline.latest if alias is None else find_alias(pipeline, alias)


def find_alias(pipeline: PipelineState, alias: str) -> VersionState:
    """Return the version that carries an alias.

    Raises ``ResourceNotFound`` when none does.
    """
    version = pipeline.aliased(alias)
    if version is None:
        message = f"Pipeline version alias '{alias}' of pipeline '{pipeline.arn}' does not exist."
        raise resource_not_found(message)
    return version


def find_execution(context: Context, request: JsonObject, member: str = "PipelineExecutionArn") -> ExecutionState:
    """Return the execution that a member of the request names.

    Raises ``ResourceNotFound`` without a full stop at the end, as the service has it for executions.
    """
    arn = text(request, member)
    execution = context.territory.executions.get(arn)
    if execution is None:
        message = f"Pipeline execution '{arn}' does not exist"
        raise resource_not_found(message)
    return execution


def find_callback(context: Context, request: JsonObject) -> tuple[ExecutionState, StepState]:
    """Return the running Callback step that ``CallbackToken`` was made for, and its execution.

    Raises ``ResourceNotFound`` for a token that was not made here, and ``ValidationException`` when the attempt that it was
    made for has ended.
    """
    token = text(request, "CallbackToken")
    execution, state = context.territory.callbacks.get(token, (None, None))
    if execution is None or state is None or execution.arn not in context.territory.executions:
        message = f"Callback token '{token}' does not exist."
        raise resource_not_found(message)
    asked = state.metadata.get("Callback", {}).get("CallbackToken")
    if state.status in ENDED_STEP or asked != token or context.runner.repeats(execution, state.step.name):
        message = f"Step {state.step.name} is already in a terminal status"
        raise validation_exception(message)
    return execution, state
