"""Names of events that all sessions work out together: a new session does not translate hundreds of them once more.

botocore compares each name under which a handler is registered with all the old names of services, and every emitter remembers for
itself what became of it: a quarter of what a new session and its client cost once models are shared. While the doors are open, emitters
that translate as botocore does remember in one place. This saves time and does nothing else: where botocore has no such emitters, nothing
is patched.
"""

import sys
from collections.abc import Callable
from typing import Final, TypeAlias

from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo

Init: TypeAlias = Callable[..., None]

_MEMORY: Final = "_alias_name_cache"
_known: Final[dict[str, str]] = {}


class EventNames:
    """The patch of botocore's emitter."""

    def open(self, undo: Undo) -> None:
        """Let the emitters that are made from now on share; what they know stays theirs after the end."""
        hooks = sys.modules.get("botocore.hooks")  # botocore's clients have imported it
        emitter, aliases = getattr(hooks, "EventAliaser", None), getattr(hooks, "EVENT_ALIASES", None)
        if emitter is None or "__init__" not in vars(emitter) or aliases is None:
            return

        def init(made: object, *args: object, **kwargs: object) -> None:
            seam.beneath(made, *args, **kwargs)
            own = vars(made)
            if own.get(_MEMORY) == {} and own.get("_event_aliases") == aliases:
                own[_MEMORY] = _known

        seam: Seam[Init] = Seam(emitter, "__init__", init)
        seam.open(undo)


def forget() -> None:
    """Give the memory back; whoever shares it works out again what is asked for again."""
    _known.clear()
