"""The event bus: what changes here goes onto the default bus of its account and region in moto, and by users' rules to their targets."""

import inspect
import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

from pytest_smpipeline._doors.moto_events import Rule, Target, with_targets
from pytest_smpipeline._events.json_paths import NothingThereError, find
from pytest_smpipeline._events.status_events import status_events
from pytest_smpipeline._neighbours.invocations import invoke, is_invoked
from pytest_smpipeline._neighbours.reasons import reason_of
from pytest_smpipeline._neighbours.rules import Rules, event_backends
from pytest_smpipeline._state.changes import Change
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.undelivered import Undelivered
from pytest_smpipeline.options import Options
from pytest_smpipeline.values import JsonObject


class EventBus:
    """Where a service's events go."""

    def __init__(self, service: Service, rules: Rules) -> None:
        """Leave targets that are pipelines to ``rules``."""
        self._service = service
        self._rules = rules

    def deliver(self, changes: Sequence[Change], first: int) -> Iterator[Undelivered]:
        """Send the events of these changes to the targets of all rules that are about them; yield what moto could not do.

        ``first`` is the number of the first change, by which the ids of the events are told apart.
        """
        buses = {(account_id, region): _default_rules(backend) for account_id, region, backend in event_backends()}
        if not any(buses.values()):
            return
        for change, event in status_events(changes, lambda place: self._service.ids.event_id(first + place)):
            for rule in buses.get((str(event["account"]), str(event["region"])), ()):
                if self._rules.is_about(rule, event):
                    yield from self._send(rule, change, event)

    def _send(self, rule: Rule, change: Change, event: JsonObject) -> Iterator[Undelivered]:
        for target in list(rule.targets):
            if self._rules.is_ours(target):
                self._rules.start(rule, [target], event)
            else:
                problem = _sent(rule, target, event, change.at / 1000, self._service.options)
                if problem is not None:
                    what = f"event {change.status} of {'the execution' if change.step is None else 'step ' + change.step.step.name}"
                    yield Undelivered(what, f"target {target['Arn']} of rule {rule.name}", problem)


def _default_rules(backend: Any) -> list[Rule]:  # noqa: ANN401 # moto's
    bus = backend.event_buses.get("default")
    return list(bus.rules.values()) if bus else []


def _sent(rule: Rule, target: Target, event: JsonObject, time: float, options: Options) -> str | None:
    """Let moto send an event to one target; return why that is not possible, None when it was."""
    sender = cast("Any", with_targets(rule, [target]))
    sender.event_pattern = type(rule.event_pattern).load(None)  # it has been asked already, and knows fewer operators
    transforms = "InputTransformer" in target
    try:
        if is_invoked(str(target["Arn"])):
            return invoke(str(target["Arn"]), json.dumps(_invocation_input(target, event, time)), options)
        if "transform_input" not in inspect.signature(sender.send_to_targets).parameters:
            sender.send_to_targets(event | {"time": time})  # an older moto
        elif transforms:
            sender.send_to_targets(event | {"time": time, "ingestion-time": time})
        else:
            sender.send_to_targets(_input(target, event, event | {"time": time}), transform_input=False)  # moto writes the time itself
    except NotImplementedError:
        return "moto does not send events to targets of this kind."
    except Exception as error:  # noqa: BLE001 # moto's errors have no class in common
        return reason_of(error)
    return None


def _input(target: Target, event: JsonObject, whole: JsonObject) -> Any:  # noqa: ANN401 # whatever the target asks for
    """Return the constant or the part of the event that a target asks for, and by default ``whole``."""
    if target.get("Input"):
        return json.loads(target["Input"])
    path = target.get("InputPath") or "$"
    try:
        return whole if path == "$" else find(event, path)
    except NothingThereError as error:
        raise ValueError(str(error)) from None


def _invocation_input(target: Target, event: JsonObject, time: float) -> Any:  # noqa: ANN401 # whatever the target asks for
    """Return what a state machine or a function gets, as moto's transformer makes it if there is one."""
    transformer = target.get("InputTransformer")
    if transformer is None:
        return _input(target, event, event)
    from moto.events.utils import EventTemplateParser

    paths = transformer.get("InputPathsMap", {})
    moto_event: Any = event | {"ingestion-time": time}
    return EventTemplateParser.parse(input_template=transformer["InputTemplate"], input_paths_map=paths, event=moto_event)
