"""Whether an outcome can happen to the step it is scripted for."""

from collections.abc import Collection, Iterator
from typing import Final

from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.outcomes import CacheHit, Outcome, Stopped, Succeed
from pytest_smpipeline.scripted_properties import property_problems
from pytest_smpipeline.suggestions import choices, did_you_mean

_MEASURED_TYPES: Final = frozenset({"Training", "Tuning"})
_WITHOUT_JOB: Final = frozenset({"Lambda", "Callback", "ForEach", "Lineage", "Cleanup"})


def check_outcome(step: str, step_type: str, property_files: Collection[str], outcome: Outcome) -> None:
    """Pass when a step of this type, which declares these property files, can come out so.

    Raises ``UsageError`` with everything that does not fit.
    """
    problems = list(_problems(step_type, property_files, outcome))
    if problems:
        lines = "".join(f"\n  {problem}" for problem in problems)
        message = f"Step {step!r}, a {step_type} step, can't come out as {outcome!r}:{lines}"
        raise UsageError(message)


def _problems(step_type: str, property_files: Collection[str], outcome: Outcome) -> Iterator[str]:
    if isinstance(outcome, CacheHit) and STEP_TYPES[step_type].cached_by is None:
        yield f"{step_type} steps are never cached. Write succeed()."
    if isinstance(outcome, Stopped) and (step_type in _WITHOUT_JOB or STEP_TYPES[step_type].synchronous):
        yield f"{step_type} steps run no job that could be stopped outside of the pipeline. Write fail(reason), or stop the execution."
    if isinstance(outcome, Succeed):
        yield from _problems_of_success(step_type, property_files, outcome)


def _problems_of_success(step_type: str, property_files: Collection[str], outcome: Succeed) -> Iterator[str]:
    if outcome.outputs and not STEP_TYPES[step_type].outputs:
        yield "outputs= is for Lambda and Callback steps. What a job makes goes into properties= or property_files=."
    if outcome.metrics and step_type not in _MEASURED_TYPES:
        yield "metrics= is for Training and Tuning steps. What another step measures goes into property_files= or outputs=."
    for name in outcome.property_files:
        if name not in property_files:
            yield (
                f"property_files={{{name!r}: ...}}: the step's PropertyFiles name no such file.{did_you_mean(name, property_files)} "
                f"Declared: {choices(property_files)}."
            )
    yield from property_problems(step_type, outcome.properties)
