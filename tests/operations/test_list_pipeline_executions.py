"""ListPipelineExecutions."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from pytest_smpipeline import SMPipelineMock, fail

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"

Refusal = Callable[..., tuple[str, str]]
Start = Callable[..., str]


@pytest.fixture
def listed(smpipeline_client: Any) -> Callable[..., list[dict[str, Any]]]:
    """Return the function that lists the executions of the pipeline churn."""

    def call(name: str = "churn", **members: Any) -> list[dict[str, Any]]:
        summaries: list[dict[str, Any]] = smpipeline_client.list_pipeline_executions(PipelineName=name, **members)[
            "PipelineExecutionSummaries"
        ]
        return summaries

    return call


Listed = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def days(smpipeline: SMPipelineMock, definition: str, start: Start, noon: datetime) -> list[str]:
    """The ARNs of four executions, started a day after one another; the third and the fourth at the same instant."""
    smpipeline.add("churn", definition)
    arns = []
    for day in (0, 1, 2, 2):
        with time_machine.travel(noon + timedelta(days=day), tick=False):
            arns.append(start("churn", PipelineExecutionDisplayName=f"day-{day}"))
    return arns


def arns_of(summaries: list[dict[str, Any]]) -> list[str]:
    """Return the ARNs in the order of the list."""
    return [summary["PipelineExecutionArn"] for summary in summaries]


@pytest.mark.fidelity("LISTEXEC-001")
@pytest.mark.smpipeline(progress="manual")
def test_a_summary_shows_only_what_the_execution_has(
    smpipeline: SMPipelineMock, definition: str, start: Start, listed: Listed, noon: datetime
) -> None:
    """Description, failure reason and aliases are absent when unset; StartTime is the time of the start."""
    smpipeline.add("churn", definition)
    arn = start(PipelineExecutionDisplayName="backfill")

    assert listed() == [
        {
            "PipelineExecutionArn": arn,
            "StartTime": noon,
            "PipelineExecutionStatus": "Executing",
            "PipelineExecutionDisplayName": "backfill",
        }
    ]


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("LISTEXEC-001", "LISTEXEC-002")
def test_a_summary_shows_the_failure_and_what_was_given(smpipeline: SMPipelineMock, definition: str, start: Start, listed: Listed) -> None:
    """The reason is the execution's, not the step's."""
    smpipeline.add("churn", definition, aliases=["prod"])
    smpipeline.script("churn", Train=fail("out of memory"))
    start(PipelineExecutionDescription="again")

    (summary,) = listed()

    assert summary["PipelineExecutionStatus"] == "Failed"
    assert summary["PipelineExecutionFailureReason"] == "Step failure: One or multiple steps failed."
    assert summary["PipelineExecutionDescription"] == "again"
    assert summary["PipelineVersionAliases"] == ["prod"]


@pytest.mark.fidelity("LISTEXEC-003", "LISTEXEC-011")
@pytest.mark.parametrize("order", [{}, {"SortOrder": "Descending"}, {"SortBy": "CreationTime"}], ids=repr)
@pytest.mark.smpipeline(progress="manual")
def test_the_newest_execution_comes_first(days: list[str], listed: Listed, order: dict[str, str]) -> None:
    """Of two that were started at the same instant, the one started last counts as newer."""
    assert arns_of(listed(**order)) == days[::-1]


@pytest.mark.fidelity("LISTEXEC-004")
@pytest.mark.smpipeline(progress="manual")
def test_the_oldest_execution_comes_first_in_ascending_order(days: list[str], listed: Listed) -> None:
    """Exactly the other way round."""
    assert arns_of(listed(SortOrder="Ascending")) == days


@pytest.mark.fidelity("LISTEXEC-005")
@pytest.mark.smpipeline(progress="manual")
def test_executions_can_be_sorted_by_arn(days: list[str], listed: Listed) -> None:
    """Then too the order is descending unless asked otherwise."""
    assert arns_of(listed(SortBy="PipelineExecutionArn", SortOrder="Ascending")) == sorted(days)
    assert arns_of(listed(SortBy="PipelineExecutionArn")) == sorted(days, reverse=True)


@pytest.mark.fidelity("LISTEXEC-006")
@pytest.mark.smpipeline(progress="manual")
def test_filters_by_time_leave_out_their_bounds(days: list[str], raw: Callable[..., tuple[int, dict[str, Any]]], noon: datetime) -> None:
    """Both are exact to the millisecond, and together they leave what lies between them."""

    def between(after: float | None, before: float | None) -> list[str]:
        bounds = {"CreatedAfter": after, "CreatedBefore": before}
        return arns_of(raw("ListPipelineExecutions", {"PipelineName": "churn", **bounds})[1]["PipelineExecutionSummaries"])

    first, second, last = (noon.timestamp() + day * 86_400 for day in (0, 1, 2))
    assert between(first, None) == days[:0:-1]
    assert between(first - 0.001, None) == days[::-1]
    assert between(None, last) == [days[1], days[0]]
    assert between(None, last + 0.001) == days[::-1]
    assert between(first, last) == [days[1]]
    assert between(second, second) == []
    assert between(last, first) == []
    assert between(-1e300, 1e300) == days[::-1]
    assert between(1e308, None) == []


@pytest.mark.fidelity("LISTEXEC-006")
@pytest.mark.smpipeline(progress="manual")
def test_filters_take_datetimes(days: list[str], listed: Listed, noon: datetime) -> None:
    """What boto3 sends of them has whole seconds only."""
    assert arns_of(listed(CreatedAfter=noon + timedelta(hours=36))) == days[:1:-1]
    assert arns_of(listed(CreatedBefore=noon + timedelta(hours=12), SortOrder="Ascending")) == days[:1]


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("LISTEXEC-007")
def test_an_alias_leaves_the_executions_of_its_version(
    smpipeline: SMPipelineMock, definition: str, define: Callable[..., str], start: Start, listed: Listed
) -> None:
    """Those of other versions are not listed, whatever their aliases."""
    smpipeline.add("churn", definition, aliases=["old"])
    first = [start(), start()]
    smpipeline.add("churn", define("Other"), aliases=["new"])
    second = start()

    assert arns_of(listed(PipelineVersionAlias="old")) == first[::-1]
    assert arns_of(listed(PipelineVersionAlias="new")) == [second]


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("LISTEXEC-008")
def test_an_alias_that_no_version_has_cannot_be_listed(
    smpipeline: SMPipelineMock, definition: str, smpipeline_client: Any, refusal: Refusal
) -> None:
    """It is an error, not an empty list."""
    smpipeline.add("churn", definition)

    assert refusal(smpipeline_client.list_pipeline_executions, PipelineName="churn", PipelineVersionAlias="prod") == (
        "ResourceNotFound",
        f"Pipeline version alias 'prod' of pipeline '{ARN}' does not exist.",
    )


@pytest.mark.fidelity("LISTEXEC-009")
def test_a_pipeline_that_never_ran_has_an_empty_list(smpipeline: SMPipelineMock, definition: str, smpipeline_client: Any) -> None:
    """There is no NextToken either."""
    smpipeline.add("churn", definition)

    answer = smpipeline_client.list_pipeline_executions(PipelineName=ARN)

    assert answer["PipelineExecutionSummaries"] == []
    assert "NextToken" not in answer


@pytest.mark.fidelity("LISTEXEC-010")
def test_executions_of_a_missing_pipeline_are_not_found(smpipeline_client: Any, refusal: Refusal) -> None:
    """It is an error, not an empty list."""
    refused = refusal(smpipeline_client.list_pipeline_executions, PipelineName="churn")

    assert refused == ("ResourceNotFound", f"Pipeline '{ARN}' does not exist.")


def test_only_the_pipelines_own_executions_are_listed(smpipeline: SMPipelineMock, definition: str, start: Start, listed: Listed) -> None:
    """Others of the account are not."""
    smpipeline.add("churn", definition)
    smpipeline.add("other", definition)
    start("other")

    assert listed() == []


def test_executions_stand_in_the_order_of_time_even_when_the_clock_was_set_back(
    smpipeline: SMPipelineMock, definition: str, start: Start, listed: Listed, smpipeline_client: Any, noon: datetime
) -> None:
    """A test may move the wall clock to any day; filters, order and the last run go by the times that are shown."""
    smpipeline.add("churn", definition)
    arns = {}
    for day in (5, 1, 3):
        with time_machine.travel(noon + timedelta(days=day), tick=False):
            arns[day] = start()

    assert arns_of(listed()) == [arns[5], arns[3], arns[1]]
    assert arns_of(listed(CreatedAfter=noon + timedelta(days=2), CreatedBefore=noon + timedelta(days=4))) == [arns[3]]
    last_run = smpipeline_client.describe_pipeline(PipelineName="churn")["LastRunTime"]
    assert last_run == noon + timedelta(days=5)


@pytest.mark.smpipeline(progress="poll")
def test_a_look_at_a_list_moves_time_to_the_earliest_change_on_its_page(
    smpipeline: SMPipelineMock, define: Callable[..., str], start: Start, listed: Listed, noon: datetime
) -> None:
    """Both executions start their step at the same instant, and the second look sees both ended."""
    smpipeline.add("churn", define("Train"))
    start()
    start()

    statuses = [[summary["PipelineExecutionStatus"] for summary in listed()] for _ in range(2)]

    assert statuses == [["Executing", "Executing"], ["Succeeded", "Succeeded"]]
    assert smpipeline.now == noon + timedelta(minutes=5, seconds=1)
