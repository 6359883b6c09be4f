"""The Resource Groups Tagging API in moto: it lists pipelines with their tags, and tags them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._operations.tags import described_tags
from pytest_smpipeline._state.arns import parse_reference
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.messages import Request
from pytest_smpipeline.values import JsonObject

TAGS: Final = "moto.resourcegroupstaggingapi.models"
_TYPES: Final = frozenset({"sagemaker", "sagemaker:pipeline"})


class _Backend(Protocol):
    """``ResourceGroupsTaggingAPIBackend``: one account in one region."""

    account_id: str
    region_name: str


Generator: TypeAlias = Callable[..., Iterator[Any]]
"""What moto pages through: keys, values, or resources, whose class depends on its version."""

Failures: TypeAlias = dict[str, dict[str, object]]
Change: TypeAlias = Callable[..., Failures]


def open_tags(service: Service, undo: Undo) -> None:
    """Let moto's tagging API know the pipelines of this service until ``undo`` runs."""
    _Tagging(service).open(undo)


class _Tagging:
    """The patches of moto's tagging API."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def open(self, undo: Undo) -> None:
        """Patch the class."""
        from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend as Backend

        self._resources: Seam[Generator] = Seam(Backend, "_get_resources_generator", self._on_resources())
        self._keys: Seam[Generator] = Seam(Backend, "_get_tag_keys_generator", self._on_keys())
        self._values: Seam[Generator] = Seam(Backend, "_get_tag_values_generator", self._on_values())
        self._tag: Seam[Change] = Seam(Backend, "tag_resources", self._on_tag())
        for seam in (self._resources, self._keys, self._values):
            seam.open(undo)
        self._tag.open(undo)
        if "untag_resources" in vars(Backend):  # older versions of moto do not have it
            self._untag: Seam[Change] = Seam(Backend, "untag_resources", self._on_untag())
            self._untag.open(undo)

    def _on_resources(self) -> Generator:
        def resources(
            backend: _Backend,
            tag_filters: Sequence[Mapping[str, Any]] | None = None,
            resource_type_filters: Sequence[str] | None = None,
            **filters: Sequence[str] | None,  # newer versions of moto also have a list of ARNs
        ) -> Iterator[Any]:
            yield from self._resources.beneath(backend, tag_filters, resource_type_filters, **filters)
            if resource_type_filters and not _TYPES.intersection(resource_type_filters):
                return
            arns = filters.get("resource_arn_list")
            for arn, tags in self._tagged(backend):
                if all(_matches(tags, each) for each in tag_filters or ()) and (not arns or arn in arns):
                    yield _resource(arn, tags)

        return resources

    def _on_keys(self) -> Generator:
        def keys(backend: _Backend) -> Iterator[str]:
            ours = [key for _, tags in self._tagged(backend) for key in tags]
            return _without_repeats(self._keys.beneath(backend), ours)

        return keys

    def _on_values(self) -> Generator:
        def values(backend: _Backend, tag_key: str) -> Iterator[str]:
            ours = [tags[tag_key] for _, tags in self._tagged(backend) if tag_key in tags]
            return _without_repeats(self._values.beneath(backend, tag_key), ours)

        return values

    def _on_tag(self) -> Change:
        def tag_resources(backend: _Backend, resource_arns: list[str], tags: dict[str, str]) -> Failures:
            failures = self._each(backend, "AddTags", resource_arns, {"Tags": list[Any](described_tags(tags))})
            return {**failures, **self._tag.beneath(backend, self._others(resource_arns), tags)}

        return tag_resources

    def _on_untag(self) -> Change:
        def untag_resources(backend: _Backend, resource_arn_list: list[str], tag_keys: list[str]) -> Failures:
            failures = self._each(backend, "DeleteTags", resource_arn_list, {"TagKeys": list[Any](tag_keys)})
            return {**failures, **self._untag.beneath(backend, self._others(resource_arn_list), tag_keys)}

        return untag_resources

    def _tagged(self, backend: _Backend) -> list[tuple[str, dict[str, str]]]:
        if self._service.ended:
            return []
        with self._service.lock:
            pipelines = self._service.store.territory(backend.account_id, backend.region_name).by_name
            return [(pipeline.arn, dict(pipeline.tags)) for pipeline in pipelines if pipeline.tags]

    def _each(self, backend: _Backend, operation: str, arns: Sequence[str], change: JsonObject) -> Failures:
        """Change the tags of the pipelines among these resources, and return those for which the service refused it."""
        failures: Failures = {}
        for arn in filter(self._is_ours, arns):
            body = json.dumps({"ResourceArn": arn, **change})
            answer = self._service.answer(Request(operation, body, backend.region_name, backend.account_id))
            if answer.status >= 300:  # noqa: PLR2004 # the same limit as botocore's
                message = answer.payload.get("Message", answer.payload.get("message"))
                failures[arn] = {"StatusCode": answer.status, "ErrorCode": "InvalidParameterException", "ErrorMessage": message}
        return failures

    def _others(self, arns: Sequence[str]) -> list[str]:
        return [arn for arn in arns if not self._is_ours(arn)]

    def _is_ours(self, arn: str) -> bool:
        return not self._service.ended and parse_reference(arn).arn is not None


def _matches(tags: Mapping[str, str], wanted: Mapping[str, Any]) -> bool:
    values = wanted.get("Values") or ()
    return wanted["Key"] in tags and (not values or tags[wanted["Key"]] in values)


def _without_repeats(theirs: Iterator[str], ours: Sequence[str]) -> Iterator[str]:
    seen = set[str]()
    for found in theirs:
        seen.add(found)
        yield found
    yield from (found for found in dict.fromkeys(ours) if found not in seen)


def _resource(arn: str, tags: Mapping[str, str]) -> Any:  # noqa: ANN401 # whatever the installed moto lists
    try:
        from moto.core.resource_tagging import TaggedResource
    except ImportError:  # older versions list what they answer
        return {"ResourceARN": arn, "Tags": described_tags(tags)}
    return TaggedResource(arn=arn, tags=dict(tags), resource_type="sagemaker:pipeline")
