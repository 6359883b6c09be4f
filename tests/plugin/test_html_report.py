"""``--smpipeline-html``: one page a test run, to look at."""

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pytest_smpipeline import mock_smpipeline
from pytest_smpipeline.markup import Markup
from pytest_smpipeline.report_page import LONGEST_FAILURE, ReportedTest, render_page
from pytest_smpipeline.report_runs import MOST

RunTests = Callable[..., pytest.RunResult]
PageOf = Callable[..., "Page"]

VOID = {"br", "input", "link", "meta"}
"""Elements that have no end."""


class Page(HTMLParser):
    """A page that is checked as it is read: every element is closed in its turn, ids are single, and nothing comes from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.open: list[str] = []
        self.ids: list[str] = []
        self.scripts = 0
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.shown: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []
        assert len(set(self.ids)) == len(self.ids)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names)
        values = dict(attrs)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "action", "data", "srcset"}]
        assert not any(name.startswith("on") for name in names)
        self.scripts += tag == "script"
        if tag not in VOID:
            self.open.append(tag)
        if tag == "details":
            self.shown.append((values.get("class") or "", ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if "summary" in self.open:
            kind, words = self.shown[-1]
            self.shown[-1] = kind, words + data

    def summaries(self, kind: str) -> list[str]:
        """Return the words of the entries of a kind, ``test``, ``run``, ``step``, ``call`` or ``event``, in their order."""
        return [" ".join(words.split()) for classes, words in self.shown if classes.split()[0] == kind]

    def says(self) -> str:
        """Return all words of the page, with single spaces."""
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Load all that an emulation needs before any test: pytester drops the modules that were first loaded while it was at work."""
    with mock_smpipeline() as smp:
        smp.client()


@pytest.fixture
def page_of(run_tests: RunTests, pytester: pytest.Pytester) -> PageOf:
    """Return a function that runs a test file with the option and returns the page."""

    def run(source: str, *args: str, **files: str) -> Page:
        run_tests(source, "--smpipeline-html=look", *args, **files)
        return Page(pytester.path.joinpath("look", "index.html").read_text(encoding="utf-8"))

    return run


def test_every_way_in_is_on_the_page(page_of: PageOf) -> None:
    """Fixture, marker, decorator and context manager; tests that activate nothing are not listed."""
    page = page_of(
        """
        import pytest
        from pytest_smpipeline import current_mock, mock_smpipeline

        def start(smp):
            smp.add("churn", DEFINITION)
            smp.start("churn", {"Date": "monday"})

        def test_fixture(smpipeline):
            start(smpipeline)

        @pytest.mark.smpipeline
        def test_marker():
            start(current_mock())

        @mock_smpipeline
        def test_decorator():
            start(current_mock())

        def test_context_managers():
            for _ in range(2):
                with mock_smpipeline() as smp:
                    start(smp)

        def test_nothing():
            pass

        def test_idle(smpipeline):
            pass
        """
    )

    assert page.summaries("test") == [
        "✓ passed test_fixture 1 execution",
        "✓ passed test_marker 1 execution",
        "✓ passed test_decorator 1 execution",
        "✓ passed test_context_managers 2 executions",
        "✓ passed test_idle 0 executions",
    ]
    assert all(re.fullmatch(r"✓ Succeeded churn \w{12} 1 step · 5 min 1 s · Date=monday", run) for run in page.summaries("run"))
    assert len(page.summaries("run")) == 5
    assert "Nothing was started and nothing was called." in page.says()
    assert "5 tests ✓ 5 passed 5 executions ✓ 5 Succeeded" in page.says()


def test_an_execution_shows_everything_about_it(page_of: PageOf) -> None:
    """Status and reason, graph, steps on the virtual clock with their resolved arguments, parameters, and the calls of the test."""
    page = page_of(
        """
        import boto3, pytest
        from pytest_smpipeline import fail

        STEPS = [
            {"Name": "Train", "Type": "Training", "Arguments": {"Environment": {"D": {"Get": "Parameters.Date"}}}},
            {"Name": "Model", "Type": "Model", "Arguments": {}, "DependsOn": ["Train"]},
        ]
        DEFAULTS = [{"Name": name, "DefaultValue": name * 30, "Type": "String"} for name in "ABCDE"]

        def test_it(smpipeline):
            parameters = [{"Name": "Date", "Type": "String"}, *DEFAULTS]
            smpipeline.add("churn", {"Version": "2020-12-01", "Parameters": parameters, "Steps": STEPS})
            smpipeline.script("churn", Train=[fail("no capacity"), fail("no capacity")])
            run = smpipeline.start("churn", {"Date": "monday", **{name: name * 30 for name in "ABCD"}})
            run.retry()
            client = boto3.client("sagemaker")
            with pytest.raises(client.exceptions.ResourceNotFound):
                client.describe_pipeline(PipelineName="other")
        """
    )

    (run,) = page.summaries("run")
    assert re.fullmatch(r"✗ Failed churn \w{12} 1 step · .* · Date=monday · A=A{11}…A{12} · .* · and 1 more", run)
    assert page.summaries("step") == ["Train ✗ Failed · Training · 5 min · 2 attempts after 5 min 2 s"]
    assert [call.split(" ", 1)[1] for call in page.summaries("call")] == [
        "StartPipelineExecution answered",
        "RetryPipelineExecution answered",
        "DescribePipeline ResourceNotFound: Pipeline 'arn:aws:sagemaker:us-east-1:123456789012:pipeline/other' does not exist.",
    ]
    for words in ("no capacity", "Resolved arguments", '"D": "monday"', "Date monday start", "E EEEEEE", "Model: not run"):
        assert words in page.says()
    assert "✓ passed test_it 1 execution ✗ 1 Failed" in page.summaries("test")


def test_events_and_what_nobody_took_are_told(page_of: PageOf, undelivering: str) -> None:
    """Each event with the change that it tells of; undelivered things are open from the start."""
    page = page_of(undelivering)

    assert page.summaries("event")[2][9:] == "Evaluate Executing → Succeeded"
    for words in ("4 events", "SageMaker Model Building Pipeline Execution Step Status Change"):
        assert words in page.says()
    assert "Not delivered The property file Report of step Evaluate did not reach s3://missing/run/report.json" in page.says()


def test_the_reasons_of_failed_steps_stand_above(page_of: PageOf) -> None:
    """Nobody has to open the steps to learn why; of many the first are told."""
    page = page_of(
        """
        from pytest_smpipeline import fail

        STEPS = [{"Name": f"S{number}", "Type": "Training", "Arguments": {}} for number in range(6)]

        def test_it(smpipeline):
            smpipeline.add("churn", {"Version": "2020-12-01", "Steps": STEPS})
            smpipeline.script("churn", {step["Name"]: fail("boom") for step in STEPS})
            smpipeline.start("churn")
        """
    )

    told = "".join(f"S{number}: ClientError: boom" for number in range(5))
    assert f"Step failure: One or multiple steps failed.{told}1 more step failed." in page.text.replace('</p><p class="reason">', "")


def test_a_reused_step_and_a_selection_are_told(page_of: PageOf) -> None:
    """The execution names what was selected and its source, the step where its result comes from."""
    page = page_of(
        """
        STEPS = [{"Name": "A", "Type": "Model", "Arguments": {}}, {"Name": "B", "Type": "Model", "Arguments": {}, "DependsOn": ["A"]}]

        def test_it(smpipeline):
            smpipeline.add("churn", {"Version": "2020-12-01", "Steps": STEPS})
            smpipeline.start("churn", only=["B"], source=smpipeline.start("churn"))
        """
    )

    assert "A ✓ Succeeded · Model · 0 s · reused after 0 s" in page.summaries("step")
    assert "Selected steps B Source arn:aws:" in page.says()
    assert "reused from arn:aws:" in page.says()


@pytest.mark.parametrize("args", [(), ("-p", "xdist", "-n", "2")], ids=["one process", "xdist"])
def test_outcomes_and_failures_are_told(page_of: PageOf, args: tuple[str, ...]) -> None:
    """In the order of the file, with what pytest says; the same when workers run the tests."""
    page = page_of(
        """
        import pytest

        @pytest.fixture
        def broken(smpipeline):
            raise RuntimeError("setup broke")

        @pytest.fixture
        def leaky(smpipeline):
            yield
            raise RuntimeError("teardown broke")

        def test_passes(smpipeline):
            smpipeline.add("churn", DEFINITION)
            smpipeline.start("churn")

        def test_fails(smpipeline):
            assert not "the assertion"

        def test_errors(broken):
            pass

        def test_leaks(leaky):
            pass

        def test_fails_and_leaks(leaky):
            assert not "the assertion"

        def test_skips(smpipeline):
            pytest.skip("not today")

        @pytest.mark.xfail(strict=False)
        def test_expected(smpipeline):
            assert False

        @pytest.mark.xfail(strict=False)
        def test_unexpected(smpipeline):
            pass
        """,
        *args,
    )

    assert [re.sub(r" \d execution.*", "", test) for test in page.summaries("test")] == [
        "✓ passed test_passes",
        "✗ failed test_fails",
        "✗ error test_errors",
        "✗ error test_leaks",
        "✗ failed test_fails_and_leaks",
        "■ skipped test_skips",
        "■ xfailed test_expected",
        "✓ xpassed test_unexpected",
    ]
    assert len(page.summaries("run")) == 1
    for words in ("What pytest says", "the assertion", "setup broke", "teardown broke"):
        assert words in page.says()


@pytest.mark.parametrize("args", [(), ("-p", "xdist", "-n", "1"), ("--smpipeline-cov",)], ids=["one process", "xdist", "printed as well"])
def test_the_coverage_of_all_pipelines_is_on_the_page(run_tests: RunTests, pytester: pytest.Pytester, args: tuple[str, ...]) -> None:
    """Of the whole run, whether or not it is printed: a bar, the graph, and what each step and parameter saw."""
    result = run_tests(
        """
        import pytest

        @pytest.mark.parametrize("date", ["monday", "tuesday"])
        def test_it(smpipeline, date):
            smpipeline.add("churn", DEFINITION)
            smpipeline.start("churn", {"Date": date})
        """,
        "--smpipeline-html=look",
        *args,
    )
    page = Page(pytester.path.joinpath("look", "index.html").read_text(encoding="utf-8"))

    assert page.summaries("pipeline") == ["churn 100% 1 of 1 step · 2 executions"]
    assert "100% 1 of 1 step · 1 pipeline, 2 executions" in page.says()
    assert "✓ Train Training: ran twice" in page.says()
    assert "Train Training ✓ ran twice ○ never failed Parameters Date ✓ another value twice ○ never its default" in page.says()
    assert ("coverage of pipelines" in str(result.stdout)) == ("--smpipeline-cov" in args)


def test_the_page_limits_the_coverage_as_the_terminal_does(page_of: PageOf) -> None:
    """To the pipelines that were asked for; a pattern that fits none is told."""
    page = page_of(
        """
        def test_it(smpipeline):
            smpipeline.add("churn", DEFINITION)
            smpipeline.start("churn")
        """,
        "--smpipeline-cov-include=chorn",
    )

    assert page.summaries("pipeline") == []
    assert "No pipeline was started." in page.says()
    assert "--smpipeline-cov-include=chorn fits none of the pipelines: 'churn'. Did you mean 'churn'?" in page.says()


def test_what_a_crashed_worker_had_reported_is_kept(page_of: PageOf) -> None:
    """The test that it died in is listed as crashed; those before it have all that they did."""
    page = page_of(
        """
        import os

        def test_first(smpipeline):
            smpipeline.add("churn", DEFINITION)
            smpipeline.start("churn")

        def test_second(smpipeline):
            os._exit(1)
        """,
        "-p",
        "xdist",
        "-n",
        "1",
    )

    assert page.summaries("test") == ["✓ passed test_first 1 execution", "✗ crashed test_second 0 executions"]
    assert len(page.summaries("run")) == 1
    assert "What this test did was lost when its process ended." in page.says()


def test_hostile_names_and_values_stay_text(page_of: PageOf) -> None:
    """Names of tests, parameters and messages can't end a script or an element, nor bring in addresses, nor what HTML can't hold."""
    page = page_of(
        r"""
        import pytest
        from pytest_smpipeline import fail

        EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\x00\x1b\ud800"

        @pytest.mark.parametrize("name", [pytest.param(EVIL, id="</pre><script>alert(1)</script>")])
        def test_it(smpipeline, name):
            smpipeline.add("churn", DEFINITION)
            smpipeline.script("churn", Train=fail(EVIL.replace("\x00", "").replace("\ud800", "")))
            smpipeline.start("churn", {"Date": EVIL.replace("\x00", "").replace("\x1b", "").replace("\ud800", "")})
            assert not name, name
        """
    )

    assert page.scripts == 1
    assert page.addresses == ["#tests"]
    assert page.summaries("test") == ["✗ failed test_it[</pre><script>alert(1)</script>] 1 execution ✗ 1 Failed"]
    assert "<img src=x onerror=alert(1)>\"'&" in page.says()


def test_the_page_needs_nothing_from_elsewhere(page_of: PageOf) -> None:
    """No address leads out of it, and it forbids the browser to load anything."""
    page = page_of("def test_it(smpipeline): pass")

    assert page.addresses == ["#tests"]
    assert "default-src 'none'" in page.text
    assert "@import" not in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text


def test_a_run_without_emulations_has_a_page_that_says_so(page_of: PageOf) -> None:
    """An empty page would leave open whether something went wrong."""
    assert "No test activated an emulation of SageMaker Pipelines." in page_of("def test_it(): pass").says()


def test_the_end_of_the_run_says_where_the_page_is(run_tests: RunTests, pytester: pytest.Pytester) -> None:
    """A relative folder counts from where pytest was started."""
    result = run_tests("def test_it(smpipeline): pass", "--smpipeline-html=a/b")

    result.stdout.fnmatch_lines([f"SageMaker pipeline report: {pytester.path / 'a' / 'b' / 'index.html'}"])
    result.assert_outcomes(passed=1)


def test_listing_tests_leaves_the_last_page_alone(run_tests: RunTests, pytester: pytest.Pytester) -> None:
    """Nothing ran, so there is nothing to show."""
    result = run_tests("def test_it(smpipeline): pass", "--smpipeline-html=look", "--collect-only")

    assert not pytester.path.joinpath("look").exists()
    assert "SageMaker pipeline report" not in result.stdout.str()


def test_a_folder_that_is_a_file_is_refused_at_once(run_tests: RunTests) -> None:
    """Rather than after all tests have run."""
    result = run_tests("def test_it(): pass", "--smpipeline-html=look.txt", look_txt="")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --smpipeline-html=look.txt: expected a folder, and there is a file of that name."])


def test_an_emulation_of_a_whole_module_is_told_test_by_test(page_of: PageOf) -> None:
    """Each test has what was started and called while it ran, and what goes on is shown as it stood at the end of its test."""
    page = page_of(
        """
        import pytest
        from pytest_smpipeline import mock_smpipeline

        @pytest.fixture(scope="module")
        def smp():
            with mock_smpipeline(progress="manual") as smp:
                smp.add("churn", DEFINITION)
                yield smp

        def test_one(smp):
            smp.start("churn")

        def test_two(smp):
            smp.start("churn")
            smp.start("churn")

        def test_three(smp):
            smp.run_until_idle()
        """
    )

    assert page.summaries("test") == [
        "✓ passed test_one 1 execution ► 1 Executing",
        "✓ passed test_two 2 executions ► 2 Executing",
        "✓ passed test_three 0 executions",
    ]
    assert "0 steps" in page.summaries("run")[0]
    assert "Ended not yet" in page.says()


def test_what_runs_has_no_end(page_of: PageOf) -> None:
    """Its bar goes on to the present."""
    page = page_of(
        """
        import pytest

        @pytest.mark.smpipeline(progress="manual")
        def test_it(smpipeline):
            smpipeline.add("churn", DEFINITION)
            smpipeline.start("churn")
            smpipeline.advance(60)
        """
    )

    assert page.summaries("step") == ["Train ► Executing · Training · still running after 1 s"]


def test_hundreds_of_executions_have_their_place(page_of: PageOf) -> None:
    """A page stays of a size that a browser can take, and says what it leaves out."""
    page = page_of(
        f"""
        import boto3

        def test_it(smpipeline):
            smpipeline.add("churn", DEFINITION)
            client = boto3.client("sagemaker")
            for _ in range({MOST + 2}):
                client.start_pipeline_execution(PipelineName="churn")
        """
    )

    assert len(page.summaries("run")) == MOST
    assert len(page.summaries("call")) == MOST
    assert f"{MOST + 2} executions" in page.summaries("test")[0]
    assert "2 more executions are not shown." in page.says()
    assert "2 more API calls are not shown." in page.says()
    assert len(page.text) < 4500 * MOST


def test_tests_outside_of_modules_have_their_place(page_of: PageOf) -> None:
    """A doctest has a node id of its own kind."""
    page = page_of(
        'def double():\n    """\n    >>> from pytest_smpipeline import mock_smpipeline\n    >>> with mock_smpipeline(): pass\n    """\n',
        "--doctest-modules",
    )

    assert page.summaries("test") == ["✓ passed test_it.double 0 executions"]


def test_a_test_without_a_name_of_its_own_is_named_after_its_file() -> None:
    """Some plugins make one item of a whole file; their outcomes may be words of their own."""
    page = Page(render_page([ReportedTest("notes.md", 0, "rerun", runs=Markup(""))], "today"))

    assert page.summaries("test") == ["► rerun notes.md 0 executions"]


def test_a_long_failure_keeps_its_end() -> None:
    """There stands what went wrong."""
    page = render_page([ReportedTest("a.py::b", 0, "failed", failure="x" * LONGEST_FAILURE + "the end")], "today")

    assert "the end" in page
    assert "x" * (LONGEST_FAILURE - 6) not in page


def test_a_page_does_not_depend_on_the_order_in_which_tests_ended() -> None:
    """Workers end when they end; the page follows files and lines."""
    tests = [ReportedTest("a.py::second", 2, "passed"), ReportedTest("b.py::x", 0, "passed"), ReportedTest("a.py::first", 1, "passed")]

    assert Page(render_page(tests, "today")).summaries("test") == [
        "✓ passed first 0 executions",
        "✓ passed second 0 executions",
        "✓ passed x 0 executions",
    ]
    assert render_page(tests, "today") == render_page(tests[::-1], "today")


@pytest.mark.parametrize(("args", "kept"), [((), 5), (("--smpipeline-html=look",), 8)], ids=["without", "with"])
def test_only_the_page_needs_every_mock_of_a_test(run_tests: RunTests, args: tuple[str, ...], kept: int) -> None:
    """Without the option the newest are kept, for the report of a failure: others cost no memory."""
    source = f"""
        from pytest_smpipeline import mock_smpipeline, pytest_session

        def test_it():
            for _ in range(8):
                with mock_smpipeline():
                    pass
            assert (len(pytest_session.all_mocks()), len(pytest_session.mocks())) == ({kept}, 5)

        def test_next():
            assert pytest_session.all_mocks() == ()
        """

    run_tests(source, *args).assert_outcomes(passed=2)


def test_without_the_option_no_module_of_the_report_is_loaded(pytester: pytest.Pytester) -> None:
    """Loading the plugin stays light."""
    pytester.makepyfile("import sys\ndef test_it():\n    assert 'pytest_smpipeline.html_report' not in sys.modules\n")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}

    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"]
    result = subprocess.run(command, cwd=pytester.path, env=environment, capture_output=True, text=True, check=False)

    assert "1 passed" in result.stdout


def test_a_run_within_a_run_keeps_its_own(page_of: PageOf) -> None:
    """A project that tests its own plugins with pytester gets a page for itself only, and goes on collecting afterwards."""
    inner = textwrap.dedent(
        """
        def test_inner(smpipeline):
            pass
        """
    )
    page = page_of(
        f"""
        pytest_plugins = ["pytester"]

        def test_outer(pytester, request):
            pytester.makepyfile({inner!r})
            pytester.runpytest_inprocess("--smpipeline-html=inner", "-p", "smpipeline").assert_outcomes(passed=1)

        def test_after(smpipeline):
            pass
        """,
    )

    assert page.summaries("test") == ["✓ passed test_after 0 executions"]


def test_the_template_is_part_of_the_package() -> None:
    """A browser is given the page's colours for light and dark, and the script that filters and moves."""
    import pytest_smpipeline

    template = Path(pytest_smpipeline.__file__).with_name("report_page.html").read_text(encoding="utf-8")

    assert "prefers-color-scheme: dark" in template
    assert [template.count(f"<!-- {place} -->") for place in ("summary", "coverage", "tests")] == [1, 1, 1]
