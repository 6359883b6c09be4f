"""Steps, branches and bodies."""

from collections.abc import Callable

import pytest

from pytest_smpipeline._definition.expressions import ParameterReference, StepReference, Structure
from pytest_smpipeline._definition.nodes import Definition
from pytest_smpipeline._definition.problems import DefinitionError
from pytest_smpipeline.values import Json, JsonObject

PREFIX = "Unable to parse pipeline definition. "


def train(name: str, **members: Json) -> JsonObject:
    """Return a Training step."""
    return {"Name": name, "Type": "Training", "Arguments": {}, **members}


def gate(name: str, if_steps: Json = None, else_steps: Json = None, **members: Json) -> JsonObject:
    """Return a Condition step."""
    return {"Name": name, "Type": "Condition", "Arguments": {"Conditions": [], "IfSteps": if_steps, "ElseSteps": else_steps}, **members}


def repeat(*body: Json, **arguments: Json) -> JsonObject:
    """Return a ForEach step."""
    return {
        "Name": "Each",
        "Type": "ForEach",
        "Arguments": {"IterableItems": [1], "MaxConcurrency": 2, "ForEachBody": list(body), **arguments},
    }


def test_a_step_carries_its_members(define: Callable[..., Definition]) -> None:
    """Common members become fields, those of the type become settings, and null is absent."""
    step: JsonObject = {
        "Name": "Check",
        "Type": "QualityCheck",
        "Arguments": {"A": {"Get": "Parameters.X"}},
        "DisplayName": "A check",
        "Description": "Checks.",
        "CheckType": "DATA_QUALITY",
        "SkipCheck": {"Get": "Parameters.X"},
        "ModelPackageGroupName": None,
        "DependsOn": None,
    }
    check = define(step, Parameters=[{"Name": "X"}]).steps["Check"]
    assert (check.display_name, check.description) == ("A check", "Checks.")
    assert check.arguments == Structure({"A": {"Get": "Parameters.X"}}, ((("A",), ParameterReference("X")),))
    assert check.settings == {"CheckType": "DATA_QUALITY", "SkipCheck": ParameterReference("X")}
    assert (check.depends_on, check.parent, check.branch, check.iteration) == ((), None, None, None)


@pytest.mark.fidelity("DEF-032")
def test_branches_are_flattened_in_the_order_of_the_document(define: Callable[..., Definition]) -> None:
    """Every step of every branch is a step of the pipeline, and knows the Condition step and the branch it stands in."""
    inner = gate("Inner", [train("D")], [train("E")])
    definition = define(train("A"), gate("Outer", [train("B"), inner], [train("F")]), train("G"))
    assert list(definition.steps) == ["A", "Outer", "B", "Inner", "D", "E", "F", "G"]
    assert definition.top_level == ("A", "Outer", "G")
    assert {step.name: (step.parent, step.branch) for step in definition.steps.values() if step.parent} == {
        "B": ("Outer", "if"),
        "Inner": ("Outer", "if"),
        "D": ("Inner", "if"),
        "E": ("Inner", "else"),
        "F": ("Outer", "else"),
    }
    outer = definition.steps["Outer"]
    assert (outer.if_steps, outer.else_steps, outer.arguments) == (("B", "Inner"), ("F",), {})


@pytest.mark.fidelity("DEF-033")
def test_condition_steps_nest(define: Callable[..., Definition], refusal: Callable[..., DefinitionError]) -> None:
    """A hundred levels of Condition steps are read; one more is refused."""

    def nested(levels: int) -> JsonObject:
        step = train("Innermost")
        for level in range(levels, 0, -1):
            step = gate(f"Gate{level}", [step])
        return step

    assert len(define(nested(100)).steps) == 101
    error = refusal(nested(101))
    assert [problem.message for problem in error.problems] == ["Condition steps are nested deeper than 100 levels."]


@pytest.mark.fidelity("DEF-034")
def test_a_body_is_kept_aside(define: Callable[..., Definition]) -> None:
    """The steps that a ForEach step repeats are no steps of the pipeline; what they refer to, the ForEach step waits for."""
    definition = define(
        train("Prep"),
        train("Extra"),
        repeat(
            train("First", Arguments={"In": {"Get": "Steps.Prep.Out"}, "Item": {"Get": "ForEach.CurrentItem"}}, DependsOn=["Extra"]),
            train("Second", Arguments={"In": {"Get": "Steps.First.Out"}}, DependsOn=["First"]),
            Selector={"Pick": "MaxBy", "Field": {"Get": "IterationOutput.Second.auc"}},
        ),
        train("After", Arguments={"x": {"Get": "Steps.Each.IterationOutputs[0].Second.auc"}}),
    )
    each = definition.steps["Each"]
    assert list(definition.steps) == ["Prep", "Extra", "Each", "After"]
    assert each.iteration is not None
    assert [step.name for step in each.iteration.body] == ["First", "Second"]
    assert each.arguments == {"IterableItems": [1], "MaxConcurrency": 2}
    waits = {name: [dependency.step for dependency in found] for name, found in definition.graph.dependencies.items()}
    assert waits == {"Prep": [], "Extra": [], "Each": ["Extra", "Prep"], "After": ["Each"]}
    assert definition.steps["After"].arguments == Structure(
        {"x": {"Get": "Steps.Each.IterationOutputs[0].Second.auc"}},
        ((("x",), StepReference("Each", ("IterationOutputs", 0, "Second", "auc"))),),
    )


@pytest.mark.fidelity("DEF-004", "DEF-006", "DEF-015", "DEF-016", "DEF-035")
@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("Train", "Expecting start of Json Object."),
        (None, "Expecting start of Json Object."),
        ({"Type": "Training", "Arguments": {}}, "'Name' is required. @ $.Steps[0]"),
        ({"Name": 3, "Type": "Training", "Arguments": {}}, "Expecting a string but found 3. @ $.Steps[0].Name"),
        (train(""), "'' is not a name: expected 1 to 64 letters, digits, '-' and '_'. @ $.Steps[0].Name"),
        (train("a.b"), "'a.b' is not a name: expected 1 to 64 letters, digits, '-' and '_'. @ $.Steps[0].Name"),
        (train("a" * 65), f"'{'a' * 65}' is not a name: expected 1 to 64 letters, digits, '-' and '_'. @ $.Steps[0].Name"),
        (train("\ud800"), "'\\ud800' is not a name: expected 1 to 64 letters, digits, '-' and '_'. @ $.Steps[0].Name"),
        (train("A", Arguments=[]), "Expecting start of Json Object."),
        (train("A", Arguments={"Get": "Parameters.X"}), "Expecting start of Json Object."),
        (train("A", DisplayName={"a": 1}), "Expecting a string but found an object. @ $.Steps[0].DisplayName"),
        (train("A", Description=1), "Expecting a string but found 1. @ $.Steps[0].Description"),
        ({"Name": "G", "Type": "Condition", "Arguments": {}}, "'Conditions' is required. @ $.Steps[0].Arguments"),
        (
            {"Name": "G", "Type": "Condition", "Arguments": {"Conditions": [], "ThenSteps": []}},
            "Unknown Argument member 'ThenSteps'.",
        ),
        (gate("G", train("A")), "Expecting start of Json Array."),
        (gate("G", [1], [train("A", DependsOn=3)]), "Expecting start of Json Object.; Expecting start of Json Array."),
        (
            gate("G", [{"Name": 1, "Type": "Training", "Arguments": {}}]),
            "Expecting a string but found 1. @ $.Steps[0].Arguments.IfSteps[0].Name",
        ),
        (repeat(gate("G")), "The body of a ForEach step holds no Condition steps. @ $.Steps[0].Arguments.ForEachBody[0].Type"),
        (repeat("Train"), "Expecting start of Json Object."),
        (repeat(train("A"), IterableItems={"Get": 1}), "Expecting a string but found 1. @ $.Steps[0].Arguments.IterableItems.Get"),
    ],
)
def test_steps_that_cannot_be_read_are_refused(refusal: Callable[..., DefinitionError], step: Json, message: str) -> None:
    """Wherever the slip is, the message has its place or the service's words."""
    assert refusal(step, Parameters=[{"Name": "X"}]).message == PREFIX + message
