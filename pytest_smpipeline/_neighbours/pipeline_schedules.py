"""Schedules in moto: those of EventBridge Scheduler, and rules with a schedule, start pipelines when their time has come."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from pytest_smpipeline._doors.moto_service import is_awake
from pytest_smpipeline._events.invalid import InvalidScheduleError
from pytest_smpipeline._events.schedules import Plan, parse_schedule
from pytest_smpipeline._events.status_events import event_time
from pytest_smpipeline._neighbours.pipeline_targets import call, is_pipeline, operation_of, start_request
from pytest_smpipeline._neighbours.rules import Rules, backends, event_backends
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.messages import Request
from pytest_smpipeline.values import Instant, JsonObject

_EARLIEST: Final = -1 << 62


@dataclass(slots=True)
class _Clockwork:
    """A schedule that is enabled: its plan, the instant by which it has gone off, and what it does then."""

    owner: Any
    since: Instant
    plan: Plan | None
    next: Instant | None
    go_off: Callable[[Instant, bool], None]


class Schedules:
    """All schedules in moto that have something of SageMaker as their target: a timer of the service."""

    def __init__(self, service: Service, rules: Rules) -> None:
        """Know of no schedule yet."""
        self._service = service
        self._rules = rules
        self._clockworks: dict[int, _Clockwork] = {}

    def due_by(self, instant: Instant) -> Instant | None:
        """Return the first instant up to this one at which a schedule has to go off and has not."""
        dues = (each.next for each in self._wound_up())
        return min((due for due in dues if due is not None and due <= instant), default=None)

    def is_due_between(self, first: Instant, last: Instant) -> bool:
        """Return whether a schedule is due within this time."""
        if not (self._clockworks or is_awake()):  # asked at every call, of which few have anything to do with schedules
            return False
        for each in self._wound_up():
            if each.plan is not None and each.next is not None and each.next <= last:
                due = each.next if each.next >= first else each.plan.due_after(first - 1)
                if due is not None and due <= last:
                    return True
        return False

    def go_off(self, due: Instant) -> None:
        """Let the schedules that are due at this instant do what they are there for."""
        for each in self._wound_up():
            if each.plan is not None and each.next is not None and each.next <= due:
                each.next = each.plan.due_after(each.next)
                each.go_off(due, each.next is None)

    def _wound_up(self) -> list[_Clockwork]:
        """Return all schedules that are enabled now; one that is new or has changed starts from when it did."""
        known, self._clockworks = self._clockworks, {}
        for owner, wind_up in self._enabled():
            since = self._rules.since(owner)
            before = known.get(id(owner))
            fresh = before is None or before.owner is not owner or before.since != since
            self._clockworks[id(owner)] = self._wind_up(owner, since, wind_up) if fresh or before is None else before
        return list(self._clockworks.values())

    def _wind_up(self, owner: Any, since: Instant, wind_up: "_WindUp") -> _Clockwork:  # noqa: ANN401 # moto's
        plan = None
        try:
            plan = wind_up.plan(since)
        except InvalidScheduleError as error:
            self._rules.tell_once(f"schedule {wind_up.arn}", "any target", f"{error}.")
        return _Clockwork(owner, since, plan, None if plan is None else plan.due_after(_EARLIEST), wind_up.go_off)

    def _enabled(self) -> "Iterator[tuple[Any, _WindUp]]":
        for _, _, backend in backends("moto.scheduler.models", "scheduler_backends"):
            for group in list(backend.schedule_groups.values()):
                for schedule in list(group.schedules.values()):
                    arn = str(schedule.target.get("Arn"))
                    if schedule.state == "ENABLED" and (is_pipeline(arn) or operation_of(arn)):
                        yield schedule, _Schedule(self._service, group, schedule)
        for account_id, region, backend in event_backends():
            for rule in [rule for bus in list(backend.event_buses.values()) for rule in list(bus.rules.values())]:
                if rule.scheduled_expression and rule.state != "DISABLED" and any(self._rules.is_ours(target) for target in rule.targets):
                    yield rule, _ScheduledRule(self._service, self._rules, rule, account_id, region)


class _Schedule:
    """A schedule of EventBridge Scheduler."""

    def __init__(self, service: Service, group: Any, schedule: Any) -> None:  # noqa: ANN401 # moto's
        self._service = service
        self._group = group
        self._schedule = schedule
        self.arn: str = schedule.arn

    def plan(self, since: Instant) -> Plan:
        schedule = self._schedule
        zone = _zone(schedule.schedule_expression_timezone or "UTC")
        return Plan(parse_schedule(schedule.schedule_expression), zone, since, _moment(schedule.start_date), _moment(schedule.end_date))

    def go_off(self, due: Instant, is_last: bool) -> None:  # noqa: FBT001 # told by whoever keeps the plan
        schedule, target = self._schedule, self._schedule.target
        if is_last and getattr(schedule, "action_after_completion", None) == "DELETE":
            self._group.schedules.pop(schedule.name, None)
        told_by = f"{self.arn} {due}"
        text = str(target.get("Input") or "{}")
        known = {"schedule-arn": self.arn, "scheduled-time": event_time(due), "execution-id": self._service.ids.event_id(told_by)}
        for name, value in (known | {"attempt-number": "1"}).items():
            text = text.replace(f"<aws.scheduler.{name}>", value)
        operation = operation_of(str(target["Arn"]))
        event: JsonObject = {"detail-type": "Scheduled Event", "resources": [self.arn], "time": event_time(due)}
        if operation is None:
            request: Request | str = start_request(self._service, target, event, told_by)
        else:
            _, _, _, region, account_id, _ = self.arn.split(":", 5)
            request = Request(operation, _with_token(text, self._service.ids.event_id(told_by)), region, account_id)
        refused = call(self._service, target, request, event)
        if refused is not None:
            self._service.undelivered.append(refused)


class _ScheduledRule:
    """A rule with a schedule, which is always in UTC."""

    def __init__(self, service: Service, rules: Rules, rule: Any, account_id: str, region: str) -> None:  # noqa: ANN401 # moto's
        self._service = service
        self._rules = rules
        self._rule = rule
        self._account_id = account_id
        self._region = region
        self.arn: str = rule.arn

    def plan(self, since: Instant) -> Plan:
        return Plan(parse_schedule(self._rule.scheduled_expression, strict_units=True), UTC, since, at_once=False)

    def go_off(self, due: Instant, is_last: bool) -> None:  # noqa: ARG002, FBT001 # a rule stays
        event: JsonObject = {
            "version": "0",
            "id": self._service.ids.event_id(f"{self.arn} {due}"),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": self._account_id,
            "time": event_time(due),
            "region": self._region,
            "resources": [self.arn],
            "detail": {},
        }
        self._rules.start(self._rule, [target for target in self._rule.targets if self._rules.is_ours(target)], event)


_WindUp = _Schedule | _ScheduledRule


def _zone(name: str) -> tzinfo:
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InvalidScheduleError(
            f"this machine knows no time zone {name!r}; without zones of its own it needs the package tzdata"
        ) from None


def _moment(seconds: float | None) -> Instant | None:
    """Return the instant of a date as moto keeps it, in seconds since 1970."""
    return None if seconds is None else int(seconds * 1000)


def _with_token(text: str, token: str) -> str:
    """Return a request with a ClientRequestToken, which the SDK fills in too; what is no object is refused by the service."""
    try:
        body = json.loads(text)
    except ValueError:
        return text
    return json.dumps({"ClientRequestToken": token} | body) if isinstance(body, dict) else text
