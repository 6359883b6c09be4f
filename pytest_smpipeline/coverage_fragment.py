"""The coverage of pipelines as a part of the HTML page: a bar for each pipeline, its graph, and every point with how often it was hit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from pytest_smpipeline.coverage_graph import exercised_flowchart
from pytest_smpipeline.coverage_words import missing, summary, times
from pytest_smpipeline.markup import Markup, element
from pytest_smpipeline.pipeline_coverage import COUNTED, Coverage, Figures, Kind, PipelineCoverage, Point
from pytest_smpipeline.svg_graph import render_svg

_MOST_NAMES: Final = 6
_Words = tuple[Callable[[Point], str], Callable[[Point], str]]
_WORDS: Final[Mapping[Kind, _Words]] = {
    "step": (lambda _: "ran", lambda _: "never ran"),
    "branch": (lambda point: point.detail, lambda point: f"{point.detail} never taken"),
    "failure": (lambda _: "failed", lambda _: "never failed"),
    "retry": (lambda point: f"retried on {point.detail}", lambda point: f"never retried on {point.detail}"),
    "cache": (lambda _: "cache hit", lambda _: "cache never hit"),
    "no items": (lambda _: "without items", lambda _: "never without items"),
    "several items": (lambda _: "several items", lambda _: "never with several"),
    "other value": (lambda _: "another value", lambda _: "only its default"),
    "default": (lambda _: "default", lambda _: "never its default"),
    "enum value": (lambda point: point.detail, lambda point: f"{point.detail} never used"),
}
"""What is said of a point that was hit, before how often, and of one that was not."""
_OF_PARAMETERS: Final[frozenset[Kind]] = frozenset({"other value", "default", "enum value"})


def coverage_fragment(coverage: Coverage, notes: Sequence[str] = ()) -> Markup:
    """Return a ``<section class="coverage">``: the total, and for each pipeline an entry that opens; ``notes`` stand below."""
    labelled = coverage.labelled()
    parts = [_total(coverage)] if labelled else [element("p", "No pipeline was started.", class_="none")]
    parts += [_pipeline(label, each, opened=len(labelled) == 1) for label, each in labelled]
    if coverage.never_started:
        notes = [f"Added and never started: {', '.join(coverage.never_started)}", *notes]
    parts += [element("p", note, class_="none") for note in notes]
    return element("section", element("h2", "Coverage of pipelines"), *parts, class_="coverage")


def _total(coverage: Coverage) -> Markup:
    facts = f"{_shares(coverage.total)} · {summary(coverage)}"
    return element("p", *_bar(coverage.total), element("span", facts, class_="facts"), class_="total")


def _pipeline(label: str, pipeline: PipelineCoverage, *, opened: bool) -> Markup:
    lacking = missing(pipeline)
    facts = f"{_shares(pipeline.figures)} · {_counted(pipeline.executions, 'execution')}"
    head = [element("b", label), *_bar(pipeline.figures), element("span", facts, class_="facts")]
    if lacking:
        more = [f"and {len(lacking) - _MOST_NAMES} more"] if len(lacking) > _MOST_NAMES else []
        head.append(element("span", f"missing: {', '.join([*lacking[:_MOST_NAMES], *more])}", class_="lacking"))
    origin = [element("p", f"Started for example by {pipeline.test}", class_="none")] if pipeline.test else []
    drawn = render_svg(exercised_flowchart(label, pipeline))
    graph = element("div", drawn, class_="graph", role="group", aria_label=f"Graph of {label}", tabindex=0)
    body = element("div", *origin, element("div", graph, _points(label, pipeline), class_="views"), class_="body")
    summed = element("summary", *[Markup(f"{part} ") for part in head])
    return element("details", summed, body, class_="pipeline", open="" if opened else None)


def _points(label: str, pipeline: PipelineCoverage) -> Markup:
    of_parameters = [point for point in pipeline.points if point.kind in _OF_PARAMETERS]
    of_steps = [point for point in pipeline.points if point.kind not in _OF_PARAMETERS and not _goes_without_saying(point, pipeline)]
    parts = [element("ol", *_rows(of_steps, pipeline), aria_label=f"Steps of {label}")]
    if of_parameters:
        parts += [element("h3", "Parameters"), element("ol", *_rows(of_parameters, pipeline), aria_label=f"Parameters of {label}")]
    return element("div", *parts, class_="points")


def _goes_without_saying(point: Point, pipeline: PipelineCoverage) -> bool:
    """Return whether a point is missed because its step never ran: of such a step nothing more is told."""
    return point.kind != "step" and point not in pipeline.hits and point.subject in pipeline.never_ran


def _rows(points: Iterable[Point], pipeline: PipelineCoverage) -> list[Markup]:
    rows = []
    for subject, group in groupby(points, key=lambda point: point.subject):
        own = list(group)
        kind = [element("span", own[0].detail, class_="facts")] if own[0].kind == "step" else []
        chips = [Markup(f"{_chip(point, pipeline.hits.get(point, 0))} ") for point in own]
        name = element("span", element("b", subject), " ", *kind)
        rows.append(element("li", name, " ", element("span", *chips, class_="chips"), data_step=subject if kind else None, tabindex=-1))
    return rows


def _chip(point: Point, count: int) -> Markup:
    words, never = _WORDS[point.kind]
    said = f"{words(point)} {times(count)}" if count else never(point)
    mark = element("span", "✓" if count else "○", class_="mark", aria_hidden="true")
    weight = "" if point.kind in COUNTED else " uncounted"
    return element("span", mark, f" {said}", class_=f"chip {'hit' if count else 'missed'}{weight}")


def _bar(figures: Figures) -> list[Markup]:
    full = "" if figures.percent < 100 else " whole"  # noqa: PLR2004 - of a percentage
    drawn = element("span", element("span", style=f"width:{figures.percent:.2f}%"), class_=f"cover{full}", aria_hidden="true")
    return [drawn, element("span", figures.shown_percent, class_="percent")]


def _shares(figures: Figures) -> str:
    shares = [_share(figures.steps, figures.missed_steps, "step", "steps")]
    if figures.branches:
        shares.append(_share(figures.branches, figures.missed_branches, "branch", "branches"))
    return " · ".join(shares)


def _share(total: int, missed: int, noun: str, nouns: str) -> str:
    return f"{total - missed} of {total} {noun if total == 1 else nouns}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
