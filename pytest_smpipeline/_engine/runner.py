"""The runner: moves executions along the virtual clock until they end."""

from functools import partial
from typing import Final

from pytest_smpipeline._definition.nodes import Step
from pytest_smpipeline._engine.clock import Clock
from pytest_smpipeline._engine.frontier import frontier_of
from pytest_smpipeline._engine.performance import Performance, Performer
from pytest_smpipeline._engine.runs import STEP_FAILURE, Run, retried
from pytest_smpipeline._engine.schedule import Schedule
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._state import transitions
from pytest_smpipeline._state.entities import ExecutionState, StepState
from pytest_smpipeline._state.store import Territory
from pytest_smpipeline.values import Instant

# Real executions show 0.5 to 1.5 seconds between a start, or a step's end, and the steps that follow it.
GAP: Final = 1_000

STOPPING_TIME: Final = 1_000
"""How long a job takes to stop, and an execution at least."""


class Runner:
    """Runs executions: starts what is ready, ends what is due, and says when nothing can move any more."""

    def __init__(self, clock: Clock, performer: Performer) -> None:
        """Move on ``clock``, and let ``performer`` work out what attempts come to."""
        self.clock = clock
        self._performer = performer
        self._schedule = Schedule()
        self._runs: dict[str, Run] = {}
        self._deciding = False

    def start(self, territory: Territory, execution: ExecutionState) -> None:
        """Take over a new execution; its first steps start after the usual gap."""
        self._take_over(Run(territory, execution, frontier_of(execution)), execution.created)

    def retry(self, territory: Territory, execution: ExecutionState) -> None:
        """Take over an execution that failed or was stopped; what did not succeed starts after the usual gap."""
        now = self.clock.now()
        execution.start_again(now)
        self._take_over(retried(territory, execution), now)

    def stop(self, execution: ExecutionState) -> None:
        """Stop a running execution: nothing starts any more, and it ends when what can't be stopped at once has ended."""
        now = self.clock.now()
        run = self._runs[execution.arn]
        execution.status = transitions.changed(transitions.EXECUTION, execution.status, "Stopping")
        execution.modified = now
        for name in run.ends:
            self._stop_step(run, execution.steps[name], now)
        if run.pending:
            run.pending.call_off()
        run.pending = self._schedule.enter(run.agenda, now + STOPPING_TIME, partial(self._settle, run))

    def answer(self, execution: ExecutionState, state: StepState, performance: Performance) -> None:
        """End a running step now, in this way, whatever it would have come to."""
        run = self._runs[execution.arn]
        run.ends[state.step.name].call_off()
        self._end_step(run, state, performance, self.clock.now())

    def look_again(self, execution: ExecutionState) -> None:
        """Take note that an execution's limit has changed: what has room now starts after the usual gap."""
        run = self._runs.get(execution.arn)
        if run is not None and run.can_begin and run.pending is None:
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

    def _take_over(self, run: Run, now: Instant) -> None:
        self._runs[run.execution.arn] = run
        self._plan_begin(run, now)

    def _plan_begin(self, run: Run, now: Instant) -> None:
        run.pending = self._schedule.enter(run.agenda, now + GAP, partial(self._begin, run))

    def _begin(self, run: Run, now: Instant) -> None:
        # Until all that is ready has started ``pending`` stays as it is: what a test scripted may call the API, end a step
        # or change the limit.
        try:
            while run.can_begin:
                self._start_step(run, now)
        except BaseException:
            # What a test scripted has raised: its step has not started, and tries again after the usual gap.
            if run.executing:
                self._plan_begin(run, now)
            raise
        if run.executing:
            self._settle(run, now)

    def _start_step(self, run: Run, now: Instant) -> None:
        execution = run.execution
        step = execution.version.definition.steps[run.frontier.pop()]
        try:
            performance = self._perform(run, step, now)
        except BaseException:
            run.frontier.put_back(step.name)
            raise
        if not run.executing:
            return  # what the test scripted has stopped the execution, and no step starts any more
        state = execution.start_step(step, now)
        run.left_behind.discard(step.name)
        state.arguments = performance.arguments
        state.metadata = performance.metadata
        state.status = transitions.changed(transitions.STEP, state.status, "Executing")
        execution.modified = now
        if "Callback" in state.metadata:
            run.territory.callbacks[str(state.metadata["Callback"]["CallbackToken"])] = (execution, state)
        run.ends[step.name] = self._schedule.enter(run.agenda, now + performance.duration, partial(self._end_step, run, state, performance))

    def _perform(self, run: Run, step: Step, now: Instant) -> Performance:
        before = run.execution.steps.get(step.name)
        number = before.attempts + 1 if before else 1
        self._deciding = True
        try:
            return self._performer.perform(run.territory, run.execution, step, number, now)
        finally:
            self._deciding = False

    def _end_step(self, run: Run, state: StepState, performance: Performance, now: Instant) -> None:
        state.reason = performance.reason
        state.metadata = performance.ended_metadata
        state.properties = performance.properties
        state.outputs = performance.made.outputs
        state.property_files = performance.made.property_files
        run.spoilt = run.spoilt or not (run.executing or performance.succeeded or state.status == "Stopping")
        self._close_step(run, state, "Succeeded" if performance.succeeded else "Failed", now)
        run.frontier.end(state.step.name, state.status, performance.not_taken)
        self._go_on(run, now)

    def _stop_step(self, run: Run, state: StepState, now: Instant) -> None:
        when_stopped = STEP_TYPES[state.step.type].when_stopped
        if when_stopped == "goes on":
            return
        state.status = transitions.changed(transitions.STEP, state.status, "Stopping")
        if when_stopped == "ends":
            run.ends[state.step.name].call_off()
            self._schedule.enter(run.agenda, now + STOPPING_TIME, partial(self._close_step, run, state, "Stopped"))

    def _close_step(self, run: Run, state: StepState, status: str, now: Instant) -> None:
        state.status = transitions.changed(transitions.STEP, state.status, status)
        state.ended = run.execution.modified = now
        del run.ends[state.step.name]

    def _settle(self, run: Run, now: Instant) -> None:
        run.pending = None
        self._go_on(run, now)

    def _go_on(self, run: Run, now: Instant) -> None:
        if run.pending:
            return
        if run.can_begin:
            self._plan_begin(run, now)
        elif not run.ends:
            self._end(run, now)

    def _end(self, run: Run, now: Instant) -> None:
        execution = run.execution
        execution.status = transitions.changed(transitions.EXECUTION, execution.status, run.final_status())
        if execution.status == "Failed":
            execution.failure_reason = STEP_FAILURE
        execution.ended = execution.modified = now
        del self._runs[execution.arn]
