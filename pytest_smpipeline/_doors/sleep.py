"""The sleep door: under ``virtual_sleep=True`` naps return at once, and the virtual clock moves in their stead.

Replaced are ``time.sleep`` and ``asyncio.sleep`` wherever a module holds them, so that ``from time import sleep`` before the
activation is reached too, and ``anyio.sleep`` on asyncio. Default arguments and class attributes that hold the function are
not, nor is any other way to wait: ``threading.Event.wait``, timeouts of ``asyncio``, ``trio``. Nobody is asked who naps: all
threads of the process share the clock, and a thread that naps in a loop drives it. Only ``subprocess`` goes on napping for
real, since what it waits for is real.

Naps of several threads add up. Those that tasks of one event loop take at the same time overlap, as they would.
"""

import operator
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from types import BuiltinFunctionType, ModuleType
from typing import Any, Final, TypeAlias

from pytest_smpipeline._doors import seams
from pytest_smpipeline._doors.backend import Backend
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo

Nap: TypeAlias = Callable[[Any], object]
AsyncNap: TypeAlias = Callable[..., Coroutine[Any, Any, Any]]

_LONGEST: Final = 2**63 // 10**9  # in seconds; time.sleep refuses more, and asyncio.sleep(inf) means for ever


class Sleep:
    """Our functions in place of the two originals, while the options in force ask for it."""

    def __init__(self, backend: Backend) -> None:
        """Replace nothing yet."""
        self._backend = backend
        self._places = Undo()
        self._is_on = False
        self._undo: Undo

    def open(self, undo: Undo) -> None:
        """Replace them if the options say so."""
        self._undo = undo
        self.refresh()

    def refresh(self) -> None:
        """Follow the options of a nested activation."""
        wanted = self._backend.options.virtual_sleep
        if wanted != self._is_on:
            (self._on if wanted else self._off)()

    def _on(self) -> None:
        import asyncio

        seams.settle()
        self._undo.add(self._off)
        self._is_on = True
        self._replace(time.sleep, self._sleep(time.sleep))
        self._replace(asyncio.sleep, self._async_sleep(asyncio.sleep))

    def _off(self) -> None:
        self._is_on = False
        self._places.run()

    def _replace(self, original: object, replacement: object) -> None:
        self._places.add(partial(_hand_back, replacement, original))
        for namespace, name in _holders(original):
            Seam(namespace, name, replacement).open(self._places)

    def _sleep(self, nap: Nap) -> Nap:
        """Return what stands for ``time.sleep``; what that refuses is refused in its words, and one more function may run."""
        is_original = isinstance(nap, BuiltinFunctionType)

        def sleep(seconds: Any, /) -> None:  # noqa: ANN401 # judged as time.sleep judges it
            length = _milliseconds(seconds) if self._is_on and not _waits_for_a_process() else None
            if length is None:
                nap(seconds)
            else:
                self._backend.advance(length)
                nap(0 if is_original else seconds)  # lets other threads run; a replacement of the user's sees the nap as it was

        sleep.__module__, sleep.__qualname__ = "time", "sleep"  # a pool of processes finds a function by its place
        return sleep

    def _async_sleep(self, nap: AsyncNap) -> AsyncNap:
        """Return what stands for ``asyncio.sleep``: it lets other tasks run once before time moves to the end of the nap."""
        is_original = getattr(nap, "__globals__", None) is vars(sys.modules["asyncio.tasks"])

        async def sleep(delay: Any, result: Any = None) -> Any:  # noqa: ANN401 # judged as asyncio.sleep judges it
            length = _milliseconds(0.0 + delay) if self._is_on and not delay <= 0 else None
            given = () if result is None else (result,)
            if length is None:
                return await nap(delay, *given)
            end = self._backend.now() + length
            value = await nap(0 if is_original else delay, *given)
            self._backend.reach(end)
            return value

        sleep.__module__, sleep.__qualname__ = "asyncio.tasks", "sleep"
        return sleep


def _waits_for_a_process() -> bool:
    """Return whether whoever called our caller is ``subprocess``; a thread may have no caller at all."""
    caller = sys._getframe(1).f_back
    return caller is not None and caller.f_globals.get("__name__") == "subprocess"


def _milliseconds(seconds: Any) -> int | None:  # noqa: ANN401 # judged as time.sleep judges it
    """Return the length of a nap, at least one; None for what is left to the original: zero, and what it refuses."""
    try:
        amount = seconds if isinstance(seconds, float) else operator.index(seconds)
    except TypeError:
        return None
    return max(1, round(amount * 1000)) if 0 < amount <= _LONGEST else None


def _hand_back(replacement: object, original: object) -> None:
    """Give the original to modules that were imported meanwhile and took the replacement for it."""
    for namespace, name in _holders(replacement):
        namespace[name] = original


def _holders(function: object) -> Iterator[tuple[dict[str, object], str]]:
    """Yield where modules hold a function."""
    for module in list(sys.modules.values()):
        # Some modules are stand-ins that import the real one as soon as any attribute is asked for.
        if issubclass(type(module), ModuleType):
            namespace: dict[str, object] = object.__getattribute__(module, "__dict__")
            yield from ((namespace, name) for name, value in list(namespace.items()) if value is function)
