"""When an execution of the past ran: as told, and where nothing is told so that it fits the steps and the history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pytest_smpipeline._engine.past_steps import PastStep, Stretch
from pytest_smpipeline._engine.runner import TIME_LIMIT
from pytest_smpipeline._state.entities import PipelineState
from pytest_smpipeline._state.transitions import ENDED_STEP
from pytest_smpipeline.outcomes import CacheHit, Hold, Reject
from pytest_smpipeline.suggestions import choices
from pytest_smpipeline.values import Instant, to_datetime, to_instant

_SECOND: Final = 1_000
_MINUTE: Final = 60 * _SECOND
_USUAL_LENGTH: Final = 10 * _MINUTE
"""How long an execution took of whose steps nothing is told."""


@dataclass(frozen=True, slots=True)
class Times:
    """The times that are told of an execution; ``active`` says that it has not ended."""

    started: datetime | None
    ended: datetime | None
    active: bool

    def problems(self, now: Instant) -> Iterator[str]:
        """Yield what is wrong with them."""
        unfit = [*_unfit("started", self.started, now), *_unfit("ended", self.ended, now)]
        yield from unfit
        if self.active and self.ended is not None:
            yield "ended= is given, but an execution with this status has not ended. Leave it out."
        elif not unfit:
            yield from self._problems_of_length(now)

    def _problems_of_length(self, now: Instant) -> Iterator[str]:
        started, ended = _instant(self.started), _instant(self.ended)
        end = now if ended is None and self.active else ended
        if started is None or end is None:
            return
        if end < started:
            yield f"ended={self.ended} lies before started={self.started}."
        elif end - started > TIME_LIMIT:
            yield f"started={self.started} is too early: an execution ends after 672 hours at the latest."


def when(
    pipeline: PipelineState, times: Times, steps: Mapping[str, PastStep], stretches: Mapping[str, Stretch], now: Instant
) -> tuple[Instant, Instant | None]:
    """Return when an execution started and ended; one that is active has no end.

    Where nothing is told it takes as long as its steps and ended a minute ago, and started after those already in the history.
    """
    length = needed(steps, stretches) or _USUAL_LENGTH
    started, ended = _instant(times.started), _instant(times.ended)
    if started is None:
        started = _usual_start(pipeline, now, length) if ended is None else ended - length
    if times.active:
        return started, None
    return started, min(started + length, now) if ended is None else ended


def needed(steps: Mapping[str, PastStep], stretches: Mapping[str, Stretch]) -> int:
    """Return how long it took until these steps stood as they do."""
    return max((each.end if steps[name].status in ENDED_STEP else each.start for name, each in stretches.items()), default=0)


def length_problems(steps: Mapping[str, PastStep], stretches: Mapping[str, Stretch], length: int) -> Iterator[str]:
    """Yield why an execution of this length can't have had these steps: it was too short, and the test says how long one took."""
    usual = needed(steps, stretches)
    told = [name for name, step in steps.items() if _duration(step) is not None]
    if usual > length and told:
        yield (
            f"the steps take {timedelta(milliseconds=usual)}, but between started and ended, or now, there is only "
            f"{timedelta(milliseconds=length)}. Move these apart, or shorten the durations of {choices(told)}."
        )


def fitted(steps: Mapping[str, PastStep], stretches: Mapping[str, Stretch], length: int) -> dict[str, Stretch]:
    """Return the stretches, shortened alike where their execution was too short for them."""
    usual = needed(steps, stretches)
    if usual <= length:
        return dict(stretches)
    return {name: Stretch(each.start * length // usual, each.end * length // usual) for name, each in stretches.items()}


def _usual_start(pipeline: PipelineState, now: Instant, length: int) -> Instant:
    last = pipeline.last_run
    usual = now - length - _MINUTE
    return usual if last is None else min(now, max(usual, last + _SECOND))


def _duration(step: PastStep) -> timedelta | None:
    return None if isinstance(step.outcome, Hold | Reject | CacheHit) else step.outcome.duration


def _unfit(keyword: str, moment: object, now: Instant) -> Iterator[str]:
    if moment is None:
        return
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        yield f"{keyword}={moment!r} is not valid: expected an aware datetime, such as datetime(2026, 11, 22, tzinfo=UTC)."
    elif to_instant(moment) > now:
        yield f"{keyword}={moment} lies in the future: it is {to_datetime(now)}."


def _instant(moment: datetime | None) -> Instant | None:
    return None if moment is None else to_instant(moment)
