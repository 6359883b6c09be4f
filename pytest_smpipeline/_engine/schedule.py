"""What is due and when: one heap over all executions, and one for each."""

import heapq
from collections.abc import Callable
from itertools import count
from typing import TypeAlias

from pytest_smpipeline.values import Instant

Task: TypeAlias = Callable[[Instant], None]


class Agenda:
    """The due tasks of one owner, such as an execution."""

    __slots__ = ("_tasks",)

    def __init__(self) -> None:
        """Start with nothing due."""
        self._tasks: list[tuple[Instant, int, Task]] = []

    @property
    def next_due(self) -> Instant | None:
        """The instant of the owner's first task; None when nothing is due."""
        return self._tasks[0][0] if self._tasks else None

    def push(self, due: Instant, number: int, task: Task) -> None:
        """Enter a task."""
        heapq.heappush(self._tasks, (due, number, task))

    def pop(self) -> Task:
        """Take the first task out."""
        return heapq.heappop(self._tasks)[2]


class Schedule:
    """The due tasks of all owners, in the order of their instants and, at one instant, of their entry."""

    def __init__(self) -> None:
        """Start with nothing due."""
        self._heap: list[tuple[Instant, int, Agenda]] = []
        self._numbers = count()

    @property
    def next_due(self) -> Instant | None:
        """The instant of the first task of all; None when nothing is due."""
        return self._heap[0][0] if self._heap else None

    def enter(self, agenda: Agenda, due: Instant, task: Task) -> None:
        """Let ``task`` be done at ``due``; it is told that instant, whenever it is really done."""
        number = next(self._numbers)
        agenda.push(due, number, task)
        heapq.heappush(self._heap, (due, number, agenda))

    def pop(self) -> tuple[Instant, Task]:
        """Take the first task of all out, with its instant."""
        due, _, agenda = heapq.heappop(self._heap)
        return due, agenda.pop()
