"""What a decorated function, class or test case is: the same one, with the mock active while its body runs.

The kind is kept: a coroutine function stays one, as do generator functions of both sorts, so that pytest, pytest-asyncio, anyio and
``inspect`` treat the decorated one as they would the original. Name, signature, annotations, marks and attributes stay as well.
"""

import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar, cast

from pytest_smpipeline.decorated_classes import Activate, decorate_test_case, decorate_test_class, is_test_case
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.options import OptionKeywords

Target = TypeVar("Target")
Function: TypeAlias = Callable[..., Any]
"""Any function: what it takes and returns is passed on unread."""

_METHODS: Final = (staticmethod, classmethod)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decorator:
    """How to activate for what is being decorated: each makes a new activation whenever it is called."""

    activate: Activate
    join: Activate
    """Activates as well, but keeps the options in force where a mock is active already."""
    is_active: Callable[[], bool]
    keywords: OptionKeywords

    def __call__(self, target: Target) -> Target:
        """Return the target so that the mock is active while it runs.

        Raises ``UsageError`` for what can't be called, and for what would run unmocked, with the order of decorators that works.
        """
        if inspect.isclass(target):
            if is_test_case(target):
                decorate_test_case(target, self.activate)
            else:
                decorate_test_class(target, self.keywords, functools.partial(self._decorated, self.join))
            return target
        return cast("Target", self._decorated(self.activate, target))

    def _decorated(self, activate: Activate, target: object) -> object:
        if isinstance(target, _METHODS):
            method = cast("staticmethod[..., object]", target)
            return type(method)(cast("Function", self._decorated(activate, method.__func__)))
        function = _callable(target)
        inner = _hypothesis_test(function)
        if inner is not None:
            inner.inner_test = self._active(activate, inner.inner_test)
            return function
        return self._active(activate, function)

    def _active(self, activate: Activate, function: Function) -> Function:
        for is_kind, make in _KINDS:
            if is_kind(function) or is_kind(getattr(function, "__call__", None)):  # noqa: B004 # its own kind, if it is no function
                return functools.wraps(function)(make(activate, function))
        return functools.wraps(function)(self._active_call(activate, function))

    def _active_call(self, activate: Activate, function: Function) -> Function:
        def active(*args: object, **kwargs: object) -> object:
            __tracebackhide__ = True
            with activate():
                result = function(*args, **kwargs)
            if not self.is_active():
                _check_has_run(function, result)
            return result

        return active


def _active_coroutine(activate: Activate, function: Function) -> Function:
    async def active(*args: object, **kwargs: object) -> object:
        __tracebackhide__ = True
        with activate():
            return await cast("Coroutine[Any, Any, object]", function(*args, **kwargs))

    return active


def _active_generator(activate: Activate, function: Function) -> Function:
    def active(*args: object, **kwargs: object) -> Generator[object, object, object]:
        __tracebackhide__ = True
        with activate():
            return (yield from cast("Generator[object, object, object]", function(*args, **kwargs)))

    return active


def _active_async_generator(activate: Activate, function: Function) -> Function:
    """Return what ``yield from`` would make of it; in async generators Python leaves that to be written out."""

    async def active(*args: object, **kwargs: object) -> AsyncGenerator[object, object]:
        __tracebackhide__ = True
        with activate():
            generator = cast("AsyncGenerator[object, object]", function(*args, **kwargs))
            step = generator.asend(None)
            while True:
                try:
                    value = await step
                except StopAsyncIteration:
                    return
                try:
                    sent = yield value
                except GeneratorExit:
                    await generator.aclose()
                    raise
                except BaseException as error:  # noqa: BLE001 # whatever is thrown in is for the original to handle
                    step = generator.athrow(error)
                else:
                    step = generator.asend(sent)

    return active


_KINDS: Final[tuple[tuple[Callable[[object], bool], Callable[[Activate, Function], Function]], ...]] = (
    (inspect.iscoroutinefunction, _active_coroutine),
    (inspect.isasyncgenfunction, _active_async_generator),
    (inspect.isgeneratorfunction, _active_generator),
)


def _hypothesis_test(target: object) -> Any:  # noqa: ANN401 # hypothesis documents the attribute and gives it no type
    """Return the handle that ``@given`` leaves on a test for decorators around it: each example is to start fresh."""
    return getattr(target, "hypothesis", None) if getattr(target, "is_hypothesis_test", False) else None


def _callable(target: object) -> Function:
    kind = type(target).__name__
    if kind == "FixtureFunctionDefinition":
        message = (
            "@mock_smpipeline can't decorate what @pytest.fixture has made. Put @pytest.fixture above and @mock_smpipeline below it, "
            "next to the function."
        )
        raise UsageError(message)
    if callable(target):
        return cast("Function", target)
    if hasattr(type(target), "__get__"):
        message = f"@mock_smpipeline can't decorate a {kind}. Put it below, next to the function that the {kind} calls."
        raise UsageError(message)
    message = f"mock_smpipeline() takes options by keyword, not {target!r}. Write mock_smpipeline(region='eu-west-1')."
    raise UsageError(message)


def _check_has_run(function: Function, result: object) -> None:
    """Refuse a result whose body runs later: it would run unmocked."""
    body = inspect.getattr_static(result, "gen", result)  # where context managers made by contextlib keep theirs
    kind = next((kind for is_kind, kind in _LATE if is_kind(body)), None)
    if kind is None:
        return
    if inspect.iscoroutine(body):
        body.close()  # it would warn that it was never awaited
    name = getattr(function, "__qualname__", repr(function))
    message = (
        f"{name}() is a plain function and has returned a {type(result).__name__}: the body of that {kind} would run unmocked, for the "
        "mock ends when a plain function returns. Put @mock_smpipeline below the decorator that makes it plain, next to the def, or "
        "activate where it is used: with mock_smpipeline()."
    )
    raise UsageError(message)


_LATE: Final[tuple[tuple[Callable[[object], bool], str], ...]] = (
    (inspect.iscoroutine, "coroutine"),
    (inspect.isgenerator, "generator"),
    (inspect.isasyncgen, "async generator"),
)
