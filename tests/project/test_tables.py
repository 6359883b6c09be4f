"""The tables of README.md and of the pages in docs/ say what the code says, and their links lead somewhere."""

import re
from collections.abc import Callable, Collection
from datetime import timedelta
from inspect import Parameter, signature
from pathlib import Path

from pytest_smpipeline import SMPipelineMock
from pytest_smpipeline._definition.nodes import RetryPolicy
from pytest_smpipeline._engine.runner import TIME_LIMIT
from pytest_smpipeline._engine.step_runner import GAP, STOPPING_TIME
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._operations.table import ANSWERED, SHARED
from pytest_smpipeline.cases import OUTCOMES
from pytest_smpipeline.options import OPTION_NAMES, PROGRESS_MODES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
STEP_TYPES_PAGE = (ROOT / "docs" / "step-types.md").read_text(encoding="utf-8")
TIME_PAGE = (ROOT / "docs" / "time.md").read_text(encoding="utf-8")
SCRIPTING_PAGE = (ROOT / "docs" / "scripting.md").read_text(encoding="utf-8")
FAULTS_PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
MOCK_PAGE = (ROOT / "docs" / "mock.md").read_text(encoding="utf-8")
STOPPED = {"ends soon": "ends", "waits for its answer": "waits for an answer", "goes on to its end": "goes on"}
UNITS = {"s": timedelta(seconds=1), "min": timedelta(minutes=1), "h": timedelta(hours=1)}


def rows_under(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the table whose first column has this heading."""
    _, _, after = text.partition(f"\n| {heading} |")
    assert after, f"there is no table of {heading}"
    lines = after.split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def names_in(cell: str) -> set[str]:
    """Return the names that a cell lists."""
    return {name.strip("` ") for name in cell.split(",")}


def test_the_readme_lists_every_operation() -> None:
    """Each in a row of its own, with what it does; those that moto answers for other resources say so."""
    rows = rows_under(README, "operation")

    assert sorted(name for name, _ in rows) == sorted(ANSWERED)
    assert all(what for _, what in rows)
    assert {name for name, what in rows if what.endswith("; other resources are moto's")} == set(SHARED)


def test_the_readme_lists_every_option() -> None:
    """With the names of the contract."""
    listed = {name for cells in rows_under(README, "option") for name in names_in(cells[0])}

    assert listed == set(OPTION_NAMES)


def test_the_readme_lists_every_step_type() -> None:
    """All of them run."""
    ((types, what),) = rows_under(README, "step type")

    assert names_in(types) == set(STEP_TYPES)
    assert what.startswith("run: ")


def test_the_page_of_step_types_shows_them_one_by_one() -> None:
    """With what the engine does with a step of each: how long it takes, whether it is retried or cached, and what stops it."""
    listed = [
        (name, _duration(time), retried == "yes", cached == "yes", STOPPED[stopped])
        for name, time, retried, cached, stopped, _, _ in rows_under(STEP_TYPES_PAGE, "type")
    ]

    assert listed == [
        (name, timedelta(milliseconds=kind.duration), kind.retryable, kind.cached_by is not None, kind.when_stopped)
        for name, kind in STEP_TYPES.items()
    ]


def test_the_page_of_step_types_names_the_properties_of_each() -> None:
    """The operation whose answer holds them, and the names that stand beside it."""
    listed = {cells[0]: names_in(cells[-1]) - {"none"} for cells in rows_under(STEP_TYPES_PAGE, "type")}

    assert listed == {
        name: {*kind.own_properties, *filter(None, [kind.describe_call]), *(["OutputParameters"] if kind.outputs else [])}
        for name, kind in STEP_TYPES.items()
    }


def test_the_page_of_step_types_says_which_decide_by_themselves() -> None:
    """A test cannot script them."""
    assert {name for name, kind in STEP_TYPES.items() if not kind.scripted} == {"Condition", "Fail"}
    assert "Condition and Fail steps decide by themselves" in STEP_TYPES_PAGE


def test_the_page_of_time_has_the_default_duration_of_every_type() -> None:
    """Each type stands once, the shortest first."""
    rows = [(_duration(time), names) for time, names in rows_under(TIME_PAGE, "default duration")]
    listed = {name: time for time, names in rows for name in names_in(names)}

    assert listed == {name: timedelta(milliseconds=kind.duration) for name, kind in STEP_TYPES.items()}
    assert [time for time, _ in rows] == sorted(set(listed.values()))
    assert sum(len(names_in(names)) for _, names in rows) == len(STEP_TYPES)


def test_the_page_of_time_has_the_gaps_and_the_limits() -> None:
    """What takes time beside the steps themselves."""
    gap, stopping, retry, step_limit, limit = (time for _, time in rows_under(TIME_PAGE, "also takes time"))
    policy = RetryPolicy(("Step.THROTTLING",))
    limited = [(name, kind.time_limit) for name, kind in STEP_TYPES.items() if kind.time_limit is not None]

    assert (_duration(gap), _duration(stopping)) == (timedelta(milliseconds=GAP), timedelta(milliseconds=STOPPING_TIME))
    assert retry.endswith(f"; {policy.interval_seconds} s and {policy.backoff_rate:g} where the policy says nothing")
    assert limited == [("Lambda", _duration(step_limit) // timedelta(milliseconds=1))]
    assert _duration(limit) == timedelta(milliseconds=TIME_LIMIT)


def test_the_page_of_time_compares_the_modes() -> None:
    """All of them, in both tables."""
    listed = [names_in(mode.partition(",")[0]) for mode, _, _ in rows_under(TIME_PAGE, "mode")]

    assert sorted(name for names in listed for name in names) == sorted(PROGRESS_MODES)
    assert "\n| | `immediate` | `poll` | `manual` |\n" in TIME_PAGE


def test_the_page_of_scripting_has_every_outcome_with_its_arguments() -> None:
    """As the functions take them; ``optional`` is told of all together."""
    listed = {call.partition("(")[0].strip("`"): arguments_in(call) for call, _, _ in rows_under(SCRIPTING_PAGE, "outcome")}

    assert listed == {name: arguments_of(make, {"optional"}) for name, make in OUTCOMES.items()}


def test_the_page_of_faults_has_every_argument() -> None:
    """With its default."""
    listed = [argument.strip("`") for argument, _ in rows_under(FAULTS_PAGE, "argument")]

    assert listed == arguments_of(SMPipelineMock.fault, {"self"}, value=True)


def arguments_in(call: str) -> list[str]:
    """Return the arguments that a cell shows, keywords as ``duration=``, a default as ``source=None``."""
    return re.findall(r"[a-z_]+=?(?:None)?", call.partition("(")[2])


def arguments_of(function: Callable[..., object], without: Collection[str], *, value: bool = False) -> list[str]:
    """Return how a page shows a function's parameters: a keyword without its default unless ``value`` is asked for."""
    return [
        name
        if parameter.default is Parameter.empty
        else f"{name}={parameter.default}"
        if value or parameter.kind is not Parameter.KEYWORD_ONLY
        else f"{name}="
        for name, parameter in signature(function).parameters.items()
        if name not in without
    ]


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"([\d.]+) (s|min|h)", text)
    assert match, f"{text!r} is no duration"
    return float(match[1]) * UNITS[match[2]]


def test_the_page_of_the_mock_lists_all_that_it_has() -> None:
    """With the arguments of each method, so that nobody has to look for them in the source."""
    listed: dict[str, set[str]] = {}
    for heading in ("before the code runs", "while it runs", "afterwards"):
        for cells in rows_under(MOCK_PAGE, heading):
            name, _, arguments = cells[0].strip("`)").partition("(")
            listed[name] = {argument.split("=")[0].strip("* ") for argument in arguments.split(",")} - {""}

    for name in dir(SMPipelineMock):
        if not name.startswith("_"):
            method = getattr(SMPipelineMock, name)
            assert listed[name] == (set(signature(method).parameters) - {"self"} if callable(method) else set()), name


def test_the_index_names_every_page() -> None:
    """A page that nobody can find helps nobody."""
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")

    assert {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"} <= set(re.findall(r"[\w-]+\.md", index))


def test_links_between_pages_lead_somewhere() -> None:
    """To a file that is there, and to a heading of it."""
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target, heading in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)", page.read_text(encoding="utf-8")):
            other = page.parent / target if target else page
            assert other.exists(), f"{page.name} links to {target}"
            assert not heading or heading in _anchors(other), f"{page.name} links to {target}#{heading}"


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
