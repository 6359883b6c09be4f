"""Makers of metadata: what ListPipelineExecutionSteps shows of what a step has made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from pytest_smpipeline._engine.attempts import LONGEST_NAME, Attempt
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import Json

MetadataMaker: TypeAlias = Callable[[Attempt], Metadata]

CLEANED: Final = frozenset({"CleanedSteps", "FailedSteps"})
"""What the metadata of a Cleanup step shows only once it has ended."""

_BEDROCK_ID: Final = 12
_FIRST_VERSION: Final = "1.0.0"


def empty(kind: str) -> MetadataMaker:
    """Return the maker of metadata that names its kind and says no more."""
    return lambda _attempt: {kind: {}}


def nothing(_attempt: Attempt) -> Metadata:
    """Show nothing: the step makes nothing."""
    return {}


@dataclass(frozen=True, slots=True)
class Named:
    """The maker that shows the ARN of a resource with a name of its own, whatever the attempt comes to: nobody need ask before it ends.

    ``member`` is the argument that may begin the name; ``lower`` says that the ARN, unlike the name, is in lower case.
    """

    kind: str
    resource: str
    member: str
    lower: bool = field(default=False, kw_only=True)
    longest: int = field(default=LONGEST_NAME, kw_only=True)

    def __call__(self, attempt: Attempt) -> Metadata:
        """Return the metadata of the attempt; it depends on nothing that changes, and draws no id."""
        name = attempt.own_name(self.member, self.longest)
        return {self.kind: {"Arn": attempt.arn(f"{self.resource}/{name.lower() if self.lower else name}")}}


def kept(kind: str, resource: str, member: str) -> MetadataMaker:
    """Return the maker that shows the ARN of a resource which keeps the name that an argument gives it."""
    return lambda attempt: {kind: {"Arn": attempt.arn(f"{resource}/{attempt.kept_name(member).lower()}")}}


def model_package(attempt: Attempt) -> Metadata:
    """Show the ARN of the next version in its group, or of a package that belongs to none."""
    group = attempt.argument("ModelPackageGroupName").rpartition("/")[2]
    if not group:
        return {"RegisterModel": {"Arn": attempt.arn(f"model-package/{attempt.job_name.lower()}")}}
    version = attempt.territory.package_versions.get(group, 0) + 1
    attempt.territory.package_versions[group] = version
    return {"RegisterModel": {"Arn": attempt.arn(f"model-package/{group}/{version}")}}


def job(attempt: Attempt) -> Metadata:
    """Show the ARN of a job made by CreateJob; the job's category stands in it."""
    parts = ("job", attempt.argument("JobCategory"), attempt.own_name("JobName"))
    return {"Job": {"Arn": attempt.arn("/".join(filter(None, parts)))}}


def bedrock(kind: str, resource: str) -> MetadataMaker:
    """Return the maker that shows the ARN of a resource in Bedrock, which ends in an id and not in a name."""
    return lambda attempt: {kind: {"Arn": attempt.arn(f"{resource}/{attempt.ids.resource_id(_BEDROCK_ID)}", "bedrock")}}


def lambda_function(attempt: Attempt) -> Metadata:
    """Show the function that a Lambda step calls."""
    return {"Lambda": {"Arn": attempt.setting("FunctionArn")}}


def callback(attempt: Attempt) -> Metadata:
    """Show the queue of a Callback step and the token by which it is answered."""
    return {"Callback": {"CallbackToken": attempt.ids.callback_token(), "SqsQueueUrl": attempt.setting("SqsQueueUrl")}}


def hub_content(attempt: Attempt) -> Metadata:
    """Show the hub and what was imported into it."""
    hub = attempt.argument("HubName").rpartition("/")[2]
    version = attempt.argument("HubContentVersion") or _FIRST_VERSION
    content = "/".join((hub, attempt.argument("HubContentType"), attempt.kept_name("HubContentName"), version))
    return {"HubContent": {"HubArn": attempt.arn(f"hub/{hub}"), "HubContentArn": attempt.arn(f"hub-content/{content}")}}


def cleanup(attempt: Attempt) -> Metadata:
    """Show the steps whose outputs were deleted, or could not be."""
    names = [source.get("StepName") for source in attempt.objects("Resources", "S3")]
    if attempt.succeeded:
        return {"Cleanup": {"CleanedSteps": names}}
    reason = attempt.failure or ""
    failed: list[Json] = [{"StepName": name, "ErrorCode": "ClientError", "ErrorMessage": reason} for name in names]
    return {"Cleanup": {"FailedSteps": failed}}


def while_running(metadata: Metadata, at_end: frozenset[str]) -> Metadata:
    """Return what metadata shows before the step has ended: everything but the members that tell how it came out."""
    return {kind: {name: value for name, value in made.items() if name not in at_end} for kind, made in metadata.items()}


def arn_in(metadata: Mapping[str, Mapping[str, Json]]) -> str:
    """Return the ARN of the one thing that a step has made."""
    (made,) = metadata.values()
    return str(made["Arn"])
