"""The express door: a client's serialised request is answered before it is signed.

The patched place is ``botocore.client.BaseClient._make_request``, on the class, so that it reaches every client: made
before the activation or at import time, without credentials, for any partition or endpoint. Above it botocore has already
checked the parameters and called the ``before-call`` handlers, on which ``Stubber`` is built. Below it, on the full road
only, are the events from ``request-created`` to ``response-received``.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

from pytest_smpipeline._doors.accounts import access_key_of, account_of
from pytest_smpipeline._doors.backend import SERVICE, Backend
from pytest_smpipeline._doors.borrowed import Client, HttpResponse, OperationModel, Parsed
from pytest_smpipeline._doors.imports import imported
from pytest_smpipeline._doors.lending import Lending
from pytest_smpipeline._doors.moto_service import MotoService
from pytest_smpipeline._doors.parsed_answers import parsed_answer
from pytest_smpipeline._doors.replies import http_response
from pytest_smpipeline._doors.request_bodies import content_of
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._wire.messages import Answer, Request

Reply: TypeAlias = tuple[HttpResponse, Parsed]
ResponseDict: TypeAlias = Callable[[HttpResponse, OperationModel], Mapping[str, object]]
MakeRequest: TypeAlias = Callable[[Client, OperationModel, Mapping[str, object], object], Reply]


class Express:
    """Answers calls of our operations at the client, and prepares all others for the way down."""

    def __init__(self, backend: Backend, lending: Lending, moto: MotoService) -> None:
        """Patch nothing yet."""
        self._backend = backend
        self._lending = lending
        self._moto = moto
        self._is_open = False
        self._seam: Seam[MakeRequest]
        self._response_dict: ResponseDict

    def open(self, undo: Undo) -> None:
        """Patch the class."""
        credentials = imported("botocore.credentials", "Credentials")

        # A quoted annotation, here and at the other doors, since an activation would work it out, which takes as long as the patch.
        def make_request(
            client: Client, operation_model: OperationModel, request_dict: "Mapping[str, object]", request_context: object
        ) -> Reply:
            __tracebackhide__ = True
            if self._is_open:
                if self.takes(client, operation_model, request_dict):
                    return self._reply(client, operation_model, request_dict, request_context)
                self._lending.lend(client, credentials)
                self._moto.notice()
            return self._seam.beneath(client, operation_model, request_dict, request_context)

        self._response_dict = imported("botocore.endpoint", "convert_to_response_dict")
        self._seam = Seam(imported("botocore.client", "BaseClient"), "_make_request", make_request)
        self._seam.open(undo)
        self._is_open = True

    def shut(self) -> None:
        """Let calls pass through from now on, also where somebody still holds the patch after it was undone."""
        self._is_open = False

    def takes(self, client: Client, operation_model: OperationModel, request_dict: Mapping[str, object]) -> bool:
        """Return whether a call is answered here, and does not take the road below."""
        operation = operation_model.name
        return (
            client.meta.service_model.service_name == SERVICE
            and self._backend.handles(operation, cast("bytes", request_dict["body"]))
            and self._backend.travels_express(operation)
        )

    def _reply(self, client: Client, operation_model: OperationModel, request_dict: Mapping[str, object], context: object) -> Reply:
        __tracebackhide__ = True
        try:
            access_key = access_key_of(client._request_signer._credentials)
            return self._parse(client, operation_model, self.ask(client, operation_model, request_dict, access_key))
        except Exception as error:
            service_id = client.meta.service_model.service_id.hyphenize()
            client.meta.events.emit(f"after-call-error.{service_id}.{operation_model.name}", exception=error, context=context)
            raise

    def ask(self, client: Client, operation_model: OperationModel, request_dict: Mapping[str, object], access_key: str | None) -> Answer:
        """Return the service's answer to a call of this client."""
        __tracebackhide__ = True
        meta, body = client.meta, cast("bytes", request_dict["body"])
        where = meta.region_name, account_of(access_key, self._backend)
        return self._backend.answer(Request(operation_model.name, body, *where, access_key, meta.endpoint_url, content_of(body)))

    def _parse(self, client: Client, operation_model: OperationModel, answer: Answer) -> Reply:
        """Return what ``Endpoint._do_get_response`` makes of an answer, by the same parser or as it would."""
        endpoint = client._endpoint
        response = http_response(answer, client.meta.endpoint_url)
        parser = endpoint._response_parser_factory.create_parser(operation_model.service_model.resolved_protocol)
        parsed = parsed_answer(parser, operation_model, answer)
        if parsed is None:
            response_dict = self._response_dict(response, operation_model)
            parsed = parser.parse(response_dict, operation_model.output_shape)
            if answer.status >= 300:  # noqa: PLR2004 # the same limit as botocore's
                endpoint._add_modeled_error_fields(response_dict, parsed, operation_model, parser)
        parsed["ResponseMetadata"]["RetryAttempts"] = 0
        return response, parsed
