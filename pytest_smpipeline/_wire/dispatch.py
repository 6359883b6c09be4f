"""The service: one function that answers every request, whichever door it came through."""

from threading import RLock
from typing import TYPE_CHECKING, Final, TypeAlias

from pytest_smpipeline._engine.callback_messages import SendMessage
from pytest_smpipeline._engine.clock import Clock
from pytest_smpipeline._engine.performer import Performer, Play
from pytest_smpipeline._engine.progress import Pace
from pytest_smpipeline._engine.runner import Runner
from pytest_smpipeline._engine.scope import ReadObject
from pytest_smpipeline._operations.context import Answer as Payload
from pytest_smpipeline._operations.context import Context
from pytest_smpipeline._operations.table import ANSWERED, OPERATIONS, SHARED
from pytest_smpipeline._state.ids import IdSource
from pytest_smpipeline._state.store import Store
from pytest_smpipeline._wire import service_model
from pytest_smpipeline._wire.argument_faults import fault_of
from pytest_smpipeline._wire.aws_json import error_payload, headers, parse_body
from pytest_smpipeline._wire.faults import Faults, named_pipeline
from pytest_smpipeline._wire.listeners import Listeners
from pytest_smpipeline._wire.messages import Answer, Request
from pytest_smpipeline._wire.recorder import Call
from pytest_smpipeline._wire.timers import Timers
from pytest_smpipeline._wire.validation import validate
from pytest_smpipeline._wire.wall_clock import wall_clock
from pytest_smpipeline.exceptions import ServiceError, UsageError
from pytest_smpipeline.options import Options
from pytest_smpipeline.values import Instant, JsonObject, to_datetime

if TYPE_CHECKING:
    from pytest_smpipeline._wire.undelivered import Undelivered
    from pytest_smpipeline._wire.visitors import Visitor

_ENDED: Final = "This mock has ended: its records can still be read, but nothing can be added, scripted, started or stopped any more."

_Attempt: TypeAlias = tuple[Request, Instant, JsonObject, Payload | None, str | None, str | None]
"""What arrived when, its body, and what it was answered or which error it met."""


class Service:
    """An emulated SageMaker Pipelines for all accounts and regions of one mock.

    Everything that reads or changes its state holds ``lock``: doors may be used from any thread.
    """

    def __init__(self, options: Options, *, seed: str | int, play: Play, read_object: ReadObject, send_message: SendMessage) -> None:
        """Start empty, at the present of the wall clock."""
        self.lock = RLock()
        self.store = Store()
        self.ids = IdSource(seed)
        self.clock = Clock(wall_clock)
        performer = Performer(self.ids, play, read_object, fault_of)
        self.missing = performer.missing
        self.runner = Runner(self.clock, performer, send_message)
        self.pace = Pace(self.runner, options.progress)
        self._contexts: dict[tuple[str, str], Context] = {}
        self._calls: list[Call] = []
        self._attempts: list[_Attempt] = []
        self.faults = Faults()
        self.listeners = Listeners(self.store.changes)
        self.timers = Timers()
        self.undelivered: list[Undelivered] = []
        self._seen = self.clock.now()
        self.visitors: list[Visitor] = []
        self._options = options
        self._read_object = read_object
        self.ended = False
        self._passing = False

    @property
    def options(self) -> Options:
        """The options in force; nested activations change them."""
        return self._options

    @options.setter
    def options(self, options: Options) -> None:
        self._options = options
        self.pace.mode = options.progress

    @property
    def calls(self) -> list[Call]:
        """Every attempt of a caller, oldest first; made when somebody looks, which few tests do."""
        with self.lock:
            for request, time, body, response, code, message in self._attempts:
                where = request.region, request.account_id
                self._calls.append(Call(request.operation, body, response, code, message, *where, to_datetime(time)))
            self._attempts.clear()
            return self._calls

    def handles(self, operation: str, body: bytes | str) -> bool:
        """Return whether this operation of SageMaker is answered here; the body is read only where others answer it too."""
        return operation in OPERATIONS or (operation in SHARED and _concerns_pipelines(operation, body))

    def travels_express(self, operation: str) -> bool:
        """Return whether calls of this operation need not take the full road through botocore, where a fault may meet them."""
        return self._options.wire == "express" and not self.faults.await_operation(operation)

    def answer(self, request: Request) -> Answer:
        """Answer a request and record it; whatever is wrong with it becomes an error of the service.

        What a callable raises that the test has scripted goes through, recorded as well; so does a fault that is an exception.
        """
        with self.lock:
            now = self.clock.now()
            body: JsonObject = {}
            try:
                body = parse_body(request.body) if request.content is None else request.content
                self._meet_fault(request, body)
                payload = self.perform(request.operation, body, request.region, request.account_id)
            except ServiceError as refusal:
                self._attempts.append((request, now, body, None, refusal.code, refusal.message))
                return self._refusal(request.operation, refusal)
            except BaseException as error:
                self._attempts.append((request, now, body, None, type(error).__name__, str(error)))
                raise
            else:
                self._attempts.append((request, now, body, payload, None, None))
                return self._answer(200, payload)
            finally:
                self.listeners.tell()

    def perform(self, operation: str, body: JsonObject, region: str, account_id: str) -> Payload:
        """Return what an operation answers, unrecorded.

        Raises ``ServiceError`` when the service would refuse, and then nothing has changed.
        """
        perform = ANSWERED.get(operation)
        if perform is None:
            named = f"The operation {operation} is not one of SageMaker Pipelines."
            message = named if operation else "The request names no operation: it has no header X-Amz-Target that begins with SageMaker."
            raise ServiceError("UnknownOperationException", message)
        shape = service_model.current().input_shape(operation)
        validate(shape, body)
        # What the installed model does not know has not been validated.
        request = body
        if not body.keys() <= shape.members.keys():
            request = {member: value for member, value in body.items() if member in shape.members}
        with self.lock:
            self.catch_up()
            try:
                return perform(self.context(region, account_id), request)
            finally:
                self._hold_time()

    def before_moto(self, operation: str, body: bytes | str) -> Answer | None:
        """Let the visitors of moto know that it is about to answer one of SageMaker's other operations; return an answer of theirs."""
        with self.lock:
            self.catch_up()
            try:
                answers = [visitor.before(operation, body) for visitor in self.visitors]
            except ServiceError as refusal:
                return self._refusal(operation, refusal)
            return next((self._answer(200, payload) for payload in answers if payload is not None), None)

    def after_moto(self, operation: str) -> None:
        """Let the visitors of moto know that it has answered."""
        with self.lock:
            for visitor in self.visitors:
                visitor.after(operation)

    def context(self, region: str, account_id: str) -> Context:
        """Return the surroundings of calls by this account in this region."""
        known = self._contexts.get((account_id, region))
        if known is None:
            known = self._contexts[account_id, region] = Context(
                territory=self.store.territory(account_id, region),
                ids=self.ids,
                runner=self.runner,
                pace=self.pace,
                limit=self._limit,
                read_object=self._read_object,
                job_shape=service_model.current().input_shape,
                answer_shape=service_model.current().output_shape,
            )
        return known

    def _limit(self, name: str) -> int:
        return self._options.limit(name)  # of the options in force when somebody asks

    def catch_up(self) -> None:
        """Apply what is due by now, unless the mock has ended: then everything keeps its last state.

        Timers go off when one was due since the last look; what an execution took of their time lies before that.
        """
        if not self.ended:
            with self.lock:
                now = self.clock.now()
                with_timers, is_active = self.timers.is_due_between(self._seen, now), self.store.is_active()
                if with_timers or (is_active and self.runner.due_by(now) is not None):
                    self._pass_until(now, with_timers=with_timers)
                elif is_active:
                    self._hold_time()

    def now(self) -> Instant:
        """Return the present of the virtual clock."""
        return self.clock.now()

    def advance(self, milliseconds: int) -> None:
        """Move the virtual clock forward and apply each change at the instant it is due, unless the mock has ended."""
        with self.lock:
            self.reach(self.clock.now() + milliseconds)

    def reach(self, instant: Instant) -> None:
        """Move the virtual clock forward to an instant, unless that has passed or the mock has ended."""
        with self.lock:
            if not self.ended:
                self._pass_until(instant, with_timers=True)

    def run_until_idle(self) -> None:
        """Move the virtual clock from change to change until nothing is due any more."""
        with self.lock:
            self.runner.run_until_idle()
            self._moved()

    def ensure_active(self) -> None:
        """Raise ``UsageError`` when the mock has ended: what acts on it now would reach the real service."""
        if self.ended:
            raise UsageError(_ENDED)

    def forget(self) -> None:
        """Forget all pipelines and executions, as a reset of moto does; records keep their last state, and scripts and faults stay."""
        with self.lock:
            if not self.ended:
                self.store.forget()
                self._contexts.clear()
                self.runner.forget()
                for visitor in self.visitors:
                    visitor.forget()
                self._hold_time()

    def end(self) -> None:
        """Freeze the state: records stay readable and change no more."""
        self.ended = True
        self._contexts.clear()  # they refer back to us

    def _pass_until(self, instant: Instant, *, with_timers: bool) -> None:
        """Let everything happen that is due by ``instant``, one thing after the other, and let everybody hear of it in between."""
        if not self._passing:
            self._passing = True
            try:
                while self._pass_next(instant, with_timers=with_timers):
                    self._moved()
            finally:
                self._passing = False
        self.runner.run_until(instant)
        self._moved()

    def _pass_next(self, instant: Instant, *, with_timers: bool) -> bool:
        change = self.runner.due_by(instant)
        timer = self.timers.due_by(instant) if with_timers else None
        if timer is None or (change is not None and change <= timer):
            if change is not None:
                self.runner.run_until(change)
            return change is not None
        self.runner.run_until(timer)
        self.timers.go_off(timer)
        return True

    def _moved(self) -> None:
        self._hold_time()
        self.listeners.tell()

    def _hold_time(self) -> None:
        # Whoever freezes time between two executions means that time; while one runs it only goes forward.
        if self.store.is_active():
            self.clock.hold()
        else:
            self.clock.release()
        self._seen = self.clock.now()

    def _meet_fault(self, request: Request, body: JsonObject) -> None:
        """Raise the error that the test has queued for this attempt, if any, before anything else looks at it."""
        if not self.faults.await_operation(request.operation):
            return

        def owner_of(token: str) -> str | None:
            execution, _ = self.store.territory(request.account_id, request.region).callbacks.get(token, (None, None))
            return None if execution is None else execution.pipeline.name

        error = self.faults.take(request.operation, named_pipeline(body, owner_of), request.url)
        if error is not None:
            raise error

    def _refusal(self, operation: str, refusal: ServiceError) -> Answer:
        modelled = operation in ANSWERED and refusal.code in service_model.current().error_codes(operation)
        return self._answer(refusal.status, dict(error_payload(refusal, modelled=modelled)))

    def _answer(self, status: int, payload: Payload) -> Answer:
        return Answer(status, payload, headers=headers(self.ids.request_id()))


def _concerns_pipelines(operation: str, body: bytes | str) -> bool:
    try:
        return SHARED[operation].concerns(parse_body(body))
    except ServiceError:
        return False
