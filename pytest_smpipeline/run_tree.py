"""An execution as text: a small tree of its steps, each with a mark, in 80 columns and readable without colour."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from pytest_smpipeline._state.entities import ExecutionState, StepState
from pytest_smpipeline.durations import in_words
from pytest_smpipeline.failures import counted, shown

MARKS: Final[Mapping[str, str]] = {"Succeeded": "✓", "Failed": "✗", "Stopped": "■", "reused": "↺", "running": "…"}
ASCII_MARKS: Final[Mapping[str, str]] = {"Succeeded": "+", "Failed": "x", "Stopped": "#", "reused": "=", "running": ">"}

_WIDTH: Final = 80
_INDENT: Final = "  "
_DEEPEST: Final = 12
_WIDEST: Final = 20
_MOST_STEPS: Final = 25
_MOST_CHILDREN: Final = 6
_MOST_LINES: Final = 6
_MOST_NAMES: Final = 10


def run_tree(execution: ExecutionState, waiting: Collection[str], marks: Mapping[str, str]) -> list[str]:
    """Return the lines for one execution: how it stands, what it was given, and its steps below the steps that they belong to.

    Steps in a branch stand below their Condition step, the children of an iteration below their ForEach step. Where there are
    many, those that succeeded are folded first. ``waiting`` are the steps that run until somebody answers or releases them.
    """
    return [*_head(execution), *_Tree(execution, waiting, marks).lines(None, 1), *_rest(execution)]


def listed(heading: str, items: Sequence[str]) -> list[str]:
    """Return items below a heading, each wrapped."""
    return [heading, *(line for item in items for line in _wrapped(item, 1))]


@dataclass(frozen=True, slots=True)
class _Tree:
    """The steps of an execution as lines."""

    execution: ExecutionState
    waiting: Collection[str]
    marks: Mapping[str, str]

    def lines(self, parent: str | None, depth: int) -> Iterator[str]:
        """Yield the lines of the steps that belong to this one, or of the others at the top."""
        states = dict(self.execution.steps)
        # What belongs to a step that is not there stands at the top: nothing may be lost.
        steps = [state for state in states.values() if (above if (above := _parent(state)) in states else None) == parent]
        iterated = bool(steps) and steps[0].iteration is not None
        kept, folded = _folded(steps, _MOST_CHILDREN if iterated else _MOST_STEPS)
        widths = _widths([(state.step.name, state.step.type, state.status) for state in kept])
        for state in kept:
            yield from self._step(state, depth, widths)
            yield from self.lines(state.step.name, depth + 1)
        if folded:
            statuses = ", ".join(f"{number} {status}" for status, number in sorted(Counter(state.status for state in folded).items()))
            yield from _wrapped(f"and {len(folded)} more: {statuses}", depth)

    def _step(self, state: StepState, depth: int, widths: Sequence[int]) -> Iterator[str]:
        reused = state.cache_source or state.selective_source
        mark = self.marks["reused" if reused else state.status if state.status in self.marks else "running"]
        columns = zip((state.step.name, state.step.type, state.status), widths, strict=True)
        facts = [*(f"{text:{width}}" for text, width in columns), *self._particulars(state)]
        yield from _wrapped(f"{mark} {'  '.join(facts)}", depth)
        reason = [line for text in (state.reason or "").splitlines() for line in _wrapped(text, depth + 2)]
        yield from reason[:_MOST_LINES]
        if len(reason) > _MOST_LINES:
            yield from _wrapped("...", depth + 2)

    def _particulars(self, state: StepState) -> Iterator[str]:
        if state.selective_source:
            yield f"from {_id(state.selective_source)}"
        elif state.cache_source:
            yield f"cached from {_id(state.cache_source)}"
        elif state.ended is not None:
            yield in_words(state.ended - state.started)
        if state.attempts > 1:
            yield counted(state.attempts, "attempt")
        branch = _branch(state)
        if branch:
            yield f"took {branch}"
        if state.step.name in self.waiting:
            yield "waits for an answer" if state.step.type == "Callback" else "held"


def _head(execution: ExecutionState) -> Iterator[str]:
    ended = "" if execution.ended is None else f"  {in_words(execution.ended - execution.created)}"
    version = "" if len(execution.pipeline.versions) == 1 else f"  version {execution.version.number}"
    yield from _wrapped(f"{execution.pipeline.name}/{execution.id}{version}  {execution.status}{ended}", 0)
    if execution.overrides:
        yield from _wrapped(f"started with {shown(dict(execution.overrides))}", 1)
    if execution.selected:
        source = f" from {_id(execution.source)}" if execution.source else ""
        yield from _wrapped(f"selected: {_names(execution.selected)}{source}", 1)
    if execution.failure_reason and all(state.status != "Failed" for state in list(execution.steps.values())):
        yield from _wrapped(execution.failure_reason, 1)


def _rest(execution: ExecutionState) -> Iterator[str]:
    left = [step.name for step in execution.version.definition.steps.values() if _could_run(execution, step.name)]
    if left:
        yield from _wrapped(f"not started{' yet' if execution.status == 'Executing' else ''}: {_names(left)}", 1)


def _could_run(execution: ExecutionState, name: str) -> bool:
    """Return whether a step was to run and did not start: it is selected, and in no branch that was not taken or not reached."""
    step = execution.version.definition.steps[name]
    if name in execution.steps or (execution.selected and name not in execution.selected):
        return False
    gate = None if step.parent is None else execution.steps.get(step.parent)
    return step.parent is None or (gate is not None and _branch(gate) == step.branch)


def _parent(state: StepState) -> str | None:
    return state.step.parent if state.iteration is None else state.iteration.parent


def _branch(state: StepState) -> str | None:
    outcome = state.properties.get("Outcome") if state.step.type == "Condition" else None
    return None if outcome is None else "if" if outcome else "else"


def _folded(steps: Sequence[StepState], most: int) -> tuple[list[StepState], list[StepState]]:
    """Return the steps to show, in their order, and those left out: first of all such as succeeded."""
    if len(steps) <= most:
        return list(steps), []
    ranked = sorted(range(len(steps)), key=lambda place: steps[place].status == "Succeeded")
    kept = set(ranked[:most])
    return [steps[place] for place in sorted(kept)], [steps[place] for place in range(len(steps)) if place not in kept]


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return how wide columns are, so that the next ones stand below each other; what is longer sticks out."""
    return [min(max(map(len, column)), _WIDEST) for column in zip(*rows, strict=True)]


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def _id(arn: str) -> str:
    return arn.rpartition("/")[2]


def _wrapped(text: str, depth: int) -> list[str]:
    indent = _INDENT * min(depth, _DEEPEST)
    return wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent + _INDENT * 2, break_long_words=False, break_on_hyphens=False)
