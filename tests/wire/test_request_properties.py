"""What holds for every request, not only for the ones somebody thought of."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.model
import botocore.serialize
import botocore.validate
import pytest
from botocore.session import get_session
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from pytest_smpipeline._wire import aws_json, service_model, validation
from pytest_smpipeline.exceptions import ServiceError
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.values import Json

OPERATIONS = sorted(name for name in service_model.current().operations if "Pipeline" in name)

SENTENCE = r"Value( null| '.*?')? at '[\w.]+' failed to satisfy constraint: Member must .*?"
REFUSALS = {
    "ValidationException": re.compile(rf"(1 validation error|([2-9]|10) validation errors) detected: {SENTENCE}(; {SENTENCE})*", re.DOTALL),
    "SerializationException": re.compile(r"Expected [\w ]+ at '[\w.]+', but found [\w ]+\."),
}

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/"
TEXTS = {
    "CallbackToken": ["abcdefghij", "A1B2C3D4E5"],
    "Key": ["definitions/churn v2.json"],
    "PipelineArn": [ARN + "churn"],
    "PipelineDefinition": ['{\r\n\t"Version": "2020-12-01", "Steps": []\n}', "é"],
    "PipelineDescription": ["", "nightly, 100 % naïve 🙂"],
    "PipelineExecutionArn": [ARN + "churn/execution/abcdefghijkl", ARN.replace(":aws:", ":aws-cn:", 1) + "a/execution/"],
    "PipelineExecutionName": ["execution-1690315954896", "a"],
    "PipelineName": ["churn", "a--b", "7"],
    "PipelineNameOrArn": ["churn", ARN + "churn"],
    "PipelineParameterName": ["Date", "input-data_2"],
    "PipelineVersionAlias": ["live", "v1.2_a-b"],
    "RoleArn": ["arn:aws:iam::123456789012:role/service-role/Amazon+SageMaker=Role"],
    "TagKey": ["équipe", "cost:center"],
    "TagValue": ["", "チーム 7", "a=b"],
}

anything: SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@cache
def resembling(shape: Shape) -> SearchStrategy[Json]:
    """Generate values close enough to the shape to reach every check, and wrong now and then."""
    if shape.type == "structure":
        members = {name: resembling(member) for name, member in shape.members.items()}
        return st.fixed_dictionaries({}, optional=members)
    if shape.element is not None:
        return st.lists(resembling(shape.element), max_size=3)
    plain = st.sampled_from(shape.enum or ("churn", "", "a b", "x" * 9000)) if shape.type == "string" else st.integers()
    return plain | anything


@cache
def valid(shape: Shape) -> SearchStrategy[Any]:
    """Generate what a caller may hand to boto3 for the shape: every rule of it is kept."""
    if shape.type == "structure":
        members = {name: valid(member) for name, member in shape.members.items()}
        required = {name: members.pop(name) for name in sorted(shape.required)}
        return st.fixed_dictionaries(required, optional=members)
    if shape.element is not None:
        fewest = shape.minimum or 0
        return st.lists(valid(shape.element), min_size=fewest, max_size=min(shape.maximum or fewest + 2, fewest + 2))
    if shape.type == "timestamp":
        return st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
    if shape.type == "string":
        plain = st.text("abcxyz019", min_size=shape.minimum or 0, max_size=min(shape.maximum or 200, 200))
        return st.sampled_from(shape.enum or TEXTS.get(shape.name, ())) if shape.enum or shape.name in TEXTS else plain
    return st.integers(min_value=shape.minimum, max_value=2**31 - 1 if shape.maximum is None else shape.maximum)


@cache
def botocores_model() -> botocore.model.ServiceModel:
    """Return the model as botocore itself has it."""
    return get_session().get_service_model("sagemaker")


def refusal_of(act: Callable[[], object]) -> ServiceError | None:
    """Return the service's error that the act ends in, or None when it comes through."""
    try:
        act()
    except ServiceError as error:
        return error
    return None


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=settings().max_examples // 4)
@given(data=st.data())
def test_any_object_passes_or_is_refused_in_the_services_words(operation: str, data: DataObject) -> None:
    """No body makes the validation fail in another way, and every refusal is well formed."""
    shape = service_model.current().input_shape(operation)
    body = data.draw(resembling(shape))

    error = refusal_of(lambda: validation.validate(shape, aws_json.parse_body(json.dumps(body))))

    assert error is None or REFUSALS[error.code].fullmatch(error.message)


@given(body=st.binary() | st.text() | anything.map(json.dumps))
def test_any_body_is_read_or_refused_as_unreadable(body: bytes | str) -> None:
    """Whatever the bytes, there is an object or a fault of the protocol."""
    values: list[object] = []

    error = refusal_of(lambda: values.append(aws_json.parse_body(body)))

    assert isinstance(values[0], dict) if error is None else error.code == "SerializationException"


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=settings().max_examples // 4)
@given(data=st.data())
def test_what_boto3_sends_of_a_valid_request_is_read_and_passes(operation: str, data: DataObject) -> None:
    """A request that keeps every rule of the model comes through botocore's own checks and serialiser, and through ours."""
    shape = service_model.current().input_shape(operation)
    arguments = data.draw(valid(shape))
    known = botocores_model().operation_model(operation)
    assert known.input_shape is not None

    assert not botocore.validate.ParamValidator().validate(arguments, known.input_shape).has_errors()
    body = botocore.serialize.create_serializer("json").serialize_to_request(arguments, known)["body"]

    assert validation.violations(shape, aws_json.parse_body(body)) == []
