"""What a test reads of an execution: a live, read-only view."""

from datetime import datetime
from typing import Any

from pytest_smpipeline._definition.nodes import ParameterValue
from pytest_smpipeline._doors.clients import own_client
from pytest_smpipeline.flowcharts import executed_flowchart
from pytest_smpipeline.mermaid import render_mermaid
from pytest_smpipeline.outcomes import Fail, Stopped, Succeed
from pytest_smpipeline.releases import release_step
from pytest_smpipeline.run_assertions import RunAssertions
from pytest_smpipeline.step_records import MissingStepError, StepRuns, listed_names, missing_step
from pytest_smpipeline.values import to_datetime, to_optional_datetime


class Execution(RunAssertions):
    """One execution of a pipeline.

    A view: it shows the execution as it is now, and keeps its last state when the mock has ended. Two of them are equal
    when they show the same execution.
    """

    __slots__ = ()

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
        """Return whether a step was started here, not reused.

        The name of a step in a ForEach body asks for any of its children, the name of a child such as ``Body-0`` for this one.
        A ``KeyError`` for a name that the execution can't have gives the closest.
        """
        __tracebackhide__ = True
        started = self.order
        names = listed_names(self._state, step)
        if names is None:
            raise MissingStepError(missing_step(self._state, step))
        return not set(names).isdisjoint(started)

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

    def release(self, step: str, outcome: Succeed | Fail | Stopped) -> None:
        """Let a step that ``hold()`` keeps running, or a Callback step that nobody answered, come to this outcome now.

        With a duration the outcome comes that much later. Raises ``UsageError`` when no such step waits, or for another outcome.
        """
        __tracebackhide__ = True
        self._service.ensure_active()
        with self._service.lock:
            release_step(self._service, self._state, self.waiting, step, outcome)

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

    def _client(self) -> Any:  # noqa: ANN401 - botocore makes the methods of its clients at run time
        self._service.ensure_active()
        return own_client(self.arn.split(":")[3])
