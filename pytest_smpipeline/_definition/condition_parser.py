"""From the JSON of a Condition step's Conditions to conditions."""

from typing import Final, cast, get_args

from pytest_smpipeline._definition.expression_parser import ExpressionParser
from pytest_smpipeline._definition.nodes import Comparison, ComparisonType, Condition, In, Not, Or
from pytest_smpipeline._definition.objects import ObjectReader, read_object
from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline._definition.wording import quoted
from pytest_smpipeline.suggestions import choices
from pytest_smpipeline.values import Json

MAX_NESTING: Final = 32
_COMPARISONS: Final[tuple[str, ...]] = get_args(ComparisonType)
_MEMBERS: Final = {
    **dict.fromkeys(_COMPARISONS, ("LeftValue", "RightValue")),
    "In": ("QueryValue", "Values"),
    "Not": ("Condition",),
    "Or": ("Conditions",),
}
# AWS's JSON schema lists the first two, its SDKs send none of them: what passes here must pass there, so they are refused.
_INSTEAD: Final = {"NotEquals": "Not of Equals", "NotIn": "Not of In", "And": "several conditions in one list"}


class ConditionParser:
    """Turns conditions into nodes; their operands go through the step's expression parser."""

    def __init__(self, expressions: ExpressionParser, problems: Problems) -> None:
        """Read operands with ``expressions`` and report to ``problems``."""
        self._expressions = expressions
        self._problems = problems

    def parse_all(self, holder: ObjectReader, name: str, level: int = 1) -> tuple[Condition, ...]:
        """Return the conditions in a member of ``holder``; those that cannot be read are reported and left out."""
        parsed = [self._parse(item, path, level) for item, path in holder.items(name)]
        return tuple(condition for condition in parsed if condition is not None)

    def _parse(self, value: Json, path: str, level: int) -> Condition | None:
        reader = read_object(value, path, self._problems)
        kind = None if reader is None else self._kind(reader)
        if reader is None or kind is None or not reader.members({"Type", *_MEMBERS[kind]}, _MEMBERS[kind]):
            return None
        if level > MAX_NESTING:
            self._problems.add(path, f"The condition is nested deeper than {MAX_NESTING} levels.")
            return None
        match kind:
            case "In":
                query = self._expressions.operand(reader.raw["QueryValue"], reader.place("QueryValue"))
                return In(query, tuple(self._expressions.operand(item, place) for item, place in reader.items("Values")))
            case "Not":
                negated = self._parse(reader.raw["Condition"], reader.place("Condition"), level + 1)
                return None if negated is None else Not(negated)
            case "Or":
                return Or(self.parse_all(reader, "Conditions", level + 1))
            case _:
                left = self._expressions.operand(reader.raw["LeftValue"], reader.place("LeftValue"))
                right = self._expressions.operand(reader.raw["RightValue"], reader.place("RightValue"))
                return Comparison(cast("ComparisonType", kind), left, right)

    def _kind(self, reader: ObjectReader) -> str | None:
        if not reader.require(("Type",)):
            return None
        kind = reader.string("Type")
        if kind is None or kind in _MEMBERS:
            return kind
        message = f"{quoted(kind)} is not a type of condition; those are {choices(_MEMBERS)}."
        if kind in _INSTEAD:
            self._problems.add(reader.place("Type"), f"{message} Write {_INSTEAD[kind]} instead.")
        else:
            self._problems.add(reader.place("Type"), message, near=(kind, _MEMBERS))
        return None
