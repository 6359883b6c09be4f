"""The life of a running step: its attempts, their ends, and what a stop does to it."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from pytest_smpipeline._definition.nodes import Step
from pytest_smpipeline._engine.callback_messages import SendMessage, ask, tell_of_stop
from pytest_smpipeline._engine.iteration_results import figures, iterated
from pytest_smpipeline._engine.iterations import Iterations
from pytest_smpipeline._engine.performance import Performance, released, timed_out, unsent
from pytest_smpipeline._engine.performer import Performer
from pytest_smpipeline._engine.retries import retries_of
from pytest_smpipeline._engine.runs import Run, Running
from pytest_smpipeline._engine.schedule import Schedule
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._state import transitions
from pytest_smpipeline._state.changes import step_change
from pytest_smpipeline._state.entities import IterationContext
from pytest_smpipeline.outcomes import Fail, Stopped, Succeed
from pytest_smpipeline.values import Instant, Json

if TYPE_CHECKING:
    from pytest_smpipeline._definition.nodes import Iteration
    from pytest_smpipeline._engine.attempts import Attempt

STOPPING_TIME: Final = 1_000
"""How long a job takes to stop, and an execution at least."""

GAP: Final = 1_000
"""What lies between a start, or a step's end, and the steps that follow it; real executions show 0.5 to 1.5 seconds."""


class StepRunner:
    """Runs steps: makes their attempts, repeats them by policy, and ends them."""

    def __init__(self, schedule: Schedule, performer: Performer, send_message: SendMessage, go_on: Callable[[Run, Instant], None]) -> None:
        """Enter what is due into ``schedule``, and tell ``go_on`` of every end of a step."""
        self.deciding = False
        self._schedule = schedule
        self._performer = performer
        self._send_message = send_message
        self._go_on = go_on

    def start(self, run: Run, now: Instant) -> None:
        """Start the step whose turn it is; there is one.

        What a test scripted may raise: then the step has not started, and its turn is still to come. It may also stop the
        execution: then no step starts any more.
        """
        step, iteration = run.pop()
        before = run.execution.steps.get(step.name)
        try:
            performance = self._perform(run, step, iteration, before.attempts + 1 if before else 1, now)
        except BaseException:
            run.put_back(step, iteration)
            raise
        if not run.executing:
            run.put_back(step, iteration)
            return
        state = run.execution.start_step(step, now, iteration)
        state.status = transitions.changed(transitions.STEP, state.status, "Executing")
        run.left_behind.discard(step.name)
        running = run.running[step.name] = Running(state, performance)
        self._begin_attempt(run, running, "Starting", now)

    def stop(self, run: Run, running: Running, now: Instant, *, at_once: bool = False) -> None:
        """Stop a running step, in the way of its type; ``at_once`` waits for nobody."""
        when_stopped = "ends" if at_once or running.repeats else STEP_TYPES[running.state.step.type].when_stopped
        if when_stopped == "goes on":
            return
        if running.state.status != "Stopping":
            before = running.state.status
            running.state.status = transitions.changed(transitions.STEP, before, "Stopping")
            run.territory.changes.append(step_change(run.execution, running.state, before, now))
            if not running.repeats:
                tell_of_stop(run.execution, running.state, self._send_message)
        iterations = run.iterations.get(running.state.step.name)
        if when_stopped == "ends" and not (iterations and iterations.running):
            running.call_off()
            stopped = partial(self._close, run, running, "Stopped")
            if iterations:
                stopped = partial(self.end, run, running, iterated(iterations, run.execution.steps, stopped=True))
            running.next = self._schedule.enter(run.agenda, now + STOPPING_TIME, stopped)

    def end(self, run: Run, running: Running, performance: Performance, now: Instant) -> None:
        """End a running step in this way, whatever it would have come to; nothing is repeated after it."""
        running.call_off()
        self._finish(run, running, performance, now)

    def _finish(self, run: Run, running: Running, performance: Performance, now: Instant) -> None:
        state = running.state
        state.reason = performance.reason
        state.shown = performance.shown_at_end
        state.described = performance.described
        state.outputs = performance.made.outputs
        state.property_files = performance.made.property_files
        if performance.status == "Failed" and not run.executing and state.status != "Stopping":
            run.spoilt = True
        self._close(run, running, performance.status, now, performance.not_taken)

    def release(self, run: Run, running: Running, outcome: Succeed | Fail | Stopped, now: Instant) -> None:
        """Let an attempt that waits come to this, at once or after the outcome's own duration."""
        running.performance = released(cast("Attempt", running.performance.attempt), outcome, running.state.metadata, now)
        self._enter_end(run, running, now)

    def _perform(self, run: Run, step: Step, iteration: IterationContext | None, number: int, now: Instant) -> Performance:
        self.deciding = True
        try:
            return self._performer.perform(run, step, iteration, number, now)
        finally:
            self.deciding = False

    def _begin_attempt(self, run: Run, running: Running, before: str, now: Instant) -> None:
        state, performance = running.state, running.performance
        state.arguments, state.settings = performance.arguments, performance.settings
        state.shown = performance.shown
        state.cache_source = performance.cache_source
        run.execution.modified = now
        run.territory.changes.append(step_change(run.execution, state, before, now))
        problem = ask(run.territory, run.execution, state, self._send_message) if state.step.type == "Callback" else None
        if problem is not None:
            self.end(run, running, unsent(state, problem), now)
        elif performance.items is not None:
            self._iterate(run, running, performance.items, now)
        else:
            self._enter_end(run, running, now)
            duration, limit = performance.duration, STEP_TYPES[state.step.type].time_limit
            if limit is not None and (duration is None or duration > limit):
                running.deadline = self._schedule.set_deadline(now + limit, partial(self._time_out, run, running))

    def _enter_end(self, run: Run, running: Running, now: Instant) -> None:
        duration = running.performance.duration
        if duration is None:
            running.next = None
        else:
            running.next = self._schedule.enter(run.agenda, now + duration, partial(self._end_attempt, run, running, running.performance))

    def _end_attempt(self, run: Run, running: Running, performance: Performance, now: Instant) -> None:
        delay = None if performance.exception_type is None else self._delay(run, running, performance.exception_type, now)
        if running.deadline is not None:
            running.deadline.call_off()
        if delay is None:
            self._finish(run, running, performance, now)
        else:
            running.repeats = True
            running.state.repeated_for += (str(performance.exception_type),)
            run.note_failed_attempt(running.state, performance, now)
            running.next = self._schedule.enter(run.agenda, now + delay, partial(self._repeat, run, running))

    def _delay(self, run: Run, running: Running, exception_type: str, now: Instant) -> int | None:
        """Return how long an attempt that failed in this way waits for the next one; None when there is none."""
        if not run.executing:
            return None
        if running.retries is None:
            running.retries = retries_of(running.state.step, running.state.started)
        return running.retries.delay(exception_type, now)

    def _repeat(self, run: Run, running: Running, now: Instant) -> None:
        state = running.state
        try:
            performance = self._perform(run, state.step, state.iteration, state.attempts + 1, now)
        except BaseException:
            # What a test scripted has raised: the attempt has not started, and is due again after the usual gap.
            if run.executing:
                running.next = self._schedule.enter(run.agenda, now + GAP, partial(self._repeat, run, running))
            raise
        if run.executing:
            running.performance = performance
            running.repeats = False
            state.attempts += 1
            self._begin_attempt(run, running, state.status, now)

    def _time_out(self, run: Run, running: Running, now: Instant) -> None:
        self.end(run, running, timed_out(running.state), now)

    def _close(self, run: Run, running: Running, status: str, now: Instant, not_taken: tuple[str, ...] = ()) -> None:
        state = running.state
        name, before = state.step.name, state.status
        state.status = transitions.changed(transitions.STEP, before, status)
        state.ended = run.execution.modified = now
        run.territory.changes.append(step_change(run.execution, state, before, now))
        del run.running[name]
        if status == "Succeeded" and state.cache_source is None and STEP_TYPES[state.step.type].cached_by is not None:
            run.execution.pipeline.results.add(state, run.execution)
        run.iterations.pop(name, None)
        if state.iteration is None:
            run.frontier.end(name, status, not_taken)
            self._go_on(run, now)
        else:
            run.iterations[state.iteration.parent].end(state.iteration.place, status)
            self._look_at_iterations(run, run.running[state.iteration.parent], now)

    def _iterate(self, run: Run, running: Running, items: tuple[Json, ...], now: Instant) -> None:
        step = running.state.step
        kept = [
            state.iteration.place
            for state in run.execution.steps.values()
            if state.iteration is not None and state.iteration.parent == step.name and state.status == "Succeeded"
        ]
        iterations = run.iterations[step.name] = Iterations(cast("Iteration", step.iteration), items, kept)
        running.state.shown = {"ForEach": figures(iterations)}
        if iterations.ended:
            ended = iterated(iterations, run.execution.steps, stopped=not run.executing)
            running.next = self._schedule.enter(run.agenda, now + GAP, partial(self._end_attempt, run, running, ended))

    def _look_at_iterations(self, run: Run, running: Running, now: Instant) -> None:
        iterations = run.iterations[running.state.step.name]
        if iterations.ended or not (run.executing or iterations.running):
            self.end(run, running, iterated(iterations, run.execution.steps, stopped=not run.executing), now)
        else:
            running.state.shown = {"ForEach": figures(iterations)}
            self._go_on(run, now)
