"""DependsOn, PropertyFiles and OutputParameters."""

from collections.abc import Callable

import pytest

from pytest_smpipeline._definition.nodes import Definition, Dependency, OutputParameter, PropertyFile
from pytest_smpipeline._definition.problems import DefinitionError

PREFIX = "Unable to parse pipeline definition. "
PREP: dict[str, object] = {
    "Name": "Prep",
    "Type": "Processing",
    "Arguments": {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "out"}]}},
}
CALL: dict[str, object] = {"Name": "Call", "Type": "Lambda", "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f"}


@pytest.mark.fidelity("DEF-030")
def test_depends_on_takes_names_and_triggers(define: Callable[..., Definition]) -> None:
    """A plain name waits for success; an object names the trigger, which is success when left out."""
    others = [{**CALL, "Name": name} for name in ("A", "B", "C", "D", "E")]
    depends_on = [
        "A",
        {"Step": "B", "Trigger": "Failed"},
        {"Step": "C", "Trigger": "Stopped"},
        {"Step": "D", "Trigger": "Any"},
        {"Step": "E"},
    ]
    definition = define(*others, {**CALL, "DependsOn": depends_on})
    assert definition.steps["Call"].depends_on == (
        Dependency("A", "Completed"),
        Dependency("B", "Failed"),
        Dependency("C", "Stopped"),
        Dependency("D", "Any"),
        Dependency("E", "Completed"),
    )


def test_property_files_and_outputs_are_declared(define: Callable[..., Definition]) -> None:
    """Property files are known by name; an output is a String unless it says otherwise."""
    files = [{"PropertyFileName": "Report", "OutputName": "out", "FilePath": "report.json"}]
    outputs = [{"OutputName": "a"}, {"OutputName": "b", "OutputType": "Float"}]
    definition = define({**PREP, "PropertyFiles": files}, {**CALL, "OutputParameters": outputs})
    assert definition.steps["Prep"].property_files == {"Report": PropertyFile("Report", "out", "report.json")}
    assert definition.steps["Call"].output_parameters == (OutputParameter("a", "String"), OutputParameter("b", "Float"))


@pytest.mark.fidelity("DEF-004", "DEF-006")
@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({**PREP, "DependsOn": {"A": 1}}, "Expecting start of Json Array."),
        ({**PREP, "DependsOn": "A"}, "Expecting start of Json Array."),
        ({**PREP, "DependsOn": [1]}, "Expecting the name of a step but found 1. @ $.Steps[0].DependsOn[0]"),
        ({**PREP, "DependsOn": [{"Trigger": "Any"}]}, "'Step' is required. @ $.Steps[0].DependsOn[0]"),
        ({**PREP, "DependsOn": [{"Step": 1}]}, "Expecting a string but found 1. @ $.Steps[0].DependsOn[0].Step"),
        ({**PREP, "DependsOn": [{"Step": "A", "On": "Any"}]}, "Cannot parse object, unknown property 'On'."),
        (
            {**PREP, "DependsOn": [{"Step": "A", "Trigger": "Fail"}]},
            "'Trigger' takes 'Any', 'Completed', 'Failed', 'Stopped', not 'Fail'. Did you mean 'Failed'? @ $.Steps[0].DependsOn[0].Trigger",
        ),
        ({**PREP, "PropertyFiles": {}}, "Expecting start of Json Array."),
        (
            {**PREP, "PropertyFiles": [{"PropertyFileName": "R"}]},
            "'OutputName' is required. @ $.Steps[0].PropertyFiles[0]; 'FilePath' is required. @ $.Steps[0].PropertyFiles[0]",
        ),
        (
            {**PREP, "PropertyFiles": [{"PropertyFileName": "R", "OutputName": "out", "FilePath": 1}]},
            "Expecting a string but found 1. @ $.Steps[0].PropertyFiles[0].FilePath",
        ),
        ({**CALL, "OutputParameters": ["a"]}, "Expecting start of Json Object."),
        ({**CALL, "OutputParameters": [{"OutputName": 1}]}, "Expecting a string but found 1. @ $.Steps[0].OutputParameters[0].OutputName"),
        ({**CALL, "OutputParameters": [{"Name": "a"}]}, "Cannot parse object, unknown property 'Name'."),
        ({**CALL, "PropertyFiles": []}, "Cannot parse object, unknown property 'PropertyFiles'."),
    ],
)
def test_members_that_cannot_be_read_are_refused(refusal: Callable[..., DefinitionError], step: object, message: str) -> None:
    """Each wrong member is named with its place, or in the service's own words."""
    assert refusal(step).message == PREFIX + message
