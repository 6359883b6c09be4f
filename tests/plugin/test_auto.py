"""``smpipeline_auto``: a bare ``moto.mock_aws`` is a way in too."""

import sys
import textwrap
from collections.abc import Callable

import pytest
from moto.core.models import MockAWS

from pytest_smpipeline.mock import is_active

RunAuto = Callable[..., pytest.RunResult]

HEAD = """
import unittest
import boto3, pytest
from moto import mock_aws
from pytest_smpipeline import UsageError, current_mock, mock_smpipeline

def client():
    return boto3.client("sagemaker", region_name="us-east-1")

def start():
    return client().start_pipeline_execution(PipelineName="churn")["PipelineExecutionArn"]

def is_active():
    try:
        current_mock()
    except UsageError:
        return False
    return True
"""


@pytest.fixture
def run_auto(run_tests: Callable[..., pytest.RunResult]) -> RunAuto:
    """Return a function that runs a test file as a project in which mock_aws emulates pipelines."""

    def run(source: str, *args: str, ini: str = "smpipeline_auto = true") -> pytest.RunResult:
        return run_tests(HEAD + textwrap.dedent(source), *args, pytest_ini=f"[pytest]\n{ini}\n")

    return run


def test_mock_aws_emulates_pipelines_in_all_its_forms(run_auto: RunAuto) -> None:
    """As decorator, as context manager, and with start and stop; moto's other services are moto's."""
    result = run_auto(
        """
        def use():
            smp = current_mock()
            assert len(smp.executions) == 0, "fresh each time"
            smp.add("churn", DEFINITION)
            start()
            smp.executions.one().assert_succeeded()
            s3 = boto3.client("s3", region_name="us-east-1")
            s3.create_bucket(Bucket="data")
            assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["data"]

        @mock_aws
        def test_decorator():
            use()

        @mock_aws()
        def test_decorator_with_parentheses():
            use()

        def test_context_manager():
            for _ in range(2):
                with mock_aws():
                    use()
                assert not is_active()

        def test_start_and_stop():
            mock = mock_aws()
            mock.start()
            use()
            mock.stop()
            assert not is_active()
        """
    )

    result.assert_outcomes(passed=4)


def test_it_is_not_strict_and_takes_the_defaults_of_the_ini_file(run_auto: RunAuto) -> None:
    """A test written for moto alone scripts nothing, and expects no complaint."""
    result = run_auto(
        """
        @mock_aws
        def test_it():
            smp = current_mock()
            assert not smp._service.options.strict
            smp.add("churn", DEFINITION)
            start()
            assert smp.executions.one().status == "Executing"
        """,
        ini="smpipeline_auto = true\nsmpipeline_progress = manual\nsmpipeline_strict = true",
    )

    result.assert_outcomes(passed=1)


def test_nested_activations_share_one_emulation(run_auto: RunAuto) -> None:
    """The first that begins opens it and the last that ends closes it, in whatever order, as moto keeps its data."""
    result = run_auto(
        """
        def test_nested():
            with mock_aws():
                outer = current_mock()
                with mock_aws():
                    assert current_mock() is outer
                assert current_mock() is outer
            assert not is_active()

        def test_crossed():
            first, second = mock_aws(), mock_aws()
            first.start()
            began = current_mock()
            second.start()
            first.stop()
            assert current_mock() is began
            second.stop()
            assert not is_active()
        """
    )

    result.assert_outcomes(passed=2)


def test_other_ways_in_share_it(run_auto: RunAuto) -> None:
    """Whichever came first is the outermost, and ends it."""
    result = run_auto(
        """
        @pytest.fixture
        def aws():
            with mock_aws():
                yield current_mock()

        def test_fixture_inside(aws, smpipeline):
            assert smpipeline is aws is current_mock()

        @mock_aws
        def test_fixture_outside(smpipeline):
            assert current_mock() is smpipeline
            assert smpipeline._service.options.strict
            with mock_aws():
                pass
            assert current_mock() is smpipeline

        def test_context_manager():
            with mock_aws(), mock_smpipeline(region="eu-west-1") as smp:
                assert current_mock() is smp
                assert "eu-west-1" in repr(smp)
            assert not is_active()
        """
    )

    result.assert_outcomes(passed=3)


def test_waking_moto_from_a_mock_is_no_activation_of_the_users(run_auto: RunAuto) -> None:
    """The mock starts moto when another service is called, and ends with it."""
    result = run_auto(
        """
        def test_it():
            with mock_smpipeline() as smp:
                boto3.client("s3", region_name="us-east-1").list_buckets()
                assert current_mock() is smp
            assert not is_active()
        """
    )

    result.assert_outcomes(passed=1)


def test_a_whitelist_of_moto_does_not_concern_pipelines(run_auto: RunAuto) -> None:
    """It holds for what moto answers."""
    result = run_auto(
        """
        def test_it():
            with mock_aws(config={"core": {"mock_credentials": True, "service_whitelist": ["s3"]}}):
                current_mock().add("churn", DEFINITION)
                start()
                current_mock().assert_started("churn")
        """
    )

    result.assert_outcomes(passed=1)


def test_classes_keep_from_setup_to_test_what_moto_keeps(run_auto: RunAuto) -> None:
    """moto is inactive between setUp and the test method of a class that it decorates, and forgets nothing; nor does the emulation."""
    result = run_auto(
        """
        @mock_aws
        class TestWithSetUp(unittest.TestCase):
            def setUp(self):
                current_mock().add("churn", DEFINITION)

            def test_one(self):
                start()
                assert len(current_mock().executions) == 1

            def test_two(self):
                start()
                assert len(current_mock().executions) == 1

        @mock_aws
        class TestWithout(unittest.TestCase):
            def test_it(self):
                self.seed()
                start()

            def seed(self):
                current_mock().add("churn", DEFINITION)

        def test_after():
            assert not is_active()
        """
    )

    result.assert_outcomes(passed=4)


def test_an_error_inside_leaves_nothing_active(run_auto: RunAuto) -> None:
    """Whatever a test raises, the next one begins without a mock."""
    result = run_auto(
        """
        @mock_aws
        def test_broken():
            raise LookupError

        def test_next():
            assert not is_active()
        """
    )

    result.assert_outcomes(passed=1, failed=1)


def test_an_emulation_that_cannot_begin_leaves_moto_inactive(run_auto: RunAuto) -> None:
    """moto is stopped again before the error is told."""
    result = run_auto(
        """
        from moto.core.models import botocore_stubber
        import pytest_smpipeline.mock

        def test_it(monkeypatch):
            def broken(**options):
                raise RuntimeError("no doors")
            monkeypatch.setattr(pytest_smpipeline.mock, "mock_smpipeline", broken)
            with pytest.raises(RuntimeError, match="no doors"):
                mock_aws().start()
            assert not botocore_stubber.enabled
        """
    )

    result.assert_outcomes(passed=1)


def test_a_stop_too_many_is_motos_affair(run_auto: RunAuto) -> None:
    """It says so itself, and an emulation that others began goes on."""
    result = run_auto(
        """
        from moto.core.models import MockAWS

        def test_it(smpipeline):
            try:
                with pytest.raises(RuntimeError, match="before start"):
                    mock_aws().stop()
                assert current_mock() is smpipeline
            finally:
                MockAWS._nested_count = 0
        """
    )

    result.assert_outcomes(passed=1)


def test_after_the_session_moto_is_as_it_was(run_auto: RunAuto) -> None:
    """The very same functions are in their places, and a mock that was never stopped ends its emulation."""
    before = (vars(MockAWS)["start"], vars(MockAWS)["stop"], list(sys.meta_path))

    result = run_auto(
        """
        HELD = []

        def test_it():
            HELD.append(mock_aws())
            HELD[0].start()
            current_mock()

        @pytest.fixture(scope="session", autouse=True)
        def at_the_end():
            yield
            held = HELD[0]
            MockAWS = type(held)
            MockAWS.held = [(held, MockAWS.start, MockAWS.stop)]
        """
    )
    result.assert_outcomes(passed=1)
    try:
        assert not is_active()
        assert (vars(MockAWS)["start"], vars(MockAWS)["stop"], list(sys.meta_path)) == before
        ((mock, start, stop),) = MockAWS.held  # type: ignore[attr-defined]
        start(mock)
        assert not is_active()
        stop(mock)
        stop(mock)
        assert MockAWS._nested_count == 0
    finally:
        del MockAWS.held  # type: ignore[attr-defined]


def test_it_is_off_by_default(run_auto: RunAuto) -> None:
    """mock_aws is moto's then."""
    result = run_auto(
        """
        @mock_aws
        def test_it():
            assert not is_active()
        """,
        ini="",
    )

    result.assert_outcomes(passed=1)


def test_the_guard_lets_it_pass(run_auto: RunAuto) -> None:
    """With both options a test inside mock_aws is mocked, and one outside is stopped."""
    result = run_auto(
        """
        @mock_aws
        def test_inside():
            current_mock().add("churn", DEFINITION)
            start()

        def test_outside():
            start()
        """,
        ini="smpipeline_auto = true\nsmpipeline_guard = true",
    )

    result.assert_outcomes(passed=1, failed=1)


@pytest.mark.parametrize("switch", ["smpipeline_auto", "smpipeline_guard"])
def test_a_wrong_value_stops_the_session(run_auto: RunAuto, switch: str) -> None:
    """The message names the switch and what it takes."""
    result = run_auto("def test_it(): pass", ini=f"{switch} = perhaps")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {switch} is not valid: expected true or false. *perhaps*"])


def test_motos_services_know_the_pipelines_of_a_bare_mock_aws(run_auto: RunAuto) -> None:
    """A stack creates one, the tagging API lists it, and a reset forgets it."""
    result = run_auto(
        """
        import json
        from moto.moto_api._internal.models import moto_api_backend

        PROPERTIES = {
            "PipelineName": "churn",
            "RoleArn": "arn:aws:iam::123456789012:role/SageMakerRole",
            "PipelineDefinition": {"PipelineDefinitionBody": DEFINITION},
            "Tags": [{"Key": "team", "Value": "ml"}],
        }
        TEMPLATE = json.dumps({"Resources": {"Churn": {"Type": "AWS::SageMaker::Pipeline", "Properties": PROPERTIES}}})

        @pytest.fixture(params=[1, 2])
        def aws():
            with mock_aws():
                yield boto3.client("cloudformation", region_name="us-east-1")

        def test_services(aws):
            aws.create_stack(StackName="mlops", TemplateBody=TEMPLATE)
            aws.get_waiter("stack_create_complete").wait(StackName="mlops")
            start()
            current_mock().executions.one().assert_succeeded()
            tagging = boto3.client("resourcegroupstaggingapi", region_name="us-east-1")
            (found,) = tagging.get_resources(ResourceTypeFilters=["sagemaker:pipeline"])["ResourceTagMappingList"]
            assert found["ResourceARN"].endswith(":pipeline/churn")
            moto_api_backend.reset()
            assert client().list_pipelines()["PipelineSummaries"] == []
        """
    )
    result.assert_outcomes(passed=2)


def test_a_state_machine_starts_a_pipeline_of_a_bare_mock_aws(run_auto: RunAuto) -> None:
    """Where moto is told to run state machines."""
    pytest.importorskip("moto.stepfunctions.parser", reason="this moto does not interpret state machines")
    result = run_auto(
        """
        import json, time

        TASK = {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sagemaker:startPipelineExecution",
            "Parameters": {"PipelineName": "churn"},
            "End": True,
        }

        @mock_aws(config={"stepfunctions": {"execute_state_machine": True}})
        def test_machine():
            current_mock().add("churn", DEFINITION)
            states = boto3.client("stepfunctions", region_name="us-east-1")
            definition = json.dumps({"StartAt": "Start", "States": {"Start": TASK}})
            role = "arn:aws:iam::123456789012:role/States"
            arn = states.create_state_machine(name="machine", definition=definition, roleArn=role)["stateMachineArn"]
            run = states.start_execution(stateMachineArn=arn)["executionArn"]
            end = time.monotonic() + 60
            while states.describe_execution(executionArn=run)["status"] == "RUNNING" and time.monotonic() < end:
                time.sleep(0.01)
            current_mock().executions.one().assert_succeeded()
        """
    )
    result.assert_outcomes(passed=1)
