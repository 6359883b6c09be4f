"""An answer of the service as the HTTP response that botocore works with."""

from collections.abc import Iterator
from typing import Any, cast

from pytest_smpipeline._doors.borrowed import HttpResponse
from pytest_smpipeline._wire.messages import Answer


class _Body:
    """The one method of a body's stream that botocore reads for operations without streaming output."""

    __slots__ = ("_content",)

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


def http_response(answer: Answer, url: str) -> HttpResponse:
    """Return the response that botocore would have made of these bytes."""
    from botocore.awsrequest import AWSResponse

    headers = cast("Any", answer.headers)  # botocore copies them into its own kind of mapping
    return cast("HttpResponse", AWSResponse(url, answer.status, headers, _Body(answer.body)))
