"""What travels between the doors and the service: a request and its answer, free of any transport."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_smpipeline._wire.aws_json import serialise
from pytest_smpipeline.values import JsonObject


@dataclass(slots=True)
class Request:
    """One attempt of a caller: an operation of SageMaker, its JSON text, where it came from, and where it was sent.

    ``content`` is what the text holds, where a door knows that without reading it. Nobody changes a request; to be frozen would cost four
    times as much for every call.
    """

    operation: str
    body: bytes | str
    region: str
    account_id: str
    access_key: str | None = None
    url: str = field(default="", compare=False)
    content: JsonObject | None = field(default=None, compare=False)


class Answer:
    """What goes back: an HTTP status, headers, and the body as a mapping and as JSON text."""

    __slots__ = ("_body", "headers", "payload", "status")

    def __init__(
        self, status: int, payload: Mapping[str, object], body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> None:
        """Take a body that is there already, or else write the payload's when somebody reads it."""
        self.status = status
        self.payload = payload
        self.headers = headers or {}
        self._body = body

    @property
    def body(self) -> bytes:
        """The JSON text; an express answer travels without it, unless a handler of botocore's events asks."""
        if self._body is None:
            self._body = serialise(self.payload)
        return self._body
