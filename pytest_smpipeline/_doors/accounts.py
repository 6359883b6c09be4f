"""Which account a caller is, from the access key that signs; which region a signed request is meant for.

Without moto every caller is the account of the options. Once moto knows an access key, because a role was assumed or a user
got keys, its account is the caller's, as it is for moto's own services.
"""

import re
import sys
from dataclasses import dataclass
from typing import Final, cast

from pytest_smpipeline._doors.backend import Backend
from pytest_smpipeline._doors.borrowed import HttpHeaders

_SCOPE: Final = re.compile(r"Credential=([^/,\s]+)/\d+/([^/]+)/")
_HOST_REGION: Final = re.compile(r"://[^/]*?sagemaker(?:-fips)?\.([a-z0-9-]+)\.")


@dataclass(frozen=True, slots=True)
class Origin:
    """What an HTTP request says about its sender; None where it says nothing."""

    region: str | None
    access_key: str | None


def origin(url: str, headers: HttpHeaders) -> Origin:
    """Return the region and access key of a request: from its signature, and unsigned from the host."""
    signed = _SCOPE.search(text(headers.get("Authorization")))
    if signed:
        return Origin(region=signed[2], access_key=signed[1])
    host = _HOST_REGION.search(url)
    return Origin(region=host and host[1], access_key=None)


def operation_of(headers: HttpHeaders) -> str | None:
    """Return the operation of SageMaker that a request asks for, or None when it is no such request."""
    service, dot, operation = text(headers.get("X-Amz-Target")).partition(".")
    return operation if dot and service == "SageMaker" else None


def access_key_of(credentials: object) -> str | None:
    """Return the access key of a client's credentials, or None when it has none or they are not fetched yet.

    Credentials of an assumed role are fetched if need be: that is a call to STS, which moto answers. All others are
    taken as they are, since renewing them may ask the machine's metadata service or run a program.
    """
    # Only credentials that renew themselves have the underlined attribute; reading their other one renews them.
    renews = hasattr(credentials, "_access_key") and not is_of_assumed_role(credentials)
    return cast("str | None", getattr(credentials, "_access_key" if renews else "access_key", None))


def is_of_assumed_role(credentials: object) -> bool:
    """Return whether a client's credentials are those of an assumed role, which STS is asked for."""
    return str(getattr(credentials, "method", "")).startswith("assume-role")


def account_of(access_key: str | None, backend: Backend) -> str:
    """Return the account that moto knows an access key to belong to, and the account of the options for all others."""
    backends = getattr(sys.modules.get("moto.iam.models"), "iam_backends", {})
    # Copies, since other threads may call moto meanwhile; looking an account up instead would create it.
    for account_id, partitions in list(backends.items()):
        if any(access_key in iam.access_keys for iam in list(partitions.values())):
            return str(account_id)
    return backend.options.account_id


def text(value: str | bytes | None) -> str:
    """Return a header's value as text, the empty string for a missing one."""
    return value.decode("latin-1") if isinstance(value, bytes) else value or ""
