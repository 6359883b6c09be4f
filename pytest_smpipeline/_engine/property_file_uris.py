"""Property files: where the job of a step leaves them."""

from typing import Final

from pytest_smpipeline._engine.properties import find
from pytest_smpipeline._state.entities import StepState

_JOB_OUTPUTS: Final = ("ProcessingOutputConfig", "Outputs")


def property_file_uri(state: StepState, name: str) -> str:
    """Return the URI in S3 of a property file that a step declares.

    Raises ``KeyError`` when the output that it lies in has none.
    """
    file = state.step.property_files[name]
    prefix = find(state.properties, (*_JOB_OUTPUTS, file.output_name, "S3Output", "S3Uri"))
    return f"{str(prefix).rstrip('/')}/{file.file_path}"
