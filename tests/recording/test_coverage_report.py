"""The report on the coverage of pipelines: as text, and as a piece of HTML."""

from textwrap import dedent
from xml.etree import ElementTree as ET

import pytest

from pytest_smpipeline.coverage_fragment import coverage_fragment
from pytest_smpipeline.coverage_table import coverage_lines, packed
from pytest_smpipeline.pipeline_coverage import Coverage, PipelineCoverage, Point

POINTS = (
    Point("other value", "Epochs"),
    Point("step", "Prep", "Processing"),
    Point("failure", "Prep"),
    Point("cache", "Prep"),
    Point("step", "Gate", "Condition"),
    Point("branch", "Gate", "if"),
    Point("branch", "Gate", "else"),
    Point("step", "Reject", "Fail"),
)


def pipeline(name: str, *hits: int, digest: str = "1f2e3d4c5b6a", test: str = "") -> PipelineCoverage:
    """Return a pipeline of which these points were exercised by one execution."""
    return PipelineCoverage(name, digest, POINTS).with_hits({POINTS[place]: 1 for place in hits}, 1, test)


def coverage_of(*pipelines: PipelineCoverage, added: str = "") -> Coverage:
    """Return the coverage of several pipelines, and of some that were only added."""
    return Coverage({(each.name, each.digest): each for each in pipelines}, frozenset(added.split()))


def report(coverage: Coverage, width: int = 80) -> str:
    """Return the lines as one text."""
    return "\n".join(coverage_lines(coverage, width)) + "\n"


def test_the_report_is_a_table_and_what_does_not_count() -> None:
    """Rows in alphabetical order with what is missing, the total, and in words what no test exercised besides."""
    complete = pipeline("prep", *range(len(POINTS)))

    assert report(coverage_of(pipeline("churn", 1, 4, 5), complete, added="churn idle prep")) == dedent(
        """\
        Name   Steps  Miss  Branch  BrMiss  Cover  Missing
        -----------------------------------------------------------------
        churn      3     1       2       1    60%  Gate->else, Reject (Fail)
        prep       3     0       2       0   100%
        -----------------------------------------------------------------
        TOTAL      6     1       4       1    80%

        2 pipelines, 2 executions.

        Exercised by no test, and not counted:
        churn
            never failed      Prep
            cache never hit   Prep
            only its default  Epochs

        Added and never started: idle
        """
    ).replace("-" * 65, "-" * 68)


def test_where_nothing_lacks_nothing_is_said() -> None:
    """The table ends with the figures; one of anything is singular."""
    assert report(coverage_of(pipeline("prep", *range(len(POINTS))))) == dedent(
        """\
        Name   Steps  Miss  Branch  BrMiss  Cover  Missing
        --------------------------------------------------
        prep       3     0       2       0   100%
        --------------------------------------------------
        TOTAL      3     0       2       0   100%

        1 pipeline, 1 execution.
        """
    )


def test_definitions_that_share_a_name_are_told_apart() -> None:
    """By the hash in every place, and by a test where one is known."""
    text = report(coverage_of(pipeline("churn", 1, test="test_a.py::test_x"), pipeline("churn", 1, digest="9876543210")))

    assert "\nchurn@1f2e3d4      3     2       2       2    20%  Gate, Reject (Fail)\nchurn@9876543 " in text
    assert "\n1 pipeline with 2 definitions, 2 executions.\n" in text
    assert text.endswith("\n\nDefinitions that share a name, each with a test that starts it:\nchurn@1f2e3d4: test_a.py::test_x\n")


@pytest.mark.parametrize("width", [80, 100])
def test_a_long_name_stands_alone_and_moves_no_column(width: int) -> None:
    """The last column has room for two dozen characters in any terminal that is not narrower than usual."""
    name = "a-pipeline-with-a-name-as-long-as-people-have-them"
    lines = coverage_lines(coverage_of(pipeline("churn", 1), pipeline(name, 1, 4)), width)

    place = lines.index(name)
    assert lines[place + 1].startswith(" " * 18)
    assert {line.index("%") for line in lines if "%" in line} == {lines[0].index("Cover") + 4}
    assert all(len(line) <= width for line in lines)


def test_what_is_missing_is_continued_below() -> None:
    """No name is broken, and the column stays."""
    points = tuple(Point("step", f"a-step-that-never-runs-{number}", "Training") for number in range(3))
    lines = coverage_lines(coverage_of(PipelineCoverage("churn", "1", points).with_hits({}, 1, "")), 80)

    assert lines[2:5] == [
        "churn      3     3       0       0     0%  a-step-that-never-runs-0,",
        "                                           a-step-that-never-runs-1,",
        "                                           a-step-that-never-runs-2",
    ]


def test_a_narrow_terminal_gets_longer_lines() -> None:
    """There is a least width for names and for what is missing, rather than a column of single letters."""
    assert coverage_lines(coverage_of(pipeline("a-short-name-", 1)), 20)[2:5] == [
        "a-short-name-",
        "                  3     2       2       2    20%  Gate, Reject (Fail)",
        "-" * 20,
    ]


def test_without_an_execution_there_are_no_figures() -> None:
    """What was added is named all the same."""
    assert coverage_lines(coverage_of(added="idle churn"), 80) == ["No pipeline was started.", "", "Added and never started: churn, idle"]


@pytest.mark.parametrize(
    ("words", "lines"),
    [([], []), (["one"], ["one"]), (["one", "two", "three"], ["one, two,", "three"]), (["eleven-long", "a"], ["eleven-long,", "a"])],
    ids=["none", "one", "some", "long"],
)
def test_words_are_packed_into_lines(words: list[str], lines: list[str]) -> None:
    """Each line but the last ends with a comma, which counts."""
    assert packed(words, 10) == lines


def test_the_html_has_the_table_and_every_count() -> None:
    """Well-formed, with one row a pipeline, and the points of each with how often they were exercised."""
    text = coverage_fragment(coverage_of(pipeline("churn", 1, 4, 5), pipeline("prep", *range(len(POINTS))), added="idle"))
    section = ET.fromstring(text)  # noqa: S314 - our own text

    rows = [[cell.text or "" for cell in row] for row in section.findall("table/tr")]
    assert rows == [
        ["Name", "Steps", "Missed", "Branches", "Missed", "Cover", "Missing"],
        ["churn", "3", "1", "2", "1", "60%", "Gate->else, Reject (Fail)"],
        ["prep", "3", "0", "2", "0", "100%", ""],
        ["TOTAL", "6", "1", "4", "1", "80%", ""],
    ]
    churn, prep = section.findall("details")
    points = [(row.get("class"), *[cell.text for cell in row]) for row in churn.findall("table/tr")]
    assert points == [
        ("hit", "Prep", "1"),
        ("hit", "Gate", "1"),
        ("hit", "Gate->if", "1"),
        ("missed", "Gate->else", "0"),
        ("missed", "Reject", "0"),
    ]
    assert [item.text for item in churn.findall("ul/li")] == ["never failed: Prep", "cache never hit: Prep", "only its default: Epochs"]
    assert prep.find("ul") is None
    assert section.findall("p")[-1].text == "Added and never started: idle"


def test_the_html_escapes_what_tests_name() -> None:
    """Enum values and ids of tests are any text."""
    points = (Point("step", "Prep", "Processing"), Point("enum value", "Size", "<b>"))
    several = [PipelineCoverage("churn", digest, points).with_hits({points[0]: 1}, 1, "test_a.py::test_x[<i>]") for digest in "ab"]

    text = coverage_fragment(coverage_of(*several))

    assert "value never used: Size=&lt;b&gt;" in text
    assert "<p>test_a.py::test_x[&lt;i&gt;]</p>" in text
    assert ET.fromstring(text).find("details/summary") is not None  # noqa: S314 - our own text
