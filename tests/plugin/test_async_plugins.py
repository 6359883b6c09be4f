"""pytest-asyncio and anyio: what they run is decorated as what pytest runs."""

import importlib.util
from collections.abc import Callable

import pytest

RunTests = Callable[..., pytest.RunResult]

ASYNC_TESTS = """
import asyncio, pytest
from hypothesis import given, settings, strategies as st
from pytest_smpipeline import current_mock, mock_smpipeline
{head}

def is_active():
    try:
        return bool(current_mock().add("churn", DEFINITION).version)
    except ValueError:
        return False

async def nap():
    {nap}

@{fixture}
@mock_smpipeline(account_id="111122223333")
async def seeded({needs}):
    await nap()
    yield current_mock().add("seeded", DEFINITION)
    await nap()
    assert is_active()

{mark}
@mock_smpipeline
async def test_decorated():
    await nap()
    assert is_active()

{mark}
@mock_smpipeline(region="eu-west-1")
@pytest.mark.parametrize("number", [1, 2])
async def test_with_the_fixture(smpipeline, number):
    await nap()
    assert current_mock() is smpipeline
    assert smpipeline.client().meta.region_name == "eu-west-1"

{mark}
async def test_with_a_decorated_fixture(seeded):
    await nap()
    assert ":111122223333:" in seeded.arn
    assert is_active()

{mark}
@pytest.mark.smpipeline
async def test_marked():
    await nap()
    assert is_active()

{mark}
async def test_async_with():
    async with mock_smpipeline() as smp:
        await nap()
        assert smp is current_mock()

{mark}
async def test_outside():
    await nap()
    assert not is_active()

@mock_smpipeline
class TestClass:
    {mark}
    async def test_method(self):
        await nap()
        assert is_active()

{mark}
@mock_smpipeline
@given(st.integers())
@settings(max_examples=5)
async def test_each_example_is_fresh(number):
    await nap()
    assert current_mock().add("churn", DEFINITION).version == 1

{mark}
@given(st.integers())
@settings(max_examples=5)
@mock_smpipeline
async def test_each_example_is_fresh_from_within(number):
    await nap()
    assert current_mock().add("churn", DEFINITION).version == 1
"""


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_pytest_asyncio_runs_decorated_tests_and_fixtures(run_tests: RunTests, mode: str) -> None:
    """In strict mode and in auto mode, where it looks at the function's kind."""
    source = ASYNC_TESTS.format(
        head="import pytest_asyncio",
        nap="await asyncio.sleep(0)",
        fixture="pytest_asyncio.fixture" if mode == "strict" else "pytest.fixture",
        mark="@pytest.mark.asyncio" if mode == "strict" else "",
        needs="",
    )
    ini = f"[pytest]\nasyncio_mode = {mode}\nasyncio_default_fixture_loop_scope = function\n"

    result = run_tests(source, "-p", "asyncio", pytest_ini=ini)

    result.assert_outcomes(passed=10)


BACKENDS = [
    "asyncio",
    pytest.param("trio", marks=pytest.mark.skipif(importlib.util.find_spec("trio") is None, reason="trio is not installed")),
]


@pytest.mark.skipif(importlib.util.find_spec("anyio") is None, reason="anyio is not installed")
@pytest.mark.parametrize("backend", BACKENDS)
def test_anyio_runs_decorated_tests_and_fixtures(run_tests: RunTests, backend: str) -> None:
    """On asyncio and on trio."""
    head = f"import anyio\n\n@pytest.fixture\ndef anyio_backend():\n    return {backend!r}\n"
    source = ASYNC_TESTS.format(
        head=head, nap="await anyio.sleep(0)", fixture="pytest.fixture", mark="@pytest.mark.anyio", needs="anyio_backend"
    )

    result = run_tests(source, "-p", "anyio")

    result.assert_outcomes(passed=10)
