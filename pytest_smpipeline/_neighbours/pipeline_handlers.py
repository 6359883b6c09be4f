"""What CloudFormation does to a pipeline: the create, update and delete handlers of ``AWS::SageMaker::Pipeline``.

They call the API as everybody does, so their calls are recorded and meet the test's faults. Source: the handlers and their
Translator in aws-cloudformation/aws-cloudformation-resource-providers-sagemaker; the error codes and which of them CloudFormation
tries again are those of HandlerErrorCode in aws-cloudformation/cloudformation-cli-java-plugin.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from pytest_smpipeline._doors.clients import make_client
from pytest_smpipeline._neighbours.pipeline_properties import (
    Location,
    definition_of,
    request_of,
    tag_list,
    tags_of,
    violations,
)
from pytest_smpipeline._neighbours.reasons import reason_of
from pytest_smpipeline._state.arns import pipeline_arn
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.messages import Request
from pytest_smpipeline.values import JsonObject

TYPE: Final = "AWS::SageMaker::Pipeline"

_ATTEMPTS: Final = 5
"""How often a handler is tried whose error may pass; CloudFormation's own number is not known."""

_RETRIED: Final = frozenset({"Throttling", "ServiceInternalError"})
_GENERAL: Final = ("GeneralServiceException", "Error occurred during operation '{message}'.")
_ERRORS: Final[Mapping[str, tuple[str, str]]] = {
    "ValidationException": ("InvalidRequest", "Invalid request provided: {message}"),
    "ResourceNotFound": ("NotFound", "Resource of type '{type}' with identifier '{name}' was not found."),
    "ResourceLimitExceeded": ("ServiceLimitExceeded", "Limit exceeded for resource of type '{type}'. Reason: {message}"),
    "UnauthorizedOperation": ("AccessDenied", "Access denied for operation '{message}'."),
    "InternalError": ("ServiceInternalError", "Internal error reported from downstream service during operation '{message}'."),
    "ServiceUnavailable": ("ServiceInternalError", "Internal error reported from downstream service during operation '{message}'."),
    "ThrottlingException": ("Throttling", "Rate exceeded for operation '{message}'."),
}


class HandlerError(Exception):
    """A handler could not do what the template asks for; ``reason`` is what the stack's events say, ``code`` the handler's error."""

    def __init__(self, reason: str, code: str = "") -> None:
        """Keep both."""
        super().__init__(reason)
        self.reason = reason
        self.code = code


@dataclass(frozen=True, slots=True)
class Handlers:
    """The handlers for one account and region of a service."""

    service: Service
    account_id: str
    region: str

    def create(self, logical_id: str, properties: JsonObject) -> None:
        """Create the pipeline that these properties describe. Raises ``HandlerError`` when that can't be."""
        _check(logical_id, properties)
        request = request_of(properties, self._definition(properties))
        token = self.service.ids.request_id()
        tags = tags_of(properties)
        self._call("CreatePipeline", {**request, "ClientRequestToken": token, **({"Tags": tag_list(tags)} if tags else {})})

    def update(self, logical_id: str, before: JsonObject, properties: JsonObject) -> None:
        """Change a pipeline of the same name into what these properties describe; what they leave out stays as it was.

        Tags are made those of the properties: new ones join, those that were there before and no longer are go. Raises
        ``HandlerError`` when that can't be.
        """
        _check(logical_id, properties)
        request = request_of(properties, self._definition(properties))
        name = str(request["PipelineName"])
        self._call("UpdatePipeline", request)
        old, new = tags_of(before), tags_of(properties)
        arn = pipeline_arn(self.region, self.account_id, name)
        if gone := [key for key in old if key not in new]:
            self._call("DeleteTags", {"ResourceArn": arn, "TagKeys": list(gone)}, name)
        if added := {key: value for key, value in new.items() if old.get(key) != value}:
            self._call("AddTags", {"ResourceArn": arn, "Tags": tag_list(added)}, name)

    def delete(self, name: str) -> None:
        """Delete a pipeline; one that is not there any more counts as deleted. Raises ``HandlerError`` when it can't be deleted."""
        request: JsonObject = {"PipelineName": name, "ClientRequestToken": self.service.ids.request_id()}
        try:
            self._call("DeletePipeline", request)
        except HandlerError as error:
            if error.code != "NotFound":
                raise

    def _definition(self, properties: JsonObject) -> str:
        definition = definition_of(properties)
        return definition if isinstance(definition, str) else self._read(definition)

    def _read(self, location: Location) -> str:
        from botocore.exceptions import BotoCoreError, ClientError

        version = {} if location.version is None else {"VersionId": location.version}
        try:
            s3 = cast("Any", make_client(self.region, "s3"))  # botocore makes the methods of its clients at run time
            found = s3.get_object(Bucket=location.bucket, Key=location.key, **version)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "NoSuchKey":
                message = f"No such key {location.bucket}/{location.key} with version: {location.version or 'null'}"
                raise self._error("ValidationException", message) from None
            raise self._error("S3Exception", reason_of(error)) from None
        except BotoCoreError as error:  # a name that cannot be sent
            raise self._error("S3Exception", reason_of(error)) from None
        if location.etag is not None and found["ETag"].strip('"') != location.etag.strip('"'):
            raise self._error("S3Exception", "At least one of the pre-conditions you specified did not hold")
        return cast("str", found["Body"].read().decode("utf-8", errors="replace"))

    def _call(self, operation: str, request: JsonObject, name: str = "") -> None:
        name = name or str(request["PipelineName"])
        error = self._attempt(operation, request, name)
        for _ in range(_ATTEMPTS - 1):
            if error is None or error.code not in _RETRIED:
                break
            error = self._attempt(operation, request, name)
        if error is not None:
            raise error

    def _attempt(self, operation: str, request: JsonObject, name: str) -> HandlerError | None:
        from botocore.exceptions import BotoCoreError

        sent = Request(operation, json.dumps(request), self.region, self.account_id)
        try:
            answer = self.service.answer(sent)
        except BotoCoreError as error:  # a fault in place of an answer
            return self._error("ServiceUnavailable", f"{type(error).__name__}: {error}", name)
        if answer.status < 300:  # noqa: PLR2004 # the same limit as botocore's
            return None
        payload = answer.payload
        return self._error(str(payload["__type"]), str(payload.get("Message", payload.get("message"))), name)

    def _error(self, code: str, message: str, name: str = "") -> HandlerError:
        handler_code, words = _ERRORS.get(code, _GENERAL)
        said = words.format(message=message, type=TYPE, name=name)
        token = self.service.ids.request_id()
        reason = f'Resource handler returned message: "{said}" (RequestToken: {token}, HandlerErrorCode: {handler_code})'
        return HandlerError(reason, handler_code)


def _check(logical_id: str, properties: JsonObject) -> None:
    found = violations(properties)
    if found:
        message = f"Properties validation failed for resource {logical_id} with message: [{', '.join(found)}]"
        raise HandlerError(message)
