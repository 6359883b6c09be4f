"""What a ForEach step repeats: items, body and selector."""

from collections.abc import Callable

import pytest

from pytest_smpipeline._definition.expressions import Join, ParameterReference, StepReference, Structure
from pytest_smpipeline._definition.nodes import Definition, Dependency, Iteration, Selector
from pytest_smpipeline._definition.problems import DefinitionError
from pytest_smpipeline.values import Json, JsonObject

PREFIX = "Unable to parse pipeline definition. "
BODY: JsonObject = {"Name": "Body", "Type": "Training", "Arguments": {"Item": {"Get": "ForEach.CurrentItem"}}}

Iterate = Callable[..., Iteration]
Refusal = Callable[..., DefinitionError]


def each(**arguments: Json) -> JsonObject:
    """Return a ForEach step over two items; a None leaves an argument out."""
    complete: JsonObject = {"IterableItems": ["a", "b"], "MaxConcurrency": 2, "ForEachBody": [BODY], **arguments}
    return {"Name": "Each", "Type": "ForEach", "Arguments": {name: value for name, value in complete.items() if value is not None}}


@pytest.fixture
def iterate(define: Callable[..., Definition]) -> Iterate:
    """Return a function that gives the iteration of a ForEach step with certain arguments."""

    def iterate(**arguments: Json) -> Iteration:
        iteration = define({"Name": "Prep", "Type": "Processing", "Arguments": {}}, each(**arguments), Parameters=[{"Name": "X"}])
        found = iteration.steps["Each"].iteration
        assert found is not None
        return found

    return iterate


@pytest.mark.fidelity("DEF-100")
@pytest.mark.parametrize(
    ("written", "items"),
    [
        (["a", 1, 0.5, True], ["a", 1, 0.5, True]),
        ([1] * 100, [1] * 100),
        ({"Get": "Parameters.X"}, ParameterReference("X")),
        ({"Get": "Steps.Prep.Made"}, StepReference("Prep", ("Made",))),
        (
            ["a", {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.X"}]}}],
            Structure(
                ["a", {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.X"}]}}], (((1,), Join("", (ParameterReference("X"),))),)
            ),
        ),
    ],
)
def test_the_items_are_a_list_or_what_becomes_one(iterate: Iterate, written: Json, items: object) -> None:
    """Up to a hundred scalars and functions, or one function whose value is the text of a list."""
    assert iterate(IterableItems=written).items == items


@pytest.mark.fidelity("DEF-101", "DEF-102")
def test_an_iteration_has_its_bound_and_its_body(iterate: Iterate) -> None:
    """Steps of a body may wait for one another; what they need of the pipeline, the ForEach step waits for."""
    second: Json = {
        "Name": "Second",
        "Type": "Training",
        "Arguments": {"In": {"Get": "Steps.Body.Out"}, "Made": {"Get": "Steps.Prep.Made"}},
    }
    third: Json = {"Name": "Third", "Type": "Training", "Arguments": {}, "DependsOn": [{"Step": "Second", "Trigger": "Any"}]}

    iteration = iterate(MaxConcurrency=50, ForEachBody=[BODY, second, third])

    assert (iteration.max_concurrency, iteration.selector) == (50, None)
    assert [step.name for step in iteration.body] == ["Body", "Second", "Third"]
    assert iteration.graph.dependencies == {"Body": (), "Second": (Dependency("Body"),), "Third": (Dependency("Second", "Any"),)}


@pytest.mark.fidelity("DEF-103")
@pytest.mark.parametrize("pick", ["MaxBy", "MinBy"])
def test_a_selector_compares_a_property_of_a_body_step(iterate: Iterate, pick: str) -> None:
    """The path leads into what the body step has when it ended."""
    selector: Json = {"Pick": pick, "Field": {"Get": "IterationOutput.Body.OutputParameters['auc']"}}

    assert iterate(Selector=selector).selector == Selector(pick, "Body", ("OutputParameters", "auc"))  # type: ignore[arg-type]


@pytest.mark.fidelity("DEF-100", "DEF-101", "DEF-102", "DEF-103")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"IterableItems": None}, "'IterableItems' is required. @ $.Steps[0].Arguments"),
        ({"IterableItems": []}, "A ForEach step takes 1 to 100 listed items, and this one has 0. @ $.Steps[0].Arguments.IterableItems"),
        (
            {"IterableItems": [1] * 101},
            "A ForEach step takes 1 to 100 listed items, and this one has 101. @ $.Steps[0].Arguments.IterableItems",
        ),
        (
            {"IterableItems": ["a", {"name": {"Get": "Parameters.X"}}]},
            ("Expecting a string, a number, a boolean or a function but found an object. @ $.Steps[0].Arguments.IterableItems[1]"),
        ),
        (
            {"IterableItems": '["a"]'},
            (
                "'IterableItems' takes an array, or a function whose value is the JSON text of an array, not a string."
                " @ $.Steps[0].Arguments.IterableItems"
            ),
        ),
        (
            {"IterableItems": {"name": {"Get": "Parameters.X"}}},
            (
                "'IterableItems' takes an array, or a function whose value is the JSON text of an array, not an object."
                " @ $.Steps[0].Arguments.IterableItems"
            ),
        ),
        ({"MaxConcurrency": None}, "'MaxConcurrency' is required. @ $.Steps[0].Arguments"),
        ({"MaxConcurrency": 0}, "Expecting a whole number from 1 to 50 but found 0. @ $.Steps[0].Arguments.MaxConcurrency"),
        ({"MaxConcurrency": 51}, "Expecting a whole number from 1 to 50 but found 51. @ $.Steps[0].Arguments.MaxConcurrency"),
        (
            {"MaxConcurrency": {"Get": "Parameters.X"}},
            "Expecting a whole number from 1 to 50 but found an object. @ $.Steps[0].Arguments.MaxConcurrency",
        ),
        ({"ForEachBody": None}, "'ForEachBody' is required. @ $.Steps[0].Arguments"),
        ({"ForEachBody": []}, "The body of a ForEach step holds at least one step. @ $.Steps[0].Arguments.ForEachBody"),
        ({"ForEachBody": BODY}, "Expecting start of Json Array."),
        ({"MaxConcurency": 3}, "Unknown Argument member 'MaxConcurency'."),
        ({"Selector": "MaxBy"}, "Expecting start of Json Object."),
        ({"Selector": {"Pick": "MaxBy"}}, "'Field' is required. @ $.Steps[0].Arguments.Selector"),
        (
            {"Selector": {"Pick": "MaxBy", "Feld": 1}},
            "Cannot parse object, unknown property 'Feld'.",
        ),
        (
            {"Selector": {"Pick": "Max", "Field": {"Get": "IterationOutput.Body.auc"}}},
            "'Pick' takes 'MaxBy', 'MinBy', not 'Max'. Did you mean 'MaxBy'? @ $.Steps[0].Arguments.Selector.Pick",
        ),
        ({"Selector": {"Pick": "MaxBy", "Field": "IterationOutput.Body.auc"}}, "Expecting start of Json Object."),
        ({"Selector": {"Pick": "MaxBy", "Field": {"Std:Join": {}}}}, "Cannot parse object, unknown property 'Std:Join'."),
        *[
            (
                {"Selector": {"Pick": "MaxBy", "Field": {"Get": text}}},
                (
                    f'The Field of a Selector is {{"Get": "IterationOutput.<body step>.<member>"}}, not \'{text}\'.'
                    " @ $.Steps[0].Arguments.Selector.Field.Get"
                ),
            )
            for text in ("IterationOutput.Body", "IterationOutput", "Steps.Body.auc", "ForEach.CurrentItem.auc", "Body.auc")
        ],
    ],
)
def test_what_cannot_be_repeated_is_refused(refusal: Refusal, arguments: dict[str, Json], message: str) -> None:
    """The rules of the SDK's ForEachStep, which is AWS's own."""
    assert refusal(each(**arguments), Parameters=[{"Name": "X"}]).message == PREFIX + message
