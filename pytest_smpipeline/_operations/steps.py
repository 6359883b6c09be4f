"""The operations on the steps of an execution."""

import json

from pytest_smpipeline._operations.context import Answer, Context
from pytest_smpipeline._operations.lookup import find_execution
from pytest_smpipeline._operations.members import optional_text, present
from pytest_smpipeline._operations.paging import cut_page, is_descending
from pytest_smpipeline._state.entities import IterationContext, StepState
from pytest_smpipeline.exceptions import validation_exception
from pytest_smpipeline.values import JsonObject, to_datetime, to_optional_datetime

_NO_ARN = "1 validation error detected: Value null at 'pipelineExecutionArn' failed to satisfy constraint: Member must not be null"


def list_pipeline_execution_steps(context: Context, request: JsonObject) -> Answer:
    """List the steps of an execution that have been started or are reused, newest first unless asked otherwise."""
    if optional_text(request, "PipelineExecutionArn") is None:
        # The model does not require the member, but no answer makes sense without it.
        raise validation_exception(_NO_ARN)
    execution = find_execution(context, request)
    context.pace.before_look([execution])
    started = list(execution.steps.values())
    page = cut_page(
        context, "ListPipelineExecutionSteps", request, started, lambda state: [state.number], descending=is_descending(request)
    )
    return present(PipelineExecutionSteps=[_item(state) for state in page.items], NextToken=page.next_token)


def _item(state: StepState) -> Answer:
    return present(
        StepName=state.step.name,
        StepDisplayName=state.step.display_name,
        StepDescription=state.step.description,
        StartTime=to_datetime(state.started),
        EndTime=to_optional_datetime(state.ended),
        StepStatus=state.status,
        CacheHitResult=None if state.cache_source is None else {"SourcePipelineExecutionArn": state.cache_source},
        FailureReason=state.reason,
        Metadata=state.metadata,
        AttemptCount=state.attempts,
        IterationContext=None if state.iteration is None else _iteration(state.iteration),
        SelectiveExecutionResult=_selective_result(state),
    )


def _iteration(context: IterationContext) -> Answer:
    item = context.item if isinstance(context.item, str) else json.dumps(context.item)
    return {"ParentStepName": context.parent, "Index": context.index, "Item": item}


def _selective_result(state: StepState) -> Answer | None:
    return None if state.selective_source is None else {"SourcePipelineExecutionArn": state.selective_source}
