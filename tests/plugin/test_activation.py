"""The context manager, start and stop, nesting, and what is true outside."""

import asyncio
import os
from collections.abc import Iterator

import boto3
import pytest

from pytest_smpipeline import UsageError, current_mock, mock_smpipeline


def test_the_context_manager_gives_the_mock_and_ends_it(definition: str) -> None:
    """Inside, boto3 reaches the mock; outside, nothing is active."""
    with mock_smpipeline() as smp:
        smp.add("churn", definition)
        boto3.client("sagemaker").start_pipeline_execution(PipelineName="churn")
        assert smp.executions.one().status == "Succeeded"

    with pytest.raises(UsageError, match="No SageMaker Pipelines mock is active"):
        current_mock()


def test_the_context_manager_can_be_entered_by_async_with(definition: str) -> None:
    """It does the same, and ends when an error leaves it."""

    async def use() -> None:
        async with mock_smpipeline(region="eu-west-1") as smp:
            assert smp.add("churn", definition).arn.startswith("arn:aws:sagemaker:eu-west-1:")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(use())
    with pytest.raises(UsageError):
        current_mock()


def test_current_mock_outside_names_the_ways_in() -> None:
    """Whoever asks too early learns what to write."""
    with pytest.raises(UsageError) as caught:
        current_mock()

    assert str(caught.value) == (
        "No SageMaker Pipelines mock is active. Use the fixture smpipeline, @pytest.mark.smpipeline, "
        "the decorator @mock_smpipeline, or with mock_smpipeline() as smp."
    )


def test_current_mock_inside_is_the_active_one() -> None:
    """Helpers find the mock without being handed it."""
    with mock_smpipeline() as smp:
        assert current_mock() is smp


def test_start_and_stop_are_the_two_halves_of_the_context_manager(definition: str) -> None:
    """A set-up and a tear-down can hold one half each."""
    activation = mock_smpipeline()

    smp = activation.start()
    try:
        assert smp.add("churn", definition).version == 1
    finally:
        activation.stop()

    with pytest.raises(UsageError):
        current_mock()


def test_an_activation_can_be_used_again_and_starts_fresh(definition: str) -> None:
    """Nothing of the first time is left in the second."""
    activation = mock_smpipeline()

    with activation as smp:
        smp.add("churn", definition)
    with activation as smp:
        assert smp.add("churn", definition).version == 1


def test_starting_twice_is_refused() -> None:
    """One activation is active once; the message says what to do."""
    activation = mock_smpipeline()

    with activation, pytest.raises(UsageError, match=r"active already; stop\(\) it first, or call mock_smpipeline\(\) again"):
        activation.start()


def test_stopping_what_is_not_active_is_refused() -> None:
    """A second stop would end somebody else's mock."""
    with mock_smpipeline(), pytest.raises(UsageError, match=r"not active; start\(\) it before stop\(\)"):
        mock_smpipeline().stop()


def test_nested_activations_share_one_state(definition: str) -> None:
    """As moto's do: what is seeded outside is there inside, and what is started inside is there outside."""
    with mock_smpipeline() as outer:
        outer.add("churn", definition)
        with mock_smpipeline() as inner:
            assert inner is outer
            inner.start("churn")
        assert len(outer.executions) == 1


def test_options_given_inside_hold_inside_and_the_rest_is_inherited(definition: str) -> None:
    """A nested activation changes what it names, and leaving it brings back what was."""
    with mock_smpipeline(progress="manual", region="eu-west-1") as smp:
        smp.add("churn", definition)
        with mock_smpipeline(progress="immediate"):
            assert smp.start("churn").status == "Succeeded"
        assert smp.start("churn").status == "Executing"
        assert smp.client().meta.region_name == "eu-west-1"


def test_the_region_of_a_nested_activation_is_that_of_new_clients() -> None:
    """Code under test that names no region follows the option."""
    with mock_smpipeline(region="eu-west-1"):
        with mock_smpipeline(region="ap-south-1"):
            assert boto3.client("sagemaker").meta.region_name == "ap-south-1"
        assert boto3.client("sagemaker").meta.region_name == "eu-west-1"


def test_a_nested_seed_comes_too_late() -> None:
    """The ids of the outermost activation are in use already; nothing is left half entered."""
    with mock_smpipeline() as smp:
        with pytest.raises(UsageError, match="seed=3 comes too late: this activation is nested"):
            mock_smpipeline(seed=3).start()
        assert current_mock() is smp

    with pytest.raises(UsageError):
        current_mock()


def test_ending_in_another_order_ends_with_the_last(definition: str) -> None:
    """Two activations of unrelated helpers may overlap; state lives until both are over."""
    first, second = mock_smpipeline(), mock_smpipeline()
    first.start().add("churn", definition)
    smp = second.start()

    first.stop()
    assert smp.start("churn").status == "Succeeded"
    second.stop()

    with pytest.raises(UsageError):
        current_mock()


def test_an_exception_inside_travels_on_and_everything_is_restored() -> None:
    """The mock ends, the environment is as it was, and the error is the caller's own."""
    before = dict(os.environ)

    with pytest.raises(ZeroDivisionError), mock_smpipeline():
        raise ZeroDivisionError

    assert dict(os.environ) == before


def test_records_stay_readable_after_the_end(definition: str) -> None:
    """They keep their last state: what was running when the mock ended is shown as running for ever."""
    with mock_smpipeline(progress="manual") as smp:
        smp.add("churn", definition)
        run = smp.start("churn")

    assert (run.status, smp.executions.one()) == ("Executing", run)


@pytest.fixture
def failing_door(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let opening the doors fail."""

    def fail(_doors: object) -> None:
        raise OSError("no door")

    with monkeypatch.context() as patch:
        patch.setattr("pytest_smpipeline._doors.entrance.Doors.open", fail)
        yield


@pytest.mark.usefixtures("failing_door")
def test_an_activation_that_fails_leaves_nothing_active() -> None:
    """The error is raised, and the next activation starts from nothing."""
    activation = mock_smpipeline()

    with pytest.raises(OSError, match="no door"):
        activation.start()

    with pytest.raises(UsageError):
        current_mock()
    with pytest.raises(UsageError, match="not active"):
        activation.stop()


@pytest.mark.parametrize("wrong", [3, "eu-west-1"], ids=repr)
def test_a_positional_option_is_refused(wrong: object) -> None:
    """Options are keywords; the message shows how to write one."""
    with pytest.raises(UsageError, match=r"takes options by keyword, not .*\. Write mock_smpipeline\(region='eu-west-1'\)\."):
        mock_smpipeline(wrong)  # type: ignore[call-overload]  # the point of the test


def test_a_wrong_option_is_refused_before_anything_is_active() -> None:
    """The message names the closest option."""
    with pytest.raises(UsageError, match=r"'regoin' is not an option\. Did you mean 'region'"):
        mock_smpipeline(regoin="eu-west-1")  # type: ignore[call-overload]  # the point of the test
