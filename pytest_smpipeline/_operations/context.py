"""What an operation may use: its caller's territory, the clock, the runner and the quotas."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from pytest_smpipeline._definition.argument_checks import JobShape
from pytest_smpipeline._engine.progress import Pace
from pytest_smpipeline._engine.runner import Runner
from pytest_smpipeline._engine.scope import ReadObject
from pytest_smpipeline._state.arns import partition_of
from pytest_smpipeline._state.ids import IdSource
from pytest_smpipeline._state.store import Territory
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.values import Instant

Answer: TypeAlias = dict[str, object]
"""An operation's answer by the API's member names; times are aware datetimes."""


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of one call of one operation; ``answer_shape`` tells what the installed model lets an operation answer."""

    territory: Territory
    ids: IdSource
    runner: Runner
    pace: Pace
    limit: Callable[[str], int]
    read_object: ReadObject
    job_shape: JobShape
    answer_shape: Callable[[str], Shape]

    def now(self) -> Instant:
        """Return the present instant of the virtual clock."""
        return self.runner.clock.now()

    def caller(self) -> Answer:
        """Return the user context of the caller, in the form of 2024: an IAM identity and nothing of Studio."""
        account = self.territory.account_id
        arn = f"arn:{partition_of(self.territory.region)}:iam::{account}:user/smpipeline"
        return {"IamIdentity": {"Arn": arn, "PrincipalId": f"AIDA{account}SMPL"}}
