"""Reading the JSON text of a definition: every text is either read, or refused with the reason and the place."""

import json
import math
import re
from typing import Final, NoReturn, cast

from pytest_smpipeline._definition.wording import printable
from pytest_smpipeline.values import Json

_STRING_OR_CONSTANT: Final = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<constant>-?Infinity|NaN)', re.DOTALL)


class JsonTextError(ValueError):
    """A text is not JSON, or not JSON that can be read; the message says why and, where known, at which character."""


def read_json(text: str) -> Json:
    """Return the value of a JSON text.

    Raises ``JsonTextError`` also for what Python alone would take (NaN, Infinity, numbers too large for a double) or fail on
    (numbers of more than 4,300 digits, thousands of nested brackets).
    """
    try:
        return cast("Json", json.loads(text, parse_constant=_refuse_constant, parse_float=_finite))
    except json.JSONDecodeError as error:
        raise JsonTextError(_worded(error)) from None
    except _ConstantError:
        place = next(match.start() for match in _STRING_OR_CONSTANT.finditer(text) if match["constant"])
        raise JsonTextError(_worded(json.JSONDecodeError("Expecting value", text, place))) from None
    except _NumberError as error:
        raise JsonTextError(str(error)) from None
    except RecursionError:
        message = "arrays and objects are nested too deeply"
        raise JsonTextError(message) from None
    except ValueError:
        # The only other one: Python refuses to convert a whole number of more digits than sys.get_int_max_str_digits() allows.
        message = "a whole number has too many digits"
        raise JsonTextError(message) from None


class _ConstantError(ValueError):
    """The text holds NaN or Infinity."""


class _NumberError(ValueError):
    """The text holds a number that no double can hold."""


def _worded(error: json.JSONDecodeError) -> str:
    return f"{error.msg} at line {error.lineno} column {error.colno} (char {error.pos})"


def _refuse_constant(name: str) -> NoReturn:
    raise _ConstantError(name)


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        message = f"the number {printable(digits)} is too large"
        raise _NumberError(message)
    return value
