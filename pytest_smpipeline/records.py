"""What a test reads of an execution: a live, read-only view."""

from datetime import datetime
from typing import Any

from pytest_smpipeline._definition.nodes import ParameterValue
from pytest_smpipeline._doors.clients import own_client
from pytest_smpipeline._state.entities import ExecutionState
from pytest_smpipeline._state.transitions import ACTIVE
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline.failures import Candidate, message
from pytest_smpipeline.flowcharts import executed_flowchart
from pytest_smpipeline.mermaid import render_mermaid
from pytest_smpipeline.outcomes import Fail, Stopped, Succeed
from pytest_smpipeline.releases import release_step
from pytest_smpipeline.step_records import StepRun, StepRuns, missing_step
from pytest_smpipeline.values import to_datetime, to_optional_datetime


class Execution:
    """One execution of a pipeline.

    A view: it shows the execution as it is now, and keeps its last state when the mock has ended. Two of them are equal
    when they show the same execution.
    """

    __slots__ = ("_service", "_state")

    def __init__(self, service: Service, state: ExecutionState) -> None:
        """Show an execution's state; tests get these from ``smp.executions`` and ``smp.start()``."""
        self._service = service
        self._state = state

    @property
    def arn(self) -> str:
        """The PipelineExecutionArn."""
        return self._state.arn

    @property
    def id(self) -> str:
        """The twelve characters that end the ARN."""
        return self._state.id

    @property
    def pipeline(self) -> str:
        """The pipeline's name."""
        return self._state.pipeline.name

    @property
    def version(self) -> int:
        """The id of the pipeline version that runs."""
        return self._state.version.number

    @property
    def aliases(self) -> list[str]:
        """The aliases of the pipeline version that runs."""
        return list(self._now.version.aliases)

    @property
    def display_name(self) -> str:
        """The PipelineExecutionDisplayName."""
        return self._now.display_name

    @property
    def description(self) -> str | None:
        """The PipelineExecutionDescription; None when none was given."""
        return self._now.description

    @property
    def status(self) -> str:
        """The PipelineExecutionStatus as the API returns it."""
        return self._now.status

    @property
    def failure_reason(self) -> str | None:
        """The FailureReason as the API returns it; None unless the execution failed."""
        return self._now.failure_reason

    @property
    def started(self) -> datetime:
        """When the execution was started, in UTC."""
        return to_datetime(self._state.created)

    @property
    def ended(self) -> datetime | None:
        """When the execution ended, in UTC; None while it runs."""
        return to_optional_datetime(self._now.ended)

    @property
    def parameters(self) -> dict[str, ParameterValue]:
        """The effective parameters, defaults included, with the types of the definition."""
        return dict(self._state.parameters)

    @property
    def overrides(self) -> dict[str, str]:
        """The parameters given at the start, as the strings of the request."""
        return dict(self._state.overrides)

    @property
    def steps(self) -> StepRuns:
        """The steps that were started, and those that a selective execution reuses, by name."""
        return StepRuns(self._service, self._state)

    @property
    def order(self) -> list[str]:
        """The names of the steps in the order of their start; without those that a selective execution reuses."""
        return [name for name, state in self._now.steps.items() if state.selective_source is None]

    @property
    def branches(self) -> dict[str, str]:
        """The branch that each Condition step took: ``"if"`` or ``"else"``."""
        outcomes = {name: state.properties.get("Outcome") for name, state in self._now.steps.items() if state.step.type == "Condition"}
        return {name: "if" if outcome else "else" for name, outcome in outcomes.items() if outcome is not None}

    @property
    def failed_steps(self) -> list[str]:
        """The names of the steps that failed, in the order of their start."""
        return [name for name, state in self._now.steps.items() if state.status == "Failed"]

    @property
    def parallelism(self) -> int | None:
        """How many steps may run at once; None without a limit."""
        return self._now.parallelism

    @property
    def selected(self) -> list[str]:
        """The steps that a selective execution is limited to, as the request names them; empty when the whole pipeline runs."""
        return list(self._state.selected)

    @property
    def source(self) -> str | None:
        """The ARN of the execution that a selective execution builds on; None when none was given."""
        return self._state.source

    @property
    def token(self) -> str:
        """The ClientRequestToken of the start."""
        return self._state.token

    @property
    def mlflow_experiment(self) -> str | None:
        """The MlflowExperimentName of the start; None when none was given."""
        return self._state.mlflow_experiment

    def ran(self, step: str) -> bool:
        """Return whether a step was started here, not reused; a ``KeyError`` for a name that the definition lacks gives the closest."""
        if step not in self._state.version.definition.steps:
            raise KeyError(missing_step(self._state, step))
        return step in self.order

    def stop(self) -> None:
        """Stop the execution through the real API; raises the ``ClientError`` of the service when it can't be stopped."""
        __tracebackhide__ = True
        self._client().stop_pipeline_execution(PipelineExecutionArn=self.arn, ClientRequestToken=self._service.ids.client_token())

    def retry(self, parallelism: int | None = None) -> None:
        """Retry the execution through the real API; raises the ``ClientError`` of the service when it can't be retried.

        ``parallelism`` is the MaxParallelExecutionSteps from now on; without it the limit stays as it is.
        """
        __tracebackhide__ = True
        members: dict[str, object] = {"PipelineExecutionArn": self.arn, "ClientRequestToken": self._service.ids.client_token()}
        if parallelism is not None:
            members["ParallelismConfiguration"] = {"MaxParallelExecutionSteps": parallelism}
        self._client().retry_pipeline_execution(**members)

    @property
    def waiting(self) -> list[str]:
        """The names of the steps that run until somebody answers or releases them, in the order of their start."""
        return [name for name in self._now.steps if self._service.runner.waits(self._state, name)]

    def release(self, step: str, outcome: Succeed | Fail | Stopped) -> None:
        """Let a step that ``hold()`` keeps running, or a Callback step that nobody answered, come to this outcome now.

        With a duration the outcome comes that much later. Raises ``UsageError`` when no such step waits, or for another outcome.
        """
        __tracebackhide__ = True
        self._service.ensure_active()
        with self._service.lock:
            release_step(self._service, self._state, self.waiting, step, outcome)

    def assert_succeeded(self) -> None:
        """Pass when the execution succeeded; otherwise tell how it stands and which steps failed."""
        __tracebackhide__ = True
        if self.status != "Succeeded":
            raise AssertionError(self._complaint("Succeeded", self._to_do("look at the failed steps, or script them with succeed().")))

    def assert_failed(self, step: str | None = None, reason: str | None = None) -> None:
        """Pass when the execution failed: at this step, when one is named, and with ``reason`` in a failed step's reason."""
        __tracebackhide__ = True
        expected = "Failed" + ("" if step is None else f" at step {step!r}") + ("" if reason is None else f" with {reason!r} in its reason")
        if step is not None and step not in self._state.version.definition.steps:
            raise AssertionError(self._complaint(expected, f"{missing_step(self._state, step)}."))
        failed = [run for run in self.steps.values() if run.status == "Failed" and step in {None, run.name}]
        matches = [run for run in failed if reason is None or reason in (run.reason or "")]
        if self.status != "Failed" or (not matches and (step is not None or reason is not None)):
            to_do = self._to_do("script the step with fail(reason), or expect what really happened.")
            raise AssertionError(self._complaint(expected, to_do))

    def assert_stopped(self) -> None:
        """Pass when the execution was stopped; otherwise tell how it stands and which steps did not succeed."""
        __tracebackhide__ = True
        if self.status != "Stopped":
            advice = "stop it while it is Executing: under progress='poll' or 'manual', with run.stop() or the code under test."
            raise AssertionError(self._complaint("Stopped", self._to_do(advice) if self.status == "Stopping" else advice))

    def mermaid(self) -> str:
        """Return the execution as the text of a Mermaid flowchart: how each step stands, and dashed what was not started."""
        return render_mermaid(executed_flowchart(self._now))

    def __eq__(self, other: object) -> bool:
        """Compare by ARN."""
        return self.arn == other.arn if isinstance(other, Execution) else NotImplemented

    def __hash__(self) -> int:
        """Hash by ARN."""
        return hash(self.arn)

    def __repr__(self) -> str:
        """Show pipeline, id and status, and what was given at the start."""
        overrides = f" {self.overrides}" if self.overrides else ""
        only = f" only {self.selected}" if self.selected else ""
        return f"<Execution {self.pipeline}/{self.id} {self.status}{overrides}{only}>"

    @property
    def _now(self) -> ExecutionState:
        self._service.catch_up()
        return self._state

    def _client(self) -> Any:  # noqa: ANN401 - botocore makes the methods of its clients at run time
        self._service.ensure_active()
        return own_client(self.arn.split(":")[3])

    def _to_do(self, advice: str) -> str:
        return "move time with smp.run_until_idle() or smp.advance(): it has not ended." if self.status in ACTIVE else advice

    def _complaint(self, expected: str, to_do: str) -> str:
        reason = f": {self.failure_reason}" if self.failure_reason else "."
        return message(
            f"execution {self.pipeline}/{self.id} to be {expected}.",
            f"it is {self.status}{reason}",
            [_candidate(run) for run in self.steps.values() if run.status != "Succeeded"],
            to_do,
            heading="Steps",
        )


def _candidate(run: StepRun) -> Candidate:
    reasons = () if run.reason is None else tuple(run.reason.splitlines())
    return Candidate(f"step {run.name} ({run.type}) {run.status}", reasons)
