"""The runner: moves executions along the virtual clock until they end."""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

from pytest_smpipeline._engine.clock import Clock
from pytest_smpipeline._engine.frontier import MEETS, Frontier
from pytest_smpipeline._engine.performance import Performance, Performer
from pytest_smpipeline._engine.schedule import Agenda, Schedule
from pytest_smpipeline._state import transitions
from pytest_smpipeline._state.entities import ExecutionState, StepState
from pytest_smpipeline._state.store import Territory
from pytest_smpipeline.values import Instant

# Real executions show 0.5 to 1.5 seconds between a start, or a step's end, and the steps that follow it.
GAP: Final = 1_000

_STEP_FAILURE: Final = "Step failure: One or multiple steps failed."


@dataclass(slots=True)
class _Run:
    """What is only needed until an execution ends."""

    territory: Territory
    execution: ExecutionState
    frontier: Frontier
    agenda: Agenda = field(default_factory=Agenda)
    running: int = 0
    begin_due: bool = False

    @property
    def can_begin(self) -> bool:
        limit = self.execution.parallelism
        return self.frontier.ready and (limit is None or self.running < limit)


class Runner:
    """Runs executions: starts what is ready, ends what is due, and says when nothing can move any more."""

    def __init__(self, clock: Clock, performer: Performer) -> None:
        """Move on ``clock``, and let ``performer`` work out what attempts come to."""
        self.clock = clock
        self._performer = performer
        self._schedule = Schedule()
        self._runs: dict[str, _Run] = {}
        self._deciding = False

    def start(self, territory: Territory, execution: ExecutionState) -> None:
        """Take over a new execution; its first steps start after the usual gap."""
        run = _Run(territory, execution, Frontier(execution.version.definition))
        self._runs[execution.arn] = run
        self._plan_begin(run, execution.created)

    def look_again(self, execution: ExecutionState) -> None:
        """Take note that an execution's limit has changed: what has room now starts after the usual gap."""
        run = self._runs.get(execution.arn)
        if run is not None and run.can_begin and not run.begin_due:
            self._plan_begin(run, self.clock.now())

    def next_due(self, execution: ExecutionState) -> Instant | None:
        """Return the instant of this execution's next change; None when nothing of it is due."""
        run = self._runs.get(execution.arn)
        return run.agenda.next_due if run else None

    def catch_up(self) -> None:
        """Apply every change that is due by now."""
        now = self.clock.now()
        while (due := self._due) is not None and due <= now:
            self._step()

    def run_until(self, instant: Instant) -> None:
        """Move the clock to ``instant``, applying each change at the instant it is due."""
        while (due := self._due) is not None and due <= instant:
            self.clock.reach(due)
            self._step()
        self.clock.reach(instant)

    def run_until_idle(self) -> None:
        """Move the clock from change to change until nothing is due any more."""
        while (due := self._due) is not None:
            self.clock.reach(due)
            self._step()

    @property
    def _due(self) -> Instant | None:
        # What a test scripted may call the API itself. Until it has answered nothing moves; then the loop around it goes on.
        return None if self._deciding else self._schedule.next_due

    def _step(self) -> None:
        due, task = self._schedule.pop()
        task(due)

    def _plan_begin(self, run: _Run, now: Instant) -> None:
        run.begin_due = True
        self._schedule.enter(run.agenda, now + GAP, partial(self._begin, run))

    def _begin(self, run: _Run, now: Instant) -> None:
        try:
            # Still due meanwhile: what a test scripted may change the limit, and the loop sees that by itself.
            while run.can_begin:
                self._start_step(run, now)
        except BaseException:
            # What a test scripted has raised: its step has not started, and tries again after the usual gap.
            self._plan_begin(run, now)
            raise
        run.begin_due = False
        self._go_on(run, now)

    def _start_step(self, run: _Run, now: Instant) -> None:
        execution = run.execution
        step = execution.version.definition.steps[run.frontier.first]
        state = StepState(step, "Starting", started=now)
        performance = self._perform(run, state, now)
        run.frontier.pop()
        execution.steps[step.name] = state
        state.arguments = performance.arguments
        state.metadata = performance.metadata
        state.status = transitions.changed(transitions.STEP, state.status, "Executing")
        execution.modified = now
        run.running += 1
        self._schedule.enter(run.agenda, now + performance.duration, partial(self._end_step, run, state, performance))

    def _perform(self, run: _Run, state: StepState, now: Instant) -> Performance:
        self._deciding = True
        try:
            return self._performer.perform(run.territory, run.execution, state.step, state.attempts, now)
        finally:
            self._deciding = False

    def _end_step(self, run: _Run, state: StepState, performance: Performance, now: Instant) -> None:
        state.status = transitions.changed(transitions.STEP, state.status, "Succeeded" if performance.succeeded else "Failed")
        state.ended = now
        state.reason = performance.reason
        state.metadata = performance.ended_metadata
        state.properties = performance.properties
        state.outputs = performance.made.outputs
        state.property_files = performance.made.property_files
        run.execution.modified = now
        run.running -= 1
        run.frontier.end(state.step.name, state.status, performance.not_taken)
        self._go_on(run, now)

    def _go_on(self, run: _Run, now: Instant) -> None:
        if run.begin_due:
            return
        if run.can_begin:
            self._plan_begin(run, now)
        elif not run.running:
            self._end(run, now)

    def _end(self, run: _Run, now: Instant) -> None:
        execution = run.execution
        execution.status = transitions.changed(transitions.EXECUTION, execution.status, _final_status(execution))
        if execution.status == "Failed":
            execution.failure_reason = _STEP_FAILURE
        execution.ended = execution.modified = now
        del self._runs[execution.arn]


def _final_status(execution: ExecutionState) -> str:
    """Return how an execution ends: what ran on a failure softens it, and a Fail step that ran means what its name says."""
    failed = {name: state.step for name, state in execution.steps.items() if state.status == "Failed"}
    if not failed:
        return "Succeeded"
    if any(step.type == "Fail" for step in failed.values()):
        return "Failed"
    dependencies = execution.version.definition.graph.dependencies
    ran_on_a_failure = any(
        needed.step in failed and "Failed" in MEETS[needed.trigger] for name in execution.steps for needed in dependencies[name]
    )
    return "CompletedWithFailures" if ran_on_a_failure else "Failed"
