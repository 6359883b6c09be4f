"""The decorator on functions of every kind: what it keeps, when the mock is active, and what it refuses."""

import asyncio
import contextlib
import functools
import inspect
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline import SMPipelineMock, UsageError, current_mock, mock_smpipeline


def is_active() -> bool:
    """Whether a mock is active."""
    with contextlib.suppress(UsageError):
        current_mock()
        return True
    return False


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
    assert not is_active()


@mock_smpipeline(region="eu-west-1")
def test_a_decorated_test_and_its_fixture_get_the_same_mock(smpipeline: SMPipelineMock) -> None:
    """The fixture is active first; the decorator nests and its options hold inside."""
    assert current_mock() is smpipeline
    assert smpipeline.client().meta.region_name == "eu-west-1"


@pytest.fixture
@mock_smpipeline(account_id="111122223333")
def seeded(definition: str) -> Iterator[SMPipelineMock]:
    """A yield fixture that is decorated, and itself uses a fixture."""
    smp = current_mock()
    smp.add("churn", definition)
    yield smp
    assert current_mock() is smp


def test_a_decorated_yield_fixture_is_active_during_its_tests(seeded: SMPipelineMock) -> None:
    """From its first step to its end, with its options."""
    assert current_mock() is seeded
    assert ":111122223333:" in seeded.start("churn").arn


@pytest.mark.parametrize("number", [1, 2])
@mock_smpipeline
@pytest.mark.parametrize("letter", ["a", "b"])
def test_marks_above_and_below_are_kept(number: int, letter: str, request: pytest.FixtureRequest) -> None:
    """A decorated test is parametrised as it would be without."""
    assert request.node.name.endswith(f"[{letter}-{number}]")
    assert is_active()


def test_a_coroutine_function_stays_one_and_runs_active() -> None:
    """Making the coroutine activates nothing; awaiting it does, to its end."""

    @mock_smpipeline(region="eu-west-1")
    async def region(prefix: str) -> str:
        await asyncio.sleep(0)
        return prefix + current_mock().client().meta.region_name

    assert inspect.iscoroutinefunction(region)
    coroutine = region("in ")
    assert not is_active()
    assert asyncio.run(coroutine) == "in eu-west-1"
    assert not is_active()


def test_decorated_coroutines_that_run_at_once_share_one_state(definition: str) -> None:
    """Activations nest in whatever order they end; the last one ends the mock."""

    @mock_smpipeline
    async def work(naps: int) -> SMPipelineMock:
        current_mock().add(f"churn-{naps}", definition)
        for _ in range(naps):
            await asyncio.sleep(0)
        return current_mock()

    async def together() -> list[SMPipelineMock]:
        return list(await asyncio.gather(work(5), work(1), work(3)))

    first, *others = asyncio.run(together())
    assert all(mock is first for mock in others)
    assert not is_active()


def test_a_cancelled_coroutine_ends_its_mock() -> None:
    """So does one that a timeout cancels."""

    @mock_smpipeline
    async def wait() -> None:
        await asyncio.sleep(60)

    async def cancel() -> None:
        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        assert is_active()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert not is_active()


@mock_smpipeline
def numbers(log: list[str]) -> Generator[Any, Any, str]:
    """A generator that takes what is sent and thrown into it, and tells what happens."""
    try:
        sent = yield is_active()
        log.append(f"sent {sent}")
        try:
            yield "waiting"
        except LookupError as error:
            log.append(f"caught {error!r}")
        yield is_active()
    finally:
        log.append(f"active at the end: {is_active()}")
    return "result"


def test_a_generator_function_stays_one_and_is_active_from_its_first_step() -> None:
    """Values sent in, exceptions thrown in and the result pass through."""
    log: list[str] = []
    generator: Any = numbers(log)
    assert inspect.isgeneratorfunction(numbers)
    assert not is_active()

    assert next(generator) is True
    assert is_active()
    assert generator.send(3) == "waiting"
    assert generator.throw(LookupError("gone")) is True
    with pytest.raises(StopIteration) as caught:
        next(generator)

    assert caught.value.value == "result"
    assert log == ["sent 3", "caught LookupError('gone')", "active at the end: True"]
    assert not is_active()


def test_a_generator_that_is_closed_early_ends_its_mock() -> None:
    """Its own clean-up still runs active."""
    log: list[str] = []
    generator: Any = numbers(log)
    next(generator)

    generator.close()

    assert log == ["active at the end: True"]
    assert not is_active()


def test_a_generator_that_is_forgotten_ends_its_mock() -> None:
    """Python closes what nobody holds any more."""
    log: list[str] = []
    generator: Any = numbers(log)
    next(generator)

    del generator

    assert log == ["active at the end: True"]
    assert not is_active()


@mock_smpipeline
async def async_numbers(log: list[str]) -> AsyncIterator[Any]:
    """The same, async."""
    try:
        await asyncio.sleep(0)
        sent = yield is_active()
        log.append(f"sent {sent}")
        try:
            yield "waiting"
        except LookupError as error:
            log.append(f"caught {error!r}")
        yield is_active()
    finally:
        await asyncio.sleep(0)
        log.append(f"active at the end: {is_active()}")


def test_an_async_generator_function_stays_one_and_is_active_from_its_first_step() -> None:
    """Values sent in and exceptions thrown in pass through."""

    async def walk() -> None:
        log: list[str] = []
        generator: Any = async_numbers(log)
        assert not is_active()
        assert await anext(generator) is True
        assert is_active()
        assert await generator.asend(3) == "waiting"
        assert await generator.athrow(LookupError("gone")) is True
        with pytest.raises(StopAsyncIteration):
            await anext(generator)
        assert log == ["sent 3", "caught LookupError('gone')", "active at the end: True"]
        assert not is_active()

    assert inspect.isasyncgenfunction(async_numbers)
    asyncio.run(walk())


def test_an_async_generator_that_is_closed_early_ends_its_mock() -> None:
    """Its own clean-up still runs active, awaits included."""

    async def walk() -> None:
        log: list[str] = []
        generator: Any = async_numbers(log)
        await anext(generator)
        await generator.aclose()
        assert log == ["active at the end: True"]
        assert not is_active()

    asyncio.run(walk())


def test_an_async_generator_that_raises_ends_its_mock() -> None:
    """What it raises, and what it does not catch, is the caller's."""

    async def walk() -> None:
        generator: Any = async_numbers([])
        await anext(generator)
        with pytest.raises(ZeroDivisionError):
            await generator.athrow(ZeroDivisionError())
        assert not is_active()

    asyncio.run(walk())


def test_an_async_generator_that_is_left_alone_is_ended_by_its_loop() -> None:
    """``async for`` with a break closes nothing by itself."""

    async def walk() -> None:
        async for value in async_numbers([]):
            assert value is True
            break

    asyncio.run(walk())
    assert not is_active()


class Callables:
    """Callables of other kinds than functions."""

    @mock_smpipeline
    @staticmethod
    def static() -> bool:
        return is_active()

    @mock_smpipeline
    @classmethod
    def of_class(cls) -> bool:
        return is_active() and cls is Callables

    @mock_smpipeline
    def method(self) -> bool:
        return is_active()

    def __call__(self) -> bool:
        return is_active()


class AsyncCallable:
    """A callable whose call is a coroutine."""

    async def __call__(self) -> bool:
        return is_active()


def test_methods_of_every_kind_can_be_decorated() -> None:
    """Static methods and class methods stay what they are."""
    assert isinstance(vars(Callables)["static"], staticmethod)
    assert isinstance(vars(Callables)["of_class"], classmethod)
    assert (Callables.static(), Callables.of_class(), Callables().method()) == (True, True, True)


async def _asynchronous(value: object) -> bool:
    return value is True and is_active()


def test_callables_that_are_no_functions_can_be_decorated() -> None:
    """Instances, partial functions and built-in functions; a partial coroutine function stays one."""
    partial = mock_smpipeline(functools.partial(_asynchronous, True))

    assert mock_smpipeline(Callables())()
    assert inspect.iscoroutinefunction(partial)
    assert asyncio.run(partial())
    assert asyncio.run(mock_smpipeline(AsyncCallable())())
    assert mock_smpipeline(len)([1, 2]) == 2


@contextlib.contextmanager
def _managed() -> Iterator[None]:
    yield


@pytest.mark.parametrize(
    ("late", "kind"),
    [
        (lambda: _asynchronous(True), "coroutine"),
        (lambda: (letter for letter in "ab"), "generator"),
        (lambda: async_numbers([]), "async generator"),
        (_managed, "generator"),
    ],
    ids=["coroutine", "generator", "async generator", "context manager"],
)
def test_a_plain_function_whose_body_runs_later_is_refused(late: Callable[[], object], kind: str) -> None:
    """It would run unmocked, against the real service; the message says how to order the decorators."""
    with pytest.raises(UsageError, match=f"the body of that {kind} would run unmocked.*Put @mock_smpipeline below the decorator"):
        mock_smpipeline(late)()
    assert not is_active()


def test_a_plain_function_whose_body_runs_later_may_be_used_in_a_mock() -> None:
    """While an outer activation lasts the body runs mocked."""
    with mock_smpipeline(), mock_smpipeline(_managed)():
        assert is_active()


def test_a_fixture_can_be_decorated_only_from_within() -> None:
    """Above @pytest.fixture the decorator would hide the fixture from pytest."""
    with pytest.raises(UsageError, match=r"Put @pytest\.fixture above and @mock_smpipeline below it"):

        @mock_smpipeline
        @pytest.fixture
        def _fixture() -> None:
            """Stand for a fixture."""


@pytest.mark.parametrize(
    "descriptor",
    [property(lambda self: None), functools.cached_property(lambda self: None), functools.partialmethod(is_active)],
    ids=lambda descriptor: type(descriptor).__name__,
)
def test_what_only_looks_like_a_function_is_refused(descriptor: Any) -> None:
    """The message says where the decorator belongs."""
    kind = type(descriptor).__name__
    with pytest.raises(UsageError, match=f"can't decorate a {kind}. Put it below, next to the function that the {kind} calls"):
        mock_smpipeline(descriptor)


def test_each_example_of_hypothesis_starts_fresh_whichever_decorator_is_above(definition: str) -> None:
    """``@given`` calls its test many times; what one example adds is not there in the next."""
    versions = []

    @mock_smpipeline
    @given(st.integers())
    def above(_: int) -> None:
        versions.append(current_mock().add("churn", definition).version)

    @given(st.integers())
    @mock_smpipeline
    def below(_: int) -> None:
        versions.append(current_mock().add("churn", definition).version)

    above()
    below()
    assert len(versions) > 2
    assert set(versions) == {1}
