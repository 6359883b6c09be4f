"""The retries of a step that its retry policies allow, and how long each waits.

Rules: developer guide, "Retry Policy for Pipeline Steps". Its sentences are those of Step Functions' retriers, and what it leaves
open is taken from there: the first policy that names the exception type decides, and each policy keeps one count for all its types.
"""

from dataclasses import replace
from typing import Final

from pytest_smpipeline._definition.nodes import RetryPolicy, Step
from pytest_smpipeline.values import Instant

_SECOND: Final = 1_000
_MINUTE: Final = 60 * _SECOND

# SDK documentation, "Retry Policy": service faults and throttling are retried "regardless of pipeline step type by default", with
# growing intervals that begin with a second. How often is unknown: as often as a policy that says nothing of it.
_DEFAULTS: Final = (
    RetryPolicy(("Step.SERVICE_FAULT",), max_attempts=5),
    RetryPolicy(("Step.THROTTLING",), max_attempts=5),
)

_RETRIED_INSIDE: Final = frozenset({"Tuning", "AutoML"})
"""The types whose jobs repeat internal errors themselves, so that a policy for these does nothing."""

# A back-off below 1 would end in retries that take no time at all, and a large one in instants that no calendar has.
_SHORTEST: Final = _SECOND
_LONGEST: Final = 28 * 24 * 60 * _MINUTE


class Retries:
    """How often one run of a step may still be repeated, and after which wait.

    ``first_started`` is when its first attempt started: what ExpireAfterMin counts from.
    """

    __slots__ = ("_first_started", "_policies", "_taken", "_waits")

    def __init__(self, policies: tuple[RetryPolicy, ...], first_started: Instant) -> None:
        """Begin with every retry of these policies, and of those that the service has by default."""
        self._policies = (*policies, *_DEFAULTS)
        self._first_started = first_started
        self._taken = [0] * len(self._policies)
        self._waits = [float(policy.interval_seconds * _SECOND) for policy in self._policies]

    def covers(self, exception_type: str | None) -> bool:
        """Tell whether a policy names this exception type, one that never retries and the default ones included."""
        return self._deciding(exception_type) is not None

    def delay(self, exception_type: str | None, now: Instant) -> int | None:
        """Return the milliseconds until the attempt that follows a failure at ``now``, and count it; None when there is none.

        ``exception_type`` None is a failure that no policy can name.
        """
        index = self._deciding(exception_type)
        if index is None or not self._allows(index, now):
            return None
        wait = self._waits[index]
        self._taken[index] += 1
        self._waits[index] = min(wait * self._policies[index].backoff_rate, float(_LONGEST))
        return max(_SHORTEST, round(wait))

    def _deciding(self, exception_type: str | None) -> int | None:
        named = (index for index, policy in enumerate(self._policies) if exception_type in policy.exception_types)
        return next(named, None)

    def _allows(self, index: int, now: Instant) -> bool:
        policy = self._policies[index]
        if policy.expire_after_min is not None:
            return policy.expire_after_min > 0 and now - self._first_started <= policy.expire_after_min * _MINUTE
        return self._taken[index] < (policy.max_attempts or 0)


def retries_of(step: Step, first_started: Instant) -> Retries:
    """Return the retries of a run of this step whose first attempt started then.

    Jobs of Tuning and AutoML steps repeat internal errors by themselves: no policy does it for them.
    """
    policies = step.retry_policies
    if policies and step.type in _RETRIED_INSIDE:
        policies = tuple([_without_internal_errors(policy) for policy in policies])
    return Retries(policies, first_started)


def _without_internal_errors(policy: RetryPolicy) -> RetryPolicy:
    kept = [name for name in policy.exception_types if name != "SageMaker.JOB_INTERNAL_ERROR"]
    return replace(policy, exception_types=tuple(kept))
