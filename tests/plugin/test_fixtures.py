"""The fixtures, the marker and the ini options, as a user's project sees them."""

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable

import pytest

from pytest_smpipeline import SMPipelineMock, mock_smpipeline

RunTests = Callable[..., pytest.RunResult]


def test_the_fixture_is_an_active_mock(smpipeline: SMPipelineMock, definition: str) -> None:
    """A test that asks for it needs nothing else."""
    smpipeline.add("churn", definition)

    assert smpipeline.start("churn").status == "Succeeded"


def test_the_client_fixture_needs_no_credentials(smpipeline: SMPipelineMock, smpipeline_client: object, definition: str) -> None:
    """It is a boto3 client, in the region of the mock."""
    smpipeline.add("churn", definition)

    arn = smpipeline_client.start_pipeline_execution(PipelineName="churn")["PipelineExecutionArn"]  # type: ignore[attr-defined]

    assert arn == smpipeline.executions.one().arn


def test_each_test_gets_a_fresh_mock(run_tests: RunTests) -> None:
    """Nothing of one test is seen in the next, and nothing stays active or changed."""
    result = run_tests(
        """
        import os
        BEFORE = dict(os.environ)

        def test_one(smpipeline):
            assert smpipeline.add("churn", DEFINITION).version == 1

        def test_two(smpipeline):
            assert smpipeline.add("churn", DEFINITION).version == 1

        def test_outside():
            import pytest
            from pytest_smpipeline import UsageError, current_mock
            with pytest.raises(UsageError):
                current_mock()
            after = dict(os.environ)
            after.pop("PYTEST_CURRENT_TEST")
            assert after == {name: value for name, value in BEFORE.items() if name != "PYTEST_CURRENT_TEST"}
        """
    )

    result.assert_outcomes(passed=3)


def test_the_marker_alone_is_a_way_in(run_tests: RunTests) -> None:
    """A marked test needs no fixture, and the mock is active before its other fixtures are set up."""
    result = run_tests(
        """
        import boto3, pytest
        from pytest_smpipeline import current_mock

        @pytest.fixture
        def seeded():
            return current_mock().add("churn", DEFINITION)

        @pytest.mark.smpipeline
        def test_it(seeded):
            boto3.client("sagemaker").start_pipeline_execution(PipelineName="churn")
            current_mock().assert_started("churn")

        def test_unmarked():
            with pytest.raises(ValueError):
                current_mock()
        """
    )

    result.assert_outcomes(passed=2)


def test_a_marker_on_one_parameter_set_activates_for_that_one_only(run_tests: RunTests) -> None:
    """The other calls of the same function are not mocked."""
    result = run_tests(
        """
        import pytest
        from pytest_smpipeline import UsageError, current_mock

        @pytest.mark.parametrize("active", [pytest.param(True, marks=pytest.mark.smpipeline), False])
        def test_it(active):
            if active:
                current_mock()
            else:
                with pytest.raises(UsageError):
                    current_mock()
        """
    )

    result.assert_outcomes(passed=2)


def test_markers_merge_from_module_to_class_to_function(run_tests: RunTests) -> None:
    """Key by key: the nearest wins, and what it does not name comes from further out."""
    result = run_tests(
        """
        import pytest
        pytestmark = pytest.mark.smpipeline(region="eu-west-1", progress="manual")

        @pytest.mark.smpipeline(progress="poll")
        class TestIt:
            @pytest.mark.smpipeline(account_id="111122223333")
            def test_it(self, smpipeline):
                pipeline = smpipeline.add("churn", DEFINITION)
                assert pipeline.arn == "arn:aws:sagemaker:eu-west-1:111122223333:pipeline/churn"
                assert smpipeline.start("churn").status == "Executing"
                assert len(smpipeline.executions.one().steps) == 0
        """
    )

    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ('progress="pol"', "*UsageError: test_it.py::test_it: progress='pol' is not valid: expected one of*Did you mean 'poll'?*"),
        ('"poll"', "*test_it.py::test_it: @pytest.mark.smpipeline takes keywords only, not ('poll',)*"),
        ("progres=1", "*test_it.py::test_it: 'progres' is not an option. Did you mean 'progress'?*"),
    ],
)
def test_a_wrong_marker_says_which_test_and_what_is_valid(run_tests: RunTests, marker: str, message: str) -> None:
    """It is an error of that test, with the closest choice."""
    result = run_tests(
        f"""
        import pytest

        @pytest.mark.smpipeline({marker})
        def test_it(smpipeline):
            pass
        """
    )

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])


def test_the_ini_file_sets_the_defaults_of_every_way_in(run_tests: RunTests) -> None:
    """A marker or a keyword still wins over the ini file."""
    result = run_tests(
        """
        import pytest
        from pytest_smpipeline import mock_smpipeline

        def test_fixture(smpipeline):
            assert "eu-west-1" in repr(smpipeline)
            smpipeline.add("churn", DEFINITION)
            assert smpipeline.start("churn").status == "Executing"

        @pytest.mark.smpipeline(region="eu-west-2")
        def test_marker(smpipeline):
            assert "eu-west-2" in repr(smpipeline)

        def test_context_manager():
            with mock_smpipeline() as smp:
                assert "eu-west-1" in repr(smp)
        """,
        pytest_ini="[pytest]\nsmpipeline_region = eu-west-1\nsmpipeline_progress = manual\nsmpipeline_strict = false\n",
    )

    result.assert_outcomes(passed=3)


def test_a_wrong_ini_value_stops_the_session(run_tests: RunTests) -> None:
    """The message names the ini option and the valid choices."""
    result = run_tests("def test_it(): pass", pytest_ini="[pytest]\nsmpipeline_progress = slow\n")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *smpipeline_progress='slow' is not valid: expected one of 'immediate', 'manual', 'poll'*"])


def test_a_relative_path_counts_from_the_current_folder_and_then_from_the_root(run_tests: RunTests, definition: str) -> None:
    """A test run from a subfolder still finds the project's files."""
    result = run_tests(
        """
        import os, pytest

        def test_it(smpipeline, tmp_path, monkeypatch):
            monkeypatch.chdir(tmp_path)
            assert smpipeline.add("churn", "churn.json").name == "churn"
            with pytest.raises(ValueError, match="no definition file 'nowhere.json'; looked for .* and "):
                smpipeline.add("churn", "nowhere.json")
        """,
        churn_json=definition,
    )

    result.assert_outcomes(passed=1)


def test_ids_repeat_from_run_to_run_and_differ_between_tests(run_tests: RunTests) -> None:
    """The seed is the test's node id, whichever way in is used."""
    source = """
        import pytest
        from pytest_smpipeline import mock_smpipeline

        def execution_id(smp):
            smp.add("churn", DEFINITION)
            return smp.start("churn").id

        def test_one(smpipeline):
            print("ID", execution_id(smpipeline))

        def test_two():
            with mock_smpipeline() as smp:
                print("ID", execution_id(smp))
        """

    def ids() -> list[str]:
        return sorted(re.findall(r"ID \w{12}", run_tests(source, "-s").stdout.str()))  # whatever order the tests run in

    first = ids()
    assert first == ids()
    assert len(set(first)) == 2


def test_the_marker_is_registered_and_the_fixtures_describe_themselves(run_tests: RunTests) -> None:
    """``--markers`` and ``--fixtures`` show what there is; strict markers know it."""
    assert "@pytest.mark.smpipeline(**options): run the test" in run_tests("", "--markers").stdout.str()
    run_tests("", "--fixtures").stdout.fnmatch_lines(["smpipeline*", "    Emulate SageMaker Pipelines for this test;*"])


def test_doctests_and_other_items_are_left_alone(run_tests: RunTests) -> None:
    """Only test functions can carry the marker; collecting anything else must not fail."""
    run_tests('def double(x):\n    """\n    >>> 1 + 1\n    2\n    """\n', "--doctest-modules").assert_outcomes(passed=1)


def test_a_session_that_never_activates_loads_no_doors(run_tests: RunTests, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done after each test finds nothing to do, and loads nothing to find that out."""
    entrance = "pytest_smpipeline._doors.entrance"
    monkeypatch.delitem(sys.modules, entrance, raising=False)

    run_tests("def test_it(): pass").assert_outcomes(passed=1)

    assert entrance not in sys.modules


@pytest.mark.parametrize("module", ["pytest_smpipeline", "pytest_smpipeline.plugin"])
def test_loading_imports_neither_botocore_nor_boto3_nor_moto(module: str) -> None:
    """A session that installs the plugin and does not use it pays nothing for it."""
    assert _loaded_after(f"import {module}") == []


def test_a_test_that_only_calls_pipelines_never_imports_moto() -> None:
    """Importing moto costs more than a hundred of our tests; whoever does not need it does not pay."""
    code = """
    import boto3
    from pytest_smpipeline import mock_smpipeline
    with mock_smpipeline() as smp:
        smp.add("churn", {"Version": "2020-12-01", "Steps": []})
        client = boto3.client("sagemaker", region_name="us-east-1")
        arn = client.start_pipeline_execution(PipelineName="churn")["PipelineExecutionArn"]
        client.describe_pipeline_execution(PipelineExecutionArn=arn)
        client.list_pipeline_execution_steps(PipelineExecutionArn=arn)
    """

    assert _loaded_after(code) == ["boto3", "botocore"]


def test_outside_pytest_the_seed_is_always_the_same(monkeypatch: pytest.MonkeyPatch, definition: str) -> None:
    """A script that uses the context manager sees the same ids every time."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST")

    def execution_id(seed: int | None) -> str:
        with mock_smpipeline(seed=seed) as smp:
            smp.add("churn", definition)
            return smp.start("churn").id

    assert execution_id(None) == execution_id(0) != execution_id(1)


def _loaded_after(code: str) -> list[str]:
    report = "import sys; print([name for name in ('boto3', 'botocore', 'moto') if name in sys.modules])"
    command = [sys.executable, "-c", f"{textwrap.dedent(code)}\n{report}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    output = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    loaded: list[str] = eval(output)  # noqa: S307 - the list that the line above printed
    return loaded
