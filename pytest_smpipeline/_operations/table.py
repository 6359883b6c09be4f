"""The single list of the operations: which names the service answers, and what answers them."""

from collections.abc import Callable, Mapping
from typing import Final, NoReturn, TypeAlias

from pytest_smpipeline._operations import executions, pipelines, steps, versions
from pytest_smpipeline._operations.context import Answer, Context
from pytest_smpipeline.exceptions import ServiceError
from pytest_smpipeline.values import JsonObject

Operation: TypeAlias = Callable[[Context, JsonObject], Answer]


def _not_yet(name: str) -> Operation:
    def refuse(_context: Context, _request: JsonObject) -> NoReturn:
        message = f"pytest-smpipeline does not emulate {name} yet."
        raise ServiceError("NotImplemented", message, status=501)

    return refuse


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
    "RetryPipelineExecution": _not_yet("RetryPipelineExecution"),
    "SendPipelineExecutionStepFailure": _not_yet("SendPipelineExecutionStepFailure"),
    "SendPipelineExecutionStepSuccess": _not_yet("SendPipelineExecutionStepSuccess"),
    "StartPipelineExecution": executions.start_pipeline_execution,
    "StopPipelineExecution": _not_yet("StopPipelineExecution"),
    "UpdatePipeline": pipelines.update_pipeline,
    "UpdatePipelineExecution": executions.update_pipeline_execution,
    "UpdatePipelineVersion": versions.update_pipeline_version,
}
