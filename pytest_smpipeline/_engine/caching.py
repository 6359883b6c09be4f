"""Step caching: what makes two runs of a step the same, and how long a result may be reused.

Rules: developer guide, "Caching Pipeline Steps".
"""

import json
from collections.abc import Mapping
from typing import Final

from pytest_smpipeline._definition.nodes import CachePolicy
from pytest_smpipeline._engine.cache_keys import WHOLE
from pytest_smpipeline.values import Instant, Json, JsonObject

_NOTHING: Final[Mapping[str, Json]] = {}


def cache_key(kind: str, cached_by: tuple[str, ...], arguments: JsonObject, settings: Mapping[str, Json]) -> str:
    """Return a text that two runs of a step share exactly when one may reuse the result of the other.

    ``kind`` is the type of the step, which another version may change. ``cached_by`` names the members of the resolved arguments, or
    of the settings beside them, that count: ``Arguments`` all arguments, a dotted name such as
    ``TrainingJobDefinition.InputDataConfig`` a member of a member. One that is null counts as absent. The order of an object's
    members does not matter, that of a list does, and a number is not the text that looks like it.
    """
    counting = {name: _member(name, arguments, settings) for name in cached_by}
    return json.dumps([kind, counting], sort_keys=True, separators=(",", ":"))


def is_fresh(policy: CachePolicy, ended: Instant, now: Instant) -> bool:
    """Tell whether a result of then is young enough at ``now``: its age, counted from its end, is not above ExpireAfter."""
    return policy.expire_after is not None and now - ended <= policy.expire_after


def _member(name: str, arguments: JsonObject, settings: Mapping[str, Json]) -> Json:
    if name == WHOLE:
        return arguments
    first, *rest = name.split(".")
    # A payload of a Lambda step may hold whatever names it likes, so the step's own members come first.
    value = settings.get(first, arguments.get(first))
    for part in rest:
        value = (value if isinstance(value, dict) else _NOTHING).get(part)
    return value
