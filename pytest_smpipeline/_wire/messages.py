"""What travels between the doors and the service: a request and its answer, free of any transport."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """One attempt of a caller: an operation of SageMaker, its JSON text, where it came from, and where it was sent."""

    operation: str
    body: bytes | str
    region: str
    account_id: str
    access_key: str | None = None
    url: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: an HTTP status, headers, and the body as a mapping and as JSON text."""

    status: int
    payload: Mapping[str, object]
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
