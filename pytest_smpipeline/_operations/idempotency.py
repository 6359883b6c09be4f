"""ClientRequestToken: the same request twice completes no more than once."""

from collections.abc import Callable
from typing import Final

from pytest_smpipeline._operations.context import Answer, Context
from pytest_smpipeline._operations.members import optional_text
from pytest_smpipeline._state.store import Remembered
from pytest_smpipeline.exceptions import ServiceError
from pytest_smpipeline.values import JsonObject

_TOKEN: Final = "ClientRequestToken"  # noqa: S105 - the name of a member, no secret


def once(context: Context, operation: str, request: JsonObject, act: Callable[[], Answer]) -> Answer:
    """Return what ``act`` answers, or what it answered when this token came first.

    Tokens are kept per account, region and operation. Raises ``ConflictException`` when the token came with other
    arguments. An act that raises is not remembered: the caller may try again. Without a token, which some operations allow,
    every request counts.
    """
    token = optional_text(request, _TOKEN)
    if token is None:
        return act()
    key = (operation, token)
    remembered = context.territory.tokens.get(key)
    if remembered is None:
        answer = act()
        context.territory.tokens[key] = Remembered(request, answer)
        return answer
    if _arguments(remembered.request) != _arguments(request):
        message = f"ClientRequestToken '{token}' was already used in a {operation} request with different arguments."
        raise ServiceError("ConflictException", message)
    return remembered.answer


def _arguments(request: JsonObject) -> JsonObject:
    return {member: value for member, value in request.items() if member != _TOKEN and value is not None}
