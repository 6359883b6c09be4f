"""Amazon Resource Names."""

import botocore.session
import pytest

from pytest_smpipeline._state.arns import PipelineReference, execution_arn, parse_reference, partition_of, pipeline_arn, resource_arn


def test_every_region_that_botocore_knows_is_in_its_partition() -> None:
    """The table of partitions agrees with botocore's own, for every region of every partition."""
    session = botocore.session.get_session()
    known = {
        region: partition for partition in session.get_available_partitions() for region in session.get_available_regions("ec2", partition)
    }

    assert {region: partition_of(region) for region in known} == known
    assert len(known) > 30


@pytest.mark.fidelity("ARN-001")
def test_an_execution_arn_extends_the_pipeline_arn_which_keeps_the_case_of_its_name() -> None:
    """Since 2023 the name keeps its case in both ARNs."""
    arn = pipeline_arn("us-gov-west-1", "123456789012", "AbalonePipeline")

    assert arn == "arn:aws-us-gov:sagemaker:us-gov-west-1:123456789012:pipeline/AbalonePipeline"
    assert execution_arn(arn, "d84ewltjmxhe") == f"{arn}/execution/d84ewltjmxhe"


def test_a_resource_of_another_service_has_that_service_in_its_arn() -> None:
    """A Bedrock model that a step makes is no resource of SageMaker."""
    assert resource_arn("cn-north-1", "1", "custom-model/m", "bedrock") == "arn:aws-cn:bedrock:cn-north-1:1:custom-model/m"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("churn", PipelineReference("churn", None)),
        (
            "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn",
            PipelineReference("churn", "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"),
        ),
        (
            "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn/execution/abc",
            PipelineReference("arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn/execution/abc", None),
        ),
    ],
)
def test_a_pipeline_is_named_by_its_name_or_its_arn(text: str, reference: PipelineReference) -> None:
    """Members of type PipelineNameOrArn take both; what is neither is taken as a name that nothing has."""
    assert parse_reference(text) == reference
