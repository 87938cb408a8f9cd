"""JSON lines: our own, with an object of labels or a column for each topic, and doccano's.

A doccano export (text classification, JSONL) has for each text a list of category names; we read
and write them as TOPIC:STANCE. The columns that an upload had come back beside them.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from newstance.codebook import Codebook
from newstance.corpus import Place
from newstance.errors import NewstanceError
from newstance.exchange.items import Fields, Item
from newstance.files import read_text
from newstance.records import Sentence, numbered_lines, parse_line, to_line

MARK = ":"
SPANS = ("annotations", "entities", "cats", "relations")


def read_jsonl(path: Path, fields: Fields) -> Iterator[Item]:
    """The rows of our own records, or of others' with a column for each thing."""
    for place, row in _rows(path, fields):
        yield Item(place, row)


def read_doccano(path: Path, fields: Fields) -> Iterator[Item]:
    """The rows of a doccano export, the categories as an object of labels."""
    for place, row in _rows(path, fields):
        categories = row.pop("label", None)
        if not isinstance(categories, list) or not all(isinstance(c, str) for c in categories):
            found = [name for name in SPANS if name in row] or ["no list of categories in 'label'"]
            raise NewstanceError(
                f"{place}: has {found[0]!r}, as other doccano projects or versions do; only "
                "exports of text classification (JSONL, doccano 1.5 or newer) can be read."
            )
        yield Item(place, row | {"labels": _labels(categories, fields, place)})


def is_doccano(path: Path) -> bool:
    """Whether the first row has a list of categories, or of spans, in place of labels."""
    for _, line in islice(numbered_lines(read_text(path)), 1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            return False
        return isinstance(row, dict) and (
            isinstance(row.get("label"), list)
            or ("labels" not in row and any(isinstance(row.get(name), list) for name in SPANS))
        )
    return False


def write_jsonl(sentences: Iterable[Sentence], path: Path, _codebook: Codebook) -> None:
    """Write our own records."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{to_line(sentence)}\n" for sentence in sentences)


def write_doccano(sentences: Iterable[Sentence], path: Path, _codebook: Codebook) -> None:
    """Write what doccano takes up as a data set of text classification, and gives back."""
    with path.open("w", encoding="utf-8") as stream:
        for sentence in sentences:
            row = sentence.to_row()
            labels = row.pop("labels") or {}
            row["label"] = [f"{topic}{MARK}{stance}" for topic, stance in labels.items()]
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def _rows(path: Path, fields: Fields) -> Iterator[tuple[Place, dict[str, Any]]]:
    for number, line in numbered_lines(read_text(path)):
        place = Place(path, number)
        try:
            sentence = parse_line(line, text_field=fields.text, context_field=fields.context)
        except ValueError as error:
            raise NewstanceError(f"{place}: {error}.") from None
        row: dict[str, Any] = {fields.text: sentence.text, fields.context: sentence.context}
        if sentence.labels is not None:
            row["labels"] = sentence.labels
        yield place, row | dict(sentence.other)


def _labels(categories: list[str], fields: Fields, place: Place) -> dict[str, str]:
    labels: dict[str, str] = {}
    for category in categories:
        topic, mark, stance = category.rpartition(MARK)
        if fields.only_topic is not None:
            topic, stance = fields.only_topic, category
        elif not mark:
            raise NewstanceError(
                f"{place}: the category {category!r} is no TOPIC:STANCE; rename it in doccano, "
                "or give --topic if all are stances towards one."
            )
        if labels.setdefault(topic.strip(), stance) != stance:
            raise NewstanceError(
                f"{place}: has two stances towards {topic.strip()!r}, {labels[topic.strip()]!r} "
                f"and {stance!r}; keep one."
            )
    return labels
