"""What a ForEach step goes over, what it shows of its iterations, and what later steps can refer to."""

import math
from collections.abc import Mapping

from pytest_smpipeline._definition.json_text import JsonTextError, read_json
from pytest_smpipeline._definition.nodes import Selector
from pytest_smpipeline._definition.references import Unresolved
from pytest_smpipeline._definition.wording import kind_of
from pytest_smpipeline._engine.iterations import Iterations, child_name
from pytest_smpipeline._engine.performance import EndStatus, Performance
from pytest_smpipeline._engine.properties import find
from pytest_smpipeline._engine.scope import referable
from pytest_smpipeline._state.entities import StepState
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


def figures(iterations: Iterations) -> JsonObject:
    """Return what a ForEach step counts, for its metadata and for later steps; the model knows no status of one that runs."""
    counts = iterations.counts
    return {
        "InputItemCount": len(iterations.items),
        "TotalStepCount": iterations.total,
        "SucceededStepCount": counts["Succeeded"],
        "FailedStepCount": counts["Failed"],
        "StoppedStepCount": counts["Stopped"],
    }


def iterated(iterations: Iterations, steps: Mapping[str, StepState], *, stopped: bool) -> Performance:
    """Return what a ForEach step has come to: stopped with its execution, failed when a step of an iteration failed or was stopped.

    ``steps`` are those of the execution.
    """
    node, counts = iterations.node, iterations.counts
    unsuccessful = counts["Failed"] + counts["Stopped"]
    status: EndStatus = "Failed" if unsuccessful else "Succeeded"
    if stopped:
        status = "Stopped"
    shown: JsonObject = {"Status": status, **figures(iterations)}
    made = _outputs(iterations, steps)
    properties: JsonObject = {**shown, "IterationOutputs": made}
    if node.selector is not None and (index := _selected(node.selector, iterations, steps)) is not None:
        child = child_name(node.selector.step, index)
        shown["Selector"] = {"StepName": child, "Index": index}
        properties["Selected"] = referable(steps[child])
    reason = f"ClientError: {unsuccessful} of {iterations.total} steps did not succeed." if status == "Failed" else None
    return Performance(status=status, reason=reason, shown_at_end={"ForEach": shown}, described=properties)


def _outputs(iterations: Iterations, steps: Mapping[str, StepState]) -> list[Json]:
    """Return by iteration what the steps of the body made, each under its name in the definition."""
    made: list[Json] = []
    for index in range(len(iterations.items)):
        states = {body.name: steps.get(child_name(body.name, index)) for body in iterations.node.body}
        made.append({name: referable(state) for name, state in states.items() if state is not None})
    return made


def _selected(selector: Selector, iterations: Iterations, steps: Mapping[str, StepState]) -> int | None:
    """Return the index of the iteration that a selector picks, the earliest of equals; None when none has the value.

    Only steps that succeeded are compared. Numbers are compared by value, also where an output holds one as text.
    """
    children = {index: steps.get(child_name(selector.step, index)) for index in range(len(iterations.items))}
    succeeded = {index: state for index, state in children.items() if state is not None and state.status == "Succeeded"}
    found = [(value, -index) for index, state in succeeded.items() if (value := _number(selector, state)) is not None]
    if not found:
        return None
    if selector.pick == "MaxBy":
        return -max(found)[1]
    return -max((-value, place) for value, place in found)[1]


def _number(selector: Selector, state: StepState) -> float | None:
    try:
        value = find(referable(state), selector.path)
        number = float(value) if isinstance(value, str | int | float) else math.nan
    except (KeyError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
