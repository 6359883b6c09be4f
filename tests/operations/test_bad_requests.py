"""Requests that no client should send: each is answered with a clear error, and nothing has changed then."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore.config
import pytest

from pytest_smpipeline import SMPipelineMock
from pytest_smpipeline._operations.table import ANSWERED
from pytest_smpipeline._wire import service_model
from pytest_smpipeline.shapes import Shape

ROLE = "arn:aws:iam::123456789012:role/SageMakerRole"
TOKEN = "0123456789abcdef0123456789abcdef"

Ask = Callable[..., tuple[int, dict[str, Any]]]
Picture = Callable[[], object]
Refusal = Callable[..., tuple[str, str]]


@pytest.fixture(autouse=True)
def churn(smpipeline: SMPipelineMock, definition: str, noon: object) -> str:
    """A pipeline with one execution, so that there is something to spoil; the ARN of the execution."""
    smpipeline.add("churn", definition)
    return smpipeline.start("churn").arn


@pytest.fixture
def good(churn: str, definition: str) -> dict[str, dict[str, Any]]:
    """A request for each operation that has every member its model knows, each of the right type."""
    sample = {"CreatePipeline": {"PipelineDefinition": definition, "RoleArn": ROLE}, "UpdatePipeline": {"PipelineDefinition": definition}}
    usual = {
        "PipelineName": "churn",
        "ResourceArn": churn.partition("/execution/")[0],
        "PipelineExecutionArn": churn,
        "ClientRequestToken": TOKEN,
    }
    shapes = {operation: service_model.current().input_shape(operation) for operation in ANSWERED}
    return {
        operation: {**filled(shape), **{name: usual[name] for name in usual if name in shape.members}, **sample.get(operation, {})}
        for operation, shape in shapes.items()
    }


def filled(shape: Shape, *around: Shape) -> Any:
    """Return a value with every member and one element in every list; a structure is not within itself."""
    if shape.type == "structure":
        inner = (*around, shape)
        return {name: filled(member, *inner) for name, member in shape.members.items() if member.element not in inner}
    if shape.element is not None:
        return [filled(shape.element, *around)]
    return "churn" if shape.type == "string" else 1


def places_in(value: Any, shape: Shape) -> Iterator[tuple[tuple[str | int, ...], Shape]]:
    """Yield the way to every value inside a value, with the shape it must have."""
    children: Any = ()
    if shape.type == "structure":
        children = ((name, value[name], shape.members[name]) for name in value)
    elif shape.element is not None:
        children = ((index, item, shape.element) for index, item in enumerate(value))
    for name, content, below in children:
        yield (name,), below
        yield from (((name, *way), inner) for way, inner in places_in(content, below))


def replaced(value: Any, way: tuple[str | int, ...], content: object) -> Any:
    """Return a copy of a value with something else at a place in it."""
    result = copy.deepcopy(value)
    place = result
    for name in way[:-1]:
        place = place[name]
    place[way[-1]] = content
    return result


WRONG: dict[str, list[object]] = {
    "string": [1, True, {}, [], 1.5],
    "list": ["churn", {}, 1],
    "structure": ["churn", [], 1, False],
    "integer": ["1", 1.5, True, [], {}],
    "long": ["1", 1.5, True, [], {}],
    "timestamp": ["2026-11-22", True, [], {}],
}


@pytest.mark.parametrize("operation", ANSWERED)
def test_a_value_of_the_wrong_type_is_named_with_its_place(
    raw: Ask, picture: Picture, good: dict[str, dict[str, Any]], operation: str
) -> None:
    """Wherever it stands, the request cannot be read, and nothing is done of it."""
    before = picture()
    shape = service_model.current().input_shape(operation)
    request = good[operation]

    for way, member in places_in(request, shape):
        for wrong in WRONG[member.type]:
            status, payload = raw(operation, replaced(request, way, wrong))
            named = ".".join(f"{name + 1}.member" if isinstance(name, int) else f"{name[:1].lower()}{name[1:]}" for name in way)

            assert (status, payload["__type"]) == (400, "SerializationException")
            assert payload["message"].startswith("Expected ")
            assert f" at '{named}', but found " in payload["message"]
    assert picture() == before


@pytest.mark.parametrize("operation", ["StartPipelineExecution", "DescribePipeline", "ListPipelines"])
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("not json", "it is not JSON: Expecting value: line 1 column 1 (char 0)."),
        ('{"PipelineName": "churn"', "it is not JSON: "),
        ('{"PipelineName": NaN}', "it is not JSON: NaN is not a value of JSON."),
        ('{"PipelineName": 1e999}', "it is not JSON: the number 1e999 is out of range."),
        (b'{"PipelineName": "\xff"}', "it is not UTF-8 at byte 18."),
        ("[]", "it is not a JSON object."),
        ('"churn"', "it is not a JSON object."),
        ("null", "it is not a JSON object."),
        ("7", "it is not a JSON object."),
        ("[" * 100_000 + "]" * 100_000, "it is nested deeper than 100 levels."),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "it is nested deeper than 100 levels."),
        ('{"PipelineName": "churn", "Unknown": ' + "[" * 100 + "]" * 100 + "}", "it is nested deeper than 100 levels."),
    ],
    ids=["words", "cut", "NaN", "infinite", "bytes", "list", "string", "null", "number", "deep lists", "deep objects", "deep inside"],
)
def test_a_body_that_cannot_be_read_is_refused_with_the_reason(
    raw: Ask, picture: Picture, operation: str, body: bytes | str, reason: str
) -> None:
    """The operation does not matter; nothing is done."""
    before = picture()

    status, payload = raw(operation, body)

    assert (status, payload["__type"]) == (400, "SerializationException")
    assert payload["message"].startswith(f"The request body cannot be read: {reason}")
    assert picture() == before


def test_an_empty_body_is_an_empty_object(raw: Ask) -> None:
    """So what is missing is the required member, not the body."""
    assert raw("DescribePipeline", b"") == (
        400,
        {
            "__type": "ValidationException",
            "message": "1 validation error detected: Value null at 'pipelineName' failed to satisfy constraint: Member must not be null",
        },
    )


def test_several_violations_are_in_one_message(raw: Ask, picture: Picture) -> None:
    """In the order of the model, each with its place."""
    before = picture()

    status, payload = raw(
        "StartPipelineExecution",
        {
            "PipelineName": "-",
            "PipelineParameters": [{"Name": "a b", "Value": "x"}, {"Name": "b"}],
            "ClientRequestToken": "short",
            "ParallelismConfiguration": {"MaxParallelExecutionSteps": 0},
        },
    )

    assert status == 400
    assert payload["message"].startswith("5 validation errors detected: Value '-' at 'pipelineName' failed to satisfy constraint: ")
    assert [violation.partition(" failed")[0] for violation in payload["message"].partition(": ")[2].split("; ")] == [
        "Value '-' at 'pipelineName'",
        "Value 'a b' at 'pipelineParameters.1.member.name'",
        "Value null at 'pipelineParameters.2.member.value'",
        "Value 'short' at 'clientRequestToken'",
        "Value '0' at 'parallelismConfiguration.maxParallelExecutionSteps'",
    ]
    assert picture() == before


@pytest.mark.fidelity("QUOTA-006")
@pytest.mark.parametrize(
    ("member", "items", "place"),
    [
        ("PipelineParameters", [{"Name": f"P{number}", "Value": "x"} for number in range(201)], "pipelineParameters"),
        (
            "SelectiveExecutionConfig",
            {"SelectedSteps": [{"StepName": f"S{number}"} for number in range(51)]},
            "selectiveExecutionConfig.selectedSteps",
        ),
    ],
    ids=["parameters", "steps"],
)
def test_a_start_takes_200_parameters_and_50_selected_steps(raw: Ask, picture: Picture, member: str, items: Any, place: str) -> None:
    """One more is refused before anybody asks whether they exist."""
    before = picture()

    status, payload = raw("StartPipelineExecution", {"PipelineName": "churn", "ClientRequestToken": TOKEN, member: items})

    assert (status, payload["__type"]) == (400, "ValidationException")
    most = 200 if member == "PipelineParameters" else 50
    assert payload["message"].endswith(f" at '{place}' failed to satisfy constraint: Member must have length less than or equal to {most}")
    assert picture() == before


@pytest.mark.parametrize("operation", ["CreatePipeline", "UpdatePipeline"])
@pytest.mark.parametrize(
    ("monster", "message"),
    [
        (
            " " * 2_000_000,
            (
                "1 validation error detected: Value at 'pipelineDefinition' failed to satisfy constraint: "
                "Member must have length less than or equal to 1048576"
            ),
        ),
        (
            "",
            (
                "1 validation error detected: Value '' at 'pipelineDefinition' failed to satisfy constraint: "
                "Member must have length greater than or equal to 1"
            ),
        ),
        (" " * 1_048_576, "Unable to parse pipeline definition. "),
        ("[" * 100_000 + "]" * 100_000, "Unable to parse pipeline definition. "),
        ('{"Steps":' * 100_000 + "1" + "}" * 100_000, "Unable to parse pipeline definition. "),
        ("[]", "Unable to parse pipeline definition. Expecting start of Json Object."),
        ("NaN", "Unable to parse pipeline definition. "),
        ("1" * 10_000, "Unable to parse pipeline definition. "),
        ('"\\ud800"', "Unable to parse pipeline definition. "),
        ("\ufeff{}", "Unable to parse pipeline definition. "),
    ],
    ids=["2 MB", "empty", "1 MiB of blanks", "deep lists", "deep objects", "list", "NaN", "long number", "surrogate", "byte order mark"],
)
def test_a_monstrous_definition_is_refused(raw: Ask, picture: Picture, operation: str, monster: str, message: str) -> None:
    """Whatever its size and depth, the answer is an error of the service, and quick."""
    before = picture()

    name = "churn" if operation == "UpdatePipeline" else "new"
    status, payload = raw(operation, {"PipelineName": name, "PipelineDefinition": monster, "RoleArn": ROLE, "ClientRequestToken": TOKEN})

    assert (status, payload["__type"]) == (400, "ValidationException")
    assert payload["message"].startswith(message)
    assert picture() == before


@pytest.mark.parametrize("depth", [10, 60, 70, 150, 300, 450, 900, 1_500])
def test_arguments_of_any_depth_are_taken_or_refused(raw: Ask, depth: int) -> None:
    """There is no depth at which the definition can be read but not run."""
    step = '{"Name": "A", "Type": "Lambda", "FunctionArn": "arn:f", "Arguments": {"x": DEEP}}'
    definition = f'{{"Version": "2020-12-01", "Steps": [{step}]}}'
    body = {"PipelineDefinition": definition.replace("DEEP", "[" * depth + "]" * depth), "RoleArn": ROLE, "ClientRequestToken": TOKEN}

    status, payload = raw("CreatePipeline", {"PipelineName": "deep", **body})
    started, _ = raw("StartPipelineExecution", {"PipelineName": "deep", "ClientRequestToken": TOKEN})

    assert status == started
    assert status == (200 if depth <= 60 else 400), payload


@pytest.mark.parametrize(
    ("method", "members", "code", "message"),
    [
        (
            "start_pipeline_execution",
            {"ClientRequestToken": "short", "PipelineName": "churn"},
            "ValidationException",
            (
                "1 validation error detected: Value 'short' at 'clientRequestToken' failed to satisfy constraint: "
                "Member must have length greater than or equal to 32"
            ),
        ),
        (
            "create_pipeline",
            {"PipelineName": "new", "ClientRequestToken": TOKEN},
            "ValidationException",
            "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
        ),
        (
            "describe_pipeline_execution",
            {"PipelineExecutionArn": None},
            "ValidationException",
            "1 validation error detected: Value null at 'pipelineExecutionArn' failed to satisfy constraint: Member must not be null",
        ),
    ],
    ids=["short token", "no role", "null"],
)
def test_a_client_that_does_not_check_its_parameters_is_told_by_the_service(
    refusal: Refusal, picture: Picture, method: str, members: dict[str, object], code: str, message: str
) -> None:
    """botocore's own checks can be switched off; the service's cannot."""
    client = boto3.client("sagemaker", config=botocore.config.Config(parameter_validation=False))
    before = picture()

    assert refusal(getattr(client, method), **members) == (code, message)
    assert picture() == before


def test_what_a_handler_makes_of_the_body_is_checked_too(smpipeline: SMPipelineMock, refusal: Refusal, picture: Picture) -> None:
    """botocore's serialiser would fail on an object where a list belongs; other clients send it."""

    def spoil(params: dict[str, Any], **_: object) -> None:
        params["body"] = json.dumps({"PipelineName": "churn", "PipelineParameters": {"Date": "d"}, "ClientRequestToken": TOKEN})

    client = smpipeline.client()
    client.meta.events.register("before-call", spoil)
    before = picture()

    assert refusal(client.start_pipeline_execution, PipelineName="churn") == (
        "SerializationException",
        "Expected a list at 'pipelineParameters', but found an object.",
    )
    assert picture() == before


def violations_of(shape: Shape) -> Iterator[object]:
    """Yield values that break each rule which a shape has for its size, its range or its words."""
    if shape.enum:
        yield "Nonsense"
    for bound in [*([shape.maximum + 1] if shape.maximum else []), *([shape.minimum - 1] if shape.minimum else [])]:
        yield "x" * bound if shape.type == "string" else [filled(shape.element)] * bound if shape.element else bound


@pytest.mark.parametrize("operation", ANSWERED)
def test_one_member_that_breaks_the_model_is_enough(raw: Ask, picture: Picture, good: dict[str, dict[str, Any]], operation: str) -> None:
    """Too short, too long, too many, too small, no word of the enum, or missing: the member is named, and nothing is done."""
    before = picture()
    shape = service_model.current().input_shape(operation)

    for name, member in shape.members.items():
        for wrong in (*violations_of(member), *([None] if name in shape.required else [])):
            status, payload = raw(operation, {**good[operation], name: wrong})

            assert (status, payload["__type"]) == (400, "ValidationException")
            assert f" at '{name[:1].lower()}{name[1:]}' failed to satisfy constraint: " in payload["message"]
    assert picture() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda smp: smp.start("churn"),
        lambda smp: smp.client().update_pipeline(PipelineName="churn", PipelineDescription="other"),
        lambda smp: smp.client().delete_pipeline(PipelineName="churn"),
        lambda smp: smp.add("other", smp.add("churn", '{"Version": "2020-12-01", "Steps": []}').definition),
    ],
    ids=["start", "update", "delete", "add"],
)
def test_the_picture_of_the_state_shows_every_change(
    smpipeline: SMPipelineMock, picture: Picture, change: Callable[[SMPipelineMock], object]
) -> None:
    """What the tests above compare would not stay equal if a refused request did anything."""
    before = picture()
    assert picture() == before

    change(smpipeline)

    assert picture() != before
