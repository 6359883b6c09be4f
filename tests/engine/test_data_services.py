"""Steps that work in EMR, EMR Serverless and Athena: their ids, logs and results."""

import re
from collections.abc import Callable

import pytest

from pytest_smpipeline import Execution
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import Json, JsonObject

Make = Callable[..., tuple[Metadata, JsonObject]]
Run = Callable[..., Execution]
Step = Callable[..., JsonObject]

NAME = "pipelines-exec12345678-Make-SUFFIX1234"
ENDS: list[tuple[dict[str, Json], str, str, str]] = [
    ({}, "COMPLETED", "SUCCESS", "SUCCEEDED"),
    ({"succeeded": False}, "FAILED", "FAILED", "FAILED"),
    ({"succeeded": False, "stopped": True}, "CANCELLED", "CANCELLED", "CANCELLED"),
]


@pytest.mark.fidelity("META-010")
@pytest.mark.parametrize(("arguments", "cluster"), [({"ClusterId": "j-ABC"}, "j-ABC"), ({"ClusterConfig": {}}, r"j-[A-Z0-9]{13}")])
def test_an_emr_step_shows_cluster_and_step(make: Make, arguments: JsonObject, cluster: str) -> None:
    """The cluster is the one of the arguments, or one that the step makes."""
    metadata, properties = make("EMR", arguments)

    shown = metadata["EMR"]
    assert re.fullmatch(cluster, str(shown["ClusterId"]))
    assert re.fullmatch("s-[A-Z0-9]{13}", str(shown["StepId"]))
    assert shown["StepName"] == NAME
    assert (properties["ClusterId"], properties["Id"], properties["Name"]) == (shown["ClusterId"], shown["StepId"], NAME)


@pytest.mark.fidelity("EMR-001")
def test_an_emr_step_is_described_as_emr_does(make: Make) -> None:
    """Arguments can be referred to by their index; properties, pairs in the request, are a map."""
    jar: JsonObject = {"Jar": "s3://b/a.jar", "Args": ["--out", "s3://b/out"], "Properties": [{"Key": "k", "Value": "v"}]}

    _, properties = make("EMR", {"StepConfig": {"HadoopJarStep": jar}, "ClusterId": "j-A", "ExecutionRoleArn": "role"})

    assert properties["Config"] == {"Jar": "s3://b/a.jar", "Args": ["--out", "s3://b/out"], "Properties": {"k": "v"}}
    assert properties["ExecutionRoleArn"] == "role"


@pytest.mark.parametrize("arguments", [{}, {"StepConfig": {}}, {"StepConfig": {"HadoopJarStep": {"Jar": "a"}}}])
def test_an_emr_step_without_a_jar_has_an_empty_configuration(make: Make, arguments: JsonObject) -> None:
    """What the arguments do not say is not told."""
    assert make("EMR", arguments)[1]["Config"] == ({"Jar": "a"} if "HadoopJarStep" in str(arguments) else {})


@pytest.mark.fidelity("EMR-002")
def test_an_emr_step_that_failed_shows_its_log(make: Make) -> None:
    """It lies under the log folder of the cluster that the step made; of a cluster that was there nothing is known."""
    logs: JsonObject = {"ClusterConfig": {"LogUri": "s3://logs/"}}
    (good, _), (bad, _), (other, _) = make("EMR", logs), make("EMR", logs, succeeded=False), make("EMR", {}, succeeded=False)

    shown = bad["EMR"]
    assert shown["LogFilePath"] == f"s3://logs/{shown['ClusterId']}/steps/{shown['StepId']}/stderr.gz"
    assert ["LogFilePath" in metadata["EMR"] for metadata in (good, other)] == [False, False]


@pytest.mark.fidelity("EMR-003")
@pytest.mark.parametrize(("given", "application"), [({"ApplicationId": "00app"}, "00app"), ({"ApplicationConfig": {}}, "[a-z0-9]{16}")])
@pytest.mark.parametrize(("config", "name"), [({"name": "count"}, "count"), ({}, NAME)])
def test_an_emr_serverless_step_shows_application_and_run(
    make: Make, given: JsonObject, application: str, config: JsonObject, name: str
) -> None:
    """The application is the one of the arguments, or one that the step makes; so is the name of the run."""
    metadata, properties = make("EMRServerless", {**given, "JobConfig": config, "ExecutionRoleArn": "role"})

    shown = metadata["EMRServerless"]
    assert re.fullmatch(application, str(shown["ApplicationId"]))
    assert re.fullmatch("[a-z0-9]{16}", str(shown["JobRunId"]))
    assert (shown["JobRunName"], "LogFilePath" in shown) == (name, False)
    arn = f"arn:aws:emr-serverless:us-east-1:123456789012:/applications/{shown['ApplicationId']}/jobruns/{shown['JobRunId']}"
    assert properties == {
        "jobRun": {
            "applicationId": shown["ApplicationId"],
            "jobRunId": shown["JobRunId"],
            "name": name,
            "arn": arn,
            "state": "SUCCESS",
            "executionRole": "role",
        }
    }


@pytest.mark.fidelity("EMR-004")
def test_an_emr_serverless_step_that_writes_logs_shows_where(make: Make) -> None:
    """They lie under the folder of its configuration, by application and run."""
    overrides: JsonObject = {"monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": "s3://logs/"}}}

    metadata, properties = make("EMRServerless", {"JobConfig": {"configurationOverrides": overrides, "executionRoleArn": "role"}})

    shown, described = metadata["EMRServerless"], properties["jobRun"]
    assert shown["LogFilePath"] == f"s3://logs/applications/{shown['ApplicationId']}/jobs/{shown['JobRunId']}/"
    assert isinstance(described, dict)
    assert (described["configurationOverrides"], described["executionRole"]) == (overrides, "role")


def test_an_emr_serverless_step_without_a_job_has_a_run_nonetheless(make: Make) -> None:
    """What the arguments do not say is not told."""
    described = make("EMRServerless")[1]["jobRun"]

    assert isinstance(described, dict)
    assert "jobDriver" not in described


@pytest.mark.fidelity("ATHENA-001")
@pytest.mark.parametrize("place", ["s3://b/results/", None])
def test_an_athena_step_shows_its_query_and_where_the_results_are(make: Make, place: str | None) -> None:
    """The results are an object named after the query; Athena may keep them itself."""
    result: JsonObject = {"ResultConfiguration": {"OutputLocation": place}} if place else {}

    metadata, properties = make("Athena", {"QueryString": "SELECT 1", "WorkGroup": "primary", **result})

    shown = metadata["Athena"]
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(shown["QueryExecutionId"]))
    location = f"s3://b/results/{shown['QueryExecutionId']}.csv" if place else None
    assert shown.get("S3OutputLocation") == location
    assert properties == {
        "QueryExecutionId": shown["QueryExecutionId"],
        "Query": "SELECT 1",
        "WorkGroup": "primary",
        "Status": {"State": "SUCCEEDED"},
        **({"ResultConfiguration": {"OutputLocation": location}} if place else {}),
    }


@pytest.mark.parametrize(("how", "emr", "serverless", "athena"), ENDS)
def test_each_service_has_words_of_its_own_for_an_end(make: Make, how: dict[str, Json], emr: str, serverless: str, athena: str) -> None:
    """A step that runs on a failure can refer to the state."""
    states = [make(kind, **how)[1] for kind in ("EMR", "EMRServerless", "Athena")]

    run = states[1]["jobRun"]
    assert isinstance(run, dict)
    assert (states[0]["Status"], run["state"], states[2]["Status"]) == ({"State": emr}, serverless, {"State": athena})


def test_a_later_step_refers_to_an_argument_of_an_emr_step(run: Run, step: Step) -> None:
    """The SDK's ``emr_outputs`` are such references."""
    count = step("Count", kind="EMR", arguments={"StepConfig": {"HadoopJarStep": {"Args": ["--out", "s3://b/out"]}}})

    execution = run(count, step("Use", arguments={"RoleArn": {"Get": "Steps.Count.Config.Args[1]"}}))

    assert execution.steps["Use"].arguments == {"RoleArn": "s3://b/out"}
