"""Imprinting: letting a resource of moto's tell what a Describe call of it should answer.

moto keeps what its Describe calls answer in attributes named after the members, from ``RoleArn`` to ``role_arn``, and most of its
resources answer with whatever attributes they have.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.values import Json

Moment = datetime | float


def imprint(resource: Any, described: Mapping[str, Json], answer: Shape, arn: str, kept: frozenset[str]) -> None:  # noqa: ANN401 # moto's
    """Set every member that a Describe call answers to what is ``described``, and empty all others but those to be ``kept``.

    ``answer`` is the shape of the call's answer, and ``arn`` the member with the resource's own ARN. Times are described in seconds.
    """
    for member, shape in answer.members.items():
        attribute = _attribute(resource, member, arn)
        value = described.get(member)
        if value is not None:
            setattr(resource, attribute, _moment(resource, value) if shape.type == "timestamp" else deepcopy(value))
        elif member not in kept and hasattr(resource, attribute):
            setattr(resource, attribute, None)


def _attribute(resource: object, member: str, arn: str) -> str:
    from botocore import xform_name

    name: str = xform_name(member)
    if hasattr(resource, name):
        return name
    if member == arn:
        return "arn"
    if hasattr(resource, member):
        return member
    # What moto makes of an attribute's name has to be the member again: AutoMLJobName and the like would not be.
    return name if "".join(map(str.title, name.split("_"))) == member else member


def _moment(resource: Any, value: Json) -> Moment | Json:  # noqa: ANN401 # moto's
    """Return a time in the kind that this version of moto keeps: a datetime, naive or not; a number where moto has a text.

    A number goes through JSON to the client as it is, and compares with those that filters of lists bring along.
    """
    kept = resource.creation_time
    if not isinstance(kept, datetime) or not isinstance(value, int | float):
        return value
    moment = datetime.fromtimestamp(value, UTC)
    return moment if kept.tzinfo else moment.replace(tzinfo=None)
