"""Activation: the one place that turns the emulation on and off, for the whole process."""

import os
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Final, TypeVar, cast, overload

from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline._neighbours.lambdas import find_function
from pytest_smpipeline._neighbours.neighbourhood import move_out, settle_in
from pytest_smpipeline._neighbours.s3 import read_object
from pytest_smpipeline._neighbours.sqs import send_message
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline.complaints import deliver
from pytest_smpipeline.decorators import Decorator
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.handle import SMPipelineMock
from pytest_smpipeline.lambda_functions import Function, LambdaFunctions
from pytest_smpipeline.options import OptionKeywords, Options, check_keywords
from pytest_smpipeline.pytest_session import default_options, emulation_ended, keep_mock, shares_models
from pytest_smpipeline.scripts import Scripts
from pytest_smpipeline.step_functions import StepFunctions
from pytest_smpipeline.strictness import strict_complaint

if TYPE_CHECKING:
    from typing import Unpack

Target = TypeVar("Target", bound=Callable[..., object])

_NOT_ACTIVE: Final = (
    "No SageMaker Pipelines mock is active. Use the fixture smpipeline, @pytest.mark.smpipeline, the decorator @mock_smpipeline, "
    "or with mock_smpipeline() as smp."
)
_OUTERMOST_ONLY: Final = (
    "seed={!r} comes too late: this activation is nested, and its ids are those of the outermost one. Give the seed there."
)


class _Emulation:
    """One emulation from the first activation that enters to the last that leaves."""

    def __init__(self, options: Options) -> None:
        seed = _seed_of_the_test() if options.seed is None else options.seed
        self._scripts = Scripts()
        functions = LambdaFunctions(self._scripts.play, _function_in_moto)
        play = StepFunctions(functions.play, _runs_step_functions).play
        self.service = Service(options, seed=seed, play=play, read_object=read_object, send_message=send_message)
        self.handle = SMPipelineMock(self.service, self._scripts, functions)
        self.activations: list[Activation] = []
        self._doors = Doors(self.service, settle_in(self.service), share_models=shares_models())
        self._judged = False

    def enter(self, activation: "Activation") -> None:
        self.activations.append(activation)
        if len(self.activations) == 1:
            self._doors.open()
            keep_mock(self)
        else:
            self._apply_options()

    def leave(self, activation: "Activation") -> bool:
        """Take an activation out; True when it was the last and the emulation has ended."""
        self.activations.remove(activation)
        if self.activations:
            self._apply_options()
            return False
        self.service.end()
        self._doors.close()
        move_out(self.service)
        emulation_ended(self.service.store)
        return True

    def wake_moto(self) -> Options:
        self._doors.wake_moto()
        return self.service.options

    def complaint(self) -> str | None:
        """Return what a strict test is told, once; None when it is not strict, was told already, or there is nothing to tell."""
        if self._judged or not self.service.options.strict:
            return None
        self._judged = True
        unused, missing = self._unused(), self.service.missing
        return strict_complaint(unused, missing.values(), self._scripts.scripted()) if unused or missing else None

    def untold(self) -> list[str]:
        """Return a line for everything scripted that nobody used, unless a complaint has told it."""
        return [] if self._judged else self._unused()

    def _unused(self) -> list[str]:
        return self._scripts.unused() + self.service.faults.unused()

    def _apply_options(self) -> None:
        self.service.options = _options_of(self.activations)
        self._doors.refresh()


class Activation(AbstractContextManager[SMPipelineMock], AbstractAsyncContextManager[SMPipelineMock]):
    """A way in, ready to be used: as a decorator, as a context manager, or with ``start()`` and ``stop()``.

    Activations nest and share one state; the outermost one starts and ends it. Options given here hold while this one is
    active, and what is not given is inherited.
    """

    def __init__(self, keywords: OptionKeywords) -> None:
        """Take checked options; tests call ``mock_smpipeline(...)``."""
        self.keywords = keywords
        self._started = False
        self._handled_before: BaseException | None = None

    def start(self) -> SMPipelineMock:
        """Activate, process-wide, and return the mock.

        Raises ``UsageError`` when this activation is active already.
        """
        with _lock:
            if self._started:
                message = "This activation is active already; stop() it first, or call mock_smpipeline() again for a nested one."
                raise UsageError(message)
            emulation = _emulations[0] if _emulations else _Emulation(_options_of([self]))
            if _emulations and "seed" in self.keywords:
                message = _OUTERMOST_ONLY.format(self.keywords["seed"])
                raise UsageError(message)
            emulation.enter(self)
            _emulations[:] = [emulation]
            self._started = True
            self._handled_before = sys.exception()
            return emulation.handle

    def stop(self) -> None:
        """Deactivate; the outermost one restores everything that was patched, exactly.

        The end of a strict mock raises ``AssertionError``, after everything is restored, for what was scripted and not used, and for
        what a pipeline needed and nothing supplied; an exception that is on its way gets the same text as a note instead. Raises
        ``UsageError`` when this activation is not active.
        """
        __tracebackhide__ = True
        error = sys.exception()
        # One that was being handled before the start is none of ours.
        self._stop(None if error is self._handled_before else error)

    def end(self) -> None:
        """Deactivate as ``stop()`` does, but without a complaint; for those who ask for ``complaint()`` at a time of their own."""
        self._leave()

    def complaint(self) -> str | None:
        """Return what a strict test is told at its end, once; None unless this is the outermost activation: others have more to come."""
        with _lock:
            outermost = self._started and _emulations[0].activations[0] is self
            return _emulations[0].complaint() if outermost else None

    def __enter__(self) -> SMPipelineMock:
        """Activate and return the mock."""
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Deactivate, whatever happened inside; otherwise as ``stop()``."""
        __tracebackhide__ = True
        self._stop(error)

    def _stop(self, error: BaseException | None) -> None:
        __tracebackhide__ = True
        ended = self._leave()
        if ended is not None:
            deliver(ended.complaint(), error)

    def _leave(self) -> _Emulation | None:
        """Take this activation out, and return the emulation when it has ended with it."""
        with _lock:
            if not self._started:
                message = "This activation is not active; start() it before stop()."
                raise UsageError(message)
            self._started, self._handled_before = False, None
            emulation = _emulations[0]
            try:
                return emulation if emulation.leave(self) else None
            finally:
                if not emulation.activations:
                    _emulations.clear()

    async def __aenter__(self) -> SMPipelineMock:
        """Activate and return the mock; process-wide, as everywhere."""
        return self.__enter__()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Deactivate, whatever happened inside."""
        __tracebackhide__ = True
        self.__exit__(kind, error, trace)

    def __call__(self, target: Target) -> Target:
        """Return the function or class so that the mock is active while it runs; it gets no extra argument.

        Raises ``UsageError`` for what can't be decorated.
        """
        decorate = Decorator(
            activate=lambda: Activation(self.keywords),
            join=lambda: Activation({} if _emulations else self.keywords),
            is_active=lambda: bool(_emulations),
            keywords=self.keywords,
        )
        return decorate(target)


@overload
def mock_smpipeline(target: Target, /) -> Target: ...
@overload
def mock_smpipeline(**options: "Unpack[OptionKeywords]") -> Activation: ...
def mock_smpipeline(target: Target | None = None, /, **options: "Unpack[OptionKeywords]") -> Target | Activation:
    """Emulate SageMaker Pipelines: as a decorator with or without options, or as a context manager, plain or async.

    A decorated function, coroutine function or generator function of either sort keeps its kind and its type. A decorated
    class of tests, ``unittest.TestCase`` included, starts fresh for each test.

    The options, all optional:

    - ``region`` and ``account_id``: where the emulated service is when nothing else says so;
    - ``progress``: ``"immediate"`` (a start runs to a standstill), ``"poll"`` (each look moves the execution on) or
      ``"manual"`` (only time does);
    - ``virtual_sleep``: ``time.sleep`` and ``asyncio.sleep`` return at once and move the virtual clock, in the whole process;
    - ``strict``, ``seed``, ``wire``, ``limits``, ``moto_config``, ``run_step_functions``: see the README.

    Raises ``UsageError`` for an option that does not exist or a value that it does not take.
    """
    activation = Activation(check_keywords(cast("dict[str, object]", options)))
    return activation if target is None else activation(target)


def current_mock() -> SMPipelineMock:
    """Return the mock that is active.

    Raises ``UsageError`` with the ways in when none is.
    """
    if not _emulations:
        raise UsageError(_NOT_ACTIVE)
    return _emulations[0].handle


def is_active() -> bool:
    """Return whether a mock is active."""
    return bool(_emulations)


def wake_moto() -> Options:
    """Start moto for a server, whose clients share its data with this process, and return the options in force.

    Started later, by a call of this process, it would forget what a client of the server had put there.
    """
    current_mock()
    return _emulations[0].wake_moto()


# Of the emulation that is active: one that its own parts refer to is gone only when the collector of garbage comes by.
def _options_in_force() -> Options:
    return _emulations[0].service.options if _emulations else _DEFAULT


def _function_in_moto(arn: str) -> Function | None:
    return find_function(arn, _options_in_force())


def _runs_step_functions() -> bool:
    return _options_in_force().run_step_functions


def _options_of(activations: "list[Activation]") -> Options:
    keywords = cast("OptionKeywords", dict(default_options()))
    for activation in activations:
        keywords |= activation.keywords
    return Options(**keywords) if keywords else _DEFAULT


def _seed_of_the_test() -> str | int:
    """Return the running test's node id, so that ids repeat from run to run and differ between tests; 0 outside pytest."""
    node_and_phase = os.environ.get("PYTEST_CURRENT_TEST", "")
    return node_and_phase.rpartition(" ")[0] or 0


_DEFAULT: Final = Options()
_lock: Final = RLock()
_emulations: Final[list[_Emulation]] = []
"""The one emulation that is active, if any: activation is process-wide."""
