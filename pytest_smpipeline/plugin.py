"""What pytest loads: the marker, the fixtures and the ini options, and nothing that takes time to import."""

import sys
from collections.abc import Generator
from typing import Final

import pytest

from pytest_smpipeline import pytest_session
from pytest_smpipeline.fixtures import smpipeline, smpipeline_client

__all__ = [
    "pytest_addoption",
    "pytest_configure",
    "pytest_itemcollected",
    "pytest_runtest_protocol",
    "smpipeline",
    "smpipeline_client",
]

_MARKER: Final = (
    "smpipeline(**options): run the test with an emulated SageMaker Pipelines; options as for mock_smpipeline(), "
    "merged from module, class and function"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the ini options, each the default of the option it is named after."""
    parser.addini("smpipeline_region", "default of the option region of mock_smpipeline()", type="string", default=None)
    parser.addini("smpipeline_progress", "default of the option progress: immediate, poll or manual", type="string", default=None)
    parser.addini("smpipeline_strict", "default of the option strict", type="bool", default=None)
    group = parser.getgroup("smpipeline", "SageMaker Pipelines")
    group.addoption("--smpipeline-html", metavar="DIR", help="write DIR/index.html: every execution of every test, to look at")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and take the root folder and the defaults of the ini file."""
    config.addinivalue_line("markers", _MARKER)
    pytest_session.enter(pytest_session.PytestSession(config.rootpath, _ini_defaults(config)))
    config.add_cleanup(pytest_session.leave)
    if folder := config.getoption("smpipeline_html"):
        from pytest_smpipeline import html_report

        html_report.enable(config, folder)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let the marker alone activate the mock, before any other fixture of the test is set up."""
    if isinstance(item, pytest.Function) and item.get_closest_marker("smpipeline") and "smpipeline" not in item.fixturenames:
        # A list of its own: items made from one parametrised function share theirs, and a mark may be on one of them only.
        item.fixturenames = ["smpipeline", *item.fixturenames]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Put back, once all fixtures of a test are over, what one of them restored too late."""
    result = yield
    entrance = sys.modules.get("pytest_smpipeline._doors.entrance")
    if entrance is not None:
        entrance.settle()
    return result


def _ini_defaults(config: pytest.Config) -> dict[str, object]:
    names = ("region", "progress", "strict")
    values = {name: config.getini(f"smpipeline_{name}") for name in names}
    given = {name: value for name, value in values.items() if value is not None}
    if given:
        from pytest_smpipeline.exceptions import UsageError
        from pytest_smpipeline.options import check_keywords

        try:
            check_keywords(given)
        except UsageError as error:
            raise pytest.UsageError(f"smpipeline_{error}") from error
    return given
