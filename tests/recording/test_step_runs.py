"""StepRun: the record of one step of an execution."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from pytest_smpipeline import Execution, SMPipelineMock, cache_hit, fail, succeed
from pytest_smpipeline.values import JsonObject

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def start(smpipeline: SMPipelineMock, one_step: JsonObject) -> Callable[[JsonObject], Execution]:
    """Return the function that runs one step."""

    def run(step: JsonObject) -> Execution:
        smpipeline.add("churn", one_step | {"Steps": [step]})
        return smpipeline.start("churn")

    return run


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="manual")
def test_a_step_shows_its_name_type_times_and_status(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """A running step has no end and no duration; the same record shows them afterwards."""
    smpipeline.add("churn", one_step)
    run = smpipeline.start("churn")
    smpipeline.advance(seconds=1)
    train = run.steps["Train"]
    seen = (train.status, train.ended, train.duration)

    smpipeline.run_until_idle()

    assert seen == ("Executing", None, None)
    assert (train.name, train.type, train.status, train.attempts) == ("Train", "Training", "Succeeded", 1)
    assert (train.started, train.ended, train.duration) == (
        NOON + timedelta(seconds=1),
        NOON + timedelta(seconds=301),
        timedelta(minutes=5),
    )


@pytest.mark.usefixtures("churn")
def test_a_step_shows_its_resolved_arguments(smpipeline: SMPipelineMock) -> None:
    """References are replaced by their values; a Condition step has no arguments of its own."""
    steps = smpipeline.start("churn", {"Date": "2026-11-22"}).steps

    assert steps["Train"].arguments == {"Environment": {"DATE": "2026-11-22"}}
    assert steps["Gate"].arguments is None


def test_a_step_shows_its_outputs_as_scripted(smpipeline: SMPipelineMock, start: Callable[[JsonObject], Execution]) -> None:
    """What is nested stays nested for the reader."""
    function = "arn:aws:lambda:us-east-1:123456789012:function:count"
    step: JsonObject = {"Name": "Count", "Type": "Lambda", "FunctionArn": function}
    start(step)
    smpipeline.script("churn", Count=succeed(outputs={"rows": 3, "by": {"day": [1, 2]}}))

    assert smpipeline.start("churn").steps["Count"].outputs == {"rows": 3, "by": {"day": [1, 2]}}


def test_what_a_step_returns_is_the_readers_own(smpipeline: SMPipelineMock, start: Callable[[JsonObject], Execution]) -> None:
    """Changing it changes neither the record nor the definition."""
    step: JsonObject = {"Name": "Count", "Type": "Lambda", "FunctionArn": "arn:f", "Arguments": {"by": {"day": 1}}}
    start(step)
    smpipeline.script("churn", Count=succeed(outputs={"by": {"day": 2}}, properties={"by": {"day": 3}}))
    count = smpipeline.start("churn").steps["Count"]
    before = (count.arguments, count.outputs, count.properties, count.metadata)

    for view in (count.arguments, count.outputs, count.properties, count.metadata):
        assert isinstance(view, dict)
        for below in view.values():
            assert isinstance(below, dict)
            below.clear()

    assert (count.arguments, count.outputs, count.properties, count.metadata) == before
    assert smpipeline.start("churn").steps["Count"].arguments == {"by": {"day": 1}}


def test_a_step_prints_as_name_type_status_and_reason(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """A step without a reason shows none; several attempts and a result from the cache are shown too."""
    smpipeline.add("churn", one_step)
    smpipeline.script("churn", Train=[succeed(), fail("boom"), cache_hit()])
    good, bad = (smpipeline.start("churn") for _ in range(2))
    shown = [repr(run.steps["Train"]) for run in (good, bad)]
    bad.retry()

    assert shown == ["<StepRun Train (Training) Succeeded>", "<StepRun Train (Training) Failed, reason='ClientError: boom'>"]
    assert repr(bad.steps["Train"]) == "<StepRun Train (Training) Succeeded, attempts=2, cached>"


def test_two_records_of_one_step_are_equal(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """The same step of another execution is another one."""
    smpipeline.add("churn", one_step)
    first, second = smpipeline.start("churn"), smpipeline.start("churn")

    assert {first.steps["Train"], first.steps["Train"]} == {first.steps["Train"]}
    assert first.steps["Train"] != second.steps["Train"]
    assert first.steps["Train"] != "Train"
    assert first.steps == smpipeline.executions[0].steps
