"""``--smpipeline-cov`` and its companions, as a user's project sees them."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_smpipeline import SMPipelineMock, mock_smpipeline, pytest_session
from pytest_smpipeline.coverage_hooks import CoverageHooks

RunTests = Callable[..., pytest.RunResult]

ROOT = Path(__file__).parents[2]

TESTS = """
    import pytest
    from pytest_smpipeline import fail

    def gate(name):
        always = {"Type": "Equals", "LeftValue": {"Get": "Parameters.Date"}, "RightValue": "today"}
        arguments = {"Conditions": [always], "IfSteps": [{"Name": "Yes", "Type": "Training", "Arguments": {}}]}
        return {"Name": name, "Type": "Condition", "Arguments": arguments}

    GATED = {
        "Version": "2020-12-01",
        "Parameters": [{"Name": "Date", "Type": "String", "DefaultValue": "today"}],
        "Steps": [gate("Gate")],
    }

    def test_one_way(smpipeline):
        smpipeline.add("gated", GATED)
        smpipeline.start("gated")

    def test_the_other_way(smpipeline):
        smpipeline.add("gated", GATED)
        smpipeline.start("gated", parameters={"Date": "tomorrow"})

    def test_another_pipeline(smpipeline):
        smpipeline.add("churn", DEFINITION)
        smpipeline.script("churn", Train=fail("no capacity"))
        smpipeline.start("churn").assert_failed()
"""

ONE_WAY = ("-k", "one_way")


def table_of(result: pytest.RunResult) -> list[str]:
    """Return what stands between the title of the report and the end of the run."""
    lines = result.outlines
    start = next(number for number, line in enumerate(lines) if " coverage of pipelines " in line)
    end = next(number for number, line in enumerate(lines) if number > start and line.startswith("==="))
    return lines[start + 1 : end]


def test_nothing_is_collected_or_imported_without_the_option(run_tests: RunTests) -> None:
    """A run that does not ask for it pays nothing."""
    result = run_tests(
        """
        from pytest_smpipeline import pytest_session

        def test_it(smpipeline):
            smpipeline.add("churn", DEFINITION)
            smpipeline.start("churn")
            assert pytest_session._sessions[-1].emulation_ended is None

        def test_nobody_is_told(pytestconfig):
            assert not pytestconfig.pluginmanager.has_plugin("smpipeline_coverage")
        """
    )

    result.assert_outcomes(passed=2)
    assert "coverage" not in result.stdout.str()


def test_the_report_is_about_the_whole_run(run_tests: RunTests) -> None:
    """Executions of all tests are added up, and what one of them did another need not do."""
    result = run_tests(TESTS, "--smpipeline-cov")

    result.assert_outcomes(passed=3)
    assert result.ret == 0
    assert table_of(result) == [
        "Name   Steps  Miss  Branch  BrMiss  Cover  Missing",
        "--------------------------------------------------",
        "churn      1     0       0       0   100%",
        "gated      2     0       2       0   100%",
        "--------------------------------------------------",
        "TOTAL      3     0       2       0   100%",
        "",
        "2 pipelines, 3 executions.",
        "",
        "Exercised by no test, and not counted:",
        "churn",
        "    only its default  Date",
        "gated",
        "    never failed      Yes",
    ]


def test_workers_of_xdist_make_one_report(run_tests: RunTests) -> None:
    """It is the same as that of a single process, and says nothing of workers."""
    alone = run_tests(TESTS, "--smpipeline-cov")
    together = run_tests(TESTS, "--smpipeline-cov", "-p", "xdist", "-n", "2")

    together.assert_outcomes(passed=3)
    assert table_of(together) == table_of(alone)


def test_a_worker_that_crashes_is_told(run_tests: RunTests) -> None:
    """What it had seen is lost; the others' is there."""
    result = run_tests(
        f"{TESTS}\n    def test_crash():\n        import os\n        os._exit(3)\n",
        "--smpipeline-cov",
        "-p",
        "xdist",
        "-n",
        "1",
        "--max-worker-restart=0",
    )

    assert "What 1 crashed worker exercised is missing here." in table_of(result)


def test_a_worker_hands_over_what_it_collected(smpipeline: SMPipelineMock, definition: str) -> None:
    """All of it, whatever the patterns: the controller chooses, and can tell a pattern that fits nothing. A worker judges nothing."""
    smpipeline.add("churn", definition)
    smpipeline.start("churn")
    worker, controller = CoverageHooks(["other"], 100), CoverageHooks(["churn"], None)
    worker.emulation_ended(smpipeline._service.store)
    session: Any = SimpleNamespace(config=SimpleNamespace(workeroutput={}), exitstatus=pytest.ExitCode.OK)

    worker.pytest_sessionfinish(session)
    controller.pytest_testnodedown(session.config)

    assert session.exitstatus == pytest.ExitCode.OK
    assert controller.coverage.total.shown_percent == "100%"
    assert [each.test for each in controller.coverage.pipelines.values()] == [os.environ["PYTEST_CURRENT_TEST"].partition(" ")[0]]


def test_failing_tests_count_and_keep_their_status(run_tests: RunTests) -> None:
    """What a failed test exercised has been exercised; the run fails for the test."""
    result = run_tests(
        """
        def test_it(smpipeline):
            smpipeline.add("churn", DEFINITION)
            smpipeline.start("churn").assert_failed()
        """,
        "--smpipeline-cov-fail-under=100",
    )

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "churn      1     0       0       0   100%" in table_of(result)
    assert table_of(result)[-1] == "Required pipeline coverage of 100% reached. Total pipeline coverage: 100.00%"


@pytest.mark.parametrize("processes", [[], ["-p", "xdist", "-n", "1"]], ids=["alone", "xdist"])
def test_a_run_fails_that_covers_less_than_required(run_tests: RunTests, processes: list[str]) -> None:
    """With the status of failed tests, and a line that says so; three of four points are 75 %."""
    result = run_tests(TESTS, "--smpipeline-cov-fail-under=75.5", *ONE_WAY, *processes)

    result.assert_outcomes(passed=1, deselected=0 if processes else 2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert table_of(result)[-2:] == ["", "FAIL Required pipeline coverage of 75.5% not reached. Total pipeline coverage: 75.00%"]


def test_the_required_coverage_is_reached_exactly(run_tests: RunTests) -> None:
    """75 % of 75 % is enough."""
    result = run_tests(TESTS, "--smpipeline-cov-fail-under=75", *ONE_WAY)

    assert result.ret == pytest.ExitCode.OK
    assert table_of(result)[-1] == "Required pipeline coverage of 75% reached. Total pipeline coverage: 75.00%"


def test_a_gate_that_measures_nothing_is_closed(run_tests: RunTests) -> None:
    """A run of tests that start no pipeline does not reach any percentage."""
    result = run_tests("def test_it(): pass", "--smpipeline-cov-fail-under=0")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert table_of(result) == [
        "No pipeline was started.",
        "",
        "FAIL Required pipeline coverage of 0% not reached. No pipeline was started.",
    ]


def test_a_run_without_tests_keeps_its_status(run_tests: RunTests) -> None:
    """It says that there are none, which is worth more."""
    result = run_tests("", "--smpipeline-cov-fail-under=100")

    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_collecting_only_is_not_judged(run_tests: RunTests) -> None:
    """Nothing can have been exercised."""
    result = run_tests(TESTS, "--smpipeline-cov-fail-under=100", "--collect-only")

    assert result.ret == pytest.ExitCode.OK
    assert "coverage of pipelines" not in result.stdout.str()


@pytest.mark.parametrize("percent", ["101", "-1", "all", "nan"])
def test_a_required_coverage_is_a_percentage(run_tests: RunTests, percent: str) -> None:
    """Anything else is told before a test runs."""
    result = run_tests(TESTS, f"--smpipeline-cov-fail-under={percent}")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        f"*--smpipeline-cov-fail-under={percent} is not valid: expected a percentage from 0 to 100, such as 90.",
    )


def test_patterns_limit_the_report_and_what_is_required(run_tests: RunTests) -> None:
    """The pipeline that lacks something is left out."""
    result = run_tests(TESTS, "--smpipeline-cov-include=ch*", "--smpipeline-cov-fail-under=100", "-k", "one_way or another")

    assert result.ret == pytest.ExitCode.OK
    assert [line.split()[0] for line in table_of(result)[2:5:2]] == ["churn", "TOTAL"]


def test_a_pattern_that_fits_nothing_is_told_with_the_closest_name(run_tests: RunTests) -> None:
    """Beside one that fits; otherwise a typing error would go unseen."""
    result = run_tests(TESTS, "--smpipeline-cov-include=churn", "--smpipeline-cov-include=gate")

    assert table_of(result)[-1] == "--smpipeline-cov-include=gate fits none of the pipelines: 'churn', 'gated'. Did you mean 'gated'?"


def test_executions_count_whatever_the_way_in(run_tests: RunTests) -> None:
    """The context manager too, nested or not, in a fixture that outlives its tests; what was deleted since has been exercised."""
    result = run_tests(
        """
        import pytest
        from pytest_smpipeline import current_mock, mock_smpipeline

        @pytest.fixture(scope="module")
        def shared():
            with mock_smpipeline() as mock:
                mock.add("shared", DEFINITION)
                yield mock
                mock.client().delete_pipeline(PipelineName="shared", ClientRequestToken="t" * 32)

        def test_shared(shared):
            with mock_smpipeline():
                shared.start("shared")

        def test_shared_again(shared):
            shared.start("shared")
        """,
        "--smpipeline-cov",
    )

    result.assert_outcomes(passed=2)
    assert "1 pipeline, 2 executions." in table_of(result)


def test_outside_of_pytest_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mock may be used by a script."""
    monkeypatch.setattr(pytest_session, "_sessions", [])
    with mock_smpipeline() as mock:
        mock.add("churn", {"Version": "2020-12-01", "Steps": []})


def test_the_documented_report_is_what_is_printed(pytester: pytest.Pytester, run_tests: RunTests) -> None:
    """The page's example run as it stands prints the block that the page shows, and the README its table."""
    page = (ROOT / "docs" / "pipeline-coverage.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"^```(json|python|text)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
    pytester.path.joinpath("churn.json").write_text(blocks["json"], encoding="utf-8")

    result = run_tests(blocks["python"], "--smpipeline-cov")

    shown = next(number for number, line in enumerate(result.outlines) if " coverage of pipelines " in line)
    printed = [result.outlines[shown], *table_of(result)]
    assert blocks["text"].splitlines() == printed
    table, _, told_below = blocks["text"].partition("\n\n")
    assert told_below
    assert f"```text\n{table}\n```" in (ROOT / "README.md").read_text(encoding="utf-8")
