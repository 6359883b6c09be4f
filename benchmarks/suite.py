"""The single list of what is measured, with the goals."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from benchmarks import activations, calls, engine, growth, imports, memory
from benchmarks.definitions import deep, layered, wide
from benchmarks.effort import Effort
from benchmarks.timing import Measurement


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One row of the table: what is measured, and how far it may be from where it should be; None asks for nothing.

    A goal is the most that a value may be, or with ``at_least`` the least.
    """

    name: str
    unit: str
    measure: Callable[[Effort], Measurement]
    must: float | None = None
    goal: float | None = None
    at_least: bool = False


_SHAPES: Final = {"wide": wide, "deep": deep, "layered": layered}

BENCHMARKS: Final = (
    Benchmark("describe / Stubber", "x", calls.describe_to_stubber, 1.25, 1.10),
    Benchmark("start, 1 step / Stubber", "x", calls.start_to_stubber, 1.50, 1.25),
    Benchmark("start, 5 steps, condition / Stubber", "x", calls.five_step_start_to_stubber, 2.0, 1.6),
    Benchmark("start, 1 step, new parameters / Stubber", "x", calls.new_start_to_stubber),
    Benchmark("start, 5 steps, new parameters / Stubber", "x", calls.new_five_step_start_to_stubber),
    Benchmark("describe / constant answer", "x", calls.describe_to_constant),
    Benchmark("start, 1 step / constant answer", "x", calls.start_to_constant),
    Benchmark("Stubber's start / constant answer", "x", calls.stubber_to_constant),
    Benchmark("moto's start / ours", "x", calls.moto_start_to_ours, 7, 9, at_least=True),
    Benchmark('moto\'s start / ours, wire="full"', "x", calls.moto_start_to_full_road, 2, 2.6, at_least=True),
    Benchmark("activation / mock_aws", "x", activations.activation_to_mock_aws, 0.05, 0.02),
    Benchmark("small test, moto's / ours", "x", activations.moto_small_test_to_ours, 10, 18, at_least=True),
    Benchmark("new session and client, stock / ours", "x", activations.stock_client_to_ours, 5, 6, at_least=True),
    Benchmark("import of the plugin", "ms", imports.plugin_import, 2, 1),
    Benchmark("libraries imported by the unused plugin", "", imports.libraries_of_unused_plugin, 0, 0),
    Benchmark("modules of moto after pipeline calls only", "", imports.moto_modules_of_used_fixture, 0, 0),
    Benchmark("page of executions, 10,000 / 1,000", "x", growth.page_of_executions, 1.3, 1.1),
    Benchmark("page of pipelines, 10,000 / 1,000", "x", growth.page_of_pipelines, 1.3, 1.1),
    Benchmark("start after 10,000 executions / first", "x", growth.start_after_many, 1.3, 1.1),
    *(Benchmark(f"per step, {name}, 2,000 steps", "us", partial(engine.microseconds_per_step, _SHAPES[name]), 30, 12) for name in _SHAPES),
    *(Benchmark(f"per step, {name}, 2,000 / 100", "x", partial(engine.growth_per_step, _SHAPES[name]), 2.0, 1.3) for name in _SHAPES),
    Benchmark("create 2,000 steps / json.loads", "x", engine.create_to_json, 25, 10),
    Benchmark("memory of a finished execution, 5 steps", "KiB", memory.kibibytes_per_execution, 24, 12),
    Benchmark("left by an activation, memory", "B", memory.bytes_left_per_activation, 16, 1),
    Benchmark("left by an activation, objects", "", memory.objects_left_per_activation, 0.1, 0.01),
)
"""In the order of the table; the sizes in the names are those of a full run."""
