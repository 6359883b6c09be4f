"""Selective execution: the steps that an execution is limited to, and the earlier results that they build on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pytest_smpipeline._definition.nodes import Definition, Dependency, Step
from pytest_smpipeline._engine.frontier import MEETS
from pytest_smpipeline._state.entities import ExecutionState, PipelineState, StepState
from pytest_smpipeline.exceptions import ServiceError, validation_exception
from pytest_smpipeline.suggestions import did_you_mean

# API_SelectiveExecutionConfig names these two and no others; only a docstring of the SageMaker SDK adds Stopped.
_SOURCE_STATUSES: Final = frozenset({"Succeeded", "Failed"})


@dataclass(frozen=True, slots=True)
class Selection:
    """What an execution runs; without ``steps`` that is the whole pipeline.

    ``steps`` are in the order of the request. ``reused`` are the steps outside that they depend on directly, as these ended in
    the execution with the ARN ``source``.
    """

    steps: tuple[str, ...] = ()
    source: str | None = None
    reused: Mapping[str, StepState] = field(default_factory=dict)


def select(pipeline: PipelineState, definition: Definition, steps: Sequence[str], source: ExecutionState | None) -> Selection:
    """Return the selection of these steps, whose dependencies come from ``source``.

    Raises ``ServiceError`` (ValidationException) for names that the definition lacks or that stand there twice, for steps that
    are not connected with each other or leave out a step between them, for a source that can't serve, and for a missing one
    when a selected step depends on one that is not.
    """
    _check_names(definition, steps)
    _check_shape(definition, steps)
    if source is not None:
        _check_source(pipeline, source)
    selected = [step for name, step in definition.steps.items() if name in steps]
    outside = {step.name: _outside(definition, step, steps) for step in selected}
    wanted = {dependency.step for found in outside.values() for dependency in found}
    needed = [name for name in definition.steps if name in wanted]
    if not needed:
        return Selection(tuple(steps), source.arn if source else None)
    if source is None:
        dependent = [name for name, found in outside.items() if found]
        raise _bad_source("null", f"The selected steps {_names(dependent)} have dependencies on {_names(needed)}")
    _check_results(definition, outside, source)
    _check_branches([step for step in selected if step.parent in needed], source)
    return Selection(tuple(steps), source.arn, {name: source.steps[name] for name in needed})


def reuse(execution: ExecutionState, selection: Selection) -> None:
    """List the reused steps in a new execution: they end where it begins, with what they came to in the source."""
    for name, state in selection.reused.items():
        execution.steps[name] = StepState(
            step=execution.version.definition.steps[name],
            status=state.status,
            started=execution.created,
            ended=execution.created,
            number=execution.step_starts,
            arguments=state.arguments,
            shown=state.metadata,
            described=state.properties,
            outputs=state.outputs,
            property_files=state.property_files,
            selective_source=selection.source,
        )
        execution.step_starts += 1


def _check_names(definition: Definition, steps: Sequence[str]) -> None:
    unknown = [name for name in steps if name not in definition.steps]
    if unknown:
        hints = "".join(did_you_mean(name, definition.steps) for name in unknown)
        raise _bad_steps(steps, f"The pipeline has no steps {_names(unknown)}.{hints}")
    repeated = [name for name in definition.steps if steps.count(name) > 1]
    if repeated:
        raise _bad_steps(steps, f"Steps {_names(repeated)} are selected more than once.")


def _check_shape(definition: Definition, steps: Sequence[str]) -> None:
    graph = definition.graph
    between = (_reached(steps, graph.dependents) & _reached(steps, graph.dependencies)).difference(steps)
    if between:
        missing = _names(name for name in definition.steps if name in between)
        raise _bad_steps(steps, f"All steps in all paths between two selected steps must be selected too: {missing}.")
    neighbours = {
        name: tuple(other for other in graph.dependencies[name] + graph.dependents[name] if other.step in steps) for name in steps
    }
    apart = set(steps[1:]) - _reached(steps[:1], neighbours)
    if apart:
        rest = _names(name for name in steps if name in apart)
        raise _bad_steps(steps, f"The selected steps must be connected, and nothing connects {rest} with the others.")


def _check_source(pipeline: PipelineState, source: ExecutionState) -> None:
    if source.pipeline is not pipeline:
        raise _bad_source(source.arn, f"It is no execution of pipeline '{pipeline.arn}'.")
    if source.status not in _SOURCE_STATUSES:
        raise _bad_source(source.arn, f"Its status must be 'Succeeded' or 'Failed', and is '{source.status}'.")


def _check_results(definition: Definition, outside: Mapping[str, Iterable[Dependency]], source: ExecutionState) -> None:
    lacking = {
        name: missing
        for name, found in outside.items()
        if (missing := [dependency.step for dependency in found if not _is_met(definition, dependency, source)])
    }
    if lacking:
        absent = {name for missing in lacking.values() for name in missing}
        steps = _names(name for name in definition.steps if name in absent)
        raise _bad_source(source.arn, f"It has no result of {steps} that the selected steps {_names(lacking)} can run on.")


def _is_met(definition: Definition, dependency: Dependency, source: ExecutionState) -> bool:
    """Return whether the source has a result to reuse: a success, if that is what is waited for, of a step of the same type."""
    state = source.steps.get(dependency.step)
    if state is None or state.status not in MEETS[dependency.trigger]:
        return False
    return state.status == "Succeeded" and state.step.type == definition.steps[dependency.step].type


def _check_branches(inside: Iterable[Step], source: ExecutionState) -> None:
    for step in inside:
        condition = str(step.parent)
        taken = "if" if source.steps[condition].properties["Outcome"] else "else"
        if step.branch != taken:
            raise _bad_source(source.arn, f"Its step {condition} did not take the branch of the selected step {step.name}.")


def _outside(definition: Definition, step: Step, steps: Sequence[str]) -> list[Dependency]:
    return [dependency for dependency in definition.graph.dependencies[step.name] if dependency.step not in steps]


def _reached(starts: Iterable[str], edges: Mapping[str, Iterable[Dependency]]) -> set[str]:
    """Return the steps that edges lead to from any of the starts; a start is among them only if another leads there."""
    reached: set[str] = set()
    pending = list(starts)
    while pending:
        for edge in edges[pending.pop()]:
            if edge.step not in reached:
                reached.add(edge.step)
                pending.append(edge.step)
    return reached


def _bad_steps(steps: Iterable[str], sentence: str) -> ServiceError:
    return validation_exception(f"Invalid SelectedSteps: {_names(steps)}. {sentence}")


def _bad_source(arn: str, sentence: str) -> ServiceError:
    return validation_exception(f"Invalid SourcePipelineExecutionArn: {arn}. {sentence}")


def _names(steps: Iterable[str]) -> str:
    return f"[{', '.join(steps)}]"
