"""What a test's report says of its mocks: a complaint at the end, a section on the executions, a line in the header."""

import sys
from collections.abc import Mapping, Sequence
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, Final

import pytest

from pytest_smpipeline import pytest_session
from pytest_smpipeline._engine.runner import TIME_LIMIT
from pytest_smpipeline.complaints import add_note, deliver, is_failure
from pytest_smpipeline.options import Options
from pytest_smpipeline.run_tree import ASCII_MARKS, MARKS, listed, run_tree

if TYPE_CHECKING:
    from pytest_smpipeline._state.entities import ExecutionState
    from pytest_smpipeline.pytest_session import KeptMock

TITLE: Final = "SageMaker pipeline executions"
_REGION_TITLE: Final = "pytest-smpipeline"
_REGION_TO_DO: Final = (
    "A client was made while a module was imported: no mock is active yet that could lend it a region. Name one in conftest.py:\n\n"
    "import os\n\n"
    'os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")\n\n'
    "A client that was made so needs no credentials, and is answered by every mock of that region."
)
_WALL_CLOCK: Final = (
    "Naps that take no time, by virtual_sleep=True, went on until an execution had run for 672 hours.\n"
    "The wall clock stood meanwhile: a deadline on time.monotonic(), time.time() or\n"
    "datetime.now() never comes. docs/time.md shows how to let freezegun move both clocks."
)
_MOST_EXECUTIONS: Final = 5
_SHOWN: Final = pytest.StashKey[str]()


def judge(item: pytest.Item, error: BaseException | None) -> None:
    """Ask for the complaints at the end of a test's function: they fail the test, or are a note on the failure that is there."""
    failures = [error] if error is not None else _failures_of_unittest(item)
    if failures and not is_failure(failures[0]):
        return
    complaint = pytest_session.complaints()
    if complaint is not None and failures:
        add_note(failures[0], complaint)
    elif complaint is not None:
        pytest.fail(complaint, pytrace=False)


def add_section(item: pytest.Item, report: pytest.TestReport) -> None:
    """Add the executions of a failed test to its report, and to the properties that ``--junit-xml`` writes.

    The report of the tear-down has them only when there is something new to see since the test itself failed.
    """
    text = section(pytest_session.mocks(), MARKS if _can_show("".join(MARKS.values())) else ASCII_MARKS)
    if item.stash.get(_SHOWN, None) == text:
        return
    report.sections.append((TITLE, text))
    if _SHOWN not in item.stash:
        item.user_properties.append((TITLE, text))
    item.stash[_SHOWN] = text


def add_region_section(report: pytest.CollectReport) -> None:
    """Add to a collection that failed for want of a region what to write where."""
    report.sections.append((_REGION_TITLE, _REGION_TO_DO))


def show_complaint(error: BaseException, report: pytest.TestReport) -> None:
    """Leave out of a report that all of a traceback is hidden, where that is how a complaint reaches pytest: nothing is there to be seen.

    With ``--full-trace`` the report is as ever.
    """
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    if frames and frames[-1].f_code is deliver.__code__:
        traceback: Any = getattr(report.longrepr, "reprtraceback", None)
        if getattr(traceback, "extraline", None):
            traceback.extraline = None


def section(mocks: "Sequence[KeptMock]", marks: Mapping[str, str]) -> str:
    """Return the newest executions of these mocks as trees, and what was scripted for them in vain."""
    started = [(mock, execution) for mock in mocks for execution in mock.service.store.started]
    blocks: list[str] = []
    if len(started) > _MOST_EXECUTIONS:
        blocks.append(f"{len(started)} executions were started; these are the last {_MOST_EXECUTIONS}.")
    for mock, execution in started[-_MOST_EXECUTIONS:]:
        waiting = {name for name in list(execution.steps) if mock.service.runner.waits(execution, name)}
        blocks.append("\n".join(run_tree(execution, waiting, marks)))
    if not started:
        blocks.append("No execution was started.")
    if any(mock.service.options.virtual_sleep and _took_too_long(execution) for mock, execution in started):
        blocks.append(_WALL_CLOCK)
    unused = [line for mock in mocks for line in mock.untold()]
    if unused:
        blocks.append("\n".join(listed("not used:", unused)))
    undelivered = [str(each) for mock in mocks for each in mock.service.undelivered]
    if undelivered:
        blocks.append("\n".join(listed("not delivered:", undelivered)))
    return "\n\n".join(blocks)


def header(defaults: Mapping[str, object]) -> str | None:
    """Return the line for pytest's header: the settings of the ini file that are not what they are without it."""
    usual = Options()
    changed = [f"{name}={value!r}" for name, value in defaults.items() if value != getattr(usual, name)]
    return f"smpipeline: {', '.join(changed)}" if changed else None


def _took_too_long(execution: "ExecutionState") -> bool:
    return execution.ended is not None and execution.ended - execution.created >= TIME_LIMIT


def _failures_of_unittest(item: pytest.Item) -> list[BaseException]:
    """Return what a ``unittest.TestCase`` reported instead of raising it; the first is what pytest shows."""
    return [reported.value for reported in getattr(item, "_excinfo", None) or ()]


def _can_show(text: str) -> bool:
    """Return whether the terminal's encoding has these characters; pytest's own capturing stands before ``sys.stdout``."""
    try:
        text.encode(getattr(sys.__stdout__, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True
