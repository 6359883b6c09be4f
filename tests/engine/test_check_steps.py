"""QualityCheck and ClarifyCheck: the baselines that they tell, and the report of what violates them."""

from collections.abc import Callable

import pytest

from pytest_smpipeline import Execution, succeed
from pytest_smpipeline._engine.metadata import while_running
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import Json, JsonObject

Make = Callable[..., tuple[Metadata, JsonObject]]
Run = Callable[..., Execution]
Step = Callable[..., JsonObject]

JOB = "arn:aws:sagemaker:us-east-1:123456789012:processing-job/pipelines-exec12345678-Make-SUFFIX1234"
OUTPUT: JsonObject = {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "result", "S3Output": {"S3Uri": "s3://b/check/"}}]}}
SETTINGS: JsonObject = {"CheckType": "DATA_QUALITY", "ModelPackageGroupName": "churn", "SkipCheck": False, "RegisterNewBaseline": False}
SUPPLIED: JsonObject = {"SuppliedBaselineConstraints": "s3://old/c.json", "SuppliedBaselineStatistics": "s3://old/s.json"}

CALCULATED: dict[str, JsonObject] = {
    "QualityCheck": {
        "CalculatedBaselineConstraints": "s3://b/check/constraints.json",
        "CalculatedBaselineStatistics": "s3://b/check/statistics.json",
    },
    "ClarifyCheck": {"CalculatedBaselineConstraints": "s3://b/check/analysis.json"},
}
USED: dict[str, JsonObject] = {
    "QualityCheck": {
        "BaselineUsedForDriftCheckConstraints": "s3://old/c.json",
        "BaselineUsedForDriftCheckStatistics": "s3://old/s.json",
    },
    "ClarifyCheck": {"BaselineUsedForDriftCheckConstraints": "s3://old/c.json"},
}
KINDS = ["QualityCheck", "ClarifyCheck"]


@pytest.mark.fidelity("META-009", "CHECK-001", "CHECK-002")
@pytest.mark.parametrize("kind", KINDS)
def test_a_check_shows_its_settings_its_job_and_its_baselines(make: Make, kind: str) -> None:
    """The calculated baseline lies in the output of the job; the one checked against is the one supplied."""
    metadata, properties = make(kind, OUTPUT, {**SETTINGS, **SUPPLIED})

    assert metadata == {kind: {**SETTINGS, "CheckJobArn": JOB, **CALCULATED[kind], **USED[kind]}}
    assert properties == {**CALCULATED[kind], **USED[kind]}


@pytest.mark.fidelity("CHECK-003")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("skip", [True, False])
def test_a_new_baseline_takes_the_place_of_the_supplied_one(make: Make, kind: str, skip: bool) -> None:  # noqa: FBT001
    """Whether the check itself is skipped or not."""
    _, properties = make(kind, OUTPUT, {**SETTINGS, **SUPPLIED, "RegisterNewBaseline": True, "SkipCheck": skip})

    used = {name.replace("Calculated", "").replace("Baseline", "BaselineUsedForDriftCheck"): uri for name, uri in CALCULATED[kind].items()}
    assert properties == {**CALCULATED[kind], **used}


@pytest.mark.fidelity("CHECK-004")
@pytest.mark.parametrize("kind", KINDS)
def test_a_baseline_that_only_the_registry_has_is_not_known(make: Make, kind: str) -> None:
    """Which package is the latest approved one, and what it was registered with, is not known here."""
    _, properties = make(kind, OUTPUT, SETTINGS)

    assert properties == CALCULATED[kind]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "arguments", [{}, {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "a"}]}}, {"ProcessingOutputConfig": {"Outputs": "none"}}]
)
def test_a_check_without_an_output_has_calculated_nothing(make: Make, kind: str, arguments: JsonObject) -> None:
    """A new baseline would be the one that is not there; a supplied one still counts."""
    settings: JsonObject = {**SETTINGS, **SUPPLIED}

    assert make(kind, arguments, settings)[1] == USED[kind]
    assert make(kind, arguments, {**settings, "RegisterNewBaseline": True})[1] == {}


@pytest.mark.fidelity("META-009")
def test_settings_that_are_null_are_not_shown(make: Make) -> None:
    """The SDK writes null for what it was not given."""
    metadata, _ = make(
        "QualityCheck", OUTPUT, {"CheckType": "DATA_QUALITY", "ModelPackageGroupName": None, "SuppliedBaselineConstraints": None}
    )

    assert metadata == {"QualityCheck": {"CheckType": "DATA_QUALITY", "CheckJobArn": JOB, **CALCULATED["QualityCheck"]}}


@pytest.mark.fidelity("CHECK-005")
@pytest.mark.parametrize("kind", KINDS)
def test_a_violation_leaves_a_report(make: Make, kind: str) -> None:
    """The job ran to its end: its baseline is there, and so is what the report says of the old one."""
    reason = f"{kind.removesuffix('Check')} check failed. See violation report."

    metadata, _ = make(kind, OUTPUT, {**SETTINGS, **SUPPLIED}, succeeded=False, failure=reason)

    report = {"ViolationReport": "s3://b/check/constraint_violations.json"}
    assert metadata == {kind: {**SETTINGS, "CheckJobArn": JOB, **CALCULATED[kind], **USED[kind], **report}}


@pytest.mark.fidelity("CHECK-005")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", [{"failure": "out of memory"}, {}, {"stopped": True}])
def test_a_job_that_failed_for_another_reason_leaves_nothing(make: Make, kind: str, how: dict[str, Json]) -> None:
    """Without a report nothing was checked."""
    metadata, properties = make(kind, OUTPUT, {**SETTINGS, **SUPPLIED}, succeeded=False, **how)

    assert (metadata, properties) == ({kind: {**SETTINGS, "CheckJobArn": JOB}}, {})


def test_a_violation_without_an_output_has_no_report(make: Make) -> None:
    """A report lies where the other results do."""
    metadata, _ = make("QualityCheck", {}, SETTINGS, succeeded=False, failure="See violation report.")

    assert metadata == {"QualityCheck": {**SETTINGS, "CheckJobArn": JOB}}


@pytest.mark.fidelity("CHECK-006")
@pytest.mark.parametrize("member", ["ViolationReport", "BaselineUsedForDriftCheckConstraints"])
def test_what_a_test_scripts_of_a_check_is_shown_too(run: Run, step: Step, member: str) -> None:
    """With FailOnViolation false a check succeeds and has a report; a baseline of the registry is for the test to say."""
    check = step("Check", kind="ClarifyCheck", arguments=OUTPUT, CheckType="DATA_BIAS", FailOnViolation=False)

    execution = run(check, script={"Check": succeed(properties={member: "s3://mine", "Other": 1})})

    shown = execution.steps["Check"].metadata["ClarifyCheck"]
    assert (shown[member], "Other" in shown) == ("s3://mine", False)


def test_a_step_that_registers_a_model_refers_to_the_baselines(run: Run, step: Step) -> None:
    """``DriftCheckBaselines`` of a model package come from the checks before it."""
    check = step("Check", kind="QualityCheck", arguments=OUTPUT, CheckType="DATA_QUALITY", RegisterNewBaseline=True)
    value: JsonObject = {"ModelDataQuality": {"Statistics": {"S3Uri": {"Get": "Steps.Check.BaselineUsedForDriftCheckStatistics"}}}}
    register = step("Register", kind="RegisterModel", arguments={"DriftCheckBaselines": value})

    execution = run(check, register)

    baselines = {"ModelDataQuality": {"Statistics": {"S3Uri": "s3://b/check/statistics.json"}}}
    assert execution.steps["Register"].properties["DriftCheckBaselines"] == baselines


@pytest.mark.fidelity("CHECK-007")
@pytest.mark.parametrize("kind", KINDS)
def test_a_check_that_runs_shows_its_settings_and_its_job(make: Make, kind: str) -> None:
    """What its job leaves behind is shown once it has ended."""
    metadata, _ = make(kind, OUTPUT, {**SETTINGS, **SUPPLIED})

    assert while_running(metadata, STEP_TYPES[kind].at_end) == {kind: {**SETTINGS, "CheckJobArn": JOB}}
