"""moto's reset API: whoever resets moto resets pipelines with it.

``POST http://motoapi.amazonaws.com/moto-api/reset`` and ``moto_api_backend.reset()`` forget the data of all services. moto also
empties itself whenever its outermost ``mock_aws`` starts, and for that pipelines stay: they belong to an activation of their own,
which may have begun before moto was needed at all.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from pytest_smpipeline._doors.imports import imported
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._wire.dispatch import Service

Reset: TypeAlias = Callable[[object], None]

RESETS: Final = "moto.moto_api._internal.models"


def open_resets(service: Service, undo: Undo) -> None:
    """Let a reset of moto reset this service too until ``undo`` runs."""

    def reset(backend: object) -> None:
        seam.beneath(backend)
        service.forget()

    seam: Seam[Reset] = Seam(imported(RESETS, "MotoAPIBackend"), "reset", reset)
    seam.open(undo)
