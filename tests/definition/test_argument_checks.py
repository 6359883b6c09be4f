"""Arguments of job steps beside the input of the operation that the step calls, with shapes small enough to be seen whole."""

import json
from collections.abc import Callable

import pytest

from pytest_smpipeline._definition.parser import parse_definition
from pytest_smpipeline._definition.problems import DefinitionError
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.values import Json, JsonObject

PREFIX = "Unable to parse pipeline definition. "
SCALAR = "Expecting a string, a number, a boolean or a function but found"


def structure(name: str, **members: Shape) -> Shape:
    """Return the shape of a structure."""
    return Shape(name=name, type="structure", members=members)


TEXT = Shape(name="Text", type="string")
NUMBER = {kind: Shape(name=kind.title(), type=kind) for kind in ("integer", "long", "float", "double")}
FLAG = Shape(name="Flag", type="boolean")
MOMENT = Shape(name="Moment", type="timestamp")
MODE = Shape(name="InputMode", type="string", enum=("Pipe", "File"))
CONFIG = structure("Config", Mode=MODE, Subnets=Shape(name="Subnets", type="list", element=TEXT), At=MOMENT)
JOB = structure(
    "Job",
    Name=TEXT,
    Mode=MODE,
    Flag=FLAG,
    Config=CONFIG,
    Configs=Shape(name="Configs", type="list", element=CONFIG),
    Environment=Shape(name="Environment", type="map", value=TEXT),
    **{kind.title(): shape for kind, shape in NUMBER.items()},
)

Accept = Callable[..., list[str]]
Refuse = Callable[..., DefinitionError]


@pytest.fixture
def accept() -> Accept:
    """Return a function that parses a definition of one step and returns the names of all; operations take JOB unless told otherwise."""

    def accept(
        arguments: JsonObject, *, kind: str = "Training", shapes: dict[str, Shape] | None = None, beside: Json = None, **step: Json
    ) -> list[str]:
        described: Json = {"Name": "A", "Type": kind, "Arguments": arguments, **step}
        parameters: Json = [{"Name": name, "Type": name} for name in ("String", "Integer", "Float", "Boolean")]
        text = json.dumps({"Version": "2020-12-01", "Parameters": parameters, "Steps": [described, *([beside] if beside else [])]})
        return list(parse_definition(text, lambda operation: JOB if shapes is None else shapes[operation]).steps)

    return accept


@pytest.fixture
def refuse(accept: Accept) -> Refuse:
    """Return a function that parses the same, and returns the error."""

    def refuse(arguments: JsonObject, **members: object) -> DefinitionError:
        with pytest.raises(DefinitionError) as caught:
            accept(arguments, **members)
        return caught.value

    return refuse


def problems(error: DefinitionError) -> list[tuple[str, str]]:
    """Return the paths and messages of an error."""
    return [(problem.path, problem.message) for problem in error.problems]


def get(reference: str) -> dict[str, Json]:
    """Return a reference."""
    return {"Get": reference}


JOIN: dict[str, Json] = {"Std:Join": {"On": "", "Values": [get("Parameters.Integer")]}}
JSON_GET: dict[str, Json] = {"Std:JsonGet": {"S3Uri": "s3://bucket/key", "Path": "a"}}


def test_without_shapes_arguments_may_be_anything() -> None:
    """Whoever reads a definition without asking for the check gets none."""
    step: Json = {"Name": "A", "Type": "Training", "Arguments": {"Nme": {"a": 1}}}

    definition = parse_definition(json.dumps({"Version": "2020-12-01", "Steps": [step]}))

    assert definition.steps["A"].arguments == {"Nme": {"a": 1}}


def test_the_same_text_and_shapes_are_checked_once() -> None:
    """Reading is kept by both."""
    asked: list[str] = []

    def shape(operation: str) -> Shape:
        asked.append(operation)
        return JOB

    step: Json = {"Name": "A", "Type": "Training", "Arguments": {"Name": "a"}}
    text = json.dumps({"Version": "2020-12-01", "Steps": [step]})

    assert parse_definition(text, shape) is parse_definition(text, shape)
    assert asked == ["CreateTrainingJob"]


@pytest.mark.fidelity("ARG-001")
@pytest.mark.parametrize(
    ("arguments", "path", "name"),
    [
        ({"Nme": "a"}, "Nme", "Nme"),
        ({"Config": {"Mdoe": "File"}}, "Config.Mdoe", "Mdoe"),
        ({"Config": {"Mdoe": None}}, "Config.Mdoe", "Mdoe"),
        ({"Configs": [{}, {"a b": 1}]}, "Configs[1]['a b']", "a b"),
        ({"Nme": get("Parameters.String")}, "Nme", "Nme"),
    ],
    ids=["outermost", "nested", "null", "in a list", "with a reference"],
)
def test_a_member_that_the_operation_does_not_have_is_refused(refuse: Refuse, arguments: JsonObject, path: str, name: str) -> None:
    """Wherever it stands and whatever it holds."""
    error = refuse(arguments)

    assert error.message == f"{PREFIX}Unknown Argument member '{name}'."
    assert problems(error) == [(f"$.Steps[0].Arguments.{path}", f"Unknown Argument member '{name}'.")]


@pytest.mark.fidelity("ARG-002")
@pytest.mark.parametrize(
    ("shape", "member"), [("CreateModelPackageInput", "ModelPackageName"), ("ContainerDefinition", "AdditionalModelDataSources")]
)
def test_what_pipelines_leave_out_of_an_operation_is_unknown(accept: Accept, refuse: Refuse, shape: str, member: str) -> None:
    """The member is the API's, and belongs to shapes of other names too, but the service of pipelines does not know it there."""
    assert refuse({member: "a"}, shapes={"CreateTrainingJob": structure(shape, **{member: TEXT})}).message == (
        f"{PREFIX}Unknown Argument member '{member}'."
    )
    assert accept({member: "a"}, shapes={"CreateTrainingJob": structure("Other", **{member: TEXT})}) == ["A"]


@pytest.mark.fidelity("ARG-003")
def test_what_pipelines_add_to_an_operation_is_accepted(accept: Accept) -> None:
    """The member is none of the API's."""
    shape = structure("HyperParameterAlgorithmSpecification")

    assert accept({"EnableSageMakerMetricsTimeSeries": True}, shapes={"CreateTrainingJob": shape}) == ["A"]


@pytest.mark.fidelity("ARG-004")
@pytest.mark.parametrize(
    ("arguments", "path"),
    [({"Mode": "FastFile"}, "Mode"), ({"Configs": [{"Mode": "FastFile"}]}, "Configs[0].Mode")],
    ids=["outermost", "in a list"],
)
def test_a_string_outside_of_an_enum_is_refused(refuse: Refuse, arguments: JsonObject, path: str) -> None:
    """The message names the shape, and its values in the model's order."""
    error = refuse(arguments)

    assert error.message == (
        "Unable to parse pipeline definition. Model Validation failed: "
        "Value 'FastFile' for 'InputMode' failed to satisfy enum value set: [Pipe, File]"
    )
    assert [problem.path for problem in error.problems] == [f"$.Steps[0].Arguments.{path}"]


@pytest.mark.parametrize("value", ["File", get("Parameters.String"), JOIN, JSON_GET, 5], ids=["value", "get", "join", "json", "number"])
@pytest.mark.fidelity("ARG-004", "ARG-011")
def test_an_enum_takes_its_values_and_what_is_known_later(accept: Accept, value: Json) -> None:
    """Only a literal string can be seen to be wrong."""
    assert accept({"Mode": value}) == ["A"]


FUNCTIONS = [get("Parameters.String"), get("Execution.PipelineName"), get("Steps.B.A"), JOIN, JSON_GET]


@pytest.mark.fidelity("ARG-005")
@pytest.mark.parametrize("value", ["a", 1, True, *FUNCTIONS, ["a"]], ids=str)
@pytest.mark.parametrize("member", ["Config", "Environment"])
def test_where_an_object_belongs_nothing_else_stands(refuse: Refuse, member: str, value: Json) -> None:
    """A function is no object, although it is written as one."""
    error = refuse({member: value})

    assert error.message == "Unable to parse pipeline definition. Expecting start of Json Object."
    assert [problem.path for problem in error.problems] == [f"$.Steps[0].Arguments.{member}"]


@pytest.mark.fidelity("ARG-006")
@pytest.mark.parametrize("value", ["a", 1, True, *FUNCTIONS, {}, {"a": 1}], ids=str)
def test_where_a_list_belongs_nothing_else_stands(refuse: Refuse, value: Json) -> None:
    """A parameter cannot hold the subnets; the items of the list may be parameters."""
    error = refuse({"Config": {"Subnets": value}})

    assert error.message == "Unable to parse pipeline definition. Expecting start of Json Array."
    assert [problem.path for problem in error.problems] == ["$.Steps[0].Arguments.Config.Subnets"]


@pytest.mark.fidelity("ARG-007")
@pytest.mark.parametrize(
    ("arguments", "path", "found"),
    [
        ({"Name": {}}, "Name", "an object"),
        ({"Name": {"a": 1}}, "Name", "an object"),
        ({"Integer": [1]}, "Integer", "an array"),
        ({"Environment": {"A": {"a": 1}}}, "Environment.A", "an object"),
        ({"Config": {"Subnets": ["a", ["b"]]}}, "Config.Subnets[1]", "an array"),
    ],
)
def test_where_a_scalar_belongs_no_container_stands(refuse: Refuse, arguments: JsonObject, path: str, found: str) -> None:
    """The words are this package's own and name the place."""
    assert refuse(arguments).message == f"{PREFIX}{SCALAR} {found}. @ $.Steps[0].Arguments.{path}"


@pytest.mark.fidelity("ARG-008")
@pytest.mark.parametrize("value", ["a", 1, 1.5, True, None], ids=str)
@pytest.mark.parametrize("member", ["Name", "Integer", "Float", "Flag"])
def test_a_literal_scalar_stands_where_any_scalar_belongs(accept: Accept, member: str, value: Json) -> None:
    """Whether the service reads a number where the API has a string is not known."""
    assert accept({member: value}) == ["A"]


@pytest.mark.fidelity("ARG-009")
@pytest.mark.parametrize("arguments", [{}, {"Config": None, "Configs": None, "Environment": None}, {"Configs": [None, {}]}], ids=str)
def test_what_is_missing_or_null_is_no_problem(accept: Accept, arguments: JsonObject) -> None:
    """The operation's own requirements are met, or not, when the job is made."""
    required = Shape(name="Job", type="structure", members=JOB.members, required=frozenset({"Name"}))

    assert accept(arguments, shapes={"CreateTrainingJob": required}) == ["A"]


FITTING = {
    "String": {"Name", "Mode", "At"},
    "Integer": {"Integer", "Long", "Float", "Double", "At"},
    "Float": {"Float", "Double", "At"},
    "Boolean": {"Flag"},
}
TYPES = {"Name": "String", "Mode": "String", "Flag": "Boolean", "At": "Timestamp"}


@pytest.mark.fidelity("ARG-010")
@pytest.mark.parametrize("declared", list(FITTING))
@pytest.mark.parametrize("member", ["Name", "Mode", "Flag", "Integer", "Long", "Float", "Double", "At"])
def test_a_parameter_gives_its_value_to_arguments_of_its_type(accept: Accept, refuse: Refuse, member: str, declared: str) -> None:
    """Whole numbers also go where fractions may stand."""
    value = get(f"Parameters.{declared}")
    arguments: JsonObject = {"Config": {"At": value}} if member == "At" else {member: value}

    if member in FITTING[declared]:
        assert accept(arguments) == ["A"]
    else:
        assert refuse(arguments).message == (
            f"Cannot assign property reference [Parameters.{declared}] to argument of type [{TYPES.get(member, member)}]."
        )


@pytest.mark.fidelity("ARG-010")
@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"Environment": {"SPLIT": get("Parameters.Integer")}}, "Environment.SPLIT"),
        ({"Configs": [{"Subnets": ["a", get("Parameters.Integer")]}]}, "Configs[0].Subnets[1]"),
    ],
    ids=["map", "list"],
)
def test_a_parameter_is_checked_inside_of_maps_and_lists(refuse: Refuse, arguments: JsonObject, path: str) -> None:
    """What a map holds under its names has a type as well."""
    message = "Cannot assign property reference [Parameters.Integer] to argument of type [String]."

    assert problems(refuse(arguments)) == [(f"$.Steps[0].Arguments.{path}", message)]


@pytest.mark.fidelity("ARG-019")
@pytest.mark.parametrize("declared", list(FITTING))
@pytest.mark.parametrize("member", ["Name", "Flag", "Integer", "Double"])
def test_a_declared_output_gives_its_value_to_arguments_of_its_type(accept: Accept, refuse: Refuse, member: str, declared: str) -> None:
    """The words are those for a parameter, with the reference as it is written."""
    beside: Json = {
        "Name": "Call",
        "Type": "Lambda",
        "FunctionArn": "arn",
        "OutputParameters": [{"OutputName": "o", "OutputType": declared}],
    }
    arguments: JsonObject = {member: get("Steps.Call.OutputParameters['o']")}

    if member in FITTING[declared]:
        assert accept(arguments, beside=beside) == ["A", "Call"]
    else:
        assert refuse(arguments, beside=beside).message == (
            f"Cannot assign property reference [Steps.Call.OutputParameters['o']] to argument of type [{TYPES.get(member, member)}]."
        )


@pytest.mark.fidelity("ARG-011")
@pytest.mark.parametrize("value", [get("Execution.PipelineName"), get("Steps.B.TrainingJobName"), JOIN, JSON_GET], ids=str)
@pytest.mark.parametrize("member", ["Name", "Integer", "Flag"])
def test_other_functions_stand_where_any_scalar_belongs(accept: Accept, member: str, value: Json) -> None:
    """Of what they are worth little is known before they run; Std:Join is how a number becomes a string."""
    assert accept({member: value}, beside={"Name": "B", "Type": "Training", "Arguments": {}}) == ["A", "B"]


def test_an_undeclared_parameter_is_reported_as_such_only(refuse: Refuse) -> None:
    """It has no type that could be wrong."""
    assert [problem.path for problem in refuse({"Name": get("Parameters.P")}).problems] == ["$.Steps[0].Arguments.Name.Get"]


@pytest.mark.fidelity("ARG-012")
def test_problems_of_reading_come_before_those_of_arguments_and_those_before_types_and_references(refuse: Refuse) -> None:
    """Three answers, of which each is given when the one before has nothing to tell."""
    wrong: JsonObject = {"Name": get("Parameters.Integer"), "Mode": get("Parameters.Gone")}

    unreadable = refuse({**wrong, "Nme": {"Get": 5}}, Colour="red")
    unknown = refuse({**wrong, "Nme": 1, "Flg": 2})
    unfit = refuse(wrong)

    assert unreadable.message.startswith(f"{PREFIX}Cannot parse object, unknown property 'Colour'.; ")
    assert "Nme'" not in unreadable.message
    assert unknown.message == f"{PREFIX}Unknown Argument member 'Nme'.; Unknown Argument member 'Flg'."
    assert [problem.path for problem in unfit.problems] == ["$.Steps[0].Arguments.Mode.Get", "$.Steps[0].Arguments.Name"]


OPERATIONS = {
    "Training": "CreateTrainingJob",
    "Processing": "CreateProcessingJob",
    "Transform": "CreateTransformJob",
    "Tuning": "CreateHyperParameterTuningJob",
    "Model": "CreateModel",
    "RegisterModel": "CreateModelPackage",
    "QualityCheck": "CreateProcessingJob",
    "ClarifyCheck": "CreateProcessingJob",
    "EndpointConfig": "CreateEndpointConfig",
    "Endpoint": "CreateEndpoint",
    "InferenceComponent": "CreateInferenceComponent",
}


@pytest.mark.fidelity("ARG-013")
@pytest.mark.parametrize("kind", OPERATIONS)
def test_a_step_calls_the_operation_of_its_type(accept: Accept, refuse: Refuse, kind: str) -> None:
    """Both checks are processing jobs."""
    shapes = {OPERATIONS[kind]: JOB}
    check: JsonObject = {"CheckType": {"QualityCheck": "DATA_QUALITY", "ClarifyCheck": "DATA_BIAS"}[kind]} if "Check" in kind else {}

    assert accept({"Name": "a"}, kind=kind, shapes=shapes, **check) == ["A"]
    assert refuse({"Nme": "a"}, kind=kind, shapes=shapes, **check).message == f"{PREFIX}Unknown Argument member 'Nme'."


@pytest.mark.fidelity("ARG-014")
def test_an_automl_step_uses_members_of_either_version(accept: Accept, refuse: Refuse) -> None:
    """The step's type does not tell which of the two operations it calls."""
    shapes = {"CreateAutoMLJob": structure("V1", Old=TEXT, Both=MODE), "CreateAutoMLJobV2": structure("V2", New=TEXT, Both=MODE)}

    assert accept({"Old": "a", "Both": "File"}, kind="AutoML", shapes=shapes) == ["A"]
    assert accept({"New": "a", "Both": "File"}, kind="AutoML", shapes=shapes) == ["A"]
    assert refuse({"Name": "a"}, kind="AutoML", shapes=shapes).message == f"{PREFIX}Unknown Argument member 'Name'."


@pytest.mark.fidelity("ARG-015")
@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("Lambda", {"FunctionArn": "arn:f"}),
        ("Callback", {"SqsQueueUrl": "https://sqs"}),
        ("EMR", {}),
        ("EMRServerless", {}),
        ("Lineage", {}),
        ("BedrockCustomModel", {}),
    ],
)
def test_steps_that_call_no_job_of_sagemaker_take_any_argument(accept: Accept, kind: str, members: JsonObject) -> None:
    """What they hand on belongs to others."""
    assert accept({"anything": {"at": ["all"]}}, kind=kind, shapes={}, **members) == ["A"]


@pytest.mark.fidelity("ARG-016")
def test_steps_of_a_body_are_checked_as_their_types(refuse: Refuse) -> None:
    """The path leads into the body."""
    body: list[Json] = [{"Name": "B", "Type": "Training", "Arguments": {"Nme": "a"}}]

    error = refuse({"IterableItems": [1], "MaxConcurrency": 1, "ForEachBody": body}, kind="ForEach")

    assert problems(error) == [("$.Steps[0].Arguments.ForEachBody[0].Arguments.Nme", "Unknown Argument member 'Nme'.")]


@pytest.mark.fidelity("ARG-016")
def test_an_item_of_a_loop_stands_anywhere(accept: Accept) -> None:
    """What the items are is not known before the loop runs."""
    arguments: Json = {"Name": get("ForEach.CurrentItem"), "Config": get("ForEach.CurrentItem"), "Configs": get("ForEach.CurrentItem")}

    assert accept(
        {"IterableItems": [1], "MaxConcurrency": 1, "ForEachBody": [{"Name": "B", "Type": "Training", "Arguments": arguments}]},
        kind="ForEach",
    ) == ["A"]


def test_steps_in_branches_are_checked(refuse: Refuse) -> None:
    """The path leads into the branch."""
    branch: list[Json] = [{"Name": "B", "Type": "Training", "Arguments": {"Nme": "a"}}]

    error = refuse({"Conditions": [], "IfSteps": branch}, kind="Condition")

    assert problems(error) == [("$.Steps[0].Arguments.IfSteps[0].Arguments.Nme", "Unknown Argument member 'Nme'.")]
