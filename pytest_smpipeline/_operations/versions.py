"""The operations on the versions of a pipeline: list them, and update what is said about one."""

from pytest_smpipeline._operations.aliases import changed_aliases
from pytest_smpipeline._operations.context import Answer, Context
from pytest_smpipeline._operations.filters import created_between, everywhere
from pytest_smpipeline._operations.lookup import find_pipeline, find_version
from pytest_smpipeline._operations.members import optional_object, optional_text, present, texts
from pytest_smpipeline._operations.orders import Order, cut_ordered_page
from pytest_smpipeline._state.entities import PipelineState, VersionState
from pytest_smpipeline.values import Json, JsonObject, to_datetime


def list_pipeline_versions(context: Context, request: JsonObject) -> Answer:
    """List a pipeline's versions, the newest first unless asked otherwise."""
    pipeline = find_pipeline(context, request)
    # Versions stand by their ids. Where a test has set the wall clock back, that is not the order of their times.
    by_number = Order(pipeline.versions, _by_number, everywhere(pipeline.versions))
    by_creation = Order(pipeline.versions_by_creation, _by_creation, created_between(pipeline.versions_by_creation, request))
    page = cut_ordered_page(context, "ListPipelineVersions", request, by_number, by_creation)
    return present(PipelineVersionSummaries=[_summary(pipeline, version) for version in page.items], NextToken=page.next_token)


def update_pipeline_version(context: Context, request: JsonObject) -> Answer:
    """Change a version's aliases, display name and description; its definition stays what it is."""
    pipeline = find_pipeline(context, request, "PipelineArn")
    version = find_version(pipeline, request)
    operations = optional_object(request, "PipelineVersionAliasOperations") or {}
    version.aliases = changed_aliases(pipeline, version, texts(operations, "Add"), texts(operations, "Remove"))
    version.display_name = optional_text(request, "PipelineVersionDisplayName") or version.display_name
    if (description := optional_text(request, "PipelineVersionDescription")) is not None:
        version.description = description
    return {"PipelineArn": pipeline.arn, "PipelineVersionId": version.number}


def _by_number(version: VersionState) -> list[Json]:
    return [version.number]


def _by_creation(version: VersionState) -> list[Json]:
    return [version.created, version.number]


def _summary(pipeline: PipelineState, version: VersionState) -> Answer:
    return present(
        PipelineArn=pipeline.arn,
        PipelineVersionId=version.number,
        CreationTime=to_datetime(version.created),
        PipelineVersionDescription=version.description,
        PipelineVersionDisplayName=version.display_name,
        LastExecutionPipelineExecutionArn=None if version.history.last is None else version.history.last.arn,
        PipelineVersionAliases=list(version.aliases) or None,
    )
