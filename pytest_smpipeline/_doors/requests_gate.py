"""Where moto meets ``requests``, in an order that does not depend on when moto woke up.

moto intercepts ``requests`` with a patch of ``HTTPAdapter.send`` made by the ``responses`` library, and so do users' own
``responses`` mocks. Such patches come apart unless they end in reverse order; moto, which wakes up at some call
in the middle of a test, would end after mocks that began before it. This gate stands where our activation
began. Once moto is awake, requests to AWS go through the gate to moto; all others go on to what was there before.
"""

import sys
from collections.abc import Callable
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from pytest_smpipeline._doors.borrowed import MotoMock
from pytest_smpipeline._doors.imports import imported
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo

Send: TypeAlias = Callable[..., Any]
"""``requests.adapters.HTTPAdapter.send``; what it takes and returns is passed on unread."""

_AWS: Final = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
_INSTANCE_METADATA: Final = "169.254.169.254"


class RequestsGate:
    """The patch of ``requests``: from the start, or from moto's waking if nobody uses ``responses`` before."""

    def __init__(self) -> None:
        """Patch nothing yet."""
        self._seam: Seam[Send] | None = None
        self._moto: Send | None = None

    def open(self, undo: Undo) -> None:
        """Take the place if ``responses`` is there; imported later, it would take the gate for the real thing."""
        if "responses" in sys.modules:
            self._place(undo)

    def start(self, mock: MotoMock, undo: Undo) -> None:
        """Start moto and keep its patch behind the gate; undoing stops it, unless somebody has done so."""
        from requests.adapters import HTTPAdapter

        seam = self._seam or self._place(undo)
        standing = HTTPAdapter.send
        HTTPAdapter.send = seam.beneath  # type: ignore[method-assign] # what moto puts back at its end
        try:
            mock.start()
            self._moto = HTTPAdapter.send
        finally:
            HTTPAdapter.send = standing  # type: ignore[method-assign] # as before

    def stop(self, mock: MotoMock) -> None:
        """Stop moto; if a mock of the user's goes on, moto's patch is left to it, in the gate's place."""
        from requests.adapters import HTTPAdapter

        seam, patch = self._seam, self._moto
        assert seam is not None  # noqa: S101 # start has placed it
        assert patch is not None  # noqa: S101 # and kept this
        standing = HTTPAdapter.send
        HTTPAdapter.send = patch  # type: ignore[method-assign] # what moto takes away, as long as it stands there
        try:
            mock.stop()
        finally:
            if HTTPAdapter.send is patch:
                seam.beneath = patch
            self._moto = None
            HTTPAdapter.send = standing  # type: ignore[method-assign] # as before

    def _place(self, undo: Undo) -> Seam[Send]:
        def send(adapter: object, request: Any, *args: object, **keywords: object) -> object:  # noqa: ANN401 # passed on unread but for its URL
            onward = self._moto if self._moto is not None and _is_aws(request.url) else seam.beneath
            return onward(adapter, request, *args, **keywords)

        seam: Seam[Send] = Seam(imported("requests.adapters", "HTTPAdapter"), "send", send)
        undo.add(self._forget)
        seam.open(undo)
        self._seam = seam
        return seam

    def _forget(self) -> None:
        self._seam = None


def _is_aws(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host.endswith(_AWS) or host == _INSTANCE_METADATA
