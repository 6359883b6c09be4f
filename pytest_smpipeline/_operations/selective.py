"""SelectiveExecutionConfig: read from a start, and shown by a description."""

from typing import Final

from pytest_smpipeline._engine.selection import Selection, select
from pytest_smpipeline._operations.context import Answer, Context
from pytest_smpipeline._operations.lookup import find_execution
from pytest_smpipeline._operations.members import objects, optional_object, optional_text, present, text
from pytest_smpipeline._state.entities import ExecutionState, PipelineState, VersionState
from pytest_smpipeline.values import JsonObject

_SOURCE: Final = "SourcePipelineExecutionArn"
_EVERYTHING: Final = Selection()


def find_selection(context: Context, pipeline: PipelineState, version: VersionState, request: JsonObject) -> Selection:
    """Return what a start of this version selects; everything when it has no SelectiveExecutionConfig.

    Raises ``ResourceNotFound`` for a source that does not exist, and ``ValidationException`` for a selection that can't run.
    """
    config = optional_object(request, "SelectiveExecutionConfig")
    if config is None:
        return _EVERYTHING
    steps = [text(step, "StepName") for step in objects(config, "SelectedSteps")]
    source = None if optional_text(config, _SOURCE) is None else find_execution(context, config, _SOURCE)
    return select(pipeline, version.definition, steps, source)


def selective_execution_config(execution: ExecutionState) -> Answer | None:
    """Return the SelectiveExecutionConfig that an execution was started with; None without one."""
    if not execution.selected:
        return None
    return present(SourcePipelineExecutionArn=execution.source, SelectedSteps=[{"StepName": name} for name in execution.selected])
