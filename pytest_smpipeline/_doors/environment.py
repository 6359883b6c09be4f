"""The environment variables that botocore reads, lent for the time of an activation.

A bare machine has no region and no credentials, a developer's has real ones and a profile. Inside an activation both look
the same: dummy keys, the region of the options, no profile, no session token, no instance metadata.

Everything is put back as it was, a missing variable missing and an empty one empty. Three things meet here:

* A test that sets one of them inside (``monkeypatch.setenv``) and undoes it before we end: nothing special happens.
* One that undoes it after we ended puts back what it had found, which was ours. ``settle``, called when the test is over,
  recognises our value and puts back what was there before.
* ``moto.mock_aws`` does as ``monkeypatch`` does. When it began or ended in between, what it set or removed is left to it.
"""

import os
from collections.abc import Mapping
from typing import Final

from pytest_smpipeline._doors.backend import Backend
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline.options import Options

REGION: Final = "AWS_DEFAULT_REGION"
ACCESS_KEY: Final = "SMPIPELINETESTACCESS"  # twenty capitals and digits, the only form in which moto sees an access key
SECRET_KEY: Final = "smpipeline-test-secret-key"  # noqa: S105 # opens nothing

# Values are what is lent; None takes the variable away.
_LENT: Final[Mapping[str, str | None]] = {
    "AWS_ACCESS_KEY_ID": ACCESS_KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CREDENTIAL_EXPIRATION": None,
    "AWS_DEFAULT_PROFILE": None,
    "AWS_PROFILE": None,
    "AWS_SECURITY_TOKEN": None,
    "AWS_SESSION_TOKEN": None,
}
_MOTO_LENDS: Final[Mapping[str, str]] = {"AWS_ACCESS_KEY_ID": "FOOBARKEY", "AWS_SECRET_ACCESS_KEY": "FOOBARSECRET"}

_overwritten: Final[dict[str, tuple[str | None, str | None]]] = {}


class Environment:
    """Our values of the variables."""

    def __init__(self, backend: Backend) -> None:
        """Read nothing yet."""
        self._backend = backend
        self._lent: dict[str, str | None] = {}
        self._found: dict[str, str | None] = {}

    def open(self, undo: Undo) -> None:
        """Remember what is there and lend ours; no credentials where moto is told to leave the user's."""
        options = self._backend.options
        self._lent = {**(_LENT if _lends_credentials(options) else {}), REGION: options.region}
        self._found = {}
        undo.add(self._close)
        for name, value in self._lent.items():
            found = self._found[name] = _value(name)
            if found != value:
                _put(name, value)

    def refresh(self) -> None:
        """Lend the region that the options name now, unless the test has set one itself."""
        region = self._backend.options.region
        if os.environ.get(REGION) == self._lent[REGION]:
            _put(REGION, region)
        self._lent[REGION] = region

    def _close(self) -> None:
        for name, found in self._found.items():
            lent, current = self._lent[name], _value(name)
            if current != lent:
                _overwritten.setdefault(name, (lent, found))
                if name in _MOTO_LENDS and _MOTO_LENDS[name] in {current, found}:
                    continue
            if current != found:
                _put(name, found)


def _lends_credentials(options: Options) -> bool:
    if options.moto_config is None:
        return True
    core = options.moto_config.get("core")
    return not isinstance(core, Mapping) or core.get("mock_credentials") is not False


def settle() -> None:
    """Put back what was there before us wherever somebody has restored our value after we ended.

    To be called once nobody is left who could do so, as at the end of a test.
    """
    for name, (lent, found) in _overwritten.items():
        if lent != found and os.environ.get(name) == lent:
            _put(name, found)
    _overwritten.clear()


def _value(name: str) -> str | None:
    try:
        return os.environ[name]
    except KeyError:  # as get() does, for which a missing variable costs twice as much; nearly all of ours are missing
        return None


def _put(name: str, value: str | None) -> None:
    """Give a variable a value; None takes away one that is there."""
    if value is None:
        del os.environ[name]
    else:
        os.environ[name] = value
