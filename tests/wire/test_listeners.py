"""Listeners: who is told of changes, when, and in which order."""

from collections.abc import Sequence

import pytest

from pytest_smpipeline import SMPipelineMock, StepContext, fail, succeed
from pytest_smpipeline._state.changes import Change


@pytest.fixture
def told(smpipeline: SMPipelineMock) -> list[list[tuple[str, str | None, str]]]:
    """Return what a listener is told, one list for each time: the step or the pipeline, its status before and its status."""
    news: list[list[tuple[str, str | None, str]]] = []

    def hear(changes: Sequence[Change], _first: int) -> None:
        news.append([(each.step.step.name if each.step else each.execution.pipeline.name, each.before, each.status) for each in changes])

    smpipeline._service.listeners.add(hear)
    return news


def test_a_listener_hears_of_all_changes_in_their_order(smpipeline: SMPipelineMock, told: list[object]) -> None:
    """It is told once, when the call has been answered."""
    smpipeline.add("churn", steps=["Prep", "Train"])

    smpipeline.start("churn")

    assert told == [
        [
            ("churn", None, "Executing"),
            ("Prep", "Starting", "Executing"),
            ("Prep", "Executing", "Succeeded"),
            ("Train", "Starting", "Executing"),
            ("Train", "Executing", "Succeeded"),
            ("churn", "Executing", "Succeeded"),
        ]
    ]


@pytest.mark.smpipeline(progress="manual")
def test_a_listener_hears_when_time_moves(smpipeline: SMPipelineMock, told: list[object]) -> None:
    """Each movement tells what it brought, and one that brings nothing tells nothing."""
    smpipeline.add("churn", steps=["Prep"])
    execution = smpipeline.start("churn")

    smpipeline.advance(1)
    smpipeline.advance(1)
    execution.stop()
    smpipeline.run_until_idle()

    assert told == [
        [("churn", None, "Executing")],
        [("Prep", "Starting", "Executing")],
        [("churn", "Executing", "Stopping"), ("Prep", "Executing", "Stopping")],
        [("Prep", "Stopping", "Stopped"), ("churn", "Stopping", "Stopped")],
    ]


def test_a_retry_is_told_as_a_change_from_how_it_ended(smpipeline: SMPipelineMock, told: list[list[object]]) -> None:
    """The step comes from Starting again."""
    smpipeline.add("churn", steps=["Prep"])
    smpipeline.script("churn", Prep=[fail("no disk"), succeed()])
    execution = smpipeline.start("churn")
    told.clear()

    execution.retry()

    assert [change for news in told for change in news] == [
        ("churn", "Failed", "Executing"),
        ("Prep", "Starting", "Executing"),
        ("Prep", "Executing", "Succeeded"),
        ("churn", "Executing", "Succeeded"),
    ]


def test_an_attempt_that_is_repeated_is_told_without_a_change_of_status(smpipeline: SMPipelineMock, told: list[list[object]]) -> None:
    """Whoever keeps jobs hears of each: once when its attempt has failed, once when the next one begins."""
    policy = [{"ExceptionType": ["SageMaker.CAPACITY_ERROR"], "MaxAttempts": 2}]
    step = {"Name": "Train", "Type": "Training", "Arguments": {}, "RetryPolicies": policy}
    smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [step]})
    smpipeline.script("churn", Train=[fail("CapacityError"), succeed()])

    smpipeline.start("churn")

    assert [change for news in told for change in news if change[0] == "Train"] == [  # type: ignore[index] # a tuple
        ("Train", "Starting", "Executing"),
        ("Train", "Executing", "Executing"),
        ("Train", "Executing", "Executing"),
        ("Train", "Executing", "Succeeded"),
    ]


def test_a_listener_is_told_the_number_of_the_first_change(smpipeline: SMPipelineMock) -> None:
    """Changes are counted from 0, all of one mock; by their number the ids of events are told apart."""
    smpipeline.add("churn", steps=["Train"])
    told: list[tuple[int, int]] = []
    smpipeline._service.listeners.add(lambda changes, first: told.append((first, len(changes))))

    smpipeline.start("churn")
    smpipeline.start("churn")

    assert told == [(0, 4), (4, 4)]


def test_what_a_listener_changes_is_told_next(smpipeline: SMPipelineMock, told: list[list[tuple[str, str | None, str]]]) -> None:
    """It may start other executions; nobody is told anything while being told."""
    smpipeline.add("churn", steps=["Train"])
    smpipeline.add("report", steps=["Write"])

    def report(changes: Sequence[Change], _first: int) -> None:
        if any((each.execution.pipeline.name, each.step, each.status) == ("churn", None, "Succeeded") for each in changes):
            smpipeline.start("report")

    smpipeline._service.listeners.add(report)
    smpipeline.start("churn")

    assert [news[0][0] for news in told] == ["churn", "report"]
    assert smpipeline.executions.of("report").one().status == "Succeeded"


def test_changes_are_told_when_a_script_raises(smpipeline: SMPipelineMock, told: list[list[object]]) -> None:
    """What had happened until then has happened."""

    def burst(_context: StepContext) -> None:
        message = "burst"
        raise RuntimeError(message)

    smpipeline.add("churn", steps=["Train"])
    smpipeline.script("churn", Train=burst)  # type: ignore[arg-type] # it never returns an outcome

    with pytest.raises(RuntimeError, match="burst"):
        smpipeline.start("churn")

    assert told == [[("churn", None, "Executing")]]
