"""The virtual clock."""

from pytest_smpipeline._engine.clock import Clock


def test_the_clock_follows_the_wall_clock() -> None:
    """Whoever moves the wall clock, such as freezegun, moves this one."""
    wall = [1_000]
    clock = Clock(lambda: wall[0])

    wall[0] = 5_000

    assert clock.now() == 5_000


def test_what_was_moved_adds_to_whatever_the_wall_clock_says() -> None:
    """The offset stays when the wall clock goes on."""
    wall = [1_000]
    clock = Clock(lambda: wall[0])

    clock.reach(1_500)
    wall[0] = 2_000

    assert clock.now() == 2_500


def test_reaching_an_instant_that_has_passed_changes_nothing() -> None:
    """Time does not go backwards."""
    clock = Clock(lambda: 1_000)

    clock.reach(3_000)
    clock.reach(2_000)

    assert clock.now() == 3_000


def test_the_clock_follows_the_wall_clock_back_until_something_has_happened() -> None:
    """Freezing time in the middle of a test means that time."""
    wall = [5_000]
    clock = Clock(lambda: wall[0])

    clock.reach(6_000)
    wall[0] = 1_000

    assert clock.now() == 2_000


def test_a_held_instant_is_never_undercut() -> None:
    """The clock stands until the wall clock has passed the instant again, and then follows it."""
    wall = [5_000]
    clock = Clock(lambda: wall[0])

    clock.hold()
    wall[0] = 1_000
    standing = clock.now()
    wall[0] = 5_001

    assert (standing, clock.now()) == (5_000, 5_001)


def test_a_released_clock_follows_the_wall_clock_back_again() -> None:
    """When nothing runs any more, a test may go on at any time."""
    wall = [5_000]
    clock = Clock(lambda: wall[0])

    clock.hold()
    clock.release()
    wall[0] = 1_000

    assert clock.now() == 1_000


def test_releasing_a_clock_that_stands_does_not_set_it_back() -> None:
    """It is released by the next one, once the wall clock has caught up."""
    wall = [5_000]
    clock = Clock(lambda: wall[0])

    clock.hold()
    wall[0] = 1_000
    clock.release()
    standing = clock.now()
    wall[0] = 5_000
    clock.release()
    wall[0] = 2_000

    assert (standing, clock.now()) == (5_000, 2_000)


def test_a_clock_that_stands_can_be_moved_forward() -> None:
    """It stands at the new instant then, and keeps what it was moved by when the wall clock has caught up."""
    wall = [5_000]
    clock = Clock(lambda: wall[0])

    clock.hold()
    wall[0] = 1_000
    clock.reach(5_300)
    moved = clock.now()
    wall[0] = 6_000

    assert (moved, clock.now()) == (5_300, 6_300)
