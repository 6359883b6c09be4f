"""The starts that came to nothing: calls of StartPipelineExecution that were refused, in the words of a failed assertion."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from pytest_smpipeline._state.arns import parse_reference
from pytest_smpipeline._wire.recorder import Call
from pytest_smpipeline.failures import Candidate, counted


def refused_starts(calls: Iterable[Call], pipeline: str | None, known: Collection[str]) -> list[Call]:
    """Return the refused starts that may have been meant for a pipeline: those that name it, and those that name none that exists.

    With None as pipeline, all of them. An attempt that was made again under its token, and then accepted, was not refused.
    """
    others = set(known) - {pipeline}
    starts = [call for call in calls if call.operation == "StartPipelineExecution"]
    accepted = [call.request["ClientRequestToken"] for call in starts if call.error_code is None]
    refused = (call for call in starts if call.error_code is not None and call.request.get("ClientRequestToken") not in accepted)
    return [call for call in refused if pipeline is None or _meant(call) not in others]


def refused_words(refused: Sequence[Call]) -> str:
    """Return how many calls were refused, and with which codes, as the end of a sentence; nothing when there are none."""
    if not refused:
        return ""
    codes = ", ".join(dict.fromkeys(str(call.error_code) for call in refused))
    verb = "was" if len(refused) == 1 else "were"
    return f"; {counted(len(refused), 'call')} of StartPipelineExecution {verb} refused: {codes}"


def refused_candidates(refused: Iterable[Call]) -> list[Candidate]:
    """Return what was refused and why; what was refused alike stands there once."""
    alike = Counter((_meant(call), call.error_code, call.error_message) for call in refused)
    return [
        Candidate(f"a start of {name!r}, refused{'' if often == 1 else f' {often} times'}", (*f"{code}: {reason}".splitlines(),))
        for (name, code, reason), often in alike.items()
    ]


def _meant(call: Call) -> str | None:
    named = call.request.get("PipelineName")
    return parse_reference(named).name if isinstance(named, str) else None
