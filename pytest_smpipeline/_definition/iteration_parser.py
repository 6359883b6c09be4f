"""From the Arguments of a ForEach step to its iteration: the items, the body, and which iteration is selected."""

from collections.abc import Collection, Sequence
from typing import Final, cast

from pytest_smpipeline._definition.expressions import Arguments, Deferred, Expression, IterationReference, Structure
from pytest_smpipeline._definition.graph import build_graph
from pytest_smpipeline._definition.nodes import Iteration, Pick, Selector
from pytest_smpipeline._definition.objects import ObjectReader
from pytest_smpipeline._definition.parsed_steps import ParsedStep
from pytest_smpipeline._definition.paths import Path
from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline._definition.references import ReferenceSyntaxError, parse_reference
from pytest_smpipeline._definition.wording import found, printable, quoted
from pytest_smpipeline.values import Json

MAX_ITEMS: Final = 100
MAX_CONCURRENCY: Final = 50
APART: Final = frozenset({"ForEachBody", "Selector"})
"""The members of the Arguments that are no expressions: they are read on their own."""

_NEEDED: Final = ("IterableItems", "MaxConcurrency", "ForEachBody")
_SELECTOR_MEMBERS: Final = ("Pick", "Field")
_PICKS: Final = ("MaxBy", "MinBy")


def read_iteration(reader: ObjectReader, arguments: Arguments, body: Sequence[ParsedStep], problems: Problems) -> Iteration | None:
    """Return what a ForEach step repeats, or None after reporting why that cannot be told.

    ``arguments`` is the expression of the Arguments without those that stand ``APART``. The rules are those of the SDK's ForEachStep.
    """
    for member in reader.raw:
        if member not in {*_NEEDED, *APART}:
            problems.quote(reader.place(member), f"Unknown Argument member '{printable(member)}'.")
    if not reader.require(_NEEDED):
        return None
    if reader.raw["ForEachBody"] == []:
        problems.add(reader.place("ForEachBody"), "The body of a ForEach step holds at least one step.")
    items = arguments.part(("IterableItems",)) if isinstance(arguments, Structure) else arguments["IterableItems"]
    _check_items(items, reader.place("IterableItems"), problems)
    return Iteration(
        items=items,
        max_concurrency=reader.whole_number("MaxConcurrency", least=1, most=MAX_CONCURRENCY) or 1,
        body=tuple(parsed.step for parsed in body),
        graph=build_graph((parsed.step for parsed in body), {parsed.step.name: list(parsed.referenced()) for parsed in body}),
        selector=_read_selector(reader, problems),
    )


def _check_items(items: Expression, path: str, problems: Problems) -> None:
    listed, nodes = (items.value, dict(items.holes)) if isinstance(items, Structure) else (items, {})
    if isinstance(listed, list):
        _check_list(listed, nodes, path, problems)
    elif isinstance(items, Structure) or not isinstance(items, Deferred):
        kind = found(cast("Json", listed))
        problems.add(path, f"'IterableItems' takes an array, or a function whose value is the JSON text of an array, not {kind}.")


def _check_list(items: list[Json], nodes: Collection[Path], path: str, problems: Problems) -> None:
    if not 1 <= len(items) <= MAX_ITEMS:
        problems.add(path, f"A ForEach step takes 1 to {MAX_ITEMS} listed items, and this one has {len(items)}.")
    for index, item in enumerate(items):
        if (index,) not in nodes and not isinstance(item, (str, int, float)):
            problems.add(f"{path}[{index}]", f"Expecting a string, a number, a boolean or a function but found {found(item)}.")


def _read_selector(arguments: ObjectReader, problems: Problems) -> Selector | None:
    reader = arguments.object("Selector")
    if reader is None or not reader.members(set(_SELECTOR_MEMBERS), _SELECTOR_MEMBERS):
        return None
    pick = reader.choice("Pick", _PICKS)
    field = reader.object("Field")
    if field is None or not field.members({"Get"}, ("Get",)):
        return None
    text = field.string("Get") or ""
    match _reference(text):
        case IterationReference("IterationOutput", (str(step), _, *_) as path):
            return Selector(cast("Pick", pick), step, path[1:])
        case _:
            message = f'The Field of a Selector is {{"Get": "IterationOutput.<body step>.<member>"}}, not {quoted(text)}.'
            problems.add(field.place("Get"), message)
            return None


def _reference(text: str) -> object:
    try:
        return parse_reference(text)
    except ReferenceSyntaxError:
        return None
