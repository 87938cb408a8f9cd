"""Tables of values apart by commas or tabs: a row a sentence, or a row a sentence and topic."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from newstance.codebook import Codebook
from newstance.corpus import Place
from newstance.errors import NewstanceError
from newstance.exchange.items import CARRIED, Fields, Item
from newstance.files import read_text
from newstance.records import Sentence

SEPARATORS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}
REMEDIES = {",": "give --format csv", "\t": "give --format tsv"}
MAX_FIELD = 2**30


def read_table(path: Path, fields: Fields, separator: str) -> Iterator[Item]:
    """The rows of a table; raises NewstanceError if it is ragged or has another separator."""
    csv.field_size_limit(MAX_FIELD)
    text = read_text(path)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = next(rows, [])
        _check_header(path, header, fields, separator)
        line = rows.line_num
        for row in rows:
            place, line = Place(path, line + 1), rows.line_num
            if not row:
                continue
            if len(row) != len(header):
                raise NewstanceError(
                    f"{place}: has {len(row)} fields, the header {len(header)}; mend the row "
                    "(a field with a separator or a line's end in it stands in quotes)."
                )
            yield Item(place, dict(zip(header, row, strict=True)))
    except csv.Error as error:
        raise NewstanceError(
            f"{path} line {rows.line_num}: is no row of a table ({error}); mend its quotes."
        ) from None


def write_table(
    sentences: Iterable[Sentence], path: Path, codebook: Codebook, *, separator: str
) -> None:
    """Write a row for each sentence, its votes as JSON; each topic's stance has its own column."""
    columns = table_columns(path, codebook)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, delimiter=separator)
        writer.writeheader()
        for sentence in sentences:
            row = table_row(sentence)
            if "votes" in row:
                row["votes"] = json.dumps(row["votes"], ensure_ascii=False)
            if any("\0" in str(value) for value in row.values()):
                raise NewstanceError(
                    f"a table cannot hold the NUL in {sentence.text!r}; take it out."
                )
            writer.writerow(row)


def table_columns(path: Path, codebook: Codebook) -> list[str]:
    """The columns of a table of sentences; raises NewstanceError if a topic has one's name."""
    own = ["id", "text", "context"]
    rest = [name for name in CARRIED if name not in own]
    if taken := set(codebook.topic_names) & {*own, *rest, "labels"}:
        raise NewstanceError(
            f"{path}: topic {min(taken)!r} has the name of a column of ours; "
            "write jsonl or datasets instead."
        )
    return [*own, *codebook.topic_names, *rest]


def table_row(sentence: Sentence) -> dict[str, Any]:
    """The cells of a sentence."""
    own = {"text": sentence.text, "context": sentence.context}
    return {**own, **(sentence.labels or {}), **sentence.other}


def _check_header(path: Path, header: list[str], fields: Fields, separator: str) -> None:
    if not header:
        raise NewstanceError(f"{path}: the first line is empty; a table needs a header there.")
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise NewstanceError(f"{path}: columns {twice} stand there twice; rename them.")
    if fields.text in header:
        return
    line = separator.join(header)
    for other, name in SEPARATORS.items():
        if other != separator and fields.text in line.split(other):
            remedy = REMEDIES.get(other, f"save it with {SEPARATORS[separator]}")
            raise NewstanceError(
                f"{path}: its fields stand apart by {name}, not {SEPARATORS[separator]}; {remedy}."
            )
    raise NewstanceError(
        f"{path}: there is no column {fields.text!r}; it has {', '.join(header)}: "
        "name the one that holds the text with --text-column."
    )
