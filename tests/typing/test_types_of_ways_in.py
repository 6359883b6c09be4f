"""The types that a user's checker sees: mypy and pyright read this file, and pytest runs it."""

import asyncio
import unittest
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Generator, Iterator
from typing import Any, assert_type, overload

from pytest_smpipeline import SMPipelineMock, current_mock, mock_smpipeline


@mock_smpipeline
def plain(name: str, *, times: int = 1) -> list[str]:
    """A function."""
    return [name] * times


@mock_smpipeline(region="eu-west-1")
def with_options(name: str) -> str:
    """A function, with options."""
    return name


@mock_smpipeline
async def coroutine(name: str) -> str:
    """A coroutine function."""
    return name


@mock_smpipeline(progress="poll")
def generator(name: str) -> Iterator[str]:
    """A generator function."""
    yield name


@mock_smpipeline
def full_generator(name: str) -> Generator[str, int, bytes]:
    """A generator function that is sent something and returns something."""
    sent = yield name
    return name.encode() * sent


@mock_smpipeline
async def async_generator(name: str) -> AsyncIterator[str]:
    """An async generator function."""
    yield name


@mock_smpipeline()
async def full_async_generator(name: str) -> AsyncGenerator[str, int]:
    """An async generator function that is sent something."""
    yield name


@overload
def overloaded(value: int) -> int: ...
@overload
def overloaded(value: str) -> str: ...
@mock_smpipeline
def overloaded(value: int | str) -> int | str:
    """A function with overloads."""
    return value


@mock_smpipeline
class TestClass:
    """A class of tests."""

    def test_method(self) -> None:
        """Keep the class's type."""
        assert_type(self.answer(), int)

    @mock_smpipeline
    def answer(self) -> int:
        """Return a number."""
        return 42

    @staticmethod
    @mock_smpipeline
    def static(name: str) -> str:
        """Return the name."""
        return name

    @classmethod
    @mock_smpipeline(seed=1)
    def of_class(cls, name: str) -> str:
        """Return the name."""
        return name


@mock_smpipeline(account_id="111122223333")
class Case(unittest.TestCase):
    """A test case says of which type its attribute is."""

    smpipeline: SMPipelineMock

    def test_it(self) -> None:
        """Find the mock."""
        assert_type(self.smpipeline, SMPipelineMock)


def test_functions_keep_their_types() -> None:
    """Parameters, defaults and results of every kind of function."""
    assert_type(plain("a", times=2), list[str])
    assert_type(with_options("a"), str)
    assert_type(asyncio.run(coroutine("a")), str)
    assert_type(next(generator("a")), str)
    assert_type(full_generator("a"), Generator[str, int, bytes])
    assert_type(async_generator("a"), AsyncIterator[str])
    assert_type(full_async_generator("a"), AsyncGenerator[str, int])
    assert_type(overloaded(1), int)
    assert_type(overloaded("a"), str)
    callback: Callable[[str], Coroutine[Any, Any, str]] = coroutine
    assert callback is coroutine


def test_classes_keep_their_types() -> None:
    """A decorated class is the class, and its methods are theirs."""
    assert_type(TestClass(), TestClass)
    assert_type(TestClass().answer(), int)
    assert_type(TestClass.static("a"), str)
    assert_type(TestClass.of_class("a"), str)
    assert_type(Case("test_it"), Case)


def test_wrong_calls_are_refused_by_the_checkers() -> None:
    """An ignored error that is none would itself be reported."""
    wrong: tuple[Callable[[], object], ...] = (
        lambda: plain(1),  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        lambda: plain("a", 2),  # pyright: ignore[reportCallIssue] # of mypy, this suite switches that one off
        lambda: mock_smpipeline(regoin="eu-west-1"),  # type: ignore[call-overload] # pyright: ignore[reportCallIssue]
        lambda: mock_smpipeline(progress="slow"),  # type: ignore[call-overload] # pyright: ignore[reportArgumentType, reportCallIssue]
        lambda: mock_smpipeline(3),  # type: ignore[call-overload] # pyright: ignore[reportArgumentType, reportCallIssue]
    )
    assert len(wrong) == 5


def test_context_managers_give_the_mock() -> None:
    """Plain, async, and in two halves."""
    with mock_smpipeline(seed="a") as smp:
        assert_type(smp, SMPipelineMock)
        assert_type(current_mock(), SMPipelineMock)

    async def use() -> None:
        async with mock_smpipeline() as smp:
            assert_type(smp, SMPipelineMock)

    asyncio.run(use())
    activation = mock_smpipeline()
    assert_type(activation.start(), SMPipelineMock)
    activation.stop()
