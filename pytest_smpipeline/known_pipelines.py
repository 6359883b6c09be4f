"""Which names an expectation may use: the pipelines that exist or existed, and what they declare."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pytest_smpipeline._state.entities import PipelineState
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.suggestions import did_you_mean


@dataclass(frozen=True, slots=True)
class Declared:
    """The parameters and steps that any version of the pipelines of one name has."""

    parameters: frozenset[str] = frozenset()
    steps: frozenset[str] = frozenset()

    def slips(self, pipeline: str, parameters: Mapping[str, object], steps: list[str]) -> Iterator[str]:
        """Yield a sentence for each parameter and each step that no version has, with the closest that one does."""
        for name in parameters:
            if name not in self.parameters:
                yield f"pipeline {pipeline!r} has no parameter {name!r}.{did_you_mean(name, self.parameters)}"
        for name in steps:
            if name not in self.steps:
                yield f"pipeline {pipeline!r} has no step {name!r}.{did_you_mean(name, self.steps)}"


def known_pipelines(service: Service) -> dict[str, Declared | None]:
    """Return the pipelines by name; None for one that was deleted before it was ever started."""
    deleted = (call.request.get("PipelineName") for call in service.calls if call.operation == "DeletePipeline" and not call.error_code)
    known: dict[str, Declared | None] = {str(name): None for name in deleted}
    for pipeline in service.store.pipelines():
        known[pipeline.name] = _joined(known.get(pipeline.name) or Declared(), pipeline)
    return known


def check_name(pipeline: object) -> None:
    """Raise ``UsageError`` for anything but the name of a pipeline."""
    __tracebackhide__ = True
    if not isinstance(pipeline, str):
        message = f"Expected the name of a pipeline, such as 'churn', not {pipeline!r}. What add() returns has it as .name."
        raise UsageError(message)


def _joined(declared: Declared, pipeline: PipelineState) -> Declared:
    definitions = [version.definition for version in pipeline.versions]
    return Declared(
        declared.parameters.union(*(definition.parameters for definition in definitions)),
        declared.steps.union(*(definition.steps for definition in definitions)),
    )
