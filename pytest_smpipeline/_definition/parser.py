"""From the text of a pipeline definition to a ``Definition``, or to an error that names every problem."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from pytest_smpipeline._definition.argument_checks import JobShape, check_arguments
from pytest_smpipeline._definition.declaration_checks import check_parameters, check_property_files, check_step_names
from pytest_smpipeline._definition.expression_parser import ExpressionParser
from pytest_smpipeline._definition.expressions import Expression, Structure
from pytest_smpipeline._definition.json_text import JsonTextError, read_json
from pytest_smpipeline._definition.nodes import Definition
from pytest_smpipeline._definition.objects import ObjectReader, read_object
from pytest_smpipeline._definition.parameter_parser import read_parameters
from pytest_smpipeline._definition.problems import UNABLE_TO_PARSE, DefinitionError, Problem, Problems
from pytest_smpipeline._definition.reference_checks import ReferenceChecks, check_graph
from pytest_smpipeline._definition.step_parser import StepParser
from pytest_smpipeline._definition.wording import found, printable
from pytest_smpipeline.values import Json

VERSION: Final = "2020-12-01"
_MEMBERS: Final = frozenset({"Version", "Metadata", "Parameters", "PipelineExperimentConfig", "MlflowConfig", "Steps"})
_NO_TEXT: Final = (bool, int, float, list, dict, Structure)
_EXPERIMENT_MEMBERS: Final = frozenset({"ExperimentName", "TrialName"})


@lru_cache(maxsize=64)
def parse_definition(text: str, job_shape: JobShape | None = None) -> Definition:
    """Return what a definition's JSON text means; the same arguments give the same object, so treat it as read-only.

    ``job_shape`` tells of the operations that job steps call what they take; without it Arguments may be anything.

    Raises ``DefinitionError`` (ValidationException). What cannot be read is reported all at once, with the service's prefix
    ``Unable to parse pipeline definition.``, then likewise the Arguments that no job could take; only when there is nothing of that
    kind are names, references, types and the graph checked, and everything wrong with them is reported at once too, without the
    prefix.
    """
    problems = Problems()
    reader = read_object(_read(text), "$", problems)
    if reader is None:
        raise DefinitionError(tuple(problems), prefix=UNABLE_TO_PARSE)
    return _parse(reader, job_shape, problems)


def _read(text: str) -> Json:
    try:
        return read_json(text)
    except JsonTextError as error:
        problem = Problem(f"The text is not JSON that can be read: {error}.", "$", verbatim=True)
        raise DefinitionError([problem], prefix=UNABLE_TO_PARSE) from None


def _parse(reader: ObjectReader, job_shape: JobShape | None, problems: Problems) -> Definition:
    reader.members(_MEMBERS, ("Steps",))
    expressions = ExpressionParser(problems)
    version = reader.choice("Version", (VERSION,)) or VERSION
    metadata = reader.object("Metadata")
    declared = read_parameters(reader, problems)
    experiment = _configuration(reader, "PipelineExperimentConfig", expressions, problems)
    mlflow = _configuration(reader, "MlflowConfig", expressions, problems)
    outside = expressions.take_occurrences()
    steps = StepParser(expressions, problems).parse_all(reader)
    problems.raise_found(prefix=UNABLE_TO_PARSE)
    parameters = {parameter.name: parameter for parameter, _ in declared}
    unfit = () if job_shape is None else check_arguments(steps, parameters, job_shape, problems)
    problems.raise_found(prefix=UNABLE_TO_PARSE)

    check_parameters(declared, problems)
    check_step_names(steps, problems)
    check_property_files(steps, problems)
    references = ReferenceChecks(parameters, steps, problems)
    references.check_outside(outside)
    references.check_steps()
    problems.extend(unfit)
    graph = check_graph(steps, problems)
    problems.raise_found()
    return Definition(
        version=version,
        metadata=MappingProxyType(metadata.raw if metadata else {}),
        parameters=MappingProxyType(parameters),
        steps=MappingProxyType({parsed.step.name: parsed.step for parsed in steps}),
        top_level=tuple(parsed.step.name for parsed in steps if parsed.step.parent is None),
        experiment=experiment,
        mlflow=mlflow,
        graph=graph,
    )


def _configuration(reader: ObjectReader, name: str, expressions: ExpressionParser, problems: Problems) -> Mapping[str, Expression] | None:
    configuration = reader.object(name)
    if configuration is None:
        return None
    if name == "PipelineExperimentConfig":
        configuration.members(_EXPERIMENT_MEMBERS)
    values: dict[str, Expression] = {}
    for key, value in configuration.raw.items():
        if value is not None:
            values[key] = expressions.parse(value, configuration.place(key))
            if not isinstance(value, str) and isinstance(values[key], _NO_TEXT):
                problems.add(configuration.place(key), f"'{printable(key)}' takes a string or a reference, not {found(value)}.")
    return MappingProxyType(values)
