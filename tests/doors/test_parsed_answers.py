"""Answers without bytes: what botocore's own parser would have made of the bytes, to the type and the order."""

import gc
import logging
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.endpoint import convert_to_response_dict
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.parsers import JSONParser, RestJSONParser, create_parser
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline._doors.parsed_answers import parsed_answer
from pytest_smpipeline._doors.replies import http_response
from pytest_smpipeline._operations.table import ANSWERED
from pytest_smpipeline._wire.aws_json import headers, serialise
from pytest_smpipeline._wire.messages import Answer

MOST_MEMBERS = 4  # of one structure at a time: those that Search answers have hundreds
NOON = datetime(2026, 11, 22, 12, 0, 0, 123_000, tzinfo=UTC)


def answered(payload: dict[str, Any]) -> Answer:
    """The answer of the service with these members."""
    return Answer(200, payload, serialise(payload), headers("5e1f-id"))


def by_botocore(parser: Any, operation: Any, answer: Answer) -> Any:
    """What the parser makes of the bytes."""
    return parser.parse(convert_to_response_dict(http_response(answer, "https://here"), operation), operation.output_shape)


def exactly(value: object) -> object:
    """A value with everything that can be told apart: types, order, zones."""
    if isinstance(value, dict):
        return dict, [(exactly(name), exactly(item)) for name, item in value.items()]
    if isinstance(value, list):
        return list, [exactly(item) for item in value]
    if isinstance(value, datetime):
        return datetime, value.replace(tzinfo=None), value.fold, type(value.tzinfo), value.utcoffset(), value.tzname()
    return type(value), value


SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "integer": st.integers(),
    "long": st.integers(),
    "string": st.text(max_size=5),
    "timestamp": st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 # made aware there
}


def is_usual(shape: Any) -> bool:
    """Whether a shape, or what a list of it holds, is one that pipelines have; Search shows resources that have others."""
    inner = shape.member if shape.type_name == "list" else shape
    return inner.type_name != "blob" and not (getattr(inner, "is_tagged_union", False) or getattr(inner, "is_document_type", False))


@st.composite
def values(draw: st.DrawFn, shape: Any) -> Any:
    """Values of a shape as operations return them."""
    if shape.type_name == "structure":
        usual = sorted(name for name, member in shape.members.items() if is_usual(member))
        names = draw(st.lists(st.sampled_from(usual), max_size=MOST_MEMBERS, unique=True)) if usual else []
        return {name: draw(st.none() | values(shape.members[name])) for name in names}
    if shape.type_name == "list":
        return draw(st.lists(values(shape.member), max_size=2))
    if shape.type_name == "map":
        return draw(st.dictionaries(st.text(max_size=3), values(shape.value), max_size=2))
    return draw(SCALARS[shape.type_name])


@pytest.fixture(scope="module")
def model(early_session: Any) -> ServiceModel:
    """The installed model of the service."""
    found: ServiceModel = early_session.client("sagemaker", region_name="us-east-1").meta.service_model
    return found


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Return the function that moves the machine to another time zone for the rest of the test."""

    def move(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("name", sorted(ANSWERED))
def test_an_answer_is_what_botocores_parser_makes_of_its_bytes(name: str, model: ServiceModel) -> None:
    """For every operation and any members: the same values of the same types in the same order."""
    if name not in model.operation_names:
        pytest.skip(f"the installed botocore does not know {name}")
    operation: Any = model.operation_model(name)

    @given(values(operation.output_shape))
    @settings(max_examples=settings().max_examples // 3)
    def check(payload: dict[str, Any]) -> None:
        parser: Any = create_parser("json")
        answer = answered(payload)
        assert exactly(parsed_answer(parser, operation, answer)) == exactly(by_botocore(parser, operation, answer))

    check()


@pytest.mark.parametrize("name", ["UTC", "Asia/Kathmandu", "Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize(
    "moment", [NOON, *(datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in range(3)), datetime(9000, 7, 1, tzinfo=UTC)]
)
def test_times_are_local_as_botocores_are(name: str, moment: datetime, model: ServiceModel, zone: Callable[[str], None]) -> None:
    """The zone is dateutil's local one, whether or not it has a summer time, and also in the hour that comes twice."""
    zone(name)
    parser: Any = create_parser("json")
    operation: Any = model.operation_model("DescribePipeline")
    answer = answered({"CreationTime": moment})
    assert exactly(parsed_answer(parser, operation, answer)) == exactly(by_botocore(parser, operation, answer))


class Word(str):
    """A text that JSON would make plain."""

    __slots__ = ()


@pytest.mark.parametrize(
    ("operation", "payload"),
    [
        ("DescribePipeline", {"PipelineName": Word("churn")}),
        ("DescribePipeline", {"PipelineName": 7}),
        ("DescribePipeline", {"PipelineName": "\ud83d" + "\ude00"}),
        ("ListPipelines", {"PipelineSummaries": "churn"}),
        ("ListPipelines", {"PipelineSummaries": [None]}),
        ("DescribePipeline", {"CreatedBy": OrderedDict(UserProfileName="me")}),
        ("DescribePipeline", {"CreationTime": 1_764_000_000}),
        ("DescribePipelineExecution", {"ParallelismConfiguration": {"MaxParallelExecutionSteps": "1"}}),
        ("Search", {"Results": [{"TrainingJob": {"HyperParameters": OrderedDict(a="1")}}]}),
        ("Search", {"Results": [{"TrainingJob": {"HyperParameters": {1: "1"}}}]}),
    ],
    ids=["subclass", "number as text", "halves", "text as list", "null in a list", "structure", "seconds", "text as number", "map", "key"],
)
def test_values_that_json_may_change_are_left_to_the_parser(operation: str, payload: dict[str, Any], model: ServiceModel) -> None:
    """Only what certainly comes out of JSON as it went in is taken as it is."""
    parser: Any = create_parser("json")
    assert parsed_answer(parser, model.operation_model(operation), Answer(200, payload, b"", {})) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "blob"},
        {"type": "structure", "members": {}, "document": True},
        {"type": "structure", "members": {"A": {"shape": "Text"}}, "union": True},
    ],
    ids=["blob", "document", "union"],
)
def test_shapes_that_pipelines_do_not_have_are_left_to_the_parser(shape: dict[str, Any]) -> None:
    """A shape with rules of its own is the parser's."""
    output = {"type": "structure", "members": {"Member": {"shape": "Odd"}}}
    shapes = {"Output": output, "Odd": shape, "Text": {"type": "string"}}
    model: Any = ServiceModel({"metadata": {}, "operations": {"Ask": {"name": "Ask", "output": {"shape": "Output"}}}, "shapes": shapes})
    parser: Any = create_parser("json")
    assert parsed_answer(parser, model.operation_model("Ask"), answered({"Member": {"A": "a"}})) is None


def test_an_operation_without_an_output_answers_its_metadata() -> None:
    """As the parser does."""
    parser: Any = create_parser("json")
    operation = Mock(output_shape=None, has_event_stream_output=False, has_streaming_output=False)
    found = parsed_answer(parser, operation, Answer(200, {}, b"{}", {"Content-Type": "x"}))
    assert found == {"ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": {"content-type": "x"}}}
    assert found == by_botocore(parser, operation, Answer(200, {}, b"{}", {"Content-Type": "x"}))


def test_another_parser_and_errors_are_left_to_the_parser(model: ServiceModel) -> None:
    """Whoever puts a parser of another class into a session gets what that makes; errors have a form of their own."""
    operation: Any = model.operation_model("ListPipelines")
    own = type("Own", (JSONParser,), {})
    parsers: list[Any] = [own(), RestJSONParser()]
    for parser in parsers:
        assert parsed_answer(parser, operation, answered({})) is None
    failed = Answer(400, {"__type": "ResourceNotFound"}, b'{"__type": "ResourceNotFound"}', {})
    assert parsed_answer(create_parser("json"), operation, failed) is None  # type: ignore[arg-type]


def test_a_sessions_own_way_of_reading_times_is_kept(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """As the AWS CLI sets one, through the factory of parsers."""
    client = early()
    factory = client._endpoint._response_parser_factory
    before = dict(factory._defaults)
    factory.set_parser_defaults(timestamp_parser=lambda seconds: f"{seconds} s")
    service.replies = [service.success(PipelineName="churn"), answered({"CreationTime": NOON})]
    client.describe_pipeline(PipelineName="churn")
    described = client.describe_pipeline(PipelineName="churn")
    factory._defaults = before
    assert described["CreationTime"] == "1795348800.123 s"


def test_botocores_log_of_bodies_is_written_where_it_is_wanted(
    early: Callable[..., Any], doors: Doors, service: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """At DEBUG the parser tells what it reads, so then it reads it."""
    client = early()
    client.list_pipelines()
    assert not caplog.messages
    with caplog.at_level(logging.DEBUG, logger="botocore.parsers"):
        client.list_pipelines()
    assert "Response body:\nb'{}'" in caplog.messages


def test_handlers_see_the_response_and_what_was_parsed(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """An ``after-call`` handler gets the bytes, and what it changes is what the caller gets."""
    client = early()
    seen = []

    def look(http_response: Any, parsed: dict[str, Any], **_: object) -> None:
        seen.append(http_response.content)
        parsed["PipelineSummaries"].append({"PipelineName": "more"})

    client.meta.events.register("after-call.sagemaker.ListPipelines", look)
    payload: dict[str, Any] = {"PipelineSummaries": []}
    service.replies = [answered(payload)]
    assert client.list_pipelines()["PipelineSummaries"] == [{"PipelineName": "more"}]
    assert (seen, payload) == ([b'{"PipelineSummaries":[]}'], {"PipelineSummaries": []})


def test_what_is_known_of_a_model_goes_with_it() -> None:
    """A test that makes clients leaves nothing behind."""
    description = {
        "metadata": {},
        "operations": {"Ask": {"name": "Ask", "output": {"shape": "Output"}}},
        "shapes": {"Output": {"type": "structure", "members": {"Name": {"shape": "Text"}}}, "Text": {"type": "string"}},
    }

    def use() -> "weakref.ref[ServiceModel]":
        model = ServiceModel(description)
        operation: OperationModel = model.operation_model("Ask")
        found = parsed_answer(create_parser("json"), operation, answered({"Name": "churn"}))  # type: ignore[arg-type]
        assert found is not None
        assert found["Name"] == "churn"
        assert isinstance(operation.output_shape, Shape)
        return weakref.ref(model)

    left = use()
    gc.collect()
    assert left() is None
