"""The parts of botocore and moto that the doors stand on, as types: if one of these changes, a door breaks.

None of them is a promise of those libraries. Each patched one has a contract test that names what changed.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

Parsed: TypeAlias = dict[str, Any]
"""What a client's method returns: the parsed members of a response; Any as in botocore, which gives every shape the same type."""


class Events(Protocol):
    """The event emitter of a client."""

    def emit(self, event_name: str, **arguments: object) -> object:
        """Call every handler of this event."""
        ...


class ServiceId(Protocol):
    """A service's id, as events spell it."""

    def hyphenize(self) -> str:
        """Return the id in lower case with hyphens."""
        ...


class ServiceModel(Protocol):
    """``botocore.model.ServiceModel``."""

    service_name: str
    service_id: ServiceId
    resolved_protocol: str


class OperationModel(Protocol):
    """``botocore.model.OperationModel``."""

    name: str
    output_shape: object
    service_model: ServiceModel


class ClientMeta(Protocol):
    """``botocore.client.ClientMeta``."""

    service_model: ServiceModel
    region_name: str
    endpoint_url: str
    events: Events


class Signer(Protocol):
    """``botocore.signers.RequestSigner``, which holds the credentials that a client was made with."""

    _credentials: object


class Parser(Protocol):
    """``botocore.parsers.ResponseParser``; the attribute makes a time of seconds since 1970, and a session may set it."""

    _timestamp_parser: Callable[[float], object]

    def parse(self, response: Mapping[str, object], shape: object) -> Parsed:
        """Return the members of a response."""
        ...


class ParserFactory(Protocol):
    """``botocore.parsers.ResponseParserFactory``."""

    def create_parser(self, protocol_name: str) -> Parser:
        """Return the parser of a protocol, with the defaults that the session set."""
        ...


class Endpoint(Protocol):
    """``botocore.endpoint.Endpoint``."""

    _response_parser_factory: ParserFactory

    def _add_modeled_error_fields(
        self, response_dict: Mapping[str, object], parsed_response: Parsed, operation_model: OperationModel, parser: Parser
    ) -> None: ...


class Client(Protocol):
    """``botocore.client.BaseClient``."""

    meta: ClientMeta
    _request_signer: Signer
    _endpoint: Endpoint


class HttpHeaders(Protocol):
    """The headers of a request: case-insensitive, the values text or bytes."""

    def get(self, name: str, /) -> str | bytes | None:
        """Return a header's value."""
        ...


class HttpRequest(Protocol):
    """``botocore.awsrequest.AWSPreparedRequest``: what is about to leave."""

    url: str
    headers: HttpHeaders
    body: bytes | str


class HttpResponse(Protocol):
    """``botocore.awsrequest.AWSResponse``."""

    status_code: int
    headers: Mapping[str, str]

    @property
    def content(self) -> bytes:
        """The body."""
        ...


class MotoResponse(Protocol):
    """``moto.core.responses.BaseResponse`` after ``setup_class``: where a request came from."""

    region: str
    current_account: str
    headers: HttpHeaders
    body: bytes | str

    def setup_class(self, request: object, full_url: str, headers: object) -> None:
        """Read the request."""
        ...


class MotoMock(Protocol):
    """``moto.core.models.MockAWS``: one activation of moto."""

    _default_session_mock: object
    _mock_env_variables: object
    _unmock_env_variables: object

    def start(self) -> None:
        """Begin; activations are counted, and the first one starts afresh."""
        ...

    def stop(self) -> None:
        """End; the last one to end forgets the data."""
        ...
