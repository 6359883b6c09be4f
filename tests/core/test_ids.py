"""Seeded ids."""

import re

import pytest

from pytest_smpipeline._state.ids import IdSource


def test_the_same_seed_gives_the_same_ids() -> None:
    """Ids repeat from run to run, so that a failing test can be run again as it was."""
    first, second = IdSource("tests/test_a.py::test_b"), IdSource("tests/test_a.py::test_b")

    assert [first.execution_id() for _ in range(3)] == [second.execution_id() for _ in range(3)]


def test_another_seed_gives_other_ids() -> None:
    """Ids differ between tests; the number 0 and the text "0" are different seeds."""
    assert len({IdSource(seed).execution_id() for seed in (0, "0", 1, "a")}) == 4


def test_one_kind_of_id_does_not_shift_another() -> None:
    """A poll more, with its request id, leaves the ids of executions as they were."""
    quiet, busy = IdSource(1), IdSource(1)
    busy.request_id()

    assert quiet.execution_id() == busy.execution_id()


def test_ids_do_not_repeat() -> None:
    """A source gives an id once."""
    source = IdSource(1)

    assert len({source.execution_id() for _ in range(1_000)}) == 1_000


@pytest.mark.fidelity("ID-001")
@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("execution_id", r"[a-z0-9]{12}"),
        ("job_suffix", r"[A-Za-z0-9]{10}"),
        ("callback_token", r"[A-Za-z0-9]{10}"),
        ("client_token", r"[a-z0-9]{36}"),
        ("request_id", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("query_id", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ],
)
def test_ids_have_the_form_of_the_service(kind: str, pattern: str) -> None:
    """Execution ids are 12 lower-case characters, job suffixes and callback tokens 10 of mixed case."""
    source = IdSource("seed")

    assert all(re.fullmatch(pattern, getattr(source, kind)()) for _ in range(50))


@pytest.mark.parametrize(("kind", "letters"), [("resource_id", "[a-z0-9]"), ("hash", "[0-9a-f]")])
def test_ids_of_other_services_are_as_long_as_asked_for(kind: str, letters: str) -> None:
    """Every service has a length of its own."""
    source = IdSource("seed")

    assert all(re.fullmatch(f"{letters}{{{length}}}", getattr(source, kind)(length)) for length in (8, 12, 32))
