"""What tests exercised of pipelines: the points of each definition and how often each was hit, merged and counted.

docs/pipeline-coverage.md tells what each point means and which of them count in the percentage.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Final, Literal, NamedTuple, TypeAlias

from pytest_smpipeline.flowcharts import Flowchart

Kind: TypeAlias = Literal[
    "step", "branch", "failure", "retry", "cache", "other value", "default", "enum value", "no items", "several items"
]

COUNTED: Final[tuple[Kind, Kind]] = ("step", "branch")
"""The kinds that the percentage is made of; all others are told and not counted."""

_SHORT: Final = 7
_NO_CHART: Final = Flowchart("", (), ())


class Point(NamedTuple):
    """Something that tests may exercise.

    ``subject`` names the step, or the parameter. ``detail`` is the type of a step, the branch of a condition, the exception types
    of a retry policy, or a value of an enum.
    """

    kind: Kind
    subject: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is to exercise, and how much of it was missed."""

    steps: int = 0
    missed_steps: int = 0
    branches: int = 0
    missed_branches: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        """Add what two pipelines have."""
        return Figures(
            self.steps + other.steps,
            self.missed_steps + other.missed_steps,
            self.branches + other.branches,
            self.missed_branches + other.missed_branches,
        )

    @property
    def percent(self) -> float:
        """The share of steps and branches that were exercised, from 0 to 100; 100 where there is nothing to exercise."""
        total = self.steps + self.branches
        return 100 * (total - self.missed_steps - self.missed_branches) / total if total else 100.0

    @property
    def shown_percent(self) -> str:
        """The percentage in whole numbers: ``100%`` means all of it and ``0%`` nothing, however large the pipeline."""
        rounded = round(self.percent)
        if 0 < self.percent < 100:  # noqa: PLR2004 - the two ends of a percentage
            rounded = min(max(rounded, 1), 99)
        return f"{rounded}%"


@dataclass(frozen=True, slots=True)
class PipelineCoverage:
    """One definition of a pipeline, in the executions of all tests.

    ``digest`` tells the definitions of one name apart. ``hits`` has the points that were exercised at least once. ``test`` is the id
    of a test that started it, the first in alphabetical order; empty outside of tests. ``chart`` is its graph, to draw.
    """

    name: str
    digest: str
    points: tuple[Point, ...]
    hits: Mapping[Point, int] = field(default_factory=dict)
    executions: int = 0
    test: str = ""
    chart: Flowchart = _NO_CHART

    def with_hits(self, hits: Mapping[Point, int], executions: int, test: str) -> "PipelineCoverage":
        """Return the same with more executions: of points that the definition lacks nothing is kept."""
        counts = {point: self.hits.get(point, 0) + hits.get(point, 0) for point in self.points}
        return replace(
            self,
            hits={point: count for point, count in counts.items() if count},
            executions=self.executions + executions,
            test=min(filter(None, (self.test, test)), default=""),
        )

    def missed(self, *kinds: Kind) -> list[Point]:
        """Return the points of these kinds that nothing exercised, in the order of the definition."""
        return [point for point in self.points if point.kind in kinds and point not in self.hits]

    @property
    def never_ran(self) -> set[str]:
        """The names of the steps that never ran."""
        return {point.subject for point in self.missed("step")}

    @property
    def figures(self) -> Figures:
        """What the percentage is made of."""
        steps, branches = (sum(point.kind == kind for point in self.points) for kind in COUNTED)
        return Figures(steps, len(self.missed("step")), branches, len(self.missed("branch")))


@dataclass(frozen=True, slots=True)
class Coverage:
    """What tests exercised of all pipelines: of those that were started, by name and digest, and the names of all that were added."""

    pipelines: Mapping[tuple[str, str], PipelineCoverage] = field(default_factory=dict)
    added: frozenset[str] = frozenset()

    @property
    def executions(self) -> int:
        """How many executions there were."""
        return sum(pipeline.executions for pipeline in self.pipelines.values())

    @property
    def total(self) -> Figures:
        """The figures of all pipelines together."""
        return sum((pipeline.figures for pipeline in self.pipelines.values()), Figures())

    @property
    def never_started(self) -> list[str]:
        """The names of pipelines that were added and of which no definition was ever started."""
        return sorted(self.added.difference(name for name, _ in self.pipelines))

    def labelled(self) -> list[tuple[str, PipelineCoverage]]:
        """Return the pipelines in alphabetical order, each under its name, and of a name those with most points first.

        A name that has several definitions is told apart by the beginning of their digests, as ``churn@1f2e3d4``.
        """
        ordered = sorted(self.pipelines.values(), key=lambda each: (each.name, -len(each.points), each.digest))
        names = Counter(each.name for each in ordered)
        return [(each.name if names[each.name] == 1 else f"{each.name}@{each.digest[:_SHORT]}", each) for each in ordered]

    def only(self, patterns: Iterable[str]) -> "Coverage":
        """Return the pipelines whose name fits one of these patterns, as ``churn-*``; all of them without a pattern."""
        wanted = list(patterns) or ["*"]

        def fits(name: str) -> bool:
            return any(fnmatchcase(name, pattern) for pattern in wanted)

        kept = {key: pipeline for key, pipeline in self.pipelines.items() if fits(pipeline.name)}
        return Coverage(kept, frozenset(filter(fits, self.added)))


def merged(left: Coverage, right: Coverage) -> Coverage:
    """Return what both together exercised, such as two processes of one run; the order does not matter."""
    pipelines = dict(left.pipelines)
    for key, pipeline in right.pipelines.items():
        known = pipelines.get(key)
        pipelines[key] = pipeline if known is None else known.with_hits(pipeline.hits, pipeline.executions, pipeline.test)
    return Coverage(pipelines, left.added | right.added)
