"""The page of a whole test run: what the HTML report shows of all its tests, around what each of them brings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final

from pytest_smpipeline.flowcharts import MARKS, Standing, standing_of
from pytest_smpipeline.markup import Markup, element, joined

LONGEST_FAILURE: Final = 20_000
"""How many characters are shown of the end of what pytest says about a failure."""

NOTHING: Final = Markup("")
_TEMPLATE: Final = Path(__file__).with_name("report_page.html")
_STANDINGS: Final[Mapping[str, Standing]] = {
    "passed": "succeeded",
    "xpassed": "succeeded",
    "failed": "failed",
    "error": "failed",
    "crashed": "failed",
    "skipped": "stopped",
    "xfailed": "stopped",
}


@dataclass(frozen=True, slots=True)
class ReportedTest:
    """A test in which an emulation was active: its outcome, what pytest says about a failure, and what it did.

    ``statuses`` counts its executions by status, ``runs`` is the markup that shows them; ``line`` is where it stands in its file.
    """

    node_id: str
    line: int
    outcome: str
    failure: str = ""
    statuses: Mapping[str, int] = field(default_factory=dict[str, int])
    runs: Markup | None = None

    @property
    def file(self) -> str:
        """The file of the test, as its node id names it."""
        return self.node_id.partition("::")[0]


def render_page(tests: Sequence[ReportedTest], created: str, coverage: Markup = NOTHING) -> str:
    """Return the whole page; tests are in the order of their files and lines, in whatever order they ended."""
    ordered = sorted(tests, key=lambda test: (test.file, test.line, test.node_id))
    sections = [_section(file, list(group)) for file, group in groupby(ordered, key=lambda test: test.file)]
    nothing = element("p", "No test activated an emulation of SageMaker Pipelines.", class_="none")
    head, _, rest = _TEMPLATE.read_text(encoding="utf-8").partition("<!-- summary -->")
    upper, _, rest = rest.partition("<!-- coverage -->")
    lower, _, end = rest.partition("<!-- tests -->")
    return f"{head}{_summary(ordered, created)}{upper}{coverage}{lower}{joined(sections) or nothing}{end}"


def _summary(tests: Sequence[ReportedTest], created: str) -> Markup:
    statuses = sum((Counter(test.statuses) for test in tests), Counter[str]())
    counts = [
        element("p", _counted(len(tests), "test"), *_tally(Counter(test.outcome for test in tests))),
        element("p", _counted(statuses.total(), "execution"), *_tally(statuses)),
    ]
    return joined([*counts, element("p", created, class_="facts")])


def _tally(counts: Mapping[str, int]) -> list[Markup]:
    listed = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Markup(f" {_status(word, f'{count} {word}')}") for word, count in listed]


def _section(file: str, tests: Sequence[ReportedTest]) -> Markup:
    return element("section", element("h2", file), *[_test(test) for test in tests])


def _test(test: ReportedTest) -> Markup:
    name = test.node_id.partition("::")[2] or test.node_id
    count = _counted(sum(test.statuses.values()), "execution")
    unlike = [] if set(test.statuses) <= {"Succeeded"} else _tally(test.statuses)
    head = [_status(test.outcome, test.outcome), element("b", name), element("span", count, *unlike, class_="facts")]
    body = [test.runs or element("p", "What this test did was lost when its process ended.", class_="none")]
    if test.failure:
        shown = test.failure[-LONGEST_FAILURE:]
        text = element("pre", shown, tabindex=0, role="group", aria_label="Failure")
        body.insert(0, element("details", element("summary", "What pytest says"), text, class_="part"))
    summary = element("summary", *[Markup(f"{part} ") for part in head])
    return element("details", summary, element("div", *body, class_="body"), class_=f"test {_STANDINGS.get(test.outcome, 'stopped')}")


def _status(word: str, text: str) -> Markup:
    standing = _STANDINGS.get(word) or standing_of(word)
    mark = element("span", MARKS[standing], class_="mark", aria_hidden="true")
    return element("span", mark, f" {text}", class_=f"status {standing}")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
