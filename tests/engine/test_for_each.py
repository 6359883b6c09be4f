"""ForEach steps: a body that runs once for each item, what is shown of it, and what later steps see."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
import time_machine

from pytest_smpipeline import Execution, SMPipelineMock, StepContext, UsageError, fail, hold, stopped, succeed
from pytest_smpipeline._wire import service_model
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.values import Json, JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]
Listed = Callable[[Execution], list[dict[str, Any]]]

ITEM: Final[JsonObject] = {"Get": "ForEach.CurrentItem"}
SCORES: Final = ("0.7", "0.9", "0.8")
FUNCTION: Final = "arn:aws:lambda:us-east-1:123456789012:function:score"


@pytest.fixture(scope="session")
def body(step: Step) -> Step:
    """Return the function that writes a step of a body: a training job with the item in its environment."""

    def write(name: str = "Body", *after: Json, item: Json = None, **members: Json) -> JsonObject:
        return step(name, *after, **{"arguments": {"Environment": {"ITEM": item or ITEM}}, **members})

    return write


@pytest.fixture(scope="session")
def each(step: Step, body: Step) -> Step:
    """Return the function that writes the ForEach step ``Each``, over three items with the step ``Body`` unless told otherwise."""

    def write(*steps: Json, items: Json = None, at_once: int = 50, selector: Json = None, after: tuple[Json, ...] = ()) -> JsonObject:
        arguments: JsonObject = {
            "IterableItems": ["mon", "tue", "wed"] if items is None else items,
            "MaxConcurrency": at_once,
            "ForEachBody": list(steps) or [body()],
        }
        return step("Each", *after, kind="ForEach", arguments=arguments | ({} if selector is None else {"Selector": selector}))

    return write


@pytest.fixture(scope="session")
def score(step: Step) -> JsonObject:
    """Return a Lambda step that is told the item and has outputs."""
    return step("Score", kind="Lambda", FunctionArn=FUNCTION, arguments={"item": ITEM})


@pytest.fixture
def knows_for_each() -> None:
    """Skip where botocore is older than ForEach steps: it drops what it does not know from an answer."""
    listed = service_model.current().output_shape("ListPipelineExecutionSteps").members["PipelineExecutionSteps"].element
    if listed is None or "IterationContext" not in listed.members:
        pytest.skip("this botocore is older than ForEach steps")


def names(items: list[dict[str, Any]]) -> list[str]:
    """Return the names of listed steps, the oldest first."""
    return [item["StepName"] for item in reversed(items)]


def seen(execution: Execution, *children: str) -> list[Json]:
    """Return the item that each of these steps has found in its environment."""
    return [execution.steps[child].arguments["Environment"]["ITEM"] for child in children]  # type: ignore[call-overload, index] # as written


def most_at_once(execution: Execution) -> int:
    """Return how many children of the execution ran at one time, at most."""
    children = [step for step in execution.steps.values() if step.iteration]
    starts: list[tuple[datetime, int]] = [(step.started, 1) for step in children]
    ends = [(step.ended, -1) for step in children if step.ended is not None]
    now = most = 0
    for _, change in sorted(starts + ends):
        now += change
        most = max(most, now)
    return most


# ---- what is shown


@pytest.mark.fidelity("FOREACH-001", "FOREACH-014")
def test_a_list_parameter_is_gone_over_and_a_selector_picks_the_best(
    run: Run, each: Step, step: Step, score: JsonObject, listed: Listed
) -> None:
    """One child for each item, in order; later steps see the child with the largest score, and the metadata says which it was."""
    selector: JsonObject = {"Pick": "MaxBy", "Field": {"Get": "IterationOutput.Score.OutputParameters['auc']"}}
    deploy = step("Deploy", arguments={"Environment": {"DAY": {"Get": "Steps.Each.Selected.OutputParameters['day']"}}})

    execution = run(
        each(score, items={"Get": "Parameters.Days"}, selector=selector),
        deploy,
        declared=[{"Name": "Days", "Type": "String"}],
        given={"Days": '["mon", "tue", "wed"]'},
        script={"Score": [succeed(outputs={"auc": auc, "day": day}) for auc, day in zip(SCORES, ("mon", "tue", "wed"), strict=True)]},
    )

    assert execution.status == "Succeeded"
    assert names(listed(execution)) == ["Each", "Score-0", "Score-1", "Score-2", "Deploy"]
    assert execution.steps["Deploy"].arguments == {"Environment": {"DAY": "tue"}}
    assert execution.steps["Each"].metadata == {
        "ForEach": {
            "Status": "Succeeded",
            "InputItemCount": 3,
            "TotalStepCount": 3,
            "SucceededStepCount": 3,
            "FailedStepCount": 0,
            "StoppedStepCount": 0,
            "Selector": {"StepName": "Score-1", "Index": 1},
        }
    }


@pytest.mark.fidelity("FOREACH-002")
@pytest.mark.usefixtures("knows_for_each")
def test_a_child_is_listed_with_its_iteration(run: Run, each: Step, body: Step, step: Step, listed: Listed) -> None:
    """The ForEach step, the index and the item as text; a step outside has no IterationContext."""
    execution = run(each(body(), items=["mon", 2, 0.5, True]), step("Other"))

    assert execution.steps["Each"].metadata == listed(execution)[-1]["Metadata"]
    items = {item["StepName"]: item.get("IterationContext") for item in listed(execution)}
    assert items == {
        "Each": None,
        "Other": None,
        "Body-0": {"ParentStepName": "Each", "Index": 0, "Item": "mon"},
        "Body-1": {"ParentStepName": "Each", "Index": 1, "Item": "2"},
        "Body-2": {"ParentStepName": "Each", "Index": 2, "Item": "0.5"},
        "Body-3": {"ParentStepName": "Each", "Index": 3, "Item": "true"},
    }


@pytest.mark.fidelity("FOREACH-002")
def test_a_record_of_a_child_shows_its_iteration(run: Run, each: Step) -> None:
    """The item is the value, not its text; the child is a step like any other, with a job of its own."""
    execution = run(each(items=["mon", 2]))

    iterations = [step.iteration for step in execution.steps.values()]
    assert iterations[0] is None
    assert [(one.parent, one.index, one.item) for one in iterations[1:] if one] == [("Each", 0, "mon"), ("Each", 1, 2)]
    arns = [str(execution.steps[name].metadata["TrainingJob"]["Arn"]) for name in ("Body-0", "Body-1")]
    assert [f"pipelines-{execution.id}-Body-{index}-" in arn for index, arn in enumerate(arns)] == [True, True]
    assert execution.order == ["Each", "Body-0", "Body-1"]


def test_the_arguments_of_a_for_each_step_are_the_items_and_the_bound(run: Run, each: Step) -> None:
    """As written, with references resolved; the body is not among them."""
    execution = run(
        each(items=["mon", {"Get": "Parameters.Day"}], at_once=2), declared=[{"Name": "Day", "Type": "String", "DefaultValue": "tue"}]
    )

    assert execution.steps["Each"].arguments == {"IterableItems": ["mon", "tue"], "MaxConcurrency": 2}


# ---- items


@pytest.mark.fidelity("FOREACH-003")
@pytest.mark.parametrize(
    ("items", "found"),
    [
        (["mon", 1, 0.5, False], ["mon", 1, 0.5, False]),
        ([{"Get": "Parameters.Day"}, {"Get": "Steps.Prep.ProcessingJobStatus"}], ["sun", "Completed"]),
        ({"Get": "Parameters.Text"}, ["a", 1, ["b", "c"], {"d": 2}, None]),
        ({"Get": "Steps.Count.OutputParameters['days']"}, ["mon", "tue"]),
        ({"Std:Join": {"On": "", "Values": ["[", {"Get": "Parameters.Number"}, "]"]}}, [7]),
        ({"Get": "Steps.Prep.AppSpecification.ContainerEntrypoint"}, ["python", "run.py"]),
        ({"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Prep.PropertyFiles.plan"}, "Path": "days"}}, ["thu"]),
    ],
    ids=["list", "list of functions", "parameter", "output", "join", "list of a description", "property file"],
)  # fmt: skip
def test_items_come_from_whatever_gives_a_list(run: Run, each: Step, step: Step, items: Json, found: list[Json]) -> None:
    """A list as written, or a value that is a list or the JSON text of one, also of a step that the ForEach step then waits for."""
    plan: JsonObject = {"PropertyFileName": "plan", "OutputName": "out", "FilePath": "plan.json"}
    prep: JsonObject = {
        "AppSpecification": {"ContainerEntrypoint": ["python", "run.py"]},
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "out"}]},
    }
    declared = [
        {"Name": "Day", "Type": "String", "DefaultValue": "sun"},
        {"Name": "Text", "Type": "String", "DefaultValue": '["a", 1, ["b", "c"], {"d": 2}, null]'},
        {"Name": "Number", "Type": "Integer", "DefaultValue": 7},
    ]

    execution = run(
        step("Prep", kind="Processing", arguments=prep, PropertyFiles=[plan]),
        step("Count", kind="Lambda", FunctionArn=FUNCTION),
        each(items=items),
        declared=declared,
        script={"Prep": succeed(property_files={"plan": {"days": ["thu"]}}), "Count": succeed(outputs={"days": ["mon", "tue"]})},
    )

    assert seen(execution, *(f"Body-{index}" for index in range(len(found)))) == found
    assert [step.iteration.item for step in execution.steps.values() if step.iteration] == found


@pytest.mark.fidelity("FOREACH-004")
def test_a_part_of_an_item_is_found_by_its_path(run: Run, each: Step, body: Step) -> None:
    """In objects, in the JSON text of objects, and in lists, to any depth."""
    nested: JsonObject = {"name": "a", "sizes": [1, {"k": "deep"}]}
    parts: JsonObject = {
        "NAME": {"Get": "ForEach.CurrentItem.name"},
        "BRACKET": {"Get": "ForEach.CurrentItem['name']"},
        "SIZE": {"Get": "ForEach.CurrentItem.sizes[0]"},
        "DEEP": {"Std:Join": {"On": "/", "Values": ["s3:/", {"Get": "ForEach.CurrentItem.sizes[1].k"}]}},
    }
    for items in ([json.dumps(nested)], [nested]):
        execution = run(
            each(body(arguments={"Environment": parts}), items={"Get": "Parameters.Items"}),
            declared=[{"Name": "Items", "Type": "String"}],
            given={"Items": json.dumps(items)},
        )

        assert execution.steps["Body-0"].arguments == {"Environment": {"NAME": "a", "BRACKET": "a", "SIZE": 1, "DEEP": "s3://deep"}}


@pytest.mark.fidelity("FOREACH-005")
@pytest.mark.parametrize(
    ("item", "written"),
    [('{"name": "a"}', '"{\\"name\\": \\"a\\"}"'), ("plain text", '"plain text"'), (7, "7")],
    ids=["no such member", "no JSON", "a number"],
)
def test_a_part_that_an_item_lacks_fails_the_child(run: Run, each: Step, body: Step, item: Json, written: str) -> None:
    """At once, before it makes a job, with the item in the reason."""
    execution = run(each(body(item={"Get": "ForEach.CurrentItem.size"}), items=[item]))

    child = execution.steps["Body-0"]
    assert (child.status, child.metadata) == ("Failed", {})
    assert child.reason == f"ClientError: ForEach.CurrentItem.size has no value: the item is {written}."


@pytest.mark.fidelity("FOREACH-005")
def test_an_item_is_known_in_the_body_only(run: Run, each: Step) -> None:
    """The items themselves can't be made of one."""
    execution = run(each(items=["a", ITEM]))

    assert execution.steps["Each"].reason == "ClientError: ForEach.CurrentItem has no value outside of an iteration."


@pytest.mark.fidelity("FOREACH-006")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("mon, tue", "ClientError: IterableItems is not the JSON text of a list: Expecting value at line 1 column 1 (char 0)."),
        ('{"a": 1}', "ClientError: IterableItems is an object, not a list."),
        ("7", "ClientError: IterableItems is a number, not a list."),
    ],
)
def test_items_that_are_no_list_fail_the_step(run: Run, each: Step, step: Step, text: str, reason: str) -> None:
    """No child runs, nor what depends on the step; Metadata is empty."""
    execution = run(
        each(items={"Get": "Parameters.Items"}),
        step("Later", "Each"),
        declared=[{"Name": "Items", "Type": "String", "DefaultValue": text}],
    )

    assert (execution.status, execution.order) == ("Failed", ["Each"])
    assert (execution.steps["Each"].reason, execution.steps["Each"].metadata) == (reason, {})


@pytest.mark.fidelity("FOREACH-007")
def test_an_empty_list_succeeds_at_once(run: Run, each: Step, step: Step) -> None:
    """Nothing is counted, nothing selected, and later steps go on."""
    execution = run(
        each(items={"Get": "Parameters.Items"}, selector={"Pick": "MaxBy", "Field": {"Get": "IterationOutput.Body.TrainingTimeInSeconds"}}),
        step("Later", arguments={"Environment": {"N": {"Get": "Steps.Each.InputItemCount"}}}),
        declared=[{"Name": "Items", "Type": "String", "DefaultValue": "[]"}],
    )

    assert (execution.status, execution.order) == ("Succeeded", ["Each", "Later"])
    assert execution.steps["Later"].arguments == {"Environment": {"N": 0}}
    assert execution.steps["Each"].properties["IterationOutputs"] == []
    assert "Selector" not in execution.steps["Each"].metadata["ForEach"]
    assert execution.steps["Each"].duration == timedelta(seconds=1)


def test_a_hundred_items_and_more(run: Run, each: Step, body: Step) -> None:
    """The bound on listed items is none on those of a text, and order holds beyond one digit."""
    execution = run(
        each(body(), body("Next", "Body"), items={"Get": "Parameters.Items"}, at_once=7),
        declared=[{"Name": "Items", "Type": "String"}],
        given={"Items": json.dumps(list(range(120)))},
    )

    counts = execution.steps["Each"].metadata["ForEach"]
    assert (execution.status, counts["InputItemCount"], counts["TotalStepCount"], counts["SucceededStepCount"]) == (
        "Succeeded",
        120,
        240,
        240,
    )
    assert execution.order[:8] == ["Each", *(f"Body-{index}" for index in range(7))]
    assert most_at_once(execution) == 7


# ---- order


@pytest.mark.fidelity("FOREACH-008")
@pytest.mark.parametrize("at_once", [1, 2, 3, 50])
def test_no_more_steps_of_a_body_run_at_once_than_the_bound(run: Run, each: Step, body: Step, at_once: int) -> None:
    """MaxConcurrency counts steps of all iterations together, two in each here."""
    execution = run(each(body("A"), body("B"), at_once=at_once))

    assert execution.status == "Succeeded"
    assert most_at_once(execution) == min(at_once, 6)


@pytest.mark.fidelity("FOREACH-009")
def test_iterations_go_first_in_the_order_of_the_items(run: Run, each: Step, body: Step) -> None:
    """Room goes to the earliest iteration, and there to the first step that is ready."""
    execution = run(each(body("A"), body("B", "A"), body("C"), at_once=1, items=["x", "y"]))

    assert execution.order == ["Each", "A-0", "B-0", "C-0", "A-1", "B-1", "C-1"]


@pytest.mark.fidelity("FOREACH-010")
@time_machine.travel("2026-11-22T12:00:00Z", tick=False)
def test_steps_of_a_body_wait_for_one_another_within_their_iteration(run: Run, each: Step, body: Step) -> None:
    """By DependsOn and by reference; the slow first step of one item holds up no other item."""
    made: JsonObject = {"Get": "Steps.Train.TrainingJobName"}
    evaluate = body("Evaluate", item=made)
    script = {"Train-0": succeed(duration=100), "Train-1": succeed(duration=10)}

    execution = run(each(body("Train"), evaluate, body("Report", "Evaluate"), items=["x", "y"]), script=script)

    assert execution.order == ["Each", "Train-0", "Train-1", "Evaluate-1", "Evaluate-0", "Report-1", "Report-0"]
    names = [execution.steps[f"Train-{index}"].properties["TrainingJobName"] for index in range(2)]
    assert seen(execution, "Evaluate-0", "Evaluate-1") == names
    assert execution.steps["Evaluate-1"].started - execution.steps["Train-1"].started == timedelta(seconds=11)


@pytest.mark.fidelity("FOREACH-011")
def test_a_body_sees_the_pipeline_around_it(run: Run, each: Step, body: Step, step: Step) -> None:
    """Parameters, execution variables, the child's own job name, and other steps, for which the ForEach step waits."""
    values: JsonObject = {
        "P": {"Get": "Parameters.P"},
        "ID": {"Get": "Execution.PipelineExecutionId"},
        "JOB": {"Get": "Execution.TrainingJobName"},
        "PREP": {"Get": "Steps.Prep.ProcessingJobStatus"},
    }
    execution = run(
        each(body(arguments={"Environment": values}), items=["x"]),
        step("Prep", kind="Processing"),
        declared=[{"Name": "P", "Type": "String", "DefaultValue": "p"}],
    )

    assert execution.order == ["Prep", "Each", "Body-0"]
    name = execution.steps["Body-0"].properties["TrainingJobName"]
    assert execution.steps["Body-0"].arguments == {"Environment": {"P": "p", "ID": execution.id, "JOB": name, "PREP": "Completed"}}


@pytest.mark.fidelity("FOREACH-012")
@pytest.mark.parametrize("limit", [1, 2])
def test_the_limit_of_the_execution_counts_children(run: Run, each: Step, step: Step, limit: int) -> None:
    """The ForEach step itself takes no room, or a limit of one could never be kept."""
    execution = run(each(), step("Other"), parallelism=limit)

    assert (execution.status, most_at_once(execution)) == ("Succeeded", limit)


@pytest.mark.fidelity("FOREACH-009")
def test_steps_of_the_pipeline_start_before_those_of_a_body(run: Run, each: Step, step: Step) -> None:
    """When there is room for one only."""
    execution = run(each(), step("Other"), parallelism=1)

    assert execution.order == ["Each", "Other", "Body-0", "Body-1", "Body-2"]


def test_two_for_each_steps_run_side_by_side(run: Run, each: Step, step: Step, body: Step) -> None:
    """Each has its own bound and its own counts."""
    other = {**each(body("Inner"), items=["x"]), "Name": "Second"}

    execution = run(each(at_once=1), other)

    assert execution.order == ["Each", "Second", "Body-0", "Inner-0", "Body-1", "Body-2"]
    assert [execution.steps[name].metadata["ForEach"]["TotalStepCount"] for name in ("Each", "Second")] == [3, 1]


# ---- values for later steps


@pytest.mark.fidelity("FOREACH-013")
def test_later_steps_see_what_each_iteration_made(run: Run, each: Step, body: Step, step: Step, score: JsonObject) -> None:
    """By index and name of the body's step; outputs keep their types, and counts are numbers."""
    use: JsonObject = {
        "FIRST": {"Get": "Steps.Each.IterationOutputs[0].Body.TrainingJobName"},
        "LAST": {"Get": "Steps.Each.IterationOutputs[2].Score.OutputParameters['n']"},
        "STATUS": {"Get": "Steps.Each.Status"},
        "TEXT": {"Std:Join": {"On": ",", "Values": [{"Get": f"Steps.Each.{count}"} for count in COUNTS]}},
    }

    execution = run(
        each(body(), score),
        step("Use", arguments={"Environment": use}),
        script={"Score": [succeed(outputs={"n": number}) for number in range(3)]},
    )

    name = execution.steps["Body-0"].properties["TrainingJobName"]
    assert execution.steps["Use"].arguments == {"Environment": {"FIRST": name, "LAST": 2, "STATUS": "Succeeded", "TEXT": "3,6,6,0,0"}}


COUNTS: Final = ("InputItemCount", "TotalStepCount", "SucceededStepCount", "FailedStepCount", "StoppedStepCount")


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
        ("MinBy", [{"n": 1}, True, 2], 1),
    ],
)
def test_a_selector_compares_numbers(run: Run, each: Step, score: JsonObject, pick: str, values: list[Json], index: int) -> None:
    """The largest or smallest by value, the earliest of equals; what is no number is passed over."""
    selector: JsonObject = {"Pick": pick, "Field": {"Get": "IterationOutput.Score.OutputParameters['n']"}}
    script = {"Score": [succeed(outputs={} if value is None else {"n": value}) for value in values]}

    execution = run(each(score, selector=selector), script=script)

    assert execution.steps["Each"].metadata["ForEach"]["Selector"] == {"StepName": f"Score-{index}", "Index": index}


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


# ---- ends


@pytest.mark.fidelity("FOREACH-016", "FOREACH-017")
@pytest.mark.parametrize(("outcome", "status"), [(fail("boom"), "Failed"), (stopped(), "Stopped")])
def test_the_failure_of_one_child_stops_no_other_and_fails_the_step(
    run: Run, each: Step, body: Step, step: Step, outcome: Outcome, status: str
) -> None:
    """What depends on it in its iteration does not start, nor what depends on the ForEach step."""
    execution = run(
        each(body(), body("Next", "Body"), at_once=1), step("Later", "Each"), script={"Body-1": outcome, "Body": [succeed(), succeed()]}
    )

    assert execution.order == ["Each", "Body-0", "Next-0", "Body-1", "Body-2", "Next-2"]
    assert (execution.steps["Body-1"].status, execution.steps["Each"].status) == (status, "Failed")
    assert execution.steps["Each"].reason == "ClientError: 1 of 6 steps did not succeed."
    shown = execution.steps["Each"].metadata["ForEach"]
    assert [shown[count] for count in COUNTS] == [3, 6, 4, int(status == "Failed"), int(status == "Stopped")]
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


# ---- stop and retry


@pytest.mark.fidelity("FOREACH-020")
@pytest.mark.smpipeline(progress="manual")
def test_a_stop_stops_the_children_and_then_the_step(smpipeline: SMPipelineMock, run: Run, each: Step, step: Step) -> None:
    """The running child is stopped, the others never start, and the counts say so."""
    execution = run(each(at_once=1), step("Later", "Each"), script={"Body": succeed(duration=10)})
    smpipeline.advance(seconds=15)
    execution.stop()
    statuses = [(name, one.status) for name, one in execution.steps.items()]
    smpipeline.run_until_idle()

    assert statuses == [("Each", "Stopping"), ("Body-0", "Succeeded"), ("Body-1", "Stopping")]
    assert (execution.status, execution.order) == ("Stopped", ["Each", "Body-0", "Body-1"])
    assert [one.status for one in execution.steps.values()] == ["Stopped", "Succeeded", "Stopped"]
    shown = execution.steps["Each"].metadata["ForEach"]
    assert [shown["Status"], *(shown[count] for count in COUNTS)] == ["Stopped", 3, 3, 1, 0, 1]
    assert execution.steps["Each"].reason is None


@pytest.mark.fidelity("FOREACH-020")
@pytest.mark.smpipeline(progress="manual")
def test_a_stop_between_two_children_stops_the_step(smpipeline: SMPipelineMock, run: Run, each: Step) -> None:
    """No child runs at that moment; the counts are there all the same."""
    execution = run(each(at_once=1), script={"Body": succeed(duration=10)})
    smpipeline.advance(seconds=11.5)
    execution.stop()
    smpipeline.run_until_idle()

    shown = execution.steps["Each"].metadata["ForEach"]
    assert (execution.status, execution.order) == ("Stopped", ["Each", "Body-0"])
    assert [shown["Status"], *(shown[count] for count in COUNTS)] == ["Stopped", 3, 3, 1, 0, 0]


@pytest.mark.fidelity("FOREACH-020")
@pytest.mark.smpipeline(progress="manual")
def test_a_stop_waits_for_the_functions_in_a_body(smpipeline: SMPipelineMock, run: Run, each: Step, score: JsonObject) -> None:
    """Functions can't be stopped: all that run end, no other starts, and the ForEach step is stopped after them."""
    execution = run(each(score, at_once=2), script={"Score": [succeed(duration=20), succeed(duration=40), succeed()]})
    smpipeline.advance(seconds=2)
    execution.stop()
    smpipeline.advance(seconds=25)
    between = (execution.status, execution.steps["Each"].status)
    smpipeline.run_until_idle()

    assert between == ("Stopping", "Stopping")
    assert {name: one.status for name, one in execution.steps.items()} == {
        "Each": "Stopped",
        "Score-0": "Succeeded",
        "Score-1": "Succeeded",
    }
    assert execution.status == "Stopped"


@pytest.mark.fidelity("FOREACH-020")
@pytest.mark.smpipeline(progress="manual")
def test_an_empty_for_each_step_can_be_stopped(smpipeline: SMPipelineMock, run: Run, each: Step) -> None:
    """Within the second that it takes."""
    execution = run(each(items={"Get": "Parameters.I"}), declared=[{"Name": "I", "Type": "String", "DefaultValue": "[]"}])
    smpipeline.advance(seconds=1.5)
    execution.stop()
    smpipeline.run_until_idle()

    assert (execution.status, execution.steps["Each"].status) == ("Stopped", "Stopped")
    assert execution.steps["Each"].metadata["ForEach"]["Status"] == "Stopped"


@pytest.mark.fidelity("FOREACH-021")
def test_a_retry_keeps_the_children_that_succeeded(run: Run, each: Step, body: Step, step: Step) -> None:
    """Only the failed child, and what waited for it, runs again, under the same names; the counts take in what was kept."""
    script = {"Body-1": [fail("boom"), succeed()]}

    execution = run(each(body(), body("Next", "Body"), at_once=2), step("Later", "Each"), script=script)
    kept = execution.steps["Body-0"].metadata
    execution.retry()

    assert execution.status == "Succeeded"
    assert execution.order[-4:] == ["Each", "Body-1", "Next-1", "Later"]
    assert {name: one.attempts for name, one in execution.steps.items()} == {
        "Body-0": 1,
        "Body-2": 1,
        "Next-0": 1,
        "Next-2": 1,
        "Each": 2,
        "Body-1": 2,
        "Next-1": 1,
        "Later": 1,
    }
    assert execution.steps["Body-0"].metadata == kept
    shown = execution.steps["Each"].metadata["ForEach"]
    assert [shown["Status"], *(shown[count] for count in COUNTS)] == ["Succeeded", 3, 6, 6, 0, 0]


@pytest.mark.fidelity("FOREACH-021")
@pytest.mark.smpipeline(progress="manual")
def test_a_retry_after_all_children_ended_well_has_nothing_left_to_do(
    smpipeline: SMPipelineMock, run: Run, each: Step, score: JsonObject
) -> None:
    """The last function ended while the execution was stopped: the ForEach step succeeds without running anything."""
    execution = run(each(score, items=["x"]), script={"Score": [succeed(duration=20)]})
    smpipeline.advance(seconds=2)
    execution.stop()
    smpipeline.run_until_idle()
    stopped_with = [one.status for one in execution.steps.values()]
    execution.retry()
    smpipeline.run_until_idle()

    assert stopped_with == ["Stopped", "Succeeded"]
    assert (execution.status, execution.steps["Score-0"].attempts, execution.steps["Each"].attempts) == ("Succeeded", 1, 2)


@pytest.mark.fidelity("FOREACH-021")
@time_machine.travel("2026-11-22T12:00:00Z", tick=False)
def test_a_retry_goes_over_the_items_of_now(run: Run, each: Step) -> None:
    """Items that hold the time are others later: a child that runs again has the new one, and one too many is left as it is."""
    items: JsonObject = {
        "Std:Join": {"On": "", "Values": ['["', {"Get": "Execution.CurrentDateTime"}, '"', {"Get": "Parameters.More"}, "]"]}
    }
    declared = [{"Name": "More", "Type": "String", "DefaultValue": ', "x"'}]

    execution = run(each(items=items), declared=declared, script={"Body-0": [fail("boom", duration=10), succeed()]})
    (before,) = seen(execution, "Body-0")
    execution.retry()

    iteration = execution.steps["Body-0"].iteration
    assert iteration is not None
    assert [iteration.item] == seen(execution, "Body-0") != [before]


# ---- scripts, callbacks, retry policies, caching inside of bodies


@pytest.mark.fidelity("FOREACH-022")
def test_a_callable_decides_for_each_child(run: Run, each: Step) -> None:
    """It is told the child's name, and the arguments with the item in them."""
    asked: list[tuple[str, str, Json]] = []

    def decide(context: StepContext) -> Outcome:
        asked.append((context.step, context.type, context.arguments))
        return fail("not on Tuesday") if context.arguments == {"Environment": {"ITEM": "tue"}} else succeed()

    execution = run(each(), script={"Body": decide})

    assert asked == [(f"Body-{index}", "Training", {"Environment": {"ITEM": day}}) for index, day in enumerate(("mon", "tue", "wed"))]
    assert execution.failed_steps == ["Each", "Body-1"]


def test_a_child_whose_callable_raised_tries_again(smpipeline: SMPipelineMock, run: Run, each: Step) -> None:
    """The attempt did not happen, and its turn is still to come."""
    outcomes: list[Outcome] = []

    def decide(_context: StepContext) -> Outcome:
        return outcomes[0]

    with pytest.raises(IndexError):
        run(each(at_once=1), script={"Body-1": decide})
    execution = smpipeline.executions.one()
    assert execution.order == ["Each", "Body-0"]
    outcomes.append(succeed())
    smpipeline.run_until_idle()

    assert (execution.status, execution.order) == ("Succeeded", ["Each", "Body-0", "Body-1", "Body-2"])


def test_a_callable_in_a_body_may_stop_the_execution(smpipeline: SMPipelineMock, run: Run, each: Step) -> None:
    """The child that it decides about does not start, and the ForEach step is stopped."""

    def decide(_context: StepContext) -> Outcome:
        smpipeline.executions.one().stop()
        return succeed()

    execution = run(each(), script={"Body-1": decide})

    assert (execution.status, execution.order) == ("Stopped", ["Each", "Body-0"])
    assert execution.steps["Each"].metadata["ForEach"]["StoppedStepCount"] == 1


def test_children_can_be_held_and_released(run: Run, each: Step) -> None:
    """One by one, by their names; the others go on meanwhile."""
    execution = run(each(), script={"Body": hold()})
    assert (execution.waiting, execution.status) == (["Body-0", "Body-1", "Body-2"], "Executing")
    execution.release("Body-1", succeed())
    execution.release("Body-0", succeed())
    execution.release("Body-2", fail("boom"))

    assert [one.status for one in execution.steps.values()] == ["Failed", "Succeeded", "Succeeded", "Failed"]


def test_callbacks_in_a_body_have_tokens_of_their_own(run: Run, each: Step, step: Step, client: "SageMakerClient") -> None:
    """Each child asks with its item, and is answered through its token; the outputs are seen by iteration."""
    ask = step("Ask", kind="Callback", SqsQueueUrl="https://sqs/approvals", arguments={"day": ITEM})
    use = step("Use", arguments={"Environment": {"BY": {"Get": "Steps.Each.IterationOutputs[1].Ask.OutputParameters['by']"}}})

    execution = run(each(ask, items=["mon", "tue"]), use)
    messages = [execution.steps[name].callback.message for name in execution.waiting]
    for message, who in zip(messages, ("Ada", "Bob"), strict=True):
        client.send_pipeline_execution_step_success(
            CallbackToken=str(message["token"]), OutputParameters=[{"Name": "by", "Value": who}], ClientRequestToken=who * 32
        )

    assert [message["arguments"] for message in messages] == [{"day": "mon"}, {"day": "tue"}]
    assert (execution.status, execution.steps["Use"].arguments) == ("Succeeded", {"Environment": {"BY": "Bob"}})


def test_retry_policies_act_on_each_child(run: Run, each: Step, body: Step) -> None:
    """A repeated attempt keeps its place within the bound."""
    policy: JsonObject = {"ExceptionType": ["SageMaker.CAPACITY_ERROR"], "IntervalSeconds": 30, "MaxAttempts": 1}
    lacking = fail("no capacity", exception_type="SageMaker.CAPACITY_ERROR")

    execution = run(each(body(RetryPolicies=[policy]), at_once=1), script={"Body-1": [lacking, succeed()]})

    assert execution.status == "Succeeded"
    assert [execution.steps[f"Body-{index}"].attempts for index in range(3)] == [1, 2, 1]
    assert most_at_once(execution) == 1


@pytest.mark.fidelity("FOREACH-023")
def test_children_are_cached_by_their_own_names(smpipeline: SMPipelineMock, run: Run, each: Step, body: Step) -> None:
    """A child reuses its own earlier run; the same item elsewhere in the list is another child."""
    cached = body(CacheConfig={"Enabled": True, "ExpireAfter": "P1D"})
    days = [{"Name": "Days", "Type": "String"}]
    first = run(each(cached, items={"Get": "Parameters.Days"}), declared=days, given={"Days": '["mon", "tue"]'})

    second = smpipeline.start("churn", {"Days": '["mon", "wed", "tue"]'})

    assert [second.steps[f"Body-{index}"].cache_source for index in range(3)] == [first.arn, None, None]
    assert second.steps["Each"].properties["IterationOutputs"][0] == first.steps["Each"].properties["IterationOutputs"][0]  # type: ignore[index, call-overload] # a list


def test_a_selective_execution_reuses_a_whole_for_each_step(smpipeline: SMPipelineMock, run: Run, each: Step, step: Step) -> None:
    """Its values are there; its children are not listed again."""
    use = step("Use", arguments={"Environment": {"JOB": {"Get": "Steps.Each.IterationOutputs[1].Body.TrainingJobName"}}})
    first = run(each(), use)

    second = smpipeline.start("churn", only=["Use"], source=first)

    assert list(second.steps) == ["Each", "Use"]
    assert second.steps["Use"].arguments == first.steps["Use"].arguments


def test_a_selected_for_each_step_runs_its_children(smpipeline: SMPipelineMock, run: Run, each: Step, step: Step) -> None:
    """They belong to it."""
    first = run(step("Prep"), each(after=("Prep",)))

    assert smpipeline.start("churn", only=["Each"], source=first).order == ["Each", "Body-0", "Body-1", "Body-2"]


# ---- records


def test_ran_takes_children_and_steps_of_bodies(run: Run, each: Step, body: Step) -> None:
    """A step of a body ran when one of its children did."""
    execution = run(each(body(), body("Next", "Body")), script={"Body": fail("boom")})

    assert [execution.ran(name) for name in ("Each", "Body", "Body-0", "Next", "Next-2")] == [True, True, True, False, False]


@pytest.mark.parametrize("name", ["Body-3", "Body-7", "Body-01", "Body-x", "Body-²", "Bdy-1"])
def test_a_child_that_cannot_exist_is_a_key_error_with_the_closest_name(run: Run, each: Step, name: str) -> None:
    """Three items have three children; whether it is asked for by ``ran`` or by ``steps``."""
    execution = run(each())

    for ask in (execution.ran, execution.steps.__getitem__):
        with pytest.raises(KeyError) as caught:
            ask(name)
        assert str(caught.value.args[0]).startswith(f"pipeline 'churn' has no step {name!r}. Did you mean 'Body")
        assert str(caught.value.args[0]).endswith("Its steps: 'Body', 'Each'")


def test_a_step_of_a_body_is_listed_under_the_names_of_its_children(run: Run, each: Step, body: Step) -> None:
    """Asking for it by its own name says which there are."""
    execution = run(each(body(), body("Next", "Body"), items=["x", "y"]), script={"Body-1": fail("boom")})

    with pytest.raises(KeyError) as several:
        execution.steps["Body"]
    with pytest.raises(KeyError) as not_started:
        execution.steps["Next-1"]

    assert several.value.args == ("step 'Body' is listed once for each item of its ForEach step; started: 'Body-0', 'Body-1'",)
    assert not_started.value.args == (
        "step 'Next-1' was not started in this Failed execution; started: 'Body-0', 'Body-1', 'Each', 'Next-0'",
    )


@pytest.mark.smpipeline(progress="manual")
def test_before_the_items_are_known_any_child_is_possible(run: Run, each: Step) -> None:
    """It just has not run."""
    execution = run(each())

    assert [execution.ran(name) for name in ("Body", "Body-0", "Body-41")] == [False, False, False]
    with pytest.raises(KeyError, match="step 'Body-41' was not started in this Executing execution; started: none"):
        execution.steps["Body-41"]


def test_a_child_that_does_not_wait_cannot_be_released(run: Run, each: Step) -> None:
    """The message knows the names of children."""
    execution = run(each(), script={"Body-0": hold()})

    with pytest.raises(UsageError, match=r"Step 'Body-1' does not wait to be released: it is Succeeded\. Waiting: 'Body-0'\."):
        execution.release("Body-1", succeed())
