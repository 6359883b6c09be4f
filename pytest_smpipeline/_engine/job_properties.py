"""Properties of jobs: what the Describe call of a job would return, worked out from its arguments and its end.

Members of the request that the Describe call does not return, such as Tags, are no properties: a reference to them fails on the
service too. Times are seconds since 1970, as on the wire.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from pytest_smpipeline._engine.attempts import Attempt
from pytest_smpipeline._engine.metadata import arn_in
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import Instant, Json, JsonObject

PropertiesMaker: TypeAlias = Callable[[Attempt, Metadata], JsonObject]

# Members of the requests that no Describe call repeats: botocore model.
_NOT_TOLD: Final = frozenset({"Tags", "ClientToken", "DeploymentConfig", "SessionChainingConfig"})
_SECOND: Final = 1_000


def none(_attempt: Attempt, _metadata: Metadata) -> JsonObject:
    """Tell nothing: no step can refer to one of this type, or only to its output parameters."""
    return {}


def seconds(instant: Instant) -> float:
    """Return an instant as it travels on the wire."""
    return instant / _SECOND


def told(arguments: JsonObject) -> JsonObject:
    """Return the arguments that a Describe call repeats."""
    return {name: value for name, value in arguments.items() if name not in _NOT_TOLD}


def times(attempt: Attempt, *, start: str | None = None, end: str | None = None, modified: bool = True) -> JsonObject:
    """Return when a job was created, started, modified and, once that is known, ended, by the names its Describe call has for these."""
    shown: JsonObject = {"CreationTime": seconds(attempt.now)}
    if start:
        shown[start] = seconds(attempt.now)
    ended = None if attempt.duration is None else attempt.now + attempt.duration
    if end and ended is not None:
        shown[end] = seconds(ended)
    if modified:
        shown["LastModifiedTime"] = seconds(attempt.now if ended is None else ended)
    return shown


def failure(attempt: Attempt, member: str = "FailureReason") -> JsonObject:
    """Return the reason of a job that failed."""
    return {member: attempt.failure} if attempt.end == "Failed" and attempt.failure is not None else {}


def described_job(noun: str, own: JsonObject, attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Return what the Describe call of every kind of job has: the request, ``own``, name, ARN, status, and reason of a failure."""
    arn = arn_in(metadata)
    identity: JsonObject = {f"{noun}Name": arn.rpartition("/")[2], f"{noun}Arn": arn, f"{noun}Status": attempt.end}
    return told(attempt.arguments) | own | identity | failure(attempt)


def training(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe a training job: where its model lies, its final metrics, its times."""
    own = times(attempt, start="TrainingStartTime", end="TrainingEndTime") | {"SecondaryStatus": attempt.end}
    name = arn_in(metadata).rpartition("/")[2]
    prefix = attempt.argument("OutputDataConfig", "S3OutputPath").rstrip("/")
    if prefix:
        compressed = attempt.argument("OutputDataConfig", "CompressionType") != "NONE"
        own["ModelArtifacts"] = {"S3ModelArtifacts": f"{prefix}/{name}/output/model{'.tar.gz' if compressed else '/'}"}
    if attempt.duration is not None:
        own |= dict.fromkeys(("TrainingTimeInSeconds", "BillableTimeInSeconds"), attempt.duration // _SECOND)
    if attempt.made.metrics:
        metrics = attempt.made.metrics.items()
        final: list[Json] = [{"MetricName": name, "Value": value, "Timestamp": seconds(attempt.now)} for name, value in metrics]
        own["FinalMetricDataList"] = final
    return described_job("TrainingJob", own, attempt, metadata)


def processing(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe a processing job; its outputs are where the arguments put them."""
    return described_job("ProcessingJob", times(attempt, start="ProcessingStartTime", end="ProcessingEndTime"), attempt, metadata)


def transform(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe a transform job."""
    own = times(attempt, start="TransformStartTime", end="TransformEndTime", modified=False)
    return described_job("TransformJob", own, attempt, metadata)


def job(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe a job made by CreateJob; its document stays one text, into which references can go on."""
    own = times(attempt, end="EndTime") | {"SecondaryStatus": attempt.end}
    # Unlike others, this Describe call repeats the tags.
    own |= {name: attempt.arguments[name] for name in ("Tags",) if name in attempt.arguments}
    return described_job("Job", own, attempt, metadata)
