"""What calls cost once much is there: pages of long lists, and starts after many executions.

Each round has an activation of its own, in which one side is measured before it grows and the other afterwards.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from benchmarks.contenders import activated, called, create, kept_client, start
from benchmarks.definitions import one_step
from benchmarks.effort import Effort
from benchmarks.timing import Measurement, Timed, summary, undisturbed

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient


def page_of_executions(effort: Effort) -> Measurement:
    """Compare a page of ten executions among many with one among few."""
    page = called("ours", lambda client: client.list_pipeline_executions(PipelineName="churn", MaxResults=10))
    return _growth(effort, page, lambda client, _: start(client), effort.few)


def page_of_pipelines(effort: Effort) -> Measurement:
    """Compare a page of ten pipelines among many with one among few."""
    definition = one_step()
    page = called("ours", lambda client: client.list_pipelines(MaxResults=10))
    return _growth(effort, page, lambda client, number: create(client, definition, f"p{number}"), effort.few)


def start_after_many(effort: Effort) -> Measurement:
    """Compare a start after many executions with the first ones."""
    return _growth(effort, called("ours", start), lambda client, _: start(client), 0)


def _growth(effort: Effort, measured: Timed, add: Callable[["SageMakerClient", int], object], few: int) -> Measurement:
    client = kept_client("ours")
    values: list[float] = []
    for _ in range(effort.long_rounds):
        with activated(one_step()):
            for number in range(few):
                add(client, number)
            with undisturbed():
                before = measured(effort.calls * 4)
            for number in range(few, effort.many):
                add(client, number)
            with undisturbed():
                values.append(measured(effort.calls * 4) / before)
    return summary(values)
