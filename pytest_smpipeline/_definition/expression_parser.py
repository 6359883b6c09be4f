"""From the JSON of an argument to an expression: functions become nodes, everything else stays as it is.

The walk is flat, so nesting costs no stack: containers are listed parents first, then functions are finished last first, each finding
its operands done. A value nested deeper than ``MAX_NESTING`` is refused, which bounds the recursion of whatever walks the nodes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from pytest_smpipeline._definition.expressions import Deferred, Expression, Join, JsonGet, Node, PropertyFileReference, Reference, Structure
from pytest_smpipeline._definition.paths import Path, PathSyntaxError, parse_path
from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline._definition.references import ReferenceSyntaxError, parse_reference
from pytest_smpipeline._definition.trees import ROOT, Tree
from pytest_smpipeline._definition.wording import found, kind_of, quoted
from pytest_smpipeline.values import Json

MAX_NESTING: Final = 64
_FUNCTIONS: Final = ("Get", "Std:Join", "Std:JsonGet")
# Stands where a function was refused, so that whatever holds it does not complain a second time. It never leaves the parser: the
# problem that made it keeps the definition from being used.
_REFUSED: Final = Join("", ())

_Place: TypeAlias = Callable[[], str]
_Holes: TypeAlias = list[tuple[Path, Node]]


@dataclass(slots=True)
class Occurrence:
    """A reference and where it stands; ``place`` forms the path, which only a problem needs."""

    reference: Reference
    place: _Place


class ExpressionParser:
    """Turns arguments into expressions and notes every reference on the way."""

    def __init__(self, problems: Problems) -> None:
        """Report to ``problems``."""
        self._problems = problems
        self._occurrences: list[Occurrence] = []

    def take_occurrences(self) -> tuple[Occurrence, ...]:
        """Return the references noted since the last call, value by value, in each the shallow ones first."""
        taken = tuple(self._occurrences)
        self._occurrences.clear()
        return taken

    def parse(self, value: Json, path: str) -> Expression:
        """Return the expression of the JSON at ``path``; a value without functions is returned as it is."""
        if not value or not isinstance(value, (dict, list)):
            return value
        tree = Tree(value, path)
        if tree.depth > MAX_NESTING:
            self._problems.add(path, f"The value is nested {tree.depth} levels deep; at most {MAX_NESTING} are read.")
            return value
        if not tree.functions:
            return value
        holes: dict[int, _Holes] = {}
        noted = len(self._occurrences)
        for index in reversed(tree.functions):
            inner = holes.pop(index, [])
            inner.reverse()
            enclosing, way = tree.way_to(index)
            holes.setdefault(enclosing, []).append((way, self._function(tree, index, inner)))
        self._occurrences[noted:] = reversed(self._occurrences[noted:])
        top = holes[ROOT]
        return top[0][1] if top[0][0] == () else Structure(value, tuple(reversed(top)))

    def operand(self, value: Json, path: str) -> Expression:
        """Return the expression of a value that must be a string, a number, a boolean or a function."""
        expression = self.parse(value, path)
        self._require_scalar(expression, path)
        return expression

    def _require_scalar(self, expression: Expression, path: str) -> None:
        if not isinstance(expression, (str, int, float, Deferred)) or isinstance(expression, Structure):
            self._problems.add(path, f"Expecting a string, a number, a boolean or a function but found {_found(expression)}.")

    def _require_string(self, value: Expression, path: str) -> str | None:
        if isinstance(value, str):
            return value
        self._problems.add(path, f"Expecting a string but found {_found(value)}.")
        return None

    def _refuse(self, path: str, message: str, *, near: str | None = None) -> Node:
        self._problems.add(path, message, near=(near, _FUNCTIONS) if near else None)
        return _REFUSED

    def _function(self, tree: Tree, index: int, holes: _Holes) -> Node:
        name, container = tree.functions[index]
        if len(container) > 1:
            for other in container:
                if other != name:
                    self._problems.unknown_property(tree.place(index), other)
            return _REFUSED
        place = partial(tree.place, index, name)
        match name:
            case "Get":
                return self._get(_plain(container[name], holes), place, in_json_get=tree.is_property_file(index))
            case "Std:Join":
                return self._join(container[name], holes, place)
            case "Std:JsonGet":
                return self._json_get(container[name], holes, place)
            case _:
                return self._refuse(tree.place(index), f"{quoted(name)} is not a function.", near=name)

    def _get(self, operand: Expression, place: _Place, *, in_json_get: bool) -> Node:
        if not isinstance(operand, str):
            self._require_string(operand, place())
            return _REFUSED
        try:
            reference = parse_reference(operand)
        except ReferenceSyntaxError as error:
            return self._refuse(place(), str(error))
        if isinstance(reference, PropertyFileReference) and not in_json_get:
            return self._refuse(place(), f"{quoted(operand)} is a property file; only the PropertyFile of Std:JsonGet can hold it.")
        self._occurrences.append(Occurrence(reference, place))
        return reference

    def _join(self, operand: Json, holes: _Holes, place: _Place) -> Node:
        members = self._members(operand, holes, place, ("On", "Values"))
        if members is None:
            return _REFUSED
        on, values = members.get("On"), members.get("Values")
        separator = "" if on is None else self._require_string(on, f"{place()}.On")
        if not isinstance(values, list):
            self._problems.expecting_array(f"{place()}.Values")
            return _REFUSED
        items: list[Expression] = [*values]
        for way, node in holes:
            match way:
                case ("Values", int(index)):
                    items[index] = node
                case _:
                    pass
        for index, item in enumerate(items):
            self._require_scalar(item, f"{place()}.Values[{index}]")
        return Join(separator or "", tuple(items))

    def _json_get(self, operand: Json, holes: _Holes, place: _Place) -> Node:
        members = self._members(operand, holes, place, ("PropertyFile", "S3Uri", "Path"))
        if members is None:
            return _REFUSED
        path = self._json_path(members.get("Path"), f"{place()}.Path")
        file, uri = members.get("PropertyFile"), members.get("S3Uri")
        complaint = _source_complaint(file, uri)
        if complaint is not None:
            member, message = complaint
            return self._refuse(f"{place()}{member}", message)
        return JsonGet(path, file) if isinstance(file, PropertyFileReference) else JsonGet(path, s3_uri=uri)

    def _json_path(self, value: Expression, place: str) -> Path:
        text = self._require_string(value, place)
        try:
            return () if text is None else parse_path(text)
        except PathSyntaxError as error:
            self._problems.add(place, f"'{value}' is not a path: {error}.")
            return ()

    def _members(self, operand: Json, holes: _Holes, place: _Place, known: tuple[str, ...]) -> dict[str, Expression] | None:
        """Return the members of a function's operand, nodes in their places; None after reporting that it cannot be used."""
        plain = _plain(operand, holes)
        if not isinstance(plain, dict):
            self._problems.expecting_object(place())
            return None
        unknown = [name for name in plain if name not in known]
        for name in unknown:
            self._problems.unknown_property(place(), name)
        if unknown:
            return None
        members: dict[str, Expression] = {**plain}
        for way, node in holes:
            match way:
                case (str(name),):
                    members[name] = node
                case _:
                    pass
        return members


def _plain(operand: Json, holes: _Holes) -> Expression:
    """Return a function's operand as written, or the node that it is itself."""
    return holes[0][1] if holes and holes[0][0] == () else operand


def _source_complaint(file: Expression, uri: Expression) -> tuple[str, str] | None:
    """Return what is wrong with the source of a Std:JsonGet and with which member, or None when it has exactly one."""
    if file is None and uri is None:
        return "", "Std:JsonGet needs 'PropertyFile' or 'S3Uri'."
    if file is not None and uri is not None:
        return "", "Std:JsonGet takes either 'PropertyFile' or 'S3Uri', not both."
    if file is not None and file is not _REFUSED and not isinstance(file, PropertyFileReference):
        return ".PropertyFile", 'The PropertyFile of Std:JsonGet must be {"Get": "Steps.<step>.PropertyFiles.<name>"}.'
    if uri is not None and not isinstance(uri, (str, Deferred)):
        return ".S3Uri", f"The S3Uri of Std:JsonGet must be a string or a function, not {_found(uri)}."
    return None


def _found(value: Expression) -> str:
    match value:
        case Structure(written, _):
            return kind_of(written)
        case Deferred():
            return "a function"
        case _:
            return found(value)
