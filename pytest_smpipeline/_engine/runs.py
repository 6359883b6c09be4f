"""What the runner keeps of an execution until it ends, and how the execution ends then."""

from dataclasses import dataclass, field
from typing import Final

from pytest_smpipeline._definition.nodes import Step
from pytest_smpipeline._engine.frontier import MEETS, Frontier, frontier_of
from pytest_smpipeline._engine.schedule import Agenda, Appointment
from pytest_smpipeline._state.entities import ExecutionState
from pytest_smpipeline._state.store import Territory

STEP_FAILURE: Final = "Step failure: One or multiple steps failed."
"""The FailureReason of an execution."""


@dataclass(slots=True)
class Run:
    """What is only needed until an execution ends.

    ``ends`` are the ends of the running steps, by name; ``pending`` is the next time that it looks what to do. ``left_behind``
    are the steps that a retry found failed or stopped and that have not started again. ``spoilt`` is set when a step failed for
    which a stop had to wait.
    """

    territory: Territory
    execution: ExecutionState
    frontier: Frontier
    left_behind: set[str] = field(default_factory=set)
    agenda: Agenda = field(default_factory=Agenda)
    ends: dict[str, Appointment] = field(default_factory=dict)
    pending: Appointment | None = None
    spoilt: bool = False

    @property
    def can_begin(self) -> bool:
        """Whether a step may start now."""
        limit = self.execution.parallelism
        return self.executing and self.frontier.ready and (limit is None or len(self.ends) < limit)

    @property
    def executing(self) -> bool:
        """Whether the execution starts steps, instead of being stopped."""
        return self.execution.status == "Executing"

    def final_status(self) -> str:
        """Return how the execution ends, now that nothing of it runs any more.

        One that was stopped is Stopped, unless a Lambda step failed for which it had to wait. Of the others, what ran on a
        failure softens it, and a Fail step that ran means what its name says. A step that failed before a retry and did
        not start again counts no more.
        """
        if not self.executing:
            return "Failed" if self.spoilt else "Stopped"
        counted = {name: state for name, state in self.execution.steps.items() if name not in self.left_behind}
        failed = {name: state.step for name, state in counted.items() if state.status == "Failed"}
        if not failed:
            return "Succeeded"
        if any(is_fail_step(step) for step in failed.values()):
            return "Failed"
        dependencies = self.execution.version.definition.graph.dependencies
        ran_on_a_failure = any(
            needed.step in failed and "Failed" in MEETS[needed.trigger] for name in counted for needed in dependencies[name]
        )
        return "CompletedWithFailures" if ran_on_a_failure else "Failed"


def retried(territory: Territory, execution: ExecutionState) -> Run:
    """Return the run of an execution that starts again: what succeeded is kept, all else is as if it had not been started."""
    left_behind = {name for name, state in execution.steps.items() if state.status != "Succeeded"}
    return Run(territory, execution, frontier_of(execution), left_behind)


def is_fail_step(step: Step) -> bool:
    """Return whether this is a Fail step."""
    return step.type == "Fail"
