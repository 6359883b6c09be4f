"""What is due and when: one heap over all executions, one for each, and the deadlines that may never be reached."""

import heapq
from collections.abc import Callable
from itertools import count
from typing import Final, TypeAlias, cast

from pytest_smpipeline.values import Instant

Task: TypeAlias = Callable[[Instant], None]


class Appointment:
    """A task that has been entered, and can be called off until it is done; None in its place says that it was the one or the other.

    Whoever keeps the appointment would keep the task in memory: a deadline lies here long after its execution has ended.
    """

    __slots__ = ("task",)

    def __init__(self, task: Task | None = None) -> None:
        """Hold the task; without one this stands for what is never due."""
        self.task = task

    def call_off(self) -> None:
        """Let the task never be done, nor count as due; for one that was done already this means nothing."""
        self.task = None


NEVER: Final = Appointment()
"""Stands for what is never due, for whoever has nothing to wait for."""

Entry: TypeAlias = tuple[Instant, int, Appointment]
"""When something is due, its number in the order of entry, and what is to be done."""


class Agenda:
    """The due tasks of one owner, such as an execution; they are put in order when somebody asks, which few executions see."""

    __slots__ = ("_tasks", "entered")

    def __init__(self) -> None:
        """Start with nothing due; what has been ``entered`` finds its place in the order later."""
        self.entered: list[Entry] = []
        self._tasks: list[Entry] = []

    @property
    def next_due(self) -> Instant | None:
        """The instant of the owner's first task; None when nothing is due."""
        for entry in self.entered:
            heapq.heappush(self._tasks, entry)
        self.entered.clear()
        return _first(self._tasks)


class Schedule:
    """The due tasks of all owners, in the order of their instants and, at one instant, of their entry.

    Deadlines stand apart: they hold when their instant is reached, but nobody moves time in order to reach one.
    """

    def __init__(self) -> None:
        """Start with nothing due."""
        self._heap: list[Entry] = []
        self._deadlines: list[Entry] = []
        self._numbers = count()

    @property
    def next_due(self) -> Instant | None:
        """The instant of the first task of all, deadlines left aside; None when nothing is due."""
        return _first(self._heap)

    def first_due_by(self, instant: Instant) -> Instant | None:
        """Return the instant of the first task or deadline that is due at ``instant`` or before; None when there is none."""
        due, deadline = _first(self._heap), _first(self._deadlines)
        first = deadline if due is None or (deadline is not None and deadline < due) else due
        return first if first is not None and first <= instant else None

    def enter(self, agenda: Agenda, due: Instant, task: Task) -> Appointment:
        """Let ``task`` be done at ``due``, unless it is called off; it is told that instant, whenever it is really done."""
        appointment = Appointment(task)
        entry = due, next(self._numbers), appointment
        agenda.entered.append(entry)
        heapq.heappush(self._heap, entry)
        return appointment

    def set_deadline(self, due: Instant, task: Task) -> Appointment:
        """Let ``task`` be done at ``due``, unless it is called off before time gets there."""
        appointment = Appointment(task)
        _first(self._deadlines)  # lets go of those that are over: no time reaches them
        heapq.heappush(self._deadlines, (due, next(self._numbers), appointment))
        return appointment

    def clear(self) -> None:
        """Forget all tasks and deadlines; none of them is ever done."""
        self._heap.clear()
        self._deadlines.clear()

    def pop(self) -> tuple[Instant, Task] | None:
        """Take what comes first out, with its instant; None when nothing is due.

        A task comes before a deadline at the same instant, and deadlines alone are nothing that is due.
        """
        heap, deadlines = self._heap, self._deadlines
        while heap:
            entry = heapq.heappop(heap)
            due, _, appointment = entry
            task = appointment.task
            if task is None:
                continue
            if deadlines and deadlines[0][0] < due and (deadline := _first(deadlines)) is not None and deadline < due:
                heapq.heappush(heap, entry)
                return self._pop_deadline()
            appointment.task = None
            return due, task
        return None

    def pop_by(self, instant: Instant) -> tuple[Instant, Task] | None:
        """Take what comes first out, a deadline too, with its instant; None when nothing is due by then."""
        if self.first_due_by(instant) is None:
            return None
        return self.pop() or self._pop_deadline()

    def _pop_deadline(self) -> tuple[Instant, Task]:
        """Take out the first deadline; it has just been found to be due."""
        due, _, appointment = heapq.heappop(self._deadlines)
        task = cast("Task", appointment.task)
        appointment.task = None
        return due, task


def _first(heap: list[Entry]) -> Instant | None:
    """Return the instant of what comes first, once what is over has been dropped."""
    while heap:
        due, _, appointment = heap[0]
        if appointment.task is not None:
            return due
        heapq.heappop(heap)
    return None
