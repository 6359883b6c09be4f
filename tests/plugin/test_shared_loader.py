"""``smpipeline_shared_loader``: sessions share parsed models while a mock is active, unless the ini file says no."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_smpipeline import pytest_session
from pytest_smpipeline._doors import event_names, shared_models

RunTests = Callable[..., pytest.RunResult]

SHARED = """
from botocore.loaders import JSONFileLoader
stock = JSONFileLoader._load_file

def test_it(smpipeline):
    assert (JSONFileLoader._load_file is not stock) is {shared}

def test_afterwards():
    assert JSONFileLoader._load_file is stock
"""


@pytest.mark.parametrize(
    ("line", "shared"), [("", True), ("smpipeline_shared_loader = true", True), ("smpipeline_shared_loader = false", False)]
)
def test_the_ini_file_can_turn_sharing_off(line: str, run_tests: RunTests, *, shared: bool) -> None:
    """Without a line sessions share, and never outside of an activation."""
    run_tests(SHARED.format(shared=shared), pytest_ini=f"[pytest]\n{line}\n").assert_outcomes(passed=2)


def test_a_wrong_value_stops_the_session(run_tests: RunTests) -> None:
    """The message names the ini option."""
    result = run_tests(SHARED, pytest_ini="[pytest]\nsmpipeline_shared_loader = perhaps\n")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: smpipeline_shared_loader is not valid: expected true or false.*"])


def test_what_was_shared_ends_with_the_last_session_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session inside another one leaves it what it shares."""
    monkeypatch.setattr(pytest_session, "_sessions", [])
    monkeypatch.setattr(shared_models, "_parsed", {"models.json": ((0, 0, 0, 0), {})})
    monkeypatch.setattr(event_names, "_known", {"before-call.old": "before-call.new"})
    outer, inner = (pytest_session.PytestSession(Path.cwd(), {}) for _ in range(2))
    pytest_session.enter(outer)
    pytest_session.enter(inner)
    pytest_session.leave()
    assert shared_models._parsed
    assert event_names._known
    pytest_session.leave()
    assert not shared_models._parsed
    assert not event_names._known
    assert pytest_session.shares_models()
