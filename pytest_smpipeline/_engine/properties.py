"""Properties of a step: the Describe response of what it made, and how a reference finds a value in it."""

from collections.abc import Mapping, Sequence
from typing import Final

from pytest_smpipeline._definition.json_text import JsonTextError, read_json
from pytest_smpipeline.values import Json, JsonObject

# A reference can pick a list's element by name: Outputs['train'], FinalMetricDataList['auc'].
_NAME_MEMBERS: Final = ("OutputName", "InputName", "MetricName", "ChannelName")
# A reference can go on into a text that is JSON: SDK 3, JobStep.
_DOCUMENT: Final = "JobConfigDocument"


def find(value: Json, path: Sequence[str | int]) -> Json:
    """Return what a property path leads to.

    Raises ``KeyError`` with the part of the path that leads nowhere.
    """
    for place, part in enumerate(path):
        if place and path[place - 1] == _DOCUMENT:
            value = _read(value, part)
        if isinstance(value, dict) and isinstance(part, str):
            value = value[part]
        elif isinstance(value, list):
            value = _element(value, part)
        else:
            raise KeyError(part)
    return value


def merged(base: JsonObject, over: Mapping[str, Json]) -> JsonObject:
    """Return ``base`` with ``over`` laid upon it: objects member by member, anything else replaced."""
    result = dict(base)
    for name, value in over.items():
        below = result.get(name)
        result[name] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result


def _element(values: list[Json], part: str | int) -> Json:
    if isinstance(part, int) and 0 <= part < len(values):
        return values[part]
    for element in values:
        if isinstance(element, dict):
            for member in _NAME_MEMBERS:
                if element.get(member) == part:
                    return element
    raise KeyError(part)


def _read(document: Json, part: str | int) -> Json:
    try:
        return read_json(str(document))
    except JsonTextError:
        raise KeyError(part) from None
