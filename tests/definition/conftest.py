"""Shared by the tests of the definition language: building definitions, and getting their refusals."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pytest_smpipeline._definition.expression_parser import ExpressionParser
from pytest_smpipeline._definition.expressions import Expression
from pytest_smpipeline._definition.nodes import Definition
from pytest_smpipeline._definition.parser import parse_definition
from pytest_smpipeline._definition.problems import DefinitionError, Problems
from pytest_smpipeline._definition.references import Unresolved
from pytest_smpipeline.values import Json


class DictScope:
    """A scope that knows what its mappings hold."""

    def __init__(self, **known: Mapping[Any, Json]) -> None:
        """Take mappings named parameters, variables, properties, files, objects and items."""
        self.known = known

    def _find(self, kind: str, key: object) -> Json:
        mapping = self.known.get(kind, {})
        if key not in mapping:
            raise Unresolved(f"no {kind} {key}")
        return mapping[key]

    def parameter(self, name: str, /) -> Json:
        """Return a parameter's value."""
        return self._find("parameters", name)

    def execution_variable(self, name: str, /) -> Json:
        """Return an execution variable."""
        return self._find("variables", name)

    def step_property(self, step: str, path: tuple[str | int, ...], /) -> Json:
        """Return a step's property."""
        return self._find("properties", (step, *path))

    def property_file(self, step: str, name: str, /) -> Json:
        """Return a property file's content."""
        return self._find("files", (step, name))

    def s3_object(self, uri: str, /) -> Json:
        """Return an object's content."""
        return self._find("objects", uri)

    def current_item(self, path: tuple[str | int, ...], /) -> Json:
        """Return the item of the iteration, or a part of it."""
        return self._find("items", path)


@pytest.fixture
def scope() -> Callable[..., DictScope]:
    """Return a maker of scopes out of mappings."""
    return DictScope


@pytest.fixture
def define() -> Callable[..., Definition]:
    """Return a function that parses a definition made of steps and other top-level members."""

    def define(*steps: object, **members: object) -> Definition:
        return parse_definition(json.dumps({"Version": "2020-12-01", "Steps": list(steps), **members}))

    return define


@pytest.fixture
def refusal(define: Callable[..., Definition]) -> Callable[..., DefinitionError]:
    """Return a function that parses the same, and returns the error."""

    def refusal(*steps: object, **members: object) -> DefinitionError:
        with pytest.raises(DefinitionError) as caught:
            define(*steps, **members)
        return caught.value

    return refusal


@pytest.fixture
def express() -> Callable[[Json], Expression]:
    """Return a function that turns JSON into an expression, which must have no problems."""

    def express(value: Json) -> Expression:
        problems = Problems()
        expression = ExpressionParser(problems).parse(value, "$")
        assert list(problems) == []
        return expression

    return express
