"""Rows from files: JSON lines, CSV, TSV, Parquet, articles as text or HTML, folders of these.

Files are read as streams, so that their size does not matter. A row that cannot be used comes out
as a ``BadRow`` in its place; what to do with it is the caller's choice.
"""

import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from newstance.errors import NewstanceError
from newstance.files import decode, read_text, telling_unreadable
from newstance.records import OWN_FIELDS, Sentence, parse_line
from newstance.text import split_article

RECORDS = (".jsonl", ".ndjson")
TABLES = {".csv": ",", ".tsv": "\t"}
ARTICLES = (".txt", ".md", "")
PAGES = (".html", ".htm")
ENDINGS = (*RECORDS, *TABLES, ".parquet", ".txt", ".md", *PAGES)
MAX_FIELD = 2**30


@dataclass(frozen=True)
class Columns:
    """Which columns of a row are text and context, and whether texts are whole articles."""

    text: str = "text"
    context: str = "context"
    split_sentences: bool = False


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used: what is wrong, with file and line, and what stands there."""

    message: str
    content: str


def find_files(paths: Iterable[Path], *, output: Path | None = None) -> list[Path]:
    """The files themselves and, in place of a folder, those within it that can be read, by name.

    Hidden ones, ``output`` and the parts of runs are left out of a folder. Raises NewstanceError
    for a folder with nothing to read, and for an input that is the output.
    """
    own = output.resolve() if output else None
    found = []
    for path in paths:
        if path.is_dir():
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


def _is_news(path: Path, folder: Path) -> bool:
    names = path.relative_to(folder).parts
    is_hidden = any(name.startswith(".") or name.endswith(".parts") for name in names)
    kinds = (*RECORDS, *TABLES) if path.suffix.lower() == ".gz" else ENDINGS
    return path.is_file() and not is_hidden and _ending(path) in kinds


def read_rows(path: Path, columns: Columns | None = None) -> Iterator[Sentence | BadRow]:
    """The rows of a file, by its ending (``.gz`` after it for lines); raises NewstanceError.

    An article is one sentence after the other, each with its context, the file's path as ``source``
    and its offsets as ``start`` and ``end``.
    """
    columns = columns or Columns()
    ending = _ending(path)
    if ending in RECORDS:
        return _split(_json_lines(path, columns), columns)
    if ending in TABLES:
        return _split(_table_rows(path, TABLES[ending], columns), columns)
    if ending == ".parquet" and path.suffix.lower() != ".gz":
        return _split(_parquet_rows(path, columns), columns)
    if ending in PAGES and path.suffix.lower() != ".gz":
        return _article(_page_text(path), {"source": str(path)})
    if ending in ARTICLES and path.suffix.lower() != ".gz":
        return _article(read_text(path), {"source": str(path)})
    raise NewstanceError(
        f"{path}: files of this kind cannot be read; give one of {', '.join(ENDINGS)}."
    )


def count_rows(files: Iterable[Path]) -> int | None:
    """About how many rows files hold, for telling progress; None if that cannot be told."""
    total = 0
    for path in files:
        try:
            total += _count(path)
        except (NewstanceError, ValueError, OSError, EOFError, zlib.error):
            return None
    return total


def _count(path: Path) -> int:
    """Parquet tells its rows, lines are counted; ValueError for others, as articles and pipes."""
    if not path.is_file() or _ending(path) not in (*RECORDS, *TABLES, ".parquet"):
        raise ValueError(f"{path} holds no rows to count")
    if path.suffix.lower() == ".parquet":
        from pyarrow import parquet

        return int(parquet.read_metadata(path).num_rows)
    with _open(path) as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(2**20), b""))


def read_lines(stream: IO[bytes], *, name: str) -> Iterator[Sentence]:
    """A sentence for each non-blank line of UTF-8; ``name`` is what an error calls the stream."""
    for _, line in _lines(stream, name):
        if line.strip():
            yield Sentence(line.strip())


def _ending(path: Path) -> str:
    """The ending that tells the kind of file: that before ``.gz``, if there is one."""
    plain = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return plain.suffix.lower()


def _lines(stream: IO[bytes], name: str) -> Iterator[tuple[int, str]]:
    """The lines of a stream with their numbers from 1, decoded; only line feeds end a line."""
    try:
        for number, line in enumerate(stream, 1):
            yield number, decode(line, name=name, first_line=number)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise NewstanceError(
            f"{name}: the gzip file is broken ({error}); compress it again."
        ) from None


def _open(path: Path) -> IO[bytes]:
    with telling_unreadable(path):
        if path.suffix.lower() == ".gz":
            return cast(IO[bytes], gzip.open(path, "rb"))
        return path.open("rb")


def _json_lines(path: Path, columns: Columns) -> Iterator[Sentence | BadRow]:
    with _open(path) as stream:
        for number, line in _lines(stream, str(path)):
            if line.strip():
                try:
                    yield parse_line(line, text_field=columns.text, context_field=columns.context)
                except ValueError as error:
                    yield BadRow(f"{path} line {number}: {error}.", line.strip())


def _table_rows(path: Path, separator: str, columns: Columns) -> Iterator[Sentence | BadRow]:
    csv.field_size_limit(MAX_FIELD)
    with _open(path) as stream:
        lines = (line for _, line in _lines(stream, str(path)))
        reader = csv.reader(lines, delimiter=separator, strict=True)
        try:
            header = next(reader, [])
            _check_header(path, header, columns)
            for row in reader:
                if len(row) == len(header):
                    yield _to_sentence(dict(zip(header, row, strict=True)), columns)
                elif row:
                    message = f"has {len(row)} fields, the header {len(header)}; mend the row"
                    place = f"{path} line {reader.line_num}"
                    yield BadRow(f"{place}: {message}.", separator.join(row))
        except csv.Error as error:
            raise NewstanceError(
                f"{path} line {reader.line_num}: is no row of a table ({error}); mend its quotes."
            ) from None


def _parquet_rows(path: Path, columns: Columns) -> Iterator[Sentence | BadRow]:
    import pyarrow as pa
    from pyarrow import parquet

    with _open(path):
        pass
    try:
        with parquet.ParquetFile(path) as table:
            _check_header(path, table.schema_arrow.names, columns)
            number = 0
            for batch in table.iter_batches(batch_size=2048):
                for row in batch.to_pylist():
                    number += 1
                    if isinstance(row[columns.text], str):
                        yield _to_sentence(row, columns)
                    else:
                        message = f"{path} row {number}: {columns.text!r} is no text; fill it in."
                        yield BadRow(message, "")
    except (pa.ArrowInvalid, OSError) as error:
        raise NewstanceError(
            f"{path}: is no whole Parquet file ({error}); write it again."
        ) from None


def _check_header(path: Path, header: list[str], columns: Columns) -> None:
    if columns.text not in header:
        raise NewstanceError(
            f"{path}: there is no column {columns.text!r}; it has {', '.join(header) or 'none'}: "
            "name the one that holds the text with --text-column."
        )
    if columns.context != Columns.context and columns.context not in header:
        raise NewstanceError(
            f"{path}: there is no column {columns.context!r}; it has {', '.join(header)}: "
            "name the one that holds the context with --context-column."
        )
    if twice := {name for name in header if header.count(name) > 1}:
        raise NewstanceError(f"{path}: columns {sorted(twice)} stand there twice; rename them.")
    renamed = {"text": columns.text, "context": columns.context}
    for own, used in renamed.items():
        if own in header and used != own:
            raise NewstanceError(
                f"{path}: column {own!r} has the name of one of ours, beside {used!r}; rename it."
            )


def _to_sentence(row: Mapping[str, Any], columns: Columns) -> Sentence:
    used = (columns.text, columns.context, *OWN_FIELDS)
    other = {name: value for name, value in row.items() if name not in used}
    return Sentence(row[columns.text], str(row.get(columns.context) or ""), other=other)


def _split(rows: Iterator[Sentence | BadRow], columns: Columns) -> Iterator[Sentence | BadRow]:
    """Rows as they are, or, where texts are whole articles, the sentences of each."""
    for row in rows:
        if columns.split_sentences and isinstance(row, Sentence):
            yield from _article(row.text, row.other)
        else:
            yield row


def _article(text: str, other: Mapping[str, Any]) -> Iterator[Sentence]:
    """The sentences of an article, each with the one or two before it as context."""
    article = split_article(text)
    for span, context in zip(article.sentences, article.contexts, strict=True):
        yield Sentence(span.text, context, other={**other, "start": span.start, "end": span.end})


def _page_text(path: Path) -> str:
    """The article's text of a web page; its sentences' offsets count in this text."""
    try:
        import trafilatura
    except ImportError:
        raise NewstanceError(
            f"{path}: reading web pages needs trafilatura; install newstance[html]."
        ) from None
    text = trafilatura.extract(read_text(path), include_comments=False, include_tables=False)
    if not text:
        raise NewstanceError(f"{path}: no article was found in this page; save its text as .txt.")
    return str(text)
