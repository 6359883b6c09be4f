"""The report on the coverage of pipelines: as text, and as a piece of HTML."""

from textwrap import dedent
from xml.etree import ElementTree as ET

import pytest

from pytest_smpipeline.coverage_fragment import coverage_fragment
from pytest_smpipeline.coverage_graph import exercised_flowchart
from pytest_smpipeline.coverage_table import coverage_lines, packed
from pytest_smpipeline.flowcharts import Edge, Flowchart, Node
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


def words(part: ET.Element) -> str:
    """Return all words of an element, with single spaces."""
    return " ".join("".join(part.itertext()).split())


def section_of(coverage: Coverage, *notes: str) -> ET.Element:
    """Return the part of the page about a coverage; it has to be well-formed."""
    return ET.fromstring(coverage_fragment(coverage, notes))  # noqa: S314 - our own text


def test_the_html_has_a_bar_for_each_pipeline_and_for_all() -> None:
    """How much was exercised, in percent and of how many, and what is missing."""
    section = section_of(coverage_of(pipeline("churn", 1, 4, 5), pipeline("prep", *range(len(POINTS))), added="idle"), "A worker is lost.")

    total, *others = section.findall("p")
    assert words(total) == "80%5 of 6 steps · 3 of 4 branches · 2 pipelines, 2 executions"
    assert [words(other) for other in others] == ["Added and never started: idle", "A worker is lost."]
    assert [words(summary) for summary in section.findall("details/summary")] == [
        "churn 60% 2 of 3 steps · 1 of 2 branches · 1 execution missing: Gate->else, Reject (Fail)",
        "prep 100% 3 of 3 steps · 2 of 2 branches · 1 execution",
    ]
    bars = [(bar.get("class"), bar[0].get("style")) for bar in section.iter("span") if (bar.get("class") or "").startswith("cover")]
    assert bars == [("cover", "width:80.00%"), ("cover", "width:60.00%"), ("cover whole", "width:100.00%")]


def test_the_html_tells_of_each_step_and_parameter_what_was_exercised() -> None:
    """Each with how often; what does not count is marked as such, and of a step that never ran nothing more is told."""
    section = section_of(coverage_of(pipeline("churn", 1, 4, 5)))

    assert [words(row) for row in section.iter("li")] == [
        "Prep Processing ✓ ran once ○ never failed ○ cache never hit",
        "Gate Condition ✓ ran once ✓ if once ○ else never taken",
        "Reject Fail ○ never ran",
        "Epochs ○ only its default",
    ]
    kinds = [chip.get("class") for chip in section.iter("span") if (chip.get("class") or "").startswith("chip ")]
    assert kinds == [
        *("chip hit", "chip missed uncounted", "chip missed uncounted"),
        *("chip hit", "chip hit", "chip missed", "chip missed", "chip missed uncounted"),
    ]


def test_every_kind_of_point_has_words_for_both() -> None:
    """Exercised or not, the page says it as the terminal does."""
    points = (
        Point("step", "Each", "ForEach"),
        Point("retry", "Each", "Step.THROTTLING"),
        Point("no items", "Each"),
        Point("several items", "Each"),
        Point("default", "Size"),
        Point("enum value", "Size", "big"),
    )
    hits = dict.fromkeys(points, 1) | {points[0]: 2, points[-1]: 3}
    never = PipelineCoverage("churn", "1", points).with_hits({points[0]: 1}, 1, "")
    ever = PipelineCoverage("churn", "1", points).with_hits(hits, 2, "")

    assert [words(row) for row in section_of(coverage_of(never)).iter("li")] == [
        "Each ForEach ✓ ran once ○ never retried on Step.THROTTLING ○ never without items ○ never with several",
        "Size ○ never its default ○ big never used",
    ]
    assert [words(row) for row in section_of(coverage_of(ever)).iter("li")] == [
        "Each ForEach ✓ ran twice ✓ retried on Step.THROTTLING once ✓ without items once ✓ several items once",
        "Size ✓ default once ✓ big 3 times",
    ]


def test_a_single_pipeline_is_open() -> None:
    """There is nothing to choose; where nothing has branches and parameters, nothing is said of them."""
    prep = PipelineCoverage("prep", "1", (Point("step", "Prep", "Processing"),)).with_hits({}, 1, "test_a.py::test_x")
    section = section_of(coverage_of(prep))

    (entry,) = section.findall("details")
    assert entry.get("open") is not None
    assert words(entry[0]) == "prep 0% 0 of 1 step · 1 execution missing: Prep"
    assert "Started for example by test_a.py::test_x" in words(entry[1])
    assert not list(section.iter("h3"))
    assert [each.get("open") for each in section_of(coverage_of(prep, pipeline("churn"))).findall("details")] == [None, None]


def test_much_that_is_missing_is_told_in_the_entry() -> None:
    """The line of a pipeline stays a line."""
    points = tuple(Point("step", f"S{number}", "Training") for number in range(8))
    section = section_of(coverage_of(PipelineCoverage("churn", "1", points).with_hits({}, 1, "")))

    assert words(section.findall("details/summary")[0]).endswith("missing: S0, S1, S2, S3, S4, S5, and 2 more")


def test_without_an_execution_the_html_has_no_figures() -> None:
    """It says so."""
    assert words(section_of(coverage_of(added="idle"))) == "Coverage of pipelinesNo pipeline was started.Added and never started: idle"


def test_the_graph_shows_where_no_test_has_been() -> None:
    """Steps that never ran and branches that were never taken are pale; an arrow is as well where one of its ends is."""
    nodes = (Node("Prep", "Processing"), Node("Gate", "Condition"), Node("Reject", "Fail"), Node("Done", "Model"), Node("Late", "Model"))
    edges = (Edge(0, 1), Edge(1, 2, "else"), Edge(1, 3, "if, on any end"), Edge(3, 4, "on Failed"))
    points = [Point("step", node.name, node.type) for node in nodes]
    hits = {points[0]: 3, points[1]: 2, points[3]: 1, points[4]: 1, Point("branch", "Gate", "else"): 2}
    covered = PipelineCoverage("churn", "1", tuple(points), hits, 3, "", Flowchart("", nodes, edges))

    chart = exercised_flowchart("churn", covered)

    assert [(node.standing, node.words) for node in chart.nodes] == [
        ("succeeded", "ran 3 times"),
        ("succeeded", "ran twice"),
        ("idle", "never ran"),
        ("succeeded", "ran once"),
        ("succeeded", "ran once"),
    ]
    assert [edge.taken for edge in chart.edges] == [True, False, False, True]


def test_the_html_escapes_what_tests_name() -> None:
    """Enum values and ids of tests are any text."""
    points = (Point("step", "Prep", "Processing"), Point("enum value", "Size", "<b>"))
    several = [PipelineCoverage("churn", digest, points).with_hits({points[0]: 1}, 1, "test_a.py::test_x[<i>]") for digest in "ab"]

    text = words(section_of(coverage_of(*several)))

    assert "○ <b> never used" in text
    assert "Started for example by test_a.py::test_x[<i>]" in text
