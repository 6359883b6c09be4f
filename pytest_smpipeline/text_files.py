"""Files that a test names: where they are looked for, and their text."""

from pathlib import Path

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.failures import shown
from pytest_smpipeline.pytest_session import search_folders


def read_text(path: Path, what: str, *, otherwise: str = "") -> tuple[Path, str]:
    """Return where a file was found and its text; a relative path counts from the current folder, then from pytest's root.

    ``what`` says in messages which kind of file it is. Raises ``UsageError`` for a file that is not there, with the folders that
    were searched and then ``otherwise``, and for one that is not UTF-8.
    """
    # A path that is absolute leads to the same file from every folder.
    candidates = list(dict.fromkeys(folder / path for folder in search_folders()))
    found = next((candidate for candidate in candidates if _is_file(candidate)), None)
    if found is None:
        tried = " and ".join(shown(str(candidate)) for candidate in candidates)
        message = f"There is no {what} file {shown(str(path))}; looked for {tried}.{otherwise}"
        raise UsageError(message)
    try:
        return found, found.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"The {what} file {str(found)!r} is not UTF-8: {error.reason} at byte {error.start}. Save it as UTF-8."
        raise UsageError(message) from error


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # longer than any name can be
        return False
