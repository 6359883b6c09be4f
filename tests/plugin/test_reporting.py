"""What the report of a failing test shows of its executions, the header, and failed comparisons."""

import re
import sys
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from pytest_smpipeline import hold, mock_smpipeline, pytest_session
from pytest_smpipeline.reporting import section
from pytest_smpipeline.run_tree import MARKS

RunTests = Callable[..., pytest.RunResult]

TITLE = "-* SageMaker pipeline executions -*"
TREE = ["churn/????????????  Succeeded  5 min 1 s", "  ? Train  Training  Succeeded  5 min"]

FAILING = """
    import pytest, unittest
    from pytest_smpipeline import current_mock, mock_smpipeline, succeed

    def run(smp):
        smp.add("churn", DEFINITION)
        smp.start("churn")
"""
FIXTURE = """
    def test_it(smpipeline):
        run(smpipeline)
        assert 1 == 2
"""
MARKER = """
    @pytest.mark.smpipeline
    def test_it():
        run(current_mock())
        assert 1 == 2
"""
DECORATOR = """
    @mock_smpipeline
    def test_it():
        run(current_mock())
        assert 1 == 2
"""
CONTEXT_MANAGER = """
    def test_it():
        with mock_smpipeline() as smp:
            run(smp)
        assert 1 == 2
"""
TEST_CASE = """
    class TestIt(unittest.TestCase):
        def setUp(self):
            activation = mock_smpipeline()
            self.smp = activation.start()
            self.addCleanup(activation.stop)

        def test_it(self):
            run(self.smp)
            self.assertEqual(1, 2)
"""


@pytest.mark.parametrize(
    "source",
    [FIXTURE, MARKER, DECORATOR, CONTEXT_MANAGER, TEST_CASE],
    ids=["fixture", "marker", "decorator", "context manager", "TestCase"],
)
def test_a_failing_test_shows_its_executions_whichever_way_in_it_used(run_tests: RunTests, source: str) -> None:
    """Also when the mock has ended by the time the report is made."""
    result = run_tests(FAILING + source)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([TITLE, *TREE], consecutive=True)


@pytest.mark.parametrize("source", [FIXTURE, DECORATOR], ids=["fixture", "decorator"])
def test_a_passing_test_shows_nothing(run_tests: RunTests, source: str) -> None:
    """A report is for those who look for a reason."""
    result = run_tests(FAILING + source.replace("1 == 2", "1 == 1"), "-rA")

    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line(TITLE)


def test_a_failing_test_without_a_mock_shows_nothing(run_tests: RunTests) -> None:
    """Nor does one that fails after another that had a mock."""
    result = run_tests(FAILING + DECORATOR.replace("1 == 2", "1 == 1") + "\n    def test_other():\n        assert 1 == 2\n")

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line(TITLE)


def test_the_section_travels_from_a_worker(run_tests: RunTests) -> None:
    """Under pytest-xdist the report is made in another process."""
    result = run_tests(FAILING + FIXTURE, "-p", "xdist", "-n", "1")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([TITLE, *TREE], consecutive=True)


def test_a_session_without_a_terminal_is_served_too(run_tests: RunTests, pytester: pytest.Pytester) -> None:
    """Whoever else reads the reports finds the section there."""
    report = """
from pathlib import Path

def pytest_runtest_logreport(report):
    if report.sections:
        Path("sections").write_text(report.sections[0][1], encoding="utf-8")
"""

    result = run_tests(FAILING + FIXTURE, "-p", "no:terminal", conftest_py=report)

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert pytester.path.joinpath("sections").read_text(encoding="utf-8").startswith("churn/")


def test_the_executions_are_a_property_in_junit_xml(run_tests: RunTests, pytester: pytest.Pytester) -> None:
    """Once, and only for a test that failed."""
    run_tests(FAILING + FIXTURE + "\n    def test_passes(smpipeline):\n        run(smpipeline)\n", "--junit-xml=report.xml")

    properties = ET.parse(pytester.path / "report.xml").findall(".//property")  # noqa: S314 - pytest wrote it just now
    assert [found.attrib["name"] for found in properties] == ["SageMaker pipeline executions"]
    assert re.fullmatch(r"churn/\w{12}  Succeeded  5 min 1 s\n  . Train  Training  Succeeded  5 min", properties[0].attrib["value"])


def test_a_terminal_without_unicode_gets_plain_marks(run_tests: RunTests, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one whose encoding is not known."""

    class Terminal:
        encoding: str | None = "latin-1"

    monkeypatch.setattr(sys, "__stdout__", Terminal())
    run_tests(FAILING + FIXTURE).stdout.fnmatch_lines(["  + Train  Training  Succeeded  5 min"])

    monkeypatch.setattr(Terminal, "encoding", None)
    run_tests(FAILING + FIXTURE).stdout.fnmatch_lines(["  + Train  Training  Succeeded  5 min"])

    monkeypatch.setattr(Terminal, "encoding", "utf-8")
    run_tests(FAILING + FIXTURE).stdout.fnmatch_lines(["  ✓ Train  Training  Succeeded  5 min"])


def test_only_the_last_executions_are_shown_and_the_others_counted(run_tests: RunTests) -> None:
    """They are what the failure is about."""
    result = run_tests(FAILING + FIXTURE.replace("assert", "for _ in range(6): smpipeline.start('churn')\n        assert"))

    lines = result.stdout.lines
    assert "7 executions were started; these are the last 5." in lines
    assert sum(line.startswith("churn/") for line in lines) == 5


def test_a_mock_in_which_nothing_was_started_says_so(run_tests: RunTests) -> None:
    """That alone may be the reason."""
    result = run_tests("\n    def test_it(smpipeline):\n        assert 1 == 2\n")

    result.stdout.fnmatch_lines([TITLE, "No execution was started."], consecutive=True)


def test_what_was_not_used_is_in_the_section_unless_a_complaint_tells_it(run_tests: RunTests) -> None:
    """A test that is not strict has no complaint."""
    source = """
    def test_it(smpipeline):
        run(smpipeline)
        smpipeline.script("churn", Train=succeed())
        smpipeline.fault("ListPipelines", "ThrottlingException")
        assert 1 == 2
    """
    expected = [
        "not used:",
        "  script('churn', Train=succeed()): no attempt used it. Let the step run, take",
        "      the script out, or write optional=True into it.",
        "  fault 'ThrottlingException' on ListPipelines: met 0 of 1 attempts",
    ]

    lax = run_tests(FAILING + source, pytest_ini="[pytest]\nsmpipeline_strict = false\n")
    lax.stdout.fnmatch_lines(expected, consecutive=True)
    run_tests(FAILING + source).stdout.no_fnmatch_line("not used:")


def test_what_no_neighbour_took_is_in_the_section(run_tests: RunTests, undelivering: str) -> None:
    """A bucket that nobody made does not break the run, but may be the reason that the test failed."""
    expected = [
        "not delivered:",
        "  The property file Report of step Evaluate did not reach",
        "      s3://missing/run/report.json: The specified bucket does not exist",
    ]

    run_tests(undelivering + "        assert 1 == 2\n").stdout.fnmatch_lines(expected, consecutive=True)


def test_a_failing_set_up_shows_what_it_started(run_tests: RunTests) -> None:
    """The test itself never ran."""
    result = run_tests(
        FAILING
        + """
    @pytest.fixture
    def broken(smpipeline):
        run(smpipeline)
        raise ZeroDivisionError

    def test_it(broken):
        pass
    """
    )

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([TITLE, *TREE], consecutive=True)


def test_a_tear_down_shows_what_is_new_only(run_tests: RunTests) -> None:
    """What the failure of the test has shown already is not shown again."""
    source = """
    @pytest.fixture
    def broken(smpipeline):
        yield
        {}
        raise ZeroDivisionError

    def test_it(smpipeline, broken):
        run(smpipeline)
        assert 1 == 2
    """

    def sections(inserted: str) -> int:
        result = run_tests(FAILING + source.format(inserted))
        result.assert_outcomes(failed=1, errors=1)
        return result.stdout.str().count("SageMaker pipeline executions")

    assert sections("pass") == 1
    assert sections("smpipeline.start('churn')") == 2


def test_a_mock_of_a_wider_fixture_is_shown_in_every_failing_test(run_tests: RunTests) -> None:
    """It goes on from test to test."""
    result = run_tests(
        FAILING
        + """
    @pytest.fixture(scope="module")
    def smp():
        with mock_smpipeline() as smp:
            run(smp)
            yield smp

    def test_one(smp):
        pass

    def test_two(smp):
        assert 1 == 2
    """
    )

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([TITLE, *TREE], consecutive=True)


def test_the_mocks_of_a_test_are_shown_together(definition: str) -> None:
    """Oldest first; of many only the newest are kept."""
    before = len(pytest_session.mocks())
    for _ in range(2):
        with mock_smpipeline() as smp:
            smp.add("churn", definition)
            smp.start("churn")

    text = section(pytest_session.mocks()[before:], MARKS)

    assert [line.partition("/")[0] for line in text.splitlines() if not line.startswith(" ")] == ["churn", "", "churn"]
    for _ in range(10):
        with mock_smpipeline():
            pass
    assert len(pytest_session.mocks()) == 5


def test_the_header_names_settings_that_are_not_the_default(run_tests: RunTests) -> None:
    """Where they are, nobody has to ask why a run behaves differently."""
    changed = "[pytest]\nsmpipeline_region = eu-west-1\nsmpipeline_progress = immediate\nsmpipeline_strict = false\n"
    usual = "[pytest]\nsmpipeline_progress = immediate\nsmpipeline_strict = true\n"

    run_tests("", pytest_ini=changed).stdout.fnmatch_lines(["smpipeline: region='eu-west-1', strict=False"])
    run_tests("", pytest_ini=usual).stdout.no_fnmatch_line("smpipeline:*")
    run_tests("").stdout.no_fnmatch_line("smpipeline:*")


def test_a_failed_comparison_of_records_is_explained(run_tests: RunTests) -> None:
    """By pytest itself, in a bare ``assert``; other objects are none of ours."""
    result = run_tests(
        FAILING
        + """
    def test_it(smpipeline):
        run(smpipeline)
        assert smpipeline.executions.one() == "Succeeded"

    def test_other():
        assert "a" == "b"
    """
    )

    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["E*assert <Execution churn/* Succeeded> == 'Succeeded'", "E*its status is .status, which is 'Succeeded'."])
    result.stdout.fnmatch_lines(["E*assert 'a' == 'b'"])


def test_a_session_that_activates_nothing_loads_nothing_of_this(run_tests: RunTests, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing test of a project that has the plugin installed costs nothing more."""
    names = ("reporting", "comparisons", "run_tree", "complaints")
    for name in names:
        monkeypatch.delitem(sys.modules, f"pytest_smpipeline.{name}", raising=False)

    run_tests("def test_it(): assert 1 == 2").assert_outcomes(failed=1)

    assert [name for name in names if f"pytest_smpipeline.{name}" in sys.modules] == []


def test_a_module_that_finds_no_region_is_told_where_to_name_one(run_tests: RunTests, monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore alone says that there is none, below forty lines of its own."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "none")

    result = run_tests("import boto3\nboto3.client('sagemaker')\n")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(
        [
            "*NoRegionError*",
            "-* pytest-smpipeline -*",
            "*Name one in conftest.py:",
            'os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")',
        ]
    )


@pytest.mark.parametrize(
    "source",
    ["raise ValueError", "def test_it():\n    import boto3\n    boto3.client('sagemaker')\n"],
    ids=["another error", "in a test"],
)
def test_other_failures_are_not_told_of_regions(run_tests: RunTests, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """Only what a mock can't lend a region to."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "none")

    run_tests(source).stdout.no_fnmatch_line("-* pytest-smpipeline -*")


@pytest.mark.parametrize(("virtual_sleep", "told"), [(True, True), (False, False)])
def test_an_execution_that_naps_timed_out_tells_of_the_wall_clock(virtual_sleep: bool, told: bool) -> None:  # noqa: FBT001 - a case
    """Who waits for a deadline on the wall clock meets the end of all executions first, and wonders."""
    with mock_smpipeline(progress="manual", virtual_sleep=virtual_sleep) as smp:
        smp.add("churn", steps=["Train"])
        smp.script("churn", Train=hold())
        smp.start("churn")
        smp.advance(days=29)
        text = section(pytest_session.mocks(), MARKS)

    assert ("a deadline on time.monotonic()" in text) is told


def test_naps_of_minutes_are_not_told_of() -> None:
    """They are what virtual sleep is for."""
    with mock_smpipeline(progress="manual", virtual_sleep=True) as smp:
        smp.add("churn", steps=["Train"])
        smp.start("churn")
        smp.advance(hours=1)
        assert "monotonic" not in section(pytest_session.mocks(), MARKS)
