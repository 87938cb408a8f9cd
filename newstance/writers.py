"""Classified sentences to files: JSON lines, CSV, Parquet.

JSON lines hold the record as it is. A table has a row a sentence: text, context, the input's other
columns, then for each topic its stance (empty without the topic), ``TOPIC_probability`` and
``TOPIC_STANCE``, the probability of each stance given the topic; then ``remark``.
"""

import csv
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from newstance.codebook import Codebook
from newstance.codebook_faults import score_columns
from newstance.errors import NewstanceError

ROWS_AT_ONCE = 5000

Row = Mapping[str, Any]


def writer_for(path: Path) -> Callable[[Iterable[Row], Path, Codebook], None]:
    """The function that writes rows to a file of this ending; raises NewstanceError for others."""
    ending = path.suffix.lower()
    if ending not in WRITERS:
        raise NewstanceError(
            f"{path}: files of this kind cannot be written; end it in {', '.join(WRITERS)}."
        )
    return WRITERS[ending]


def write_jsonl(rows: Iterable[Row], path: Path, _codebook: Codebook) -> None:
    """Write records as JSON lines."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write_csv(rows: Iterable[Row], path: Path, codebook: Codebook) -> None:
    """Write records as a table of comma-separated values, with a header."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = None
        for row in flatten_rows(rows, codebook):
            if writer is None:
                writer = csv.DictWriter(stream, fieldnames=list(row))
                writer.writeheader()
            writer.writerow(row)


def write_parquet(rows: Iterable[Row], path: Path, codebook: Codebook) -> None:
    """Write records as a Parquet table; a column takes the type that its first rows have."""
    import pyarrow as pa
    from pyarrow import parquet

    flat = flatten_rows(rows, codebook)
    writer = None
    try:
        while batch := list(itertools.islice(flat, ROWS_AT_ONCE)):
            schema = writer.schema if writer else _schema(batch, codebook)
            table = pa.Table.from_pylist(batch, schema=schema)
            writer = writer or parquet.ParquetWriter(path, schema)
            writer.write_table(table)
        if writer is None:
            parquet.write_table(pa.table({"text": pa.array([], pa.string())}), path)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise NewstanceError(
            f"{path}: a column holds values of several types ({error}); write .jsonl instead."
        ) from None
    finally:
        if writer is not None:
            writer.close()


def flatten_rows(rows: Iterable[Row], codebook: Codebook) -> Iterator[dict[str, Any]]:
    """The rows of the table; raises NewstanceError for a row whose columns are not the first's."""
    own = _own_columns(codebook)
    first: list[str] | None = None
    for number, row in enumerate(rows, 1):
        other = {k: v for k, v in row.items() if k not in ("labels", "scores", "remark")}
        if taken := sorted(other.keys() & set(own)):
            raise NewstanceError(
                f"row {number}: column {taken[0]!r} has the name of one of ours; rename it."
            )
        flat = other | _answers(row, codebook)
        first = first or list(flat)
        if new := sorted(flat.keys() - set(first)):
            raise NewstanceError(
                f"row {number}: column {new[0]!r} is not in the first row, as a table needs; "
                "write .jsonl instead."
            )
        yield {name: flat.get(name) for name in first}


def _own_columns(codebook: Codebook) -> list[str]:
    return [*score_columns(codebook.topic_names, codebook.stance_names), "remark"]


def _answers(row: Row, codebook: Codebook) -> dict[str, Any]:
    answers: dict[str, Any] = dict.fromkeys(_own_columns(codebook))
    for topic, scores in row["scores"].items():
        for name, score in scores.items():
            answers[f"{topic}_{name}"] = score
    answers.update(row["labels"])
    answers["remark"] = row.get("remark")
    return answers


def _schema(rows: list[dict[str, Any]], codebook: Codebook) -> Any:
    """The columns' types: of ours, what they are; of others, what the rows have, else text."""
    import pyarrow as pa

    own = {
        name: pa.string() if name in (*codebook.topic_names, "remark") else pa.float64()
        for name in _own_columns(codebook)
    }
    fields = []
    for field in pa.Table.from_pylist(rows).schema:
        guessed = pa.string() if pa.types.is_null(field.type) else field.type
        fields.append(pa.field(field.name, own.get(field.name, guessed)))
    return pa.schema(fields)


WRITERS: dict[str, Callable[[Iterable[Row], Path, Codebook], None]] = {
    ".jsonl": write_jsonl,
    ".csv": write_csv,
    ".parquet": write_parquet,
}
