"""What a ForEach step goes over, what it shows of its iterations, and what later steps can refer to."""

from collections.abc import Mapping

from pytest_smpipeline._definition.json_text import JsonTextError, read_json
from pytest_smpipeline._definition.nodes import Selector
from pytest_smpipeline._definition.references import Unresolved
from pytest_smpipeline._definition.wording import kind_of
from pytest_smpipeline._engine.iterations import Iterations, child_name
from pytest_smpipeline._engine.performance import EndStatus, Performance
from pytest_smpipeline._engine.properties import find
from pytest_smpipeline._engine.scope import referable
from pytest_smpipeline._state.entities import ExecutionState, StepState
from pytest_smpipeline.values import Json, JsonObject


def items_of(value: Json) -> tuple[Json, ...]:
    """Return the items that a ForEach step goes over, given as a list or as the JSON text of one.

    Raises ``Unresolved`` for anything else.
    """
    if isinstance(value, str):
        try:
            value = read_json(value)
        except JsonTextError as error:
            message = f"IterableItems is not the JSON text of a list: {error}."
            raise Unresolved(message) from None
    if not isinstance(value, list):
        message = f"IterableItems is {kind_of(value)}, not a list."
        raise Unresolved(message)
    return tuple(value)


def figures(iterations: Iterations, status: str) -> JsonObject:
    """Return what a ForEach step counts, for its metadata and for later steps."""
    counts = iterations.counts
    return {
        "Status": status,
        "InputItemCount": len(iterations.items),
        "TotalStepCount": iterations.total,
        "SucceededStepCount": counts["Succeeded"],
        "FailedStepCount": counts["Failed"],
        "StoppedStepCount": counts["Stopped"],
    }


def iterated(iterations: Iterations, execution: ExecutionState) -> Performance:
    """Return what a ForEach step has come to: stopped with its execution, failed when a step of an iteration did not succeed."""
    node, counts = iterations.node, iterations.counts
    status: EndStatus = "Succeeded" if counts["Succeeded"] == iterations.total else "Failed"
    if execution.status != "Executing":
        status = "Stopped"
    shown = figures(iterations, status)
    made = _outputs(iterations, execution.steps)
    properties: JsonObject = {**shown, "IterationOutputs": made}
    if node.selector is not None and (index := selected(node.selector, made)) is not None:
        body_step = node.selector.step
        shown["Selector"] = {"StepName": child_name(body_step, index), "Index": index}
        properties["Selected"] = find(made, (index, body_step))
    reason = (
        None
        if status != "Failed"
        else f"ClientError: {iterations.total - counts['Succeeded']} of {iterations.total} steps did not succeed."
    )
    return Performance(status=status, reason=reason, ended_metadata={"ForEach": shown}, properties=properties)


def _outputs(iterations: Iterations, steps: Mapping[str, StepState]) -> list[Json]:
    """Return by iteration what the steps of the body made, each under its name in the definition."""
    made: list[Json] = []
    for index in range(len(iterations.items)):
        states = {body.name: steps.get(child_name(body.name, index)) for body in iterations.node.body}
        made.append({name: referable(state) for name, state in states.items() if state is not None})
    return made


def selected(selector: Selector, made: list[Json]) -> int | None:
    """Return the index of the iteration that a selector picks, the earliest of equals; None when none has the value.

    Numbers are compared by value, also where an output holds one as text.
    """
    found = [(value, -index) for index, outputs in enumerate(made) if (value := _number(selector, outputs)) is not None]
    if not found:
        return None
    if selector.pick == "MaxBy":
        return -max(found)[1]
    return -max((-value, place) for value, place in found)[1]


def _number(selector: Selector, made: Json) -> float | None:
    try:
        value = find(made, (selector.step, *selector.path))
        return float(value) if isinstance(value, str | int | float) else None
    except (KeyError, ValueError):
        return None
