"""The properties by which Search finds and sorts: names with dots, and what a record has under them.

A record is a member of SearchRecord, such as Pipeline, and its shape in the installed model says which properties there are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias, cast

from pytest_smpipeline.exceptions import ServiceError, validation_exception
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.suggestions import did_you_mean
from pytest_smpipeline.values import to_instant

Kind: TypeAlias = Literal["text", "numeric", "timestamp", "compound"]
Record: TypeAlias = Mapping[str, object]

TAGS: Final = "Tags"
_ANY_TAG: Final = "Tags.<key>"
_TAG_PREFIX: Final = "Tags."
_KINDS: Final[Mapping[str, Kind]] = {"string": "text", "integer": "numeric", "long": "numeric", "timestamp": "timestamp"}


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a kind of record.

    ``path`` leads to it through structures, and through the elements of lists: then ``many`` is true, and a record can have
    several values. ``tag`` is the key of the tag that the property is, if it is one. ``elements`` is the shape of what a list
    of structures holds.
    """

    name: str
    kind: Kind
    path: tuple[str, ...] = ()
    tag: str | None = None
    many: bool = False
    elements: Shape | None = None

    def values(self, record: Record) -> list[object]:
        """Return what a record has there: texts, numbers, and times as instants; nothing when it is absent."""
        if self.tag is not None:
            return [tag["Value"] for tag in cast("list[dict[str, object]]", record[TAGS]) if tag["Key"] == self.tag]
        found: list[object] = [record]
        for member in self.path:
            found = [value for part in found for value in _values(cast("Record", part).get(member))]
        return found


class Properties:
    """The properties of one kind of record; ``resource`` is its name in SearchRecord."""

    def __init__(self, resource: str, shape: Shape, prefix: str = "") -> None:
        """Know those of a shape; ``prefix`` stands before their names where the shape is what a list of another record holds."""
        self._resource = resource
        self._shape = shape
        self._prefix = prefix

    def find(self, name: str) -> Property:
        """Return the property of this name.

        Raises ``ValidationException`` with the closest name when there is none.
        """
        if name.startswith(_TAG_PREFIX) and len(name) > len(_TAG_PREFIX) and TAGS in self._shape.members:
            return Property(name, "text", tag=name.removeprefix(_TAG_PREFIX))
        if not name.startswith(self._prefix):
            raise self._unknown(name)
        path = tuple(name.removeprefix(self._prefix).split("."))
        shape, many = self._shape, False
        for member in path:
            many = many or shape.element is not None
            found = (shape.element or shape).members.get(member)
            if found is None:
                raise self._unknown(name)
            shape = found
        return Property(name, _KINDS.get(shape.type, "compound"), path, many=many, elements=shape.element)

    def of_elements(self, name: str) -> tuple[Property, "Properties"]:
        """Return the list of this name, and the properties of what it holds.

        Raises ``ValidationException`` when the name is none of a list; tags are no such list, they have properties of their own.
        """
        found = self.find(name)
        if found.elements is None or name == TAGS:
            lists = [known for known in self._names() if self.find(known).elements is not None]
            message = f"'{name}' can't be a NestedPropertyName: it is no list of {self._resource}. Lists: {', '.join(lists) or 'none'}."
            raise validation_exception(message)
        return found, Properties(self._resource, found.elements, f"{name}.")

    def _unknown(self, name: str) -> ServiceError:
        hint = did_you_mean(name, self._names())
        if self._prefix and not name.startswith(self._prefix):
            hint = f" Names in these NestedFilters begin with '{self._prefix}'."
        message = f"Unknown property '{name}' of {self._resource}.{hint} Properties are the members of SearchRecord.{self._resource}."
        return validation_exception(message)

    def _names(self) -> list[str]:
        return list(_names(self._shape, self._prefix))


def _names(shape: Shape, prefix: str) -> Iterator[str]:
    for name, member in shape.members.items():
        if name == TAGS:
            yield _ANY_TAG
        else:
            yield f"{prefix}{name}"
            yield from _names(member.element or member, f"{prefix}{name}.")


def _values(value: object) -> list[object]:
    if value is None:
        return []
    if isinstance(value, list):
        return cast("list[object]", value)
    return [to_instant(value) if isinstance(value, datetime) else value]
