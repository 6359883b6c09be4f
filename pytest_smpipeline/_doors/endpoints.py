"""Endpoints that cost little: where a client's request goes is worked out again only when something that it depends on has changed.

For each request botocore looks up every parameter of the service's endpoint rules in five places, a tenth of what a call costs, and
nearly always finds what it found before: the region and the options of the client. So while the doors are open what it found is kept,
apart for each client and operation. Handlers of ``before-endpoint-resolution`` are asked at every request, as without us, and operations
whose endpoint depends on the request are left alone, as are clients with options of their service's own, and a log that wants its
messages. This saves time and does nothing else: where botocore has no such resolvers, nothing is patched.
"""

import copy
import logging
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias
from weakref import WeakKeyDictionary

from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo

Resolver: TypeAlias = Any
"""``botocore.regions.EndpointRulesetResolver``, of which nothing here is a promise of botocore's."""

Endpoint: TypeAlias = Any
"""What it constructs, a named tuple: a URL, properties and headers."""

Construct: TypeAlias = Callable[[Resolver, Any, object, object], Endpoint]

_PARTS: Final = ("construct_endpoint", "_get_customized_builtins", "_register_endpoint_feature_ids")
_log: Final = logging.getLogger("botocore.regions")


class Endpoints:
    """The patch of how botocore finds the endpoint."""

    def open(self, undo: Undo) -> None:
        """Keep what is found from now on, and for the next activation too."""
        resolver = getattr(sys.modules.get("botocore.regions"), "EndpointRulesetResolver", None)  # botocore's clients have imported it
        if resolver is not None and vars(resolver).keys() >= set(_PARTS):
            Seam(resolver, _PARTS[0], _remembering(vars(resolver)[_PARTS[0]])).open(undo)


class _Found(NamedTuple):
    """An endpoint, what of a client it was constructed from, and the parameters by which botocore tells the features that a call uses."""

    builtins: Mapping[str, object]
    provider: object
    use_ssl: object
    parameters: list[tuple[str, object]]
    endpoint: Endpoint


@lru_cache(maxsize=1)
def _remembering(construct: Construct) -> Construct:
    """Return what constructs them as this function does, the same at every activation: nearly always it is botocore's own."""
    found: WeakKeyDictionary[Resolver, dict[str, _Found]] = WeakKeyDictionary()

    def construct_endpoint(self: Resolver, operation_model: Any, call_args: object, request_context: object) -> Endpoint:  # noqa: ANN401 # botocore's
        if _log.isEnabledFor(logging.DEBUG):
            return construct(self, operation_model, call_args, request_context)
        builtins, own = self._get_customized_builtins(operation_model, call_args, request_context), vars(self)
        of_client = found.get(self)
        if of_client is None:
            of_client = found[self] = {}
        known = of_client.get(operation_model.name)
        if (
            known is not None
            and known.builtins == builtins
            and known.provider is own.get("_provider")
            and known.use_ssl is own.get("_use_ssl")
        ):
            for name, value in known.parameters:
                self._register_endpoint_feature_ids(name, value)
            return known.endpoint._replace(headers=known.endpoint.headers.copy())
        parameters: list[tuple[str, object]] = []

        def register(name: str, value: object) -> None:
            parameters.append((name, value))
            self._register_endpoint_feature_ids(name, value)

        asked = copy.copy(self)
        vars(asked)["_get_customized_builtins"] = lambda *_: builtins  # the handlers have been asked
        vars(asked)["_register_endpoint_feature_ids"] = register
        endpoint = construct(asked, operation_model, call_args, request_context)
        if _stays(self, operation_model, builtins):
            of_client[operation_model.name] = _Found(dict(builtins), own.get("_provider"), own.get("_use_ssl"), parameters, endpoint)
        return endpoint._replace(headers=endpoint.headers.copy())

    return construct_endpoint


def _stays(resolver: Resolver, operation_model: Any, builtins: Mapping[str, object]) -> bool:  # noqa: ANN401 # botocore's
    """Return whether the endpoint stays what it is while the client's own values do."""
    try:
        depends_on_request = operation_model.context_parameters or operation_model.operation_context_parameters
        depends_on_options, definitions = resolver._client_context, resolver._param_definitions.values()
    except AttributeError:
        return False  # a botocore that keeps these elsewhere: it looks at every request
    return not (depends_on_request or depends_on_options or any(callable(builtins.get(each.builtin)) for each in definitions))
