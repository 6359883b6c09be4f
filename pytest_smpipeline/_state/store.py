"""Everything the emulated service remembers, apart by account and region."""

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, NamedTuple

from pytest_smpipeline._state.changes import Change
from pytest_smpipeline._state.entities import ExecutionState, PipelineState, StepState
from pytest_smpipeline._state.transitions import ACTIVE
from pytest_smpipeline.values import JsonObject

_CREATION: Final = attrgetter("created", "number")


class Remembered(NamedTuple):
    """What a request with a ClientRequestToken asked for and what it was answered."""

    request: JsonObject
    answer: dict[str, object]


@dataclass(slots=True)
class Territory:
    """One account in one region: nothing in it is visible from another.

    ``journal`` takes the executions of all of them, and ``changes`` whatever changes its status. ``callbacks`` has the step
    that each callback token was made for. The pipelines are there three times, by name and in both orders in which they are
    listed: a page of a list then costs what it holds. ``entered`` counts all that ever were.
    """

    account_id: str
    region: str
    journal: list[ExecutionState]
    changes: list[Change]
    pipelines: dict[str, PipelineState] = field(default_factory=dict)
    by_name: list[PipelineState] = field(default_factory=list)
    by_creation: list[PipelineState] = field(default_factory=list)
    entered: int = 0
    executions: dict[str, ExecutionState] = field(default_factory=dict)
    tokens: dict[tuple[str, str], Remembered] = field(default_factory=dict)
    package_versions: dict[str, int] = field(default_factory=dict)
    callbacks: dict[str, tuple[ExecutionState, StepState]] = field(default_factory=dict)
    active: set[str] = field(default_factory=set)

    def enter(self, pipeline: PipelineState) -> None:
        """Take in a new pipeline, at its place in time: a test may set the wall clock back."""
        self.pipelines[pipeline.name] = pipeline
        insort(self.by_name, pipeline, key=attrgetter("name"))
        insort(self.by_creation, pipeline, key=_CREATION)
        self.entered += 1

    def add(self, execution: ExecutionState) -> None:
        """Enter a new execution into the histories of its pipeline and of its version."""
        self.add_past(execution)
        self.journal.append(execution)

    def add_past(self, execution: ExecutionState) -> None:
        """Enter an execution into the histories of its pipeline and of its version that the journal does not tell of."""
        execution.pipeline.history.enter(execution)
        execution.version.history.enter(execution)
        self.executions[execution.arn] = execution
        if execution.status in ACTIVE:
            self.active.add(execution.arn)

    def remove(self, pipeline: PipelineState) -> None:
        """Forget a pipeline and all its executions."""
        del self.pipelines[pipeline.name]
        del self.by_name[bisect_left(self.by_name, pipeline.name, key=attrgetter("name"))]
        del self.by_creation[bisect_left(self.by_creation, _CREATION(pipeline), key=_CREATION)]
        for execution in pipeline.executions:
            del self.executions[execution.arn]


class Store:
    """The territories of one mock, each made when first asked for.

    ``started`` are all their executions, oldest first, and ``changes`` all that changed the status of those and of their steps.
    """

    def __init__(self) -> None:
        """Start with nothing."""
        self.started: list[ExecutionState] = []
        self.changes: list[Change] = []
        self._territories: dict[tuple[str, str], Territory] = {}

    def territory(self, account_id: str, region: str) -> Territory:
        """Return what this account has in this region."""
        key = (account_id, region)
        if key not in self._territories:
            self._territories[key] = Territory(account_id, region, self.started, self.changes)
        return self._territories[key]

    def forget(self) -> None:
        """Forget what all accounts have; ``started`` goes on to tell what there was."""
        self._territories.clear()

    def is_active(self) -> bool:
        """Return whether an execution has not ended, whoever's it is."""
        for territory in self._territories.values():  # noqa: SIM110 # asked at every call, and any() takes three times as long
            if territory.active:
                return True
        return False

    def pipelines(self) -> list[PipelineState]:
        """Return all pipelines that are there, and those that executions were started of."""
        present = [pipeline for territory in self._territories.values() for pipeline in territory.by_name]
        return present + [execution.pipeline for execution in self.started]

    def names(self) -> set[str]:
        """Return the names of all pipelines that are there, and of those that executions were started of."""
        return {pipeline.name for pipeline in self.pipelines()}
