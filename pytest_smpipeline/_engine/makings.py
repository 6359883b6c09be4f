"""What an attempt makes: worked out when somebody looks, for most steps run and nobody does."""

from dataclasses import dataclass

from pytest_smpipeline._engine.attempts import Attempt
from pytest_smpipeline._engine.properties import merged
from pytest_smpipeline._engine.step_types import StepType
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import JsonObject


@dataclass(slots=True)
class AttemptMaking:
    """What an attempt makes; its metadata is ``known`` at once where making it draws ids, or depends on how the attempt came out."""

    kind: StepType
    attempt: Attempt
    known: Metadata | None = None

    def metadata(self) -> Metadata:
        """Return what ListPipelineExecutionSteps shows from the start."""
        if self.known is None:
            self.known = self.kind.metadata(self.attempt)
        return self.known

    def properties(self) -> JsonObject:
        """Return what later steps may refer to: what the service would describe, and what the test gave laid upon it."""
        metadata = self.metadata()
        return merged(self.kind.properties(self.attempt, metadata) if metadata else {}, self.attempt.made.properties)
