"""What pytest loads: the marker, the fixtures and the ini options, and nothing that takes time to import."""

import sys
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Final

import pytest

from pytest_smpipeline import pytest_session
from pytest_smpipeline.fixtures import smpipeline, smpipeline_client, smpipeline_server

if TYPE_CHECKING:
    from pytest_smpipeline._state.store import Store

__all__ = [
    "pytest_addoption",
    "pytest_assertrepr_compare",
    "pytest_configure",
    "pytest_exception_interact",
    "pytest_itemcollected",
    "pytest_load_initial_conftests",
    "pytest_report_header",
    "pytest_runtest_call",
    "pytest_runtest_makereport",
    "pytest_runtest_protocol",
    "smpipeline",
    "smpipeline_client",
    "smpipeline_server",
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
    parser.addini("smpipeline_guard", "stop calls of the real SageMaker and fail the test that makes one", type="bool", default=False)
    parser.addini("smpipeline_auto", "let moto.mock_aws emulate SageMaker Pipelines too", type="bool", default=False)
    parser.addini("smpipeline_shared_loader", "let sessions share parsed service models while a mock is active", type="bool", default=True)
    group = parser.getgroup("smpipeline", "SageMaker Pipelines")
    group.addoption("--smpipeline-html", metavar="DIR", help="write DIR/index.html: every execution of every test, to look at")
    _add_coverage_options(group)


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Turn on what the ini file asks for before any module of the user's is imported."""
    _switch_on(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and take the root folder and the defaults of the ini file."""
    config.addinivalue_line("markers", _MARKER)
    shares_models = _is_on(config, "smpipeline_shared_loader")
    session = pytest_session.PytestSession(config.rootpath, _ini_defaults(config), _coverage(config), shares_models=shares_models)
    pytest_session.enter(session)
    config.add_cleanup(pytest_session.leave)
    _switch_on(config)  # again, for a plugin that a conftest names and so is loaded late
    if folder := config.getoption("smpipeline_html"):
        from pytest_smpipeline import html_report

        html_report.enable(config, folder)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let the marker alone activate the mock, before any other fixture of the test is set up, its setup_method included."""
    if isinstance(item, pytest.Function) and item.get_closest_marker("smpipeline"):
        # A list of its own: items made from one parametrised function share theirs, and a mark may be on one of them only.
        item.fixturenames = ["smpipeline", *(name for name in item.fixturenames if name != "smpipeline")]


def pytest_report_header() -> str | None:
    """Name the settings of the ini file that are not the default."""
    if not pytest_session.default_options():
        return None
    from pytest_smpipeline.reporting import header

    return header(pytest_session.default_options())


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Explain a failed comparison of records."""
    if not any(type(side).__module__.partition(".")[0] == "pytest_smpipeline" for side in (left, right)):
        return None
    from pytest_smpipeline.comparisons import explained

    return explained(op, left, right)


def pytest_exception_interact(call: pytest.CallInfo[object], report: pytest.CollectReport | pytest.TestReport) -> None:
    """Tell of a module that makes a client when it is imported what to do where no region is known: no mock is active yet."""
    if isinstance(report, pytest.CollectReport) and call.excinfo is not None and call.excinfo.typename == "NoRegionError":
        from pytest_smpipeline.reporting import add_region_section

        add_region_section(report)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Let what is to complain about at the end of a test fail it, or be a note on its failure."""
    __tracebackhide__ = True
    error: BaseException | None = None
    try:
        return (yield)
    except BaseException as raised:
        error = raised
        raise
    finally:
        if pytest_session.has_checks():
            from pytest_smpipeline.reporting import judge

            judge(item, error)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add a section on the executions to the report of a test that failed, whichever way in it used."""
    report = yield
    if report.failed and pytest_session.mocks():
        from pytest_smpipeline.reporting import add_section, show_complaint

        add_section(item, report)
        if call.excinfo is not None:
            show_complaint(call.excinfo.value, report)
    if report.when == "teardown":
        pytest_session.end_test()
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Put back, once all fixtures of a test are over, what one of them restored too late."""
    pytest_session.begin_test()
    result = yield
    entrance = sys.modules.get("pytest_smpipeline._doors.entrance")
    if entrance is not None:
        entrance.settle()
    return result


def _switch_on(config: pytest.Config) -> None:
    if _is_on(config, "smpipeline_guard"):
        from pytest_smpipeline import guard_hooks

        guard_hooks.install(config)
    if _is_on(config, "smpipeline_auto"):
        from pytest_smpipeline import auto_hooks

        auto_hooks.install(config)


def _is_on(config: pytest.Config, name: str) -> bool:
    try:
        return bool(config.getini(name))
    except (ValueError, pytest.UsageError) as error:  # the latter from pytest 9 on
        message = f"{name} is not valid: expected true or false. {error}"
        raise pytest.UsageError(message) from error


def _add_coverage_options(group: pytest.OptionGroup) -> None:
    group.addoption("--smpipeline-cov", action="store_true", help="report which steps and branches of pipelines the tests exercised")
    group.addoption(
        "--smpipeline-cov-include",
        action="append",
        default=[],
        metavar="PATTERN",
        help="report the pipelines whose names fit, such as 'churn-*'; can be given several times, and implies --smpipeline-cov",
    )
    group.addoption(
        "--smpipeline-cov-fail-under",
        metavar="PERCENT",
        help="fail when less of all steps and branches was exercised; implies --smpipeline-cov",
    )


def _coverage(config: pytest.Config) -> "Callable[[Store], None] | None":
    """Return who is to be told of each emulation that ends; nobody unless an option asks for it."""
    options = config.option
    printed = bool(options.smpipeline_cov or options.smpipeline_cov_include or options.smpipeline_cov_fail_under is not None)
    if not (printed or options.smpipeline_html):
        return None
    from pytest_smpipeline.coverage_hooks import enable

    return enable(config, printed=printed)


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
