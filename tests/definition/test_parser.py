"""Definitions as a whole."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline._definition.expressions import ExecutionReference, ParameterReference
from pytest_smpipeline._definition.nodes import Definition
from pytest_smpipeline._definition.parser import parse_definition
from pytest_smpipeline._definition.problems import DefinitionError
from pytest_smpipeline._definition.step_schemas import STEP_SCHEMAS
from pytest_smpipeline.values import Json

PREFIX = "Unable to parse pipeline definition. "


@pytest.mark.fidelity("DEF-017")
def test_null_counts_as_absent_at_the_top(define: Callable[..., Definition]) -> None:
    """The SDK sends null for what was not set, and only the steps are needed."""
    members = dict.fromkeys(("Version", "Metadata", "Parameters", "PipelineExperimentConfig", "MlflowConfig"))
    definition = define(**members)
    assert (definition.version, definition.metadata, definition.parameters) == ("2020-12-01", {}, {})
    assert (definition.experiment, definition.mlflow, definition.steps, definition.top_level) == (None, None, {}, ())


def test_everything_at_the_top_is_kept(define: Callable[..., Definition]) -> None:
    """Metadata and the two experiment configurations are part of the definition."""
    definition = define(
        Metadata={"team": "a"},
        Parameters=[{"Name": "X"}],
        PipelineExperimentConfig={"ExperimentName": {"Get": "Execution.PipelineName"}, "TrialName": "t"},
        MlflowConfig={"MlflowExperimentName": {"Get": "Parameters.X"}},
    )
    assert definition.metadata == {"team": "a"}
    assert definition.experiment == {"ExperimentName": ExecutionReference("PipelineName"), "TrialName": "t"}
    assert definition.mlflow == {"MlflowExperimentName": ParameterReference("X")}


@pytest.mark.fidelity("DEF-090")
@pytest.mark.parametrize("name", ["PipelineExperimentConfig", "MlflowConfig"])
@pytest.mark.parametrize(
    ("value", "kind"),
    [(5, "5"), (True, "true"), (["a"], "an array"), ({"a": 1}, "an object"), ({"a": {"Get": "Execution.PipelineName"}}, "an object")],
    ids=["number", "boolean", "list", "object", "object with a reference"],
)
def test_a_configuration_holds_strings_and_references(define: Callable[..., Definition], name: str, value: Json, kind: str) -> None:
    """The answers that show these values have strings there, so nothing else can be meant."""
    member = "TrialName"

    with pytest.raises(DefinitionError) as caught:
        define(**{name: {member: value}})

    assert caught.value.message == (
        f"Unable to parse pipeline definition. '{member}' takes a string or a reference, not {kind}. @ $.{name}.{member}"
    )


def test_null_in_a_configuration_counts_as_absent(define: Callable[..., Definition]) -> None:
    """As it does at the top."""
    assert define(PipelineExperimentConfig={"TrialName": None}).experiment == {}


@pytest.mark.fidelity("DEF-001", "DEF-004", "DEF-006", "DEF-007", "DEF-018")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not json", "The text is not JSON that can be read: Expecting value at line 1 column 1 (char 0)."),
        ("[" * 100_000, "The text is not JSON that can be read: arrays and objects are nested too deeply."),
        ("[]", "Expecting start of Json Object."),
        ("null", "Expecting start of Json Object."),
        ('"x"', "Expecting start of Json Object."),
        ("{}", "'Steps' is required. @ $"),
        ('{"Steps": "Train"}', "Expecting start of Json Array."),
        ('{"Steps": {}}', "Expecting start of Json Array."),
        ('{"Steps": [], "Parameters": {}}', "Expecting start of Json Array."),
        ('{"Steps": [], "Metadata": []}', "Expecting start of Json Object."),
        ('{"Steps": [], "MlflowConfig": "x"}', "Expecting start of Json Object."),
        ('{"Steps": [], "PipelineExperimentConfig": {"Name": "x"}}', "Cannot parse object, unknown property 'Name'."),
        ('{"Step": []}', "Cannot parse object, unknown property 'Step'."),
        ('{"Steps": [], "Version": 1}', "Expecting a string but found 1. @ $.Version"),
        (
            '{"Steps": [], "Version": "2020-12-02"}',
            "'Version' takes '2020-12-01', not '2020-12-02'. Did you mean '2020-12-01'? @ $.Version",
        ),
    ],
    ids=lambda value: value[:30],
)
def test_what_is_no_definition_is_refused(text: str, message: str) -> None:
    """Whatever the text, the answer is a ValidationException that begins as the service's does."""
    with pytest.raises(DefinitionError) as caught:
        parse_definition(text)
    assert (caught.value.code, caught.value.message) == ("ValidationException", PREFIX + message)
    assert all(problem.path.startswith("$") for problem in caught.value.problems)


@pytest.mark.fidelity("DEF-002")
def test_problems_of_reading_come_first_and_together(refusal: Callable[..., DefinitionError]) -> None:
    """All that cannot be read is reported in one answer; references are looked at only when everything can be."""
    steps: list[Json] = [
        {"Name": "A", "Type": "Trainig", "Arguments": {}},
        {"Name": "B", "Type": "Training", "Arguments": {"X": {"Get": "Steps.Gone.x"}}, "Foo": 1},
    ]
    assert refusal(*steps, Parameters=[{"Name": 1}]).message == (
        PREFIX + "Expecting a string but found 1. @ $.Parameters[0].Name; "
        "'Trainig' is not a type of step. Did you mean 'Training'? @ $.Steps[0].Type; "
        "Cannot parse object, unknown property 'Foo'."
    )


def test_the_same_text_is_parsed_once() -> None:
    """A definition is cached by its text."""
    text = '{"Steps": [], "Metadata": {"cached": "yes"}}'
    assert parse_definition(text) is parse_definition("".join(list(text)))


def test_a_deep_caller_is_no_reason_to_refuse() -> None:
    """A definition with a hundred nested Condition steps is read from a stack that is already deep."""
    step: Any = {"Name": "Innermost", "Type": "Fail", "Arguments": {}}
    for level in range(100):
        step = {"Name": f"Gate{level}", "Type": "Condition", "Arguments": {"Conditions": [], "IfSteps": [step]}}
    text = json.dumps({"Steps": [step]})

    def deeper(levels: int) -> int:
        return deeper(levels - 1) if levels else len(parse_definition(text).steps)

    assert deeper(300) == 101


_NAMES = st.sampled_from(["A", "B", "C", "Train", "", "a b", "\ud800"])
_GETS = st.sampled_from(
    [
        "Parameters.A",
        "Execution.PipelineName",
        "Execution.X",
        "Steps.A.x",
        "Steps.B.PropertyFiles.R",
        "ForEach.CurrentItem",
        "x",
        "Steps.A[",
    ]
).map(lambda text: {"Get": text})
_KEYS = st.sampled_from(
    [
        "Name",
        "Type",
        "Arguments",
        "DependsOn",
        "Steps",
        "Parameters",
        "Conditions",
        "IfSteps",
        "ElseSteps",
        "ForEachBody",
        "Get",
        "Std:Join",
        "Std:JsonGet",
        "Values",
        "On",
        "Path",
        "PropertyFile",
        "S3Uri",
        "CacheConfig",
        "RetryPolicies",
        "PropertyFiles",
        "OutputParameters",
        "Step",
        "Trigger",
        "LeftValue",
        "RightValue",
        "Condition",
        "DefaultValue",
        "EnumValues",
        "Metadata",
        "PipelineExperimentConfig",
    ]
)
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _NAMES, st.sampled_from([*STEP_SCHEMAS, "Equals", "Not", "Or"]), _GETS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=5)),
    max_leaves=25,
)
_STEPS = st.fixed_dictionaries(
    {"Name": _NAMES, "Type": st.sampled_from([*STEP_SCHEMAS]), "Arguments": _JSON},
    optional={"DependsOn": st.lists(_NAMES, max_size=2), "PropertyFiles": _JSON, "CacheConfig": _JSON, "RetryPolicies": _JSON},
)


@pytest.mark.fidelity("DEF-007")
@given(st.one_of(_JSON, st.fixed_dictionaries({"Steps": st.lists(st.one_of(_STEPS, _JSON), max_size=4)}, optional={"Parameters": _JSON})))
def test_any_json_is_a_definition_or_refused(value: Json) -> None:
    """Whatever JSON arrives, the parser answers with a definition or with an error that can be sent."""
    outcome = _outcome(json.dumps(value))
    if isinstance(outcome, DefinitionError):
        assert outcome.problems
        assert (outcome.message + outcome.report()).encode()
    else:
        assert set(outcome.graph.dependencies) == set(outcome.steps)


def _outcome(text: str) -> Definition | DefinitionError:
    try:
        return parse_definition(text)
    except DefinitionError as error:
        return error


@given(st.text(max_size=40))
def test_any_text_is_a_definition_or_refused(text: str) -> None:
    """A text that is no JSON object is refused, and never breaks the parser."""
    with pytest.raises(DefinitionError):
        parse_definition(text)


@st.composite
def _pipelines(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return steps in which each refers only to earlier ones, some inside branches, in any order of the document."""
    earlier: list[str] = []
    steps: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 10))):
        name = f"S{number}"
        upstream = st.lists(st.sampled_from(earlier), max_size=2, unique=True) if earlier else st.just([])
        arguments: dict[str, Any] = {"In": [{"Get": f"Steps.{other}.x[0]['k']"} for other in draw(upstream)]}
        step = {"Name": name, "Type": "Training", "Arguments": arguments, "DependsOn": draw(upstream)}
        if draw(st.booleans()):
            branch = draw(st.sampled_from(["IfSteps", "ElseSteps"]))
            step = {
                "Name": f"Gate{number}",
                "Type": "Condition",
                "DependsOn": draw(upstream),
                "Arguments": {"Conditions": [], branch: [step]},
            }
        steps.append(step)
        earlier.append(name)
    return draw(st.permutations(steps))


@given(_pipelines())
def test_valid_definitions_can_be_put_in_order(steps: list[dict[str, Any]]) -> None:
    """Every step waits for exactly those it names, refers to or stands in, and no step waits for itself in the end."""
    definition = parse_definition(json.dumps({"Steps": steps}))
    graph = definition.graph
    for step in steps:
        inner = [child for branch in ("IfSteps", "ElseSteps") for child in step["Arguments"].get(branch, [])]
        for child, parents in [(step, []), *((child, [step["Name"]]) for child in inner)]:
            named = [reference["Get"].split(".")[1] for reference in child["Arguments"].get("In", [])]
            waits = {dependency.step for dependency in graph.dependencies[child["Name"]]}
            assert waits == {*child["DependsOn"], *named, *parents}
    for name, dependents in graph.dependents.items():
        for dependent in dependents:
            assert name in {dependency.step for dependency in graph.dependencies[dependent.step]}
    left = {name: {dependency.step for dependency in found} for name, found in graph.dependencies.items()}
    while ready := [name for name, waits in left.items() if not waits & left.keys()]:
        for name in ready:
            del left[name]
    assert left == {}
