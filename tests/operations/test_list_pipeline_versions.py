"""ListPipelineVersions."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from pytest_smpipeline import SMPipelineMock

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"

Create = Callable[..., Any]
Define = Callable[..., str]
Listed = Callable[..., list[dict[str, Any]]]
Raw = Callable[..., tuple[int, dict[str, Any]]]
Refusal = Callable[..., tuple[str, str]]
Start = Callable[..., str]


@pytest.fixture
def listed(smpipeline_client: Any) -> Listed:
    """Return the function that lists the versions of the pipeline churn."""

    def call(name: str = "churn", **members: Any) -> list[dict[str, Any]]:
        summaries: list[dict[str, Any]] = smpipeline_client.list_pipeline_versions(PipelineName=name, **members)["PipelineVersionSummaries"]
        return summaries

    return call


def ids_of(summaries: list[dict[str, Any]]) -> list[int]:
    """Return the ids in the order of the list."""
    return [summary["PipelineVersionId"] for summary in summaries]


@pytest.fixture
def days(create: Create, smpipeline_client: Any, define: Define, noon: datetime) -> None:
    """Four versions of the pipeline churn, made a day after one another; the last two at the same instant."""
    create()
    for day, step in ((1, "Second"), (2, "Third"), (2, "Fourth")):
        with time_machine.travel(noon + timedelta(days=day), tick=False):
            smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=define(step))


@pytest.mark.fidelity("LISTVER-001", "LISTVER-002")
def test_a_new_pipeline_has_one_version(create: Create, listed: Listed, noon: datetime) -> None:
    """Description, display name, last execution and aliases are absent while unset, whatever the pipeline has."""
    create(PipelineDisplayName="Churn", PipelineDescription="daily")

    assert listed() == [{"PipelineArn": ARN, "PipelineVersionId": 1, "CreationTime": noon}]


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("LISTVER-001")
def test_a_summary_of_a_version_shows_what_it_was_given(create: Create, smpipeline_client: Any, listed: Listed) -> None:
    """Names, description and aliases are the version's own."""
    create(PipelineVersionAliases=["prod", "v1.0"])
    given = {"PipelineVersionDisplayName": "baseline", "PipelineVersionDescription": "the first"}
    smpipeline_client.update_pipeline_version(PipelineArn=ARN, PipelineVersionId=1, **given)

    (summary,) = listed()

    assert {member: summary[member] for member in given} == given
    assert summary["PipelineVersionAliases"] == ["prod", "v1.0"]


@pytest.mark.fidelity("LISTVER-003")
@pytest.mark.parametrize("order", [{}, {"SortOrder": "Descending"}], ids=repr)
@pytest.mark.usefixtures("days")
def test_the_newest_version_comes_first(listed: Listed, order: dict[str, str]) -> None:
    """A page of one shows the latest version, which is how the SDK asks for it."""
    assert ids_of(listed(**order)) == [4, 3, 2, 1]
    assert ids_of(listed(MaxResults=1, **order)) == [4]


@pytest.mark.fidelity("LISTVER-004")
@pytest.mark.usefixtures("days")
def test_the_first_version_comes_first_in_ascending_order(listed: Listed) -> None:
    """Exactly the other way round."""
    assert ids_of(listed(SortOrder="Ascending")) == [1, 2, 3, 4]


@pytest.mark.fidelity("LISTVER-005")
@pytest.mark.usefixtures("days")
def test_filters_by_the_creation_of_versions_leave_out_their_bounds(raw: Raw, noon: datetime) -> None:
    """Both are exact to the millisecond, and together they leave what lies between them."""

    def between(after: float | None, before: float | None) -> list[int]:
        bounds = {"CreatedAfter": after, "CreatedBefore": before}
        return ids_of(raw("ListPipelineVersions", {"PipelineName": "churn", **bounds})[1]["PipelineVersionSummaries"])

    first, second, last = (noon.timestamp() + day * 86_400 for day in range(3))
    assert between(first, None) == [4, 3, 2]
    assert between(first - 0.001, None) == [4, 3, 2, 1]
    assert between(None, last) == [2, 1]
    assert between(None, last + 0.001) == [4, 3, 2, 1]
    assert between(first, last) == [2]
    assert between(second, second) == []


@pytest.mark.fidelity("LISTVER-006")
@pytest.mark.smpipeline(progress="manual")
def test_a_version_shows_its_most_recent_execution(
    create: Create, smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start, listed: Listed, define: Define, noon: datetime
) -> None:
    """Of each version its own, ended or not, and of two of one instant the one started last; a version that never ran shows none."""
    create()
    for step in ("Second", "Third"):
        smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=define(step))
    start(PipelineVersionId=1)
    second = start(PipelineVersionId=2)
    smpipeline.run_until_idle()
    start(PipelineVersionId=1)
    first = start(PipelineVersionId=1)

    assert [summary.get("LastExecutionPipelineExecutionArn") for summary in listed()] == [None, second, first]


def test_the_most_recent_execution_is_the_latest_by_the_times_that_are_shown(
    create: Create, start: Start, listed: Listed, noon: datetime
) -> None:
    """Where a test sets the wall clock back, the execution started last may be the older one."""
    create()
    arns = {}
    for number, day in enumerate((1, 5, 3)):
        with time_machine.travel(noon + timedelta(days=day), tick=False):
            arns[day] = start(PipelineExecutionDisplayName=f"run-{number}")

    assert listed()[0]["LastExecutionPipelineExecutionArn"] == arns[5]


def test_versions_stand_in_the_order_of_their_ids_even_when_the_clock_was_set_back(
    create: Create, smpipeline_client: Any, define: Define, listed: Listed, noon: datetime
) -> None:
    """A start without a version runs the one with the highest id, so that is the newest; filters go by the times that are shown."""
    create()
    with time_machine.travel(noon - timedelta(days=1), tick=False):
        smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=define("Second"))

    assert ids_of(listed()) == [2, 1]
    assert ids_of(listed(CreatedBefore=noon - timedelta(hours=12))) == [2]
    assert ids_of(listed(CreatedAfter=noon - timedelta(hours=12))) == [1]


@pytest.mark.fidelity("LISTVER-007")
@pytest.mark.usefixtures("days")
def test_versions_are_listed_by_the_pipelines_arn(listed: Listed) -> None:
    """As executions are."""
    assert ids_of(listed(ARN)) == [4, 3, 2, 1]


@pytest.mark.fidelity("LISTVER-008")
@pytest.mark.parametrize("name", ["churn", "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/churn"], ids=["missing", "elsewhere"])
def test_versions_of_a_missing_pipeline_are_not_found(create: Create, smpipeline_client: Any, refusal: Refusal, name: str) -> None:
    """It is an error, not an empty list; an ARN of another region names no pipeline here."""
    create("other")

    refused = refusal(smpipeline_client.list_pipeline_versions, PipelineName=name)

    assert refused == ("ResourceNotFound", f"Pipeline '{name if name.startswith('arn:') else ARN}' does not exist.")


@pytest.mark.fidelity("PAGE-001")
@pytest.mark.parametrize("order", ["Ascending", "Descending"])
@pytest.mark.parametrize("size", [1, 3, 4, 5])
@pytest.mark.usefixtures("days")
def test_pages_of_versions_double_and_lose_nothing(smpipeline_client: Any, order: str, size: int) -> None:
    """Whatever the size and the order, the pages together are the list."""
    paginator = smpipeline_client.get_paginator("list_pipeline_versions")

    pages = list(paginator.paginate(PipelineName="churn", SortOrder=order, PaginationConfig={"PageSize": size}))

    ids = [number for page in pages for number in ids_of(page["PipelineVersionSummaries"])]
    assert ids == ([1, 2, 3, 4] if order == "Ascending" else [4, 3, 2, 1])
    assert len(pages) == -(-4 // size)


@pytest.mark.fidelity("PAGE-004")
@pytest.mark.usefixtures("days")
def test_a_version_that_is_made_meanwhile_does_not_shift_the_pages(smpipeline_client: Any, define: Define) -> None:
    """The newcomer would stand before the first page, which is gone."""
    first = smpipeline_client.list_pipeline_versions(PipelineName="churn", MaxResults=2)
    smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=define("Fifth"))

    second = smpipeline_client.list_pipeline_versions(PipelineName="churn", MaxResults=2, NextToken=first["NextToken"])

    assert ids_of(first["PipelineVersionSummaries"]) + ids_of(second["PipelineVersionSummaries"]) == [4, 3, 2, 1]
    assert "NextToken" not in second
