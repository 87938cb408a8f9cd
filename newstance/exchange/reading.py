"""Labelled data of any format, read into our record: the way in.

Each family of formats has its own module, which knows nothing of corpora.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newstance.codebook import Codebook
from newstance.errors import NewstanceError
from newstance.exchange import argilla, arrow, label_studio, lines, tables
from newstance.exchange.formats import ENDINGS, Format
from newstance.exchange.items import (
    Fields,
    Item,
    Labelled,
    Origin,
    no_labels,
    taken_columns,
    to_labelled,
)
from newstance.exchange.joining import check_coders, join_topics
from newstance.exchange.words import Words
from newstance.files import read_text


@dataclass(frozen=True)
class Found:
    """The labelled sentences of files, and the columns that no field of a corpus takes."""

    labelled: tuple[Labelled, ...]
    not_taken: tuple[str, ...]


def read_labelled(
    paths: Sequence[Path],
    codebook: Codebook,
    *,
    form: Format | None = None,
    fields: Fields | None = None,
    aliases: Mapping[str, str] | None = None,
    origin: Origin | None = None,
    split: str = "train",
) -> Found:
    """The labelled sentences of files and saved data sets (of their ``split``, if they have some).

    Raises NewstanceError for a file that cannot be read, with its line, and one that lists all
    topics and stances that are neither in the codebook nor among the aliases.
    """
    fields, origin = fields or Fields(), origin or Origin()
    words = Words(codebook, aliases or {})
    labelled: list[Labelled] = []
    columns: dict[str, None] = {}
    for path in paths:
        told = form or tell_format(path)
        _check_fields(fields, told)
        seen: dict[str, None] = {}
        labelled += _read(_items(path, told, fields, split), seen, fields, words, origin)
        if not seen:
            raise NewstanceError(f"{path}: holds no rows; give a file with some.")
        _check_columns(path, seen, fields, words)
        columns |= seen
    words.check()
    if fields.stance is not None:
        labelled = join_topics(labelled)
    check_coders(labelled)
    taken = taken_columns(fields) | words.for_topics
    return Found(tuple(labelled), tuple(name for name in columns if name not in taken))


def tell_format(path: Path) -> Format:
    """The format of a file or folder by its ending and content, or NewstanceError."""
    if path.is_dir():
        if (path / argilla.RECORDS).is_file():
            return Format.argilla
        if any((path / name).is_file() for name in ("dataset_info.json", "dataset_dict.json")):
            return Format.datasets
        raise NewstanceError(f"{path}: is neither a saved data set nor a folder of Argilla.")
    ending = path.suffix.lower()
    if ending == ".jsonl" and lines.is_doccano(path):
        return Format.doccano
    if ending == ".json":
        first = _entries(path)[0]
        is_record = first.keys() >= argilla.RECORD
        return Format.argilla if is_record or "fields" in first else Format.label_studio
    if ending not in ENDINGS:
        raise NewstanceError(
            f"{path}: its ending does not tell what it is; give --format {', '.join(Format)}."
        )
    return ENDINGS[ending]


def _read(
    items: Iterable[Item], seen: dict[str, None], fields: Fields, words: Words, origin: Origin
) -> Iterator[Labelled]:
    """The sentences of a file's items; their columns are noted in ``seen``."""
    for item in items:
        for row in (item.row, *(answer.columns for answer in item.answers)):
            seen.update(dict.fromkeys(row))
        try:
            yield to_labelled(item, fields, words=words, origin=origin)
        except ValueError as error:
            raise NewstanceError(f"{item.place}: {error}.") from None


def _items(path: Path, form: Format, fields: Fields, split: str) -> Iterator[Item]:
    if form is Format.csv:
        return tables.read_table(path, fields, ",")
    if form is Format.tsv:
        return tables.read_table(path, fields, "\t")
    if form is Format.jsonl:
        return lines.read_jsonl(path, fields)
    if form is Format.doccano:
        return lines.read_doccano(path, fields)
    if form is Format.label_studio:
        return label_studio.read_label_studio(path, _entries(path))
    if form is Format.argilla and not (path / "dataset_info.json").is_file():
        records = path / argilla.RECORDS if path.is_dir() else path
        return argilla.read_argilla(records, _entries(records))
    rows = arrow.read_parquet(path) if form is Format.parquet else arrow.read_dataset(path, split)
    return argilla.read_flat(rows)


def _entries(path: Path) -> list[dict[str, Any]]:
    """The objects in a file of JSON."""
    try:
        entries = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise NewstanceError(f"{path}: is not JSON ({error}); export it again.") from None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise NewstanceError(
            f"{path}: is no list of objects, as exports of Label Studio and Argilla are; "
            "export it again, or give --format."
        )
    if not entries:
        raise NewstanceError(f"{path}: holds no rows; give a file with some.")
    return entries


def _check_fields(fields: Fields, form: Format) -> None:
    has_topic = fields.topic is not None or fields.only_topic is not None
    if fields.topic is not None and fields.only_topic is not None:
        raise NewstanceError("--topic-column and --topic are one too many; give one of them.")
    if fields.stance is not None and not has_topic:
        raise NewstanceError("--stance-column needs --topic-column or --topic; add one of them.")
    if fields.stance is None and has_topic and form is not Format.doccano:
        raise NewstanceError("--topic-column and --topic go with --stance-column; add it.")


def _check_columns(path: Path, seen: Iterable[str], fields: Fields, words: Words) -> None:
    for option, column in fields.named():
        if column not in seen:
            raise NewstanceError(
                f"{path}: there is no column {column!r} as {option} says; it has {', '.join(seen)}."
            )
    if not any(name in ("labels", fields.stance) or name in words.for_topics for name in seen):
        raise NewstanceError(f"{path}: {no_labels(seen, words)}.")
