"""The operations that interrupt an execution and take it up again."""

from functools import partial
from typing import Final

from pytest_smpipeline._engine.runs import is_fail_step
from pytest_smpipeline._operations.context import Answer, Context
from pytest_smpipeline._operations.idempotency import once
from pytest_smpipeline._operations.lookup import find_execution
from pytest_smpipeline._operations.members import parallelism
from pytest_smpipeline._operations.quotas import check_concurrent_executions
from pytest_smpipeline._state.entities import ExecutionState
from pytest_smpipeline._state.transitions import EXECUTION
from pytest_smpipeline.exceptions import validation_exception
from pytest_smpipeline.values import JsonObject

_NO_RETRY_AFTER_A_FAIL_STEP: Final = "You cannot retry a pipeline execution ending with a FailStep."


def stop_pipeline_execution(context: Context, request: JsonObject) -> Answer:
    """Stop an execution: it is Stopping until all its steps have ended, then Stopped."""
    return once(context, "StopPipelineExecution", request, partial(_stop, context, request))


def retry_pipeline_execution(context: Context, request: JsonObject) -> Answer:
    """Execute again, under the same ARN, what failed, was stopped or never started in an execution that failed or was stopped."""
    return once(context, "RetryPipelineExecution", request, partial(_retry, context, request))


def _stop(context: Context, request: JsonObject) -> Answer:
    execution = find_execution(context, request)
    if execution.status != "Executing":
        message = f"Only pipelines with 'Executing' status can be stopped. {_standing(execution)}"
        raise validation_exception(message)
    context.runner.stop(execution)
    context.pace.after_change()
    return {"PipelineExecutionArn": execution.arn}


def _retry(context: Context, request: JsonObject) -> Answer:
    execution = find_execution(context, request)
    if "Executing" not in EXECUTION[execution.status]:
        message = f"Only pipelines with 'Failed' or 'Stopped' status can be retried. {_standing(execution)}"
        raise validation_exception(message)
    if any(state.status == "Failed" and is_fail_step(state.step) for state in execution.steps.values()):
        raise validation_exception(_NO_RETRY_AFTER_A_FAIL_STEP)
    check_concurrent_executions(context)
    execution.parallelism = parallelism(request) or execution.parallelism
    context.runner.retry(context.territory, execution)
    context.pace.after_change()
    return {"PipelineExecutionArn": execution.arn}


def _standing(execution: ExecutionState) -> str:
    return f"Pipeline execution '{execution.arn}' has status '{execution.status}'."
