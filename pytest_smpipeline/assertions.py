"""What a test expects of the executions that were started, and why an execution does not meet it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from pytest_smpipeline._wire.recorder import Call
from pytest_smpipeline.differences import differs
from pytest_smpipeline.failures import Candidate, counted, listed, message, shown, title
from pytest_smpipeline.known_pipelines import Declared
from pytest_smpipeline.records import Execution
from pytest_smpipeline.refused_starts import refused_candidates, refused_starts, refused_words
from pytest_smpipeline.suggestions import choices, did_you_mean

_FIND_THE_CALLER: Final = "find the caller in smpipeline.calls.of('StartPipelineExecution')."
_CORRECT: Final = "correct the code under test, or the expectation; parameters that are left out may have any value."
_MOST_IN_ORDER: Final = 20


@dataclass(frozen=True, slots=True)
class Expectation:
    """An execution as a test describes it; what is None or absent may be anything.

    ``parameters`` are compared with the effective values, typed; with ``exactly`` the execution must have been given these
    and no others. ``fields`` are compared with the execution's attributes of the same name.
    """

    pipeline: str
    parameters: Mapping[str, object] | None = None
    exactly: bool = False
    fields: Mapping[str, object] = field(default_factory=dict)

    def reasons(self, execution: Execution) -> tuple[str, ...]:
        """Return why an execution does not meet this; nothing when it does."""
        reasons: list[str] = []
        if execution.pipeline != self.pipeline:
            reasons.append(differs("pipeline", self.pipeline, execution.pipeline))
        if self.parameters is not None:
            reasons.extend(_parameter_reasons(self.parameters, execution, exactly=self.exactly))
        found = (_field_reason(name, expected, execution) for name, expected in self.fields.items())
        return (*reasons, *(reason for reason in found if reason is not None))

    def slips(self, known: Mapping[str, Declared | None]) -> list[str]:
        """Return a sentence for each parameter and selected step that the pipeline never had; nothing when it is not known."""
        declared = known.get(self.pipeline)
        selected = self.fields.get("selected", [])
        return [] if declared is None else list(declared.slips(self.pipeline, self.parameters or {}, cast("list[str]", selected)))

    def __str__(self) -> str:
        """Describe what is expected in one line."""
        words = [f"pipeline {self.pipeline!r} to have been started"]
        if self.parameters is not None:
            words.append(f"with {'exactly ' if self.exactly else ''}the parameters {shown(dict(self.parameters))}")
        if self.fields:
            words.append(f"with {', '.join(f'{name}={shown(value)}' for name, value in self.fields.items())}")
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Starts:
    """What was started, as far as an expectation asks: the executions, the refused calls, and the pipelines that it may name."""

    executions: Sequence[Execution]
    calls: Sequence[Call]
    known: Mapping[str, Declared | None]

    def refused(self, pipeline: str) -> list[Call]:
        """Return the refused starts that may have been meant for a pipeline."""
        return refused_starts(self.calls, pipeline, self.known)

    def naming(self, pipeline: str) -> str:
        """Return how to name a pipeline instead of one that does not exist."""
        return f"there is no pipeline {pipeline!r}; name one that exists: {choices(self.known)}.{did_you_mean(pipeline, self.known)}"


def started_complaint(expectation: Expectation, times: int | None, starts: Starts) -> str | None:
    """Return why an expectation was not met ``times`` times, or at least once; None when it was.

    A name that does not exist, of a pipeline, parameter or step, is never met, not even 0 times.
    """
    slips = expectation.slips(starts.known)
    differences = [(run, expectation.reasons(run)) for run in starts.executions]
    matching = sum(not reasons for _, reasons in differences)
    if expectation.pipeline in starts.known and not slips and (matching == times or (times is None and matching)):
        return None
    often = "at least once" if times is None else f"exactly {counted(times, 'time')}"
    refused = starts.refused(expectation.pipeline)
    happened = "nothing was started"
    if starts.executions:
        verb = "match" if matching > 1 else "matches"
        happened = f"of {counted(len(starts.executions), 'started execution')}, {matching or 'none'} {verb}"
    own = [found for found in differences if found[0].pipeline == expectation.pipeline]
    others = [found for found in differences if found not in own]
    return message(
        f"{expectation} {often}.",
        f"{happened}{refused_words(refused)}.",
        [*_nearest_first(own), *refused_candidates(refused), *_nearest_first(others)],
        _to_do(expectation.pipeline, slips, starts, otherwise=_FIND_THE_CALLER if times is not None and matching > times else _CORRECT),
    )


def not_started_complaint(pipeline: str | None, starts: Starts) -> str | None:
    """Return why it is not so that nothing, or nothing of one pipeline, was started; None when it is so."""
    if pipeline is not None and pipeline not in starts.known:
        return message(
            f"pipeline {pipeline!r} not to have been started.",
            "there is no pipeline of this name.",
            [],
            f"name one that exists: {choices(starts.known)}.{did_you_mean(pipeline, starts.known)}",
        )
    unwanted = [run for run in starts.executions if pipeline in {None, run.pipeline}]
    if not unwanted:
        return None
    what = "no pipeline" if pipeline is None else f"pipeline {pipeline!r} not"
    return message(
        f"{what} to have been started.",
        f"{counted(len(unwanted), 'execution')} {'was' if len(unwanted) == 1 else 'were'} started.",
        [Candidate(title(run), ()) for run in unwanted],
        _FIND_THE_CALLER,
        heading="Started",
    )


def started_in_order_complaint(pipelines: Sequence[str], starts: Starts) -> str | None:
    """Return why these pipelines were not started in this order, others before, between and after them; None when they were."""
    expected = f"pipelines to have been started in this order: {listed(pipelines)}."
    unknown = next((pipeline for pipeline in pipelines if pipeline not in starts.known), None)
    if unknown is not None:
        return message(expected, "there is no pipeline of this name.", [], starts.naming(unknown))
    titles: list[str] = []
    met = 0
    for run in starts.executions:
        meets = met < len(pipelines) and run.pipeline == pipelines[met]
        met += meets
        titles.append(f"{title(run)}{': matches' if meets else ''}")
    if met == len(pipelines):
        return None
    refused = starts.refused(pipelines[met])
    before = f" after {listed(pipelines[:met])}" if met else ""
    return message(
        expected,
        f"no start of {pipelines[met]!r} came{before}{refused_words(refused)}.",
        [*(Candidate(words, ()) for words in titles), *refused_candidates(refused)],
        _to_do(pipelines[met], [], starts, otherwise="correct the code under test, or the expectation."),
        heading="Started, in this order",
        most=_MOST_IN_ORDER,
    )


def _nearest_first(differences: Iterable[tuple[Execution, tuple[str, ...]]]) -> list[Candidate]:
    ranked = sorted(differences, key=lambda found: len(found[1]))
    return [Candidate(title(run) + ("" if reasons else ": matches"), reasons) for run, reasons in ranked]


def _to_do(pipeline: str, slips: Sequence[str], starts: Starts, *, otherwise: str) -> str:
    if pipeline not in starts.known:
        return starts.naming(pipeline)
    if slips:
        return f"correct the expectation: {' '.join(slips)}"
    if otherwise == _FIND_THE_CALLER:
        return otherwise
    if starts.refused(pipeline) and not any(run.pipeline == pipeline for run in starts.executions):
        return "correct what the refused calls send; smpipeline.calls.of('StartPipelineExecution') has their requests."
    if not starts.executions:
        return "check that the code under test ran and calls start_pipeline_execution; smpipeline.calls shows every call it made."
    return otherwise


def _field_reason(name: str, expected: object, execution: Execution) -> str | None:
    if name == "alias":
        aliases = execution.aliases
        listed = f"alias: expected {shown(expected)}, the aliases of version {execution.version}: {choices(aliases)}"
        return None if expected in aliases else listed
    actual = getattr(execution, name)
    if name == "selected" and isinstance(expected, list):
        return _selection_reason(expected, actual)
    return None if _same(expected, actual) else differs(name, expected, actual)


def _selection_reason(expected: list[str], actual: list[str]) -> str | None:
    if sorted(expected) == sorted(actual):
        return None
    if not actual:
        return f"selected: expected {shown(expected)}, but the whole pipeline was started"
    if not expected:
        return f"selected: expected the whole pipeline, got {shown(actual)}"
    hints = "".join(did_you_mean(name, actual) for name in expected if name not in actual)
    return differs("selected", expected, actual) + (f".{hints}" if hints else "")


def _parameter_reasons(expected: Mapping[str, object], execution: Execution, *, exactly: bool) -> list[str]:
    effective = execution.parameters
    reasons: list[str] = []
    for name, value in expected.items():
        if name not in effective:
            reasons.append(f"parameters[{name!r}]: the pipeline has no such parameter.{did_you_mean(name, effective)}")
        elif not _same(value, effective[name]):
            reasons.append(differs(f"parameters[{name!r}]", value, effective[name]))
        elif exactly and name not in execution.overrides:
            reasons.append(f"parameters[{name!r}]: was not given at the start; {shown(effective[name])} is the default")
    if exactly:
        reasons.extend(
            f"parameters[{name!r}]: was given at the start ({shown(value)}) and is not expected"
            for name, value in execution.overrides.items()
            if name not in expected
        )
    return reasons


def _same(expected: object, actual: object) -> bool:
    # True equals 1 in Python, but a Boolean parameter is no Integer.
    if isinstance(expected, bool | int | float) and isinstance(actual, bool | int | float):
        return expected == actual and isinstance(expected, bool) == isinstance(actual, bool)
    return bool(expected == actual)
