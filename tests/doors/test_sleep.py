"""The sleep door: under ``virtual_sleep=True`` naps return at once and move the virtual clock by that much."""

import _thread
import asyncio
import inspect
import math
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from types import ModuleType
from typing import Any
from unittest import mock

import freezegun
import pytest
import time_machine

from pytest_smpipeline import SMPipelineMock, mock_smpipeline
from pytest_smpipeline._doors.entrance import Doors, settle
from pytest_smpipeline.options import Options

TWO_HOURS = 7185  # less a quarter of a minute: the wall clock ticks under these tests, and naps are counted

# Not as names of this module, where they would be found and replaced.
REAL: Any = {"sleep": time.sleep, "async sleep": asyncio.sleep}


@pytest.fixture
def service(service: Any) -> Any:
    """The service behind the doors, with naps that move its time."""
    service.options = Options(virtual_sleep=True)
    return service


@pytest.fixture
def holder(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of the code under test that took the functions for itself before the mock began."""
    module = ModuleType("poller")
    exec("from asyncio import sleep as rest\nfrom time import sleep, sleep as nap", vars(module))  # noqa: S102 # a module's source
    monkeypatch.setitem(sys.modules, "poller", module)
    return module


def milliseconds(function: Callable[[], object], service: Any) -> int:
    """Return by how much a function moves the service's time."""
    before: int = service.time
    function()
    return int(service.time - before)


def test_without_the_option_sleep_is_not_touched() -> None:
    """The library changes nothing that nobody has asked for."""
    with mock_smpipeline():
        assert (time.sleep, asyncio.sleep, asyncio.tasks.sleep) == (REAL["sleep"], REAL["async sleep"], REAL["async sleep"])


@pytest.mark.parametrize(
    ("seconds", "moved"),
    [(30, 30_000), (0.25, 250), (1.1, 1_100), (True, 1_000), (0.0001, 1), (0, 0), (0.0, 0)],
)
def test_time_sleep_returns_at_once_and_moves_the_clock(doors: Doors, service: Any, seconds: float, moved: int) -> None:
    """By that much, in whole milliseconds, and by one at least: many short naps are a long one."""
    assert milliseconds(lambda: time.sleep(seconds), service) == moved


@pytest.mark.parametrize("seconds", [-1, -0.5, math.nan, math.inf, 10**11, "1", None, Decimal("0.5")], ids=repr)
def test_what_time_sleep_refuses_is_refused_in_its_words(doors: Doors, service: Any, seconds: Any) -> None:
    """And no time passes."""
    with pytest.raises((TypeError, ValueError, OverflowError)) as real:
        REAL["sleep"](seconds)
    with pytest.raises(type(real.value)) as ours:
        time.sleep(seconds)
    assert str(ours.value) == str(real.value)
    assert service.time == 0


def test_asyncio_sleep_returns_its_result_and_moves_the_clock(doors: Doors, service: Any) -> None:
    """By the delay; with zero or less it yields and moves nothing."""

    async def naps() -> list[Any]:
        return [
            await asyncio.sleep(30, "rested"),
            await asyncio.sleep(delay=0.5, result=1),
            await asyncio.sleep(0, 2),
            await asyncio.sleep(-1, None),
        ]

    assert asyncio.run(naps()) == ["rested", 1, 2, None]
    assert service.time == 30_500


@pytest.mark.parametrize("delay", ["1", None, Decimal("0.5")], ids=repr)
def test_what_asyncio_sleep_refuses_is_refused_in_its_words(doors: Doors, service: Any, delay: Any) -> None:
    """And no time passes."""
    with pytest.raises(TypeError) as real:
        asyncio.run(REAL["async sleep"](delay))
    with pytest.raises(TypeError) as ours:
        asyncio.run(asyncio.sleep(delay))
    assert str(ours.value) == str(real.value)
    assert service.time == 0


def test_a_nap_lets_other_tasks_run(doors: Doors, service: Any) -> None:
    """Each yields to the loop once, so two pollers take turns."""
    seen: list[str] = []

    async def poll(name: str) -> None:
        for _ in range(3):
            seen.append(name)
            await asyncio.sleep(30)

    async def both() -> None:
        await asyncio.gather(poll("a"), poll("b"))

    asyncio.run(both())
    assert seen == ["a", "b"] * 3


def test_naps_of_one_event_loop_overlap(doors: Doors, service: Any) -> None:
    """As they would: gathered naps take as long as the longest."""

    async def both() -> None:
        await asyncio.gather(asyncio.sleep(10), asyncio.sleep(30), asyncio.sleep(20))

    assert milliseconds(lambda: asyncio.run(both()), service) == 30_000


def test_a_nap_without_end_waits(doors: Doors, service: Any) -> None:
    """``asyncio.sleep(inf)`` is how code waits to be cancelled; timeouts are real."""

    async def wait() -> None:
        await asyncio.wait_for(asyncio.sleep(math.inf), timeout=0.01)

    with pytest.raises(TimeoutError):
        asyncio.run(wait())
    assert service.time == 0


def test_a_cancelled_nap_moves_nothing(doors: Doors, service: Any) -> None:
    """It has not taken place."""

    async def cancel() -> bool:
        nap = asyncio.create_task(asyncio.sleep(30))
        await asyncio.sleep(0)
        nap.cancel()
        await asyncio.wait([nap])
        return nap.cancelled()

    assert asyncio.run(cancel())
    assert service.time == 0


def test_naps_of_threads_add_up(doors: Doors, service: Any) -> None:
    """All threads share the clock."""
    threads = [threading.Thread(target=time.sleep, args=(5,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert service.time == 15_000


def test_a_module_that_took_the_functions_before_is_reached(holder: Any, service: Any) -> None:
    """Under whatever name it holds them; afterwards it holds the very same ones."""
    doors = Doors(service)
    doors.open()
    holder.sleep(1)
    holder.nap(2)
    asyncio.run(holder.rest(4))
    doors.close()
    assert service.time == 7_000
    assert (holder.sleep, holder.nap, holder.rest) == (REAL["sleep"], REAL["sleep"], REAL["async sleep"])


def test_a_module_imported_meanwhile_gets_the_originals_at_the_end(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It took our functions for the real ones."""
    doors = Doors(service)
    doors.open()
    module: Any = ModuleType("late")
    monkeypatch.setitem(sys.modules, "late", module)
    module.sleep, module.rest = time.sleep, asyncio.sleep
    module.sleep(1)
    doors.close()
    assert (module.sleep, module.rest, service.time) == (REAL["sleep"], REAL["async sleep"], 1_000)


def test_whoever_still_holds_our_functions_sleeps_for_real(service: Any) -> None:
    """A default argument may keep them longer than the mock lasts."""
    doors = Doors(service)
    doors.open()
    sleep, rest = time.sleep, asyncio.sleep
    doors.close()
    began = time.monotonic()
    sleep(0.02)
    assert asyncio.run(rest(0.02, "rested")) == "rested"
    assert time.monotonic() - began >= 0.04
    assert service.time == 0


def test_stand_ins_among_the_modules_are_left_alone(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some load the real module as soon as they are asked for anything, and some entries are no modules."""

    class Lazy(ModuleType):
        def __getattribute__(self, name: str) -> Any:
            raise AssertionError(name)

    monkeypatch.setitem(sys.modules, "lazy", Lazy("lazy"))
    monkeypatch.setitem(sys.modules, "nothing", None)
    doors = Doors(service)
    doors.open()
    doors.close()


def test_a_users_replacement_that_was_there_before_is_called_too(service: Any) -> None:
    """It sees the naps as they were asked for, time moves all the same, and it is back afterwards."""
    asleep, resting = mock.Mock(), mock.AsyncMock(return_value="theirs")
    with mock.patch("time.sleep", asleep), mock.patch("asyncio.sleep", resting):
        doors = Doors(service)
        doors.open()
        time.sleep(30)
        assert asyncio.run(asyncio.sleep(4)) == "theirs"
        doors.close()
        assert (time.sleep, asyncio.sleep) == (asleep, resting)
    asleep.assert_called_once_with(30)
    resting.assert_called_once_with(4)
    assert service.time == 34_000


def test_a_users_replacement_made_inside_wins(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is undone only after our end leaves nothing of ours behind."""
    doors = Doors(service)
    doors.open()
    theirs = mock.Mock()
    monkeypatch.setattr(time, "sleep", theirs)
    time.sleep(30)
    doors.close()
    assert (time.sleep, service.time) == (theirs, 0)
    monkeypatch.undo()
    settle()
    assert time.sleep is REAL["sleep"]


def test_subprocess_waits_for_real(doors: Doors, service: Any) -> None:
    """A process is not quicker because the clock is."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
        process.communicate(b"\n")
    assert service.time == 0


def test_other_ways_to_wait_are_real(doors: Doors, service: Any) -> None:
    """Events of threads keep their timeouts."""
    began = time.monotonic()
    threading.Event().wait(0.02)
    assert time.monotonic() - began >= 0.02
    assert service.time == 0


def test_a_nested_activation_may_turn_it_on_and_off() -> None:
    """What holds is the innermost; leaving restores exactly."""
    with mock_smpipeline(progress="manual") as smp:
        with mock_smpipeline(virtual_sleep=True):
            before = smp.now
            time.sleep(3600)
            assert (smp.now - before).total_seconds() >= 3600
            with mock_smpipeline(virtual_sleep=False):
                assert time.sleep is REAL["sleep"]
            assert time.sleep is not REAL["sleep"]
        assert (time.sleep, asyncio.sleep) == (REAL["sleep"], REAL["async sleep"])


def test_the_functions_look_like_the_originals(doors: Doors, service: Any) -> None:
    """A pool of processes finds a function by its name, and some code asks whether one is to be awaited."""
    assert pickle.loads(pickle.dumps([time.sleep, asyncio.sleep])) == [time.sleep, asyncio.sleep]  # noqa: S301 # our own
    assert [inspect.iscoroutinefunction(function) for function in (time.sleep, asyncio.sleep)] == [False, True]
    assert time.sleep is not REAL["sleep"]


def test_a_thread_may_do_nothing_but_nap(doors: Doors, service: Any) -> None:
    """Then nobody stands behind the function on the stack."""
    done = threading.Event()
    service.advance = lambda milliseconds: done.set()
    _thread.start_new_thread(time.sleep, (1,))
    assert done.wait(5)


def test_a_stale_patch_of_the_users_does_not_come_back(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was there before us and ended inside has taken our place with it: the next activation starts afresh."""
    theirs = mock.patch("time.sleep")
    theirs.start()
    doors = Doors(service)
    doors.open()
    theirs.stop()
    doors.close()
    assert time.sleep is REAL["sleep"]
    again = Doors(service)
    again.open()
    settle()
    time.sleep(30)
    again.close()
    assert (time.sleep, service.time) == (REAL["sleep"], 30_000)


@pytest.fixture
def smp(step_of_two_hours: Any) -> Iterator[SMPipelineMock]:
    """A pipeline whose training takes two hours, in manual progress."""
    with mock_smpipeline(virtual_sleep=True, progress="manual") as mocked:
        yield step_of_two_hours(mocked)


@pytest.fixture
def step_of_two_hours() -> Callable[[SMPipelineMock], SMPipelineMock]:
    """Return the function that adds the pipeline."""
    from pytest_smpipeline import succeed

    def add(mocked: SMPipelineMock) -> SMPipelineMock:
        mocked.add("churn", {"Version": "2020-12-01", "Steps": [{"Name": "Train", "Type": "Training", "Arguments": {}}]})
        mocked.script("churn", Train=succeed(duration=TWO_HOURS, optional=True))
        return mocked

    return add


def poll(client: Any, arn: str) -> int:
    """Wait in naps of thirty seconds for an execution to end, as the code under test would; return how many it took."""
    naps = 0
    while client.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"] == "Executing":
        time.sleep(30)
        naps += 1
    return naps


def test_a_poller_sees_two_hours_of_training_end_at_once(smp: SMPipelineMock) -> None:
    """It has napped as often as it would have."""
    run = smp.start("churn")
    assert poll(smp.client(), run.arn) == 240
    assert run.steps["Train"].duration.total_seconds() == TWO_HOURS  # type: ignore[union-attr] # it has ended


def test_a_poller_in_a_thread_sees_it_too(smp: SMPipelineMock) -> None:
    """While the test waits for the thread."""
    run, naps, client = smp.start("churn"), [], smp.client()
    thread = threading.Thread(target=lambda: naps.append(poll(client, run.arn)))
    thread.start()
    thread.join()
    assert (naps, run.status) == ([240], "Succeeded")


def test_tasks_that_poll_see_it_as_well(smp: SMPipelineMock) -> None:
    """Three at once wait no longer than one alone."""
    run, client = smp.start("churn"), smp.client()

    async def wait() -> int:
        naps = 0
        while client.describe_pipeline_execution(PipelineExecutionArn=run.arn)["PipelineExecutionStatus"] == "Executing":
            await asyncio.sleep(30)
            naps += 1
        return naps

    async def three() -> list[int]:
        return list(await asyncio.gather(wait(), wait(), wait()))

    assert asyncio.run(three()) == [240, 240, 240]


@pytest.mark.parametrize(
    "freeze", [freezegun.freeze_time, lambda moment: time_machine.travel(moment, tick=False)], ids=["freezegun", "time-machine"]
)
def test_a_frozen_wall_clock_changes_nothing(smp: SMPipelineMock, freeze: Callable[[str], Any]) -> None:
    """The virtual clock moves on from it, and the wall clock stays frozen."""
    with freeze("2026-11-22T12:00:00Z"):
        run = smp.start("churn")
        before = time.time()
        assert poll(smp.client(), run.arn) == 240
        assert (smp.now.isoformat(), time.time()) == ("2026-11-22T14:00:00+00:00", before)


def test_back_off_between_botocores_attempts_moves_the_clock(smp: SMPipelineMock) -> None:
    """A throttled caller is through at once, and has waited in virtual time."""
    smp.fault("ListPipelines", "ServiceUnavailable", times=2)
    before = smp.now
    smp.client().list_pipelines()
    assert len(smp.calls) == 3
    assert smp.now > before


def test_naps_after_the_end_of_the_mock_move_nothing(smp: SMPipelineMock) -> None:
    """A task that wakes up late finds the last state."""
    run = smp.start("churn")
    smp._service.end()
    time.sleep(10_000)
    assert run.status == "Executing"
