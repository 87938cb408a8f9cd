"""Classified sentences to files: JSON lines, CSV, Parquet; and files of one table joined to one.

JSON lines hold the record as it is, the others a ``Table``; a part of one is a whole file too.
"""

import csv
import itertools
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from newstance.errors import NewstanceError
from newstance.records import Sentence, plain, to_line
from newstance.sources import PARQUET, RECORDS
from newstance.tables import Table

ROW_GROUP = 2**24  # bytes
ROWS_AT_ONCE = 4096

Write = Callable[[Iterable[Sentence]], None]


def check_ending(path: Path) -> None:
    """Raise NewstanceError for a file of a kind that cannot be written."""
    if path.suffix.lower() not in WRITERS:
        raise NewstanceError(
            f"{path}: files of this kind cannot be written; end it in {', '.join(WRITERS)}."
        )


def is_table(path: Path) -> bool:
    """Whether a file of this ending needs its columns before the first row."""
    return path.suffix.lower() not in RECORDS


def writing(path: Path, table: Table) -> AbstractContextManager[Write]:
    """A function that writes sentences, so many as memory holds, to a file of this ending."""
    check_ending(path)
    return WRITERS[path.suffix.lower()](path, table)


def join(parts: Sequence[Path], path: Path, table: Table) -> None:
    """Write the rows of all parts, files of one ending and table, to one file."""
    if path.suffix.lower() == PARQUET:
        _join_row_groups(parts, path, table)
    else:
        _join_bytes(parts, path, table)


def _join_bytes(parts: Sequence[Path], path: Path, table: Table) -> None:
    with writing(path, table):
        pass
    header = path.stat().st_size
    with path.open("ab") as whole:
        for part in parts:
            with part.open("rb") as stream:
                stream.seek(header)
                shutil.copyfileobj(stream, whole, 2**20)


def _join_row_groups(parts: Sequence[Path], path: Path, table: Table) -> None:
    from pyarrow import parquet

    with _row_groups(path, table.schema()) as write:
        for part in parts:
            with parquet.ParquetFile(part) as rows:
                for number in range(rows.num_row_groups):
                    write(rows.read_row_group(number))


@contextmanager
def _writing_jsonl(path: Path, _table: Table) -> Iterator[Write]:
    with path.open("w", encoding="utf-8") as stream:
        yield lambda sentences: stream.writelines(f"{to_line(s)}\n" for s in sentences)


@contextmanager
def _writing_csv(path: Path, table: Table) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(table.names)
        yield lambda sentences: writer.writerows(map(_to_cell, table.to_row(s)) for s in sentences)


def _to_cell(value: Any) -> Any:
    """A value as CSV holds it: what is no text, number or truth as in JSON."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=plain)
    return value if isinstance(value, str | int | float | None) else plain(value)


@contextmanager
def _writing_parquet(path: Path, table: Table) -> Iterator[Write]:
    import pyarrow as pa

    schema = table.schema()

    def write(sentences: Iterable[Sentence]) -> None:
        rows = map(table.to_row, sentences)
        while some := list(itertools.islice(rows, ROWS_AT_ONCE)):
            columns = zip(schema, zip(*some, strict=True), strict=True)
            arrays = [pa.array(values, field.type) for field, values in columns]
            write_rows(pa.Table.from_arrays(arrays, schema=schema))

    with _row_groups(path, schema) as write_rows:
        yield write


@contextmanager
def _row_groups(path: Path, schema: Any) -> Iterator[Callable[[Any], None]]:
    """A function that writes Arrow tables, small ones together as one row group."""
    import pyarrow as pa
    from pyarrow import parquet

    held: list[Any] = []

    def write(table: Any) -> None:
        held.append(table)
        if sum(table.nbytes for table in held) >= ROW_GROUP:
            flush()

    def flush() -> None:
        writer.write_table(pa.concat_tables(held))
        held.clear()

    try:
        with parquet.ParquetWriter(path, schema) as writer:
            yield write
            if held:
                flush()
    except pa.ArrowException as error:
        raise NewstanceError(
            f"{path.name}: a column holds what Parquet cannot ({error}); write .jsonl instead."
        ) from None


WRITERS: dict[str, Callable[[Path, Table], AbstractContextManager[Write]]] = {
    ".jsonl": _writing_jsonl,
    ".csv": _writing_csv,
    PARQUET: _writing_parquet,
}
