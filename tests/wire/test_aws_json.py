"""AWS's JSON 1.1: what is read, what is written, and how botocore takes it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import botocore.parsers
import pytest
from botocore.awsrequest import HeadersDict
from botocore.session import get_session

from pytest_smpipeline._wire import aws_json
from pytest_smpipeline.exceptions import ServiceError, resource_not_found, validation_exception


def refused(body: bytes | str) -> str:
    """Return the message with which a body is refused as unreadable."""
    with pytest.raises(ServiceError) as caught:
        aws_json.parse_body(body)
    assert (caught.value.code, caught.value.status) == ("SerializationException", 400)
    return caught.value.message


def answered(operation: str, status: int, payload: bytes) -> dict[str, Any]:
    """Return what botocore makes of an answer."""
    known = get_session().get_service_model("sagemaker").operation_model(operation)
    response = {"status_code": status, "headers": HeadersDict(aws_json.headers("r-1")), "body": payload}
    parser = botocore.parsers.create_parser("json")
    assert known.output_shape is not None
    parsed: dict[str, Any] = parser.parse(response, known.output_shape)
    if status >= 400:
        modelled = next((error for error in known.error_shapes if error.name == parsed["Error"]["Code"]), None)
        if modelled is not None:
            parsed.update(parser.parse(response, modelled))
    return parsed


@pytest.mark.parametrize("body", [b'{"PipelineName": "churn"}', '{"PipelineName": "churn"}'], ids=["bytes", "text"])
def test_a_body_is_an_object(body: bytes | str) -> None:
    """Bytes and text are read alike."""
    assert aws_json.parse_body(body) == {"PipelineName": "churn"}


@pytest.mark.parametrize("body", ['{"A": 1}\n', ' {"A": 1}', '\r\n{"A": 1}\t '], ids=["after", "before", "around"])
def test_whitespace_around_a_body_means_nothing(body: str) -> None:
    """JSON allows it, and people who write a request by hand end it with a line break."""
    assert aws_json.parse_body(body) == {"A": 1}


@pytest.mark.parametrize("body", ['{"A": 1}}', '{"A": 1} x', '{"A": 1', "{"], ids=["brace", "word", "open", "nothing"])
def test_a_body_is_one_whole_object(body: str) -> None:
    """What comes after it or lacks makes it unreadable."""
    assert refused(body).startswith("The request body cannot be read: it is not JSON: ")


@pytest.mark.fidelity("WIRE-004")
@pytest.mark.parametrize("body", [b"", ""], ids=["bytes", "text"])
def test_an_empty_body_is_an_empty_object(body: bytes | str) -> None:
    """Some clients send nothing where there is nothing to say."""
    assert aws_json.parse_body(body) == {}


@pytest.mark.fidelity("WIRE-005")
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"{", "it is not JSON: Expecting property name enclosed in double quotes", id="cut off"),
        pytest.param(b" ", "it is not JSON: Expecting value", id="blank"),
        pytest.param(b"null", "it is not a JSON object.", id="null"),
        pytest.param(b"[]", "it is not a JSON object.", id="list"),
        pytest.param(b'"x"', "it is not a JSON object.", id="string"),
        pytest.param(b'{"a": "\xff"}', "it is not UTF-8 at byte 7.", id="latin-1"),
        pytest.param('{"a": 1}'.encode("utf-16"), "it is not UTF-8 at byte 0.", id="utf-16"),
        pytest.param(b'{"a": NaN}', "it is not JSON: NaN is not a value of JSON.", id="nan"),
        pytest.param(b'{"a": -Infinity}', "it is not JSON: -Infinity is not a value of JSON.", id="infinity"),
        pytest.param(b'{"a": 1e999}', "it is not JSON: the number 1e999 is out of range.", id="too large"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", "it is not JSON: ", id="too many digits"),
        pytest.param(b'{"a": "\n"}', "it is not JSON: Invalid control character", id="control character"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(body: bytes, reason: str) -> None:
    """The message says what is the matter with it."""
    assert refused(body).startswith(f"The request body cannot be read: {reason}")


@pytest.mark.fidelity("WIRE-009")
@pytest.mark.parametrize("levels", [101, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [('{"a":', "}"), ("[", "]")])
def test_a_body_nested_too_deep_is_refused(levels: int, opening: str, closing: str) -> None:
    """Whoever walks a body later may recurse, and no request can break the emulator's stack."""
    body = '{"a":' + opening * (levels - 1) + "1" + closing * (levels - 1) + "}"

    assert refused(body) == "The request body cannot be read: it is nested deeper than 100 levels."


@pytest.mark.fidelity("WIRE-009")
def test_a_body_nested_as_deep_as_allowed_is_read() -> None:
    """The hundredth level is the last."""
    body = '{"a":' * 100 + "1" + "}" * 100

    assert json.dumps(aws_json.parse_body(body), separators=(",", ":")) == body


def test_brackets_within_texts_are_no_nesting() -> None:
    """A pipeline definition travels as a text, brackets and all."""
    body = json.dumps({"PipelineDefinition": "{[" * 1000})

    assert aws_json.parse_body(body) == {"PipelineDefinition": "{[" * 1000}


def test_a_wide_body_is_not_deep() -> None:
    """Many objects beside each other are fine."""
    body = json.dumps({"PipelineParameters": [{"Name": "n", "Value": "v"}] * 200})

    assert len(json.dumps(aws_json.parse_body(body))) == len(body)


@pytest.mark.fidelity("WIRE-006")
@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2023, 7, 25, 20, 12, 34, 781_999, tzinfo=UTC), b"1690315954.781"),
        (datetime(2023, 7, 25, 22, 12, 34, tzinfo=timezone(timedelta(hours=2))), b"1690315954.0"),
    ],
)
def test_a_time_is_written_as_seconds_with_milliseconds(moment: datetime, written: bytes) -> None:
    """Seconds since 1970, whatever the zone, cut after the third decimal."""
    assert aws_json.serialise({"CreationTime": moment}) == b'{"CreationTime":' + written + b"}"


@pytest.mark.fidelity("WIRE-006")
def test_botocore_reads_the_time_that_was_written() -> None:
    """A caller gets the moment back to the millisecond."""
    moment = datetime(2023, 7, 25, 20, 12, 34, 781_000, tzinfo=UTC)

    assert answered("DescribePipeline", 200, aws_json.serialise({"CreationTime": moment}))["CreationTime"] == moment


def test_a_naive_time_has_no_place_in_an_answer() -> None:
    """A time without a zone is a slip of the emulator, not an answer."""
    with pytest.raises(TypeError, match="naive"):
        aws_json.serialise({"CreationTime": datetime(2026, 11, 22)})  # noqa: DTZ001 - the naive one is the point


def test_what_json_cannot_hold_is_named() -> None:
    """A slip in an operation is told by type and value."""
    with pytest.raises(TypeError) as caught:
        aws_json.serialise({"Steps": {1}})

    assert str(caught.value) == "a set has no place in an answer: {1}"  # Python 3.14 adds a note to it


def test_nan_is_never_written() -> None:
    """Other parsers than Python's would refuse the whole answer."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        aws_json.serialise({"Value": float("nan")})


def test_text_of_any_kind_survives_the_way_out() -> None:
    """Accents, emoji and half a surrogate pair come back as they were, in plain ASCII on the way."""
    payload = {"Reason": "naïve 🙂 \ud800"}

    written = aws_json.serialise(payload)

    assert written.isascii()
    assert json.loads(written) == payload


@pytest.mark.fidelity("WIRE-007")
def test_a_modelled_exception_shows_its_message_twice() -> None:
    """boto3 shows the members of a modelled exception beside ``Error``; its one member is ``Message``."""
    payload = aws_json.serialise(aws_json.error_payload(resource_not_found("Pipeline 'x' does not exist."), modelled=True))

    response = answered("DescribePipeline", 400, payload)

    assert response["Error"] == {"Code": "ResourceNotFound", "Message": "Pipeline 'x' does not exist."}
    assert response["Message"] == "Pipeline 'x' does not exist."


@pytest.mark.fidelity("WIRE-007")
def test_an_exception_outside_the_model_has_a_message_and_no_members() -> None:
    """ValidationException is in no operation's model."""
    payload = aws_json.serialise(aws_json.error_payload(validation_exception("no"), modelled=False))

    response = answered("DescribePipeline", 400, payload)

    assert payload == b'{"__type":"ValidationException","message":"no"}'
    assert response["Error"] == {"Code": "ValidationException", "Message": "no"}
    assert "Message" not in response


@pytest.mark.fidelity("WIRE-008")
def test_an_answer_carries_its_request_id() -> None:
    """botocore shows the id to the caller, and the content type is the protocol's."""
    response = answered("DescribePipeline", 200, b"{}")

    assert response["ResponseMetadata"]["RequestId"] == "r-1"
    assert response["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "application/x-amz-json-1.1"
