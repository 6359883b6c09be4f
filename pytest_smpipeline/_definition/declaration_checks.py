"""Checks on what a definition declares: parameters, the names of its steps, property files."""

from collections.abc import Iterable, Sequence
from typing import Final

from pytest_smpipeline._definition.expressions import Structure
from pytest_smpipeline._definition.nodes import Parameter, Step
from pytest_smpipeline._definition.parsed_steps import ParsedStep
from pytest_smpipeline._definition.paths import PathNotFoundError, follow
from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline._definition.wording import printable, quoted
from pytest_smpipeline.suggestions import choices

MAX_PARAMETERS: Final = 200


def check_parameters(declared: Sequence[tuple[Parameter, str]], problems: Problems) -> None:
    """Report too many parameters, names declared twice, and defaults outside the EnumValues."""
    if len(declared) > MAX_PARAMETERS:
        problems.add("$.Parameters", f"A pipeline takes at most {MAX_PARAMETERS} parameters, and this one declares {len(declared)}.")
    first: dict[str, str] = {}
    for parameter, path in declared:
        if first.setdefault(parameter.name, path) != path:
            problems.add(f"{path}.Name", f"The parameter '{parameter.name}' is declared before, at {first[parameter.name]}.")
        default = parameter.default
        if parameter.enum_values and isinstance(default, str) and default not in parameter.enum_values:
            valid = choices(parameter.enum_values)
            message = f"The default {quoted(default)} of parameter '{parameter.name}' is none of its EnumValues {valid}."
            problems.add(f"{path}.DefaultValue", message, near=(default, parameter.enum_values))


def check_step_names(steps: Sequence[ParsedStep], problems: Problems) -> None:
    """Report names used twice, in branches and ForEach bodies too, and steps named like a ForEach child."""
    first: dict[str, str] = {}
    repeated: dict[str, str] = {}
    for parsed in steps:
        _claim(parsed, first, problems)
        for inner in parsed.body:
            _claim(inner, first, problems)
            repeated[inner.step.name] = parsed.step.name
    for parsed in steps:
        body_step, dash, index = parsed.step.name.rpartition("-")
        if dash and index.isdecimal() and body_step in repeated:
            message = f"The name '{parsed.step.name}' is kept for a child of the ForEach step '{repeated[body_step]}'."
            problems.add(f"{parsed.path}.Name", message)


def _claim(parsed: ParsedStep, first: dict[str, str], problems: Problems) -> None:
    name = parsed.step.name
    if first.setdefault(name, parsed.path) != parsed.path:
        message = f"The step name '{name}' is used before, at {first[name]}; names are unique across the pipeline and all branches."
        problems.add(f"{parsed.path}.Name", message)


def check_property_files(steps: Iterable[ParsedStep], problems: Problems) -> None:
    """Report property files that stand in no output of their processing step, in the service's words (SDK issue 3642)."""
    for parsed in steps:
        outputs = _output_names(parsed.step) if parsed.step.property_files else None
        if outputs is None:
            continue
        for index, file in enumerate(parsed.step.property_files.values()):
            if file.output_name not in outputs:
                message = f"Property file OutputName: [{printable(file.output_name)}] does not exist in ProcessingJob outputs"
                problems.quote(f"{parsed.path}.PropertyFiles[{index}].OutputName", message)


def _output_names(step: Step) -> set[str] | None:
    """Return the names of a processing step's outputs, or None when one is known only at run time."""
    arguments = step.arguments.value if isinstance(step.arguments, Structure) else step.arguments
    try:
        outputs = follow(arguments, ("ProcessingOutputConfig", "Outputs"))
    except PathNotFoundError:
        return set()
    listed = outputs if isinstance(outputs, list) else []
    names = [output.get("OutputName") for output in listed if isinstance(output, dict)]
    return None if any(isinstance(name, dict) for name in names) else {name for name in names if isinstance(name, str)}
