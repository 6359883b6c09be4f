"""What surrounds the calls of a test: its activation, its seeding, its client."""

from moto import mock_aws

from benchmarks.contenders import activated, create, describe, kept_client, new_client, start
from benchmarks.definitions import one_step
from benchmarks.effort import Effort
from benchmarks.timing import Measurement, cpu_seconds, ratio, repeated
from pytest_smpipeline import mock_smpipeline


def activation_to_mock_aws(effort: Effort) -> Measurement:
    """Compare entering and leaving with entering and leaving moto."""
    return ratio(repeated(_activate), repeated(_activate_moto), effort.rounds, effort.calls)


def moto_small_test_to_ours(effort: Effort) -> Measurement:
    """Compare a whole small test under moto with the same under this package; both keep their client."""
    return ratio(repeated(_small_test_with_moto), repeated(_small_test), effort.rounds, effort.calls)


def stock_client_to_ours(effort: Effort) -> Measurement:
    """Compare a new session and its client outside of an activation with the same inside."""

    def inside(times: int) -> float:
        with mock_smpipeline():
            return cpu_seconds(new_client, times)

    return ratio(repeated(new_client), inside, effort.long_rounds, 2)


def _activate() -> None:
    with mock_smpipeline():
        pass


def _activate_moto() -> None:
    with mock_aws():
        pass


def _small_test() -> None:
    with activated(one_step()):
        client = kept_client("ours")
        describe(start(client))(client)


def _small_test_with_moto() -> None:
    with mock_aws():
        client = kept_client("moto")
        create(client, one_step())
        describe(start(client))(client)
