"""The properties of ``AWS::SageMaker::Pipeline``: held against the resource type's schema, and turned into requests of the API.

Source: the schema and the translators in aws-cloudformation/aws-cloudformation-resource-providers-sagemaker, and the page of the
resource type in CloudFormation's template reference, which has ParallelismConfiguration as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from pytest_smpipeline.suggestions import closest
from pytest_smpipeline.values import Json, JsonObject

_REQUIRED: Final = ("PipelineName", "PipelineDefinition", "RoleArn")
_OPTIONAL: Final = ("ParallelismConfiguration", "PipelineDescription", "PipelineDisplayName", "Tags")
_TEXTS: Final = ("PipelineName", "RoleArn", "PipelineDescription", "PipelineDisplayName")
_BODY: Final = "PipelineDefinitionBody"
_LOCATION: Final = "PipelineDefinitionS3Location"


@dataclass(frozen=True, slots=True)
class Location:
    """Where in S3 a definition lies; a version and an ETag hold it to one state of the object."""

    bucket: str
    key: str
    version: str | None
    etag: str | None


def violations(properties: JsonObject) -> list[str]:
    """Return what the resource type's schema refuses, one sentence each; CloudFormation refuses it before any handler runs."""
    definition = properties.get("PipelineDefinition")
    found = [*_missing("#", properties, _REQUIRED), *_extraneous("#", properties, _REQUIRED + _OPTIONAL)]
    if isinstance(definition, dict):
        found += _definition_violations(definition)
    elif definition is not None:
        found.append(_not_a("JSONObject", "#/PipelineDefinition", definition))
    return [*found, *_tag_violations(properties.get("Tags", []))]


def request_of(properties: JsonObject, definition: str) -> JsonObject:
    """Return the request that creates or updates this pipeline, with its definition as text and without its tags."""
    request: JsonObject = {name: _text(properties[name]) for name in _TEXTS if name in properties}
    if "ParallelismConfiguration" in properties:
        request["ParallelismConfiguration"] = _parallelism(properties["ParallelismConfiguration"])
    return {**request, "PipelineDefinition": definition}


def tags_of(properties: JsonObject) -> dict[str, str]:
    """Return the tags that the properties give; a plain value counts as its text."""
    tags = cast("list[JsonObject]", properties.get("Tags", []))
    return {_text(tag["Key"]): _text(tag["Value"]) for tag in tags}


def tag_list(tags: Mapping[str, str]) -> list[Json]:
    """Return tags as the API takes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def definition_of(properties: JsonObject) -> str | Location:
    """Return the definition, or where it lies."""
    definition = cast("JsonObject", properties["PipelineDefinition"])
    if _BODY in definition:
        return _text(definition[_BODY])
    location = cast("dict[str, Json]", definition[_LOCATION])
    version, etag = location.get("Version"), location.get("ETag")
    return Location(
        bucket=_text(location["Bucket"]),
        key=_text(location["Key"]),
        version=None if version is None else _text(version),
        etag=None if etag is None else _text(etag),
    )


def _definition_violations(definition: JsonObject) -> Iterator[str]:
    place = "#/PipelineDefinition"
    yield from _extraneous(place, definition, (_BODY, _LOCATION))
    if (_BODY in definition) == (_LOCATION in definition):
        yield f"{place}: exactly one of {_BODY} and {_LOCATION} is expected"
    body, location = definition.get(_BODY), definition.get(_LOCATION)
    if isinstance(body, dict | list):
        yield _not_a("String", f"{place}/{_BODY}", body)
    if isinstance(location, dict):
        yield from _missing(f"{place}/{_LOCATION}", location, ("Bucket", "Key"))
        yield from _extraneous(f"{place}/{_LOCATION}", location, ("Bucket", "Key", "Version", "ETag"))
    elif location is not None:
        yield _not_a("JSONObject", f"{place}/{_LOCATION}", location)


def _tag_violations(tags: Json) -> Iterator[str]:
    if not isinstance(tags, list):
        yield _not_a("JSONArray", "#/Tags", tags)
        return
    for number, tag in enumerate(tags):
        if isinstance(tag, dict):
            yield from _missing(f"#/Tags/{number}", tag, ("Value", "Key"))
        else:
            yield _not_a("JSONObject", f"#/Tags/{number}", tag)


def _not_a(expected: str, place: str, found: Json) -> str:
    kind = "JSONObject" if isinstance(found, dict) else "JSONArray" if isinstance(found, list) else "String"
    return f"{place}: expected type: {expected}, found: {kind}"


def _missing(place: str, found: JsonObject, required: tuple[str, ...]) -> list[str]:
    return [f"{place}: required key [{name}] not found" for name in required if name not in found]


def _extraneous(place: str, found: JsonObject, known: tuple[str, ...]) -> Iterator[str]:
    for name in found:
        if name not in known:
            near = closest(name, known)
            yield f"{place}: extraneous key [{name}] is not permitted" + (f" (the nearest is {near})" if near else "")


def _parallelism(value: Json) -> Json:
    """Return the configuration with whole numbers: a template's parameters are texts, which CloudFormation converts."""
    if not isinstance(value, dict):
        return value
    return {name: int(limit) if isinstance(limit, str) and limit.isdecimal() else limit for name, limit in value.items()}


def _text(value: Json) -> str:
    """Return a text as it is, and of another plain value what CloudFormation makes of it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
