"""A step as it was read, with what its checks need to know of the text."""

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_smpipeline._definition.expression_parser import Occurrence
from pytest_smpipeline._definition.expressions import PropertyFileReference, StepReference
from pytest_smpipeline._definition.nodes import Step


@dataclass(slots=True)
class ParsedStep:
    """A step, where it stands, and the references inside it; ``body`` are the steps of a ForEach body."""

    step: Step
    path: str
    occurrences: tuple[Occurrence, ...]
    body: "tuple[ParsedStep, ...]" = ()

    def referenced(self) -> Iterator[str]:
        """Yield the names of the steps that the step refers to; a body's references are its own."""
        for occurrence in self.occurrences:
            if isinstance(occurrence.reference, StepReference | PropertyFileReference):
                yield occurrence.reference.step
