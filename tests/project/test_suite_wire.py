"""The suite runs twice, and the second time every mock that names no wire takes the full road."""

import os

from pytest_smpipeline import SMPipelineMock, mock_smpipeline

WIRE = os.environ.get("SMPIPELINE_SUITE_WIRE", "express")


def test_mocks_without_options_take_the_road_that_the_suite_says(smpipeline: SMPipelineMock) -> None:
    """The fixture's as well as those that nest in it, and those that stand alone."""
    assert smpipeline._service.options.wire == WIRE
    with mock_smpipeline() as nested:
        assert nested._service.options.wire == WIRE


def test_mocks_with_other_options_do_so_too() -> None:
    """Their wire is the default one."""
    with mock_smpipeline(region="eu-west-1") as alone:
        assert alone._service.options.wire == WIRE
