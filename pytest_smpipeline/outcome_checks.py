"""Whether an outcome can happen to the step it is scripted for."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pytest_smpipeline._definition.nodes import OutputParameter, Step
from pytest_smpipeline._definition.parameters import ParameterValueError
from pytest_smpipeline._engine.declared_outputs import typed_output
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.outcomes import CacheHit, Outcome, Stopped, Succeed
from pytest_smpipeline.scripted_properties import property_problems
from pytest_smpipeline.suggestions import choices, did_you_mean
from pytest_smpipeline.values import Json

_MEASURED_TYPES: Final = frozenset({"Training", "Tuning"})
_WITHOUT_JOB: Final = frozenset({"Lambda", "Callback", "ForEach", "Lineage", "Cleanup"})
_DECLARE_IT: Final = (
    " A step of a whole definition declares it: 'PropertyFiles': [{{'PropertyFileName': {!r}, 'OutputName': ..., 'FilePath': ...}}]."
)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a step declares that an outcome may bring: its property files, and its outputs."""

    property_files: Collection[str]
    outputs: Collection[OutputParameter]


def declared_by(*steps: Step) -> Declared:
    """Return what a step declares, or all that the same step declares in several versions of its definition."""
    return Declared(
        {name for step in steps for name in step.property_files}, [output for step in steps for output in step.output_parameters]
    )


def check_outcome(step: str, step_type: str, declared: Declared, outcome: Outcome) -> None:
    """Pass when a step of this type, which declares this, can come out so.

    Raises ``UsageError`` with everything that does not fit.
    """
    problems = list(_problems(step_type, declared, outcome))
    if problems:
        lines = "".join(f"\n  {problem}" for problem in problems)
        message = f"Step {step!r}, a {step_type} step, can't come out as {outcome!r}:{lines}"
        raise UsageError(message)


def _problems(step_type: str, declared: Declared, outcome: Outcome) -> Iterator[str]:
    if isinstance(outcome, CacheHit) and STEP_TYPES[step_type].cached_by is None:
        yield f"{step_type} steps are never cached. Write succeed()."
    if isinstance(outcome, Stopped) and (step_type in _WITHOUT_JOB or STEP_TYPES[step_type].synchronous):
        yield f"{step_type} steps run no job that could be stopped outside of the pipeline. Write fail(reason), or stop the execution."
    if isinstance(outcome, Succeed):
        yield from _problems_of_success(step_type, declared, outcome)


def _problems_of_success(step_type: str, declared: Declared, outcome: Succeed) -> Iterator[str]:
    if outcome.outputs and not STEP_TYPES[step_type].outputs:
        yield "outputs= is for Lambda and Callback steps. What a job makes goes into properties= or property_files=."
    if outcome.metrics and step_type not in _MEASURED_TYPES:
        yield "metrics= is for Training and Tuning steps. What another step measures goes into property_files= or outputs=."
    for name in outcome.property_files:
        if name not in declared.property_files:
            yield (
                f"property_files={{{name!r}: ...}}: the step's PropertyFiles name no such file."
                f"{did_you_mean(name, declared.property_files)} Declared: {choices(declared.property_files)}."
                f"{'' if declared.property_files else _DECLARE_IT.format(name)}"
            )
    # Where no outputs are declared nobody can refer to one: a built pipeline leaves them to its script.
    for name, value in outcome.outputs.items() if declared.outputs else ():
        yield from _problems_of_output(name, value, [output for output in declared.outputs if output.name == name], declared)
    yield from property_problems(step_type, outcome.properties)


def _problems_of_output(name: str, value: Json, found: Sequence[OutputParameter], declared: Declared) -> Iterator[str]:
    names = [output.name for output in declared.outputs]
    if not found:
        missed = f"the step's OutputParameters have no such name.{did_you_mean(name, names)} Declared: {choices(names)}."
        yield f"outputs={{{name!r}: ...}}: {missed}"
    elif not any(_fits(output, value) for output in found):
        yield f"outputs={{{name!r}: {value!r}}}: the step declares this output as {found[0].type}. Write a value of that type."


def _fits(output: OutputParameter, value: Json) -> bool:
    try:
        typed_output(output, value)
    except ParameterValueError:
        return False
    return True
