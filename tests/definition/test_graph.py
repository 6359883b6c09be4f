"""Who waits for whom."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline._definition.graph import build_graph, find_cycles
from pytest_smpipeline._definition.nodes import Dependency, Graph, Step


def _graph(edges: Mapping[str, Sequence[str]]) -> Graph:
    steps = [Step(name=name, type="Training", depends_on=tuple(map(Dependency, names))) for name, names in edges.items()]
    return build_graph(steps, {name: [] for name in edges})


@pytest.mark.fidelity("DEF-030", "DEF-031", "DEF-032")
def test_a_step_waits_for_what_it_names_refers_to_and_stands_in() -> None:
    """DependsOn, references and the enclosing Condition step make the graph; a trigger in DependsOn outweighs a reference."""
    steps = [
        Step(name="A", type="Training"),
        Step(name="B", type="Training", depends_on=(Dependency("A", "Failed"), Dependency("Gone"))),
        Step(name="Gate", type="Condition", depends_on=(Dependency("A"),), if_steps=("C",)),
        Step(name="C", type="Training", parent="Gate", branch="if", depends_on=(Dependency("B"),)),
        Step(name="D", type="Training", parent="Gate", branch="else", depends_on=(Dependency("Gate"),)),
    ]
    graph = build_graph(steps, {"A": [], "B": ["A"], "Gate": ["B", "Gone"], "C": ["A", "A"], "D": []})
    assert graph.dependencies == {
        "A": (),
        "B": (Dependency("A", "Failed"),),
        "Gate": (Dependency("A"), Dependency("B")),
        "C": (Dependency("B"), Dependency("A"), Dependency("Gate")),
        "D": (Dependency("Gate"),),
    }
    assert graph.dependents == {
        "A": (Dependency("B", "Failed"), Dependency("Gate"), Dependency("C")),
        "B": (Dependency("Gate"), Dependency("C")),
        "Gate": (Dependency("C"), Dependency("D")),
        "C": (),
        "D": (),
    }
    assert graph.order == {"A": 0, "B": 1, "Gate": 2, "C": 3, "D": 4}


@pytest.mark.parametrize(
    ("edges", "cycles"),
    [
        ({"a": ["b"], "b": []}, []),
        ({"a": ["a"]}, [("a",)]),
        ({"a": ["b"], "b": ["a"]}, [("a", "b")]),
        ({"x": ["a"], "a": ["b"], "b": ["c"], "c": ["a"]}, [("a", "b", "c")]),
        ({"a": ["b"], "b": ["a"], "c": ["d", "a"], "d": ["c"]}, [("a", "b"), ("c", "d")]),
        ({"a": ["c", "b"], "b": ["a"], "c": []}, [("a", "b")]),
    ],
)
def test_cycles_are_found(edges: Mapping[str, Sequence[str]], cycles: list[tuple[str, ...]]) -> None:
    """Each cycle is named once, in the direction of waiting; what only leads into a cycle is no part of it."""
    assert find_cycles(_graph(edges)) == cycles


def test_long_chains_cost_no_recursion() -> None:
    """A chain of many thousand steps is walked, and so is a cycle of that length."""
    names = [f"s{number}" for number in range(20_000)]
    chain = {name: [following] for name, following in pairwise(names)}
    assert find_cycles(_graph({**chain, names[-1]: []})) == []
    assert find_cycles(_graph({**chain, names[-1]: [names[0]]})) == [tuple(names)]


_EDGES = st.integers(1, 12).flatmap(lambda size: st.lists(st.lists(st.integers(0, size - 1), max_size=3), min_size=size, max_size=size))


@given(_EDGES)
def test_without_the_steps_of_its_cycles_a_graph_has_none(edges: list[list[int]]) -> None:
    """Cycles found are real and share no step, and removing their steps leaves a graph that can be put in order."""
    graph = _graph({str(number): [str(other) for other in others] for number, others in enumerate(edges)})
    cycles = find_cycles(graph)
    for cycle in cycles:
        for step, following in zip(cycle, (*cycle[1:], cycle[0]), strict=True):
            assert following in {dependency.step for dependency in graph.dependencies[step]}
    removed = [step for cycle in cycles for step in cycle]
    assert len(removed) == len(set(removed))
    left = {
        name: {dependency.step for dependency in found} - set(removed) for name, found in graph.dependencies.items() if name not in removed
    }
    while ready := [name for name, waits in left.items() if not waits & left.keys()]:
        for name in ready:
            del left[name]
    assert left == {}
