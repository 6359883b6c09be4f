"""The decorator on classes: test classes of pytest's kind and ``unittest.TestCase``."""

import inspect
import re
import subprocess
import sys
import textwrap
import unittest
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_smpipeline import SMPipelineMock, UsageError, current_mock, fail, mock_smpipeline

RunTests = Callable[..., pytest.RunResult]


class Inherited:
    """Tests that several classes take over."""

    def test_inherited(self, definition: str) -> None:
        """A fresh mock for an inherited test, too."""
        assert current_mock().add("churn", definition).version == 1


@mock_smpipeline(region="eu-west-1")
class TestDecorated(Inherited):
    """Each test has a mock of its own, with the options of the class."""

    def setup_method(self) -> None:
        """Be active as early as this."""
        self.mock = current_mock()

    def teardown_method(self) -> None:
        """Be active as late as this."""
        assert current_mock() is self.mock

    @pytest.fixture
    def seeded(self, definition: str) -> Iterator[str]:
        """Be active in fixtures."""
        yield current_mock().add("churn", definition).arn
        assert current_mock() is self.mock

    def test_set_up_fixtures_and_test_share_one_mock(self, seeded: str, smpipeline: SMPipelineMock) -> None:
        """The fixture smpipeline gives it as well."""
        assert current_mock() is self.mock is smpipeline
        assert seeded.startswith("arn:aws:sagemaker:eu-west-1:")

    def test_the_next_test_starts_fresh(self, seeded: str) -> None:
        """Nothing of one test is there in another."""
        assert len(current_mock().client().list_pipeline_versions(PipelineName="churn")["PipelineVersionSummaries"]) == 1

    @pytest.mark.smpipeline(region="ap-south-1")
    def test_a_marker_on_a_method_is_nearer(self) -> None:
        """The options of the class are those of a marker on the class."""
        assert current_mock().client().meta.region_name == "ap-south-1"

    @pytest.mark.parametrize("number", [1, 2])
    def test_parameters_are_kept(self, number: int) -> None:
        """A method is parametrised as it would be without."""
        assert number in {1, 2}

    @staticmethod
    def test_static() -> None:
        """A static method is a test as well."""
        assert current_mock().client().meta.region_name == "eu-west-1"


class TestSubclass(TestDecorated):
    """What a subclass adds is mocked as well."""

    def test_of_the_subclass(self) -> None:
        """It inherits the marker."""
        assert current_mock().client().meta.region_name == "eu-west-1"


def test_the_base_class_is_left_alone() -> None:
    """Inherited tests are decorated in the class that asks for it."""
    assert inspect.unwrap(TestDecorated.test_inherited) is Inherited.test_inherited
    with pytest.raises(UsageError):
        Inherited().test_inherited("{}")


def test_a_decorated_method_is_active_without_pytest_too() -> None:
    """Whoever calls it; where a mock is active already its options stay in force."""
    seen = []

    @mock_smpipeline(region="eu-west-1")
    class TestIt:
        def test_it(self) -> None:
            seen.append(current_mock().client().meta.region_name)

    TestIt().test_it()
    with mock_smpipeline(region="eu-west-2"):
        TestIt().test_it()

    assert seen == ["eu-west-1", "eu-west-2"]


def test_a_class_that_is_not_for_tests_is_refused() -> None:
    """Nothing in it would be mocked; the message says what to decorate."""
    with pytest.raises(UsageError, match=r"Trainer has no method whose name begins with 'test'\. Decorate the methods that need the mock"):

        @mock_smpipeline
        class Trainer:
            def train(self) -> None:
                """Stand for work."""


def test_a_base_of_test_classes_may_have_no_test_itself() -> None:
    """Its name says what it is for; the tests of its subclasses inherit the marker."""

    @mock_smpipeline(progress="poll")
    class PipelineTests:
        pytestmark: list[pytest.Mark]

    assert [(mark.name, mark.kwargs) for mark in PipelineTests.pytestmark] == [("smpipeline", {"progress": "poll"})]


CASES = """
    import asyncio, sys, unittest
    import boto3
    from pytest_smpipeline import SMPipelineMock, UsageError, current_mock, mock_smpipeline

    LOG = []

    @mock_smpipeline(region="eu-west-1")
    class Case(unittest.TestCase):
        smpipeline: SMPipelineMock

        @classmethod
        def setUpClass(cls):
            with cls().assertRaises(UsageError):
                current_mock()

        def setUp(self):
            self.addCleanup(self.assertIs, self.smpipeline, current_mock())
            self.assertEqual(self.smpipeline.add("churn", DEFINITION).version, 1)

        def tearDown(self):
            self.assertIs(self.smpipeline, current_mock())

        def test_one(self):
            self.assertEqual(boto3.client("sagemaker").meta.region_name, "eu-west-1")

        def test_two(self):
            for status in "Succeeded", "Succeeded":
                with self.subTest(status):
                    self.assertEqual(self.smpipeline.start("churn").status, status)

        @unittest.skip("not today")
        def test_skipped(self):
            raise AssertionError

        def test_skips_itself(self):
            self.skipTest("neither")

        @unittest.expectedFailure
        def test_fails_as_expected(self):
            self.smpipeline.assert_started("churn")

    class Subclass(Case):
        def setUp(self):  # does not call the one above
            self.smpipeline.add("other", DEFINITION)

        def test_two(self):
            self.assertEqual(len(self.smpipeline.executions), 0)

    @mock_smpipeline
    class AsyncCase(unittest.IsolatedAsyncioTestCase):
        smpipeline: SMPipelineMock

        def setUp(self):
            self.seen = [current_mock()]

        async def asyncSetUp(self):
            await asyncio.sleep(0)
            self.seen.append(current_mock())

        async def asyncTearDown(self):
            await asyncio.sleep(0)
            self.seen.append(current_mock())

        def tearDown(self):
            self.seen.append(current_mock())
            self.assertEqual(self.seen, [self.smpipeline] * 5)

        async def test_it(self):
            await asyncio.sleep(0)
            self.seen.append(current_mock())

        @mock_smpipeline(progress="poll")
        async def test_nested(self):
            self.seen.append(current_mock())

    class Outside(unittest.TestCase):
        def test_outside(self):
            with self.assertRaises(UsageError):
                current_mock()
"""


def test_test_cases_are_active_from_set_up_to_clean_up_under_pytest(run_tests: RunTests) -> None:
    """Fresh for each test, with ``self.smpipeline``, and not in setUpClass."""
    result = run_tests(CASES, "-q", "-rN")

    outcomes = result.parseoutcomes()
    assert (outcomes["skipped"], outcomes["xfailed"], "failed" in outcomes, "errors" in outcomes) == (4, 2, False, False)
    assert outcomes["passed"] >= 7  # and newer versions of pytest count subtests, too


def test_test_cases_are_active_from_set_up_to_clean_up_under_unittest(tmp_path: Path) -> None:
    """Without pytest just the same."""
    definition = '{"Version": "2020-12-01", "Steps": [{"Name": "Train", "Type": "Training", "Arguments": {}}]}'
    tmp_path.joinpath("test_it.py").write_text(f"DEFINITION = {definition!r}\n{textwrap.dedent(CASES)}")

    done = subprocess.run([sys.executable, "-m", "unittest", "-v", "test_it"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "Ran 13 tests" in done.stderr
    assert "OK (skipped=4, expected failures=2)" in done.stderr


def case_of(body: Callable[[unittest.TestCase], None]) -> unittest.TestCase:
    """A decorated case with one test."""

    @mock_smpipeline
    class Case(unittest.TestCase):
        def test_it(self) -> None:
            body(self)

    return Case("test_it")


def test_a_test_case_that_fails_ends_its_mock() -> None:
    """The failure is reported as ever."""
    result = unittest.TestResult()

    case_of(lambda case: case.fail("on purpose")).run(result)

    assert len(result.failures) == 1
    with pytest.raises(UsageError):
        current_mock()


COMPLAINT = "Expected: a strict test uses everything that it scripts"
UNUSED = """
    import unittest
    from pytest_smpipeline import fail, mock_smpipeline

    class Base(unittest.TestCase):
        def setUp(self):
            self.smpipeline.add("churn", DEFINITION)
            self.smpipeline.script("churn", Train=fail("boom"))

    @mock_smpipeline
    class Case(Base):
        def tearDown(self):
            if "tears_down" in self.id():
                raise RuntimeError("tear-down")

        def test_fails(self):
            self.fail("first")

        def test_raises(self):
            raise RuntimeError("first")

        def test_has_a_subtest(self):
            with self.subTest("good"):
                pass
            with self.subTest("bad"):
                self.fail("first")

        def test_tears_down(self):
            pass

        def test_skips_itself(self):
            self.skipTest("not here")

        @unittest.expectedFailure
        def test_expected(self):
            self.fail("first")

        def test_passes(self):
            pass

    @mock_smpipeline
    class Again(Case):
        pass
"""


def test_a_complaint_is_a_note_on_a_failure_that_is_there_under_unittest(tmp_path: Path) -> None:
    """One failure a test: whichever part of it failed first. A test that is skipped, or fails as expected, gets no failure for it."""
    definition = '{"Version": "2020-12-01", "Steps": [{"Name": "Train", "Type": "Training", "Arguments": {}}]}'
    tmp_path.joinpath("test_it.py").write_text(f"DEFINITION = {definition!r}\n{textwrap.dedent(UNUSED)}")

    command = [sys.executable, "-m", "unittest", "test_it.Case", "test_it.Again"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    told = [block.partition("-" * 70)[2] for block in done.stderr.split("=" * 70)[1:]]
    assert "FAILED (failures=6, errors=4, skipped=2, expected failures=2)" in done.stderr
    assert [block.count(COMPLAINT) for block in told] == [1] * 10
    assert sum("first\nExpected: a strict test" in block for block in told) == 6
    assert sum("tear-down\nExpected: a strict test" in block for block in told) == 2


def test_a_complaint_is_a_note_on_a_failure_that_is_there_under_pytest(run_tests: RunTests) -> None:
    """As under unittest: each test has one failure."""
    result = run_tests(UNUSED)

    outcomes = result.parseoutcomes()
    assert (outcomes["skipped"], outcomes["xfailed"], "errors" in outcomes) == (2, 2, False)
    assert len(re.findall(rf"^E +(?:AssertionError: )?{COMPLAINT}", str(result.stdout), re.MULTILINE)) == 10
    assert "decorated_classes.py" not in str(result.stdout)


def test_a_test_case_that_is_interrupted_loses_no_failure() -> None:
    """What it has reported until then is told, though no cleanup runs."""
    result = unittest.TestResult()

    def body(case: unittest.TestCase) -> None:
        with case.subTest("bad"):
            case.fail("on purpose")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        case_of(body).run(result)

    assert len(result.failures) == 1


def test_a_subtest_that_is_skipped_is_not_the_whole_test(definition: str) -> None:
    """The test goes on, so the complaint is a failure."""
    result = unittest.TestResult()

    def body(case: unittest.TestCase) -> None:
        current_mock().add("churn", definition)
        current_mock().script("churn", Train=fail("boom"))
        with case.subTest("other"):
            case.skipTest("not here")

    case_of(body).run(result)

    assert (len(result.skipped), len(result.failures)) == (1, 1)


def test_a_test_case_without_a_result_makes_one() -> None:
    """As ``run()`` does without an argument."""
    result = case_of(lambda case: case.fail("on purpose")).run()

    assert result is not None
    assert len(result.failures) == 1


def test_a_test_case_that_is_debugged_ends_its_mock() -> None:
    """``debug()`` lets errors through and runs no clean-up after them."""
    with pytest.raises(AssertionError, match="on purpose"):
        case_of(lambda case: case.fail("on purpose")).debug()

    with pytest.raises(UsageError):
        current_mock()


def test_decorating_a_subclass_again_nests(definition: str) -> None:
    """The options of the subclass hold on top of those of its base."""
    seen = []

    @mock_smpipeline(region="eu-west-1", account_id="111122223333")
    class Base(unittest.TestCase):
        """Stand for a project's own base of test cases."""

    @mock_smpipeline(region="eu-west-2")
    class Case(Base):
        def test_it(self) -> None:
            seen.append(current_mock().add("churn", definition).arn)

    result = unittest.TestResult()
    Case("test_it").run(result)

    assert result.wasSuccessful()
    assert seen == ["arn:aws:sagemaker:eu-west-2:111122223333:pipeline/churn"]
