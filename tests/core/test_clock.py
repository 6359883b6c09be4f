"""The virtual clock."""

from pytest_smpipeline._engine.clock import Clock


def test_the_clock_follows_the_wall_clock() -> None:
    """Whoever moves the wall clock, such as freezegun, moves this one."""
    wall = [1_000]
    clock = Clock(lambda: wall[0])

    wall[0] = 5_000

    assert clock.now() == 5_000


def test_advancing_adds_to_whatever_the_wall_clock_says() -> None:
    """The offset stays when the wall clock goes on."""
    wall = [1_000]
    clock = Clock(lambda: wall[0])

    clock.advance(500)
    wall[0] = 2_000

    assert clock.now() == 2_500


def test_reaching_an_instant_that_has_passed_changes_nothing() -> None:
    """Time does not go backwards."""
    clock = Clock(lambda: 1_000)

    clock.reach(3_000)
    clock.reach(2_000)

    assert clock.now() == 3_000
