"""The files of news that are read: of which kinds, in which folders, with how many rows."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from newstance.errors import NewstanceError
from newstance.files import telling_unreadable

RECORDS = (".jsonl", ".ndjson")
TABLES = {".csv": ",", ".tsv": "\t"}
PARQUET = ".parquet"
ARTICLES = (".txt", ".md", "")
PAGES = (".html", ".htm")
ENDINGS = (*RECORDS, *TABLES, PARQUET, ".txt", ".md", *PAGES)


def find_files(paths: Iterable[Path], *, output: Path | None = None) -> list[Path]:
    """The files themselves and, in place of a folder, those within it that can be read, by name.

    In place of a pattern, as ``archive/*.csv``, stands what it matches. Hidden files, ``output``
    and the parts of runs are left out of a folder. Raises NewstanceError for a folder or a pattern
    with nothing to read, and for an input that is the output.
    """
    own = output.resolve() if output else None
    found = []
    for path in paths:
        if not path.exists() and set(str(path)) & set("*?["):
            found += find_files(_matching(path), output=output)
        elif path.is_dir():
            inside = [
                p for p in sorted(path.rglob("*")) if p.resolve() != own and _is_news(p, path)
            ]
            if not inside:
                raise NewstanceError(
                    f"{path}: no file in this folder can be read; it needs {', '.join(ENDINGS)}."
                )
            found += inside
        elif path.resolve() == own and path.is_file():
            raise NewstanceError(f"{path}: is input and output; write to another file.")
        else:
            found.append(path)
    return found


def _matching(pattern: Path) -> list[Path]:
    top = Path(pattern.anchor)
    matching = sorted(top.glob(str(pattern.relative_to(top))))
    if not matching:
        raise NewstanceError(f"{pattern}: no file matches this pattern; check the path.")
    return matching


def _is_news(path: Path, folder: Path) -> bool:
    names = path.relative_to(folder).parts
    is_hidden = any(name.startswith(".") or name.endswith(".parts") for name in names)
    return path.is_file() and not is_hidden and ending_of(path) in ENDINGS


def ending_of(path: Path) -> str:
    """The ending that tells the kind of file: that before ``.gz``, if there is one, of lines."""
    if path.suffix.lower() != ".gz":
        return path.suffix.lower()
    inner = path.with_suffix("").suffix.lower()
    return inner if inner in (*RECORDS, *TABLES) else ".gz"


def open_file(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked if it ends in ``.gz``."""
    with telling_unreadable(path):
        if path.suffix.lower() == ".gz":
            return cast(IO[bytes], gzip.open(path, "rb"))
        return path.open("rb")


@contextmanager
def telling_broken(path: Path | str) -> Iterator[None]:
    """Raise NewstanceError for what the unpacking of a gzip file says."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise NewstanceError(
            f"{path}: the gzip file is broken ({error}); compress it again."
        ) from None


def count_rows(files: Iterable[Path]) -> int | None:
    """About how many rows files hold, for telling progress; None if that cannot be told."""
    total = 0
    for path in files:
        try:
            total += _count(path)
        except (NewstanceError, ValueError, OSError):
            return None
    return total


def _count(path: Path) -> int:
    """Parquet tells its rows, lines are counted, an article is one; ValueError for pipes."""
    if not path.is_file():
        raise ValueError(f"{path} can be read only once")
    if ending_of(path) == PARQUET:
        from pyarrow import parquet

        return int(parquet.read_metadata(path).num_rows)
    if ending_of(path) not in (*RECORDS, *TABLES):
        return 1
    with open_file(path) as stream, telling_broken(path):
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(2**20), b""))
