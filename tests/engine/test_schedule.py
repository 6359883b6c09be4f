"""The schedule: what is due first, over all owners and for each."""

from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline._engine.schedule import Agenda, Schedule
from pytest_smpipeline.values import Instant


def test_nothing_is_due_at_first() -> None:
    """An empty schedule and an empty agenda have no next instant."""
    assert (Schedule().next_due, Agenda().next_due) == (None, None)


def test_tasks_of_one_instant_keep_the_order_of_their_entry() -> None:
    """Ties are never broken by anything but who came first."""
    schedule, done = Schedule(), list[str]()
    for name in "abc":
        schedule.enter(Agenda(), 5, lambda _now, name=name: done.append(name))  # type: ignore[misc]  # mypy can't infer the default

    while (first := schedule.pop()) is not None:
        due, task = first
        task(due)

    assert done == ["a", "b", "c"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(min_value=0, max_value=20))))
def test_tasks_come_in_the_order_of_their_instants(entries: list[tuple[str, int]]) -> None:
    """The schedule gives every task back, with its instant; each owner knows the first of its own."""
    schedule, agendas, done = Schedule(), {name: Agenda() for name in "abc"}, list[tuple[str, int]]()
    for name, due in entries:
        schedule.enter(agendas[name], due, lambda now, name=name: done.append((name, now)))  # type: ignore[misc]  # mypy can't infer the default

    while schedule.next_due is not None:
        assert schedule.next_due == min(agenda.next_due for agenda in agendas.values() if agenda.next_due is not None)
        first = schedule.pop()
        assert first is not None
        due, task = first
        task(due)

    assert done == sorted(entries, key=lambda entry: entry[1])


def test_a_task_that_was_called_off_is_neither_due_nor_done() -> None:
    """Wherever it stands in the order; the owner does not see it either."""
    schedule, agenda, done = Schedule(), Agenda(), list[Instant]()
    appointments = [schedule.enter(agenda, due, done.append) for due in (1, 2, 3, 4)]

    appointments[0].call_off()
    appointments[2].call_off()

    assert (schedule.next_due, agenda.next_due) == (2, 2)
    while (first := schedule.pop()) is not None:
        due, task = first
        task(due)
        assert schedule.next_due == agenda.next_due
    assert (done, schedule.next_due) == ([2, 4], None)


def test_a_task_that_was_done_can_no_longer_be_called_off() -> None:
    """Nothing happens then; what comes after it stays due."""
    schedule, agenda = Schedule(), Agenda()
    first = schedule.enter(agenda, 1, lambda _now: None)
    schedule.enter(agenda, 2, lambda _now: None)
    schedule.pop()

    first.call_off()

    assert (schedule.next_due, agenda.next_due) == (2, 2)
