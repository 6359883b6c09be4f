"""The operations that answer a Callback step."""

from functools import partial

from pytest_smpipeline._definition.nodes import OutputParameter
from pytest_smpipeline._definition.parameters import ParameterValueError
from pytest_smpipeline._engine.declared_outputs import typed_output
from pytest_smpipeline._engine.performance import failure_of_callback, success_of_callback
from pytest_smpipeline._operations.context import Answer, Context
from pytest_smpipeline._operations.idempotency import once
from pytest_smpipeline._operations.lookup import find_callback
from pytest_smpipeline._operations.members import objects, optional_text, text
from pytest_smpipeline.exceptions import validation_exception
from pytest_smpipeline.values import Json, JsonObject


def send_pipeline_execution_step_success(context: Context, request: JsonObject) -> Answer:
    """End a running Callback step with success and these outputs."""
    return once(context, "SendPipelineExecutionStepSuccess", request, partial(_succeed, context, request))


def send_pipeline_execution_step_failure(context: Context, request: JsonObject) -> Answer:
    """End a running Callback step with failure and this reason."""
    return once(context, "SendPipelineExecutionStepFailure", request, partial(_fail, context, request))


def _succeed(context: Context, request: JsonObject) -> Answer:
    execution, state = find_callback(context, request)
    given = {text(output, "Name"): text(output, "Value") for output in objects(request, "OutputParameters")}
    outputs = _typed(state.step.output_parameters, given)
    context.runner.answer(execution, state, success_of_callback(state.metadata, given, outputs))
    context.pace.after_change()
    return {"PipelineExecutionArn": execution.arn}


def _fail(context: Context, request: JsonObject) -> Answer:
    execution, state = find_callback(context, request)
    context.runner.answer(execution, state, failure_of_callback(state.metadata, optional_text(request, "FailureReason")))
    context.pace.after_change()
    return {"PipelineExecutionArn": execution.arn}


def _typed(declared: tuple[OutputParameter, ...], given: dict[str, str]) -> dict[str, Json]:
    """Return the given outputs with the types of the definition; one that it does not declare stays a string."""
    outputs = {output.name: output for output in declared}
    try:
        return {name: typed_output(outputs.get(name, OutputParameter(name)), value) for name, value in given.items()}
    except ParameterValueError as error:
        raise validation_exception(str(error)) from None
