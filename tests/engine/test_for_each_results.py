"""What ForEach steps come to: values for later steps, selectors, failures and counts."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_smpipeline import Execution, SMPipelineMock, fail, stopped, succeed
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.values import Json, JsonObject

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]
Listed = Callable[[Execution], list[dict[str, Any]]]


@pytest.mark.fidelity("FOREACH-013")
def test_later_steps_see_what_each_iteration_made(
    run: Run, each: Step, body: Step, step: Step, score: JsonObject, counts: tuple[str, ...]
) -> None:
    """By index and name of the body's step; outputs have their declared types, and counts are numbers."""
    use: JsonObject = {
        "FIRST": {"Get": "Steps.Each.IterationOutputs[0].Body.TrainingJobName"},
        "LAST": {"Get": "Steps.Each.IterationOutputs[2].Score.OutputParameters['n']"},
        "STATUS": {"Get": "Steps.Each.Status"},
        "TEXT": {"Std:Join": {"On": ",", "Values": [{"Get": f"Steps.Each.{count}"} for count in counts]}},
    }

    execution = run(
        each(body(), score),
        step("Use", arguments={"Environment": use}),
        script={"Score": [succeed(outputs={"n": number}) for number in range(3)]},
    )

    name = execution.steps["Body-0"].properties["TrainingJobName"]
    assert execution.steps["Use"].arguments == {"Environment": {"FIRST": name, "LAST": "2", "STATUS": "Succeeded", "TEXT": "3,6,6,0,0"}}


@pytest.mark.smpipeline(strict=False)
@pytest.mark.fidelity("FOREACH-013")
def test_an_iteration_that_does_not_exist_has_no_value(run: Run, each: Step, step: Step) -> None:
    """The step that needs it fails."""
    value: JsonObject = {"Get": "Steps.Each.IterationOutputs[3].Body.TrainingJobName"}

    execution = run(each(), step("Use", arguments={"Environment": {"A": value}}))

    assert execution.steps["Use"].reason == (
        "ClientError: Steps.Each.IterationOutputs[3].Body.TrainingJobName has no value: nothing is at 3."
    )


@pytest.mark.fidelity("FOREACH-014", "FOREACH-015")
@pytest.mark.parametrize(
    ("pick", "values", "index"),
    [
        ("MaxBy", [1, 3, 2], 1),
        ("MinBy", [2, 3, 1], 2),
        ("MaxBy", ["9", "10", "1e1"], 1),
        ("MinBy", ["10", "9", "9.0"], 1),
        ("MaxBy", [2, 2, 2], 0),
        ("MinBy", [-1, 0, -1], 0),
        ("MaxBy", [None, 1, 2], 2),
        ("MinBy", ["many", "nan", "5"], 2),
        ("MaxBy", [10**400, 0, 1], 2),
        ("MinBy", [{"n": 1}, "1", 2], 1),
    ],
)
def test_a_selector_compares_numbers(run: Run, each: Step, score: JsonObject, pick: str, values: list[Json], index: int) -> None:
    """The largest or smallest by value, the earliest of equals; what is no number is passed over."""
    selector: JsonObject = {"Pick": pick, "Field": {"Get": "IterationOutput.Score.OutputParameters['n']"}}
    script = {"Score": [succeed(outputs={} if value is None else {"n": value}) for value in values]}

    execution = run(each(score, selector=selector), script=script)

    assert execution.steps["Each"].metadata["ForEach"]["Selector"] == {"StepName": f"Score-{index}", "Index": index}


@pytest.mark.smpipeline(strict=False)
@pytest.mark.fidelity("FOREACH-015")
def test_a_selector_that_finds_no_number_selects_nothing(run: Run, each: Step, step: Step) -> None:
    """The ForEach step succeeds; a step that needs the selected one fails."""
    selector: JsonObject = {"Pick": "MaxBy", "Field": {"Get": "IterationOutput.Body.FinalMetricDataList['auc'].Value"}}
    use = step("Use", arguments={"Environment": {"JOB": {"Get": "Steps.Each.Selected.TrainingJobName"}}})

    execution = run(each(selector=selector), use)

    assert (execution.steps["Each"].status, "Selector" in execution.steps["Each"].metadata["ForEach"]) == ("Succeeded", False)
    assert execution.steps["Use"].reason == "ClientError: Steps.Each.Selected.TrainingJobName has no value: nothing is at 'Selected'."


@pytest.mark.fidelity("FOREACH-014")
def test_a_selector_compares_what_succeeded_only(run: Run, each: Step, step: Step) -> None:
    """The job that ran longest failed: for a step that runs all the same, the best of the others is selected."""
    selector: JsonObject = {"Pick": "MaxBy", "Field": {"Get": "IterationOutput.Body.TrainingTimeInSeconds"}}
    use = step(
        "Use", {"Step": "Each", "Trigger": "Any"}, arguments={"Environment": {"T": {"Get": "Steps.Each.Selected.TrainingTimeInSeconds"}}}
    )
    script = {"Body": [succeed(duration=10), fail("boom", duration=90), succeed(duration=20)]}

    execution = run(each(selector=selector), use, script=script)

    assert execution.steps["Use"].arguments == {"Environment": {"T": 20}}


@pytest.mark.fidelity("FOREACH-016", "FOREACH-017")
@pytest.mark.parametrize(("outcome", "status"), [(fail("boom"), "Failed"), (stopped(), "Stopped")])
def test_the_failure_of_one_child_stops_no_other_and_fails_the_step(
    run: Run, each: Step, body: Step, step: Step, outcome: Outcome, status: str, counts: tuple[str, ...]
) -> None:
    """What depends on it in its iteration does not start, nor what depends on the ForEach step."""
    execution = run(
        each(body(), body("Next", "Body"), at_once=1), step("Later", "Each"), script={"Body-1": outcome, "Body": [succeed(), succeed()]}
    )

    assert execution.order == ["Each", "Body-0", "Next-0", "Body-1", "Body-2", "Next-2"]
    assert (execution.steps["Body-1"].status, execution.steps["Each"].status) == (status, "Failed")
    assert execution.steps["Each"].reason == "ClientError: 1 of 6 steps did not succeed."
    shown = execution.steps["Each"].metadata["ForEach"]
    assert [shown[count] for count in counts] == [3, 6, 4, int(status == "Failed"), int(status == "Stopped")]
    assert (shown["Status"], execution.status) == ("Failed", "Failed")
    assert execution.failure_reason == "Step failure: One or multiple steps failed."


@pytest.mark.fidelity("FOREACH-017")
def test_a_step_can_run_on_the_failure_of_a_for_each_step(run: Run, each: Step, step: Step) -> None:
    """It sees what the iterations made, and the execution completes with failures."""
    use: JsonObject = {
        "FAILED": {"Get": "Steps.Each.FailedStepCount"},
        "MADE": {"Get": "Steps.Each.IterationOutputs[2].Body.TrainingJobStatus"},
    }
    clean = step("Clean", {"Step": "Each", "Trigger": "Failed"}, arguments={"Environment": use})

    execution = run(each(), clean, script={"Body-0": fail("boom")})

    assert execution.steps["Clean"].arguments == {"Environment": {"FAILED": 1, "MADE": "Completed"}}
    assert execution.status == "CompletedWithFailures"


@pytest.mark.fidelity("FOREACH-018")
def test_a_step_of_a_body_that_had_no_reason_to_run_fails_nothing(run: Run, each: Step, body: Step) -> None:
    """One that waits for a failure runs in the failed iteration only; without one the ForEach step succeeds."""
    mend = body("Mend", {"Step": "Body", "Trigger": "Failed"})

    good = run(each(body(), mend))
    bad = run(each(body(), mend), script={"Body-1": fail("boom")})

    assert (good.status, good.order) == ("Succeeded", ["Each", "Body-0", "Body-1", "Body-2"])
    assert (bad.steps["Each"].status, bad.ran("Mend-1"), bad.ran("Mend-0")) == ("Failed", True, False)


@pytest.mark.fidelity("FOREACH-019")
@pytest.mark.usefixtures("knows_for_each")
@pytest.mark.smpipeline(progress="manual")
def test_counts_grow_while_it_runs(smpipeline: SMPipelineMock, run: Run, each: Step, listed: Listed) -> None:
    """The status appears at the end: the model knows none of a step that runs."""
    execution = run(each(at_once=1), script={"Body": succeed(duration=10)})
    shown = []
    for seconds in (1, 10, 1, 10, 1, 10):
        smpipeline.advance(seconds=seconds)
        shown.append(listed(execution)[-1]["Metadata"]["ForEach"])

    assert [(one.get("Status"), one["SucceededStepCount"]) for one in shown] == [
        (None, 0),
        (None, 1),
        (None, 1),
        (None, 2),
        (None, 2),
        ("Succeeded", 3),
    ]
    assert {one["TotalStepCount"] for one in shown} == {3}
    assert execution.steps["Each"].ended == execution.steps["Body-2"].ended
