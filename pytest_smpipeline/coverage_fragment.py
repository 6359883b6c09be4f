"""The coverage of pipelines as a piece of HTML, to stand in a page that has its own style sheet."""

from collections.abc import Iterable, Sequence
from html import escape

from pytest_smpipeline.coverage_words import missing, origins, remarks, summary
from pytest_smpipeline.pipeline_coverage import Coverage, Figures, PipelineCoverage, Point


def coverage_fragment(coverage: Coverage) -> str:
    """Return a ``<section class="coverage">``: the table, and for each pipeline its points with their counts, folded."""
    labelled = coverage.labelled()
    rows = [_row(label, each.figures, ", ".join(missing(each))) for label, each in labelled]
    where = dict(origins(coverage))
    return "\n".join(
        [
            '<section class="coverage">',
            "<h2>Coverage of pipelines</h2>",
            f"<p>{escape(summary(coverage))}.</p>",
            "<table>",
            _cells("th", ["Name", "Steps", "Missed", "Branches", "Missed", "Cover", "Missing"]),
            *rows,
            _row("TOTAL", coverage.total, ""),
            "</table>",
            *[line for label, each in labelled for line in _details(label, each, where.get(label, ""))],
            *([f"<p>Added and never started: {escape(', '.join(coverage.never_started))}</p>"] if coverage.never_started else []),
            "</section>",
        ]
    )


def _row(label: str, figures: Figures, lacking: str) -> str:
    numbers = (figures.steps, figures.missed_steps, figures.branches, figures.missed_branches, figures.shown_percent)
    return _cells("td", [label, *map(str, numbers), lacking])


def _details(label: str, pipeline: PipelineCoverage, test: str) -> list[str]:
    counted = [point for point in pipeline.points if point.kind in {"step", "branch"}]
    return [
        f"<details><summary>{escape(label)}: {pipeline.executions} started</summary>",
        *([f"<p>{escape(test)}</p>"] if test else []),
        '<table class="points">',
        *[
            _cells("td", [_name(point), str(pipeline.hits.get(point, 0))], "hit" if point in pipeline.hits else "missed")
            for point in counted
        ],
        "</table>",
        *_list(f"{words}: {', '.join(names)}" for words, names in remarks(pipeline)),
        "</details>",
    ]


def _name(point: Point) -> str:
    return f"{point.subject}->{point.detail}" if point.kind == "branch" else point.subject


def _list(texts: Iterable[str]) -> list[str]:
    items = [f"<li>{escape(text)}</li>" for text in texts]
    return ["<ul>", *items, "</ul>"] if items else []


def _cells(tag: str, texts: Sequence[str], kind: str = "") -> str:
    cells = "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts)
    return f'<tr class="{kind}">{cells}</tr>' if kind else f"<tr>{cells}</tr>"
