"""The door in moto's EventBridge: targets that are pipelines, and rules and schedules as they come into being.

moto sends events to a few kinds of targets and raises at all others; nothing in it goes off at a time. The patches lie on the
classes of ``moto.events.models`` and ``moto.scheduler.models``, from the moment at which somebody else has imported them.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

from pytest_smpipeline._doors.imports import imported
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo

Target: TypeAlias = Mapping[str, Any]
"""A target of a rule or a schedule, as the API takes it."""


class Rule(Protocol):
    """``moto.events.models.Rule``."""

    name: str
    arn: str
    state: str
    account_id: str
    region_name: str
    targets: list[Target]
    scheduled_expression: str | None
    event_pattern: Any


class RuleKeeper(Protocol):
    """Who takes care of what moto's rules and schedules can't do themselves."""

    def is_ours(self, target: Target, /) -> bool:
        """Return whether a target is one that moto does not know: a pipeline."""
        ...

    def send(self, rule: Rule, targets: Sequence[Target], event: Mapping[str, Any], /) -> None:
        """Send an event to those of a rule's targets that moto does not know, if the rule is about it."""
        ...

    def note(self, clockwork: object, /) -> None:
        """Take note that a rule or a schedule has come into being or has changed, right now."""
        ...


RULES: Final = "moto.events.models"
SCHEDULES: Final = "moto.scheduler.models"


def open_rules(keeper: RuleKeeper, undo: Undo) -> None:
    """Put our methods on moto's rules until ``undo`` runs."""

    def send_to_targets(rule: Rule, event: "Mapping[str, Any]", *arguments: object, **keywords: object) -> None:
        ours = [target for target in rule.targets if keeper.is_ours(target)]
        if ours:
            keeper.send(rule, ours, event)
            rule = with_targets(rule, [target for target in rule.targets if target not in ours])
        seam.beneath(rule, event, *arguments, **keywords)

    rules = imported(RULES, "Rule")
    seam: Seam[Callable[..., None]] = Seam(rules, "send_to_targets", send_to_targets)
    seam.open(undo)
    vars(send_to_targets)["__wrapped__"] = seam.beneath  # whoever asks what it takes hears what moto's takes
    _notice(keeper, rules, "__init__", undo)


def open_schedules(keeper: RuleKeeper, undo: Undo) -> None:
    """Put our methods on moto's schedules until ``undo`` runs."""
    schedules = imported(SCHEDULES, "Schedule")
    _notice(keeper, schedules, "__init__", undo)
    _notice(keeper, schedules, "update", undo)


def _notice(keeper: RuleKeeper, owner: object, method: str, undo: Undo) -> None:
    """Let the keeper know whenever this method of an object has been called."""

    def call(clockwork: object, *arguments: object, **keywords: object) -> None:
        seam.beneath(clockwork, *arguments, **keywords)
        keeper.note(clockwork)

    seam: Seam[Callable[..., None]] = Seam(owner, method, call)
    seam.open(undo)


def with_targets(rule: Rule, targets: list[Target]) -> Rule:
    """Return a rule like this one with other targets."""
    other = copy.copy(rule)
    other.targets = targets
    return other
