"""The runner: moves executions along the virtual clock until they end."""

from functools import partial
from typing import Final

from pytest_smpipeline._engine.callback_messages import SendMessage
from pytest_smpipeline._engine.clock import Clock
from pytest_smpipeline._engine.frontier import frontier_of
from pytest_smpipeline._engine.performance import Performance
from pytest_smpipeline._engine.performer import Performer
from pytest_smpipeline._engine.runs import STEP_FAILURE, Run, retried
from pytest_smpipeline._engine.schedule import Schedule
from pytest_smpipeline._engine.step_runner import GAP, STOPPING_TIME, StepRunner
from pytest_smpipeline._state import transitions
from pytest_smpipeline._state.entities import ExecutionState, StepState
from pytest_smpipeline._state.store import Territory
from pytest_smpipeline.outcomes import Fail, Stopped, Succeed
from pytest_smpipeline.values import Instant

TIME_LIMIT: Final = 672 * 60 * 60 * 1_000
"""How long an execution may take: the quota "execution timeout" of 672 hours."""

_TIMED_OUT: Final = "Pipeline execution timed out after 672 hours."


class Runner:
    """Runs executions: starts what is ready, ends what is due, and says when nothing can move any more."""

    def __init__(self, clock: Clock, performer: Performer, send_message: SendMessage) -> None:
        """Move on ``clock``, let ``performer`` work out what attempts come to, and ``send_message`` what Callback steps ask."""
        self.clock = clock
        self._schedule = Schedule()
        self._steps = StepRunner(self._schedule, performer, send_message, self._go_on)
        self._runs: dict[str, Run] = {}

    def start(self, territory: Territory, execution: ExecutionState) -> None:
        """Take over a new execution; its first steps start after the usual gap."""
        run = Run(territory, execution, frontier_of(execution))
        run.note(None, execution.created)
        self._take_over(run, execution.created)

    def take_in(self, run: Run) -> None:
        """Take over an execution that is under way and stands still: it moves when it is stopped, or a running step is ended."""
        self._runs[run.execution.arn] = run
        run.deadline = self._schedule.set_deadline(run.execution.created + TIME_LIMIT, partial(self._time_out, run))

    def retry(self, territory: Territory, execution: ExecutionState) -> None:
        """Take over an execution that failed or was stopped; what did not succeed starts after the usual gap."""
        before, now = execution.status, self.clock.now()
        execution.start_again(now)
        territory.active.add(execution.arn)
        run = retried(territory, execution)
        run.note(before, now)
        self._take_over(run, now)

    def stop(self, execution: ExecutionState) -> None:
        """Stop a running execution: nothing starts any more, and it ends when what can't be stopped at once has ended."""
        self._stop(self._runs[execution.arn], self.clock.now())

    def answer(self, execution: ExecutionState, state: StepState, performance: Performance) -> None:
        """End a running step now, in this way, whatever it would have come to."""
        run = self._runs[execution.arn]
        self._steps.end(run, run.running[state.step.name], performance, self.clock.now())

    def waits(self, execution: ExecutionState, step: str) -> bool:
        """Return whether a step runs until somebody answers or releases it."""
        run = self._runs.get(execution.arn)
        return run is not None and step in run.running and run.running[step].waits

    def repeats(self, execution: ExecutionState, step: str) -> bool:
        """Return whether an attempt of a step has failed and the next one has not started yet."""
        run = self._runs.get(execution.arn)
        return run is not None and step in run.running and run.running[step].repeats

    def release(self, execution: ExecutionState, step: str, outcome: Succeed | Fail | Stopped) -> None:
        """Let a step that waits come to this, at once unless the outcome takes time."""
        run = self._runs[execution.arn]
        self._steps.release(run, run.running[step], outcome, self.clock.now())

    def forget(self) -> None:
        """Let go of all executions as they stand: nothing of them is due any more."""
        self._runs.clear()
        self._schedule.clear()

    def look_again(self, execution: ExecutionState) -> None:
        """Take note that an execution's limit has changed: what has room now starts after the usual gap."""
        run = self._runs.get(execution.arn)
        if run is not None and run.can_begin and run.pending is None:
            self._plan_begin(run, self.clock.now())

    def next_due(self, execution: ExecutionState) -> Instant | None:
        """Return the instant of this execution's next change; None when nothing of it is due."""
        run = self._runs.get(execution.arn)
        return run.agenda.next_due if run else None

    def due_by(self, instant: Instant) -> Instant | None:
        """Return the instant of the first change that is due by ``instant``; None when there is none, or one is just being made."""
        return None if self._steps.deciding else self._schedule.first_due_by(instant)

    def run_until(self, instant: Instant) -> None:
        """Move the clock to ``instant``, applying each change at the instant it is due."""
        while not self._steps.deciding and (first := self._schedule.pop_by(instant)) is not None:
            due, task = first
            self.clock.reach(due)
            task(due)
        self.clock.reach(instant)

    def run_until_idle(self) -> None:
        """Move the clock from change to change until nothing is due any more; what only waits goes on waiting."""
        while not self._steps.deciding and (first := self._schedule.pop()) is not None:
            due, task = first
            self.clock.reach(due)
            task(due)

    def _take_over(self, run: Run, now: Instant) -> None:
        self._runs[run.execution.arn] = run
        run.deadline = self._schedule.set_deadline(now + TIME_LIMIT, partial(self._time_out, run))
        self._plan_begin(run, now)

    def _plan_begin(self, run: Run, now: Instant) -> None:
        run.pending = self._schedule.enter(run.agenda, now + GAP, partial(self._begin, run))

    def _begin(self, run: Run, now: Instant) -> None:
        # Until all that is ready has started ``pending`` stays as it is: what a test scripted may call the API, end a step
        # or change the limit.
        try:
            while run.can_begin:
                self._steps.start(run, now)
        except BaseException:
            # What a test scripted has raised: its step has not started, and tries again after the usual gap.
            if run.executing:
                self._plan_begin(run, now)
            raise
        if run.executing:
            run.pending = None
            if not run.running:
                self._end(run, now)

    def _stop(self, run: Run, now: Instant, *, at_once: bool = False) -> None:
        execution = run.execution
        if run.executing:
            execution.status = transitions.changed(transitions.EXECUTION, execution.status, "Stopping")
            execution.modified = now
            run.note("Executing", now)
        for running in list(run.running.values()):
            self._steps.stop(run, running, now, at_once=at_once)
        if run.pending:
            run.pending.call_off()
        run.pending = self._schedule.enter(run.agenda, now + STOPPING_TIME, partial(self._settle, run))

    def _time_out(self, run: Run, now: Instant) -> None:
        run.spoilt = run.timed_out = True
        self._stop(run, now, at_once=True)

    def _settle(self, run: Run, now: Instant) -> None:
        run.pending = None
        self._go_on(run, now)

    def _go_on(self, run: Run, now: Instant) -> None:
        if run.pending:
            return
        if run.can_begin:
            self._plan_begin(run, now)
        elif not run.running:
            self._end(run, now)

    def _end(self, run: Run, now: Instant) -> None:
        execution = run.execution
        before = execution.status
        execution.status = transitions.changed(transitions.EXECUTION, before, run.final_status())
        if execution.status == "Failed":
            execution.failure_reason = _TIMED_OUT if run.timed_out else STEP_FAILURE
        execution.ended = execution.modified = now
        run.note(before, now)
        run.deadline.call_off()
        run.territory.active.discard(execution.arn)
        self._runs.pop(execution.arn, None)  # a reset in the middle of its own step has forgotten it
