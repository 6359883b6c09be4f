"""Checks on the properties that references name, where a definition tells which a step will have: ForEach, Lambda and Callback steps.

What a job will have is not known before it runs, so its properties are looked up then.
"""

from dataclasses import dataclass
from typing import Final

from pytest_smpipeline._definition.expressions import IterationReference
from pytest_smpipeline._definition.nodes import Iteration, Step
from pytest_smpipeline._definition.paths import Path

_SCALARS: Final = ("Status", "InputItemCount", "TotalStepCount", "SucceededStepCount", "FailedStepCount", "StoppedStepCount")
_OF_FOR_EACH: Final = (*_SCALARS, "IterationOutputs", "Selected")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a reference, said after its text; ``near`` is a name that is not valid and those that are."""

    text: str
    near: tuple[str, tuple[str, ...]] | None = None


def check_property(step: Step, path: Path) -> Complaint | None:
    """Return what is wrong with a property of a step, or None.

    A Lambda or Callback step has the outputs that it declares, a ForEach step what AWS's SDK lists for its ForEachStep.
    """
    if step.iteration is not None:
        return _check_for_each(step.name, step.iteration, path)
    match path:
        case ("OutputParameters", str(output), *_) if step.type in {"Lambda", "Callback"}:
            declared = tuple(one.name for one in step.output_parameters)
            return None if output in declared else Complaint(f"names no output that the step '{step.name}' declares.", (output, declared))
        case _:
            return None


def check_iteration_reference(reference: IterationReference, *, in_body: bool) -> Complaint | None:
    """Return what is wrong with a reference to the present iteration, or None: only body steps know their item."""
    match reference:
        case IterationReference("IterationOutput"):
            return Complaint("is known only to the Field of a Selector.")
        case IterationReference(path=("CurrentItem", *_)):
            return None if in_body else Complaint("is known only inside the body of a ForEach step.")
        case _:
            return Complaint("names nothing of an iteration; what a body step knows is ForEach.CurrentItem.")


def check_selector(iteration: Iteration) -> Complaint | None:
    """Return what is wrong with what a Selector compares, or None."""
    selector = iteration.selector
    return None if selector is None else _check_body_property(iteration, selector.step, selector.path)


def _check_for_each(name: str, iteration: Iteration, path: Path) -> Complaint | None:
    match path:
        case ("IterationOutputs", int(), str(step), _, *_):
            return _check_body_property(iteration, step, path[3:])
        case ("IterationOutputs", *_):
            return Complaint(f"must lead into one iteration: Steps.{name}.IterationOutputs[0].<body step>.<property>.")
        case ("Selected", _, *_) if iteration.selector is not None:
            return _check_body_property(iteration, iteration.selector.step, path[1:])
        case ("Selected", *_) if iteration.selector is None:
            return Complaint(f"needs a Selector, and the ForEach step '{name}' has none.")
        case (str(only),) if only in _SCALARS:
            return None
        case _:
            wanted = str(path[0]) if path else ""
            return Complaint(f"names no property of the ForEach step '{name}'.", (wanted, _OF_FOR_EACH))


def _check_body_property(iteration: Iteration, name: str, path: Path) -> Complaint | None:
    body = {step.name: step for step in iteration.body}
    if name not in body:
        return Complaint(f"names no step of the body: '{name}' is none.", (name, tuple(body)))
    return check_property(body[name], path)
