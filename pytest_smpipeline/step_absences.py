"""Why a step did not run in an execution, in words."""

from collections.abc import Mapping
from typing import Final

from pytest_smpipeline._engine.frontier import MEETS
from pytest_smpipeline._state.entities import ExecutionState
from pytest_smpipeline._state.transitions import ACTIVE

_TO: Final[Mapping[str, str]] = {"Completed": "succeed", "Failed": "fail", "Stopped": "be stopped", "Any": "end"}


def why_not_run(execution: ExecutionState, step: str) -> str:
    """Return why a step, of the definition or of a ForEach body, was not started here.

    When it comes after others that did not run either, the reason is that of the first.
    """
    owner = _owner(execution, step)
    if owner != step and owner in execution.steps:
        return f"its ForEach step {owner!r} is {execution.steps[owner].status} and has not come to it"
    first = owner
    graph = execution.version.definition.graph
    while (cause := _obstacle(execution, first)) is None:
        before = next((needed.step for needed in graph.dependencies[first] if needed.step not in execution.steps), None)
        if before is None:
            cause = f"the execution is {execution.status}" if execution.status in ACTIVE else f"the execution was {execution.status} before"
            break
        first = before
    return cause if first == step else f"it comes after {first!r}, which did not run: {cause}"


def _owner(execution: ExecutionState, step: str) -> str:
    """Return the ForEach step in whose body a step stands; a step of the definition itself is its own."""
    steps = execution.version.definition.steps
    if step in steps:
        return step
    loops = ((name, body.name) for name, node in steps.items() if node.iteration is not None for body in node.iteration.body)
    return next(name for name, body in loops if step == body or step.rpartition("-")[0] == body)


def _obstacle(execution: ExecutionState, step: str) -> str | None:
    """Return what kept a step of the definition from starting; None unless it is said of the step itself or of a step that ran."""
    definition = execution.version.definition
    node, state = definition.steps[step], execution.steps.get(step)
    if state is not None:
        return f"it was reused from {state.selective_source}"
    if execution.selected and step not in execution.selected:
        return "it was not selected"
    gate = None if node.parent is None else execution.steps.get(node.parent)
    if gate is not None and "Outcome" in gate.properties and (node.branch == "if") != bool(gate.properties["Outcome"]):
        return f"it is in the branch {node.branch!r} of {node.parent!r}, which took the other one"
    for needed in definition.graph.dependencies[step]:
        found = execution.steps.get(needed.step)
        if found is not None and found.status not in MEETS[needed.trigger]:
            return f"it waits for {needed.step!r} to {_TO[needed.trigger]}, which is {found.status}"
    return None
