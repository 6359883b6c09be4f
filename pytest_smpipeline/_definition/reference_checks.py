"""Checks on what the parts of a definition refer to, and the graph that follows from it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from pytest_smpipeline._definition.expression_parser import Occurrence
from pytest_smpipeline._definition.expressions import (
    ExecutionReference,
    IterationReference,
    ParameterReference,
    PropertyFileReference,
    StepReference,
)
from pytest_smpipeline._definition.graph import build_graph, find_cycles
from pytest_smpipeline._definition.nodes import Graph, Step
from pytest_smpipeline._definition.parsed_steps import ParsedStep
from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline._definition.property_checks import Complaint, check_iteration_reference, check_property, check_selector
from pytest_smpipeline._definition.references import EXECUTION_VARIABLES, render_reference
from pytest_smpipeline._definition.wording import quoted

_SHOWN_OF_A_CYCLE: Final = 8


class ReferenceChecks:
    """Checks references against the parameters and steps that a definition has."""

    def __init__(self, parameters: Collection[str], steps: Sequence[ParsedStep], problems: Problems) -> None:
        """Check against the names of these parameters and these steps, and report to ``problems``."""
        self._parameters = parameters
        self._parsed = steps
        self._steps = {parsed.step.name: parsed.step for parsed in steps}
        self._bodies = {inner.step.name: parsed.step.name for parsed in steps for inner in parsed.body}
        self._problems = problems

    def check_steps(self) -> None:
        """Report references and DependsOn entries in the steps that name what does not exist, or a Fail step."""
        for parsed in self._parsed:
            self._check_step(parsed, self._steps)
            self._check_selector(parsed)
            known = {**self._steps, **{inner.step.name: inner.step for inner in parsed.body}} if parsed.body else {}
            for inner in parsed.body:
                self._check_step(inner, known, in_body=True)

    def check_outside(self, occurrences: Iterable[Occurrence]) -> None:
        """Report references outside of the steps to anything but declared parameters and execution variables."""
        for occurrence in occurrences:
            if isinstance(occurrence.reference, ParameterReference | ExecutionReference):
                self._check_reference(occurrence, self._steps)
            else:
                self._complain(occurrence, "is known only while steps run; use a parameter or an execution variable here.")

    def _check_selector(self, parsed: ParsedStep) -> None:
        iteration = parsed.step.iteration
        complaint = None if iteration is None else check_selector(iteration)
        if complaint is not None:
            self._problems.add(f"{parsed.path}.Arguments.Selector.Field.Get", f"The Field {complaint.text}", near=complaint.near)

    def _check_step(self, parsed: ParsedStep, known: Mapping[str, Step], *, in_body: bool = False) -> None:
        refused: set[str] = set()
        for index, dependency in enumerate(parsed.step.depends_on):
            path = f"{parsed.path}.DependsOn[{index}]"
            if dependency.step not in known:
                self._refuse_dependency(parsed.step.name, dependency.step, path, known)
            elif known[dependency.step].type == "Fail":
                self._refuse_fail_step(parsed, dependency.step, path, refused)
        for occurrence in parsed.occurrences:
            name = self._check_reference(occurrence, known, in_body=in_body)
            if name is not None and known[name].type == "Fail":
                self._refuse_fail_step(parsed, name, occurrence.place(), refused)

    def _refuse_dependency(self, step: str, name: str, path: str, known: Mapping[str, Step]) -> None:
        message = f"Step '{step}' depends on {quoted(name)}, which is "
        if name in self._bodies:
            holder = self._bodies[name]
            self._problems.add(path, f"{message}in the body of the ForEach step '{holder}'. Depend on '{holder}' instead.")
        else:
            self._problems.add(path, f"{message}not a step of the pipeline.", near=(name, known))

    def _refuse_fail_step(self, parsed: ParsedStep, name: str, path: str, refused: set[str]) -> None:
        if name not in refused:
            refused.add(name)
            self._problems.quote(path, f"{parsed.step.name} can not depends on {name}")

    def _check_reference(self, occurrence: Occurrence, known: Mapping[str, Step], *, in_body: bool = False) -> str | None:
        """Return the name of the step that the reference names, when there is such a step."""
        match occurrence.reference:
            case ParameterReference(name) if name not in self._parameters:
                self._complain(occurrence, "names no parameter of the pipeline.", near=(name, self._parameters))
            case ExecutionReference(variable) if variable not in EXECUTION_VARIABLES:
                self._complain(occurrence, "names no execution variable.", near=(variable, EXECUTION_VARIABLES))
            case IterationReference() as reference:
                self._object(occurrence, check_iteration_reference(reference, in_body=in_body))
            case StepReference(name, _) | PropertyFileReference(name, _) if name not in known and name in self._bodies:
                way = f"Steps.{self._bodies[name]}.IterationOutputs[0].{name}"
                self._complain(occurrence, f"names a step of a ForEach body, which from outside is {way}.")
            case StepReference(name, _) | PropertyFileReference(name, _) if name not in known:
                self._complain(occurrence, "names no step of the pipeline.", near=(name, known))
            case PropertyFileReference(name, file) if file not in (files := known[name].property_files):
                self._complain(occurrence, f"names no property file of the step '{name}'.", near=(file, files))
            case StepReference(name, path):
                self._object(occurrence, check_property(known[name], path))
                return name
            case PropertyFileReference(name, _):
                return name
            case _:
                pass
        return None

    def _object(self, occurrence: Occurrence, complaint: Complaint | None) -> None:
        if complaint is not None:
            self._complain(occurrence, complaint.text, near=complaint.near)

    def _complain(self, occurrence: Occurrence, complaint: str, *, near: tuple[str, Iterable[str]] | None = None) -> None:
        self._problems.add(occurrence.place(), f"{quoted(render_reference(occurrence.reference))} {complaint}", near=near)


def check_graph(steps: Sequence[ParsedStep], problems: Problems) -> Graph:
    """Return the graph of the steps after reporting its cycles, each with its way round."""
    graph = build_graph((parsed.step for parsed in steps), {parsed.step.name: list(_referenced(parsed)) for parsed in steps})
    _report_cycles(graph, steps, problems)
    for parsed in steps:
        if parsed.step.iteration is not None:
            _report_cycles(parsed.step.iteration.graph, parsed.body, problems)
    return graph


def _report_cycles(graph: Graph, steps: Iterable[ParsedStep], problems: Problems) -> None:
    paths = {parsed.step.name: parsed.path for parsed in steps}
    for cycle in find_cycles(graph):
        hidden = len(cycle) - _SHOWN_OF_A_CYCLE
        way = (*cycle[:_SHOWN_OF_A_CYCLE], *([f"({hidden} more)"] if hidden > 0 else []), cycle[0])
        message = f"The steps wait for each other in a cycle: {' -> '.join(way)}. Remove one of these dependencies."
        problems.add(paths[cycle[0]], message)


def _referenced(parsed: ParsedStep) -> Iterator[str]:
    """Yield the names of the steps that a step refers to; a ForEach step refers to what its body does, but to no step of the body."""
    yield from parsed.referenced()
    if parsed.body:
        own = {inner.step.name for inner in parsed.body}
        for inner in parsed.body:
            named = (*(dependency.step for dependency in inner.step.depends_on), *inner.referenced())
            yield from (name for name in named if name not in own)
