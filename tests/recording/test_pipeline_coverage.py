"""Coverage of pipelines as values: percentages, what two processes found together, and the JSON that travels between them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline.coverage_json import from_data, from_text, to_data, to_text
from pytest_smpipeline.flowcharts import Edge, Flowchart, Node
from pytest_smpipeline.pipeline_coverage import Coverage, Figures, PipelineCoverage, Point, merged

PREP, GATE, REJECT = Point("step", "Prep", "Processing"), Point("step", "Gate", "Condition"), Point("step", "Reject", "Fail")
IF, ELSE = Point("branch", "Gate", "if"), Point("branch", "Gate", "else")
FAILURE = Point("failure", "Prep")
POINTS = (PREP, FAILURE, GATE, IF, ELSE, REJECT)

RUNS = st.lists(
    st.tuples(st.sampled_from(["churn", "prep"]), st.sets(st.sampled_from(POINTS)), st.sampled_from(["", "a", "b"])), max_size=5
)


def pipeline(name: str = "churn", digest: str = "0123456789", test: str = "", **hits: int) -> PipelineCoverage:
    """Return a pipeline of which one execution hit the points of these subjects."""
    found = {point: hits[point.subject] for point in POINTS if point.subject in hits and point.kind == "step"}
    return PipelineCoverage(name, digest, POINTS).with_hits(found, 1, test)


def coverage_of(*pipelines: PipelineCoverage) -> Coverage:
    """Return the coverage of pipelines, one after the other."""
    total = Coverage()
    for each in pipelines:
        total = merged(total, Coverage({(each.name, each.digest): each}, frozenset({each.name})))
    return total


def drawn(runs: list[tuple[str, set[Point], str]]) -> Coverage:
    """Return the coverage of executions that hypothesis has drawn."""
    return coverage_of(*(PipelineCoverage(name, "1", POINTS).with_hits(dict.fromkeys(hits, 1), 1, test) for name, hits, test in runs))


def test_steps_and_branches_make_the_percentage() -> None:
    """Two steps and a branch of three steps and two branches; a failure is told and not counted."""
    each = PipelineCoverage("churn", "1", POINTS).with_hits({PREP: 1, GATE: 2, IF: 2}, 2, "")

    assert each.figures == Figures(steps=3, missed_steps=1, branches=2, missed_branches=1)
    assert each.figures.percent == 60
    assert each.missed("step", "branch", "failure") == [FAILURE, ELSE, REJECT]


@pytest.mark.parametrize(
    ("missed", "shown"), [(0, "100%"), (1, "99%"), (996, "1%"), (1000, "0%"), (500, "50%")], ids=["all", "nearly", "hardly", "none", "half"]
)
def test_only_everything_is_100_percent_and_only_nothing_is_0(missed: int, shown: str) -> None:
    """Rounding never hides a step that is missing, nor one that ran."""
    assert Figures(steps=1000, missed_steps=missed).shown_percent == shown


def test_nothing_to_exercise_is_exercised() -> None:
    """A pipeline without steps lacks nothing."""
    assert Figures().shown_percent == "100%"


def test_the_total_weighs_pipelines_by_their_size() -> None:
    """The points of all pipelines are added up; a small one counts little."""
    small = PipelineCoverage("small", "2", (PREP,)).with_hits({PREP: 1}, 1, "")

    assert coverage_of(pipeline(), small).total == Figures(steps=4, missed_steps=3, branches=2, missed_branches=2)


def test_points_that_the_definition_lacks_are_not_kept() -> None:
    """What is counted is always one of the points."""
    assert PipelineCoverage("churn", "1", (PREP,)).with_hits({PREP: 1, GATE: 1}, 1, "").hits == {PREP: 1}


def test_a_name_with_several_definitions_shows_their_hashes() -> None:
    """The largest comes first; a name of its own needs no hash."""
    toy = PipelineCoverage("churn", "abcdefghij", (PREP,))

    labels = [label for label, _ in coverage_of(pipeline("prep"), toy, pipeline("churn")).labelled()]

    assert labels == ["churn@0123456", "churn@abcdefg", "prep"]


def test_patterns_choose_pipelines_by_name() -> None:
    """Any of them may fit, case counts, and without one all are there."""
    both = coverage_of(pipeline("churn"), pipeline("prep"))

    assert [name for name, _ in both.only(["ch*", "x"]).pipelines] == ["churn"]
    assert both.only(["CH*"]) == Coverage()
    assert both.only([]) == both


def test_never_started_are_names_of_which_no_definition_was_started() -> None:
    """An old version that nobody starts is no pipeline that nobody starts."""
    coverage = merged(coverage_of(pipeline("churn")), Coverage(added=frozenset({"churn", "b", "a"})))

    assert coverage.never_started == ["a", "b"]


def test_the_first_test_in_the_alphabet_stands_for_a_definition() -> None:
    """Which of the processes found it first makes no difference."""
    each = pipeline(test="test_b").with_hits({}, 1, "test_a").with_hits({}, 1, "").with_hits({}, 1, "test_c")

    assert (each.test, each.executions) == ("test_a", 4)


@given(RUNS, RUNS)
def test_merging_is_commutative(left: list[tuple[str, set[Point], str]], right: list[tuple[str, set[Point], str]]) -> None:
    """It does not matter which worker reports first."""
    assert merged(drawn(left), drawn(right)) == merged(drawn(right), drawn(left))


@given(RUNS, RUNS, RUNS)
def test_merging_is_associative(
    one: list[tuple[str, set[Point], str]], two: list[tuple[str, set[Point], str]], three: list[tuple[str, set[Point], str]]
) -> None:
    """It does not matter how executions were spread over workers."""
    assert merged(merged(drawn(one), drawn(two)), drawn(three)) == merged(drawn(one), merged(drawn(two), drawn(three)))
    assert merged(drawn(one), drawn(two)) == drawn(one + two)


@given(RUNS, RUNS)
def test_coverage_never_goes_down_when_executions_are_added(
    before: list[tuple[str, set[Point], str]], more: list[tuple[str, set[Point], str]]
) -> None:
    """Of every pipeline that was there; the total may, for a pipeline that joins has steps of its own."""
    after = drawn(before + more).pipelines

    assert all(after[key].figures.percent >= each.figures.percent for key, each in drawn(before).pipelines.items())


@given(RUNS)
def test_the_json_holds_everything(runs: list[tuple[str, set[Point], str]]) -> None:
    """What a worker hands over is what it has found."""
    coverage = drawn(runs)

    assert from_text(to_text(coverage)) == coverage
    assert from_data(json.loads(json.dumps(to_data(coverage)))) == coverage


def test_the_json_holds_the_graph() -> None:
    """Its steps, the frames that they stand in, and the arrows with their labels."""
    nodes = (Node("Each", "ForEach"), Node("Body", "Training", within=0), Node("Late", "Model"))
    chart = Flowchart("", nodes, (Edge(0, 2, "on Failed"),))
    coverage = Coverage({("churn", "1"): PipelineCoverage("churn", "1", (), chart=chart)})

    assert from_text(to_text(coverage)) == coverage
