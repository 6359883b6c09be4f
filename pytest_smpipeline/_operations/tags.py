"""The operations on the tags of pipelines: add, list, delete."""

from collections.abc import Mapping
from typing import Final

from pytest_smpipeline._operations.context import Answer, Context
from pytest_smpipeline._operations.lookup import find_tagged
from pytest_smpipeline._operations.members import objects, optional_text, text, texts
from pytest_smpipeline._operations.paging import invalid_token
from pytest_smpipeline._state.arns import parse_reference
from pytest_smpipeline.exceptions import validation_exception
from pytest_smpipeline.values import JsonObject

_LARGEST_NUMBER: Final = 50


def is_about_pipeline(request: JsonObject) -> bool:
    """Return whether a request that nobody has validated yet names a pipeline by an ARN, of whatever account and region."""
    arn = request.get("ResourceArn")
    return isinstance(arn, str) and parse_reference(arn).arn is not None


def add_tags(context: Context, request: JsonObject) -> Answer:
    """Add tags to a pipeline, or give those it has a new value; the answer holds all it has then."""
    pipeline = find_tagged(context, request)
    pipeline.tags = merged_tags(pipeline.tags, request)
    return {"Tags": described_tags(pipeline.tags)}


def list_tags(context: Context, request: JsonObject) -> Answer:
    """List the tags of a pipeline in the order in which they were added.

    The shortest page that can be asked for holds as many as a pipeline can have, so there never is a second one.

    Raises ``ValidationException`` for any NextToken, since none was ever given.
    """
    pipeline = find_tagged(context, request)
    if optional_text(request, "NextToken") is not None:
        raise invalid_token()
    return {"Tags": described_tags(pipeline.tags)}


def delete_tags(context: Context, request: JsonObject) -> Answer:
    """Take tags off a pipeline; keys that it does not have are no error."""
    pipeline = find_tagged(context, request)
    unwanted = texts(request, "TagKeys")
    pipeline.tags = {key: value for key, value in pipeline.tags.items() if key not in unwanted}
    return {}


def requested_tags(request: JsonObject) -> dict[str, str]:
    """Return the tags that a request gives.

    Raises ``ValidationException`` for a key given twice, and for one that AWS has reserved.
    """
    tags: dict[str, str] = {}
    for tag in objects(request, "Tags"):
        key = text(tag, "Key")
        if key in tags:
            message = f"Tag key '{key}' is given more than once."
            raise validation_exception(message)
        if key.lower().startswith("aws:"):
            message = f"Tag key '{key}' can't be used: the prefix aws: is reserved."
            raise validation_exception(message)
        tags[key] = text(tag, "Value")
    return tags


def merged_tags(tags: Mapping[str, str], request: JsonObject) -> dict[str, str]:
    """Return these tags with those that a request gives; a key that is there already keeps its place.

    Raises ``ValidationException`` as ``requested_tags`` does, and when there would be too many.
    """
    merged = {**tags, **requested_tags(request)}
    if len(merged) > _LARGEST_NUMBER:
        message = f"A pipeline can have up to {_LARGEST_NUMBER} tags; it would have {len(merged)}."
        raise validation_exception(message)
    return merged


def described_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as the API lists them, in the order in which they were added."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
