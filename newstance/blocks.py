"""Files cut into blocks: whole rows as raw bytes, which another process can parse.

Cutting looks for line feeds and quotes and parses nothing, so that one process feeds many. Blocks
are cut by bytes, so that long rows take no more memory than short ones.
"""

import csv
import itertools
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from newstance.errors import NewstanceError
from newstance.files import decode, telling_unreadable
from newstance.sources import (
    ARTICLES,
    ENDINGS,
    PAGES,
    PARQUET,
    RECORDS,
    TABLES,
    ending_of,
    open_file,
    telling_broken,
)

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

BLOCK = 2**20
LONGEST_ROW = 2**23
LONGEST_ARTICLE = 2**24
ROWS_AT_ONCE = 256


@dataclass(frozen=True)
class Block:
    """Rows of a file as they stand there; for an article, its whole file, not yet read.

    ``first`` is the number of the first line, in Parquet of the first row; ``header`` holds a
    table's column names, ``data`` none of them. ``size`` is in bytes; blank lines count as rows.
    """

    path: Path
    data: bytes
    first: int
    n_rows: int
    size: int
    header: tuple[str, ...] = ()


def chunks(files: Iterable[Path]) -> Iterator[tuple[Block, ...]]:
    """The blocks of files in their order, small ones together."""
    held: list[Block] = []
    size = 0
    for block in itertools.chain.from_iterable(map(cut, files)):
        held.append(block)
        size += block.size
        if size >= BLOCK:
            yield tuple(held)
            held, size = [], 0
    if held:
        yield tuple(held)


def cut(path: Path) -> Iterator[Block]:
    """The blocks of a file; of a table at least one, which may hold no row.

    Raises NewstanceError for a file of another kind, one that cannot be read, and for a row or an
    article that is too long.
    """
    ending = ending_of(path)
    if ending in RECORDS:
        return _cut_lines(path)
    if ending in TABLES:
        return _cut_table(path, TABLES[ending])
    if ending == PARQUET:
        return _cut_parquet(path)
    if ending in (*ARTICLES, *PAGES):
        return _whole(path)
    raise NewstanceError(
        f"{path}: files of this kind cannot be read; give one of {', '.join(ENDINGS)}."
    )


def _whole(path: Path) -> Iterator[Block]:
    with telling_unreadable(path):
        size = path.stat().st_size
    if size > LONGEST_ARTICLE:
        raise NewstanceError(
            f"{path}: is no article, but {size:,} bytes long, of which {LONGEST_ARTICLE:,} can be "
            "read whole; split it, or write a row of .jsonl for each of its texts."
        )
    yield Block(path, b"", 1, 1, size)


def _cut_lines(path: Path) -> Iterator[Block]:
    first = 1
    with open_file(path) as stream, telling_broken(path):
        while data := stream.read(BLOCK):
            rest = stream.readline(LONGEST_ROW)
            data += rest
            n_lines = data.count(b"\n")
            if len(rest) == LONGEST_ROW and not rest.endswith(b"\n"):
                raise _too_long(path, first + n_lines)
            yield Block(path, data, first, n_lines + (not data.endswith(b"\n")), len(data))
            first += n_lines


def _cut_table(path: Path, separator: str) -> Iterator[Block]:
    with open_file(path) as stream, telling_broken(path):
        records = _records(_lines(stream, path), separator)
        head = next(records, b"")
        header = _parse_header(head, separator, path)
        first = 1 + head.count(b"\n")
        held: list[bytes] = []
        size = 0
        for record in records:
            held.append(record)
            size += len(record)
            if size >= BLOCK:
                yield Block(path, data := b"".join(held), first, len(held), size, header)
                first += data.count(b"\n")
                held, size = [], 0
        if held or first == 1 + head.count(b"\n"):
            yield Block(path, b"".join(held), first, len(held), size, header)


def _parse_header(head: bytes, separator: str, path: Path) -> tuple[str, ...]:
    try:
        lines = decode(head, name=str(path)).split("\n")
        return tuple(next(csv.reader(lines, delimiter=separator, strict=True), ()))
    except csv.Error as error:
        raise NewstanceError(f"{path} line 1: is no header of a table ({error}).") from None


def _lines(stream: IO[bytes], path: Path) -> Iterator[bytes]:
    for number, line in enumerate(iter(lambda: stream.readline(LONGEST_ROW), b""), 1):
        if len(line) == LONGEST_ROW and not line.endswith(b"\n"):
            raise _too_long(path, number)
        yield line


def _records(lines: Iterator[bytes], separator: str) -> Iterator[bytes]:
    """The records of a table; a line feed between quotes does not end one."""
    csv.field_size_limit(LONGEST_ROW)
    for line in lines:
        yield line if b'"' not in line else _record(line, lines, separator)


def _record(line: bytes, lines: Iterator[bytes], separator: str) -> bytes:
    """The line, with those after it that belong to its record."""
    taken = []

    def told() -> Iterator[str]:
        for one in itertools.chain([line], lines):
            taken.append(one)
            yield one.decode("latin-1")

    with suppress(csv.Error):  # who parses the block meets it again, and tells where
        next(csv.reader(told(), delimiter=separator, strict=True), None)
    return b"".join(taken)


def _too_long(path: Path, line: int) -> NewstanceError:
    return NewstanceError(
        f"{path} line {line}: is longer than {LONGEST_ROW:,} bytes; write each row on its own line."
    )


def _cut_parquet(path: Path) -> Iterator[Block]:
    import pyarrow as pa
    from pyarrow import parquet

    open_file(path).close()
    try:
        # Without a buffer of its own size, a column's share of a row group is read at once.
        with parquet.ParquetFile(path, buffer_size=BLOCK, pre_buffer=False) as table:
            names = tuple(table.schema_arrow.names)
            first = 1
            for batches in _batches(table):
                data = _serialized(batches, table.schema_arrow)
                n_rows = sum(batch.num_rows for batch in batches)
                yield Block(path, data, first, n_rows, len(data), names)
                first += n_rows
            if first == 1:
                yield Block(path, _serialized([], table.schema_arrow), 1, 0, 0, names)
    except (pa.ArrowInvalid, OSError) as error:
        raise NewstanceError(
            f"{path}: is no whole Parquet file ({error}); write it again."
        ) from None


def _batches(table: "ParquetFile") -> Iterator[list[Any]]:
    """The record batches of a Parquet file, so many at once as make a block."""
    groups = [table.metadata.row_group(n) for n in range(table.num_row_groups)]
    longest = max((g.total_byte_size // max(1, g.num_rows) for g in groups), default=0)
    held: list[Any] = []
    n_rows = min(ROWS_AT_ONCE, max(1, BLOCK // (longest + 1)))
    for batch in table.iter_batches(n_rows, use_threads=False):
        held.append(batch)
        if sum(batch.nbytes for batch in held) >= BLOCK:
            yield held
            held = []
    if held:
        yield held


def _serialized(batches: list[Any], schema: Any) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as stream:
        for batch in batches:
            stream.write_batch(batch)
    return bytes(sink.getvalue())
