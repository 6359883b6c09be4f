"""The successful results of a pipeline's steps."""

import json
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline._definition.nodes import CachePolicy, Step
from pytest_smpipeline._definition.parser import parse_definition
from pytest_smpipeline._state.entities import ExecutionState, PipelineState, StepState, VersionState
from pytest_smpipeline._state.results import Results

Run: TypeAlias = Callable[..., ExecutionState]

DEFINITION = parse_definition(json.dumps({"Version": "2020-12-01", "Steps": []}))
CACHED = CachePolicy(enabled=True, expire_after=1)


def new_pipeline(name: str = "churn") -> PipelineState:
    """Return a pipeline without versions and executions."""
    return PipelineState(name, f"arn:{name}", 0, name, "role", created=0, modified=0)


def new_results() -> Results[StepState, ExecutionState]:
    """Return results without any."""
    return new_pipeline().results


def run_of(pipeline: PipelineState, number: int = 0, *, version: int = 1, status: str = "Succeeded") -> ExecutionState:
    """Return an execution of a version of the pipeline."""
    return ExecutionState(
        id=f"e{number}",
        arn=f"arn:e{number}",
        number=number,
        pipeline=pipeline,
        version=VersionState(version, "", DEFINITION, created=0),
        display_name="",
        created=0,
        modified=0,
        parameters={},
        overrides={},
        token="",
        status=status,
    )


@pytest.fixture
def run() -> Run:
    """Return the function that makes an execution of the pipeline ``churn``."""
    return partial(run_of, new_pipeline())


def success(name: str, ended: int, image: str = "a", cache: CachePolicy | None = CACHED) -> StepState:
    """Return a step that has run with this image, which is its key, and succeeded then."""
    step = Step(name=name, type="Training", cache=cache)
    return StepState(step, "Succeeded", started=0, number=0, ended=ended, arguments=image)


def image_of(state: StepState) -> str:
    """Return the key of a step."""
    return str(state.arguments)


@pytest.mark.fidelity("CACHE-005")
def test_the_latest_of_several_results_is_found(run: Run) -> None:
    """When several runs with the same key succeeded, the most recent one counts, with the execution it ran in."""
    results, (first, second) = new_results(), (run(1), run(2))
    results.add(success("Train", 10), first)
    newer = success("Train", 20)
    results.add(newer, second)

    assert results.latest("Train", "a", image_of) == (newer, second)


@pytest.mark.fidelity("CACHE-006")
def test_latest_is_what_ended_last_not_what_was_added_last(run: Run) -> None:
    """A test may set the wall clock back; of two results that ended together the one added last counts."""
    results, execution = new_results(), run()
    newest, together = success("Train", 20), success("Train", 20)
    for state in (newest, success("Train", 10), together, success("Train", 15)):
        results.add(state, execution)

    assert results.latest("Train", "a", image_of) == (together, execution)


@pytest.mark.fidelity("CACHE-007")
def test_a_result_of_another_step_or_key_is_not_found(run: Run) -> None:
    """A step reuses its own results only, and only those of the same key."""
    results = new_results()
    results.add(success("Train", 10), run())

    assert results.latest("Evaluate", "a", image_of) is None
    assert results.latest("Train", "b", image_of) is None


@pytest.mark.fidelity("CACHE-008")
def test_each_pipeline_has_results_of_its_own(run: Run) -> None:
    """A step of another pipeline is never reused, not even of one that had the same name and was deleted."""
    execution = run()
    execution.pipeline.results.add(success("Train", 10), execution)

    assert execution.pipeline.results.latest("Train", "a", image_of) is not None
    assert new_pipeline().results.latest("Train", "a", image_of) is None


@pytest.mark.fidelity("CACHE-009")
def test_results_are_shared_by_all_versions_of_a_pipeline(run: Run) -> None:
    """An update of the pipeline does not forget what its steps have come to."""
    old, new = run(1, version=1), run(2, version=2)
    result = success("Train", 10)
    old.pipeline.results.add(result, old)

    assert new.pipeline.results.latest("Train", "a", image_of) == (result, old)


@pytest.mark.fidelity("CACHE-010")
def test_a_step_that_succeeded_counts_although_its_execution_failed(run: Run) -> None:
    """Success is asked of the step, not of its execution."""
    results, failed = new_results(), run(status="Failed")
    result = success("Train", 10)
    results.add(result, failed)

    assert results.latest("Train", "a", image_of) == (result, failed)


@pytest.mark.fidelity("CACHE-011")
def test_a_step_that_ran_without_caching_can_be_reused(run: Run) -> None:
    """Caching may be turned on later: what ran before is found."""
    results, execution = new_results(), run()
    result = success("Train", 10, cache=None)
    results.add(result, execution)

    assert results.latest("Train", "a", image_of) == (result, execution)


def test_the_key_of_a_result_is_asked_once_and_only_when_it_is_needed(run: Run) -> None:
    """A pipeline that nobody caches pays nothing, and a long history is not read again."""
    asked: list[StepState] = []

    def key_of(state: StepState) -> str:
        asked.append(state)
        return image_of(state)

    results, execution = new_results(), run()
    first, second = success("Train", 10), success("Train", 20, "b")
    results.add(first, execution)
    assert asked == []

    results.latest("Train", "a", key_of)
    results.add(second, execution)
    results.latest("Train", "a", key_of)
    results.latest("Train", "b", key_of)
    assert asked == [first, second]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 5), st.booleans())))
def test_looking_in_between_changes_nothing(history: list[tuple[str, int, bool]]) -> None:
    """Whenever somebody looks, the answer is the last of the latest among all results so far."""
    results, execution = new_results(), run_of(new_pipeline())
    added: list[StepState] = []
    for image, ended, look in history:
        added.append(success("Train", ended, image))
        results.add(added[-1], execution)
        if look:
            results.latest("Train", "a", image_of)

    known = sorted((state for state in added if state.arguments == "a"), key=lambda state: state.ended or 0)
    assert results.latest("Train", "a", image_of) == ((known[-1], execution) if known else None)
