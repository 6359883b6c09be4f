"""The successful results of one pipeline's steps, to be found again by what they were made from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from pytest_smpipeline._definition.nodes import Step
from pytest_smpipeline.values import Instant


class _Run(Protocol):
    """A run of a step that has succeeded."""

    step: Step
    ended: Instant | None


RunT = TypeVar("RunT", bound=_Run)
ExecutionT = TypeVar("ExecutionT")


@dataclass(slots=True)
class _StepResults(Generic[RunT, ExecutionT]):
    """The results of one step: those that nobody asked for yet, and of the others the latest of each key."""

    unread: list[tuple[RunT, ExecutionT]] = field(default_factory=list)
    latest: dict[str, tuple[RunT, ExecutionT]] = field(default_factory=dict)

    def read(self, key_of: Callable[[RunT], str]) -> None:
        """File what is unread under its key, where it is the latest."""
        for result in self.unread:
            key = key_of(result[0])
            # A test may set the wall clock back, so what is added later has not always ended later.
            if _ended(self.latest.get(key, result)[0]) <= _ended(result[0]):
                self.latest[key] = result
        self.unread.clear()


class Results(Generic[RunT, ExecutionT]):
    """What the steps of one pipeline have come to, over all its versions and executions.

    Keys are worked out when somebody first asks for a result of the step: most pipelines never do.
    """

    __slots__ = ("_steps",)

    def __init__(self) -> None:
        """Start with nothing."""
        self._steps: dict[str, _StepResults[RunT, ExecutionT]] = {}

    def add(self, state: RunT, execution: ExecutionT) -> None:
        """Take in a step that has run and succeeded, whatever becomes of its execution.

        A step that reused a result has not run: the result stays that of the run that made it.
        """
        name = state.step.name
        if name not in self._steps:
            self._steps[name] = _StepResults()
        self._steps[name].unread.append((state, execution))

    def latest(self, step: str, key: str, key_of: Callable[[RunT], str]) -> tuple[RunT, ExecutionT] | None:
        """Return the result of this step with this key that ended last; of two that ended together, the one added last.

        ``key_of`` tells the key of a result; it is asked once about each.
        """
        results = self._steps.get(step)
        if results is None:
            return None
        results.read(key_of)
        return results.latest.get(key)


def _ended(run: _Run) -> Instant:
    return run.ended or 0
