"""How the steps of an execution of the past stand, and whether that fits together."""

from collections.abc import Iterator, Mapping
from typing import Final

from pytest_smpipeline._definition.nodes import Definition, Step
from pytest_smpipeline._engine.frontier import MEETS
from pytest_smpipeline._engine.past_steps import PastStep, earlier_results
from pytest_smpipeline._state.entities import PipelineState
from pytest_smpipeline._state.transitions import ACTIVE
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.failures import shown
from pytest_smpipeline.outcome_checks import check_outcome, declared_by
from pytest_smpipeline.outcomes import CacheHit, Fail, Hold, Outcome, Reject, Stopped, Succeed
from pytest_smpipeline.past_children import member
from pytest_smpipeline.suggestions import choices, did_you_mean

_FAILURE: Final = "The step failed."
_OUTCOMES: Final[Mapping[str, Outcome]] = {
    "Succeeded": Succeed(),
    "Failed": Fail(reason=_FAILURE),
    # Stopped with its execution: what it was about to make is not known.
    "Stopped": Hold(),
    "Stopping": Hold(),
    "Executing": Hold(),
}
_STATUSES: Final[Mapping[type[Outcome], str]] = {
    Succeed: "Succeeded",
    CacheHit: "Succeeded",
    Fail: "Failed",
    Reject: "Failed",
    Stopped: "Stopped",
    Hold: "Executing",
}
# What a step can be that decides for itself, in an instant or by what its own steps come to.
_OWN_STATUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "Condition": ("Succeeded", "Failed"),
    "Fail": ("Failed",),
    "ForEach": ("Succeeded", "Failed", "Stopped"),
}
_UNENDED: Final = frozenset({"Executing", "Stopping"})
_SPOILT: Final = frozenset({"Failed", "Stopped"})


def past_steps(
    pipeline: PipelineState, definition: Definition, told: Mapping[str, str | Outcome] | None, problems: list[str]
) -> dict[str, PastStep]:
    """Return how these steps stand; those that can't stand so are left out, and ``problems`` take the reasons."""
    if told is None:
        return {}
    if not isinstance(told, Mapping):
        problems.append(f"steps={shown(told)} is not valid: expected a dict such as {{'Train': 'Succeeded'}}, or with outcomes.")
        return {}
    found: dict[str, PastStep] = {}
    for name, value in told.items():
        inner = member(definition, str(name))
        step = definition.steps.get(name) or (inner.step if inner else None)
        if step is None:
            problems.append(f"steps has {name!r}, which is no step.{did_you_mean(str(name), definition.steps)} {_all(definition)}")
            continue
        problem = _problem(pipeline, step, value)
        if problem is None:
            found[name] = PastStep(value, _OUTCOMES[value]) if isinstance(value, str) else PastStep(_STATUSES[type(value)], value)
        else:
            problems.append(f"steps[{name!r}]: {problem}")
    return found


def _problem(pipeline: PipelineState, step: Step, value: object) -> str | None:
    """Return why a step can't stand so; None when it can."""
    own = _OWN_STATUSES.get(step.type)
    if own is not None and value not in own:
        return f"a {step.type} step decides for itself, so it takes {choices(own)}, not {shown(value)}."
    if isinstance(value, str):
        hint = did_you_mean(value, _OUTCOMES)
        return None if value in _OUTCOMES else f"{value!r} is not a status of a step here.{hint} Statuses: {choices(_OUTCOMES)}."
    if not isinstance(value, Outcome):
        return f"expected a status such as 'Succeeded' or an outcome such as fail('no disk'), not {shown(value)}."
    return _problem_of_outcome(pipeline, step, value)


def _problem_of_outcome(pipeline: PipelineState, step: Step, outcome: Outcome) -> str | None:
    try:
        check_outcome(step.name, step.type, declared_by(step), outcome)
    except UsageError as error:
        return str(error)
    if isinstance(outcome, CacheHit):
        sources = {execution.arn for _, execution in earlier_results(pipeline, step.name)}
        if not sources or outcome.source not in {None, *sources}:
            return f"{outcome!r} needs an earlier execution in which the step succeeded. Add that one first."
    return None


def status_problems(definition: Definition, status: str, steps: Mapping[str, PastStep], *, has_reason: bool) -> Iterator[str]:
    """Yield why an execution whose steps stand so can't have this status, and which steps can't stand so together."""
    yield from _problems_of_order(definition, status, steps)
    spoilt = [name for name, step in steps.items() if step.status in _SPOILT]
    unended = [name for name, step in steps.items() if step.status in _UNENDED]
    if status not in ACTIVE and unended:
        yield f"status={status!r}, but {choices(unended)} did not end. Write status='Executing', or how it ended."
    if status == "Executing" and any(steps[name].status == "Stopping" for name in unended):
        yield "status='Executing', but a step is Stopping; only those of an execution that is Stopping are."
    if status == "Succeeded" and spoilt:
        told = ", ".join(f"{name!r} is {steps[name].status}" for name in spoilt)
        yield f"status='Succeeded', but {told}. Write status='Failed', or let the steps succeed."
    fails = [name for name in spoilt if definition.steps[name].type == "Fail"]
    if status == "CompletedWithFailures" and fails:
        yield f"status={status!r}, but the Fail step {choices(fails)} ran: then the execution is Failed."
    elif steps and not spoilt and (status == "CompletedWithFailures" or (status == "Failed" and not has_reason)):
        yield f"status={status!r}, but none of its steps failed. Say which one did{', or give a failure_reason' * (status == 'Failed')}."


def _problems_of_order(definition: Definition, status: str, steps: Mapping[str, PastStep]) -> Iterator[str]:
    for name in steps:
        for needed in definition.graph.dependencies[name]:
            before = steps.get(needed.step)
            if before is None and status in ACTIVE:
                yield f"steps has {name!r} without {needed.step!r}, which it depends on: what is under way goes on from where it stands."
            elif before is not None and before.status not in MEETS[needed.trigger]:
                yield f"steps[{name!r}]: it can't have run, for it depends on {needed.step!r}, which is {before.status}."
    for step in definition.steps.values():
        taken = [each for branch in (step.if_steps, step.else_steps) if (each := [name for name in branch if name in steps])]
        if len(taken) > 1:
            yield f"steps has {taken[0][0]!r} and {taken[1][0]!r}, from both branches of {step.name!r}: only one of them is taken."


def _all(definition: Definition) -> str:
    return f"Steps: {choices(definition.steps)}."
