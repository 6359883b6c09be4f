"""What is told of a pipeline's coverage, in words: what is missing, and what no test exercised besides."""

from collections.abc import Callable
from typing import Final

from pytest_smpipeline.pipeline_coverage import Coverage, Kind, PipelineCoverage, Point

REMARKS: Final[tuple[tuple[str, Kind, Callable[[Point], str]], ...]] = (
    ("never failed", "failure", lambda point: point.subject),
    ("never retried", "retry", lambda point: f"{point.subject} on {point.detail}"),
    ("cache never hit", "cache", lambda point: point.subject),
    ("only its default", "other value", lambda point: point.subject),
    ("never its default", "default", lambda point: point.subject),
    ("value never used", "enum value", lambda point: f"{point.subject}={point.detail}"),
    ("never without items", "no items", lambda point: point.subject),
    ("never with several", "several items", lambda point: point.subject),
)
"""What does not count: the words for it, the kind, and how a point of it is named."""

_OF_PARAMETERS: Final[frozenset[Kind]] = frozenset({"other value", "default", "enum value"})


def missing(pipeline: PipelineCoverage) -> list[str]:
    """Return what lacks to 100 %, in the order of the definition: steps by name, and branches as ``Gate->else``.

    The branches of a condition that never ran go without saying.
    """
    never_ran = pipeline.never_ran
    return [_missing(point) for point in pipeline.missed("step", "branch") if point.kind == "step" or point.subject not in never_ran]


def remarks(pipeline: PipelineCoverage) -> list[tuple[str, list[str]]]:
    """Return what no test exercised and what does not count, in groups. Of steps that never ran nothing more is told."""
    found: list[tuple[str, list[str]]] = []
    never_ran = pipeline.never_ran
    for words, kind, name_of in REMARKS:
        points = [point for point in pipeline.missed(kind) if kind in _OF_PARAMETERS or point.subject not in never_ran]
        if points:
            found.append((words, [name_of(point) for point in points]))
    return found


def times(count: int) -> str:
    """Return how often something happened: ``once``, ``twice``, ``3 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def summary(coverage: Coverage) -> str:
    """Return how much the figures stand on, in one sentence."""
    names, definitions = len({name for name, _ in coverage.pipelines}), len(coverage.pipelines)
    several = "" if names == definitions else f" with {definitions} definitions"
    return f"{_counted(names, 'pipeline')}{several}, {_counted(coverage.executions, 'execution')}"


def origins(coverage: Coverage) -> list[tuple[str, str]]:
    """Return for each pipeline whose name is not enough to tell it by a test that starts it."""
    return [(label, pipeline.test) for label, pipeline in coverage.labelled() if label != pipeline.name and pipeline.test]


def _missing(point: Point) -> str:
    if point.kind == "branch":
        return f"{point.subject}->{point.detail}"
    return f"{point.subject} (Fail)" if point.detail == "Fail" else point.subject


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
