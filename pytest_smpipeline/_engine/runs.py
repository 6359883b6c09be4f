"""What the engine keeps of an execution until it ends: whose turn it is, what runs, and how the execution ends then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pytest_smpipeline._definition.nodes import Step
from pytest_smpipeline._engine.frontier import MEETS, Frontier, frontier_of
from pytest_smpipeline._engine.iterations import Iterations
from pytest_smpipeline._engine.performance import Performance
from pytest_smpipeline._engine.retries import Retries
from pytest_smpipeline._engine.schedule import NEVER, Agenda, Appointment
from pytest_smpipeline._state.changes import execution_change, failed_attempt
from pytest_smpipeline._state.entities import ExecutionState, IterationContext, StepState
from pytest_smpipeline._state.store import Territory
from pytest_smpipeline.values import Instant

STEP_FAILURE: Final = "Step failure: One or multiple steps failed."
"""The FailureReason of an execution."""


@dataclass(slots=True)
class Running:
    """A step while it runs.

    ``next`` is the end of its attempt, or the next attempt when it waits for one (``repeats``); None when nobody knows yet.
    ``deadline`` is the end of what can take too long. ``retries`` is there from its first failure on.
    """

    state: StepState
    performance: Performance
    next: Appointment | None = None
    deadline: Appointment | None = None
    retries: Retries | None = None
    repeats: bool = False

    @property
    def waits(self) -> bool:
        """Whether the attempt runs until it is answered or released; a job that is being stopped ends by itself."""
        return self.performance.attempt is not None and self.next is None

    def call_off(self) -> None:
        """Let nothing more come of the attempt by itself."""
        if self.next is not None:
            self.next.call_off()
        if self.deadline is not None:
            self.deadline.call_off()


@dataclass(slots=True)
class Run:
    """What is only needed until an execution ends.

    ``running`` are the running steps by name, and ``iterations`` those of them that are ForEach steps; ``pending`` is the next
    time that the execution looks what to do. ``left_behind`` are the steps that a retry found failed or stopped and that have
    not started again. ``spoilt`` is set when a step failed for which a stop had to wait, and when the execution took too long.
    """

    territory: Territory
    execution: ExecutionState
    frontier: Frontier
    left_behind: set[str] = field(default_factory=set)
    agenda: Agenda = field(default_factory=Agenda)
    running: dict[str, Running] = field(default_factory=dict)
    iterations: dict[str, Iterations] = field(default_factory=dict)
    pending: Appointment | None = None
    deadline: Appointment = NEVER
    spoilt: bool = False
    timed_out: bool = False

    @property
    def can_begin(self) -> bool:
        """Whether a step may start now. A ForEach step takes no room itself: it would wait for that of its own steps."""
        if not self.frontier.ready and not (self.iterations and any(each.ready for each in self.iterations.values())):
            return False
        execution = self.execution
        limit = execution.parallelism
        has_room = limit is None or len(self.running) - len(self.iterations) < limit
        return has_room and execution.status == "Executing"

    @property
    def executing(self) -> bool:
        """Whether the execution starts steps, instead of being stopped."""
        return self.execution.status == "Executing"

    def pop(self) -> tuple[Step, IterationContext | None]:
        """Take out the step whose turn it is, with its iteration; those of the definition come before those of ForEach bodies."""
        if self.frontier.ready:
            return self.execution.version.definition.steps[self.frontier.pop()], None
        parent, iterations = next((parent, each) for parent, each in self.iterations.items() if each.ready)
        index, name = place = iterations.pop()
        return iterations.step(place), IterationContext(parent, name, index, iterations.items[index])

    def put_back(self, step: Step, iteration: IterationContext | None) -> None:
        """Make a step ready again that was taken out and could not be started."""
        if iteration is None:
            self.frontier.put_back(step.name)
        else:
            self.iterations[iteration.parent].put_back(iteration.place)

    def note(self, before: str | None, now: Instant) -> None:
        """Let the neighbours know that the execution's status has changed, from ``before``."""
        self.territory.changes.append(execution_change(self.execution, before, now))

    def note_failed_attempt(self, state: StepState, performance: Performance, now: Instant) -> None:
        """Let the neighbours know that an attempt has failed which a policy repeats: the step's status stays as it is."""
        ended = (performance.shown_at_end, performance.reason, performance.described)
        self.territory.changes.append(failed_attempt(self.execution, state, ended, now))

    def final_status(self) -> str:
        """Return how the execution ends, now that nothing of it runs any more.

        One that was stopped is Stopped, unless a Lambda step failed for which it had to wait. Of the others, what ran on a
        failure softens it, and a Fail step that ran means what its name says. A step that failed before a retry and did
        not start again counts no more.
        """
        if not self.executing:
            return "Failed" if self.spoilt else "Stopped"
        steps, left_behind = self.execution.steps, self.left_behind
        failed = {name: state.step for name, state in steps.items() if state.status in {"Failed", "Stopped"} and name not in left_behind}
        if not failed:
            return "Succeeded"
        counted = {name: state for name, state in steps.items() if name not in left_behind}
        if any(is_fail_step(step) for step in failed.values()):
            return "Failed"
        return "CompletedWithFailures" if self._handled(counted, failed) else "Failed"

    def _handled(self, counted: Mapping[str, StepState], failed: Mapping[str, Step]) -> bool:
        """Return whether a step ran because another failed or was stopped."""
        dependencies = self.execution.version.definition.graph.dependencies
        return any(
            needed.step in failed and counted[needed.step].status in MEETS[needed.trigger]
            for name in counted
            for needed in dependencies.get(name, ())
        )


def retried(territory: Territory, execution: ExecutionState) -> Run:
    """Return the run of an execution that starts again: what succeeded is kept, all else is as if it had not been started."""
    left_behind = {name for name, state in execution.steps.items() if state.status != "Succeeded"}
    return Run(territory, execution, frontier_of(execution), left_behind)


def is_fail_step(step: Step) -> bool:
    """Return whether this is a Fail step."""
    return step.type == "Fail"
