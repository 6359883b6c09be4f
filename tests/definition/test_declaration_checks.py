"""What a definition declares twice, too often, or where it is not."""

from collections.abc import Callable

import pytest

from pytest_smpipeline._definition.nodes import Definition
from pytest_smpipeline._definition.problems import DefinitionError
from pytest_smpipeline.values import Json, JsonObject

Refusal = Callable[..., DefinitionError]


def train(name: str) -> JsonObject:
    """Return a Training step."""
    return {"Name": name, "Type": "Training", "Arguments": {}}


def evaluate(arguments: Json) -> JsonObject:
    """Return a Processing step with a property file in the output ``report``."""
    files: Json = [{"PropertyFileName": "Report", "OutputName": "report", "FilePath": "r.json"}]
    return {"Name": "Eval", "Type": "Processing", "Arguments": arguments, "PropertyFiles": files}


@pytest.mark.fidelity("PRM-015", "PRM-016", "PRM-017")
def test_parameters_are_unique_few_and_consistent(refusal: Refusal, define: Callable[..., Definition]) -> None:
    """Names are declared once, defaults are among the EnumValues, and two hundred parameters are enough."""
    assert refusal(Parameters=[{"Name": "A"}, {"Name": "B"}, {"Name": "A"}]).message == (
        "The parameter 'A' is declared before, at $.Parameters[0]. @ $.Parameters[2].Name"
    )
    assert refusal(Parameters=[{"Name": "A", "DefaultValue": "prd", "EnumValues": ["dev", "prod"]}]).message == (
        "The default 'prd' of parameter 'A' is none of its EnumValues 'dev', 'prod'. Did you mean 'prod'? @ $.Parameters[0].DefaultValue"
    )
    many = [{"Name": f"P{number}"} for number in range(201)]
    assert len(define(Parameters=many[:200]).parameters) == 200
    assert refusal(Parameters=many).message == "A pipeline takes at most 200 parameters, and this one declares 201. @ $.Parameters"


@pytest.mark.fidelity("DEF-040")
def test_step_names_are_unique_across_branches(refusal: Refusal) -> None:
    """A step is listed in the pipeline or in one branch, not in both."""
    gate = {"Name": "Gate", "Type": "Condition", "Arguments": {"Conditions": [], "IfSteps": [train("A")], "ElseSteps": [train("B")]}}
    assert refusal(train("A"), gate, train("B")).report() == (
        "The step name 'A' is used before, at $.Steps[0]; names are unique across the pipeline and all branches."
        " @ $.Steps[1].Arguments.IfSteps[0].Name\n"
        "The step name 'B' is used before, at $.Steps[1].Arguments.ElseSteps[0]; names are unique across the pipeline and all branches."
        " @ $.Steps[2].Name"
    )


@pytest.mark.fidelity("DEF-041")
def test_names_of_bodies_and_their_children_are_taken(refusal: Refusal, define: Callable[..., Definition]) -> None:
    """Bodies share the pipeline's names, and a step may not be called what a ForEach child will be."""

    def each(name: str) -> JsonObject:
        return {"Name": name, "Type": "ForEach", "Arguments": {"IterableItems": [1], "MaxConcurrency": 1, "ForEachBody": [train("Body")]}}

    assert refusal(each("One"), each("Two")).message == (
        "The step name 'Body' is used before, at $.Steps[0].Arguments.ForEachBody[0];"
        " names are unique across the pipeline and all branches. @ $.Steps[1].Arguments.ForEachBody[0].Name"
    )
    assert refusal(each("Each"), train("Body-12")).message == (
        "The name 'Body-12' is kept for a child of the ForEach step 'Each'. @ $.Steps[1].Name"
    )
    assert len(define(each("Each"), train("Body-x"), train("Other-1"), train("Body12")).steps) == 4


@pytest.mark.fidelity("DEF-042")
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"ProcessingOutputConfig": {"Outputs": []}},
        {"ProcessingOutputConfig": {"Outputs": "x"}},
        {"ProcessingOutputConfig": {"Outputs": [1, {}]}},
    ],
)
def test_a_property_file_needs_its_output(refusal: Refusal, arguments: Json) -> None:
    """The service's words name the output that the processing job does not have."""
    error = refusal(evaluate(arguments))
    assert error.message == "Property file OutputName: [report] does not exist in ProcessingJob outputs"
    assert error.problems[0].path == "$.Steps[0].PropertyFiles[0].OutputName"


@pytest.mark.parametrize("output_name", ["report", {"Get": "Parameters.Name"}])
def test_a_property_file_stands_in_an_output(define: Callable[..., Definition], output_name: Json) -> None:
    """An output whose name is known only at run time may be the one."""
    arguments: Json = {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "other"}, {"OutputName": output_name}]}}
    definition = define(evaluate(arguments), Parameters=[{"Name": "Name"}])
    assert list(definition.steps["Eval"].property_files) == ["Report"]
