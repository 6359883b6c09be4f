"""What steps show and tell of their work in EMR, EMR Serverless and Athena."""

from typing import Final

from pytest_smpipeline._engine.attempts import Attempt, End
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import Json, JsonObject

_EMR_ID: Final = 13
_SERVERLESS_ID: Final = 16
_SERVERLESS_LOGS: Final = ("JobConfig", "configurationOverrides", "monitoringConfiguration", "s3MonitoringConfiguration", "logUri")

LOGS: Final = frozenset({"LogFilePath"})
"""What metadata shows only once the work has ended."""

_EMR_STATES: Final[dict[End, str]] = {"Completed": "COMPLETED", "Failed": "FAILED", "Stopped": "CANCELLED"}
_SERVERLESS_STATES: Final[dict[End, str]] = {"Completed": "SUCCESS", "Failed": "FAILED", "Stopped": "CANCELLED"}
_ATHENA_STATES: Final[dict[End, str]] = {"Completed": "SUCCEEDED", "Failed": "FAILED", "Stopped": "CANCELLED"}


def emr_metadata(attempt: Attempt) -> Metadata:
    """Show the cluster, given or made for the step, and the step in it; the log only when that step failed."""
    cluster = attempt.argument("ClusterId") or f"j-{attempt.ids.resource_id(_EMR_ID).upper()}"
    step = f"s-{attempt.ids.resource_id(_EMR_ID).upper()}"
    shown: JsonObject = {"ClusterId": cluster, "StepId": step, "StepName": attempt.job_name}
    logs = attempt.argument("ClusterConfig", "LogUri").rstrip("/")
    if logs and attempt.end == "Failed":
        shown["LogFilePath"] = f"{logs}/{cluster}/steps/{step}/stderr.gz"
    return {"EMR": shown}


def emr_properties(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe the step as EMR does, with the cluster that it ran on."""
    (shown,) = metadata.values()
    jar = attempt.arguments.get("StepConfig")
    jar = jar.get("HadoopJarStep") if isinstance(jar, dict) else None
    config = dict(jar) if isinstance(jar, dict) else {}
    if "Properties" in config:
        pairs = attempt.objects("StepConfig", "HadoopJarStep", "Properties")
        config["Properties"] = {str(pair.get("Key")): pair.get("Value") for pair in pairs}
    described: JsonObject = {
        "ClusterId": shown["ClusterId"],
        "Id": shown["StepId"],
        "Name": shown["StepName"],
        "Config": config,
        "Status": {"State": _EMR_STATES[attempt.end]},
    }
    return described | _chosen(attempt.arguments, "ExecutionRoleArn", "ClusterConfig")


def serverless_metadata(attempt: Attempt) -> Metadata:
    """Show the application, given or made for the step, and the job run in it; the log where one is written."""
    application = attempt.argument("ApplicationId") or attempt.ids.resource_id(_SERVERLESS_ID)
    run = attempt.ids.resource_id(_SERVERLESS_ID)
    name = attempt.argument("JobConfig", "name") or attempt.job_name
    shown: JsonObject = {"ApplicationId": application, "JobRunId": run, "JobRunName": name}
    logs = attempt.argument(*_SERVERLESS_LOGS).rstrip("/")
    if logs:
        shown["LogFilePath"] = f"{logs}/applications/{application}/jobs/{run}/"
    return {"EMRServerless": shown}


def serverless_properties(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe the job run as EMR Serverless does."""
    (shown,) = metadata.values()
    application, run = shown["ApplicationId"], shown["JobRunId"]
    config = attempt.arguments.get("JobConfig")
    described: JsonObject = {
        "applicationId": application,
        "jobRunId": run,
        "name": shown["JobRunName"],
        "arn": attempt.arn(f"/applications/{application}/jobruns/{run}", "emr-serverless"),
        "state": _SERVERLESS_STATES[attempt.end],
        "executionRole": attempt.argument("ExecutionRoleArn") or attempt.argument("JobConfig", "executionRoleArn"),
    }
    if isinstance(config, dict):
        described |= _chosen(config, "jobDriver", "configurationOverrides", "executionTimeoutMinutes", "tags")
    return {"jobRun": described}


def athena_metadata(attempt: Attempt) -> Metadata:
    """Show the query and the object with its results, unless Athena keeps those itself."""
    query = attempt.ids.query_id()
    shown: JsonObject = {"QueryExecutionId": query}
    place = attempt.argument("ResultConfiguration", "OutputLocation").rstrip("/")
    if place:
        shown["S3OutputLocation"] = f"{place}/{query}.csv"
    return {"Athena": shown}


def athena_properties(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe the query as Athena does."""
    (shown,) = metadata.values()
    described: JsonObject = {"QueryExecutionId": shown["QueryExecutionId"], "Status": {"State": _ATHENA_STATES[attempt.end]}}
    described |= _chosen(attempt.arguments, "QueryExecutionContext", "ResultConfiguration", "WorkGroup", "ExecutionParameters")
    if "QueryString" in attempt.arguments:
        described["Query"] = attempt.arguments["QueryString"]
    if "S3OutputLocation" in shown:
        described["ResultConfiguration"] = {"OutputLocation": shown["S3OutputLocation"]}
    return described


def _chosen(values: JsonObject, *names: str) -> dict[str, Json]:
    return {name: values[name] for name in names if name in values}
