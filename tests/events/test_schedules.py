"""Schedules in moto start pipelines when time gets there."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
import time_machine

from pytest_smpipeline import SMPipelineMock

CHURN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"
START = "aws-sdk:sagemaker:startPipelineExecution"
SUNDAY = datetime(2026, 11, 22, 8, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("sunday")


@pytest.fixture
def sunday() -> Any:
    """Stand still on Sunday, 22 November 2026, at eight."""
    with time_machine.travel(SUNDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def scheduler(smpipeline: SMPipelineMock, sunday: Any) -> Any:
    """Return a client of EventBridge Scheduler."""
    return boto3.client("scheduler", region_name="us-east-1")


@pytest.fixture
def schedule(scheduler: Any) -> Callable[..., None]:
    """Return the function that makes a schedule with a pipeline as target; ``target`` adds to it."""

    def make(expression: str, target: Any = None, name: str = "nightly", **members: Any) -> None:
        whole = {"Arn": CHURN, "RoleArn": "arn:aws:iam::123456789012:role/s", **(target or {})}
        scheduler.create_schedule(
            Name=name, ScheduleExpression=expression, Target=whole, **({"FlexibleTimeWindow": {"Mode": "OFF"}} | members)
        )

    return make


def starts(smp: SMPipelineMock) -> list[str]:
    """Return when executions were started."""
    return [f"{run.started:%d %H:%M}" for run in smp.executions]


@pytest.mark.fidelity("SCH-010")
def test_a_schedule_starts_a_pipeline_whenever_time_passes_it(smpipeline: SMPipelineMock, schedule: Callable[..., None]) -> None:
    """One advance may pass several, each at its own instant."""
    smpipeline.add("churn", parameters={"Date": str}, steps=["Prep"])
    schedule("cron(30 9 * * ? *)", {"SageMakerPipelineParameters": {"PipelineParameterList": [{"Name": "Date", "Value": "today"}]}})
    smpipeline.advance(hours=1)
    smpipeline.assert_not_started()
    smpipeline.advance(days=2)

    assert starts(smpipeline) == ["22 09:30", "23 09:30"]
    assert smpipeline.executions.last.parameters == {"Date": "today"}


@pytest.mark.smpipeline(progress="manual")
def test_schedules_and_changes_of_executions_come_in_the_order_of_time(smpipeline: SMPipelineMock, schedule: Callable[..., None]) -> None:
    """What a schedule starts runs on while time goes to the next one."""
    smpipeline.add("churn", steps=["Prep"])
    schedule("cron(0 9,10 * * ? *)")
    schedule("at(2026-11-22T09:30:00)", name="once")
    smpipeline.advance(hours=3)

    assert starts(smpipeline) == ["22 09:00", "22 09:30", "22 10:00"]
    times = [event["time"] for event in smpipeline.events]
    assert times == sorted(times)
    smpipeline.executions.last.assert_succeeded()


@pytest.mark.fidelity("SCH-011")
def test_a_rate_starts_at_once_or_at_its_start_date(smpipeline: SMPipelineMock, schedule: Callable[..., None]) -> None:
    """EventBridge Scheduler starts invoking as soon as there is a schedule; a date puts it off."""
    smpipeline.add("churn", steps=["Prep"])
    schedule("rate(6 hours)", StartDate=datetime(2026, 11, 22, 9, 15, tzinfo=UTC), EndDate=datetime(2026, 11, 22, 22, tzinfo=UTC))
    smpipeline.advance(days=1)
    assert starts(smpipeline) == ["22 09:15", "22 15:15", "22 21:15"]

    schedule("rate(6 hours)", name="second")
    smpipeline.advance(hours=7)
    assert starts(smpipeline)[3:] == ["23 08:00", "23 14:00"]


@pytest.mark.fidelity("SCH-012")
def test_the_time_zone_is_the_schedule_s(smpipeline: SMPipelineMock, schedule: Callable[..., None]) -> None:
    """Nine o'clock in New York is two in the afternoon in UTC."""
    smpipeline.add("churn", steps=["Prep"])
    schedule("cron(0 9 * * ? *)", ScheduleExpressionTimezone="America/New_York")
    smpipeline.advance(days=1)

    assert starts(smpipeline) == ["22 14:00"]


@pytest.mark.fidelity("SCH-013")
def test_a_flexible_window_is_used_at_its_beginning(smpipeline: SMPipelineMock, schedule: Callable[..., None]) -> None:
    """AWS picks any moment within it."""
    smpipeline.add("churn", steps=["Prep"])
    schedule("at(2026-11-22T09:00:00)", FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 30})
    smpipeline.advance(days=1)

    assert starts(smpipeline) == ["22 09:00"]


def test_a_disabled_schedule_rests(smpipeline: SMPipelineMock, scheduler: Any, schedule: Callable[..., None]) -> None:
    """What passed while it was disabled is not made up for."""
    smpipeline.add("churn", steps=["Prep"])
    schedule("cron(0 9 * * ? *)", State="DISABLED")
    smpipeline.advance(days=1)
    smpipeline.assert_not_started()
    said = {"ScheduleExpression": "cron(0 10 * * ? *)", "FlexibleTimeWindow": {"Mode": "OFF"}, "State": "ENABLED"}
    scheduler.update_schedule(Name="nightly", Target={"Arn": CHURN, "RoleArn": "arn:aws:iam::123456789012:role/s"}, **said)
    smpipeline.advance(days=1)

    assert starts(smpipeline) == ["23 10:00"]


@pytest.mark.fidelity("SCH-014")
def test_a_schedule_that_is_done_can_delete_itself(smpipeline: SMPipelineMock, scheduler: Any, schedule: Callable[..., None]) -> None:
    """ActionAfterCompletion DELETE takes it away after its last invocation."""
    smpipeline.add("churn", steps=["Prep"])
    schedule("at(2026-11-22T09:00:00)", ActionAfterCompletion="DELETE")
    schedule("at(2026-11-22T09:00:00)", name="kept")
    if "ActionAfterCompletion" not in scheduler.get_schedule(Name="nightly"):
        pytest.skip("this moto does not keep ActionAfterCompletion")
    smpipeline.advance(hours=2)
    kept = [each["Name"] for each in scheduler.list_schedules()["Schedules"]]

    assert kept == ["kept"]
    assert len(smpipeline.executions) == 2


@pytest.mark.fidelity("SCH-015")
def test_the_universal_target_calls_the_api(smpipeline: SMPipelineMock, schedule: Callable[..., None]) -> None:
    """Input is the request, with what the scheduler knows put in."""
    smpipeline.add("churn", parameters={"At": str}, steps=["Prep"])
    text = '{"PipelineName": "churn", "PipelineParameters": [{"Name": "At", "Value": "<aws.scheduler.scheduled-time>"}]}'
    schedule("cron(0 9 22 * ? *)", {"Arn": f"arn:aws:scheduler:::{START}", "Input": text})
    smpipeline.advance(hours=2)

    assert smpipeline.executions.one().parameters == {"At": "2026-11-22T09:00:00Z"}


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ({"Arn": f"arn:aws:scheduler:::{START}", "Input": "no json"}, "SerializationException"),
        ({"Arn": f"arn:aws:scheduler:::{START}", "Input": "[]"}, "SerializationException"),
        ({"Arn": f"arn:aws:scheduler:::{START}"}, "ValidationException"),
        ({}, "ResourceNotFound"),
    ],
)
def test_a_refused_start_is_told(smpipeline: SMPipelineMock, schedule: Callable[..., None], target: dict[str, Any], reason: str) -> None:
    """There is nobody else to tell."""
    schedule("at(2026-11-22T09:00:00)", target)
    smpipeline.advance(hours=2)

    (problem,) = smpipeline._service.undelivered
    assert problem.reason.startswith(reason)
    assert str(problem).startswith("The event 'Scheduled Event' did not reach its target arn:aws:s")


@pytest.mark.parametrize(("expression", "zone"), [("cron(0 9 * * * *)", "UTC"), ("rate(1 hour)", "Europe/Nowhere")])
def test_a_schedule_that_says_nothing_is_told_once(
    smpipeline: SMPipelineMock, schedule: Callable[..., None], expression: str, zone: str
) -> None:
    """AWS would have refused it, moto takes it."""
    schedule(expression, ScheduleExpressionTimezone=zone)
    smpipeline.advance(hours=2)
    smpipeline.advance(hours=2)

    (problem,) = smpipeline._service.undelivered
    assert "schedule arn:aws:scheduler:us-east-1:123456789012:schedule/default/nightly" in str(problem)


@pytest.mark.fidelity("SCH-016")
def test_a_scheduled_rule_starts_pipelines(smpipeline: SMPipelineMock, events: Any, rule: Callable[..., str]) -> None:
    """A rate counts from the rule's making; parameters see the Scheduled Event; a disabled rule rests."""
    smpipeline.add("churn", parameters={"At": str}, steps=["Prep"])
    at = {"SageMakerPipelineParameters": {"PipelineParameterList": [{"Name": "At", "Value": "$.time"}]}}
    rule("hourly", "rate(1 hour)", **at)
    rule("daily", "cron(30 9 * * ? *)", **at)
    smpipeline.advance(hours=2)
    events.disable_rule(Name="hourly")
    smpipeline.advance(hours=2)

    assert starts(smpipeline) == ["22 09:00", "22 09:30", "22 10:00"]
    assert smpipeline.executions[0].parameters == {"At": "2026-11-22T09:00:00Z"}


@pytest.mark.fidelity("SCH-017")
def test_time_that_a_run_takes_fires_a_schedule_at_the_next_advance(smpipeline: SMPipelineMock, schedule: Callable[..., None]) -> None:
    """In immediate mode a start goes to its end; looks do not fire what that has passed."""
    smpipeline.add("long", steps=["Train"])
    smpipeline.add("churn", steps=["Prep"])
    schedule("at(2026-11-22T08:00:30)")
    run = smpipeline.start("long")
    assert run.status == "Succeeded"
    assert len(smpipeline.executions) == 1
    smpipeline.advance(1)

    assert [each.pipeline for each in smpipeline.executions] == ["long", "churn"]


def test_a_clock_that_jumps_fires_on_the_next_look(smpipeline: SMPipelineMock, schedule: Callable[..., None], sunday: Any) -> None:
    """Whoever moves the wall clock passes schedules too, also those that a run had passed before."""
    smpipeline.add("long", steps=["Train"])
    smpipeline.add("churn", steps=["Prep"])
    schedule("cron(0 9 * * ? *)")
    schedule("at(2026-11-22T08:00:30)", name="early")
    smpipeline.start("long")
    sunday.shift(30 * 60)
    assert len(smpipeline.executions) == 1
    sunday.shift(60 * 60)
    smpipeline.client().list_pipelines()

    assert [each.pipeline for each in smpipeline.executions] == ["long", "churn", "churn"]


@pytest.mark.smpipeline(virtual_sleep=True)
def test_sleeping_passes_schedules(smpipeline: SMPipelineMock, schedule: Callable[..., None]) -> None:
    """Virtual sleep is time."""
    smpipeline.add("churn", steps=["Prep"])
    schedule("rate(1 hour)", StartDate=datetime(2026, 11, 22, 9, tzinfo=UTC))
    time.sleep(3 * 3600)

    assert starts(smpipeline) == ["22 09:00", "22 10:00", "22 11:00"]


def test_a_schedule_for_something_else_is_none_of_ours(smpipeline: SMPipelineMock, schedule: Callable[..., None]) -> None:
    """moto fires none, and neither do we."""
    schedule("rate(1 hour)", {"Arn": "arn:aws:sqs:us-east-1:123456789012:q"})
    smpipeline.advance(hours=5)

    assert smpipeline._service.undelivered == []
