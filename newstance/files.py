"""Reading files with errors a user understands, and replacing files and folders in one step.

A reader of a path sees either what was there before or all of what is there now. A writer that is
interrupted leaves nothing behind; one that is killed leaves a folder ``.newstance-*`` beside it.
"""

import contextlib
import ctypes
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from newstance.errors import NewstanceError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, line ends as they are, without a byte order mark.

    Raises NewstanceError for a missing file, a folder, or bytes that are not UTF-8 text.
    """
    return decode(read_bytes(path), name=str(path))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; raises NewstanceError if it is missing, a folder, or unreadable."""
    with telling_unreadable(path):
        return path.read_bytes()


@contextlib.contextmanager
def telling_unreadable(path: Path) -> Iterator[None]:
    """Raise NewstanceError for what the system says of a file that cannot be opened."""
    try:
        yield
    except FileNotFoundError:
        raise NewstanceError(f"{path}: there is no such file; check the path.") from None
    except IsADirectoryError:
        raise NewstanceError(f"{path}: is a folder; give a file.") from None
    except OSError as error:
        raise NewstanceError(
            f"{path}: cannot be read ({error.strerror}); check its permissions."
        ) from error


def encoding_from(line: int) -> str:
    """The encoding of a file from a line on: a byte order mark may stand before its first."""
    return "utf-8-sig" if line == 1 else "utf-8"


def decode(data: bytes, *, name: str, first_line: int = 1) -> str:
    """The text of UTF-8 bytes; an error calls their place ``name``, line ``first_line`` on."""
    if b"\0" in data:
        raise NewstanceError(
            f"{name}: is a binary file; only plain text in UTF-8 can be read: export it as text."
        )
    try:
        return data.decode(encoding_from(first_line))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + first_line
        raise NewstanceError(
            f"{name} line {line}: byte 0x{data[error.start]:02x} is not UTF-8; "
            "save the file as UTF-8 and try again."
        ) from None


@contextlib.contextmanager
def replacing_file(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of ``path`` when the block ends without error.

    A link is followed, the mode of an old file kept; a device or pipe is written to as it is.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        if target.is_dir():
            raise NewstanceError(f"{path}: is a folder; give a file.")
        yield target
        return
    with work_folder(target) as folder:
        partial = folder / target.name
        yield partial
        if target.exists():
            shutil.copymode(target, partial)
        partial.replace(target)


@contextlib.contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """An empty folder that takes the place of ``path`` when the block ends without error.

    On Linux the two are exchanged by one system call. Elsewhere the old folder is first moved
    aside, and moved back if the new one cannot take its place. A link is followed.
    """
    path = path.resolve()
    with work_folder(path) as folder:
        partial = folder / "new"
        partial.mkdir()
        yield partial
        if not path.exists():
            partial.rename(path)
        elif not _exchange(partial, path):
            aside = folder / "old"
            path.rename(aside)
            try:
                partial.rename(path)
            except OSError:
                aside.rename(path)
                raise


@contextlib.contextmanager
def work_folder(path: Path) -> Iterator[Path]:
    """A new folder beside ``path``, on the same file system, that is gone when the block ends."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".newstance-", dir=path.parent))
    except OSError as error:
        raise NewstanceError(
            f"{path}: cannot be written ({error.strerror}); choose a folder that you may write to."
        ) from error
    try:
        yield folder
    except OSError as error:
        raise NewstanceError(
            f"{path}: cannot be written ({error.strerror}); nothing was changed there."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Whether the kernel could exchange two paths in one step (renameat2, Linux 3.15)."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    done = renameat2(
        _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), ctypes.c_uint(_RENAME_EXCHANGE)
    )
    return bool(done == 0)
