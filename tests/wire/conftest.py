"""The model that is installed, for the tests of the wire."""

from collections.abc import Callable

import pytest

from pytest_smpipeline._wire import service_model
from pytest_smpipeline._wire.service_model import SageMakerModel
from pytest_smpipeline.shapes import Shape


@pytest.fixture(scope="session")
def model() -> SageMakerModel:
    """SageMaker's model as the installed botocore has it."""
    return service_model.current()


@pytest.fixture(scope="session")
def shapes_within() -> Callable[[Shape], set[Shape]]:
    """Return the function that gathers a shape and every shape below it."""

    def gather(shape: Shape, seen: set[Shape] | None = None) -> set[Shape]:
        seen = set() if seen is None else seen
        if shape not in seen:
            seen.add(shape)
            for below in (*shape.members.values(), *([shape.element] if shape.element else [])):
                gather(below, seen)
        return seen

    return gather
