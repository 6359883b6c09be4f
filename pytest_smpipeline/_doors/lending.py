"""Dummy credentials for clients that were made without any and now have to sign."""

import sys
import threading
import weakref
from typing import TYPE_CHECKING

from pytest_smpipeline._doors.accounts import access_key_of
from pytest_smpipeline._doors.borrowed import Client, Signer
from pytest_smpipeline._doors.environment import ACCESS_KEY, SECRET_KEY
from pytest_smpipeline._doors.undo import Undo

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.credentials import Credentials


class Lending:
    """Credentials lent to clients until they are taken back.

    Real ones are never replaced: what they sign does not leave.
    """

    def __init__(self) -> None:
        """Lend nothing yet."""
        self._lock = threading.Lock()
        self._borrowers: weakref.WeakKeyDictionary[Signer, Credentials] | None = None
        self._is_open = False

    def open(self, undo: Undo) -> None:
        """Begin to lend."""
        undo.add(self._close)
        self._is_open = True

    def lend(self, client: Client, kind: "Callable[[str, str], Credentials]") -> None:
        """Let this client sign if it could not, with credentials of this kind; its signer keeps them until they are taken back."""
        signer = client._request_signer
        if signer._credentials is None:
            with self._lock:
                if self._is_open:  # a call still under way at the end borrows nothing any more
                    if self._borrowers is None:
                        self._borrowers = weakref.WeakKeyDictionary()
                    signer._credentials = self._borrowers[signer] = kind(ACCESS_KEY, SECRET_KEY)

    def _close(self) -> None:
        with self._lock:
            self._is_open = False
            borrowers, self._borrowers = self._borrowers, None
            if borrowers is not None:
                for signer, lent in borrowers.items():
                    if signer._credentials is lent:
                        signer._credentials = None
        _make_default_session_forget()


def _make_default_session_forget() -> None:
    """Let boto3's default session read the environment anew if it has kept the credentials that we had lent there."""
    session = getattr(sys.modules.get("boto3"), "DEFAULT_SESSION", None)
    core = None if session is None else getattr(session, "_session", None)
    if core is not None and access_key_of(core._credentials) == ACCESS_KEY:
        core._credentials = None
