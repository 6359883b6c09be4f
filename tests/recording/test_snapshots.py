"""Snapshots: what a test did, as values that stay as they are."""

import math
from datetime import UTC, datetime

import pytest

from pytest_smpipeline import Pipeline, SMPipelineMock, fail
from pytest_smpipeline.snapshots import LONGEST_TEXT, ExecutionSnapshot, call_snapshot, execution_snapshot, plain
from pytest_smpipeline.values import JsonObject, to_instant


def taken(smp: SMPipelineMock) -> ExecutionSnapshot:
    """Return a snapshot of the execution started last."""
    return execution_snapshot(smp.executions.last._state, to_instant(smp.now))


def test_an_execution_is_kept_with_its_steps(smpipeline: SMPipelineMock, churn: Pipeline) -> None:
    """What a reader asks first: what ran, with which parameters, how it ended and why."""
    smpipeline.script("churn", Train=fail("no capacity"))
    run = smpipeline.start("churn", {"Date": "today"})

    snapshot = taken(smpipeline)

    assert (snapshot.pipeline, snapshot.id, snapshot.version) == (churn.name, run.id, 1)
    assert (snapshot.status, snapshot.reason) == (run.status, run.failure_reason)
    assert (snapshot.parameters, snapshot.overrides) == ({"Date": "today", "Epochs": 10}, ("Date",))
    prep, train = snapshot.steps
    assert (prep.name, prep.status, prep.reason) == ("Prep", "Succeeded", None)
    assert (train.type, train.status, train.attempts) == ("Training", "Failed", 1)
    assert "no capacity" in (train.reason or "")
    assert train.arguments == {"Environment": {"DATE": "today"}}
    assert list(train.metadata) == ["TrainingJob"]
    assert snapshot.until == snapshot.ended == train.ended


@pytest.mark.smpipeline(progress="manual")
def test_looking_moves_nothing(smpipeline: SMPipelineMock, churn: Pipeline) -> None:
    """What is due by now is not applied, so the emulation goes on as if nobody had looked; what runs lasts until the present."""
    run = smpipeline.start("churn", {"Date": "today"})
    first = execution_snapshot(run._state, to_instant(smpipeline.now) + 10_000)
    smpipeline.advance(1)
    later = taken(smpipeline)

    assert (first.steps, first.ended, first.until - first.started >= 10_000) == ((), None, True)
    assert [(step.name, step.ended) for step in later.steps] == [("Prep", None)]
    assert first.steps == ()


def test_a_present_before_the_start_counts_as_the_start(smpipeline: SMPipelineMock, churn: Pipeline) -> None:
    """A test may set the wall clock back while nothing runs."""
    smpipeline.start("churn", {"Date": "today"})
    state = smpipeline.executions.last._state
    state.ended = None

    assert execution_snapshot(state, 0).until == state.created


def test_where_a_result_comes_from_is_kept(smpipeline: SMPipelineMock, churn: Pipeline) -> None:
    """The step itself did not make it."""
    first = smpipeline.start("churn", {"Date": "today"})
    smpipeline.start("churn", {"Date": "today"}, only=["Gate"], source=first)
    assert taken(smpipeline).steps[0].origin == f"reused from {first.arn}"

    step: JsonObject = {"Name": "A", "Type": "Processing", "Arguments": {}, "CacheConfig": {"Enabled": True, "ExpireAfter": "1d"}}
    smpipeline.add("cached", {"Version": "2020-12-01", "Steps": [step]})
    earlier = smpipeline.start("cached")
    smpipeline.start("cached")
    assert taken(smpipeline).steps[0].origin == f"from the cache: {earlier.arn}"


def test_a_call_is_kept_with_its_answer_or_its_error(smpipeline: SMPipelineMock, churn: Pipeline) -> None:
    """Times in an answer become text."""
    client = smpipeline.client()
    client.describe_pipeline(PipelineName="churn")
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_pipeline(PipelineName="other")

    answered, refused = map(call_snapshot, smpipeline.calls)

    assert (answered.operation, answered.request, answered.error) == ("DescribePipeline", {"PipelineName": "churn"}, None)
    assert isinstance(answered.response, dict)
    assert str(answered.response["CreationTime"]).endswith("+00:00")
    assert refused.response is None
    assert (refused.error or "").startswith("ResourceNotFound: ")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (0.5, 0.5),
        (math.nan, "nan"),
        (math.inf, "inf"),
        ("text", "text"),
        (datetime(2026, 11, 22, tzinfo=UTC), "2026-11-22T00:00:00+00:00"),
        (b"bytes", "b'bytes'"),
        ({1: ["a", ("b",)]}, {"1": ["a", ["b"]]}),
        ({"a"}, "{'a'}"),
    ],
)
def test_any_value_becomes_json(value: object, shown: object) -> None:
    """Scripts and callers may hand over anything; what JSON lacks is shown as text."""
    assert plain(value) == shown


def test_a_long_text_is_cut() -> None:
    """A definition may have a million characters, and a test may describe it a hundred times."""
    assert plain("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT
    assert plain("x" * (LONGEST_TEXT + 5)) == "x" * LONGEST_TEXT + "… (5 characters more)"
