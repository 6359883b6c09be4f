"""What QualityCheck and ClarifyCheck steps show and tell: the baseline that they calculated, and the one that they checked against.

The step's processing job writes both into its first output. Which baseline counts for drift checks is told by the developer
guide, "Baseline calculation, drift detection and lifecycle".
"""

from typing import Final

from pytest_smpipeline._engine.attempts import Attempt
from pytest_smpipeline._engine.metadata import MetadataMaker
from pytest_smpipeline._engine.property_names import QUALITY_CHECK
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import JsonObject

_SETTINGS: Final = ("CheckType", "ModelPackageGroupName", "SkipCheck", "RegisterNewBaseline")
_CALCULATED: Final = "CalculatedBaseline"
_USED: Final = "BaselineUsedForDriftCheck"
_SUPPLIED: Final = "SuppliedBaseline"
_REPORT: Final = "ViolationReport"
_VIOLATIONS: Final = "constraint_violations.json"

QUALITY_FILES: Final = {"Constraints": "constraints.json", "Statistics": "statistics.json"}
"""What Model Monitor leaves behind, by the kind of baseline: SDK, model monitor."""

CLARIFY_FILES: Final = {"Constraints": "analysis.json"}
"""What Clarify leaves behind: SDK, model monitor of Clarify."""

AT_END: Final = QUALITY_CHECK | {_REPORT}
"""What the metadata of a check shows only once its job has ended."""


def check_metadata(kind: str, files: dict[str, str]) -> MetadataMaker:
    """Return the maker that shows the settings of a check, its job, and what that job left behind."""

    def make(attempt: Attempt) -> Metadata:
        shown = {name: attempt.settings[name] for name in _SETTINGS if attempt.settings.get(name) is not None}
        shown["CheckJobArn"] = attempt.arn(f"processing-job/{attempt.own_name('ProcessingJobName')}")
        return {kind: shown | _found(attempt, files)}

    return make


def check_properties(_attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Tell the baselines, by the names that they have in the metadata."""
    (shown,) = metadata.values()
    return {name: value for name, value in shown.items() if name in QUALITY_CHECK}


def _found(attempt: Attempt, files: dict[str, str]) -> JsonObject:
    # "Clarify check failed. See violation report...", as the SDK's integration tests expect it.
    violated = attempt.end == "Failed" and "violation" in (attempt.failure or "")
    if not (attempt.succeeded or violated):
        return {}
    place = _output(attempt)
    found: JsonObject = {}
    for kind, file in files.items():
        calculated = f"{place}/{file}" if place else ""
        used = calculated if attempt.settings.get("RegisterNewBaseline") is True else attempt.setting(_SUPPLIED + kind)
        found |= {name: uri for name, uri in ((_CALCULATED + kind, calculated), (_USED + kind, used)) if uri}
    if violated and place:
        found[_REPORT] = f"{place}/{_VIOLATIONS}"
    return found | {name: value for name, value in attempt.made.properties.items() if name in AT_END}


def _output(attempt: Attempt) -> str:
    for output in attempt.objects("ProcessingOutputConfig", "Outputs"):
        place = output.get("S3Output")
        uri = place.get("S3Uri") if isinstance(place, dict) else None
        if isinstance(uri, str):
            return uri.rstrip("/")
    return ""
