"""The coverage of pipelines as text: a table like that of coverage.py, and below it what does not count."""

from collections.abc import Iterable, Sequence
from typing import Final

from pytest_smpipeline.coverage_words import missing, origins, remarks, summary
from pytest_smpipeline.pipeline_coverage import Coverage, Figures

_HEADINGS: Final = ("Steps", "Miss", "Branch", "BrMiss", "Cover")
_GAP: Final = "  "
_NUMBERS: Final = sum(len(_GAP + heading) for heading in _HEADINGS)
_ROOM: Final = 24
"""What the last column has at least: a longer name stands in a line of its own."""
_SHORTEST_HEAD: Final = 12
_INDENT: Final = 4


def coverage_lines(coverage: Coverage, width: int) -> list[str]:
    """Return the whole report for a terminal of this width; only a single name that is longer goes beyond it."""
    labelled = coverage.labelled()
    if not labelled:
        return ["No pipeline was started.", *_never_started(coverage, width)]
    head = min(max(len(label) for label, _ in [*labelled, ("TOTAL", None)]), max(_SHORTEST_HEAD, width - _NUMBERS - len(_GAP) - _ROOM))
    body = [line for label, each in labelled for line in _row(label, head, each.figures, missing(each), width)]
    total = _row("TOTAL", head, coverage.total, [], width)
    top = _GAP.join(["Name".ljust(head), *_HEADINGS, "Missing"])
    rule = "-" * min(width, max(map(len, [top, *body])))
    told = [*_remarks(coverage, width), *_origins(coverage), *_never_started(coverage, width)]
    return [top, rule, *body, rule, *total, "", f"{summary(coverage)}.", *told]


def packed(words: Iterable[str], width: int) -> list[str]:
    """Return words separated by commas in as few lines of this width as they fit in; no word is broken."""
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(word) + 3 <= width:
            lines[-1] += f", {word}"
        else:
            lines[-1:] = [f"{line}," for line in lines[-1:]] + [word]
    return lines


def _row(label: str, head: int, figures: Figures, lacking: Sequence[str], width: int) -> list[str]:
    counts = (figures.steps, figures.missed_steps, figures.branches, figures.missed_branches, figures.shown_percent)
    numbers = "".join(f"{_GAP}{str(count).rjust(len(heading))}" for count, heading in zip(counts, _HEADINGS, strict=True))
    alone, beside = ([label], "") if len(label) > head else ([], label)
    row = f"{beside.ljust(head)}{numbers}{_GAP}"
    return alone + _beside(row, packed(lacking, max(_ROOM, width - len(row))))


def _remarks(coverage: Coverage, width: int) -> list[str]:
    found = [(label, remarks(each)) for label, each in coverage.labelled()]
    told = [(label, groups) for label, groups in found if groups]
    if not told:
        return []
    edge = _INDENT + max(len(words) for _, groups in told for words, _ in groups) + len(_GAP)
    lines = ["", "Exercised by no test, and not counted:"]
    for label, groups in told:
        lines.append(label)
        for words, names in groups:
            lines += _beside((" " * _INDENT + words).ljust(edge), packed(names, width - edge))
    return lines


def _origins(coverage: Coverage) -> list[str]:
    lines = [f"{label}: {test}" for label, test in origins(coverage)]
    return ["", "Definitions that share a name, each with a test that starts it:", *lines] if lines else []


def _never_started(coverage: Coverage, width: int) -> list[str]:
    head = "Added and never started: "
    return ["", *_beside(head, packed(coverage.never_started, width - len(head)))] if coverage.never_started else []


def _beside(head: str, lines: Sequence[str]) -> list[str]:
    """Return lines that stand beside a head, one below the other."""
    first, *others = lines or [""]
    return [(head + first).rstrip(), *(" " * len(head) + line for line in others)]
