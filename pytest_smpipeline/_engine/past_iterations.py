"""The iterations of ForEach steps of the past: which items they went over, which steps of their bodies ran, and when."""

import heapq
from collections.abc import Mapping
from dataclasses import replace
from graphlib import TopologicalSorter
from typing import NoReturn

from pytest_smpipeline._definition.functions import resolve
from pytest_smpipeline._definition.nodes import Iteration, ParameterValue, Step
from pytest_smpipeline._definition.references import Unresolved
from pytest_smpipeline._engine.frontier import MEETS
from pytest_smpipeline._engine.iteration_results import items_of
from pytest_smpipeline._engine.iterations import Place, child_name
from pytest_smpipeline._engine.past_steps import PastChild, PastStep, Stretch, length
from pytest_smpipeline._engine.step_runner import GAP
from pytest_smpipeline._state.entities import IterationContext
from pytest_smpipeline.outcomes import Succeed
from pytest_smpipeline.values import Json


class _Beforehand:
    """The values that are known before anything of an execution is: its parameters."""

    def __init__(self, parameters: Mapping[str, ParameterValue]) -> None:
        self._parameters = parameters

    def parameter(self, name: str) -> Json:
        return self._parameters[name]

    def unknown(self, *_: object) -> NoReturn:
        message = "It is not known beforehand."
        raise Unresolved(message)

    execution_variable = step_property = property_file = s3_object = current_item = unknown


def known_items(node: Iteration, parameters: Mapping[str, ParameterValue]) -> tuple[Json, ...] | None:
    """Return the items of a ForEach step; None where they come from other steps, or are none that it could go over."""
    try:
        return items_of(resolve(node.items, _Beforehand(parameters)))
    except Unresolved:
        return None


def ran(node: Iteration, count: int, told: Mapping[str, PastStep], *, to_the_end: bool) -> dict[Place, PastStep]:
    """Return the steps of a body that ran, by iteration, each after those that it depends on.

    A step is told under its own name for all items, or under that of one iteration. Where the ForEach step ran ``to_the_end``,
    one of which nothing is told succeeded, if those that it depends on let it run.
    """
    bodies = {step.name: step for step in node.body}
    order = TopologicalSorter({name: [each.step for each in needed] for name, needed in node.graph.dependencies.items()})
    names = [name for name in order.static_order() if name in bodies]
    found: dict[Place, PastStep] = {}
    for index in range(count):
        for name in names:
            stands = told.get(child_name(name, index))
            before = [(found.get((index, each.step)), MEETS[each.trigger]) for each in node.graph.dependencies[name]]
            if stands is None and all(step is not None and step.status in statuses for step, statuses in before):
                stands = told.get(name) or (PastStep("Succeeded", Succeed()) if to_the_end else None)
            if stands is not None:
                found[index, name] = stands
    return found


def placed(parent: Step, node: Iteration, items: tuple[Json, ...], steps: Mapping[Place, PastStep]) -> tuple[PastChild, ...]:
    """Return these steps with when they ran, in the order of their starts: never more at once than the ForEach step lets run."""
    bodies = {step.name: step for step in node.body}
    free = [-GAP] * node.max_concurrency
    needed = {(index, name): [(index, each.step) for each in node.graph.dependencies[name]] for index, name in steps}
    found: dict[Place, PastChild] = {}
    pending = list(steps)
    while pending:
        ready = [place for place in pending if all(each in found for each in needed[place] if each in steps)]
        starts = [max([free[0], *(found[each].stretch.end for each in needed[place] if each in steps)]) + GAP for place in ready]
        start = min(starts)
        index, name = place = ready[starts.index(start)]
        step = replace(bodies[name], name=child_name(name, index))
        stretch = Stretch(start, start + length(step, steps[place]))
        heapq.heapreplace(free, stretch.end)
        found[place] = PastChild(step, IterationContext(parent.name, name, index, items[index]), steps[place], stretch)
        pending.remove(place)
    return tuple(found.values())
