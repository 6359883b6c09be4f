"""Strictness: what a test is told at its end, through every way in, and that it hides nothing."""

import os
import sys
import unittest
from collections.abc import Callable

import pytest

from pytest_smpipeline import SMPipelineMock, UsageError, current_mock, fail, mock_smpipeline, pytest_session, succeed
from pytest_smpipeline.complaints import is_failure

RunTests = Callable[..., pytest.RunResult]

EXPECTED = "Expected: a strict test uses everything that it scripts, and supplies every value that its pipelines need."
TO_DO = (
    "To do: use, supply or take out what is named here; optional=True lets an outcome or a fault stay unused, "
    "strict=False turns the check off."
)
UNUSED = f"""\
{EXPECTED}
Happened: 1 script or fault was not used to the end.
Not used:
  script('churn', Train=fail('boom')): no attempt used it. Let the step run, take the script out, or write optional=True into it.
{TO_DO}"""

LEFT = """
    import pytest, unittest
    from pytest_smpipeline import current_mock, fail, mock_smpipeline

    def leave(smp):
        smp.add("churn", DEFINITION)
        smp.script("churn", Train=fail("boom"))
"""


def leave(smp: SMPipelineMock, definition: str) -> None:
    """Script a step that is not started."""
    smp.add("churn", definition)
    smp.script("churn", Train=fail("boom"))


def leave_and_raise(definition: str, error: BaseException) -> None:
    """Leave something unused, and raise an error before the mock ends."""
    with mock_smpipeline() as smp:
        leave(smp, definition)
        raise error


def stop_while_handling(error: Exception, definition: str) -> None:
    """Start and stop a mock while an older error is handled."""
    try:
        raise error
    except type(error):
        activation = mock_smpipeline()
        leave(activation.start(), definition)
        activation.stop()


def stop_finally(error: Exception, definition: str) -> None:
    """Stop a mock while an error is on its way."""
    activation = mock_smpipeline()
    leave(activation.start(), definition)
    try:
        raise error
    finally:
        activation.stop()


def test_a_context_manager_complains_at_its_end(definition: str) -> None:
    """What was scripted and not used is an ``AssertionError`` in four parts, and everything is restored when it is raised."""
    before = dict(os.environ)

    with pytest.raises(AssertionError) as caught, mock_smpipeline() as smp:
        leave(smp, definition)

    assert str(caught.value) == UNUSED
    assert dict(os.environ) == before
    with pytest.raises(UsageError):
        current_mock()


def test_a_decorated_function_complains_at_its_end(definition: str) -> None:
    """As the context manager does."""

    @mock_smpipeline
    def scripted_in_vain() -> None:
        leave(current_mock(), definition)

    with pytest.raises(AssertionError) as caught:
        scripted_in_vain()

    assert str(caught.value) == UNUSED


def test_stop_complains_after_everything_is_restored(definition: str) -> None:
    """It ends the mock as the end of a context manager does."""
    activation = mock_smpipeline()
    leave(activation.start(), definition)

    with pytest.raises(AssertionError) as caught:
        activation.stop()

    assert str(caught.value) == UNUSED
    with pytest.raises(UsageError, match="not active"):
        activation.stop()


def test_a_fault_that_nobody_met_is_complained_about() -> None:
    """Faults are scripted too; several lines are counted."""
    activation = mock_smpipeline()
    smp = activation.start()
    smp.fault("StartPipelineExecution", "ThrottlingException")
    smp.fault("ListPipelines", "ThrottlingException", times=2)
    smp.fault("ListPipelines", "ThrottlingException", optional=True)

    with pytest.raises(AssertionError) as caught:
        activation.stop()

    assert str(caught.value) == (
        f"{EXPECTED}\n"
        "Happened: 2 scripts or faults were not used to the end.\n"
        "Not used:\n"
        "  fault 'ThrottlingException' on StartPipelineExecution: met 0 of 1 attempts\n"
        "  fault 'ThrottlingException' on ListPipelines: met 0 of 2 attempts\n"
        f"{TO_DO}"
    )


@pytest.mark.parametrize("error", [ZeroDivisionError(), AssertionError("first"), pytest.fail.Exception("first")], ids=repr)
def test_an_error_on_its_way_gets_the_complaint_as_a_note(definition: str, error: BaseException) -> None:
    """The first error stays what the test fails for."""
    with pytest.raises(type(error)) as caught:
        leave_and_raise(definition, error)

    assert caught.value is error
    assert error.__notes__ == [UNUSED]


def test_a_failure_without_a_traceback_gets_the_complaint_into_its_message(definition: str) -> None:
    """pytest shows no notes there."""
    error = pytest.fail.Exception("first", pytrace=False)

    with pytest.raises(pytest.fail.Exception):
        leave_and_raise(definition, error)

    assert str(error) == f"first\n{UNUSED}"


@pytest.mark.parametrize(
    "error",
    [
        pytest.skip.Exception("not here"),
        pytest.xfail.Exception("known"),
        pytest.exit.Exception("enough"),
        unittest.SkipTest("not here"),
        KeyboardInterrupt(),
        SystemExit(),
    ],
    ids=repr,
)
def test_who_gives_up_hears_nothing(definition: str, error: BaseException) -> None:
    """A test that is skipped, given up or interrupted did not get to use what it scripted."""
    with pytest.raises(type(error)):
        leave_and_raise(definition, error)

    assert not hasattr(error, "__notes__")


def test_without_pytest_every_exception_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program without tests may use the mock as well; what is not loaded can't be on its way."""
    monkeypatch.delitem(sys.modules, "pytest")
    monkeypatch.delitem(sys.modules, "unittest")

    assert (is_failure(ValueError()), is_failure(KeyboardInterrupt())) == (True, False)


def test_stop_in_a_finally_block_leaves_the_first_error_alone(definition: str) -> None:
    """It sees that an error is on its way, and makes the complaint a note."""
    with pytest.raises(ZeroDivisionError) as caught:
        stop_finally(ZeroDivisionError(), definition)

    assert caught.value.__notes__ == [UNUSED]


def test_an_error_from_before_the_start_is_none_of_the_mocks(definition: str) -> None:
    """A mock that lives while an older error is handled complains as any other."""
    older = ZeroDivisionError()

    with pytest.raises(AssertionError):
        stop_while_handling(older, definition)

    assert not hasattr(older, "__notes__")


def test_strict_false_is_silent(definition: str) -> None:
    """For one activation."""
    with mock_smpipeline(strict=False) as smp:
        leave(smp, definition)


def test_only_the_end_of_the_outermost_activation_complains(definition: str) -> None:
    """What is not used inside may be used outside; the options of the outermost count."""
    with mock_smpipeline(strict=False):
        with mock_smpipeline(strict=True) as smp:
            leave(smp, definition)
        smp.script("churn", Train=[fail("boom"), succeed()])

    with pytest.raises(AssertionError), mock_smpipeline(), mock_smpipeline(strict=False) as smp:
        leave(smp, definition)


def test_of_overlapping_activations_the_last_to_end_complains(definition: str) -> None:
    """The state lives until then."""
    first, second = mock_smpipeline(), mock_smpipeline()
    leave(first.start(), definition)
    second.start()

    first.stop()
    with pytest.raises(AssertionError):
        second.stop()


def test_an_activation_that_is_not_the_outermost_has_no_complaint(definition: str) -> None:
    """Those outside have more to come; what was told once is not told again."""
    with mock_smpipeline() as smp:
        leave(smp, definition)
        inner = mock_smpipeline()
        assert inner.complaint() is None
        inner.start()
        assert inner.complaint() is None
        inner.stop()
        smp.start("churn")

    outer = mock_smpipeline()
    leave(outer.start(), definition)
    assert outer.complaint() == UNUSED
    assert outer.complaint() is None
    outer.stop()


def test_the_fixture_makes_the_test_fail(run_tests: RunTests) -> None:
    """It is a failure of the test and no error of its tear-down, whole and without a traceback into this package."""
    result = run_tests(LEFT + "\n    def test_it(smpipeline):\n        leave(smpipeline)\n")

    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*hidden*")
    assert UNUSED in result.stdout.str()


def test_the_marker_makes_the_test_fail(run_tests: RunTests) -> None:
    """Without the fixture as with it."""
    result = run_tests(LEFT + "\n    @pytest.mark.smpipeline\n    def test_it():\n        leave(current_mock())\n")

    result.assert_outcomes(failed=1)


def test_a_failing_test_keeps_its_failure_and_gets_a_note(run_tests: RunTests) -> None:
    """The complaint may well be why it failed."""
    result = run_tests(LEFT + "\n    def test_it(smpipeline):\n        leave(smpipeline)\n        assert 1 == 2\n")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*assert 1 == 2", f"E*{EXPECTED}", "E*script('churn', Train=fail('boom')): no attempt used it.*"])


def test_skipped_and_expected_failures(run_tests: RunTests) -> None:
    """A skipped test is skipped; to a test that is expected to fail the complaint is a failure like any other."""
    result = run_tests(
        LEFT
        + """
    def test_skipped(smpipeline):
        leave(smpipeline)
        pytest.skip("not here")

    @pytest.mark.xfail
    def test_expected(smpipeline):
        leave(smpipeline)

    @pytest.mark.xfail(strict=True)
    def test_given_up(smpipeline):
        leave(smpipeline)
        pytest.xfail("known")
    """
    )

    result.assert_outcomes(skipped=1, xfailed=2)


def test_a_test_case_of_unittest_is_treated_alike(run_tests: RunTests) -> None:
    """It reports failures instead of raising them."""
    result = run_tests(
        LEFT
        + """
    @pytest.mark.smpipeline
    class TestIt(unittest.TestCase):
        def test_passes(self):
            leave(current_mock())

        def test_fails(self):
            leave(current_mock())
            self.assertEqual(1, 2)

        def test_is_skipped(self):
            leave(current_mock())
            self.skipTest("not here")
    """
    )

    result.assert_outcomes(failed=2, skipped=1)
    result.stdout.fnmatch_lines_random(["E*AssertionError: 1 != 2", f"E*{EXPECTED}", EXPECTED])


def test_options_of_marker_and_ini_file(run_tests: RunTests) -> None:
    """Per test by the marker, per project by the ini file; the marker wins."""
    source = """
    @pytest.mark.smpipeline(strict=False)
    def test_off(smpipeline):
        leave(smpipeline)

    @pytest.mark.smpipeline(strict=True)
    def test_on(smpipeline):
        leave(smpipeline)

    def test_default(smpipeline):
        leave(smpipeline)
    """

    run_tests(LEFT + source).assert_outcomes(passed=1, failed=2)
    run_tests(LEFT + source, pytest_ini="[pytest]\nsmpipeline_strict = false\n").assert_outcomes(passed=2, failed=1)


def test_a_failing_set_up_is_all_that_is_told(run_tests: RunTests) -> None:
    """The test never ran."""
    result = run_tests(
        LEFT
        + """
    @pytest.fixture
    def broken(smpipeline):
        leave(smpipeline)
        raise ZeroDivisionError

    def test_it(broken):
        pass
    """
    )

    result.assert_outcomes(errors=1)
    result.stdout.no_fnmatch_line("*Expected: a strict test*")


def test_within_a_fixture_of_ones_own_the_complaint_is_an_error_of_its_tear_down(run_tests: RunTests) -> None:
    """The context manager there is the outermost activation, and may live for many tests."""
    result = run_tests(
        LEFT
        + """
    @pytest.fixture(scope="module")
    def churn():
        with mock_smpipeline() as smp:
            leave(smp)
            yield smp

    def test_one(churn, smpipeline):
        assert smpipeline is churn

    def test_two(churn):
        pass
    """
    )

    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines([f"E*{EXPECTED}"])


def test_several_checks_at_the_end_of_a_test_are_told_together(run_tests: RunTests) -> None:
    """Whoever has something to check asks for it with one function."""
    result = run_tests(
        LEFT
        + """
    from pytest_smpipeline import pytest_session

    def test_it(smpipeline):
        pytest_session.add_check(lambda: "A second complaint.")
        pytest_session.add_check(lambda: None)
        leave(smpipeline)
    """
    )

    result.assert_outcomes(failed=1)
    assert f"{UNUSED}\n\nA second complaint.\n" in result.stdout.str()


def test_outside_of_pytest_there_is_nothing_to_ask_and_nothing_to_keep(monkeypatch: pytest.MonkeyPatch, definition: str) -> None:
    """A program may use the mock too."""
    monkeypatch.setattr(pytest_session, "_sessions", [])

    pytest_session.begin_test()
    pytest_session.add_check(lambda: "A complaint.")
    with mock_smpipeline() as smp:
        smp.add("churn", definition)

    assert (pytest_session.has_checks(), pytest_session.mocks()) == (False, ())


def test_a_complaint_stands_alone_in_the_report_of_a_decorated_test(run_tests: RunTests) -> None:
    """There is no line that failed: neither ours are shown, nor that they are hidden; other errors are reported as ever."""
    source = """
    @mock_smpipeline
    def test_complaint():
        leave(current_mock())

    def hidden():
        __tracebackhide__ = True
        raise RuntimeError("hidden")

    @mock_smpipeline
    def test_other(monkeypatch):
        leave(current_mock())
        hidden()
    """

    result = run_tests(LEFT + source)

    result.assert_outcomes(failed=2)
    result.stdout.no_fnmatch_line("*traceback entries are hidden*")
    result.stdout.no_fnmatch_line("*pytest_smpipeline*.py*")
    result.stdout.fnmatch_lines(["*_ test_complaint _*", f"E*AssertionError: {EXPECTED}", "*_ test_other _*", "test_it.py:*RuntimeError"])


def test_with_the_full_trace_a_complaint_shows_where_it_comes_from(run_tests: RunTests) -> None:
    """Whoever asks for hidden frames gets them."""
    source = """
    @mock_smpipeline
    def test_complaint():
        leave(current_mock())
    """

    run_tests(LEFT + source, "--full-trace").stdout.fnmatch_lines(["*complaints.py:*AssertionError"])


def test_a_complaint_in_a_short_report_is_as_short(run_tests: RunTests) -> None:
    """Styles that have no traceback have nothing to leave out."""
    source = """
    @mock_smpipeline
    def test_complaint():
        leave(current_mock())
    """

    for style in ("native", "line", "no"):
        run_tests(LEFT + source, f"--tb={style}").assert_outcomes(failed=1)


def test_an_unexpected_success_has_no_error_to_look_at(run_tests: RunTests) -> None:
    """A strict xfail that passes fails without an exception; its report has the executions all the same."""
    source = """
    @pytest.mark.xfail(strict=True)
    def test_it(smpipeline):
        pass
    """

    result = run_tests(LEFT + source)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*SageMaker pipeline executions*"])
