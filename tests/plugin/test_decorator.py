"""The decorator: on functions now, and a clear error on everything that would run unmocked."""

import inspect
import unittest
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from pytest_smpipeline import SMPipelineMock, UsageError, current_mock, mock_smpipeline


def test_without_parentheses_the_function_runs_active() -> None:
    """The shortest way in; the function gets no extra argument."""

    @mock_smpipeline
    def region() -> str:
        return current_mock().client().meta.region_name

    assert region() == "us-east-1"


def test_with_options_they_hold_while_the_function_runs() -> None:
    """The same keywords as everywhere."""

    @mock_smpipeline(region="cn-north-1")
    def region() -> str:
        return current_mock().client().meta.region_name

    assert region() == "cn-north-1"


def test_each_call_starts_fresh(definition: str) -> None:
    """One decorated function called twice sees two mocks."""

    @mock_smpipeline
    def version() -> int:
        return current_mock().add("churn", definition).version

    assert (version(), version()) == (1, 1)


def test_a_decorated_function_can_call_itself(definition: str) -> None:
    """The inner call nests, and shares the state of the outer one."""

    @mock_smpipeline
    def versions(depth: int) -> list[int]:
        version = current_mock().add("churn", f"{definition}{' ' * depth}").version
        return [version] + (versions(depth - 1) if depth else [])

    assert versions(2) == [1, 2, 3]


def test_arguments_result_and_signature_are_the_functions_own() -> None:
    """pytest reads the signature for fixtures, and so does everybody else."""

    @mock_smpipeline
    def add(left: int, *, right: int) -> int:
        """Add."""
        return left + right

    assert add(1, right=2) == 3
    assert (add.__name__, add.__doc__, list(inspect.signature(add).parameters)) == ("add", "Add.", ["left", "right"])


def test_the_mock_ends_when_the_function_raises() -> None:
    """An error of the code under test leaves nothing active."""

    @mock_smpipeline
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with pytest.raises(UsageError):
        current_mock()


@mock_smpipeline(region="eu-west-1")
def test_a_decorated_test_and_its_fixture_get_the_same_mock(smpipeline: SMPipelineMock) -> None:
    """The fixture is active first; the decorator nests and its options hold inside."""
    assert current_mock() is smpipeline
    assert smpipeline.client().meta.region_name == "eu-west-1"


async def _coroutine() -> None:
    """Stand for a coroutine function."""


def _generator() -> Iterator[None]:
    """Stand for a generator function."""
    yield


async def _async_generator() -> AsyncIterator[None]:
    """Stand for an async generator function."""
    yield


class _Case(unittest.TestCase):
    """Stand for a test case."""


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (_coroutine, "a coroutine function"),
        (_generator, "a generator function"),
        (_async_generator, "an async generator function"),
        (_Case, "a class"),
    ],
)
def test_what_would_run_unmocked_is_refused(function: Callable[..., object], kind: str) -> None:
    """Calling one of these only makes an object; its body would run after the mock has ended."""
    for decorator in (mock_smpipeline, mock_smpipeline()):
        with pytest.raises(UsageError) as caught:
            decorator(function)
        assert str(caught.value) == (
            f"@mock_smpipeline can't decorate {function.__name__!r} yet: it is {kind}, and its body would run unmocked. "
            "Use the fixture smpipeline, or with mock_smpipeline() as smp inside it."
        )
