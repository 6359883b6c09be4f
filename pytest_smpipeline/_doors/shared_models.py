"""Service models that all sessions share: a new session's client does not parse megabytes once more.

A session of botocore parses the models of its clients itself, and forgets them with itself; for SageMaker's client that is four fifths
of the time. While the doors are open, files are parsed once in a process and every session gets copies of its own, made as it reads.
The patched places are ``JSONFileLoader._load_file``, which parses one file, and ``Loader.list_available_services``, which looks into
hundreds of folders. A file is told by its path and by what the system says of its content, so a model in ``AWS_DATA_PATH`` or
``~/.aws/models`` is read where it lies, by those sessions alone that look there.
"""

import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from pytest_smpipeline._doors.imports import imported
from pytest_smpipeline._doors.own_copies import own_copy
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo

if TYPE_CHECKING:
    from botocore.loaders import JSONFileLoader, Loader

LoadFile: TypeAlias = Callable[["JSONFileLoader", str, Callable[..., object]], object]
ListServices: TypeAlias = Callable[["Loader", str], list[str]]
Signature: TypeAlias = tuple[int, int, int, int]

_lock: Final = threading.RLock()
_parsed: Final[dict[str, tuple[Signature, object]]] = {}
_listed: Final[dict[tuple[str, ...], list[str]]] = {}


class SharedModels:
    """The patch of how botocore's loaders read a file."""

    def __init__(self, on_load: Callable[[], None]) -> None:
        """Patch nothing yet; ``on_load`` is called before a file is loaded."""
        self._on_load = on_load

    def open(self, undo: Undo) -> None:
        """Let sessions share; after the end each parses for itself again, and keeps what it has."""
        on_load = self._on_load

        # A quoted annotation, since this one would be worked out at every activation, which takes as long as the patch.
        def load_file(loader: "JSONFileLoader", full_path: str, open_method: "Callable[..., object]") -> object:
            on_load()
            signature = _signature(full_path)
            if signature is None:
                return seam.beneath(loader, full_path, open_method)
            with _lock:  # two threads need not parse the same
                known = _parsed.get(full_path)
                if known is None or known[0] != signature:
                    known = _parsed[full_path] = signature, seam.beneath(loader, full_path, open_method)
            return own_copy(known[1])

        seam: Seam[LoadFile] = Seam(imported("botocore.loaders", "JSONFileLoader"), "_load_file", load_file)
        seam.open(undo)


class ServiceLists:
    """The patch of how botocore's loaders list services."""

    def open(self, undo: Undo) -> None:
        """Let sessions share; after the end each looks for itself again, and keeps what it has."""

        def list_available_services(loader: "Loader", type_name: str) -> list[str]:
            folders = _installed_folders(loader)
            if folders is None:
                return seam.beneath(loader, type_name)
            known = _listed.get((type_name, *folders))
            if known is None:
                known = _listed[type_name, *folders] = seam.beneath(loader, type_name)
            return list(known)

        seam: Seam[ListServices] = Seam(imported("botocore.loaders", "Loader"), "list_available_services", list_available_services)
        seam.open(undo)


def forget() -> None:
    """Give the memory back; what sessions have got is theirs."""
    with _lock:
        _parsed.clear()
        _listed.clear()


def _signature(path: str) -> Signature | None:
    """Return what changes with a file's content; None when there is no file."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _installed_folders(loader: "Loader") -> list[str] | None:
    """Return the folders in which a loader finds models; None unless they are botocore's and boto3's own, read by botocore's means."""
    from botocore.loaders import JSONFileLoader, Loader

    if (type(loader), type(loader.file_loader)) != (Loader, JSONFileLoader):
        return None
    boto3 = getattr(sys.modules.get("boto3"), "__file__", None) or ""
    installed = {Loader.BUILTIN_DATA_PATH, str(Path(boto3).parent / "data")}
    folders = [path for path in loader.search_paths if Path(path).is_dir()]
    return folders if installed.issuperset(folders) else None
