"""Requests and responses on aiobotocore's road: its bodies are awaited, those of botocore and moto are not."""

import inspect
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from io import BytesIO
from types import TracebackType
from typing import Any, Self, cast

from pytest_smpipeline._doors.borrowed import HttpRequest, HttpResponse


class _Stream:
    """The parts of an ``aiohttp.ClientResponse`` that aiobotocore reads a body by, in one piece or in many."""

    def __init__(self, content: bytes, url: str) -> None:
        self.url = url
        self._file = BytesIO(content)
        self._length = len(content)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def content(self) -> Self:
        return self

    async def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def at_eof(self) -> bool:
        return self._file.tell() == self._length

    def close(self) -> None:
        """Do nothing: there is no connection."""


def aio_response(response: HttpResponse, url: str) -> HttpResponse:
    """Return the same response in aiobotocore's class, whose body is awaited."""
    kind: Any = sys.modules["aiobotocore.awsrequest"].AioAWSResponse
    return cast("HttpResponse", kind(url, response.status_code, response.headers, _Stream(response.content, url)))


@asynccontextmanager
async def plain_body(request: HttpRequest) -> AsyncGenerator[None]:
    """Let a request have a body meanwhile that can be read without awaiting; then it has its own again, to be read from the start."""
    body: Any = request.body
    if not inspect.iscoroutinefunction(getattr(body, "read", None)):
        yield
        return
    request.body = await body.read()
    try:
        yield
    finally:
        request.body = body
        body.seek(0)
