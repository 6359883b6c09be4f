"""Jobs: what steps have made stands in moto's SageMaker whenever somebody looks there, and is not made before.

A run that nobody inspects never pays for it, and moto is not woken: ``bring_up`` is called just before moto answers.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from pytest_smpipeline._neighbours.imprints import imprint
from pytest_smpipeline._neighbours.job_descriptions import Made, arn_of, begins, describe, has_ended, key_of, values_of
from pytest_smpipeline._neighbours.moto_resources import RESOURCES, MotoResource, backend_of, find, make
from pytest_smpipeline._neighbours.reasons import reason_of
from pytest_smpipeline._state.changes import Change
from pytest_smpipeline._state.entities import StepState
from pytest_smpipeline._wire import service_model
from pytest_smpipeline._wire.undelivered import Undelivered

Place: TypeAlias = tuple[str, str]
"""An account and a region."""

_LACKING: Final = "moto {} has nothing of this kind."


class Jobs:
    """Brings moto up to date with changes that it has not seen; ``made`` is what has come of them, by ARN."""

    def __init__(self, changes: Sequence[Change], undelivered: list[Undelivered]) -> None:
        """Follow ``changes``, a list that grows, and enter into ``undelivered`` what moto does not take."""
        self.made: dict[str, Made] = {}
        self._changes = changes
        self._undelivered = undelivered
        self._first = self._seen = 0
        self._stores: dict[Place, object] = {}
        self._refused: set[str] = set()

    def bring_up(self) -> None:
        """Let moto have all that steps have made by now, as it stands now."""
        for place in self._emptied():
            self.made = {arn: made for arn, made in self.made.items() if _place(arn) != place}
            self._reflect(change for change in self._changes[self._first : self._seen] if _place(change.execution.arn) == place)
        news = self._changes[self._seen :]
        self._seen += len(news)
        self._reflect(news)

    def forget(self) -> None:
        """Follow only what changes from now on: what was before has been forgotten, and does not come back into an emptied moto."""
        self._first = self._seen = len(self._changes)
        self.made.clear()
        self._stores.clear()

    def _emptied(self) -> list[Place]:
        """Return where moto has been reset, and has forgotten what was in it."""
        return [place for place, store in self._stores.items() if backend_of(*place).training_jobs is not store]

    def _reflect(self, changes: Iterable[Change]) -> None:
        for change in changes:
            arn = arn_of(change)
            # What is reused has been made by another execution.
            step = change.step
            if step is None or arn is None or change.cache_source is not None or arn in self._refused:
                continue
            problem = self._problem_of(change, step, arn)
            if problem is not None:
                self._refused.add(arn)
                what = f"{arn.rpartition(':')[2]} of step {step.step.name}"
                self._undelivered.append(Undelivered(what, "SageMaker in moto", problem))

    def _problem_of(self, change: Change, step: StepState, arn: str) -> str | None:
        """Let moto tell what a change brought; return why it can't, None when it does."""
        resource = RESOURCES.get(arn.split(":")[5].partition("/")[0])
        try:
            known = resource is not None and self._reflected(change, step, arn, resource)
        except Exception as error:  # noqa: BLE001 # moto's errors have no class in common
            return reason_of(error)
        return None if known else _LACKING.format(sys.modules["moto"].__version__)

    def _reflected(self, change: Change, step: StepState, arn: str, resource: MotoResource) -> bool:
        """Return whether moto knows such resources; this one it knows then as the change left it."""
        known = self.made.get(arn)
        if known is not None and not begins(known, change):
            return known.ended is not None or self._told(known, change, find(self._backend(arn), resource, known.key))
        key = key_of(change, resource, arn)
        if key is None:
            return True
        made = Made(change.execution, step, arn, resource, key, change.at)
        backend = self._backend(arn)
        found = find(backend, resource, key) or make(backend, resource, key, values_of(made, change))
        if found is None:
            return False
        self.made[arn] = made
        return self._told(made, change, found)

    def _told(self, made: Made, change: Change, found: object | None) -> bool:
        resource, described = made.resource, describe(made, change)
        # Whoever has deleted a resource in between does not get it back.
        if found is not None:
            imprint(found, described, service_model.current().output_shape(resource.describe_call), f"{resource.noun}Arn", resource.kept)
        made.ended = change.at if has_ended(change) else None
        made.status = str(described.get(f"{resource.noun}Status"))
        return True

    def _backend(self, arn: str) -> object:
        place = _place(arn)
        backend = backend_of(*place)
        self._stores[place] = backend.training_jobs
        return backend


def _place(arn: str) -> Place:
    _, _, _, region, account_id, *_ = arn.split(":")
    return account_id, region
