"""What each path of the JSON door does: the methods of the mock and its records, with JSON in the place of Python's objects.

The keyword-only parameters of a method here are the members that its path takes, and their annotations the kinds of JSON.
"""

from collections.abc import Callable
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING, cast

from pytest_smpipeline.cases import read_outcome, read_steps
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.handle import SMPipelineMock
from pytest_smpipeline.json_records import call_json, execution_json, pipeline_json, plain_json
from pytest_smpipeline.json_seeds import definition_of, moment_of, parameters_of, past_steps_of, steps_of, texts_of
from pytest_smpipeline.records import Execution
from pytest_smpipeline.suggestions import choices
from pytest_smpipeline.values import Json, JsonObject

if TYPE_CHECKING:
    from pytest_smpipeline.outcomes import Fail, Stopped, Succeed


class JsonRequests:
    """Asks a mock what a foreign test asks."""

    def __init__(self, mock: Callable[[], SMPipelineMock]) -> None:
        """Ask whatever ``mock`` returns at the time."""
        self._mock = mock
        self._added: list[Execution] = []

    def forget(self) -> None:
        """Forget the executions that were added to a mock which is there no longer."""
        self._added.clear()

    def health(self) -> Json:
        """Say that the server answers, with what version, and what time it is to the mock."""
        return {"status": "ok", "version": version_of("pytest-smpipeline")} | self._now()

    def add(
        self,
        *,
        name: str,
        definition: dict[str, object] | str | None = None,
        parameters: dict[str, object] | None = None,
        steps: list[str] | dict[str, object] | None = None,
        role_arn: str | None = None,
        description: str | None = None,
        display_name: str | None = None,
        tags: dict[str, str] | None = None,
        parallelism: int | None = None,
        aliases: list[str] | None = None,
        region: str | None = None,
        account_id: str | None = None,
    ) -> Json:
        """Put a pipeline into the service."""
        pipeline = self._mock().add(
            name,
            definition_of(definition),
            parameters=parameters_of(parameters),
            steps=steps_of(steps),
            role_arn=role_arn,
            description=description,
            display_name=display_name,
            tags=tags,
            parallelism=parallelism,
            aliases=aliases,
            region=region,
            account_id=account_id,
        )
        return pipeline_json(pipeline)

    def add_execution(
        self,
        *,
        name: str,
        status: str = "Succeeded",
        parameters: dict[str, str | float | bool] | None = None,
        steps: dict[str, object] | None = None,
        failure_reason: str | None = None,
        started: str | None = None,
        ended: str | None = None,
        display_name: str | None = None,
        version: int | None = None,
    ) -> Json:
        """Put an execution into a pipeline's past."""
        run = self._mock().add_execution(
            name,
            status=status,
            parameters=texts_of(parameters),
            steps=past_steps_of(steps),
            failure_reason=failure_reason,
            started=moment_of("started", started),
            ended=moment_of("ended", ended),
            display_name=display_name,
            version=version,
        )
        self._added.append(run)
        return execution_json(run)

    def script(self, *, pipeline: str, steps: dict[str, object]) -> Json:
        """Say what steps come to."""
        self._mock().script(pipeline, read_steps(cast("JsonObject", steps)))
        return {}

    def fault(
        self,
        *,
        operation: str,
        error: str,
        message: str | None = None,
        times: int = 1,
        status: int = 400,
        pipeline: str | None = None,
        optional: bool = False,
    ) -> Json:
        """Let the next attempts of an operation fail."""
        self._mock().fault(operation, error, message, times=times, status=status, pipeline=pipeline, optional=optional)
        return {}

    def start(
        self,
        *,
        pipeline: str,
        parameters: dict[str, str | float | bool] | None = None,
        only: list[str] | None = None,
        source: str | None = None,
        version: int | None = None,
        alias: str | None = None,
        display_name: str | None = None,
    ) -> Json:
        """Start a pipeline through the real API."""
        run = self._mock().start(
            pipeline,
            texts_of(parameters),
            only=only,
            source=source,
            version=version,
            alias=alias,
            display_name=display_name,
        )
        return execution_json(run)

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> Json:
        """Move the virtual clock."""
        self._mock().advance(seconds, minutes=minutes, hours=hours, days=days)
        return self._now()

    def run_until_idle(self) -> Json:
        """Move the virtual clock until nothing is due."""
        self._mock().run_until_idle()
        return self._now()

    def release(self, *, execution: str, step: str, outcome: dict[str, object]) -> Json:
        """Let a step that waits come to an outcome."""
        run = self._run(execution)
        run.release(step, cast("Succeed | Fail | Stopped", read_outcome(cast("Json", outcome))))
        return execution_json(run)

    def stop(self, *, execution: str) -> Json:
        """Stop an execution through the real API."""
        run = self._run(execution)
        run.stop()
        return execution_json(run)

    def retry(self, *, execution: str, parallelism: int | None = None) -> Json:
        """Retry an execution through the real API."""
        run = self._run(execution)
        run.retry(parallelism)
        return execution_json(run)

    def callback_succeed(self, *, execution: str, step: str, outputs: dict[str, str | float | bool] | None = None) -> Json:
        """Answer a callback with success."""
        run = self._run(execution)
        run.steps[step].callback.succeed(outputs)
        return execution_json(run)

    def callback_fail(self, *, execution: str, step: str, reason: str | None = None) -> Json:
        """Answer a callback with a failure."""
        run = self._run(execution)
        run.steps[step].callback.fail(reason)
        return execution_json(run)

    def executions(self, *, pipeline: str | None = None) -> Json:
        """Return the executions that were started, oldest first."""
        log = self._mock().executions
        return {"executions": [execution_json(run) for run in (log if pipeline is None else log.of(pipeline))]}

    def execution(self, *, execution: str) -> Json:
        """Return one execution."""
        return execution_json(self._run(execution))

    def calls(self, *, operation: str | None = None) -> Json:
        """Return the calls of the API, in order."""
        log = self._mock().calls
        return {"calls": [call_json(call) for call in (log if operation is None else log.of(operation))]}

    def events(self, *, pattern: str | None = None) -> Json:
        """Return the events of EventBridge, in order; those alone that match an event pattern, when one is given as JSON text."""
        log = self._mock().events
        return {"events": [plain_json(event) for event in (log if pattern is None else log.matching(pattern))]}

    def _run(self, reference: str) -> Execution:
        """Return an execution by its id or ARN: one that was started, or that this door added."""
        runs: list[Execution] = [*self._mock().executions, *self._added]
        for run in runs:
            if reference in {run.id, run.arn}:
                return run
        message = f"There is no execution {reference!r}; give its id or ARN. Executions: {choices(run.id for run in runs)}."
        raise UsageError(message)

    def _now(self) -> dict[str, Json]:
        return {"now": self._mock().now.isoformat()}
