"""A faithful in-memory Amazon SageMaker Pipelines for pytest.

Names are loaded when they are first used, so that a test session which installs this package and does not use it pays
nothing for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_smpipeline._wire.recorder import Call
    from pytest_smpipeline.exceptions import RealSageMakerCall, UsageError
    from pytest_smpipeline.handle import SMPipelineMock
    from pytest_smpipeline.logs import CallLog, EventLog, ExecutionLog
    from pytest_smpipeline.mock import current_mock, mock_smpipeline
    from pytest_smpipeline.outcomes import StepContext, cache_hit, fail, hold, reject, stopped, succeed
    from pytest_smpipeline.records import Execution
    from pytest_smpipeline.seeding import Pipeline
    from pytest_smpipeline.server import SMPipelineServer
    from pytest_smpipeline.step_records import StepRun

__all__ = [
    "Call",
    "CallLog",
    "EventLog",
    "Execution",
    "ExecutionLog",
    "Pipeline",
    "RealSageMakerCall",
    "SMPipelineMock",
    "SMPipelineServer",
    "StepContext",
    "StepRun",
    "UsageError",
    "cache_hit",
    "current_mock",
    "fail",
    "hold",
    "mock_smpipeline",
    "reject",
    "stopped",
    "succeed",
]

_HOMES = {
    "Call": "_wire.recorder",
    "CallLog": "logs",
    "EventLog": "logs",
    "Execution": "records",
    "ExecutionLog": "logs",
    "Pipeline": "seeding",
    "RealSageMakerCall": "exceptions",
    "SMPipelineMock": "handle",
    "SMPipelineServer": "server",
    "StepContext": "outcomes",
    "StepRun": "step_records",
    "UsageError": "exceptions",
    "cache_hit": "outcomes",
    "current_mock": "mock",
    "fail": "outcomes",
    "hold": "outcomes",
    "mock_smpipeline": "mock",
    "reject": "outcomes",
    "stopped": "outcomes",
    "succeed": "outcomes",
}


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    # The address that reprs, pickles and documentation show is the public one.
    value.__module__ = __name__
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
