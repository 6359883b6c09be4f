"""Virtual time: how long steps take, the gaps between them, and what moves the clock."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import freezegun
import pytest
import time_machine

from pytest_smpipeline import Execution, SMPipelineMock, fail, succeed
from pytest_smpipeline.values import JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"


def after_noon(moment: datetime | None) -> float | None:
    """Return the seconds from noon to a moment."""
    return None if moment is None else (moment - NOON).total_seconds()


@pytest.mark.fidelity("TIME-001")
@time_machine.travel(NOON, tick=False)
def test_a_second_lies_between_a_start_or_an_end_and_what_follows(run: Run, step: Step) -> None:
    """First steps start one second after the execution, dependent ones one second after what they wait for."""
    execution = run(step("A"), step("B", "A"), script={"A": succeed(duration=10), "B": succeed(duration=20)})

    assert after_noon(execution.started) == 0
    assert [(after_noon(one.started), after_noon(one.ended)) for one in execution.steps.values()] == [(1, 11), (12, 32)]
    assert after_noon(execution.ended) == 32


@pytest.mark.fidelity("TIME-002")
@time_machine.travel(NOON, tick=False)
def test_what_becomes_ready_within_one_gap_starts_together(run: Run, step: Step) -> None:
    """The gap counts from the first end; an end within it joins in."""
    script = {"A": succeed(duration=10), "B": succeed(duration=10.4)}

    execution = run(step("A"), step("B"), step("C", "A"), step("D", "B"), script=script)

    assert [after_noon(execution.steps[name].started) for name in "CD"] == [12, 12]


@pytest.mark.fidelity("TIME-003")
@time_machine.travel(NOON, tick=False)
def test_a_step_that_takes_no_time_has_a_gap_after_it(run: Run, step: Step) -> None:
    """Start and end fall on one instant; what depends on the step still waits a second."""
    execution = run(step("A"), step("B", "A"), script={"A": succeed(duration=0)})

    assert [after_noon(execution.steps["A"].started), after_noon(execution.steps["A"].ended)] == [1, 1]
    assert after_noon(execution.steps["B"].started) == 2


@pytest.mark.fidelity("TIME-004")
@pytest.mark.parametrize(
    ("kind", "members", "seconds"),
    [
        ("Training", {}, 300),
        ("Processing", {}, 180),
        ("Transform", {}, 240),
        ("Tuning", {}, 1800),
        ("AutoML", {}, 3600),
        ("Model", {}, 1),
        ("RegisterModel", {}, 1),
        ("Condition", {"arguments": {"Conditions": []}}, 0.5),
        ("Fail", {}, 0.5),
        ("Lambda", {"FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f"}, 1),
        ("QualityCheck", {"CheckType": "DATA_QUALITY"}, 300),
        ("ClarifyCheck", {"CheckType": "DATA_BIAS"}, 300),
        ("EMR", {}, 300),
        ("EMRServerless", {}, 300),
        ("EndpointConfig", {}, 1),
        ("Endpoint", {}, 300),
        ("InferenceComponent", {}, 120),
        ("Lineage", {}, 1),
        ("Job", {}, 60),
        ("Cleanup", {}, 1),
        ("Pass", {}, 1),
        ("Athena", {}, 10),
        ("HubContent", {}, 1),
        ("BedrockCustomModel", {}, 600),
        ("BedrockCustomModelDeployment", {}, 600),
        ("BedrockModelImport", {}, 600),
        ("BedrockProvisionedModelThroughput", {}, 600),
    ],
)
def test_a_step_takes_the_default_of_its_type(run: Run, step: Step, kind: str, members: JsonObject, seconds: float) -> None:
    """What the service does itself takes about as long as there, a job a round figure."""
    assert run(step("Make", kind=kind, **members)).steps["Make"].duration == timedelta(seconds=seconds)


def test_a_scripted_duration_replaces_the_default(run: Run, step: Step) -> None:
    """Success and failure alike may say how long the attempt takes."""
    execution = run(step("A"), step("B"), script={"A": succeed(duration=timedelta(hours=2)), "B": fail("boom", duration=1.5)})

    assert [one.duration for one in execution.steps.values()] == [timedelta(hours=2), timedelta(seconds=1.5)]


@time_machine.travel(NOON, tick=False)
def test_immediate_runs_to_a_standstill_and_moves_the_clock(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """When StartPipelineExecution returns, the execution has ended, and the present is its end."""
    execution = run(step("A"), script={"A": succeed(duration=3600)})

    assert execution.status == "Succeeded"
    assert after_noon(smpipeline.now) == 3601


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="poll")
def test_poll_shows_one_change_at_each_look(smpipeline: SMPipelineMock, run: Run, step: Step, client: "SageMakerClient") -> None:
    """Each Describe moves the execution to its next change: pollers see it execute and then end."""
    execution = run(step("A"), step("B", "A"))

    def look() -> tuple[str, float | None]:
        described = client.describe_pipeline_execution(PipelineExecutionArn=execution.arn)
        return described["PipelineExecutionStatus"], after_noon(smpipeline.now)

    assert execution.status == "Executing"
    assert [look() for _ in range(5)] == [
        ("Executing", 1),  # A starts
        ("Executing", 301),  # A ends
        ("Executing", 302),  # B starts
        ("Succeeded", 602),  # B ends, and the execution with it
        ("Succeeded", 602),  # nothing is left to move to
    ]


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="poll")
def test_poll_shows_steps_start_and_end(run: Run, step: Step, client: "SageMakerClient") -> None:
    """Listing the steps is a look too."""
    execution = run(step("A"))

    def look() -> list[str]:
        items = client.list_pipeline_execution_steps(PipelineExecutionArn=execution.arn)["PipelineExecutionSteps"]
        return [item["StepStatus"] for item in items]

    assert [look(), look()] == [["Executing"], ["Succeeded"]]


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="poll")
def test_a_look_at_a_list_moves_to_the_earliest_change_on_its_page(
    smpipeline: SMPipelineMock, run: Run, step: Step, client: "SageMakerClient"
) -> None:
    """There is one clock: the list moves it as far as the next change of any execution that it shows."""
    first = run(step("A"), script={"A": [succeed(duration=50), succeed(duration=20)]})
    second = smpipeline.start("churn")

    statuses = []
    for _ in range(3):
        page = client.list_pipeline_executions(PipelineName="churn")["PipelineExecutionSummaries"]
        statuses.append([summary["PipelineExecutionStatus"] for summary in page])

    assert statuses == [["Executing", "Executing"], ["Succeeded", "Executing"], ["Succeeded", "Succeeded"]]
    assert [after_noon(second.ended), after_noon(first.ended)] == [21, 51]


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="poll")
def test_what_is_due_elsewhere_by_then_happens_too(smpipeline: SMPipelineMock, run: Run, step: Step, client: "SageMakerClient") -> None:
    """A look at the slow execution takes the quick one along, and each change carries the time it was due."""
    slow = run(step("A"), script={"A": [succeed(duration=50), succeed(duration=20)]})
    quick = smpipeline.start("churn")

    for _ in range(2):
        client.describe_pipeline_execution(PipelineExecutionArn=slow.arn)

    assert (quick.status, after_noon(quick.ended)) == ("Succeeded", 21)
    assert after_noon(smpipeline.now) == 51


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="poll")
def test_a_look_at_an_ended_execution_moves_nothing(smpipeline: SMPipelineMock, run: Run, step: Step, client: "SageMakerClient") -> None:
    """Only what is looked at pulls time along."""
    ended = run(step("A"))
    smpipeline.run_until_idle()
    running = smpipeline.start("churn")

    client.describe_pipeline_execution(PipelineExecutionArn=ended.arn)

    assert (running.status, running.order) == ("Executing", [])


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="manual")
def test_manual_moves_by_advance_only(smpipeline: SMPipelineMock, run: Run, step: Step, client: "SageMakerClient") -> None:
    """Neither looks nor reads move anything; ``advance`` applies what falls due, at the instant it is due."""
    execution = run(step("A"))
    client.describe_pipeline_execution(PipelineExecutionArn=execution.arn)
    assert (execution.status, execution.order, after_noon(smpipeline.now)) == ("Executing", [], 0)

    smpipeline.advance(minutes=5)
    assert (execution.status, execution.steps["A"].status) == ("Executing", "Executing")

    smpipeline.advance(minutes=60)
    assert (execution.status, after_noon(execution.ended), after_noon(smpipeline.now)) == ("Succeeded", 301, 3900)


def test_advance_takes_a_timedelta(smpipeline: SMPipelineMock) -> None:
    """As durations do, and what is named besides is added."""
    with time_machine.travel(NOON, tick=False):
        smpipeline.advance(timedelta(hours=1), minutes=1)

        assert after_noon(smpipeline.now) == 3660


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="manual")
def test_run_until_idle_moves_from_change_to_change(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """It stops at the last change, with every execution ended."""
    execution = run(step("A"), step("B", "A"))

    smpipeline.run_until_idle()

    assert (execution.status, smpipeline.now) == ("Succeeded", execution.ended)


@pytest.mark.smpipeline(progress="manual")
def test_time_machine_moves_executions(run: Run, step: Step) -> None:
    """The virtual clock follows the wall clock; reading a record applies what is due by now, with the time it was due."""
    with time_machine.travel(NOON, tick=False) as traveller:
        execution = run(step("A"))
        traveller.shift(timedelta(minutes=1))
        assert execution.steps["A"].status == "Executing"

        traveller.shift(timedelta(days=1))
        assert (execution.steps["A"].status, after_noon(execution.ended)) == ("Succeeded", 301)


@pytest.mark.smpipeline(progress="manual")
def test_freezegun_moves_executions(run: Run, step: Step) -> None:
    """Freezing time and moving it forward does what ``advance`` does."""
    with freezegun.freeze_time(NOON) as frozen:
        execution = run(step("A"))
        frozen.tick(timedelta(hours=1))

        assert (execution.status, after_noon(execution.ended)) == ("Succeeded", 301)


@pytest.mark.smpipeline(progress="manual")
def test_a_call_applies_what_is_due_by_now(run: Run, step: Step, client: "SageMakerClient") -> None:
    """A Describe after the wall clock has moved shows the end without anything else having looked."""
    with time_machine.travel(NOON, tick=False) as traveller:
        execution = run(step("A"))
        traveller.shift(timedelta(hours=1))

        described = client.describe_pipeline_execution(PipelineExecutionArn=execution.arn)

    assert described["PipelineExecutionStatus"] == "Succeeded"
    assert after_noon(described["LastModifiedTime"]) == 301


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="manual")
def test_several_executions_share_one_clock(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """An execution that starts later ends later; both move with the same ``advance``."""
    first = run(step("A"), script={"A": succeed(duration=60)})
    smpipeline.advance(seconds=30)
    second = smpipeline.start("churn")

    smpipeline.advance(seconds=40)
    assert (first.status, second.status) == ("Succeeded", "Executing")

    smpipeline.advance(seconds=30)
    assert [after_noon(first.ended), after_noon(second.ended)] == [61, 91]


@pytest.mark.fidelity("TIME-005")
@time_machine.travel(NOON, tick=False)
def test_an_execution_is_modified_whenever_a_step_starts_or_ends(run: Run, step: Step, client: "SageMakerClient") -> None:
    """LastModifiedTime equals CreationTime right after the start and moves with the steps."""
    execution = run(step("A"), script={"A": succeed(duration=9)})

    described = client.describe_pipeline_execution(PipelineExecutionArn=execution.arn)
    assert (after_noon(described["CreationTime"]), after_noon(described["LastModifiedTime"])) == (0, 10)


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="manual")
def test_an_execution_is_unmodified_right_after_its_start(run: Run, step: Step, client: "SageMakerClient") -> None:
    """Status, times and missing reason are those that the service shows at once."""
    execution = run(step("A"))

    described = client.describe_pipeline_execution(PipelineExecutionArn=execution.arn)
    assert described["PipelineExecutionStatus"] == "Executing"
    assert described["CreationTime"] == described["LastModifiedTime"] == NOON


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="poll")
def test_a_list_of_executions_moves_time_to_the_earliest_change_on_its_page(
    smpipeline: SMPipelineMock, run: Run, step: Step, client: "SageMakerClient"
) -> None:
    """Newest first: what stands on a later page pulls nothing along."""
    run(step("A"), script={"A": [succeed(duration=5), succeed(duration=50), succeed(duration=20)]})
    for _ in range(2):
        smpipeline.start("churn")

    def look() -> float | None:
        client.list_pipeline_executions(PipelineName="churn", MaxResults=2)
        return after_noon(smpipeline.now)

    assert [look() for _ in range(4)] == [1, 21, 51, 51]
    assert [after_noon(execution.ended) for execution in smpipeline.executions] == [6, 51, 21]


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="poll")
def test_reading_records_never_moves_time(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """Only looks through the API do."""
    execution = run(step("A"))

    read = [(execution.status, execution.order, execution.ended, smpipeline.executions.last.status) for _ in range(3)]

    assert read == [("Executing", [], None, "Executing")] * 3
    assert after_noon(smpipeline.now) == 0


@pytest.mark.smpipeline(progress="poll")
def test_reading_records_applies_what_is_due_by_now(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """In poll mode too the wall clock moves executions, and each change carries the time it was due."""
    with time_machine.travel(NOON, tick=False) as traveller:
        execution = run(step("A"))
        traveller.shift(timedelta(hours=1))

        assert (execution.status, after_noon(execution.ended), after_noon(smpipeline.now)) == ("Succeeded", 301, 3600)


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="poll")
def test_looks_at_steps_move_time_as_well(smpipeline: SMPipelineMock, run: Run, step: Step, client: "SageMakerClient") -> None:
    """Each list of the steps shows the next change."""
    execution = run(step("A"))

    client.list_pipeline_execution_steps(PipelineExecutionArn=execution.arn)
    client.list_pipeline_execution_steps(PipelineExecutionArn=execution.arn)

    assert (execution.status, after_noon(smpipeline.now)) == ("Succeeded", 301)


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="poll")
def test_in_poll_mode_a_stop_shows_at_the_next_looks(smpipeline: SMPipelineMock, run: Run, step: Step, client: "SageMakerClient") -> None:
    """Stopping first, then Stopped."""
    execution = run(step("A"))
    client.describe_pipeline_execution(PipelineExecutionArn=execution.arn)

    execution.stop()
    stopping = execution.status
    described = client.describe_pipeline_execution(PipelineExecutionArn=execution.arn)

    assert (stopping, described["PipelineExecutionStatus"]) == ("Stopping", "Stopped")


@pytest.mark.parametrize(
    "freeze", [freezegun.freeze_time, lambda moment: time_machine.travel(moment, tick=False)], ids=["freezegun", "time-machine"]
)
@pytest.mark.smpipeline(progress="manual")
def test_a_wall_clock_frozen_after_seeding_is_the_present(
    smpipeline: SMPipelineMock, step: Step, freeze: Callable[[datetime], AbstractContextManager[object]]
) -> None:
    """A fixture adds pipelines, the test freezes a day long ago: that day is what its executions show."""
    smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [step("A")]})

    with freeze(NOON - timedelta(days=1000)):
        assert smpipeline.start("churn").started == smpipeline.now == NOON - timedelta(days=1000)


@pytest.mark.parametrize(
    "freeze", [freezegun.freeze_time, lambda moment: time_machine.travel(moment, tick=False)], ids=["freezegun", "time-machine"]
)
@pytest.mark.smpipeline(progress="manual")
def test_time_does_not_go_back_while_something_runs(
    smpipeline: SMPipelineMock, run: Run, step: Step, freeze: Callable[[datetime], AbstractContextManager[object]]
) -> None:
    """A wall clock set back makes the virtual clock stand; it can be advanced, and follows again once it is passed."""
    with freeze(NOON):
        first = run(step("A"))
        smpipeline.advance(1)
    with freeze(NOON - timedelta(days=1)):
        second = smpipeline.start("churn")
        standing = smpipeline.now
        smpipeline.advance(300)
        assert (first.status, second.status) == ("Succeeded", "Executing")
    with freeze(NOON + timedelta(hours=1)):
        assert second.status == "Succeeded"
        assert after_noon(smpipeline.now) == 3600 + 301

    assert (after_noon(standing), after_noon(first.ended), after_noon(second.ended)) == (1, 301, 302)


def test_time_may_go_back_between_executions(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """A test builds a history in any order; what has ended stays as it was."""
    with time_machine.travel(NOON, tick=False):
        first = run(step("A"), script={"A": succeed(duration=9)})
    with time_machine.travel(NOON - timedelta(days=1), tick=False):
        second = smpipeline.start("churn")

        assert (first.status, after_noon(first.ended), smpipeline.now) == ("Succeeded", 10, second.ended)

    assert second.started == NOON - timedelta(days=1) + timedelta(seconds=10)


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="manual")
def test_run_until_idle_with_nothing_due_moves_nothing(smpipeline: SMPipelineMock) -> None:
    """There is no change to move to."""
    smpipeline.run_until_idle()

    assert after_noon(smpipeline.now) == 0
