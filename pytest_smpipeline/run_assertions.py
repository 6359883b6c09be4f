"""What a test expects of one execution: how it ended, and what ran."""

from pytest_smpipeline._state.entities import ExecutionState
from pytest_smpipeline._state.transitions import ACTIVE
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline.failures import Candidate, message
from pytest_smpipeline.step_records import StepRun, StepRuns, missing_step


class RunAssertions:
    """The part of ``Execution`` that judges."""

    __slots__ = ("_service", "_state")

    def __init__(self, service: Service, state: ExecutionState) -> None:
        """Show an execution's state; tests get these from ``smp.executions`` and ``smp.start()``."""
        self._service = service
        self._state = state

    @property
    def steps(self) -> StepRuns:
        """The steps that were started, and those that a selective execution reuses, by name."""
        return StepRuns(self._service, self._state)

    def assert_succeeded(self) -> None:
        """Pass when the execution succeeded; otherwise tell how it stands and which steps failed."""
        __tracebackhide__ = True
        if self._now.status != "Succeeded":
            raise AssertionError(self._complaint("Succeeded", self._to_do("look at the failed steps, or script them with succeed().")))

    def assert_failed(self, step: str | None = None, reason: str | None = None) -> None:
        """Pass when the execution failed: at this step, when one is named, and with ``reason`` in a failed step's reason."""
        __tracebackhide__ = True
        expected = "Failed" + ("" if step is None else f" at step {step!r}") + ("" if reason is None else f" with {reason!r} in its reason")
        if step is not None and step not in self._state.version.definition.steps:
            raise AssertionError(self._complaint(expected, f"{missing_step(self._state, step)}."))
        failed = [run for run in self.steps.values() if run.status == "Failed" and step in {None, run.name}]
        matches = [run for run in failed if reason is None or reason in (run.reason or "")]
        if self._now.status != "Failed" or (not matches and (step is not None or reason is not None)):
            to_do = self._to_do("script the step with fail(reason), or expect what really happened.")
            raise AssertionError(self._complaint(expected, to_do))

    def assert_stopped(self) -> None:
        """Pass when the execution was stopped; otherwise tell how it stands and which steps did not succeed."""
        __tracebackhide__ = True
        if self._now.status != "Stopped":
            advice = "stop it while it is Executing: under progress='poll' or 'manual', with run.stop() or the code under test."
            raise AssertionError(self._complaint("Stopped", self._to_do(advice) if self._now.status == "Stopping" else advice))

    def _to_do(self, advice: str) -> str:
        return "move time with smp.run_until_idle() or smp.advance(): it has not ended." if self._now.status in ACTIVE else advice

    def _complaint(self, expected: str, to_do: str) -> str:
        reason = f": {self._state.failure_reason}" if self._state.failure_reason else "."
        return message(
            f"execution {self._state.pipeline.name}/{self._state.id} to be {expected}.",
            f"it is {self._now.status}{reason}",
            [_candidate(run) for run in self.steps.values() if run.status != "Succeeded"],
            to_do,
            heading="Steps",
        )

    @property
    def _now(self) -> ExecutionState:
        self._service.catch_up()
        return self._state


def _candidate(run: StepRun) -> Candidate:
    reasons = () if run.reason is None else tuple(run.reason.splitlines())
    return Candidate(f"step {run.name} ({run.type}) {run.status}", reasons)
