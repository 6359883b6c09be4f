"""The sequences a test reads: the executions that were started, the calls that were made, and the events that were sent."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, overload

from pytest_smpipeline._events.patterns import Fields, InvalidPatternError, parse_pattern
from pytest_smpipeline._events.status_events import status_events
from pytest_smpipeline._operations.table import ANSWERED
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.recorder import Call
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.failures import Candidate, counted, message, title
from pytest_smpipeline.known_pipelines import check_name, known_pipelines
from pytest_smpipeline.records import Execution
from pytest_smpipeline.refused_starts import refused_candidates, refused_starts, refused_words
from pytest_smpipeline.suggestions import choices, did_you_mean

Entry = TypeVar("Entry")
Event: TypeAlias = dict[str, Any]
"""An event as a target gets it; Any, as what json.loads returns."""


class Log(Sequence[Entry]):  # noqa: PLW1641 - as a list has no hash, for its entries change
    """A live, read-only sequence, oldest first; it equals a list or tuple of the same entries."""

    @abstractmethod
    def _entries(self) -> list[Entry]:
        """Return what the log holds now."""

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        """Return one entry, or a list for a slice; an ``IndexError`` says how many there are, a ``TypeError`` how to pick by name."""
        __tracebackhide__ = True
        if not isinstance(index, int | slice):
            message = f"there is no [{index!r}]: entries are counted from 0. Executions and calls are picked by name with .of({index!r})."
            raise TypeError(message)
        entries = self._entries()
        if isinstance(index, int) and not -len(entries) <= index < len(entries):
            message = f"there is no [{index}]: the log holds {counted(len(entries), 'entry', 'entries')}: {entries!r}"
            raise IndexError(message)
        return entries[index]

    def __iter__(self) -> Iterator[Entry]:
        """Iterate over what the log holds so far."""
        return iter(self._entries())

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self._entries())

    def __eq__(self, other: object) -> bool:
        """Compare entry by entry with another log, a list or a tuple."""
        return self._entries() == list(other) if isinstance(other, Log | list | tuple) else NotImplemented

    def __repr__(self) -> str:
        """Show the entries as a list."""
        return repr(self._entries())


class ExecutionLog(Log[Execution]):
    """The executions started in this test, oldest first."""

    def __init__(self, service: Service, pipeline: str | None = None) -> None:
        """Show all executions, or those of one pipeline; tests get this from ``smp.executions``."""
        self._service = service
        self._pipeline = pipeline

    def of(self, pipeline: str) -> "ExecutionLog":
        """Return the executions of the pipeline with this name; live, like the log itself.

        Raises ``UsageError`` with the closest name when there is no such pipeline: the log of a slip would be empty for ever.
        """
        __tracebackhide__ = True
        check_name(pipeline)
        known = known_pipelines(self._service)
        if pipeline not in known:
            message = f"There is no pipeline {pipeline!r}.{did_you_mean(pipeline, known)} Existing: {choices(known)}."
            raise UsageError(message)
        return ExecutionLog(self._service, pipeline)

    def one(self, pipeline: str | None = None) -> Execution:
        """Return the only execution, or the only one of a pipeline.

        Raises ``AssertionError`` with a table of what ran when there is none or more than one.
        """
        __tracebackhide__ = True
        log = self
        if pipeline is not None:
            check_name(pipeline)
            log = ExecutionLog(self._service, pipeline)
        found = log._entries()
        if len(found) != 1:
            raise AssertionError(log.complaint("exactly one execution"))
        return found[0]

    @property
    def last(self) -> Execution:
        """The execution started last.

        Raises ``AssertionError`` when none was started.
        """
        __tracebackhide__ = True
        found = self._entries()
        if not found:
            raise AssertionError(self.complaint("at least one execution"))
        return found[-1]

    def complaint(self, expected: str) -> str:
        """Return what was expected of this log against what it holds."""
        of_pipeline = "" if self._pipeline is None else f" of pipeline {self._pipeline!r}"
        everything = list(ExecutionLog(self._service))
        own = self._entries()
        others = [run for run in everything if run not in own]
        refused = refused_starts(self._service.calls, self._pipeline, known_pipelines(self._service))
        happened = _happened(len(own), of_pipeline)
        if others:
            happened += f"; {counted(len(everything), 'execution')} in all"
        started = [Candidate(title(run), ()) for run in own]
        started += refused_candidates(refused)
        started += [Candidate(title(run), ()) for run in others]
        return message(f"{expected}{of_pipeline}.", f"{happened}{refused_words(refused)}.", started, self._to_do(), heading="Started")

    def _to_do(self) -> str:
        known = known_pipelines(self._service)
        if self._pipeline is not None and self._pipeline not in known:
            return f"name a pipeline that exists: {choices(known)}.{did_you_mean(self._pipeline, known)}"
        if len(self):
            return "start it once, or pick one by its place, such as .of(name)[0] or .last."
        return "check that the code under test ran and which pipeline it starts; smpipeline.calls shows every call it made."

    def _entries(self) -> list[Execution]:
        wanted = self._pipeline
        started = self._service.store.started
        return [Execution(self._service, state) for state in started if wanted in {None, state.pipeline.name}]


class CallLog(Log[Call]):
    """Every API call that reached the service, in order; seeding and reading records are no calls."""

    def __init__(self, service: Service, operation: str | None = None) -> None:
        """Show all calls, or those of one operation; tests get this from ``smpipeline.calls``."""
        self._service = service
        self._operation = operation

    def of(self, operation: str) -> "CallLog":
        """Return the calls of one operation, such as ``StartPipelineExecution``; live, like the log itself.

        Raises ``UsageError`` with the closest name when no such operation is answered or was called.
        """
        __tracebackhide__ = True
        known = {*ANSWERED, *(call.operation for call in self._service.calls)}
        if operation not in known:
            message = f"There is no operation {operation!r}.{did_you_mean(operation, known)} Those of pipelines: {choices(ANSWERED)}."
            raise UsageError(message)
        return CallLog(self._service, operation)

    def _entries(self) -> list[Call]:
        return [call for call in self._service.calls if self._operation in {None, call.operation}]


class EventLog(Log[Event]):
    """Every event that EventBridge hears of executions and their steps, as AWS shapes it, in all accounts and regions."""

    def __init__(self, service: Service, patterns: tuple[Fields, ...] = ()) -> None:
        """Show all events, or those that match; tests get this from ``smp.events``."""
        self._service = service
        self._patterns = patterns

    def matching(self, pattern: Mapping[str, object] | str) -> "EventLog":
        """Return the events that an EventBridge event pattern matches, a mapping or its JSON text; live, like the log itself.

        Raises ``UsageError`` with every problem and its path for what is no event pattern.
        """
        __tracebackhide__ = True
        try:
            return EventLog(self._service, (*self._patterns, parse_pattern(pattern)))
        except InvalidPatternError as error:
            message = f"matching() takes an event pattern of EventBridge:\n{error}"
            raise UsageError(message) from None

    def _entries(self) -> list[Event]:
        service = self._service
        service.catch_up()
        events = [event for _, event in status_events(service.store.changes, service.ids.event_id)]
        return [event for event in events if all(pattern.matches(event) for pattern in self._patterns)]


def _happened(started: int, of_pipeline: str) -> str:
    return f"{started}{of_pipeline} were started" if started else f"none{of_pipeline} was started"
