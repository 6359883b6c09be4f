"""User agents that cost little: the parts of the header are cleaned once, and not at every call.

botocore writes the header anew for each request, letter by letter and every part twice: a fifth of the time that a call takes before it
comes to us. ``sanitize_user_agent_string_component`` depends on nothing but its arguments, so while the doors are open its results are
kept; headers are what they are without us. This saves time and does nothing else: where botocore has no such function, nothing is patched.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeAlias

from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo

Clean: TypeAlias = Callable[[str, bool], str]

_FUNCTION: Final = "sanitize_user_agent_string_component"
_MOST_PARTS: Final = 256


class UserAgents:
    """The patch of botocore's cleaning of user agents."""

    def open(self, undo: Undo) -> None:
        """Keep what is cleaned from now on, and for the next activation too."""
        from botocore import useragent

        clean: Clean | None = getattr(useragent, _FUNCTION, None)
        if clean is not None:
            Seam(useragent, _FUNCTION, _remembering(clean)).open(undo)


@lru_cache(maxsize=1)
def _remembering(clean: Clean) -> Clean:
    """Return what cleans as this function does, the same at every activation: nearly always it is botocore's own."""
    return lru_cache(maxsize=_MOST_PARTS)(clean)
