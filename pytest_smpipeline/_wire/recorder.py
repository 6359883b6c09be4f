"""The record of every API call that reached the service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pytest_smpipeline.values import JsonObject


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt of a caller that reached the service, as plain data.

    ``request`` is what was sent, a filled-in ClientRequestToken included. ``response`` is what was answered, by the API's
    member names and with aware datetimes in UTC; None when the call failed, and then ``error_code`` and ``error_message``
    say why.
    """

    operation: str
    request: JsonObject
    response: Mapping[str, object] | None
    error_code: str | None
    error_message: str | None
    region: str
    account_id: str
    time: datetime = field(compare=False)
