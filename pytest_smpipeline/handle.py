"""The thing a test holds: it seeds pipelines, scripts their steps, starts them, and asserts on what was started."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from os import PathLike
from typing import TYPE_CHECKING, cast

from pytest_smpipeline._doors.clients import make_client, own_client
from pytest_smpipeline._state.entities import PipelineState
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.faults import Error, new_fault
from pytest_smpipeline.built_pipelines import BuiltParameters, BuiltSteps
from pytest_smpipeline.cases import Cases
from pytest_smpipeline.definition_sources import DefinitionSource, HasDefinition
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.failures import counted
from pytest_smpipeline.history import PastOutcome, Told, add_past_execution
from pytest_smpipeline.lambda_functions import AnswersLambdas, LambdaFunctions
from pytest_smpipeline.records import Execution
from pytest_smpipeline.scripts import Scripts
from pytest_smpipeline.seeding import Given, Pipeline, add_pipeline, find_pipeline
from pytest_smpipeline.selections import Source, selective_execution_config
from pytest_smpipeline.start_assertions import StartAssertions
from pytest_smpipeline.starting import start_request
from pytest_smpipeline.step_scripts import Script
from pytest_smpipeline.values import to_datetime, to_milliseconds

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient


class SMPipelineMock(StartAssertions, AnswersLambdas):
    """An emulated SageMaker Pipelines while it is active, and what a test may ask of it.

    Tests get one from the fixture ``smpipeline``, from ``with mock_smpipeline() as smp`` or from ``current_mock()``.
    """

    def __init__(self, service: Service, scripts: Scripts, functions: LambdaFunctions) -> None:
        """Hold a service; not for tests to call."""
        StartAssertions.__init__(self, service)
        AnswersLambdas.__init__(self, service, functions)
        self._scripts = scripts
        self._cases = Cases()

    @property
    def now(self) -> datetime:
        """The present of the virtual clock, in UTC."""
        return to_datetime(self._service.clock.now())

    def add(
        self,
        name: "str | HasDefinition",
        definition: DefinitionSource | None = None,
        *,
        parameters: BuiltParameters | None = None,
        steps: BuiltSteps | None = None,
        role_arn: str | None = None,
        description: str | None = None,
        display_name: str | None = None,
        tags: Mapping[str, str] | Sequence[Mapping[str, str]] | None = None,
        parallelism: int | Mapping[str, int] | None = None,
        aliases: Sequence[str] | None = None,
        region: str | None = None,
        account_id: str | None = None,
    ) -> Pipeline:
        """Put a pipeline into the service, or make the next version of one that is there and has another definition.

        ``definition`` is a dict, JSON text, the path of a ``.json`` file (also the saved output of ``aws sagemaker
        describe-pipeline``), or an object with ``.definition()``; an object that also has ``.name`` may be given alone.
        Without one it is built: ``parameters`` are types (a start has to give a value) or defaults by name, ``steps`` are names in
        a row, or types by name, each alone (after the entry before) or as ``(type, [names it depends on])``. ``parallelism`` is
        the default of MaxParallelExecutionSteps, ``aliases`` name the version that this call makes; ``region`` and ``account_id``
        default to the mock's own.

        Raises ``UsageError`` with every problem and its place for a definition that the service would refuse.
        """
        __tracebackhide__ = True
        given = Given(definition, parameters, steps, role_arn, description, display_name, tags, parallelism, aliases, region, account_id)
        return add_pipeline(self._live, name, given)

    def add_execution(
        self,
        name: str,
        *,
        status: str = "Succeeded",
        parameters: Mapping[str, object] | None = None,
        steps: Mapping[str, PastOutcome] | None = None,
        failure_reason: str | None = None,
        started: datetime | None = None,
        ended: datetime | None = None,
        display_name: str | None = None,
        version: int | None = None,
    ) -> Execution:
        """Put an execution that began before the test into a pipeline's history, and return it.

        The API shows it like any other; it is not in ``smp.executions`` and no call. ``steps`` are statuses or outcomes by name;
        without them none are listed. Times that are not given follow from the steps and lie before now, the latest history last.
        One that is ``Executing`` stays so until it is stopped, or its running steps are released or answered.

        Raises ``UsageError`` for what could not have happened so, with the closest name for one that does not exist.
        """
        __tracebackhide__ = True
        told = Told(status, parameters, steps, failure_reason, started, ended, display_name, version)
        return add_past_execution(self._live, self._find(name), told)

    def script(
        self,
        pipeline: str,
        steps: Mapping[str, Script] | None = None,
        /,
        *,
        case: str | None = None,
        **more_steps: Script,
    ) -> None:
        """Say what steps of a pipeline come to, from now on.

        One outcome serves every attempt; a list serves one attempt each, after which the step succeeds; a callable gets a
        ``StepContext`` and returns an outcome. Names that are no Python identifiers go into a mapping. A later script for a
        step replaces an earlier one. A step in the body of a ForEach step scripts all its children; ``Body-0`` scripts one.
        ``case`` names a case from ``load_cases()``; what is said of a step beside it counts more.

        Raises ``UsageError`` for a pipeline, step or case that does not exist, with the closest name, and for an outcome that
        a step of that type can't have.
        """
        __tracebackhide__ = True
        if not isinstance(steps, Mapping | None):
            message = f"script() takes a mapping from steps to outcomes, not {steps!r}. Write script({pipeline!r}, Train=fail('boom'))."
            raise UsageError(message)
        found = self._find(pipeline)
        self._scripts.write(found, dict(steps or {}) | more_steps, None if case is None else self._cases.find(pipeline, case))

    def load_cases(self, path: str | PathLike[str]) -> None:
        """Read a file of named cases for ``script(pipeline, case=...)``; cases of several files add up.

        A relative path counts from the current folder, then from pytest's root. Raises ``UsageError`` for a file that is not
        there, and with every problem and its path for one that is no file of cases or has a case that was loaded already.
        """
        __tracebackhide__ = True
        self._service.ensure_active()
        self._cases.load(path)

    def fault(
        self,
        operation: str,
        error: Error,
        message: str | None = None,
        *,
        times: int = 1,
        status: int = 400,
        pipeline: str | None = None,
        optional: bool = False,
    ) -> None:
        """Let the next attempts of an operation fail before the service looks at them.

        ``error`` is an error code, or a class or instance of ``botocore.exceptions``, such as ``ConnectTimeoutError``. ``times``
        counts the attempts that reach the service, botocore's own retries included; ``pipeline`` picks those that name this
        pipeline: by name, ARN, an execution or a callback token. Faults of one operation act in the order in which they were
        given. A code that clients know by another status, such as InternalFailure (500), has that one unless ``status``
        is something else than 400.

        Raises ``UsageError`` for an operation that does not exist and a code that it can't answer with, with the closest name.
        """
        __tracebackhide__ = True
        service = self._live
        fault = new_fault(operation, error, message, times=times, status=status, pipeline=pipeline, optional=optional)
        with service.lock:
            service.faults.add(fault)

    def start(
        self,
        pipeline: str,
        parameters: Mapping[str, object] | None = None,
        *,
        only: Sequence[str] | None = None,
        source: Source | None = None,
        version: int | None = None,
        alias: str | None = None,
        display_name: str | None = None,
    ) -> Execution:
        """Start a pipeline through the real API and return the execution.

        Values of ``parameters`` travel as ``str(value)``, as the SageMaker SDK sends them. ``only`` are the steps of a selective
        execution, ``source`` is the execution, or its ARN, whose results serve the steps that these depend on.

        Raises the ``ClientError`` that the service answers with, and ``UsageError`` for a ``source`` without ``only`` and for
        anything but step names in it. A fault is raised at once: it does not retry.
        """
        __tracebackhide__ = True
        selection = selective_execution_config(only, source)
        token = self._live.ids.client_token()
        given = start_request(
            pipeline, parameters, token=token, selection=selection, version=version, alias=alias, display_name=display_name
        )
        arn = own_client(self._service.options.region).start_pipeline_execution(**given)["PipelineExecutionArn"]
        started = reversed(self._service.store.started)
        return Execution(self._service, next(state for state in started if state.arn == arn))

    def client(self, region: str | None = None) -> "SageMakerClient":
        """Return a new ``boto3`` SageMaker client in a region, by default the mock's own."""
        return cast("SageMakerClient", make_client(region or self._live.options.region))

    def advance(self, seconds: float | timedelta = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Move the virtual clock forward, by seconds or a ``timedelta`` and what is named besides; apply each change when it is due.

        Raises ``UsageError`` for a negative amount, since time does not go backwards, and for one that leads out of the calendar.
        """
        __tracebackhide__ = True
        try:
            amount = seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
            amount += timedelta(days=days, hours=hours, minutes=minutes)
            _ = self.now + max(amount, timedelta(0))
        except (ValueError, OverflowError) as error:
            message = f"advance() was asked to go where no calendar leads: {error}."
            raise UsageError(message) from error
        if amount < timedelta(0):
            message = f"advance() was asked to go back by {-amount}; time does not go backwards."
            raise UsageError(message)
        self._live.advance(to_milliseconds(amount))

    def run_until_idle(self) -> None:
        """Move the virtual clock from change to change until nothing is due any more."""
        self._live.run_until_idle()

    def __repr__(self) -> str:
        """Show where the mock is and what it holds."""
        options = self._service.options
        held = f"{counted(len(self._service.store.names()), 'pipeline')}, {counted(len(self.executions), 'execution')}"
        return f"<SMPipelineMock {options.account_id}/{options.region}: {held}>"

    @property
    def _live(self) -> Service:
        """The service, for whatever acts on it."""
        self._service.ensure_active()
        return self._service

    def _find(self, name: str) -> PipelineState:
        return find_pipeline(self._live, name)
