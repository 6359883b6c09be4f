"""The policies of a step: how often a failed attempt is repeated, and how old a reused result may be."""

import re
from typing import Final

from pytest_smpipeline._definition.nodes import CachePolicy, RetryPolicy
from pytest_smpipeline._definition.objects import ObjectReader
from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline._definition.wording import found, quoted
from pytest_smpipeline.outcomes import EXCEPTION_TYPES
from pytest_smpipeline.suggestions import choices

_CACHE_MEMBERS: Final = frozenset({"Enabled", "ExpireAfter"})
_RETRY_MEMBERS: Final = frozenset({"ExceptionType", "IntervalSeconds", "BackoffRate", "MaxAttempts", "ExpireAfterMin"})
_DEFAULT_ATTEMPTS: Final = 5
_DEFAULT_BACKOFF: Final = 2.0
_LARGEST_BACKOFF: Final = 1000
_DURATION: Final = re.compile(
    r"P?(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?"
    r"(?:T(?=.)(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?)?",
    re.IGNORECASE,
)
_DAY: Final = 24 * 60 * 60
# A year counts 365 days and a month 30: a length of time has no calendar to count in.
_UNIT_SECONDS: Final = (365 * _DAY, 30 * _DAY, 7 * _DAY, _DAY, 60 * 60, 60, 1)


def parse_duration(text: str) -> int | None:
    """Return the milliseconds of an ISO 8601 duration, or None when the text is none.

    Case does not matter and the leading ``P`` may be missing: ``PT1H``, ``30d``, ``T16m``, ``30dT5h``.
    """
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    return 1000 * sum(int(amount) * seconds for amount, seconds in zip(match.groups("0"), _UNIT_SECONDS, strict=True))


def read_cache_policy(step: ObjectReader, problems: Problems) -> CachePolicy | None:
    """Return the step's CacheConfig, or None without one."""
    config = step.object("CacheConfig")
    if config is None or not config.members(_CACHE_MEMBERS, ("Enabled",)):
        return None
    enabled = config.boolean("Enabled") or False
    text = config.string("ExpireAfter")
    age = None if text is None else parse_duration(text)
    if text is not None and age is None:
        message = f"'ExpireAfter' takes an ISO 8601 duration such as 'P30D' or 'PT1H', not {quoted(text)}."
        problems.add(config.place("ExpireAfter"), message)
    elif enabled and config.raw.get("ExpireAfter") is None:
        problems.add(config.path, "'ExpireAfter' is required when caching is enabled.")
    return CachePolicy(enabled, age)


def read_retry_policies(step: ObjectReader, problems: Problems) -> tuple[RetryPolicy, ...]:
    """Return the step's RetryPolicies, defaults filled in."""
    policies = [policy for policy in step.objects("RetryPolicies") if policy.members(_RETRY_MEMBERS, ("ExceptionType",))]
    return tuple([_read_retry_policy(policy, problems) for policy in policies])


def _read_retry_policy(policy: ObjectReader, problems: Problems) -> RetryPolicy:
    attempts = policy.whole_number("MaxAttempts", least=0, most=20)
    minutes = policy.whole_number("ExpireAfterMin", least=0, most=14_400)
    if attempts is not None and minutes is not None:
        problems.add(policy.path, "A retry policy takes either 'MaxAttempts' or 'ExpireAfterMin', not both.")
    interval = policy.whole_number("IntervalSeconds", least=1, most=43_200)
    return RetryPolicy(
        exception_types=_exception_types(policy, problems),
        interval_seconds=1 if interval is None else interval,
        backoff_rate=_backoff_rate(policy),
        max_attempts=_DEFAULT_ATTEMPTS if attempts is None and minutes is None else attempts,
        expire_after_min=minutes,
    )


def _exception_types(policy: ObjectReader, problems: Problems) -> tuple[str, ...]:
    single = policy.raw["ExceptionType"]
    named = [(single, policy.place("ExceptionType"))] if isinstance(single, str) else list(policy.items("ExceptionType"))
    types: list[str] = []
    for name, path in named:
        if not isinstance(name, str):
            problems.add(path, f"Expecting a string but found {found(name)}.")
        elif name not in EXCEPTION_TYPES:
            message = f"'ExceptionType' takes {choices(EXCEPTION_TYPES)}, not {quoted(name)}."
            problems.add(path, message, near=(name, EXCEPTION_TYPES))
        else:
            types.append(name)
    return tuple(types)


def _backoff_rate(policy: ObjectReader) -> float:
    rate = policy.raw.get("BackoffRate")
    if rate is None:
        return _DEFAULT_BACKOFF
    if isinstance(rate, int | float) and not isinstance(rate, bool) and 0 < rate <= _LARGEST_BACKOFF:
        return float(rate)
    policy.refuse("BackoffRate", f"a number above 0 and up to {_LARGEST_BACKOFF}")
    return _DEFAULT_BACKOFF
