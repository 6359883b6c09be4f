"""Amazon Resource Names: built from their parts and read back."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# The first prefix that fits decides; the table is checked against botocore's own by a test.
_PARTITIONS: Final = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("eu-isoe-", "aws-iso-e"),
    ("eusc-", "aws-eusc"),
)

_PIPELINE_ARN: Final = re.compile(r"arn:(?P<partition>[^:]+):sagemaker:(?P<region>[^:]*):(?P<account>[^:]*):pipeline/(?P<name>[^/]+)")


@dataclass(frozen=True, slots=True)
class PipelineReference:
    """What a caller names a pipeline by: its name, and the ARN when that is what was given."""

    name: str
    arn: str | None


@lru_cache(maxsize=64)
def partition_of(region: str) -> str:
    """Return the partition that a region belongs to, such as ``aws-cn`` for ``cn-north-1``."""
    return next((partition for prefix, partition in _PARTITIONS if region.startswith(prefix)), "aws")


def resource_arn(region: str, account_id: str, resource: str, service: str = "sagemaker") -> str:
    """Return the ARN of a resource such as ``training-job/name``."""
    return f"arn:{partition_of(region)}:{service}:{region}:{account_id}:{resource}"


def pipeline_arn(region: str, account_id: str, name: str) -> str:
    """Return a pipeline's ARN; the name keeps its case, as it does since 2023."""
    return resource_arn(region, account_id, f"pipeline/{name}")


def execution_arn(pipeline: str, execution_id: str) -> str:
    """Return the ARN of an execution of the pipeline with this ARN."""
    return f"{pipeline}/execution/{execution_id}"


def parse_reference(name_or_arn: str) -> PipelineReference:
    """Return the pipeline that a ``PipelineNameOrArn`` member names."""
    match = _PIPELINE_ARN.fullmatch(name_or_arn)
    if match is None:
        return PipelineReference(name_or_arn, None)
    return PipelineReference(match["name"], name_or_arn)
