"""Requests are what botocore makes of the arguments, and so is every complaint about them."""

import gc
import json
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from botocore import serialize, validate
from botocore.config import Config
from botocore.exceptions import ParamValidationError
from botocore.model import ServiceModel
from botocore.serialize import JSONSerializer, create_serializer
from botocore.validate import ParamValidationDecorator, ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline._doors.request_bodies import RequestBodies, content_of
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._operations.table import ANSWERED
from pytest_smpipeline.options import Options

Decorator: Any = ParamValidationDecorator
WRITE = "serialize_to_request"
MOST_MEMBERS = 4


class Word(str):
    """A text of a class of its own, which botocore takes as well."""

    __slots__ = ()


ODD: st.SearchStrategy[Any] = st.sampled_from([None, "", 0, -1, True, 2.5, b"x", [], {}, ("a",), Word("word"), {"Unknown": 1}])
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": st.integers(-1, 200),
    "long": st.integers(-1, 2**40),
    "timestamp": st.datetimes(),
}


@st.composite
def arguments(draw: st.DrawFn, shape: Any, depth: int = 0) -> Any:
    """Arguments of a shape, right and wrong."""
    if draw(st.integers(0, 15)) == 0:
        return draw(ODD)
    if shape.type_name == "structure":
        names = draw(st.lists(st.sampled_from(sorted(shape.members)), max_size=MOST_MEMBERS, unique=True)) if shape.members else []
        needed = [] if draw(st.integers(0, 7)) == 0 else shape.required_members
        return {name: draw(arguments(shape.members[name], depth + 1)) for name in dict.fromkeys([*names, *needed])} if depth < 4 else {}
    if shape.type_name == "list":
        return draw(st.lists(arguments(shape.member, depth + 1), max_size=2))
    if shape.type_name == "map":
        keys: Any = arguments(shape.key) if draw(st.booleans()) else st.text(max_size=3)
        return draw(st.dictionaries(keys, arguments(shape.value), max_size=2))
    if shape.type_name == "string":
        least = shape.metadata.get("min", 0)
        return draw(st.text(max_size=least + 3) if draw(st.integers(0, 9)) == 0 else st.text(min_size=least, max_size=least + 3))
    return draw(SCALARS[shape.type_name])


def made(serialiser: Any, parameters: Any, operation: Any) -> object:
    """The request that a serialiser makes, with everything that can be told apart, or its complaint."""
    try:
        request = serialiser.serialize_to_request(parameters, operation)
    except (ParamValidationError, TypeError, AttributeError) as error:
        return type(error), str(error)
    return [(name, list(value.items()) if isinstance(value, dict) else value) for name, value in request.items()]


@pytest.fixture(scope="module")
def model(early_session: Any) -> ServiceModel:
    """The installed model of the service."""
    found: ServiceModel = early_session.client("sagemaker", region_name="us-east-1").meta.service_model
    return found


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The arguments that botocore itself has checked, beneath whatever opens later."""
    seen: list[object] = []
    check = ParamValidator.validate

    def counted(self: ParamValidator, params: Any, shape: Any) -> Any:
        seen.append(params)
        return check(self, params, shape)

    monkeypatch.setattr(ParamValidator, "validate", counted)
    return seen


@pytest.mark.parametrize("name", [*sorted(ANSWERED), "CreateModel", "UpdateEndpoint"])
def test_a_request_is_what_it_is_without_us(name: str, model: ServiceModel) -> None:
    """For any arguments of our operations and of others: the same bytes, the same headers in the same order, or the same complaint."""
    if name not in model.operation_names:
        pytest.skip(f"the installed botocore does not know {name}")
    operation: Any = model.operation_model(name)
    stock, undo = create_serializer("json"), Undo()
    write = vars(Decorator)[WRITE]

    @given(arguments(operation.input_shape))
    @settings(max_examples=settings().max_examples // 2)
    def check(parameters: Any) -> None:
        without = made(type("Stock", (Decorator,), {WRITE: write})(ParamValidator(), JSONSerializer()), parameters, operation)
        assert made(stock, parameters, operation) == without

    RequestBodies().open(undo)
    try:
        check()
    finally:
        undo.run()


def test_arguments_that_are_right_are_checked_once(early: Callable[..., Any], service: Any, checked: list[object]) -> None:
    """By us, for every client, and in the next activation too; afterwards all is as it was."""
    before = vars(Decorator)[WRITE]
    client = early()
    for _ in range(2):
        doors = Doors(service)
        doors.open()
        client.describe_pipeline(PipelineName="churn")
        doors.close()
    assert [json.loads(request.body) for request in service.requests] == [{"PipelineName": "churn"}] * 2
    assert checked == []
    assert vars(Decorator)[WRITE] is before


def test_arguments_that_are_wrong_are_botocores_to_refuse(early: Callable[..., Any], doors: Doors, checked: list[object]) -> None:
    """In its words, with all that is wrong."""
    with pytest.raises(
        ParamValidationError, match='Missing required parameter in input: "PipelineName"\nUnknown parameter in input: "Name"'
    ):
        early().describe_pipeline(Name="churn")
    assert checked == [{"Name": "churn"}]


def test_a_client_without_validation_is_left_alone(early: Callable[..., Any], service: Any, doors: Doors) -> None:
    """Its serialiser is no validating one, and sends what it is given."""
    early(config=Config(parameter_validation=False)).describe_pipeline(PipelineName=7)
    assert json.loads(service.last.body) == {"PipelineName": 7}


@pytest.mark.parametrize("part", ["_serializer", "_param_validator"])
def test_another_serialiser_or_validator_does_its_own_work(
    early: Callable[..., Any], doors: Doors, checked: list[object], part: str
) -> None:
    """Whoever puts one of a class of its own into a client gets what that makes."""
    client = early()
    own: Any = {"_serializer": JSONSerializer, "_param_validator": ParamValidator}[part]
    setattr(client._serializer, part, type("Own", (own,), {})())
    client.describe_pipeline(PipelineName="churn")
    assert checked == [{"PipelineName": "churn"}]


def test_other_services_are_left_alone(early: Callable[..., Any], doors: Doors, checked: list[object]) -> None:
    """Only SageMaker's calls are answered here; others have shapes with rules of their own."""
    client = early("dynamodb")
    client.meta.events.register("before-call.dynamodb", lambda **_: (type("Answer", (), {"status_code": 200}), {}))
    client.list_tables(Limit=3)
    assert checked == [{"Limit": 3}]


@pytest.mark.parametrize(
    "text", ["churn", "Köln", "\U0001f600", "\ud83d\ude00", "\ud83d"], ids=["plain", "accent", "beyond", "halves", "half"]
)
def test_what_a_body_holds_is_known_as_it_reads(text: str, model: ServiceModel) -> None:
    """Once, to whoever comes with the very body; where JSON may change a text, the body has to be read."""
    request: Any = made_inside(create_serializer("json"), {"PipelineName": text}, model.operation_model("DescribePipeline"))
    body = dict(request)["body"]
    assert content_of(body) == (None if "\\ud" in body.decode() else json.loads(body))
    assert content_of(body) is None


def test_only_the_body_that_was_written_last_is_known(model: ServiceModel) -> None:
    """Neither an earlier one, nor one that merely looks the same."""
    bodies = []
    for _ in range(2):
        request: Any = made_inside(create_serializer("json"), {"PipelineName": "churn"}, model.operation_model("DescribePipeline"))
        bodies.append(dict(request)["body"])
    assert content_of(bodies[0]) is None
    assert content_of(bytes(bytearray(bodies[1]))) is None
    assert content_of(bodies[1]) == {"PipelineName": "churn"}


@pytest.mark.parametrize(("depth", "known"), [(40, True), (80, False)])
def test_a_body_that_is_nested_too_deep_is_read(depth: int, known: bool, model: ServiceModel) -> None:  # noqa: FBT001 # a case
    """The service refuses it; each level of a search has a list and an object."""
    deep: dict[str, Any] = {}
    for _ in range(depth):
        deep = {"SubExpressions": [deep]}
    parameters = {"Resource": "Pipeline", "SearchExpression": deep}
    request: Any = made_inside(create_serializer("json"), parameters, model.operation_model("Search"))
    assert content_of(dict(request)["body"]) == (parameters if known else None)


def test_what_a_caller_does_with_its_arguments_later_changes_no_request(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """The service has got a copy, as it has of what comes over the wire."""
    service.options = Options(wire="express")  # on the full road the text is read
    given: list[Any] = [{"Name": "Date", "Value": "2026-11-23"}]
    early().start_pipeline_execution(PipelineName="churn", PipelineParameters=given)
    given[0]["Value"] = "other"
    assert service.last.content["PipelineParameters"] == [{"Name": "Date", "Value": "2026-11-23"}]
    assert service.last.content == json.loads(service.last.body)


def test_whoever_is_given_a_request_may_change_it(early: Callable[..., Any], doors: Doors) -> None:
    """It is one's own, with its headers, at every call."""
    client, seen = early(), []

    def change(params: dict[str, Any], **_: object) -> None:
        seen.append(dict(params["headers"]))
        params["headers"]["X-Own"] = "own"
        params["url_path"] = "/own"

    client.meta.events.register("before-call.sagemaker", change)
    for _ in range(2):
        client.list_pipelines()
    assert ["X-Own" in headers for headers in seen] == [False, False]
    assert client._serializer.serialize_to_request({}, client.meta.service_model.operation_model("ListPipelines"))["url_path"] == "/"


@pytest.mark.parametrize(
    ("shape", "argument"),
    [
        ({"type": "blob"}, b"x"),
        ({"type": "timestamp"}, "2026-11-23"),
        ({"type": "double"}, 1.5),
        ({"type": "structure", "members": {}, "document": True}, {"any": 1}),
        ({"type": "structure", "members": {"A": {"shape": "Text"}}, "union": True}, {"A": "a"}),
        ({"type": "string", "jsonvalue": True, "location": "header"}, {"any": 1}),
    ],
    ids=["blob", "timestamp", "double", "document", "union", "JSON in a header"],
)
def test_shapes_with_rules_of_their_own_are_botocores(shape: dict[str, Any], argument: object, checked: list[object]) -> None:
    """Such a member is checked and written by botocore, and all others of the request with it."""
    operation, serialiser = ask(Odd=shape), create_serializer("json")
    parameters = {"Member": argument}
    without = made(serialiser, parameters, operation)
    assert made_inside(serialiser, parameters, operation) == without
    assert checked == [parameters, parameters]


@pytest.mark.parametrize(
    ("shape", "right", "wrong"),
    [
        ({"type": "boolean"}, True, 1),
        ({"type": "integer", "min": 1}, 1, 0),
        ({"type": "list", "member": {"shape": "Text"}, "min": 1}, ["a"], []),
        ({"type": "list", "member": {"shape": "Text"}}, [], "a"),
        ({"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}}, {"a": "b"}, {"a": 1}),
        ({"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}}, {}, []),
        ({"type": "string", "min": 2}, "ab", "a"),
        ({"type": "structure", "required": ["A"], "members": {"A": {"shape": "Text"}}}, {"A": "a"}, {}),
        ({"type": "structure", "members": {"A": {"shape": "Text"}}}, {}, {"B": "b"}),
    ],
    ids=["boolean", "integer", "short list", "list", "map of texts", "map", "string", "required", "unknown"],
)
def test_only_what_is_certainly_right_is_written_here(shape: dict[str, Any], right: object, wrong: object, checked: list[object]) -> None:
    """Each kind of shape, at the edge of what it takes."""
    operation, serialiser = ask(Odd=shape), create_serializer("json")
    found = [made_inside(serialiser, {"Member": argument}, operation) for argument in (right, wrong)]
    assert checked == [{"Member": wrong}]
    assert found == [made(serialiser, {"Member": argument}, operation) for argument in (right, wrong)]


@pytest.mark.parametrize(
    "operation", [{"endpoint": {"hostPrefix": "own."}}, {"input": None}], ids=["an endpoint of its own", "without arguments"]
)
def test_operations_with_rules_of_their_own_are_botocores(operation: dict[str, Any]) -> None:
    """An operation whose host has arguments in it, and one that takes none."""
    asked, serialiser = ask(operation, Odd={"type": "string"}), create_serializer("json")
    assert made_inside(serialiser, {}, asked) == made(serialiser, {}, asked)


def test_a_member_with_a_name_of_its_own_has_it_in_the_body(checked: list[object]) -> None:
    """As the model says; SageMaker's have none so far."""
    asked = ask(Odd={"type": "string"}, member={"locationName": "odd"})
    found: Any = made_inside(create_serializer("json"), {"Member": "churn"}, asked)
    assert dict(found)["body"] == b'{"odd": "churn"}'
    assert checked == []


def test_what_is_known_of_a_model_goes_with_it() -> None:
    """A test that makes clients leaves nothing behind."""

    def use() -> "weakref.ref[object]":
        operation = ask(Odd={"type": "string"})
        made_inside(create_serializer("json"), {"Member": "churn"}, operation)
        return weakref.ref(operation.service_model)

    left = use()
    gc.collect()
    assert left() is None


@pytest.mark.parametrize(
    ("module", "part"),
    [(Decorator, WRITE), (validate, "ParamValidationDecorator"), (validate, "ParamValidator"), (serialize, "JSONSerializer")],
    ids=["method", "decorator", "validator", "serialiser"],
)
def test_a_botocore_without_such_parts_is_left_alone(monkeypatch: pytest.MonkeyPatch, module: object, part: str) -> None:
    """It saves time alone, so nothing breaks where it does not fit."""
    monkeypatch.delattr(module, part)
    before, undo = vars(Decorator).copy(), Undo()
    RequestBodies().open(undo)
    assert vars(Decorator) == before
    undo.run()


def ask(operation: dict[str, Any] | None = None, *, member: dict[str, str] | None = None, **shapes: Any) -> Any:
    """An operation of SageMaker with one member, whose shape is Odd."""
    given_shape = {"type": "structure", "members": {"Member": {"shape": "Odd", **(member or {})}}}
    description: dict[str, Any] = {
        "metadata": {"targetPrefix": "SageMaker", "jsonVersion": "1.1", "protocol": "json"},
        "operations": {"Ask": {"name": "Ask", "http": {"method": "POST"}, "input": {"shape": "Input"}, **(operation or {})}},
        "shapes": {"Input": given_shape, "Text": {"type": "string"}, **shapes},
    }
    if (operation or {"input": True}).get("input", True) is None:
        del description["operations"]["Ask"]["input"]
    return ServiceModel(description, "sagemaker").operation_model("Ask")


def made_inside(serialiser: Any, parameters: Any, operation: Any) -> object:
    """What a serialiser makes while the patch is in place."""
    undo = Undo()
    RequestBodies().open(undo)
    try:
        return made(serialiser, parameters, operation)
    finally:
        undo.run()
