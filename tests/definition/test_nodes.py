"""The values a definition is made of."""

import dataclasses

import pytest

from pytest_smpipeline._definition import expressions, nodes


def test_nodes_are_frozen_and_slotted() -> None:
    """A definition is shared by all who parse the same text: its values cannot be changed and take no further attributes."""
    values = {**vars(nodes), **vars(expressions)}.values()
    classes = [value for value in values if isinstance(value, type) and dataclasses.is_dataclass(value)]
    assert len(classes) > 10
    for kind in classes:
        assert "__slots__" in vars(kind), kind
        assert kind.__dataclass_params__.frozen, kind  # type: ignore[attr-defined]


def test_a_step_needs_only_a_name_and_a_type() -> None:
    """Everything else of a step has a default, and none of the defaults is shared in a way that could be changed."""
    step = nodes.Step(name="A", type="Training")
    assert (step.arguments, step.property_files, step.settings) == ({}, {}, {})
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.name = "B"  # type: ignore[misc]
