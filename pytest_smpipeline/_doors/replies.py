"""An answer of the service as the HTTP response that botocore works with."""

import functools
from collections.abc import Iterator
from typing import Any, cast

from pytest_smpipeline._doors.borrowed import HttpResponse
from pytest_smpipeline._wire.messages import Answer


class _Body:
    """The one method of a body's stream that botocore reads for operations without streaming output."""

    __slots__ = ("_answer",)

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def stream(self) -> Iterator[bytes]:
        yield self._answer.body


def http_response(answer: Answer, url: str) -> HttpResponse:
    """Return the response that botocore would have made of these bytes."""
    return cast("HttpResponse", _response_class()(url, answer))


@functools.cache
def _response_class() -> Any:  # noqa: ANN401 # a class that can only be made once botocore is imported
    from botocore.awsrequest import AWSResponse, HeadersDict

    class Response(AWSResponse):
        """A response whose headers become botocore's own kind of mapping when somebody reads them; an express call never does."""

        def __init__(self, url: str, answer: Answer) -> None:
            self.url = url
            self.status_code = answer.status
            self.raw = _Body(answer)
            self._content = None
            self._given = answer.headers

        @functools.cached_property
        def headers(self) -> HeadersDict:  # type: ignore[override] # it can be set, as botocore's attribute can
            return HeadersDict(self._given)

    return Response
