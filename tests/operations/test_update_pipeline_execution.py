"""UpdatePipelineExecution."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from pytest_smpipeline import SMPipelineMock, StepContext, fail, succeed
from pytest_smpipeline.outcomes import Outcome

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn/execution/abcdefghijkl"

Define = Callable[..., str]
Picture = Callable[[], object]
Refusal = Callable[..., tuple[str, str]]
Start = Callable[..., str]


def outcome(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what botocore adds."""
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


def limited(steps: int) -> dict[str, dict[str, int]]:
    """Return the member that lets so many steps run at once."""
    return {"ParallelismConfiguration": {"MaxParallelExecutionSteps": steps}}


@pytest.fixture
def four(smpipeline: SMPipelineMock, define: Define, noon: datetime) -> str:
    """The name of a pipeline of four training steps, five minutes each, that do not depend on each other; time stands still."""
    smpipeline.add("churn", define(Steps=[{"Name": name, "Type": "Training", "Arguments": {}} for name in "ABCD"]))
    return "churn"


@pytest.mark.fidelity("UPDEXEC-001", "UPDEXEC-002")
@pytest.mark.smpipeline(progress="manual")
def test_names_description_and_parallelism_of_an_execution_are_updated(four: str, start: Start, smpipeline_client: Any) -> None:
    """The answer is the ARN and nothing else; what was updated is described."""
    arn = start()
    changes = {"PipelineExecutionDisplayName": "backfill", "PipelineExecutionDescription": "of March", **limited(3)}

    answer = smpipeline_client.update_pipeline_execution(PipelineExecutionArn=arn, **changes)

    assert outcome(answer) == {"PipelineExecutionArn": arn}
    described = smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert {member: described[member] for member in changes} == changes
    assert described["PipelineExecutionStatus"] == "Executing"


@pytest.mark.fidelity("UPDEXEC-002")
def test_an_updated_execution_is_listed_under_its_new_name(four: str, start: Start, smpipeline_client: Any) -> None:
    """The list shows name and description as they are."""
    arn = start(PipelineExecutionDisplayName="first", PipelineExecutionDescription="first")

    smpipeline_client.update_pipeline_execution(
        PipelineExecutionArn=arn, PipelineExecutionDisplayName="second", PipelineExecutionDescription="changed"
    )

    (summary,) = smpipeline_client.list_pipeline_executions(PipelineName="churn")["PipelineExecutionSummaries"]
    assert (summary["PipelineExecutionDisplayName"], summary["PipelineExecutionDescription"]) == ("second", "changed")


@pytest.mark.fidelity("UPDEXEC-003", "UPDEXEC-004", "UPDEXEC-011")
@pytest.mark.smpipeline(progress="manual")
def test_an_update_leaves_what_it_does_not_name_and_moves_the_time_of_modification(
    smpipeline: SMPipelineMock, four: str, start: Start, smpipeline_client: Any, noon: datetime
) -> None:
    """Also an update without any change is one."""
    arn = start(PipelineExecutionDisplayName="backfill", PipelineExecutionDescription="of March", **limited(1))
    before = outcome(smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn))
    smpipeline.advance(0.5)

    smpipeline_client.update_pipeline_execution(PipelineExecutionArn=arn)

    after = outcome(smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn))
    assert after == before | {"LastModifiedTime": noon + timedelta(seconds=0.5)}


@pytest.mark.fidelity("UPDEXEC-005")
def test_the_description_of_an_execution_can_be_emptied(four: str, start: Start, smpipeline_client: Any) -> None:
    """As that of a pipeline can: an empty text is a text."""
    arn = start(PipelineExecutionDescription="of March")

    smpipeline_client.update_pipeline_execution(PipelineExecutionArn=arn, PipelineExecutionDescription="")

    assert smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionDescription"] == ""


@pytest.mark.fidelity("UPDEXEC-006")
@pytest.mark.smpipeline(progress="manual")
def test_a_higher_limit_lets_waiting_steps_start_after_the_usual_gap(
    smpipeline: SMPipelineMock, four: str, start: Start, smpipeline_client: Any
) -> None:
    """Nothing else has to happen first: the step that runs goes on for minutes."""
    arn = start(**limited(1))
    smpipeline.advance(2)
    execution = smpipeline.executions.one()
    assert execution.order == ["A"]

    smpipeline_client.update_pipeline_execution(PipelineExecutionArn=arn, **limited(3))
    smpipeline.advance(0.999)
    assert execution.order == ["A"]
    smpipeline.advance(0.001)

    assert execution.order == ["A", "B", "C"]
    assert execution.steps["C"].started == execution.started + timedelta(seconds=3)


@pytest.mark.fidelity("UPDEXEC-007")
@pytest.mark.smpipeline(progress="manual")
def test_a_lower_limit_leaves_running_steps_alone(smpipeline: SMPipelineMock, four: str, start: Start, smpipeline_client: Any) -> None:
    """It holds from then on: the fourth step starts when all three of the others have ended."""
    smpipeline.script("churn", A=succeed(duration=10), B=succeed(duration=20), C=succeed(duration=30))
    arn = start(**limited(3))
    smpipeline.advance(2)

    smpipeline_client.update_pipeline_execution(PipelineExecutionArn=arn, **limited(1))
    execution = smpipeline.executions.one()
    assert [execution.steps[name].status for name in "ABC"] == ["Executing"] * 3
    smpipeline.advance(28.9)
    assert execution.order == ["A", "B", "C"]
    smpipeline.run_until_idle()

    assert execution.steps["D"].started == execution.started + timedelta(seconds=32)
    assert execution.status == "Succeeded"


@pytest.mark.fidelity("UPDEXEC-007")
@pytest.mark.smpipeline(progress="manual")
def test_a_limit_that_is_lowered_before_the_first_steps_start_holds_for_them(
    smpipeline: SMPipelineMock, four: str, start: Start, smpipeline_client: Any
) -> None:
    """The update neither hastens nor delays the start that is due already."""
    arn = start()
    smpipeline.advance(0.6)

    smpipeline_client.update_pipeline_execution(PipelineExecutionArn=arn, **limited(2))
    smpipeline.advance(0.4)
    execution = smpipeline.executions.one()
    assert execution.order == ["A", "B"]
    smpipeline.advance(10)

    assert execution.order == ["A", "B"]


@pytest.mark.fidelity("UPDEXEC-006")
@pytest.mark.smpipeline(progress="manual")
def test_a_limit_that_a_step_raises_while_it_starts_counts_at_once(
    smpipeline: SMPipelineMock, four: str, start: Start, smpipeline_client: Any
) -> None:
    """A scripted callable may call the API; the steps behind it start at the same instant, and the end is not delayed."""
    seen: list[str] = []

    def widen(context: StepContext) -> Outcome:
        seen.append(context.step)
        smpipeline_client.update_pipeline_execution(PipelineExecutionArn=context.execution, **limited(4))
        return succeed(duration=0.2)

    smpipeline.script("churn", A=widen, B=succeed(duration=0.2), C=succeed(duration=0.2), D=succeed(duration=0.2))
    start(**limited(1))
    smpipeline.run_until_idle()

    execution = smpipeline.executions.one()
    assert seen == ["A"]
    assert {execution.steps[name].started for name in "ABCD"} == {execution.started + timedelta(seconds=1)}
    assert execution.ended == execution.started + timedelta(seconds=1.2)


@pytest.mark.fidelity("UPDEXEC-008")
def test_an_execution_that_has_ended_can_be_updated(
    smpipeline: SMPipelineMock, four: str, start: Start, smpipeline_client: Any, noon: datetime
) -> None:
    """It stays ended, as it ended; only what was named and the time of modification are new."""
    smpipeline.script("churn", B=fail("no capacity"))
    arn = start()
    before = outcome(smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn))
    ended = smpipeline.executions.one().ended
    smpipeline.advance(60)

    smpipeline_client.update_pipeline_execution(PipelineExecutionArn=arn, PipelineExecutionDisplayName="failed-run", **limited(5))

    after = outcome(smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn))
    assert before["PipelineExecutionStatus"] == "Failed"
    assert after == before | {"PipelineExecutionDisplayName": "failed-run", "LastModifiedTime": smpipeline.now, **limited(5)}
    assert smpipeline.executions.one().ended == ended


@pytest.mark.fidelity("UPDEXEC-009")
@pytest.mark.smpipeline(progress="manual")
def test_the_pipeline_and_its_other_executions_keep_their_parallelism(
    smpipeline: SMPipelineMock, definition: str, start: Start, smpipeline_client: Any
) -> None:
    """The limit is for this specific run."""
    smpipeline.add("churn", definition, parallelism=2)
    first, second = start(), start()

    smpipeline_client.update_pipeline_execution(PipelineExecutionArn=first, **limited(7))

    third = start()
    limits = [
        smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)["ParallelismConfiguration"]
        for arn in (first, second, third)
    ]
    assert [limit["MaxParallelExecutionSteps"] for limit in limits] == [7, 2, 2]
    assert smpipeline_client.describe_pipeline(PipelineName="churn")["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 2}


@pytest.mark.fidelity("UPDEXEC-010")
def test_of_a_missing_execution_nothing_is_updated(smpipeline_client: Any, refusal: Refusal) -> None:
    """The words are those of DescribePipelineExecution."""
    refused = refusal(smpipeline_client.update_pipeline_execution, PipelineExecutionArn=ARN, PipelineExecutionDisplayName="x")

    assert refused == ("ResourceNotFound", f"Pipeline execution '{ARN}' does not exist")


def test_a_refused_update_leaves_the_execution_as_it_was(
    four: str, start: Start, smpipeline_client: Any, refusal: Refusal, picture: Picture
) -> None:
    """A wrong display name keeps the description from being updated too."""
    arn = start()
    before = picture()

    refused = refusal(
        smpipeline_client.update_pipeline_execution,
        PipelineExecutionArn=arn,
        PipelineExecutionDescription="new",
        PipelineExecutionDisplayName="no blanks",
    )

    assert refused == (
        "ValidationException",
        (
            "1 validation error detected: Value 'no blanks' at 'pipelineExecutionDisplayName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}"
        ),
    )
    assert picture() == before


@pytest.mark.smpipeline(progress="poll")
def test_an_update_is_no_look(smpipeline: SMPipelineMock, four: str, start: Start, smpipeline_client: Any, noon: datetime) -> None:
    """Where looks move time, changes do not."""
    arn = start()

    smpipeline_client.update_pipeline_execution(PipelineExecutionArn=arn, **limited(1))

    assert smpipeline.now == noon


@pytest.mark.fidelity("UPDEXEC-006")
def test_an_update_moves_an_execution_on_where_changes_do(
    smpipeline: SMPipelineMock, four: str, start: Start, smpipeline_client: Any
) -> None:
    """With immediate progress whatever has room runs to its end, here after a script that raised had left it standing."""

    def broken(_: StepContext) -> Outcome:
        raise ZeroDivisionError

    smpipeline.script("churn", C=broken)
    with pytest.raises(ZeroDivisionError):
        start()
    smpipeline.script("churn", C=succeed())
    execution = smpipeline.executions.one()

    smpipeline_client.update_pipeline_execution(PipelineExecutionArn=execution.arn, **limited(4))

    assert (execution.status, execution.order) == ("Succeeded", ["A", "B", "C", "D"])
