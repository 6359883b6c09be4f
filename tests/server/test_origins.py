"""Who may ask the JSON door: programs, and no pages in a browser."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_smpipeline import SMPipelineServer
from pytest_smpipeline._doors.origins import stranger

HERE = "127.0.0.1:5000"


@pytest.mark.parametrize(
    "headers",
    [
        {"host": HERE},
        {"host": "localhost:5000"},
        {"host": "api.localhost"},
        {"host": "[::1]:5000"},
        {"host": "192.168.1.7:5000"},
        {"host": "smpipeline:5000"},
        {"host": "SMPipeline"},
        {"host": HERE, "origin": f"http://{HERE}"},
        {"host": HERE, "origin": f"https://{HERE}"},
        {"host": HERE, "sec-fetch-site": "same-origin"},
        {"host": HERE, "sec-fetch-site": "none"},
    ],
)
def test_programs_may_come_in(headers: dict[str, str]) -> None:
    """By an address, by localhost, by a name that is allowed; and what a browser opens by itself."""
    assert stranger(headers, {"smpipeline"}) is None


@pytest.mark.parametrize(
    "host", ["evil.example:5000", "localhost.evil.example", "127.0.0.1.evil.example", "", ":5000", "[::1", "notlocalhost"]
)
def test_a_name_that_is_not_ours_may_not(host: str) -> None:
    """A page whose own name leads here would be of the same origin to the browser."""
    reason = stranger({"host": host}, {"smpipeline"})

    assert reason == f"Host {host!r} is not a name of this server. Call it by its address, or allow the name: serve --allow-host NAME."


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:8000", "http://localhost:5000"])
def test_another_origin_may_not(origin: str) -> None:
    """Also one on the same machine, which may be anybody's development server."""
    reason = stranger({"host": HERE, "origin": origin}, set())

    assert reason == f"Origin {origin!r} is another site. This door is for tests, not for pages in a browser."


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_may_not(site: str) -> None:
    """Browsers send no Origin when a page shows an image."""
    reason = stranger({"host": HERE, "sec-fetch-site": site}, set())

    assert reason == f"Sec-Fetch-Site is {site!r}: a page of another site asks. This door is for tests, not for pages in a browser."


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}])
@pytest.mark.parametrize(("method", "path"), [("GET", "health"), ("POST", "run_until_idle"), ("OPTIONS", "start")])
def test_a_stranger_is_forbidden(
    smpipeline_server: SMPipelineServer, send: Callable[..., Any], headers: dict[str, str], method: str, path: str
) -> None:
    """Whatever it asks for, and the answer allows no origin to read it."""
    status, answer = send(smpipeline_server.door_url, method, path, **headers)

    assert (status, answer["error"]["type"]) == (403, "Forbidden")
