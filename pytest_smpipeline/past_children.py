"""What a test tells of the steps in ForEach bodies of an execution of the past, and whether that fits together."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pytest_smpipeline._definition.nodes import Definition, Iteration, ParameterValue, Step
from pytest_smpipeline._engine.frontier import MEETS
from pytest_smpipeline._engine.iterations import Place, child_name
from pytest_smpipeline._engine.past_iterations import known_items, placed, ran
from pytest_smpipeline._engine.past_steps import PastStep
from pytest_smpipeline._state.transitions import ENDED_STEP

_CHILD: Final = re.compile(r"(?P<body>.+)-(?P<index>0|[1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Member:
    """A step of a ForEach body by one of its names: that in the definition, or that of one iteration, which has an ``index``."""

    parent: Step
    step: Step
    index: int | None


def member(definition: Definition, name: str) -> Member | None:
    """Return the step of a ForEach body that has this name, such as ``Body`` or ``Body-0``; None for any other name."""
    bodies = {step.name: (parent, step) for parent in definition.steps.values() if parent.iteration for step in parent.iteration.body}
    if name in bodies:
        return Member(*bodies[name], None)
    child = _CHILD.fullmatch(name)
    if child is None or child["body"] not in bodies:
        return None
    parent, step = bodies[child["body"]]
    return Member(parent, replace(step, name=name), int(child["index"]))


def with_children(
    definition: Definition, parameters: Mapping[str, ParameterValue], told: Mapping[str, PastStep], problems: list[str]
) -> dict[str, PastStep]:
    """Return the steps of the pipeline that are told, ForEach steps with all that ran in them; ``problems`` take what does not fit."""
    steps = {name: step for name, step in told.items() if name in definition.steps}
    inner = {name: found for name in told if name not in steps and (found := member(definition, name))}
    for name, found in inner.items():
        if found.parent.name not in steps:
            problems.append(f"steps has {name!r} without {found.parent.name!r}, the ForEach step that it belongs to.")
    for name, stands in steps.items():
        step = definition.steps[name]
        if step.iteration is not None:
            own = {child: found for child, found in inner.items() if found.parent is step}
            steps[name] = _iterated(step, step.iteration, stands, {child: told[child] for child in own}, own, parameters, problems)
    return steps


def _iterated(  # noqa: PLR0917 - what is told, and what it is held against
    parent: Step,
    node: Iteration,
    stands: PastStep,
    told: Mapping[str, PastStep],
    members: Mapping[str, Member],
    parameters: Mapping[str, ParameterValue],
    problems: list[str],
) -> PastStep:
    items = known_items(node, parameters)
    last = max((found.index for found in members.values() if found.index is not None), default=-1)
    if items is None:
        items = (None,) * (last + 1)
    if last >= len(items):
        problems.append(f"steps tells of an item {last}, but {parent.name!r} goes over {len(items)}, counted from 0.")
        return stands
    steps = ran(node, len(items), told, to_the_end=stands.status != "Stopped")
    found = [*_problems_of_order(node, steps), *_problems_of_status(parent, node, stands.status, steps)]
    problems += found
    return stands if found else replace(stands, items=items, children=placed(parent, node, items, steps))


def _problems_of_order(node: Iteration, steps: Mapping[Place, PastStep]) -> Iterator[str]:
    for index, name in steps:
        for needed in node.graph.dependencies[name]:
            before = steps.get((index, needed.step))
            if before is not None and before.status not in MEETS[needed.trigger]:
                needs = child_name(needed.step, index)
                yield f"steps[{child_name(name, index)!r}]: it can't have run, for it depends on {needs!r}, which is {before.status}."


def _problems_of_status(parent: Step, node: Iteration, status: str, steps: Mapping[Place, PastStep]) -> Iterator[str]:
    stands = {child_name(name, index): step.status for (index, name), step in steps.items()}
    unended = [name for name, each in stands.items() if each not in ENDED_STEP]
    spoilt = [name for name, each in stands.items() if each in {"Failed", "Stopped"}]
    if unended:
        yield f"steps[{unended[0]!r}] did not end, but {parent.name!r} did. Only a ForEach step that has ended can be told."
    elif status == "Succeeded" and spoilt:
        yield f"steps[{parent.name!r}] is Succeeded, but {spoilt[0]!r} is {stands[spoilt[0]]}. Write 'Failed', or let it succeed."
    elif status == "Failed" and not spoilt:
        first = child_name(node.body[0].name, 0)
        yield f"steps[{parent.name!r}] is Failed, but none of its steps is. Say which one failed, such as {{{first!r}: 'Failed'}}."
