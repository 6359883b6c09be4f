"""What a test expects of one execution, and why it is otherwise: pure functions from the execution's state to text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pytest_smpipeline._definition.nodes import Graph
from pytest_smpipeline._state.entities import ExecutionState, StepState
from pytest_smpipeline._state.transitions import ACTIVE
from pytest_smpipeline.condition_words import condition_words
from pytest_smpipeline.failures import Candidate, counted, listed, message
from pytest_smpipeline.step_absences import why_not_run
from pytest_smpipeline.step_records import listed_names, missing_step
from pytest_smpipeline.suggestions import choices, did_you_mean

_BRANCHES: Final = ("if", "else")
_EXPECT: Final = "script the steps that decide about it, or expect what really happened."
_MOST_STEPS: Final = 20


@dataclass(frozen=True, slots=True)
class Judged:
    """An execution under an assertion, and which of its steps wait for an answer or a release."""

    state: ExecutionState
    waiting: Sequence[str]

    def complaint(self, expected: str, happened: str, steps: Iterable[Candidate], to_do: str) -> str:
        """Return the four parts about this execution."""
        return message(f"execution {self.name} {expected}.", happened, list(steps), to_do, heading="Steps", most=_MOST_STEPS)

    @property
    def name(self) -> str:
        """What tells the execution from others."""
        return f"{self.state.pipeline.name}/{self.state.id}"

    @property
    def standing(self) -> str:
        """The execution's status, with the reason of a failure."""
        return f"it is {self.state.status}" + (f": {self.state.failure_reason}" if self.state.failure_reason else ".")

    def advice(self, otherwise: str) -> str:
        """Return what to do: what lets an execution end that has not ended, or ``otherwise``."""
        if self.state.status not in ACTIVE:
            return otherwise
        if self.waiting:
            return f"answer or release what waits: {listed(self.waiting)}, as with run.release({self.waiting[0]!r}, succeed())."
        return "move time with smpipeline.run_until_idle() or smpipeline.advance(): it has not ended."

    def starts(self, step: str) -> list[StepState]:
        """Return what was started here under a step's name, first start first; for a step of a ForEach body its children."""
        names = listed_names(self.state, step) or ()
        return [state for name, state in self.state.steps.items() if name in names and state.selective_source is None]

    def slip(self, expected: str, names: Iterable[str]) -> str | None:
        """Return the complaint about the first name that no step of the pipeline has; None when all are real."""
        for name in names:
            if listed_names(self.state, name) is None:
                return self.complaint(expected, f"there is no step {name!r}.", [], f"correct the name: {missing_step(self.state, name)}.")
        return None


def ended_complaint(run: Judged, status: str, advice: str) -> str | None:
    """Return why an execution did not end with this status; None when it did."""
    if run.state.status == status:
        return None
    return run.complaint(f"to be {status}", run.standing, _troubled(run), run.advice(advice))


def stopped_complaint(run: Judged) -> str | None:
    """Return why an execution was not stopped; None when it was."""
    advice = "stop it while it is Executing: under progress='poll' or 'manual', with run.stop() or the code under test."
    if run.state.status == "Executing":
        return run.complaint("to be Stopped", run.standing, _troubled(run), advice)
    return ended_complaint(run, "Stopped", advice)


def failed_complaint(run: Judged, step: str | None, reason: str | None) -> str | None:
    """Return why an execution did not fail, or not at this step, or not with this in a reason; None when it did."""
    expected = "to be Failed"
    expected += "" if step is None else f" at step {step!r}"
    expected += "" if reason is None else f" with {reason!r} in its reason"
    slip = None if step is None else run.slip(expected, [step])
    if slip is not None:
        return slip
    named = list(run.state.steps.values()) if step is None else run.starts(step)
    suspects = [state for state in named if state.status == "Failed"]
    reasons = [state.reason or "" for state in suspects] + ([run.state.failure_reason or ""] if step is None else [])
    if run.state.status == "Failed" and any((reason or "") in told for told in reasons):
        return None
    others = [state for state in run.state.steps.values() if state.status != "Succeeded" and state not in named]
    hint = "; only the case differs" if reason is not None and any(reason.casefold() in told.casefold() for told in reasons) else ""
    return run.complaint(
        expected,
        run.standing,
        [*(_troubled(run) if step is None else _outcome(run, step)), *map(_candidate, others)],
        run.advice(f"script the step with fail(reason), or expect what really happened{hint}."),
    )


def ran_complaint(run: Judged, steps: Sequence[str]) -> str | None:
    """Return which of these steps did not run, and why; None when all did."""
    expected = f"to have run {listed(steps)}"
    absent = [step for step in steps if not run.starts(step)]
    return run.slip(expected, steps) or _absence(run, expected, absent)


def not_ran_complaint(run: Judged, steps: Sequence[str]) -> str | None:
    """Return which of these steps ran; None when none did."""
    expected = f"not to have run {listed(steps)}"
    slip = run.slip(expected, steps)
    present = [state for step in steps for state in run.starts(step)]
    if slip is not None or not present:
        return slip
    happened = f"{listed(state.step.name for state in present)} ran; {run.standing}"
    return run.complaint(expected, happened, map(_candidate, present), _EXPECT)


def order_complaint(run: Judged, steps: Sequence[str]) -> str | None:
    """Return why these steps were not started in this order; None when they were, whatever was started between them.

    Two steps that were started at the same instant have an order only when one waits for the other.
    """
    expected = f"to have started {listed(steps)} in this order"
    complaint = run.slip(expected, steps) or _absence(run, expected, [step for step in steps if not run.starts(step)])
    if complaint is not None:
        return complaint
    problem = _disorder(run, steps)
    if problem is None:
        return None
    named = sorted({state.number: state for step in steps for state in run.starts(step)}.items())
    return run.complaint(
        expected,
        f"{problem}.",
        [_candidate(state, f", started after {(state.started - run.state.created) / 1000:g} s") for _, state in named],
        "correct what the steps wait for in the definition, or the expectation; run.order has all starts.",
    )


def branch_complaint(run: Judged, step: str, branch: object) -> str | None:
    """Return why a Condition step did not take this branch; None when it did."""
    expected = f"to have taken the branch {branch!r} of {step!r}"
    slip = run.slip(expected, [step])
    if slip is not None:
        return slip
    if branch not in _BRANCHES:
        near = did_you_mean(branch, _BRANCHES) if isinstance(branch, str) else ""
        return run.complaint(expected, "there is no such branch.", [], f"expect 'if' or 'else'.{near}")
    conditions = [name for name, node in run.state.version.definition.steps.items() if node.type == "Condition"]
    if step not in conditions:
        return run.complaint(expected, f"{step!r} is no Condition step.", [], f"name a Condition step of it: {choices(conditions)}.")
    state = run.state.steps.get(step)
    taken = None if state is None else state.properties.get("Outcome")
    if state is None or taken is None:
        return run.complaint(expected, f"{step!r} took no branch; {run.standing}", _outcome(run, step), run.advice(_EXPECT))
    if (branch == "if") == bool(taken):
        return None
    happened = f"{step!r} took {'if' if taken else 'else'!r}."
    compared = Candidate(_candidate(state).title, condition_words(run.state, state))
    return run.complaint(expected, happened, [compared], "script what the conditions compare, or expect the other branch.")


def _disorder(run: Judged, steps: Sequence[str]) -> str | None:
    """Return which of these steps, all of which ran, is not in its place; None when the order holds."""
    last = run.starts(steps[0])[0]
    for step in steps[1:]:
        later = [state for state in run.starts(step) if state.number > last.number]
        if not later:
            return f"{step!r} was not started after {last.step.name!r}"
        ordered = [state for state in later if _is_ordered(run.state, last, state)]
        if not ordered:
            return f"{last.step.name!r} and {step!r} were started at the same time, and neither waits for the other"
        last = ordered[0]
    return None


def _absence(run: Judged, expected: str, absent: Sequence[str]) -> str | None:
    """Return the complaint about steps that did not run, with those that did; None when none is absent."""
    if not absent:
        return None
    ran = [name for name, state in run.state.steps.items() if state.selective_source is None]
    happened = f"{listed(absent)} did not run; what ran: {listed(ran)}; {run.standing}"
    reasons = [candidate for step in absent for candidate in _outcome(run, step)]
    return run.complaint(expected, happened, reasons, run.advice(_EXPECT))


def _outcome(run: Judged, step: str) -> list[Candidate]:
    """Return what became of a step, of each child if it has several."""
    found = run.starts(step)
    return [_candidate(state) for state in found] or [Candidate(f"step {step} did not run", (why_not_run(run.state, step),))]


def _troubled(run: Judged) -> list[Candidate]:
    return [_candidate(state) for state in run.state.steps.values() if state.status != "Succeeded"]


def _candidate(state: StepState, more: str = "") -> Candidate:
    reasons = () if state.reason is None else tuple(state.reason.splitlines())
    made = f", {counted(state.attempts, 'attempt')}" if state.attempts > 1 else ""
    cached = ", from the cache" if state.cache_source is not None else ""
    return Candidate(f"step {state.step.name} ({state.step.type}) {state.status}{made}{cached}{more}", reasons)


def _is_ordered(execution: ExecutionState, first: StepState, second: StepState) -> bool:
    """Return whether the second of two steps had to start after the first: later in time, or because it waits for it."""
    if first.started < second.started:
        return True
    inner, outer = first.iteration, second.iteration
    graph = execution.version.definition.graph
    if inner is not None and outer is not None and inner.parent == outer.parent:
        body = execution.steps[inner.parent].step.iteration
        return body is not None and inner.index == outer.index and _waits(body.graph, outer.body_step, inner.body_step)
    before, after = (state.step.name if state.iteration is None else state.iteration.parent for state in (first, second))
    return _waits(graph, after, before) or (before == after and inner is None)


def _waits(graph: Graph, step: str, other: str) -> bool:
    """Return whether a step waits for another, by way of others or not."""
    pending, seen = [step], {step}
    while pending:
        needed = {dependency.step for dependency in graph.dependencies[pending.pop()]} - seen
        seen |= needed
        pending.extend(needed)
    return other in seen - {step}
