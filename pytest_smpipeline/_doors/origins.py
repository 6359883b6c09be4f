"""Which HTTP requests the JSON door refuses because of where they come from.

A page that somebody looks at in a browser can reach a server on the same machine: with a request to its address, or to a name of the
page's own that resolves to it (DNS rebinding). A browser tells on both: by ``Origin`` or ``Sec-Fetch-Site`` in the first case, by a
``Host`` that is none of ours in the second. Programs send neither.
"""

from collections.abc import Collection, Mapping
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_OWN_SITES: Final = frozenset({"none", "same-origin"})


def stranger(headers: Mapping[str, str], hosts: Collection[str]) -> str | None:
    """Return why a request is refused; None when it may come in.

    ``headers`` has names in lower case. An address is always a good ``Host``, since nobody else's name can lead to it; so are
    ``localhost`` and the names in ``hosts``.
    """
    host = headers.get("host", "")
    name = _name_of(host)
    if name is None or not (name in hosts or name == "localhost" or name.endswith(".localhost") or _is_address(name)):
        return f"Host {host!r} is not a name of this server. Call it by its address, or allow the name: serve --allow-host NAME."
    origin = headers.get("origin")
    if origin is not None and origin not in {f"http://{host}", f"https://{host}"}:
        return f"Origin {origin!r} is another site. This door is for tests, not for pages in a browser."
    site = headers.get("sec-fetch-site", "none")
    if site not in _OWN_SITES:
        return f"Sec-Fetch-Site is {site!r}: a page of another site asks. This door is for tests, not for pages in a browser."
    return None


def _name_of(host: str) -> str | None:
    """Return the name in a ``Host`` header, without its port and in lower case; None for what is no host."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
