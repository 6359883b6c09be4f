"""What a test reads and expects of everything that was started: the records of a mock, and the assertions on them."""

from collections.abc import Mapping, Sequence

from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline.assertions import Expectation, Starts, not_started_complaint, started_complaint, started_in_order_complaint
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.failures import refuse
from pytest_smpipeline.known_pipelines import check_name, known_pipelines
from pytest_smpipeline.logs import CallLog, EventLog, ExecutionLog
from pytest_smpipeline.selections import Source, source_arn, step_names


class StartAssertions:
    """The part of ``SMPipelineMock`` that looks back."""

    def __init__(self, service: Service) -> None:
        """Look at what a service has recorded."""
        self._service = service

    @property
    def executions(self) -> ExecutionLog:
        """The executions started in this test, oldest first."""
        return ExecutionLog(self._service)

    @property
    def calls(self) -> CallLog:
        """Every API call that reached the service, oldest first."""
        return CallLog(self._service)

    @property
    def events(self) -> EventLog:
        """Every event that EventBridge hears of executions and steps, oldest first."""
        return EventLog(self._service)

    def assert_started(
        self,
        pipeline: str,
        *,
        parameters: Mapping[str, object] | None = None,
        exactly: bool = False,
        times: int | None = None,
        display_name: str | None = None,
        description: str | None = None,
        version: int | None = None,
        alias: str | None = None,
        selected: Sequence[str] | None = None,
        source: Source | None = None,
        parallelism: int | Mapping[str, int] | None = None,
        mlflow_experiment: str | None = None,
    ) -> None:
        """Pass when the pipeline was started with these parameters, at least once or exactly ``times`` times.

        ``parameters`` are compared with the effective values, typed; those left out may have any value. With
        ``exactly=True`` these and no others must have been given at the start. ``alias`` is one of those of the version that
        ran. ``selected`` are the steps of a selective execution in any order, ``[]`` means the whole pipeline; ``source`` is the
        execution, or its ARN, that it builds on. What is None may be anything.
        """
        __tracebackhide__ = True
        members = {
            "display_name": display_name,
            "description": description,
            "version": version,
            "alias": alias,
            "selected": None if selected is None else step_names("selected", selected),
            "source": None if source is None else source_arn(source),
            "parallelism": parallelism.get("MaxParallelExecutionSteps") if isinstance(parallelism, Mapping) else parallelism,
            "mlflow_experiment": mlflow_experiment,
        }
        fields = {name: value for name, value in members.items() if value is not None}
        _check(pipeline, parameters, exactly=exactly)
        expectation = Expectation(pipeline, parameters, exactly, fields)
        refuse(started_complaint(expectation, times, self._starts))

    def assert_not_started(self, pipeline: str | None = None) -> None:
        """Pass when no pipeline was started, or not the one with this name."""
        __tracebackhide__ = True
        if pipeline is not None:
            check_name(pipeline)
        refuse(not_started_complaint(pipeline, self._starts))

    def assert_started_in_order(self, *pipelines: str) -> None:
        """Pass when pipelines of these names were started in this order.

        Other starts may lie before, between and after them. A pipeline that is started several times may meet any of its places, and
        a name that stands there twice needs two starts. Raises ``UsageError`` when no name is given.
        """
        __tracebackhide__ = True
        if not pipelines:
            message = "assert_started_in_order() needs the names of pipelines. Write assert_started_in_order('prep', 'churn')."
            raise UsageError(message)
        for pipeline in pipelines:
            check_name(pipeline)
        refuse(started_in_order_complaint(pipelines, self._starts))

    @property
    def _starts(self) -> Starts:
        with self._service.lock:
            return Starts(list(self.executions), list(self.calls), known_pipelines(self._service))


def _check(pipeline: object, parameters: object, *, exactly: bool) -> None:
    """Raise ``UsageError`` for what can't be compared with a start."""
    __tracebackhide__ = True
    check_name(pipeline)
    if exactly and parameters is None:
        message = "assert_started(exactly=True) needs parameters; parameters={} means a start without any."
        raise UsageError(message)
    if not isinstance(parameters, Mapping | None):
        message = f"parameters={parameters!r} is not valid: expected a mapping from names to values, such as {{'Date': '2026-11-22'}}."
        raise UsageError(message)
