"""The aliases of pipeline versions: what they may be, which version may carry them, and how many."""

from typing import Final

from pytest_smpipeline._state.entities import PipelineState, VersionState
from pytest_smpipeline.exceptions import resource_not_found, validation_exception

_MOST: Final = 10


def check_new_aliases(pipeline: PipelineState, aliases: tuple[str, ...]) -> None:
    """Raise ``ValidationException`` for the first alias that no version of the pipeline may be given.

    An alias isn't a number, so that it can't be mistaken for a version's id, and belongs to one version only.
    """
    for alias in aliases:
        if alias.isdecimal():
            message = f"Pipeline version alias '{alias}' can't consist of numbers only."
            raise validation_exception(message)
        if aliases.count(alias) > 1 or pipeline.aliased(alias) is not None:
            message = f"Pipeline version alias '{alias}' must be unique within the pipeline."
            raise validation_exception(message)


def changed_aliases(pipeline: PipelineState, version: VersionState, add: tuple[str, ...], remove: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a version's aliases become: those that stay in their order, then the new ones.

    Raises ``ValidationException`` for an alias to be both added and removed, for one that can't be added and for too many of
    them, and ``ResourceNotFound`` for one to be removed that the version does not carry, or no longer carries.
    """
    for alias in add:
        if alias in remove:
            message = f"Pipeline version alias '{alias}' can't be both added and removed."
            raise validation_exception(message)
    for alias in remove:
        if alias not in version.aliases or remove.count(alias) > 1:
            message = f"Pipeline version alias '{alias}' of version '{version.number}' of pipeline '{pipeline.arn}' does not exist."
            raise resource_not_found(message)
    check_new_aliases(pipeline, add)
    aliases = (*(alias for alias in version.aliases if alias not in remove), *add)
    if len(aliases) > _MOST:
        message = f"A pipeline version can have up to {_MOST} aliases; version '{version.number}' would have {len(aliases)}."
        raise validation_exception(message)
    return aliases
