"""What is due and when: one heap over all executions, and one for each."""

import heapq
from collections.abc import Callable
from itertools import count
from typing import TypeAlias

from pytest_smpipeline.values import Instant

Task: TypeAlias = Callable[[Instant], None]


class Appointment:
    """A task that has been entered, and can be called off until it is done."""

    __slots__ = ("called_off", "task")

    def __init__(self, task: Task) -> None:
        """Hold the task."""
        self.task = task
        self.called_off = False

    def call_off(self) -> None:
        """Let the task never be done, nor count as due; for one that was done already this means nothing."""
        self.called_off = True


class Agenda:
    """The due tasks of one owner, such as an execution."""

    __slots__ = ("_tasks",)

    def __init__(self) -> None:
        """Start with nothing due."""
        self._tasks: list[tuple[Instant, int, Appointment]] = []

    @property
    def next_due(self) -> Instant | None:
        """The instant of the owner's first task; None when nothing is due."""
        while self._tasks and self._tasks[0][2].called_off:
            heapq.heappop(self._tasks)
        return self._tasks[0][0] if self._tasks else None

    def push(self, due: Instant, number: int, appointment: Appointment) -> None:
        """Enter a task."""
        heapq.heappush(self._tasks, (due, number, appointment))

    def pop(self) -> None:
        """Take the first task out that was not called off."""
        while self._tasks[0][2].called_off:
            heapq.heappop(self._tasks)
        heapq.heappop(self._tasks)


class Schedule:
    """The due tasks of all owners, in the order of their instants and, at one instant, of their entry."""

    def __init__(self) -> None:
        """Start with nothing due."""
        self._heap: list[tuple[Instant, int, Appointment, Agenda]] = []
        self._numbers = count()

    @property
    def next_due(self) -> Instant | None:
        """The instant of the first task of all; None when nothing is due."""
        while self._heap and self._heap[0][2].called_off:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def enter(self, agenda: Agenda, due: Instant, task: Task) -> Appointment:
        """Let ``task`` be done at ``due``, unless it is called off; it is told that instant, whenever it is really done."""
        number, appointment = next(self._numbers), Appointment(task)
        agenda.push(due, number, appointment)
        heapq.heappush(self._heap, (due, number, appointment, agenda))
        return appointment

    def pop(self) -> tuple[Instant, Task]:
        """Take the first task of all out, with its instant; whoever asks has seen in ``next_due`` that there is one."""
        due, _, appointment, agenda = heapq.heappop(self._heap)
        agenda.pop()
        return due, appointment.task
