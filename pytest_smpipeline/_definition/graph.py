"""Who waits for whom: the graph of a definition's steps, and the cycles it must not have.

Both walks take time in proportion to steps and dependencies, and neither recurses.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pytest_smpipeline._definition.nodes import Dependency, Graph, Step


def build_graph(steps: Iterable[Step], referenced: Mapping[str, Iterable[str]]) -> Graph:
    """Return the graph of the steps, given the names of the steps that each one refers to.

    A step waits for those in its DependsOn, for those it refers to, and inside a branch for its Condition step. A step named in
    DependsOn with a trigger keeps that trigger when it is referred to as well. Names that are no step are left out.
    """
    listed = list(steps)
    names = {step.name for step in listed}
    dependencies: dict[str, tuple[Dependency, ...]] = {}
    dependents: dict[str, list[Dependency]] = {step.name: [] for step in listed}
    for step in listed:
        found = {dependency.step: dependency for dependency in step.depends_on if dependency.step in names}
        for name in referenced[step.name]:
            if name in names and name not in found:
                found[name] = Dependency(name)
        if step.parent is not None and step.parent not in found:
            found[step.parent] = Dependency(step.parent)
        dependencies[step.name] = tuple(found.values())
        for dependency in found.values():
            dependents[dependency.step].append(Dependency(step.name, dependency.trigger))
    return Graph(
        dependencies=MappingProxyType(dependencies),
        dependents=MappingProxyType({name: tuple(waiting) for name, waiting in dependents.items()}),
        order=MappingProxyType({step.name: place for place, step in enumerate(listed)}),
        waiting={name: len(needed) for name, needed in dependencies.items()},  # no proxy, which would be copied item by item
        first=tuple((place, step.name) for place, step in enumerate(listed) if not dependencies[step.name]),
    )


def find_cycles(graph: Graph) -> list[tuple[str, ...]]:
    """Return cycles with no step in common, such that the graph without their steps has none.

    Each is a tuple of names in which every step waits for the next one, and the last for the first.
    """
    cycles: list[tuple[str, ...]] = []
    done: set[str] = set()
    for root in graph.dependencies:
        if root not in done:
            cycles.extend(_cycles_from(root, graph, done))
    return cycles


def _cycles_from(root: str, graph: Graph, done: set[str]) -> list[tuple[str, ...]]:
    cycles: list[tuple[str, ...]] = []
    trail = [root]
    places = {root: 0}
    unseen = [iter(graph.dependencies[root])]
    while trail:
        step = next((dependency.step for dependency in unseen[-1] if dependency.step not in done), None)
        if step is None:
            keep = len(trail) - 1
        elif step in places:
            keep = places[step]
            cycles.append(tuple(trail[keep:]))
        else:
            places[step] = len(trail)
            trail.append(step)
            unseen.append(iter(graph.dependencies[step]))
            continue
        for finished in trail[keep:]:
            done.add(finished)
            del places[finished]
        del trail[keep:], unseen[keep:]
    return cycles
