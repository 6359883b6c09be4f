"""Activation: the one place that turns the emulation on and off, for the whole process."""

import inspect
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar, cast, overload

from pytest_smpipeline import running_test
from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline._neighbours.s3 import read_object
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.handle import SMPipelineMock
from pytest_smpipeline.options import OptionKeywords, Options, check_keywords
from pytest_smpipeline.pytest_session import default_options
from pytest_smpipeline.scripts import Scripts

if TYPE_CHECKING:
    from typing import Unpack

P = ParamSpec("P")
R = TypeVar("R")

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
        scripts = Scripts()
        self.service = Service(options, seed=seed, play=scripts.play, read_object=read_object)
        self.handle = SMPipelineMock(self.service, scripts)
        self.activations: list[Activation] = []
        running_test.note(self.service)
        self._doors = Doors(self.service)

    def enter(self, activation: "Activation") -> None:
        self.activations.append(activation)
        if len(self.activations) == 1:
            self._doors.open()
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
        return True

    def _apply_options(self) -> None:
        self.service.options = _options_of(self.activations)
        self._doors.refresh()


class Activation(AbstractContextManager[SMPipelineMock]):
    """A way in, ready to be used: as a decorator, as a context manager, or with ``start()`` and ``stop()``.

    Activations nest and share one state; the outermost one starts and ends it. Options given here hold while this one is
    active, and what is not given is inherited.
    """

    def __init__(self, keywords: OptionKeywords) -> None:
        """Take checked options; tests call ``mock_smpipeline(...)``."""
        self.keywords = keywords
        self._started = False

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
            return emulation.handle

    def stop(self) -> None:
        """Deactivate; the outermost one restores everything that was patched, exactly.

        Raises ``UsageError`` when this activation is not active.
        """
        with _lock:
            if not self._started:
                message = "This activation is not active; start() it before stop()."
                raise UsageError(message)
            self._started = False
            emulation = _emulations[0]
            try:
                emulation.leave(self)
            finally:
                if not emulation.activations:
                    _emulations.clear()

    def __enter__(self) -> SMPipelineMock:
        """Activate and return the mock."""
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Deactivate, whatever happened inside."""
        self.stop()

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Return the function so that the mock is active while it runs; it gets no extra argument.

        Raises ``UsageError`` for a class, a coroutine function and a generator function: they would run unmocked.
        """
        _check_decorable(function)

        @wraps(function)
        def active(*args: P.args, **kwargs: P.kwargs) -> R:
            __tracebackhide__ = True
            with Activation(self.keywords):
                return function(*args, **kwargs)

        return active


@overload
def mock_smpipeline(function: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def mock_smpipeline(**options: "Unpack[OptionKeywords]") -> Activation: ...
def mock_smpipeline(function: Callable[P, R] | None = None, /, **options: "Unpack[OptionKeywords]") -> Callable[P, R] | Activation:
    """Emulate SageMaker Pipelines: as a decorator with or without options, or as a context manager.

    The options, all optional:

    - ``region`` and ``account_id``: where the emulated service is when nothing else says so;
    - ``progress``: ``"immediate"`` (a start runs to a standstill), ``"poll"`` (each look moves the execution on) or
      ``"manual"`` (only time does);
    - ``virtual_sleep``: ``time.sleep`` and ``asyncio.sleep`` return at once and move the virtual clock, in the whole process;
    - ``strict``, ``seed``, ``wire``, ``limits``, ``moto_config``, ``run_step_functions``: see the README.

    Raises ``UsageError`` for an option that does not exist or a value that it does not take.
    """
    if function is not None and not callable(function):
        message = f"mock_smpipeline() takes options by keyword, not {function!r}. Write mock_smpipeline(region='eu-west-1')."
        raise UsageError(message)
    activation = Activation(check_keywords(cast("dict[str, object]", options)))
    return activation if function is None else activation(function)


def current_mock() -> SMPipelineMock:
    """Return the mock that is active.

    Raises ``UsageError`` with the ways in when none is.
    """
    if not _emulations:
        raise UsageError(_NOT_ACTIVE)
    return _emulations[0].handle


def _options_of(activations: "list[Activation]") -> Options:
    keywords = cast("OptionKeywords", dict(default_options()))
    for activation in activations:
        keywords |= activation.keywords
    return Options(**keywords)


def _check_decorable(function: Callable[..., object]) -> None:
    kinds = (
        (inspect.isclass, "a class"),
        (inspect.iscoroutinefunction, "a coroutine function"),
        (inspect.isasyncgenfunction, "an async generator function"),
        (inspect.isgeneratorfunction, "a generator function"),
    )
    for is_kind, kind in kinds:
        if is_kind(function):
            name = getattr(function, "__name__", repr(function))
            message = (
                f"@mock_smpipeline can't decorate {name!r} yet: it is {kind}, and its body would run unmocked. "
                "Use the fixture smpipeline, or with mock_smpipeline() as smp inside it."
            )
            raise UsageError(message)


def _seed_of_the_test() -> str | int:
    """Return the running test's node id, so that ids repeat from run to run and differ between tests; 0 outside pytest."""
    node_and_phase = os.environ.get("PYTEST_CURRENT_TEST", "")
    return node_and_phase.rpartition(" ")[0] or 0


_lock: Final = RLock()
_emulations: Final[list[_Emulation]] = []
"""The one emulation that is active, if any: activation is process-wide."""
