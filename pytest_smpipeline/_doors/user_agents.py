"""User agents that cost little: each part of the header is written once, and not at every call.

botocore writes the header anew for each request, letter by letter and every part twice: a third of the time that a describe took. A part,
``UserAgentComponent``, is a tuple of texts, and its text depends on nothing else. So while the doors are open, what it has been written
as is kept; headers are what they are without us. This saves time and does nothing else: where botocore has no such parts, nothing is
patched.
"""

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo

if TYPE_CHECKING:
    from botocore.useragent import UserAgentComponent

Write: TypeAlias = Callable[["UserAgentComponent"], str]

_MOST_PARTS: Final = 256


class UserAgents:
    """The patch of how botocore writes a part."""

    def open(self, undo: Undo) -> None:
        """Keep what is written from now on, and for the next activation too."""
        part = getattr(sys.modules.get("botocore.useragent"), "UserAgentComponent", None)  # botocore's clients have imported it
        if hasattr(part, "to_string"):
            Seam(part, "to_string", _remembering(vars(part)["to_string"])).open(undo)


@lru_cache(maxsize=1)
def _remembering(write: Write) -> Write:
    """Return what writes as this function does, the same at every activation: nearly always it is botocore's own."""
    return lru_cache(maxsize=_MOST_PARTS)(write)
