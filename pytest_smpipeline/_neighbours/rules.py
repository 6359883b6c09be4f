"""EventBridge rules in moto: which events they are about, and what they do that moto does not."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

from pytest_smpipeline._doors.moto_events import Rule, Target
from pytest_smpipeline._doors.moto_service import is_awake
from pytest_smpipeline._events.patterns import InvalidPatternError, parse_pattern
from pytest_smpipeline._events.status_events import event_time
from pytest_smpipeline._neighbours.pipeline_targets import as_list, call, is_pipeline, start_request
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.undelivered import Undelivered
from pytest_smpipeline.values import Instant, JsonObject

_ENVELOPE: Final = ("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "replay-name")

LONGEST_CHAIN: Final = 100
"""How many executions may start one another by rules where nobody moves time."""


class Rules:
    """What a service does for the rules and schedules that are in moto."""

    def __init__(self, service: Service) -> None:
        """Start pipelines of ``service``."""
        self._service = service
        self._depths: dict[str, int] = {}
        self._noted: WeakKeyDictionary[object, Instant] = WeakKeyDictionary()

    def is_ours(self, target: Target) -> bool:
        """Return whether a target is a pipeline."""
        return is_pipeline(str(target.get("Arn")))

    def send(self, rule: Rule, targets: Sequence[Target], event: Mapping[str, Any]) -> None:
        """Start the pipelines among a rule's targets if it is about this event of moto's; whoever put it sees nothing of it."""
        plain = plain_event(event)
        if self.is_about(rule, plain):
            self.start(rule, targets, plain)

    def start(self, rule: Rule, targets: Sequence[Target], event: JsonObject) -> None:
        """Start the pipelines that are these targets of a rule, for one event.

        Rules that start pipelines in a circle never come to an end; where each start runs at once, the circle is broken and told.
        """
        depth = 1 + max((self._depths.get(str(arn), 0) for arn in as_list(event.get("resources"))), default=0)
        if depth > LONGEST_CHAIN and self._service.options.progress == "immediate":
            reason = f"each of {LONGEST_CHAIN} executions was started at an event of the one before, and so on without end."
            self.tell_once(f"event of a circle of rule {rule.name}", "its target", reason)
            return
        started = self._service.store.started
        for target in targets:
            before = len(started)
            request = start_request(self._service, target, event, f"{rule.arn} {target.get('Id')} {event.get('id')}")
            refused = call(self._service, target, request, event)
            if refused is not None:
                self._service.undelivered.append(refused)
            self._depths |= {execution.arn: depth for execution in started[before:]}

    def is_about(self, rule: Rule, event: JsonObject) -> bool:
        """Return whether a rule sends an event on: it is enabled and has a pattern, which matches.

        moto takes patterns that AWS refuses; they match nothing, and are told once.
        """
        text = rule.event_pattern.dump()
        if not text or rule.state == "DISABLED":  # moto takes a rule without a pattern, which has a schedule, to match everything
            return False
        try:
            return parse_pattern(text).matches(event)
        except InvalidPatternError as error:
            self.tell_once(f"rule {rule.name}", "any event", f"AWS refuses its pattern: {error}.")
            return False

    def tell_once(self, what: str, to: str, reason: str) -> None:
        """Tell of something that is wrong with a rule or a schedule at all times."""
        told = self._service.undelivered
        if not any((each.what, each.reason) == (what, reason) for each in told):
            told.append(Undelivered(what, to, reason))

    def note(self, clockwork: object) -> None:
        """Remember since when a rule or a schedule stands as it is."""
        self._noted[clockwork] = self._service.clock.now()

    def since(self, clockwork: object) -> Instant:
        """Return since when a rule or a schedule stands as it is: since now for one that nobody has seen coming."""
        return self._noted.setdefault(clockwork, self._service.clock.now())


def event_backends() -> Iterator[tuple[str, str, Any]]:
    """Yield account, region and backend of all EventBridges of moto; none before something has imported them, and while moto sleeps."""
    yield from backends("moto.events.models", "events_backends")


def backends(module: str, name: str) -> Iterator[tuple[str, str, Any]]:
    """Yield account, region and backend of all that moto has of one service, without making any."""
    found: Mapping[str, Mapping[str, Any]] = getattr(sys.modules.get(module), name, {}) if is_awake() else {}
    for account_id, regions in list(found.items()):
        for region, backend in list(regions.items()):
            yield account_id, region, backend


def plain_event(event: Mapping[str, Any]) -> JsonObject:
    """Return an event of moto's as a target on AWS would see it: its time as text, and nothing of moto's own."""
    plain = {name: event[name] for name in _ENVELOPE if name in event}
    if isinstance(plain.get("time"), int | float):
        plain["time"] = event_time(int(plain["time"] * 1000))
    return plain
