"""The moto door: requests that moto would answer for SageMaker come to us if the operation is ours.

moto keeps its callbacks in ``moto.sagemaker.urls.url_paths`` and reads them on every request, so swapping one reaches
``requests``, moto's server and its proxy. A server keeps the callback it found when it first met the service, and may
outlive an activation: a callback of ours asks which activation is open, and passes everything on when none is. One that
met SageMaker before there was any activation keeps moto's own.

What goes back is HTTP. A fault that is an exception of botocore's, such as a timeout, can't be shown there: it becomes
ServiceUnavailable (503), which clients of all kinds retry as they would a broken connection.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from pytest_smpipeline._doors.accounts import account_of, operation_of, origin
from pytest_smpipeline._doors.backend import SERVICE, Backend
from pytest_smpipeline._doors.borrowed import HttpHeaders, MotoResponse
from pytest_smpipeline._doors.imports import imported
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._wire import service_model
from pytest_smpipeline._wire.aws_json import CONTENT_TYPE, error_payload, serialise
from pytest_smpipeline._wire.messages import Answer, Request
from pytest_smpipeline.exceptions import ServiceError

Triple: TypeAlias = tuple[int, dict[str, str], str]
Callback: TypeAlias = Callable[[object, str, HttpHeaders], Triple]

_PATH: Final = "{0}/$"


@dataclass(slots=True)
class _Current:
    """The service that is open in this process."""

    backend: Backend | None = None


_current: Final = _Current()


def open_door(service: Backend, undo: Undo) -> None:
    """Swap the callback in moto's table, and ask this service from now on."""

    # Not "dispatch": whatever has that name moto's server takes for a method of a class.
    def answer(request: object, full_url: str, headers: HttpHeaders) -> Triple:
        backend = _current.backend
        operation = operation_of(headers) or ""
        if backend is None:
            return seam.beneath(request, full_url, headers)
        if backend.handles(operation, _body(request)):
            return _answer(backend, operation, request, full_url, headers)
        if service_model.current().has_operation(operation):
            instead = backend.before_moto(operation, _body(request))
            if instead is not None:
                return _triple(instead)
            answered = seam.beneath(request, full_url, headers)
            backend.after_moto(operation)
            return answered
        # moto would raise in the caller's face: it looks the operation up before anything else.
        region = origin(full_url, headers).region or backend.options.region
        return _triple(backend.answer(Request(operation, b"", region, backend.options.account_id)))

    seam: Seam[Callback] = Seam(imported("moto.sagemaker.urls", "url_paths"), _PATH, answer)
    seam.open(undo)
    _current.backend = service


def shut() -> None:
    """Ask no service any more: where our callback still stands, it leaves everything to moto."""
    _current.backend = None


def _body(request: object) -> bytes | str:
    # A request that was about to leave has a body, one that came to a server has data, which it keeps when it is read.
    return cast("bytes | str", getattr(request, "body", None) or getattr(request, "data", b""))


def _answer(backend: Backend, operation: str, request: object, full_url: str, headers: HttpHeaders) -> Triple:
    from moto.core.responses import BaseResponse

    sender = cast("MotoResponse", BaseResponse(service_name=SERVICE))
    sender.setup_class(request, full_url, headers)
    access_key = origin(full_url, headers).access_key
    # The sender's headers: those that a server hands over are a plain dict, with capitals of its own.
    named = "MOTO_ACCOUNT_ID" in os.environ or sender.headers.get("x-moto-account-id") is not None
    account_id = sender.current_account if named else account_of(access_key, backend)
    return _triple(_asked(backend, Request(operation, sender.body, sender.region, account_id, access_key, full_url)))


def _asked(backend: Backend, request: Request) -> Answer:
    from botocore.exceptions import BotoCoreError

    try:
        return backend.answer(request)
    except BotoCoreError as error:
        payload = error_payload(ServiceError("ServiceUnavailable", f"{type(error).__name__}: {error}"), modelled=False)
        return Answer(503, payload, serialise(payload), {"content-type": CONTENT_TYPE})


def _triple(answer: Answer) -> Triple:
    return answer.status, dict(answer.headers), answer.body.decode()
