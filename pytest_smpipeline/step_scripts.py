"""One step's script: what its attempts come to, one after the other, and what of it is left."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from keyword import iskeyword
from typing import Final, TypeAlias

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.failures import counted, shown
from pytest_smpipeline.outcomes import (
    CacheHit,
    Fail,
    Hold,
    Outcome,
    Player,
    Reject,
    StepContext,
    Stopped,
    Succeed,
    cache_hit,
    fail,
    hold,
    reject,
    stopped,
    succeed,
)

Script: TypeAlias = Outcome | Sequence[Outcome] | Player
"""What ``script()`` takes for a step: one outcome, a list with one for each attempt, or a callable that decides."""

OutcomeCheck: TypeAlias = Callable[[StepContext, Outcome], None]
"""Raises ``UsageError`` when an attempt can't come out as a callable decided."""

# What a test writes that forgets the parentheses; these are callables too, and would fail only when the step runs.
_OUTCOME_FUNCTIONS: Final[tuple[object, ...]] = (
    *(succeed, fail, reject, stopped, hold, cache_hit),
    *(Succeed, Fail, Reject, Stopped, Hold, CacheHit),
)
_SUCCESS: Final = succeed()


@dataclass(slots=True)
class StepScript:
    """A step's script: an outcome for every attempt, a list that is used up, or a callable."""

    outcomes: tuple[Outcome, ...] = ()
    decide: Player | None = None
    endless: bool = False
    used: int = 0

    @property
    def empty(self) -> bool:
        """Whether it is an empty list, which scripts nothing."""
        return not self.outcomes and self.decide is None

    def next_outcome(self, context: StepContext, check: OutcomeCheck) -> Outcome:
        """Return what this attempt comes to; after the end of a list the step succeeds.

        Raises ``UsageError`` when a callable returns what is no outcome or what ``check`` refuses.
        """
        number = self.used
        self.used += 1
        if self.decide is not None:
            # The arguments share their constant parts with the definition, which the callable must not be able to change.
            decided = self.decide(replace(context, arguments=deepcopy(context.arguments)))
            outcome = _checked(context.step, decided, _returned(decided))
            check(context, outcome)
            return outcome
        if self.endless:
            return self.outcomes[0]
        return self.outcomes[number] if number < len(self.outcomes) else _SUCCESS

    def complaint(self, pipeline: str, step: str, case: str | None) -> str | None:
        """Return a line on what no attempt used, and what to do; None when nothing is left that is not optional."""
        if self.decide is not None:
            what = "" if self.used else "the function was never called. Let the step run, or take the script out."
        elif self.endless:
            unused = not self.used and not self.outcomes[0].optional
            what = "no attempt used it. Let the step run, take the script out, or write optional=True into it." if unused else ""
        else:
            what = self._rest()
        return f"{self._call(pipeline, step, case)}: {what}" if what else None

    def _rest(self) -> str:
        rest = [outcome for outcome in self.outcomes[self.used :] if not outcome.optional]
        if not rest:
            return ""
        verb = "was" if len(rest) == 1 else "were"
        made = counted(self.used, "attempt") if self.used else "no attempt"
        return (
            f"{len(rest)} of {counted(len(self.outcomes), 'outcome')} {verb} not used, {shown(rest)[1:-1]}; the step made {made}. "
            "Let it make more, take out what is too much, or write optional=True into what may stay unused."
        )

    def _call(self, pipeline: str, step: str, case: str | None) -> str:
        script: object = self.outcomes[0] if self.endless else list(self.outcomes)
        text = shown(script) if self.decide is None else getattr(self.decide, "__name__", shown(self.decide))
        if case is not None:
            return f"script({pipeline!r}, case={case!r}), {step}={text}"
        return script_call(pipeline, step, text)


def script_call(pipeline: str, step: str, script: str) -> str:
    """Return the call of ``script()`` that says this of a step, as a test writes it: names that are no keywords go into a mapping."""
    is_keyword = step.isidentifier() and not iskeyword(step) and step != "case"
    return f"script({pipeline!r}, {step}={script})" if is_keyword else f"script({pipeline!r}, {{{step!r}: {script}}})"


def read_script(step: str, script: Script) -> StepScript:
    """Return what a test scripted for a step; raise ``UsageError`` for anything but outcomes and callables."""
    if any(script is function for function in _OUTCOME_FUNCTIONS):
        message = f"The script of step {step!r} is the function itself, not what it returns. Write succeed() or fail('reason')."
        raise UsageError(message)
    if callable(script):
        return StepScript(decide=script)
    if isinstance(script, Sequence) and not isinstance(script, str | bytes):
        return StepScript(outcomes=tuple(_checked(step, outcome, f"holds {outcome!r}") for outcome in script))
    return StepScript(outcomes=(_checked(step, script, f"is {script!r}"),), endless=True)


def _returned(value: object) -> str:
    return "returned nothing" if value is None else f"returned {value!r}"


def _checked(step: str, outcome: object, what: str) -> Outcome:
    if isinstance(outcome, Outcome):
        return outcome
    message = (
        f"The script of step {step!r} {what}, which is no outcome. Write succeed(...), fail(reason), reject(code, message), stopped(), "
        "hold() or cache_hit(), a list with one of them for each attempt, or a callable that returns one."
    )
    raise UsageError(message)
