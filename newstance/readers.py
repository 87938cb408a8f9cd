"""Rows from files: JSON lines, CSV, TSV, Parquet, articles as text or HTML.

Files are read block by block, so that their size does not matter. A row that cannot be used comes
out as a ``BadRow`` in its place; what to do with it is the caller's choice.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from newstance.blocks import LONGEST_ROW, Block, cut
from newstance.errors import NewstanceError, OnError
from newstance.files import decode, encoding_from, read_text
from newstance.records import OWN_FIELDS, Sentence, parse_json, parse_line
from newstance.sources import PAGES, PARQUET, RECORDS, TABLES, ending_of, open_file

LONGEST_TEXT = 2**22
OFFSETS = ("start", "end")
UNDECODED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Columns:
    """Which columns of a row are text and context, and whether texts are whole articles."""

    text: str = "text"
    context: str = "context"
    split_sentences: bool = False


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used: what is wrong, with file and line, and what stands there.

    ``other`` holds those of its further columns that can be read all the same.
    """

    message: str
    content: str
    other: Mapping[str, Any] = field(default_factory=dict)


def settle(row: BadRow, on_error: OnError) -> Sentence | None:
    """What comes of a bad row: a NewstanceError, nothing, or a sentence that is not classified."""
    if on_error is OnError.stop:
        raise NewstanceError(
            f"{row.message} Rows like it can be left out with --on-error skip, or kept with keep."
        )
    if on_error is OnError.skip:
        return None
    return Sentence(row.content, labels={}, scores={}, remark=row.message, other=row.other)


def check_file(path: Path, columns: Columns) -> None:
    """Raise NewstanceError for a file that is not there, too long, or of other kind or columns."""
    if ending_of(path) in RECORDS:
        open_file(path).close()
        return
    first = next(cut(path))
    if ending_of(path) in (*TABLES, PARQUET):
        _check_header(first, columns)


def read_rows(path: Path, columns: Columns | None = None) -> Iterator[Sentence | BadRow]:
    """The rows of a file, by its ending (``.gz`` after it for lines); raises NewstanceError.

    An article is one sentence after the other, each with its context, the file's path as ``source``
    and its offsets as ``start`` and ``end``.
    """
    for block in cut(path):
        yield from read_block(block, columns or Columns())


def read_block(block: Block, columns: Columns) -> Iterator[Sentence | BadRow]:
    """The rows of a block, or, of an article and where rows hold articles, their sentences."""
    is_article = ending_of(block.path) not in (*RECORDS, *TABLES, PARQUET)
    for place, row in read_whole_rows(block, columns):
        if isinstance(row, BadRow):
            yield row
        elif is_article or columns.split_sentences:
            for sentence in _split(row):
                yield _short(sentence, place)
        else:
            yield _short(row, place)


def read_whole_rows(block: Block, columns: Columns) -> Iterator[tuple[str, Sentence | BadRow]]:
    """The rows of a block with their places, as ``news.csv line 3``; articles are not split."""
    ending = ending_of(block.path)
    if ending in RECORDS:
        return _json_rows(block, columns)
    if ending in TABLES:
        return _table_rows(block, TABLES[ending], columns)
    if ending == PARQUET:
        return _parquet_rows(block, columns)
    text = _page_text(block.path) if ending in PAGES else read_text(block.path)
    return iter([(str(block.path), Sentence(text, other={"source": str(block.path)}))])


def read_lines(stream: IO[bytes], *, name: str) -> Iterator[Sentence]:
    """A sentence for each non-blank line of UTF-8; ``name`` is what an error calls the stream."""
    for number, line in enumerate(iter(lambda: stream.readline(LONGEST_TEXT), b""), 1):
        if len(line) == LONGEST_TEXT:
            raise NewstanceError(f"{name} line {number}: is longer than {LONGEST_TEXT:,} bytes.")
        if text := decode(line, name=name, first_line=number).strip():
            yield Sentence(text)


def _json_rows(block: Block, columns: Columns) -> Iterator[tuple[str, Sentence | BadRow]]:
    text, is_whole = _decode(block)
    for number, line in enumerate(text.split("\n"), block.first):
        if not line.strip():
            continue
        place = f"{block.path} line {number}"
        if not is_whole and (fault := _fault_of_bytes(place, line)):
            legible = _legible(line)
            yield place, BadRow(fault, legible.strip(), _readable(legible, columns))
            continue
        try:
            row = parse_line(line, text_field=columns.text, context_field=columns.context)
            if columns.split_sentences and (taken := row.other.keys() & set(OFFSETS)):
                raise ValueError(f"{min(taken)!r} has the name of one of ours; rename it")
            yield place, row
        except ValueError as error:
            other = _readable(line, columns)
            yield place, BadRow(f"{place}: {error}.", line.strip(), other)


def _decode(block: Block) -> tuple[str, bool]:
    """The text of a block, what is not UTF-8 as lone surrogates, and whether all of it is UTF-8."""
    try:
        return decode(block.data, name=str(block.path), first_line=block.first), True
    except NewstanceError:
        if b"\0" in block.data:
            raise
        return block.data.decode(encoding_from(block.first), "surrogateescape"), False


def _fault_of_bytes(place: str, row: str) -> str | None:
    """What is wrong with a row some of whose bytes are not UTF-8."""
    if (found := UNDECODED.search(row)) is None:
        return None
    return f"{place}: byte 0x{ord(found[0]) - 0xDC00:02x} is not UTF-8; save the file as UTF-8."


def _legible(text: str) -> str:
    return UNDECODED.sub("\ufffd", text)


def _readable(line: str, columns: Columns) -> dict[str, Any]:
    """The further fields of a line of JSON that holds no usable row; none if it is no object."""
    try:
        row = parse_json(line)
    except ValueError:
        return {}
    return others_of(row, columns) if isinstance(row, dict) else {}


def _table_rows(
    block: Block, separator: str, columns: Columns
) -> Iterator[tuple[str, Sentence | BadRow]]:
    _check_header(block, columns)
    csv.field_size_limit(LONGEST_ROW)
    text, is_whole = _decode(block)
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=separator, strict=True)
    header = block.header
    while True:
        place = f"{block.path} line {block.first + reader.line_num}"
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise NewstanceError(
                f"{place}: is no row of a table ({error}); mend its quotes."
            ) from None
        if not is_whole and (fault := _fault_of_bytes(place, separator.join(row))):
            legible = [_legible(value) for value in row]
            other = others_of(dict(zip(header, legible, strict=False)), columns)
            yield place, BadRow(fault, separator.join(legible), other)
        elif len(row) == len(header):
            yield place, _to_sentence(dict(zip(header, row, strict=True)), columns)
        elif row:
            message = f"{place}: has {len(row)} fields, the header {len(header)}; mend the row."
            sure = dict(zip(header[: header.index(columns.text)], row, strict=False))
            yield place, BadRow(message, separator.join(row), others_of(sure, columns))


def _parquet_rows(block: Block, columns: Columns) -> Iterator[tuple[str, Sentence | BadRow]]:
    import pyarrow as pa

    _check_header(block, columns)
    number = block.first
    for batch in pa.ipc.open_stream(block.data):
        for row in batch.to_pylist():
            place = f"{block.path} row {number}"
            if isinstance(row[columns.text], str):
                yield place, _to_sentence(row, columns)
            else:
                message = f"{place}: {columns.text!r} is no text; fill it in."
                yield place, BadRow(message, "", others_of(row, columns))
            number += 1


def _check_header(block: Block, columns: Columns) -> None:
    path, header = block.path, block.header
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
    ours = {"text", "context", *(OFFSETS if columns.split_sentences else ())}
    if taken := sorted(ours & {*header} - {columns.text, columns.context}):
        raise NewstanceError(f"{path}: column {taken[0]!r} has the name of one of ours; rename it.")


def _to_sentence(row: Mapping[str, Any], columns: Columns) -> Sentence:
    context = str(row.get(columns.context) or "")
    return Sentence(row[columns.text], context, other=others_of(row, columns))


def others_of(row: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """The columns of a row that are none of ours."""
    used = (columns.text, columns.context, *OWN_FIELDS)
    return {name: value for name, value in row.items() if name not in used}


def _split(row: Sentence) -> Iterator[Sentence]:
    """The sentences of an article, each with the one or two before it as context.

    What the row itself has as context stands before the first of its sentences.
    """
    from newstance.text import CONTEXT_SENTENCES, split_article

    article = split_article(row.text)
    for n, span in enumerate(article.sentences):
        context = article.contexts[n]
        if row.context and n < CONTEXT_SENTENCES:
            context = f"{row.context} {context}".rstrip()
        offsets = dict(zip(OFFSETS, (span.start, span.end), strict=True))
        yield Sentence(span.text, context, other={**row.other, **offsets})


def _short(row: Sentence, place: str) -> Sentence | BadRow:
    """The row, if it can be classified in the memory that there is."""
    if len(row.text) + len(row.context) <= LONGEST_TEXT:
        return row
    message = f"has a text longer than {LONGEST_TEXT:,} characters; split it"
    return BadRow(f"{place}: {message}.", row.text, row.other)


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
