"""What one call costs, beside a Stubber's, moto's and one that a constant answers."""

from datetime import UTC, datetime
from typing import Any, Final

from benchmarks.contenders import ARN, Call, activated, called, constant, describe, motos, ours, start, start_anew, stubbed
from benchmarks.definitions import five_steps, one_step
from benchmarks.effort import Effort
from benchmarks.timing import Measurement, Timed, ratio

_STARTED: Final = {"PipelineExecutionArn": ARN}
_TIME: Final = datetime(2026, 11, 22, tzinfo=UTC)
_DESCRIBED: Final[dict[str, Any]] = {
    "PipelineArn": ARN.partition("/execution")[0],
    "PipelineExecutionArn": ARN,
    "PipelineExecutionDisplayName": "execution-1",
    "PipelineExecutionStatus": "Succeeded",
    "CreationTime": _TIME,
    "LastModifiedTime": _TIME,
}


def describe_to_stubber(effort: Effort) -> Measurement:
    """Compare a describe with a Stubber's."""
    return _against(stubbed("describe_pipeline_execution", _DESCRIBED, describe(ARN)), one_step(), None, effort)


def describe_to_constant(effort: Effort) -> Measurement:
    """Compare a describe with the floor."""
    return _against(constant(_DESCRIBED, describe(ARN)), one_step(), None, effort)


def start_to_stubber(effort: Effort) -> Measurement:
    """Compare a start of one step with a Stubber's."""
    return _against(_stubbed_start(), one_step(), start, effort)


def start_to_constant(effort: Effort) -> Measurement:
    """Compare a start of one step with the floor."""
    return _against(constant(_STARTED, start), one_step(), start, effort)


def five_step_start_to_stubber(effort: Effort) -> Measurement:
    """Compare a start of five steps with a Stubber's."""
    return _against(_stubbed_start(), five_steps(), start, effort)


def new_start_to_stubber(effort: Effort) -> Measurement:
    """Compare a start of one step, with other parameters each time, with a Stubber's."""
    return _against(_stubbed_start(), one_step(), start_anew, effort)


def new_five_step_start_to_stubber(effort: Effort) -> Measurement:
    """Compare a start of five steps, with other parameters each time, with a Stubber's."""
    return _against(_stubbed_start(), five_steps(), start_anew, effort)


def stubber_to_constant(effort: Effort) -> Measurement:
    """Compare a Stubber's start with the floor, which tells how much of it is botocore's own."""
    return ratio(_stubbed_start(), constant(_STARTED, start), effort.rounds, effort.calls)


def moto_start_to_ours(effort: Effort) -> Measurement:
    """Compare moto's start with ours."""
    return ratio(motos(one_step(), start), ours(one_step(), start), effort.rounds, effort.calls)


def moto_start_to_full_road(effort: Effort) -> Measurement:
    """Compare moto's start with ours when both travel through all of botocore."""
    return ratio(motos(one_step(), start), ours(one_step(), start, wire="full"), effort.rounds, effort.calls)


def _against(anchor: Timed, definition: str, call: Call | None, effort: Effort) -> Measurement:
    """Compare a call, a describe when none is given, with an anchor outside of any activation, where whoever uses it calls it."""
    return ratio(ours(definition, call) if call else _described(definition), anchor, effort.rounds, effort.calls)


def _described(definition: str) -> Timed:
    """Return the describe of an execution that an activation of its own has run."""

    def timed(times: int) -> float:
        with activated(definition) as smp:
            return called("ours", describe(smp.start("churn", {"Date": "2026-11-22"}).arn))(times)

    return timed


def _stubbed_start() -> Timed:
    return stubbed("start_pipeline_execution", _STARTED, start)
