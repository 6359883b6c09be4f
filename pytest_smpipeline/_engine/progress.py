"""The three ways in which executions make progress: at once, look by look, or only as time does."""

from collections.abc import Iterable

from pytest_smpipeline._engine.runner import Runner
from pytest_smpipeline._state.entities import ExecutionState
from pytest_smpipeline.options import Progress


class Pace:
    """Moves the runner as the mode in force demands."""

    def __init__(self, runner: Runner, mode: Progress) -> None:
        """Keep to ``mode``, which nested activations may change."""
        self.mode: Progress = mode
        self._runner = runner

    def after_change(self) -> None:
        """React to something the caller did, such as a start: ``immediate`` runs to a standstill."""
        if self.mode == "immediate":
            self._runner.run_until_idle()

    def before_look(self, executions: Iterable[ExecutionState]) -> None:
        """React to a look at these executions: ``poll`` moves time to the earliest of their next changes."""
        if self.mode == "poll":
            dues = [due for execution in executions if (due := self._runner.next_due(execution)) is not None]
            if dues:
                self._runner.run_until(min(dues))
