"""From the JSON of a definition's Steps to steps, those inside branches and ForEach bodies included.

Branches are walked with a stack of our own, so how deeply Condition steps nest costs no recursion.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Never

from pytest_smpipeline._definition.condition_parser import ConditionParser
from pytest_smpipeline._definition.expression_parser import ExpressionParser
from pytest_smpipeline._definition.expressions import Arguments, Expression, Structure
from pytest_smpipeline._definition.iteration_parser import APART, read_iteration
from pytest_smpipeline._definition.names import LONGEST_STEP_NAME, read_name
from pytest_smpipeline._definition.nodes import Branch, Condition, Iteration, Step
from pytest_smpipeline._definition.objects import ObjectReader, read_object
from pytest_smpipeline._definition.parsed_steps import ParsedStep
from pytest_smpipeline._definition.policies import read_cache_policy, read_retry_policies
from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline._definition.step_members import read_dependencies, read_output_parameters, read_property_files
from pytest_smpipeline._definition.step_schemas import READ_MEMBERS, STEP_SCHEMAS, UNKNOWN_TYPE
from pytest_smpipeline._definition.wording import printable, quoted
from pytest_smpipeline.values import Json

MAX_NESTING: Final = 100
_BRANCHES: Final[tuple[tuple[str, Branch], ...]] = (("IfSteps", "if"), ("ElseSteps", "else"))
_NOTHING: Final[Mapping[str, Never]] = MappingProxyType({})
_NOT_IN_BODIES: Final = ("Condition", "Fail", "ForEach")


@dataclass(slots=True)
class _Place:
    """A step still to be read, and the branch it stands in."""

    value: Json
    path: str
    parent: str | None = None
    branch: Branch | None = None
    level: int = 0


@dataclass(slots=True)
class _Content:
    """What the Arguments of a step hold."""

    arguments: Arguments = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    branches: tuple[_Place, ...] = ()
    body: tuple[ParsedStep, ...] = ()
    iteration: Iteration | None = None

    def names(self, branch: Branch) -> tuple[str, ...]:
        steps = [place.value for place in self.branches if place.branch == branch and isinstance(place.value, dict)]
        return tuple(name for name in [step.get("Name") for step in steps] if isinstance(name, str))


class StepParser:
    """Reads steps and reports everything in them that cannot be read."""

    def __init__(self, expressions: ExpressionParser, problems: Problems) -> None:
        """Read values with ``expressions`` and report to ``problems``."""
        self._expressions = expressions
        self._problems = problems
        self._conditions = ConditionParser(expressions, problems)

    def parse_all(self, definition: ObjectReader) -> list[ParsedStep]:
        """Return the steps in the order of the document; those that cannot be read are reported and left out."""
        parsed: list[ParsedStep] = []
        waiting = [_Place(item, path) for item, path in definition.items("Steps")]
        waiting.reverse()
        while waiting:
            place = waiting.pop()
            if place.level > MAX_NESTING:
                self._problems.add(place.path, f"Condition steps are nested deeper than {MAX_NESTING} levels.")
                continue
            content = self._parse(place, parsed)
            waiting.extend(reversed(content.branches))
        return parsed

    def _parse(self, place: _Place, parsed: list[ParsedStep], refused: tuple[str, ...] = ()) -> _Content:
        reader = read_object(place.value, place.path, self._problems)
        if reader is None:
            return _Content()
        kind = self._kind(reader, refused)
        step_type = STEP_SCHEMAS.get(kind, UNKNOWN_TYPE)
        reader.members(reader.raw.keys() if step_type.members is None else step_type.members, step_type.required)
        for member, choices in step_type.choices.items():
            reader.choice(member, choices)
        name = read_name(reader, "Name", LONGEST_STEP_NAME, self._problems) or ""
        content = self._content(reader, name, kind, place.level)
        step = self._step(reader, name, kind, content, place)
        parsed.append(ParsedStep(step, place.path, self._expressions.take_occurrences(), content.body))
        return content

    def _kind(self, reader: ObjectReader, refused: tuple[str, ...]) -> str:
        """Return the step's type, or the empty text after reporting that it has none that counts."""
        kind = reader.string("Type") if reader.require(("Type",)) else None
        if kind is None:
            return ""
        if kind in refused:
            self._problems.add(reader.place("Type"), f"The body of a ForEach step holds no {kind} steps.")
            return ""
        if kind not in STEP_SCHEMAS:
            self._problems.add(reader.place("Type"), f"{quoted(kind)} is not a type of step.", near=(kind, STEP_SCHEMAS))
            return ""
        return kind

    def _content(self, reader: ObjectReader, name: str, kind: str, level: int) -> _Content:
        arguments = reader.object("Arguments")
        if arguments is None:
            return _Content()
        if kind == "Condition":
            return self._condition_content(arguments, name, level)
        # A body goes first: each of its steps takes the references noted so far.
        body = self._body(arguments) if kind == "ForEach" else ()
        own = {member: value for member, value in arguments.raw.items() if member not in APART} if kind == "ForEach" else arguments.raw
        expression = self._expressions.parse(own, arguments.path)
        if not isinstance(expression, (dict, Structure)):
            self._problems.expecting_object(arguments.path)
            return _Content(body=body)
        iteration = read_iteration(arguments, expression, body, self._problems) if kind == "ForEach" else None
        return _Content(arguments=expression, body=body, iteration=iteration)

    def _condition_content(self, arguments: ObjectReader, name: str, level: int) -> _Content:
        for member in arguments.raw:
            if member not in {"Conditions", "IfSteps", "ElseSteps"}:
                self._problems.quote(arguments.place(member), f"Unknown Argument member '{printable(member)}'.")
        arguments.require(("Conditions",))
        branches = (_Place(item, path, name, branch, level + 1) for member, branch in _BRANCHES for item, path in arguments.items(member))
        return _Content(conditions=self._conditions.parse_all(arguments, "Conditions"), branches=tuple(branches))

    def _body(self, arguments: ObjectReader) -> tuple[ParsedStep, ...]:
        body: list[ParsedStep] = []
        for item, path in arguments.items("ForEachBody"):
            self._parse(_Place(item, path), body, _NOT_IN_BODIES)
        return tuple(body)

    def _step(self, reader: ObjectReader, name: str, kind: str, content: _Content, place: _Place) -> Step:
        return Step(
            name=name,
            type=kind,
            arguments=content.arguments,
            depends_on=read_dependencies(reader, self._problems),
            display_name=reader.string("DisplayName"),
            description=reader.string("Description"),
            property_files=MappingProxyType(read_property_files(reader)) if "PropertyFiles" in reader.raw else _NOTHING,
            retry_policies=read_retry_policies(reader, self._problems) if "RetryPolicies" in reader.raw else (),
            cache=read_cache_policy(reader, self._problems),
            output_parameters=read_output_parameters(reader) if "OutputParameters" in reader.raw else (),
            settings=_NOTHING if reader.raw.keys() <= READ_MEMBERS else MappingProxyType(self._settings(reader)),
            conditions=content.conditions,
            if_steps=content.names("if") if content.branches else (),
            else_steps=content.names("else") if content.branches else (),
            parent=place.parent,
            branch=place.branch,
            iteration=content.iteration,
        )

    def _settings(self, reader: ObjectReader) -> dict[str, Expression]:
        return {
            name: self._expressions.parse(value, reader.place(name))
            for name, value in reader.raw.items()
            if name not in READ_MEMBERS and value is not None
        }
