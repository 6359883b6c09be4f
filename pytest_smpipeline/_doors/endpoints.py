"""Endpoints that cost little: what a client's endpoint depends on is worked out again only when some of it has changed.

For each request botocore looks up every parameter of the service's endpoint rules in five places, a tenth of what a call costs, and
nearly always finds what it found before: the region and the options of the client. So while the doors are open the parameters are kept,
apart for each client and operation. Handlers of ``before-endpoint-resolution`` are asked at every request, as without us, and operations
whose endpoint depends on the request are left alone, as are clients with options of their service's own. This saves time and does nothing
else: where botocore has no such resolvers, nothing is patched.
"""

import copy
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary

from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo

Resolver: TypeAlias = Any
"""``botocore.regions.EndpointRulesetResolver``, of which nothing here is a promise of botocore's."""

Parameters: TypeAlias = dict[str, object]
Resolve: TypeAlias = Callable[[Resolver, Any, object, object], Parameters]

_PARTS: Final = ("_get_provider_params", "_get_customized_builtins", "_register_endpoint_feature_ids")


class Endpoints:
    """The patch of how botocore finds the parameters."""

    def open(self, undo: Undo) -> None:
        """Keep what is found from now on, and for the next activation too."""
        resolver = getattr(sys.modules.get("botocore.regions"), "EndpointRulesetResolver", None)  # botocore's clients have imported it
        if resolver is not None and vars(resolver).keys() >= set(_PARTS):
            Seam(resolver, _PARTS[0], _remembering(vars(resolver)[_PARTS[0]])).open(undo)


@lru_cache(maxsize=1)
def _remembering(resolve: Resolve) -> Resolve:
    """Return what finds them as this function does, the same at every activation: nearly always it is botocore's own."""
    found: WeakKeyDictionary[Resolver, dict[str, tuple[Mapping[str, object], Parameters]]] = WeakKeyDictionary()

    def provider_params(resolver: Resolver, operation_model: Any, call_args: object, request_context: object) -> Parameters:  # noqa: ANN401 # botocore's
        builtins = resolver._get_customized_builtins(operation_model, call_args, request_context)
        of_client = found.get(resolver)
        if of_client is None:
            of_client = found[resolver] = {}
        known = of_client.get(operation_model.name)
        if known is not None and known[0] == builtins:
            for name, value in known[1].items():
                resolver._register_endpoint_feature_ids(name, value)
            return known[1].copy()
        asked = copy.copy(resolver)
        vars(asked)["_get_customized_builtins"] = lambda *_: builtins  # the handlers have been asked
        parameters = resolve(asked, operation_model, call_args, request_context)
        if _stays(resolver, operation_model, builtins):
            of_client[operation_model.name] = dict(builtins), parameters.copy()
        return parameters

    return provider_params


def _stays(resolver: Resolver, operation_model: Any, builtins: Mapping[str, object]) -> bool:  # noqa: ANN401 # botocore's
    """Return whether the parameters stay what they are while the client's own values do."""
    try:
        depends_on_request = operation_model.context_parameters or operation_model.operation_context_parameters
        depends_on_options, definitions = resolver._client_context, resolver._param_definitions.values()
    except AttributeError:
        return False  # a botocore that keeps these elsewhere: it looks at every request
    return not (depends_on_request or depends_on_options or any(callable(builtins.get(each.builtin)) for each in definitions))
