"""What large pipelines cost: to create them, and per step to run them."""

# boto3-stubs ask for ClientRequestToken, which botocore fills in:
# pyright: reportCallIssue=false

import functools
import itertools
import json
from collections.abc import Callable

from benchmarks.contenders import activated, called, create, kept_client, start
from benchmarks.definitions import GIVEN, layered
from benchmarks.effort import Effort
from benchmarks.timing import Measurement, cpu_seconds, ratio, summary, undisturbed


def microseconds_per_step(shape: Callable[[int], str], effort: Effort) -> Measurement:
    """Return the CPU microseconds that a start takes per step of a large pipeline."""
    with activated(shape(effort.large)):
        values: list[float] = []
        for _ in range(effort.long_rounds):
            with undisturbed():
                values.append(called("ours", start)(1) / effort.large * 1e6)
    return summary(values)


def growth_per_step(shape: Callable[[int], str], effort: Effort) -> Measurement:
    """Compare what a start takes per step of a large pipeline with the same for a small one."""
    repetitions = max(1, effort.large // effort.small)
    with activated(shape(effort.large)) as smp:
        smp.add("small", shape(effort.small))
        starts = called("ours", start)
        small = called("ours", lambda client: client.start_pipeline_execution(PipelineName="small", PipelineParameters=GIVEN))
        found = ratio(starts, lambda _: small(repetitions), effort.long_rounds, 1)
    scale = repetitions * effort.small / effort.large
    return Measurement(found.median * scale, found.low * scale, found.high * scale)


def create_to_json(effort: Effort) -> Measurement:
    """Compare CreatePipeline of a large definition with reading its text as JSON; every text is new to the parser."""
    text = layered(effort.large)
    numbers = itertools.count()

    def creating(times: int) -> float:
        texts = [text.replace('"2026-11-22"', f'"{next(numbers)}"', 1) for _ in range(times)]
        with activated(layered(1)):
            client = kept_client("ours")
            return cpu_seconds(lambda: create(client, texts.pop(), f"p{len(texts)}"), times)

    return ratio(creating, lambda times: cpu_seconds(functools.partial(json.loads, text), times), effort.long_rounds, 2)
