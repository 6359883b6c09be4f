"""The graph of a pipeline with what tests exercised of it: steps that never ran and branches that were never taken are pale."""

from collections.abc import Mapping
from dataclasses import replace

from pytest_smpipeline.coverage_words import times
from pytest_smpipeline.flowcharts import Edge, Flowchart, Node
from pytest_smpipeline.pipeline_coverage import PipelineCoverage, Point


def exercised_flowchart(title: str, pipeline: PipelineCoverage) -> Flowchart:
    """Return the graph of a pipeline; each step says how often it ran in all tests, and what none exercised is ``idle``."""
    nodes = tuple(_looked_at(node, pipeline.hits) for node in pipeline.chart.nodes)
    edges = tuple(replace(edge, taken=_is_taken(edge, nodes, pipeline.hits)) for edge in pipeline.chart.edges)
    return Flowchart(title, nodes, edges)


def _looked_at(node: Node, hits: Mapping[Point, int]) -> Node:
    count = hits.get(Point("step", node.name, node.type), 0)
    return replace(node, standing="succeeded" if count else "idle", words=f"ran {times(count)}" if count else "never ran")


def _is_taken(edge: Edge, nodes: tuple[Node, ...], hits: Mapping[Point, int]) -> bool:
    """Return whether tests saw an execution go this way: both steps ran, and the branch that it stands for was taken."""
    source, branch = nodes[edge.source], edge.label.partition(",")[0]
    if source.type == "Condition" and branch in {"if", "else"} and Point("branch", source.name, branch) not in hits:
        return False
    return "idle" not in {source.standing, nodes[edge.target].standing}
