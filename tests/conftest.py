"""What every test of this suite may use."""

import gc
import os
from collections.abc import Iterator
from typing import cast

import pytest
from hypothesis import settings

from pytest_smpipeline.options import Options

pytest_plugins = ["pytester"]

# Python's own threshold, 700 objects, has the collector at work for a third of the time that importing the tests takes. The last number
# lets what inner runs leave go while there is other work for the other workers: at the end they would wait for it.
gc.set_threshold(20_000, 5, 10)

# A shared machine is no stopwatch: an example that is slow once is no failure. Where it matters, a test measures work, not seconds.
# A run takes few examples; with SMPIPELINE_SUITE_EXAMPLES=100, as in one of the runs of .ci/run, it takes many.
settings.register_profile("suite", deadline=None, max_examples=int(os.environ.get("SMPIPELINE_SUITE_EXAMPLES", "20")))
settings.load_profile("suite")

# With SMPIPELINE_SUITE_WIRE=full every mock that names no wire takes the full road.
_WIRE = os.environ.get("SMPIPELINE_SUITE_WIRE", "express")
_DEFAULTS = cast("dict[str, object]", Options.__init__.__kwdefaults__)


# What takes longest comes first, so that the workers of pytest-xdist end together; where it is missing here, the suite is only slower.
LONGEST_FIRST = (
    "test_documentation.py",
    "test_benchmarks.py",
    "test_html_report.py",
    "test_guard.py",
    "test_server_fixture.py",
    "test_coverage_option.py",
    "test_reporting.py",
    "test_event_delivery.py",
    "test_moto_service.py",
    "test_search.py",
)


def pytest_configure(config: pytest.Config) -> None:
    """Let pytest-xdist hand out files in our order; its own is by number of tests."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the longest files first where workers share them."""
    if hasattr(config, "workerinput"):
        places = {name: place for place, name in enumerate(LONGEST_FIRST)}
        items.sort(key=lambda item: places.get(item.path.name, len(places)))


def pytest_collection_finish() -> None:
    """Keep the collector from passing a million objects that stay, again and again: it would take a third of the suite's time.

    A test that collects by itself still finds all that is gone.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """The usual one, whose runs load our plugin and those that a test names with ``-p``, whatever else is installed here.

    Each plugin costs every run, and every worker that a run starts, far more than the run's own tests take.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p smpipeline")
    return pytester


@pytest.fixture(autouse=True, scope="session")
def wire_of_the_suite() -> Iterator[None]:
    """The default of the option ``wire``."""
    with pytest.MonkeyPatch.context() as patch:
        set_default(patch, _WIRE)
        yield


@pytest.fixture(autouse=True)
def wire_of_the_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """The usual default for a test that is about the express door, and is marked ``express``."""
    if not request.node.get_closest_marker("express"):
        yield
        return
    # Not the fixture monkeypatch: it would be set up before those fixtures that look at what a test leaves behind.
    with pytest.MonkeyPatch.context() as patch:
        set_default(patch, "express")
        yield


def set_default(patch: pytest.MonkeyPatch, wire: str) -> None:
    """Let this be the wire of options that name none, and of those that are made once for all mocks without any."""
    patch.setitem(_DEFAULTS, "wire", wire)
    patch.setattr("pytest_smpipeline.mock._DEFAULT", Options())
