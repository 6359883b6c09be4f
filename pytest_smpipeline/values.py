"""The plain values everything is made of: JSON and instants.

An instant is a whole number of milliseconds since the Unix epoch, the resolution of the service's own timestamps. Whole
numbers keep the engine exact: no drift in long runs, no ties broken by rounding.
"""

from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
JsonObject: TypeAlias = dict[str, Json]
Instant: TypeAlias = int
"""Milliseconds since the Unix epoch."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_datetime(instant: Instant) -> datetime:
    """Return the aware UTC datetime of an instant."""
    return _EPOCH + timedelta(milliseconds=instant)


def to_optional_datetime(instant: Instant | None) -> datetime | None:
    """Return the aware UTC datetime of an instant, or None for something that has not happened."""
    return None if instant is None else to_datetime(instant)


def to_instant(moment: datetime) -> Instant:
    """Return the instant of an aware datetime, cut to the millisecond.

    Raises ``TypeError`` for a naive datetime: subtracting it from an aware one has no meaning.
    """
    return (moment - _EPOCH) // _MILLISECOND


def to_milliseconds(duration: timedelta) -> int:
    """Return a duration in whole milliseconds."""
    return duration // _MILLISECOND
