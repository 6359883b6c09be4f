"""The options every way in takes: one signature for fixture, marker, decorator and context manager."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias, TypedDict, cast

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.suggestions import choices, did_you_mean

Progress: TypeAlias = Literal["immediate", "poll", "manual"]
Wire: TypeAlias = Literal["express", "full"]

PROGRESS_MODES: Final = ("immediate", "poll", "manual")
WIRES: Final = ("express", "full")

# Quotas of an account as the service documents them; `limits` overrides them by these names.
DEFAULT_LIMITS: Final[Mapping[str, int]] = {"pipelines": 500, "concurrent_executions": 20}


class OptionKeywords(TypedDict, total=False):
    """The keywords of ``mock_smpipeline(...)`` and ``@pytest.mark.smpipeline(...)``."""

    region: str
    account_id: str
    progress: Progress
    virtual_sleep: bool
    strict: bool
    seed: int | str | None
    wire: Wire
    limits: Mapping[str, int] | None
    run_step_functions: bool
    moto_config: Mapping[str, object] | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How an activation behaves; every field is one keyword of the ways in."""

    region: str = "us-east-1"
    account_id: str = "123456789012"
    progress: Progress = "immediate"
    virtual_sleep: bool = False
    strict: bool = True
    seed: int | str | None = None
    wire: Wire = "express"
    limits: Mapping[str, int] | None = None
    run_step_functions: bool = False
    moto_config: Mapping[str, object] | None = None

    def limit(self, name: str) -> int:
        """Return the quota in force under this name of ``DEFAULT_LIMITS``."""
        return (self.limits or {}).get(name, DEFAULT_LIMITS[name])


OPTION_NAMES: Final = tuple(field.name for field in dataclasses.fields(Options))


def check_keywords(keywords: Mapping[str, object]) -> OptionKeywords:
    """Return the keywords unchanged when each names an option and holds a value that the option takes.

    Raises ``UsageError`` for the first that does not, with the valid choices.
    """
    for name, value in keywords.items():
        check = _CHECKS.get(name)
        if check is None:
            message = f"{name!r} is not an option.{did_you_mean(name, OPTION_NAMES)} Valid options: {choices(OPTION_NAMES)}."
            raise UsageError(message)
        complaint = check(value)
        if complaint:
            message = f"{name}={value!r} is not valid: {complaint}"
            raise UsageError(message)
    return cast("OptionKeywords", keywords)


def _is_region(value: object) -> str | None:
    if isinstance(value, str) and re.fullmatch(r"[a-z]{2,}(-[a-z]+)+-\d+", value):
        return None
    return "expected the name of an AWS region such as 'us-east-1'."


def _is_account(value: object) -> str | None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{12}", value):
        return None
    return "expected the twelve digits of an AWS account as a string, such as '123456789012'."


def _one_of(valid: tuple[str, ...]) -> "_Check":
    def check(value: object) -> str | None:
        if value in valid:
            return None
        hint = did_you_mean(value, valid) if isinstance(value, str) else ""
        return f"expected one of {choices(valid)}.{hint}"

    return check


def _is_bool(value: object) -> str | None:
    return None if isinstance(value, bool) else "expected True or False."


def _is_seed(value: object) -> str | None:
    if value is None or (isinstance(value, int | str) and not isinstance(value, bool)):
        return None
    return "expected an int, a str, or None for a seed taken from the test's name."


def _is_limits(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        return f"expected a mapping of quotas; their names: {choices(DEFAULT_LIMITS)}."
    for name, limit in value.items():
        if name not in DEFAULT_LIMITS:
            return f"{name!r} is not a quota; valid names: {choices(DEFAULT_LIMITS)}.{did_you_mean(str(name), DEFAULT_LIMITS)}"
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
            return f"the quota {name!r} takes a whole number of at least 0, not {limit!r}."
    return None


def _is_moto_config(value: object) -> str | None:
    if value is None or isinstance(value, Mapping):
        return None
    return "expected the mapping that moto.mock_aws takes as config, or None."


_Check: TypeAlias = "Callable[[object], str | None]"

_CHECKS: Final[Mapping[str, _Check]] = {
    "region": _is_region,
    "account_id": _is_account,
    "progress": _one_of(PROGRESS_MODES),
    "virtual_sleep": _is_bool,
    "strict": _is_bool,
    "seed": _is_seed,
    "wire": _one_of(WIRES),
    "limits": _is_limits,
    "run_step_functions": _is_bool,
    "moto_config": _is_moto_config,
}
