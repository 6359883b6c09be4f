"""Where a running execution finds the values that its definition refers to."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias, cast

from pytest_smpipeline._definition.expressions import Expression, IterationReference, PropertyFileReference, StepReference, Structure
from pytest_smpipeline._definition.functions import as_text, resolve
from pytest_smpipeline._definition.json_text import JsonTextError, read_json
from pytest_smpipeline._definition.nodes import Step
from pytest_smpipeline._definition.references import Unresolved, render_reference
from pytest_smpipeline._engine.attempts import output_value
from pytest_smpipeline._engine.iterations import child_name
from pytest_smpipeline._engine.properties import find
from pytest_smpipeline._engine.property_file_uris import property_file_uri
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._state.entities import ExecutionState, IterationContext, StepState
from pytest_smpipeline.exceptions import ServiceError, validation_exception
from pytest_smpipeline.values import Instant, Json, JsonObject, to_datetime

ReadObject: TypeAlias = Callable[[str, str, str | None, str], str]
"""Reads an object of S3 as text: bucket, key, version or None, region. Raises ``ServiceError`` when it can't."""

_OUTPUTS: Final = "OutputParameters"
_S3_URI: Final = re.compile(r"s3://([^/]+)/(.+)")


class ExecutionScope:
    """The values that one step of one execution can see at one instant.

    Raises ``Unresolved`` for whatever nothing supplies: the step that needs it fails, as on the service.
    """

    __slots__ = ("_iteration", "_read_object", "execution", "job_name", "now")

    def __init__(
        self,
        execution: ExecutionState,
        now: Instant,
        job_name: str,
        read_object: ReadObject,
        iteration: IterationContext | None = None,
    ) -> None:
        """See the execution as it stands at ``now``; ``job_name`` is the name of the step's own job.

        Steps of a ForEach body see their own ``iteration``: its item, and its other steps.
        """
        self._read_object = read_object
        self._iteration = iteration
        self.execution = execution
        self.now = now
        self.job_name = job_name

    def parameter(self, name: str) -> Json:
        """Return the effective value of a pipeline parameter."""
        return self.execution.parameters[name]

    def execution_variable(self, name: str) -> Json:
        """Return an execution variable; the pipeline's name is in lower case, as the service gives it."""
        return _VARIABLES[name](self)

    def step_property(self, step: str, path: Sequence[str | int]) -> Json:
        """Return a property of a step, or one of its output parameters; whoever refers to a step starts after its end."""
        state = self._step(step)
        try:
            return find(referable(state), path)
        except KeyError as missing:
            reference = StepReference(step, tuple(path))
            message = f"{render_reference(reference)} has no value: nothing is at {missing}."
            raise Unresolved(message, reference) from None

    def property_file(self, step: str, name: str) -> Json:
        """Return the JSON content of a property file that a step wrote: as the test scripted it, else as it lies in S3 by now."""
        state = self._step(step)
        if name in state.property_files:
            return state.property_files[name]
        try:
            return self.s3_object(property_file_uri(state, name))
        except KeyError:
            reason = f"its output {state.step.property_files[name].output_name} has no S3Uri to look at."
        except Unresolved as problem:
            reason = problem.message
        message = f"Step {step} wrote no property file {name}. It was not scripted with succeed(property_files=...), and in S3: {reason}"
        raise Unresolved(message, PropertyFileReference(step, name))

    def s3_object(self, uri: str) -> Json:
        """Return the JSON content of an object in S3."""
        match = _S3_URI.fullmatch(uri)
        if match is None:
            message = f"'{uri}' is no S3 URI."
            raise Unresolved(message)
        try:
            return read_json(self._read_object(match[1], match[2], None, self.execution.arn.split(":")[3]))
        except ServiceError as refusal:
            message = refusal.message
        except JsonTextError as error:
            message = f"The object at {uri} is not JSON: {error}."
        raise Unresolved(message)

    def current_item(self, path: Sequence[str | int]) -> Json:
        """Return the item of the iteration, or a part of it when it is an object or the JSON text of one."""
        # The definition has been checked: nobody asks outside of an iteration.
        item = cast("IterationContext", self._iteration).item
        try:
            return find(read_json(item) if path and isinstance(item, str) else item, path)
        except (KeyError, JsonTextError):
            reference = IterationReference("ForEach", ("CurrentItem", *path))
            message = f"{render_reference(reference)} has no value: the item is {json.dumps(item)}."
            raise Unresolved(message, reference) from None

    def _step(self, name: str) -> StepState:
        if self._iteration is not None and name not in self.execution.version.definition.steps:
            name = child_name(name, self._iteration.index)
        return self.execution.steps[name]


def arguments_of(step: Step, scope: ExecutionScope) -> Json:
    """Return the resolved arguments of a step, for nobody to write into.

    As constants are, those that depend on parameters alone are shared by all executions in a row that were given the same. Raises
    ``Unresolved`` as the scope does.
    """
    arguments = step.arguments
    if not isinstance(arguments, Structure):
        return arguments
    parameters, known = scope.execution.parameters, arguments.filled
    if known is not None and known[0] is parameters:
        return known[1]
    value = resolve(arguments, scope)
    if arguments.plan.by_parameters:
        arguments.keep(parameters, value)
    return value


def referable(state: StepState) -> JsonObject:
    """Return all of a step that later steps can refer to but its property files: its properties and its output parameters."""
    if not STEP_TYPES[state.step.type].outputs:
        return state.properties
    outputs: JsonObject = {name: output_value(value) for name, value in state.outputs.items()}
    return {**state.properties, _OUTPUTS: outputs}


def experiment_config(execution: ExecutionState, read_object: ReadObject) -> JsonObject | None:
    """Return the experiment and trial that a definition names, resolved; None when it names none.

    Raises ``ServiceError`` (ValidationException) when a value that they need is not there.
    """
    return _configuration(execution, "PipelineExperimentConfig", execution.version.definition.experiment, read_object)


def mlflow_config(execution: ExecutionState, read_object: ReadObject) -> JsonObject | None:
    """Return the MLflow app and experiment that a definition names, resolved, with the experiment that the start named instead.

    Raises ``ServiceError`` (ValidationException) when a value that they need is not there.
    """
    config = _configuration(execution, "MlflowConfig", execution.version.definition.mlflow, read_object)
    if execution.mlflow_experiment is None:
        return config
    return (config or {}) | {"MlflowExperimentName": execution.mlflow_experiment}


def _configuration(
    execution: ExecutionState, name: str, values: Mapping[str, Expression] | None, read_object: ReadObject
) -> JsonObject | None:
    if not values:
        return None
    scope = ExecutionScope(execution, execution.created, "", read_object)
    try:
        return {member: as_text(resolve(value, scope)) for member, value in values.items()}
    except Unresolved as problem:
        message = f"{name} can't be resolved: {problem}"
        raise validation_exception(message) from None


def _timestamp(instant: Instant) -> str:
    return to_datetime(instant).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


_VARIABLES: Final[Mapping[str, Callable[[ExecutionScope], str]]] = {
    "StartDateTime": lambda scope: _timestamp(scope.execution.created),
    "CurrentDateTime": lambda scope: _timestamp(scope.now),
    "PipelineName": lambda scope: scope.execution.pipeline.name.lower(),
    "PipelineArn": lambda scope: scope.execution.pipeline.arn,
    "PipelineExecutionId": lambda scope: scope.execution.id,
    "PipelineExecutionArn": lambda scope: scope.execution.arn,
    "TrainingJobName": lambda scope: scope.job_name,
    "ProcessingJobName": lambda scope: scope.job_name,
}
