"""The sequences a test reads: the executions that were started, and the calls that were made."""

from collections.abc import Iterator, Sequence
from typing import overload

from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.recorder import Call
from pytest_smpipeline.failures import Candidate, counted, message, title
from pytest_smpipeline.records import Execution
from pytest_smpipeline.suggestions import choices, did_you_mean


class ExecutionLog(Sequence[Execution]):
    """The executions started in this test, oldest first."""

    def __init__(self, service: Service, pipeline: str | None = None) -> None:
        """Show all executions, or those of one pipeline; tests get this from ``smp.executions``."""
        self._service = service
        self._pipeline = pipeline

    def of(self, pipeline: str) -> "ExecutionLog":
        """Return the executions of the pipeline with this name; live, like the log itself."""
        return ExecutionLog(self._service, pipeline)

    def one(self, pipeline: str | None = None) -> Execution:
        """Return the only execution, or the only one of a pipeline.

        Raises ``AssertionError`` with a table of what ran when there is none or more than one.
        """
        __tracebackhide__ = True
        log = self if pipeline is None else self.of(pipeline)
        if len(log) != 1:
            raise AssertionError(log.complaint("exactly one execution"))
        return log[0]

    @property
    def last(self) -> Execution:
        """The execution started last.

        Raises ``AssertionError`` when none was started.
        """
        __tracebackhide__ = True
        if not len(self):
            raise AssertionError(self.complaint("at least one execution"))
        return self[-1]

    def complaint(self, expected: str) -> str:
        """Return what was expected of this log against what it holds."""
        of_pipeline = "" if self._pipeline is None else f" of pipeline {self._pipeline!r}"
        everything = list(ExecutionLog(self._service))
        own = [run for run in everything if self._pipeline in {None, run.pipeline}]
        others = [run for run in everything if self._pipeline not in {None, run.pipeline}]
        happened = _happened(len(own), of_pipeline)
        if others:
            happened += f"; {counted(len(everything), 'execution')} in all"
        started = [Candidate(title(run), ()) for run in own + others]
        return message(f"{expected}{of_pipeline}.", f"{happened}.", started, self._to_do(), heading="Started")

    def _to_do(self) -> str:
        known = self._service.store.names()
        if self._pipeline is not None and self._pipeline not in known:
            return f"name a pipeline that exists: {choices(known)}.{did_you_mean(self._pipeline, known)}"
        if len(self):
            return "start it once, or pick one by its place, such as .of(name)[0] or .last."
        return "check that the code under test ran and which pipeline it starts; smp.calls shows every call it made."

    @overload
    def __getitem__(self, index: int) -> Execution: ...
    @overload
    def __getitem__(self, index: slice) -> list[Execution]: ...
    def __getitem__(self, index: int | slice) -> Execution | list[Execution]:
        """Return one execution, or a list for a slice."""
        return self._executions()[index]

    def __iter__(self) -> Iterator[Execution]:
        """Iterate over those started so far."""
        return iter(self._executions())

    def __len__(self) -> int:
        """Return how many executions were started."""
        return len(self._executions())

    def __repr__(self) -> str:
        """Show the executions as a list."""
        return repr(self._executions())

    def _executions(self) -> list[Execution]:
        wanted = self._pipeline
        started = self._service.store.started
        return [Execution(self._service, state) for state in started if wanted in {None, state.pipeline.name}]


class CallLog(Sequence[Call]):
    """Every API call that reached the service, in order; seeding and reading records are no calls."""

    def __init__(self, service: Service, operation: str | None = None) -> None:
        """Show all calls, or those of one operation; tests get this from ``smp.calls``."""
        self._service = service
        self._operation = operation

    def of(self, operation: str) -> "CallLog":
        """Return the calls of one operation, such as ``StartPipelineExecution``; live, like the log itself."""
        return CallLog(self._service, operation)

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> list[Call]: ...
    def __getitem__(self, index: int | slice) -> Call | list[Call]:
        """Return one call, or a list for a slice."""
        return self._calls()[index]

    def __iter__(self) -> Iterator[Call]:
        """Iterate over those made so far."""
        return iter(self._calls())

    def __len__(self) -> int:
        """Return how many calls were made."""
        return len(self._calls())

    def __repr__(self) -> str:
        """Show the calls as a list."""
        return repr(self._calls())

    def _calls(self) -> list[Call]:
        return [call for call in self._service.calls if self._operation in {None, call.operation}]


def _happened(started: int, of_pipeline: str) -> str:
    return f"{started}{of_pipeline} were started" if started else f"none{of_pipeline} was started"
