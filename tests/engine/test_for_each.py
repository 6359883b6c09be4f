"""ForEach steps: a body that runs once for each item, what is shown of it, and what later steps see."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
import time_machine

from pytest_smpipeline import Execution, succeed
from pytest_smpipeline.values import Json, JsonObject

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]
Listed = Callable[[Execution], list[dict[str, Any]]]
Most = Callable[[Execution], int]

ITEM: Final[JsonObject] = {"Get": "ForEach.CurrentItem"}
SCORES: Final = ("0.7", "0.9", "0.8")
FUNCTION: Final = "arn:aws:lambda:us-east-1:123456789012:function:score"


def names(items: list[dict[str, Any]]) -> list[str]:
    """Return the names of listed steps, the oldest first."""
    return [item["StepName"] for item in reversed(items)]


def seen(execution: Execution, *children: str) -> list[Json]:
    """Return the item that each of these steps has found in its environment."""
    return [execution.steps[child].arguments["Environment"]["ITEM"] for child in children]  # type: ignore[call-overload, index] # as written


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


@pytest.mark.fidelity("FOREACH-002", "FOREACH-022")
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
        step("Count", kind="Lambda", FunctionArn=FUNCTION, OutputParameters=[{"OutputName": "days"}]),
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


@pytest.mark.smpipeline(strict=False)
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


def test_a_hundred_items_and_more(run: Run, each: Step, body: Step, most_at_once: Most) -> None:
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


@pytest.mark.fidelity("FOREACH-008")
@pytest.mark.parametrize("at_once", [1, 2, 3, 50])
def test_no_more_steps_of_a_body_run_at_once_than_the_bound(run: Run, each: Step, body: Step, at_once: int, most_at_once: Most) -> None:
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
def test_the_limit_of_the_execution_counts_children(run: Run, each: Step, step: Step, limit: int, most_at_once: Most) -> None:
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
