"""The operations on pipelines: create, update, describe, list, delete."""

from collections.abc import Iterable
from functools import partial
from typing import Final

from pytest_smpipeline._definition.parser import parse_definition
from pytest_smpipeline._operations.aliases import check_new_aliases
from pytest_smpipeline._operations.context import Answer, Context
from pytest_smpipeline._operations.descriptions import described_pipeline
from pytest_smpipeline._operations.filters import created_between, named_with
from pytest_smpipeline._operations.idempotency import once
from pytest_smpipeline._operations.lookup import find_pipeline, find_version
from pytest_smpipeline._operations.members import (
    optional_object,
    optional_text,
    parallelism,
    present,
    text,
    texts,
)
from pytest_smpipeline._operations.orders import Order, cut_ordered_page
from pytest_smpipeline._operations.quotas import check_pipelines
from pytest_smpipeline._operations.tags import requested_tags
from pytest_smpipeline._state.arns import pipeline_arn
from pytest_smpipeline._state.entities import PipelineState, VersionState
from pytest_smpipeline._state.transitions import ACTIVE
from pytest_smpipeline.exceptions import ServiceError, validation_exception
from pytest_smpipeline.values import Instant, Json, JsonObject, to_datetime, to_optional_datetime

_NEITHER: Final = "Either Pipeline Definition or Pipeline Definition S3 location should be provided"
_BOTH: Final = "Both Pipeline Definition and Pipeline Definition S3 Location shouldn't be present"
_ALIASES_WITHOUT_VERSION: Final = "PipelineVersionAliases can be specified only when the update changes the pipeline definition."


def create_pipeline(context: Context, request: JsonObject) -> Answer:
    """Create a pipeline with its first version."""
    return once(context, "CreatePipeline", request, partial(_create, context, request))


def _create(context: Context, request: JsonObject) -> Answer:
    territory = context.territory
    name = text(request, "PipelineName")
    if name in territory.pipelines:
        message = (
            "Pipeline names must be unique within an AWS account and region. "
            f"Pipeline with name ({name}) already exists."
        )  # fmt: skip
        raise validation_exception(message)
    check_pipelines(context)
    now = context.now()
    pipeline = PipelineState(
        name=name,
        arn=pipeline_arn(territory.region, territory.account_id, name),
        number=territory.entered,
        display_name=optional_text(request, "PipelineDisplayName") or name,
        role_arn=text(request, "RoleArn"),
        created=now,
        modified=now,
        description=optional_text(request, "PipelineDescription"),
        parallelism=parallelism(request),
        tags=requested_tags(request),
    )
    pipeline.enter(_version(context, pipeline, _definition(context, request), texts(request, "PipelineVersionAliases"), now))
    territory.enter(pipeline)
    return {"PipelineArn": pipeline.arn}


def update_pipeline(context: Context, request: JsonObject) -> Answer:
    """Update what the request names; a changed definition makes a new version."""
    pipeline = find_pipeline(context, request)
    aliases = texts(request, "PipelineVersionAliases")
    now = context.now()
    given = _optional_definition(context, request)
    changes = given is not None and given != pipeline.latest.text
    if aliases and not changes:
        raise validation_exception(_ALIASES_WITHOUT_VERSION)
    if given is not None and changes:
        pipeline.enter(_version(context, pipeline, given, aliases, now))
    pipeline.display_name = optional_text(request, "PipelineDisplayName") or pipeline.display_name
    pipeline.role_arn = optional_text(request, "RoleArn") or pipeline.role_arn
    if (description := optional_text(request, "PipelineDescription")) is not None:
        pipeline.description = description
    if (limit := parallelism(request)) is not None:
        pipeline.parallelism = limit
    pipeline.modified = now
    return {"PipelineArn": pipeline.arn, "PipelineVersionId": pipeline.latest.number}


def describe_pipeline(context: Context, request: JsonObject) -> Answer:
    """Describe a pipeline at its latest version, or at the one that the request names."""
    pipeline = find_pipeline(context, request)
    return described_pipeline(context, pipeline, find_version(pipeline, request))


def list_pipelines(context: Context, request: JsonObject) -> Answer:
    """List the pipelines of the account in the region, newest first unless asked otherwise."""
    territory = context.territory
    # None is managed by AWS.
    by_name, by_creation = ([], []) if optional_text(request, "ManagedBy") == "AWS" else (territory.by_name, territory.by_creation)
    orders = [
        Order(by_creation, _by_creation, created_between(by_creation, request)),
        Order(by_name, _by_name, named_with(by_name, optional_text(request, "PipelineNamePrefix"))),
    ]
    if optional_text(request, "SortBy") == "Name":
        orders.reverse()
    page = cut_ordered_page(context, "ListPipelines", request, *orders)
    return present(PipelineSummaries=[_summary(pipeline) for pipeline in page.items], NextToken=page.next_token)


def delete_pipeline(context: Context, request: JsonObject) -> Answer:
    """Delete a pipeline and its executions; refused while one of them is running."""
    return once(context, "DeletePipeline", request, partial(_delete, context, request))


def _delete(context: Context, request: JsonObject) -> Answer:
    pipeline = find_pipeline(context, request)
    running = sum(execution.status in ACTIVE for execution in pipeline.executions)
    if running:
        message = (
            f"Pipeline '{pipeline.arn}' can't be deleted while it runs; executions that have not ended: {running}. "
            "Stop them, or wait for their end."
        )
        raise ServiceError("ConflictException", message)
    context.territory.remove(pipeline)
    return {"PipelineArn": pipeline.arn}


def _by_name(pipeline: PipelineState) -> list[Json]:
    return [pipeline.name]


def _by_creation(pipeline: PipelineState) -> list[Json]:
    return [pipeline.created, pipeline.number]


def _summary(pipeline: PipelineState) -> Answer:
    return present(
        PipelineArn=pipeline.arn,
        PipelineName=pipeline.name,
        PipelineDisplayName=pipeline.display_name,
        PipelineDescription=pipeline.description,
        RoleArn=pipeline.role_arn,
        CreationTime=to_datetime(pipeline.created),
        LastModifiedTime=to_datetime(pipeline.modified),
        LastExecutionTime=to_optional_datetime(pipeline.last_run),
    )


def _definition(context: Context, request: JsonObject) -> str:
    definition = _optional_definition(context, request)
    if definition is None:
        raise validation_exception(_NEITHER)
    return definition


def _optional_definition(context: Context, request: JsonObject) -> str | None:
    inline = optional_text(request, "PipelineDefinition")
    location = optional_object(request, "PipelineDefinitionS3Location")
    if location is None:
        return inline
    if inline is not None:
        raise validation_exception(_BOTH)
    bucket, key, version = text(location, "Bucket"), text(location, "ObjectKey"), optional_text(location, "VersionId")
    return context.read_object(bucket, key, version, context.territory.region)


def _version(context: Context, pipeline: PipelineState, definition: str, aliases: Iterable[str], now: Instant) -> VersionState:
    aliases = tuple(aliases)
    check_new_aliases(pipeline, aliases)
    return VersionState(
        number=len(pipeline.versions) + 1,
        text=definition,
        definition=parse_definition(definition, context.job_shape),
        created=now,
        aliases=aliases,
    )
