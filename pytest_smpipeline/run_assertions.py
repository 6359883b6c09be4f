"""What a test asserts of one execution: how it ended, what ran, in which order, and by which branch."""

from collections.abc import Callable
from typing import Concatenate, Final, ParamSpec

from pytest_smpipeline._state.entities import ExecutionState
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.failures import refuse
from pytest_smpipeline.run_expectations import (
    Judged,
    branch_complaint,
    ended_complaint,
    failed_complaint,
    not_ran_complaint,
    order_complaint,
    ran_complaint,
    stopped_complaint,
)

P = ParamSpec("P")

_TO_SUCCEED: Final = "look at the failed steps, or script them with succeed(); one outcome serves every attempt, a list one attempt each."


class RunAssertions:
    """The part of ``Execution`` that judges: each method passes, or raises an ``AssertionError`` that tells what happened instead.

    The name of a step that the pipeline lacks is an ``AssertionError`` too, with the closest one, so that a slip never passes. The name
    of a step in a ForEach body stands for any of its children, that of a child such as ``Body-0`` for this one. A step that a
    selective execution reuses did not run; one that takes a result from the cache did.
    """

    __slots__ = ("_service", "_state")

    def __init__(self, service: Service, state: ExecutionState) -> None:
        """Show an execution's state; tests get these from ``smp.executions`` and ``smp.start()``."""
        self._service = service
        self._state = state

    @property
    def waiting(self) -> list[str]:
        """The names of the steps that run until somebody answers or releases them, in the order of their start."""
        with self._service.lock:
            return [name for name in self._now.steps if self._service.runner.waits(self._state, name)]

    def assert_succeeded(self) -> None:
        """Pass when the execution succeeded; otherwise tell how it stands and which steps failed."""
        __tracebackhide__ = True
        self._refuse(ended_complaint, "Succeeded", _TO_SUCCEED)

    def assert_failed(self, step: str | None = None, reason: str | None = None) -> None:
        """Pass when the execution failed: at this step, when one is named, and with ``reason`` as a part of a failed step's reason.

        Without a step the reason may also be a part of the execution's own.
        """
        __tracebackhide__ = True
        self._refuse(failed_complaint, step, reason)

    def assert_stopped(self) -> None:
        """Pass when the execution was stopped; otherwise tell how it stands and which steps did not succeed."""
        __tracebackhide__ = True
        self._refuse(stopped_complaint)

    def assert_ran(self, *steps: str) -> None:
        """Pass when all of these steps were started here; otherwise tell why one was not.

        Raises ``UsageError`` when no name is given.
        """
        __tracebackhide__ = True
        _check("assert_ran", steps, "'Prep', 'Train'")
        self._refuse(ran_complaint, steps)

    def assert_not_ran(self, *steps: str) -> None:
        """Pass when none of these steps was started here.

        Raises ``UsageError`` when no name is given.
        """
        __tracebackhide__ = True
        _check("assert_not_ran", steps, "'Register'")
        self._refuse(not_ran_complaint, steps)

    def assert_order(self, *steps: str) -> None:
        """Pass when these steps were started in this order; others may lie between.

        Of two steps that were started at the same instant one must wait for the other: else the service may start either first.
        Raises ``UsageError`` when fewer than two names are given.
        """
        __tracebackhide__ = True
        _check("assert_order", steps, "'Prep', 'Register'", least=2)
        self._refuse(order_complaint, steps)

    def assert_branch(self, step: str, branch: str) -> None:
        """Pass when a Condition step took this branch, ``"if"`` or ``"else"``."""
        __tracebackhide__ = True
        self._refuse(branch_complaint, step, branch)

    def _refuse(self, complaint: Callable[Concatenate[Judged, P], str | None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Raise an ``AssertionError`` if there is a complaint about the execution as it is now; nothing moves while it is judged."""
        __tracebackhide__ = True
        with self._service.lock:
            words = complaint(Judged(self._now, self.waiting), *args, **kwargs)
        refuse(words)

    @property
    def _now(self) -> ExecutionState:
        self._service.catch_up()
        return self._state


def _check(assertion: str, steps: tuple[object, ...], example: str, *, least: int = 1) -> None:
    """Raise ``UsageError`` for anything but enough names."""
    __tracebackhide__ = True
    if len(steps) < least or not all(isinstance(step, str) for step in steps):
        given = ", ".join(map(repr, steps)) or "nothing"
        message = f"{assertion}() takes the names of steps, {least} at least, not {given}. Write {assertion}({example})."
        raise UsageError(message)
