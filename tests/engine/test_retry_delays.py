"""Retries by policy: whether a failed attempt is repeated, and after which wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline._definition.nodes import RetryPolicy, Step
from pytest_smpipeline._engine.retries import Retries, retries_of
from pytest_smpipeline.outcomes import EXCEPTION_TYPES

CAPACITY = "SageMaker.CAPACITY_ERROR"
INTERNAL = "SageMaker.JOB_INTERNAL_ERROR"
FAULT = "Step.SERVICE_FAULT"
THROTTLING = "Step.THROTTLING"
START = 1_000_000
MINUTE = 60_000


def delays(retries: Retries, exception_type: str | None, failures: int) -> list[int | None]:
    """Return the wait after each of so many failures of one type."""
    return [retries.delay(exception_type, START) for _ in range(failures)]


@pytest.mark.fidelity("RETRYPOLICY-001", "RETRYPOLICY-002")
def test_the_first_wait_is_the_interval_and_each_further_one_grows_by_the_rate() -> None:
    """MaxAttempts counts retries: the first attempt is none of them."""
    retries = Retries((RetryPolicy((CAPACITY,), interval_seconds=30, backoff_rate=1.5, max_attempts=3),), START)

    assert delays(retries, CAPACITY, 5) == [30_000, 45_000, 67_500, None, None]


@pytest.mark.fidelity("RETRYPOLICY-001")
def test_max_attempts_of_zero_never_retries() -> None:
    """A value of 0 says that the errors are never retried."""
    assert delays(Retries((RetryPolicy((CAPACITY,), max_attempts=0),), START), CAPACITY, 1) == [None]


@pytest.mark.fidelity("RETRYPOLICY-003", "RETRYPOLICY-004")
def test_an_error_that_recurs_after_the_expiry_is_not_retried() -> None:
    """ExpireAfterMin counts from the start of the step's first attempt to the failure; at the very end there is still a retry."""
    retries = Retries((RetryPolicy((CAPACITY,), interval_seconds=3_600, backoff_rate=1.0, expire_after_min=5),), START)

    assert retries.delay(CAPACITY, START) == 60 * MINUTE
    assert retries.delay(CAPACITY, START + 5 * MINUTE) == 60 * MINUTE
    assert retries.delay(CAPACITY, START + 5 * MINUTE + 1) is None


@pytest.mark.fidelity("RETRYPOLICY-003")
def test_an_expiry_bounds_the_time_and_not_the_number_of_retries() -> None:
    """Within the time a policy with ExpireAfterMin retries without end."""
    retries = Retries((RetryPolicy((CAPACITY,), backoff_rate=1.0, expire_after_min=1),), START)

    assert delays(retries, CAPACITY, 30) == [1_000] * 30


@pytest.mark.fidelity("RETRYPOLICY-003")
def test_an_expiry_of_zero_never_retries() -> None:
    """A value of 0 says that the errors are never retried, not even one at the very start."""
    assert delays(Retries((RetryPolicy((CAPACITY,), expire_after_min=0),), START), CAPACITY, 1) == [None]


@pytest.mark.fidelity("RETRYPOLICY-005")
def test_the_first_policy_that_names_the_type_decides() -> None:
    """Also when it has no retry left: those behind it are not asked."""
    first = RetryPolicy((CAPACITY,), interval_seconds=10, max_attempts=1)
    second = RetryPolicy((CAPACITY, INTERNAL), interval_seconds=20, max_attempts=1)
    retries = Retries((first, second), START)

    assert delays(retries, CAPACITY, 2) == [10_000, None]
    assert delays(retries, INTERNAL, 2) == [20_000, None]


@pytest.mark.fidelity("RETRYPOLICY-006")
def test_a_policy_counts_all_its_types_together() -> None:
    """Two failures of different types that one policy names are its first and second; another policy counts for itself."""
    shared = RetryPolicy((CAPACITY, INTERNAL), max_attempts=2)
    retries = Retries((shared, RetryPolicy(("SageMaker.RESOURCE_LIMIT",), max_attempts=1)), START)

    assert retries.delay(CAPACITY, START) == 1_000
    assert retries.delay("SageMaker.RESOURCE_LIMIT", START) == 1_000
    assert retries.delay(INTERNAL, START) == 2_000
    assert retries.delay(CAPACITY, START) is None


@pytest.mark.fidelity("RETRYPOLICY-007", "RETRYPOLICY-008")
def test_service_faults_and_throttling_are_retried_by_default() -> None:
    """Each up to five times, after a second that doubles, without any policy."""
    retries = Retries((), START)

    assert delays(retries, FAULT, 6) == [1_000, 2_000, 4_000, 8_000, 16_000, None]
    assert delays(retries, THROTTLING, 6) == [1_000, 2_000, 4_000, 8_000, 16_000, None]


@pytest.mark.fidelity("RETRYPOLICY-007")
def test_a_policy_that_names_a_default_type_replaces_the_default() -> None:
    """Only for the type that it names."""
    retries = Retries((RetryPolicy((THROTTLING,), max_attempts=0),), START)

    assert retries.delay(THROTTLING, START) is None
    assert retries.delay(FAULT, START) == 1_000


@pytest.mark.parametrize("exception_type", [None, CAPACITY, INTERNAL])
@pytest.mark.fidelity("RETRYPOLICY-007")
def test_nothing_else_is_retried_by_default(exception_type: str | None) -> None:
    """A job that fails without an exception type, or with another one, is not repeated unless a policy says so."""
    assert Retries((), START).delay(exception_type, START) is None


@pytest.mark.fidelity("RETRYPOLICY-009")
def test_a_failure_without_an_exception_type_matches_no_policy() -> None:
    """A policy for every type there is does not repeat an ordinary failure of a job."""
    retries = Retries((RetryPolicy(EXCEPTION_TYPES, max_attempts=3),), START)

    assert not retries.covers(None)
    assert retries.delay(None, START) is None


def test_a_policy_covers_its_types_even_when_it_never_retries() -> None:
    """What is covered is a matter of names: the words of a failure depend on it."""
    retries = Retries((RetryPolicy((CAPACITY,), max_attempts=0),), START)

    assert retries.covers(CAPACITY)
    assert retries.covers(FAULT)
    assert not retries.covers(INTERNAL)


@pytest.mark.fidelity("RETRYPOLICY-010")
@pytest.mark.parametrize(("kind", "internal"), [("Tuning", None), ("AutoML", None), ("Training", 1_000)])
def test_internal_errors_of_tuning_and_automl_jobs_are_not_retried(kind: str, internal: int | None) -> None:
    """These jobs retry inside; what else their policies name is retried as anywhere."""
    step = Step(name="Tune", type=kind, retry_policies=(RetryPolicy((INTERNAL, CAPACITY), max_attempts=1),))

    assert retries_of(step, START).delay(INTERNAL, START) == internal
    assert retries_of(step, START).delay(CAPACITY, START) == 1_000


@pytest.mark.fidelity("RETRYPOLICY-011")
def test_a_wait_is_a_second_at_least_and_28_days_at_most() -> None:
    """A back-off below 1 shortens the waits, but never to nothing; a large one does not lead past the longest execution."""
    shrinking = Retries((RetryPolicy((CAPACITY,), interval_seconds=3, backoff_rate=0.5, expire_after_min=1),), START)
    growing = Retries((RetryPolicy((CAPACITY,), interval_seconds=60, backoff_rate=1_000.0, max_attempts=4),), START)

    assert delays(shrinking, CAPACITY, 4) == [3_000, 1_500, 1_000, 1_000]
    assert delays(growing, CAPACITY, 4) == [MINUTE, 1_000 * MINUTE, 40_320 * MINUTE, 40_320 * MINUTE]


@given(
    policies=st.lists(
        st.builds(
            RetryPolicy,
            st.lists(st.sampled_from(EXCEPTION_TYPES), min_size=1).map(tuple),
            st.integers(1, 43_200),
            st.floats(0, 1_000, exclude_min=True),
            st.integers(0, 20),
        ),
    ).map(tuple),
    failures=st.lists(st.sampled_from((*EXCEPTION_TYPES, None)), max_size=200),
)
def test_the_retries_of_any_policies_come_to_an_end(policies: tuple[RetryPolicy, ...], failures: list[str | None]) -> None:
    """There are never more than all policies allow together, each after a second at least and 28 days at most."""
    retries = Retries(policies, START)
    waits = [wait for failure in failures if (wait := retries.delay(failure, START)) is not None]

    assert len(waits) <= sum(policy.max_attempts or 0 for policy in policies) + 10
    assert all(1_000 <= wait <= 28 * 24 * 60 * MINUTE for wait in waits)
