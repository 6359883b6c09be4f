"""What the test wants steps to do: scripts by pipeline and step, and which of their outcomes were used."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pytest_smpipeline._definition.nodes import Definition, Step
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._state.entities import PipelineState
from pytest_smpipeline.cases import Case
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.outcome_checks import check_outcome, declared_by
from pytest_smpipeline.outcomes import Outcome, StepContext
from pytest_smpipeline.step_scripts import OutcomeCheck, Script, StepScript, read_script
from pytest_smpipeline.suggestions import choices, did_you_mean

# The children of a ForEach step: SageMaker SDK, ForEachStep.
_CHILD: Final = re.compile(r"(?P<body>.+)-(?:0|[1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class _Part:
    """A step's script, the pipeline as it was when it was written, and whether the step stands in a ForEach body."""

    script: StepScript
    pipeline: PipelineState
    in_body: bool
    case: str | None


@dataclass(slots=True)
class Scripts:
    """The scripts of one mock, kept by the pipelines' ARNs."""

    _parts: dict[tuple[str, str], _Part] = field(default_factory=dict)

    def write(self, pipeline: PipelineState, scripts: Mapping[str, Script], case: Case | None = None) -> None:
        """Let steps of a pipeline come out as told; a later script for a step replaces an earlier one, an empty list takes it out.

        What ``scripts`` says of a step counts more than what the case says. Raises ``UsageError``, and changes nothing, when the
        definition has no such step, the step decides for itself or can't come out so, or the script is of another kind.
        """
        parts: dict[str, _Part] = {}
        if case is not None:
            try:
                parts = {step: _read(pipeline, step, script, case.name) for step, script in case.steps.items() if step not in scripts}
            except UsageError as error:
                message = f"Case {case.name!r} of {case.file!r} does not fit. {error}"
                raise UsageError(message) from None
        for step, part in (parts | {step: _read(pipeline, step, script, None) for step, script in scripts.items()}).items():
            self._parts.pop((pipeline.arn, step), None)
            if not part.script.empty:
                self._parts[pipeline.arn, step] = part

    def play(self, pipeline_arn: str, step: str, context: Callable[[], StepContext]) -> Outcome | None:
        """Return what this attempt comes to, None when nobody scripted it; ``context`` is asked for only when somebody did.

        A child of a ForEach step, such as ``Body-0``, has a script of its own or that of the step in the body.
        """
        if not self._parts:
            return None
        part = self._parts.get((pipeline_arn, step)) or self._part_of_body(pipeline_arn, step)
        return None if part is None else part.script.next_outcome(context(), _check_for(part.pipeline))

    def unused(self) -> list[str]:
        """Return a line for each script of which something was not used, in the order in which they were written."""
        if not self._parts:
            return []
        complaints = (part.script.complaint(part.pipeline.name, step, part.case) for (_, step), part in self._parts.items())
        return [complaint for complaint in complaints if complaint is not None]

    def scripted(self) -> set[tuple[str, str]]:
        """Return the steps that have a script, each behind its pipeline's name."""
        return {(part.pipeline.name, step) for (_, step), part in self._parts.items()}

    def _part_of_body(self, pipeline_arn: str, name: str) -> _Part | None:
        child = _CHILD.fullmatch(name)
        part = self._parts.get((pipeline_arn, child["body"])) if child else None
        return part if part is not None and part.in_body else None


def _check_for(pipeline: PipelineState) -> OutcomeCheck:
    """Return the check of what a callable decides: an execution may run any version of the definition."""

    def check(context: StepContext, outcome: Outcome) -> None:
        found = (_find(version.definition, context.step) for version in pipeline.versions)
        check_outcome(context.step, context.type, declared_by(*(step for step in found if step is not None)), outcome)

    return check


def _read(pipeline: PipelineState, name: str, script: Script, case: str | None) -> _Part:
    definition = pipeline.latest.definition
    step = _find(definition, name)
    if step is None:
        names = [*definition.steps, *(step.name for step in _body_steps(definition))]
        message = f"Pipeline {pipeline.name!r} has no step {name!r}.{did_you_mean(str(name), names)} Its steps: {choices(names)}."
        if isinstance(script, Mapping):
            message += f" A mapping goes second, without a keyword: script({pipeline.name!r}, {{...}})."
        raise UsageError(message)
    if not STEP_TYPES[step.type].scripted:
        message = (
            f"Step {name!r} of pipeline {pipeline.name!r} is a {step.type} step: it decides by itself how it comes out. "
            "Script the steps or give the parameters that it depends on."
        )
        raise UsageError(message)
    if step.iteration is not None:
        names = [body.name for body in step.iteration.body]
        message = (
            f"Step {name!r} of pipeline {pipeline.name!r} is a ForEach step: it comes out as its children do. Script the steps of its "
            f"body, {choices(names)}, which stand for all their children, or one child, such as '{names[0]}-0'."
        )
        raise UsageError(message)
    read = read_script(name, script)
    for outcome in read.outcomes:
        check_outcome(name, step.type, declared_by(step), outcome)
    return _Part(read, pipeline, name not in definition.steps, case)


def _find(definition: Definition, name: str) -> Step | None:
    """Return the step that a script may name so: one of the pipeline, one in a ForEach body, or the model of one of its children."""
    if name in definition.steps:
        return definition.steps[name]
    bodies = {step.name: step for step in _body_steps(definition)}
    child = _CHILD.fullmatch(str(name))
    return bodies.get(name) or (bodies.get(child["body"]) if child else None)


def _body_steps(definition: Definition) -> Iterable[Step]:
    return (inner for step in definition.steps.values() if step.iteration for inner in step.iteration.body)
