"""What the test wants steps to do: outcomes by pipeline and step, and which of them were used."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._state.entities import PipelineState
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.outcomes import Fail, Outcome, StepContext, Succeed, fail, succeed
from pytest_smpipeline.suggestions import choices, did_you_mean

Script: TypeAlias = Outcome | Sequence[Outcome] | Callable[[StepContext], Outcome]
"""What ``script()`` takes for a step: one outcome, a list with one for each attempt, or a callable that decides."""


# What a test writes that forgets the parentheses; these are callables too, and would fail only when the step runs.
_OUTCOME_FUNCTIONS: Final[tuple[object, ...]] = (succeed, fail, Succeed, Fail)
_SUCCESS: Final = succeed()


@dataclass(slots=True)
class _Part:
    """One step's script: an outcome for every attempt, a list that is used up, or a callable."""

    outcomes: tuple[Outcome, ...] = ()
    decide: Callable[[StepContext], Outcome] | None = None
    endless: bool = False
    used: int = 0

    def next_outcome(self, context: StepContext) -> Outcome:
        outcome = self._outcome(context)
        self.used += 1
        return outcome

    def _outcome(self, context: StepContext) -> Outcome:
        if self.decide is not None:
            # The arguments share their constant parts with the definition, which the callable must not be able to change.
            decided = self.decide(replace(context, arguments=deepcopy(context.arguments)))
            return _checked(context.step, decided, _returned(decided))
        if self.endless:
            return self.outcomes[0]
        return self.outcomes[self.used] if self.used < len(self.outcomes) else _SUCCESS


@dataclass(slots=True)
class Scripts:
    """The scripts of one mock, kept by the pipelines' ARNs."""

    _parts: dict[tuple[str, str], _Part] = field(default_factory=dict)

    def write(self, pipeline: PipelineState, parts: Mapping[str, Script]) -> None:
        """Let steps of a pipeline come out as told; a later script for a step replaces an earlier one.

        Raises ``UsageError``, and changes nothing, when the definition has no such step, the step decides for itself, or
        the script is of another kind.
        """
        read = {step: _read(pipeline, step, script) for step, script in parts.items()}
        for step, part in read.items():
            self._parts[pipeline.arn, step] = part

    def play(self, pipeline_arn: str, context: StepContext) -> Outcome | None:
        """Return what this attempt comes to, or None when the step has no script."""
        part = self._parts.get((pipeline_arn, context.step))
        return None if part is None else part.next_outcome(context)


def _read(pipeline: PipelineState, step: str, script: Script) -> _Part:
    steps = pipeline.latest.definition.steps
    if step not in steps:
        message = f"Pipeline {pipeline.name!r} has no step {step!r}.{did_you_mean(str(step), steps)} Its steps: {choices(steps)}."
        raise UsageError(message)
    if not STEP_TYPES[steps[step].type].scripted:
        message = (
            f"Step {step!r} of pipeline {pipeline.name!r} is a {steps[step].type} step: it decides by itself how it comes out. "
            "Script the steps or give the parameters that it depends on."
        )
        raise UsageError(message)
    if any(script is function for function in _OUTCOME_FUNCTIONS):
        message = f"The script of step {step!r} is the function itself, not what it returns. Write succeed() or fail('reason')."
        raise UsageError(message)
    if callable(script):
        return _Part(decide=script)
    if isinstance(script, Sequence) and not isinstance(script, str | bytes):
        return _Part(outcomes=tuple(_checked(step, outcome, f"holds {outcome!r}") for outcome in script))
    return _Part(outcomes=(_checked(step, script, f"is {script!r}"),), endless=True)


def _returned(value: object) -> str:
    return "returned nothing" if value is None else f"returned {value!r}"


def _checked(step: str, outcome: object, what: str) -> Outcome:
    if isinstance(outcome, Succeed | Fail):
        return outcome
    message = (
        f"The script of step {step!r} {what}, which is no outcome. "
        "Write succeed(...) or fail(reason), a list with one of them for each attempt, or a callable that returns one."
    )
    raise UsageError(message)
