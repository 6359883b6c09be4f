"""The single list of the operations: which names the service answers, and what answers them.

``OPERATIONS`` are those of pipelines alone. ``SHARED`` are operations of SageMaker that take other resources too: a request
that is about a pipeline is answered here, every other one is the neighbour's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from pytest_smpipeline._operations import callbacks, executions, lifecycle, pipelines, search, steps, tags, versions
from pytest_smpipeline._operations.context import Answer, Context
from pytest_smpipeline.values import JsonObject

Operation: TypeAlias = Callable[[Context, JsonObject], Answer]

OPERATIONS: Final[Mapping[str, Operation]] = {
    "CreatePipeline": pipelines.create_pipeline,
    "DeletePipeline": pipelines.delete_pipeline,
    "DescribePipeline": pipelines.describe_pipeline,
    "DescribePipelineDefinitionForExecution": executions.describe_pipeline_definition_for_execution,
    "DescribePipelineExecution": executions.describe_pipeline_execution,
    "ListPipelineExecutionSteps": steps.list_pipeline_execution_steps,
    "ListPipelineExecutions": executions.list_pipeline_executions,
    "ListPipelineParametersForExecution": executions.list_pipeline_parameters_for_execution,
    "ListPipelineVersions": versions.list_pipeline_versions,
    "ListPipelines": pipelines.list_pipelines,
    "RetryPipelineExecution": lifecycle.retry_pipeline_execution,
    "SendPipelineExecutionStepFailure": callbacks.send_pipeline_execution_step_failure,
    "SendPipelineExecutionStepSuccess": callbacks.send_pipeline_execution_step_success,
    "StartPipelineExecution": executions.start_pipeline_execution,
    "StopPipelineExecution": lifecycle.stop_pipeline_execution,
    "UpdatePipeline": pipelines.update_pipeline,
    "UpdatePipelineExecution": executions.update_pipeline_execution,
    "UpdatePipelineVersion": versions.update_pipeline_version,
}


@dataclass(frozen=True, slots=True)
class SharedOperation:
    """An operation that is answered here if its request, which nobody has validated yet, concerns pipelines."""

    perform: Operation
    concerns: Callable[[JsonObject], bool]


SHARED: Final[Mapping[str, SharedOperation]] = {
    "AddTags": SharedOperation(tags.add_tags, tags.is_about_pipeline),
    "DeleteTags": SharedOperation(tags.delete_tags, tags.is_about_pipeline),
    "ListTags": SharedOperation(tags.list_tags, tags.is_about_pipeline),
    "Search": SharedOperation(search.search, search.is_about_pipelines),
}

ANSWERED: Final[Mapping[str, Operation]] = {**OPERATIONS, **{name: shared.perform for name, shared in SHARED.items()}}
"""What answers each operation, once it is clear that the request is for this service."""
