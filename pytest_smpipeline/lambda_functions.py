"""Lambda functions that a test writes in Python: they answer the Lambda steps that call them."""

import inspect
import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar, overload

from pytest_smpipeline._definition.nodes import OutputParameter
from pytest_smpipeline._definition.parameters import ParameterValueError
from pytest_smpipeline._engine.attempts import Attempt
from pytest_smpipeline._engine.declared_outputs import typed_output
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.failures import shown
from pytest_smpipeline.outcomes import Fail, Outcome, StepContext, Succeed
from pytest_smpipeline.values import Json

Function: TypeAlias = Callable[..., object]
"""Takes the event, or the event and a ``LambdaContext`` as Lambda itself calls it; returns what has a JSON text."""

F = TypeVar("F", bound=Function)

_NAME: Final = re.compile(
    r"(?P<owner>arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:)?(?P<name>[A-Za-z0-9-_]{1,64})(?::(?P<qualifier>[A-Za-z0-9$_-]+))?"
)
_STEP_LIMIT: Final = 600_000
"""What the service gives a Lambda step at most, in milliseconds: developer guide, Lambda step."""


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """What a function that takes two arguments gets as the second: as much of Lambda's context as a step determines."""

    function_name: str
    function_version: str
    invoked_function_arn: str
    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that a step may take; nothing of it is ever used up."""
        return _STEP_LIMIT


class LambdaFunctions:
    """The functions of one mock by name or ARN; steps that call none of them come out as the script says.

    Lambda steps that nobody scripted either call the function with their ARN in moto, where ``elsewhere`` finds one.
    """

    def __init__(
        self,
        scripted: Callable[[str, str, Callable[[], StepContext]], Outcome | None],
        elsewhere: Callable[[str], Function | None],
    ) -> None:
        """Know no function yet."""
        self._scripted = scripted
        self._elsewhere = elsewhere
        self._functions: dict[str, Function] = {}

    def write(self, name: str, function: Function) -> None:
        """Let a function answer from now on; a later one of the same name replaces it.

        Raises ``UsageError`` for what can't be called with an event.
        """
        if not callable(function) or inspect.iscoroutinefunction(function) or _arity(function) is None:
            message = (
                f"on_lambda({name!r}) takes a function that can be called with an event, or with an event and a context, not "
                f"{shown(function)}. Write def {name.rpartition(':')[2].replace('-', '_')}(event): ..."
            )
            raise UsageError(message)
        self._functions[name] = function

    def play(self, attempt: Attempt, context: Callable[[], StepContext]) -> Outcome | None:
        """Return what an attempt comes to: of a Lambda step what its function returns, of all others what was scripted."""
        arn = attempt.setting("FunctionArn") if attempt.step.type == "Lambda" else ""
        function = self._find(arn) if self._functions else None
        if function is None:
            outcome = self._scripted(attempt.execution.pipeline.arn, attempt.step.name, context)
            function = self._elsewhere(arn) if arn and outcome is None else None
            if function is None:
                return outcome
        return _answer(function, arn, attempt)

    def _find(self, arn: str) -> Function | None:
        parts = _NAME.fullmatch(arn)
        if parts is None:
            return None
        owner, name, qualifier = parts["owner"] or "", parts["name"], parts["qualifier"]
        whole = [owner + name, name]
        qualified = [f"{each}:{qualifier}" for each in whole] if qualifier else []
        return next((self._functions[each] for each in [*qualified, *whole] if each in self._functions), None)


class AnswersLambdas:
    """The part of a mock that answers Lambda steps with Python."""

    def __init__(self, service: Service, functions: LambdaFunctions) -> None:
        """Write functions into ``functions`` while the service is active."""
        self._service = service
        self._functions = functions

    @overload
    def on_lambda(self, function: str, /) -> Callable[[F], F]: ...
    @overload
    def on_lambda(self, function: str, answer: F, /) -> F: ...
    def on_lambda(self, function: str, answer: F | None = None, /) -> Callable[[F], F] | F:
        """Answer the Lambda steps that call this function with Python: ``@smp.on_lambda("score")``, or ``smp.on_lambda("score", answer)``.

        ``function`` is a name or an ARN, with or without a version or alias. ``answer`` is called with the resolved Arguments of
        the step, as the event; when it needs a second argument it gets a ``LambdaContext``, as a real handler does. The members
        of the dict that it returns are the OutputParameters that the step declares, typed as declared; others are ignored. What
        it raises fails the step. It answers before any script of the step; a later function of the same name replaces it.

        Raises ``UsageError`` for what is no name of a function, and for what can't be called so.
        """
        __tracebackhide__ = True
        self._service.ensure_active()
        _check_name(function)
        if answer is not None:
            self._functions.write(function, answer)
            return answer

        def register(answer: F) -> F:
            __tracebackhide__ = True
            self._functions.write(function, answer)
            return answer

        return register


def _check_name(name: str) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        message = (
            f"on_lambda() takes the name or the ARN of a Lambda function, not {name!r}. "
            "Write @smpipeline.on_lambda('score'), or smpipeline.on_lambda('score', function)."
        )
        raise UsageError(message)


def _arity(function: Function) -> int | None:
    """Return with how many arguments a function can be called, the event alone if possible; None when it can't be called so."""
    try:
        signature = inspect.signature(function)
    except ValueError:  # some that are written in C have none
        return 1
    for number in (1, 2):
        try:
            signature.bind(*range(number))
        except TypeError:
            continue
        return number
    return None


def _answer(function: Function, arn: str, attempt: Attempt) -> Outcome:
    """Return what the step comes to that calls this function; an error of the function is the step's failure."""
    event = deepcopy(attempt.arguments)  # it shares its constant parts with the definition
    try:
        returned = function(event) if _arity(function) == 1 else function(event, _context(arn, attempt))
        value: Json = json.loads(json.dumps(returned))
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 # whatever a function raises is its failure
        return Fail(reason=f"Lambda function {arn} failed: {type(error).__name__}: {error}")
    declared = attempt.step.output_parameters
    if declared and not isinstance(value, dict):
        names = ", ".join(output.name for output in declared)
        return Fail(reason=f"Lambda function {arn} returned {shown(value)}, not an object with the outputs {names}.")
    try:
        return Succeed(outputs=_outputs(declared, value if isinstance(value, dict) else {}))
    except ParameterValueError as error:
        return Fail(reason=f"Output of Lambda function {arn}: {error}")


def _context(arn: str, attempt: Attempt) -> LambdaContext:
    parts: Any = _NAME.fullmatch(arn)  # only functions whose names fit are found
    return LambdaContext(parts["name"], parts["qualifier"] or "$LATEST", arn, attempt.ids.request_id())


def _outputs(declared: tuple[OutputParameter, ...], returned: Mapping[str, Json]) -> dict[str, Json]:
    """Return the declared outputs that a function returned, typed as declared; null is no value."""
    given = {output: returned.get(output.name) for output in declared}
    return {output.name: typed_output(output, value) for output, value in given.items() if value is not None}
