"""User agents that cost little: a client's header is written again only when something that it says has changed.

botocore writes the header anew for each request, letter by letter and every part twice: a third of the time that a describe takes. So
while the doors are open the text is kept, together with all that the writer, a ``UserAgentString``, and its client's configuration hold,
and the features that the call has used; headers are what they are without us. This saves time and does nothing else: where botocore has no
such writers, nothing is patched.
"""

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias
from weakref import WeakKeyDictionary

from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo

if TYPE_CHECKING:
    from botocore.useragent import UserAgentString

Write: TypeAlias = Callable[["UserAgentString"], str]


class UserAgents:
    """The patch of how botocore writes the header."""

    def open(self, undo: Undo) -> None:
        """Keep what is written from now on, and for the next activation too."""
        module = sys.modules.get("botocore.useragent")  # botocore's clients have imported it
        writer, context_of = getattr(module, "UserAgentString", None), getattr(module, "get_context", None)
        if writer is not None and "to_string" in vars(writer) and context_of is not None:
            Seam(writer, "to_string", _remembering(vars(writer)["to_string"], context_of)).open(undo)


@lru_cache(maxsize=1)
def _remembering(write: Write, context_of: Callable[[], object]) -> Write:
    """Return what writes as this function does, the same at every activation: nearly always it is botocore's own."""
    written: WeakKeyDictionary[UserAgentString, tuple[list[object], str]] = WeakKeyDictionary()

    def to_string(writer: "UserAgentString") -> str:
        own = vars(writer)
        config, features = own.get("_client_config"), getattr(context_of(), "features", ())
        # The sets change in place; a list of the rest costs less than to find out which of it the header tells.
        said: list[object] = [frozenset(features), frozenset(own.get("_client_features") or ()), *own.values()]
        if config is not None:
            said += vars(config).values()
        known = written.get(writer)
        if known is not None and known[0] == said:
            return known[1]
        text = write(writer)
        written[writer] = said, text
        return text

    return to_string
