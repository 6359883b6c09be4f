"""The coverage of pipelines as plain JSON: for workers that hand it over, and for pages that show it."""

import json
from typing import TypedDict, cast

from pytest_smpipeline.flowcharts import Edge, Flowchart, Node
from pytest_smpipeline.pipeline_coverage import Coverage, Kind, PipelineCoverage, Point


class PointData(TypedDict):
    """A point and how often it was exercised."""

    kind: Kind
    subject: str
    detail: str
    hits: int


class ChartData(TypedDict):
    """The graph of a definition: name, type and frame of each step, and the two ends and the label of each arrow."""

    nodes: list[tuple[str, str, int | None]]
    edges: list[tuple[int, int, str]]


class PipelineData(TypedDict):
    """One definition of a pipeline; ``points`` are in the order of the definition."""

    name: str
    digest: str
    executions: int
    test: str
    points: list[PointData]
    chart: ChartData


class CoverageData(TypedDict):
    """The coverage of all pipelines; ``added`` are the names of all that were added, started or not."""

    pipelines: list[PipelineData]
    added: list[str]


def to_data(coverage: Coverage) -> CoverageData:
    """Return the coverage as what JSON knows, pipelines in alphabetical order."""
    return CoverageData(pipelines=[_pipeline_data(each) for _, each in coverage.labelled()], added=sorted(coverage.added))


def from_data(data: CoverageData) -> Coverage:
    """Return the coverage that was made such data of."""
    pipelines = [_pipeline(each) for each in data["pipelines"]]
    return Coverage({(each.name, each.digest): each for each in pipelines}, frozenset(data["added"]))


def to_text(coverage: Coverage) -> str:
    """Return the coverage as JSON text in ASCII, which crosses any channel."""
    return json.dumps(to_data(coverage))


def from_text(text: str) -> Coverage:
    """Return the coverage that was made such a text of."""
    return from_data(cast("CoverageData", json.loads(text)))


def _pipeline_data(pipeline: PipelineCoverage) -> PipelineData:
    points = [
        PointData(kind=point.kind, subject=point.subject, detail=point.detail, hits=pipeline.hits.get(point, 0))
        for point in pipeline.points
    ]
    return PipelineData(
        name=pipeline.name,
        digest=pipeline.digest,
        executions=pipeline.executions,
        test=pipeline.test,
        points=points,
        chart=ChartData(
            nodes=[(node.name, node.type, node.within) for node in pipeline.chart.nodes],
            edges=[(edge.source, edge.target, edge.label) for edge in pipeline.chart.edges],
        ),
    )


def _pipeline(data: PipelineData) -> PipelineCoverage:
    counts = {Point(each["kind"], each["subject"], each["detail"]): each["hits"] for each in data["points"]}
    hits = {point: count for point, count in counts.items() if count}
    nodes = tuple(Node(name, kind, within=within) for name, kind, within in data["chart"]["nodes"])
    edges = tuple(Edge(*edge) for edge in data["chart"]["edges"])
    chart = Flowchart("", nodes, edges)
    return PipelineCoverage(data["name"], data["digest"], tuple(counts), hits, data["executions"], data["test"], chart)
