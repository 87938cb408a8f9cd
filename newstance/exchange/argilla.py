"""Records of Argilla 2: as JSON (``records.to_json``, or ``to_disk`` with settings), or flat, as
``records.to_datasets`` has them.

A data set has a question for each topic, named like it, with the stances as its labels; or one for
the stance, which ``--stance-column`` names. Submitted responses are answers, suggestions are not.
We write fields, suggestions and metadata; labels and votes stand in the metadata as JSON, since
Argilla knows neither a coder who found no topic nor the day of a vote.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from newstance.codebook import Codebook
from newstance.corpus import Place
from newstance.errors import NewstanceError
from newstance.exchange.items import Answer, Item
from newstance.records import Sentence

RECORDS = "records.json"
RECORD = {"fields", "metadata", "responses", "suggestions"}
RESPONSES, SUBMITTED = ".responses", "submitted"
AGENT = "newstance corpus"


def read_argilla(path: Path, entries: list[dict[str, Any]]) -> Iterator[Item]:
    """The items of records; raises NewstanceError for one of another shape."""
    for number, record in enumerate(entries, 1):
        place = Place(path, number, "entry")
        parts = [record.get(name) or {} for name in ("fields", "metadata", "responses")]
        if not record.keys() >= RECORD or not all(isinstance(part, dict) for part in parts):
            raise _strange(place, f"it has {', '.join(record)}")
        fields, metadata, responses = parts
        row = {"id": record.get("id"), **fields, **metadata}
        yield _item(place, row, responses)


def read_flat(items: Iterable[Item]) -> Iterator[Item]:
    """Items as they are, or with the answers in their columns ``QUESTION.responses``, if any."""
    for item in items:
        names = [column for column in item.row if column.endswith(RESPONSES)]
        if not names:
            yield item
            continue
        responses = {}
        for name in names:
            columns = (item.row.get(f"{name}{part}") or [] for part in ("", ".users", ".status"))
            responses[name.removesuffix(RESPONSES)] = [
                {"value": value, "user_id": user, "status": status}
                for value, user, status in zip_longest(*columns)
            ]
        row = {name: value for name, value in item.row.items() if not _is_told(name, responses)}
        yield _item(item.place, row, responses)


def write_argilla(sentences: Iterable[Sentence], path: Path, _codebook: Codebook) -> None:
    """Write records as JSON."""
    records = [_record(sentence) for sentence in sentences]
    path.write_text(json.dumps(records, ensure_ascii=False, indent=1), encoding="utf-8")


def _is_told(column: str, questions: Iterable[str]) -> bool:
    parts = (".responses", ".suggestion")
    return any(column.startswith(f"{question}{part}") for question in questions for part in parts)


def _item(place: Place, row: Mapping[str, Any], responses: Mapping[str, Any]) -> Item:
    """An item whose answers are each user's responses to all questions."""
    by_user: dict[str, dict[str, Any]] = {}
    for question, own in responses.items():
        for response in own if isinstance(own, list) else [own]:
            if not isinstance(response, dict) or response.get("user_id") is None:
                raise _strange(place, f"a response to {question!r} names no user")
            if response.get("status") in (None, SUBMITTED):
                by_user.setdefault(str(response["user_id"]), {})[question] = response.get("value")
    answers = tuple(Answer({**said, "labels": said}, user) for user, said in by_user.items())
    return Item(place, row, answers, is_open=not answers)


def _strange(place: Place, found: str) -> NewstanceError:
    return NewstanceError(
        f"{place}: is not as Argilla 2 exports records ({found}); export it with records.to_json "
        "of Argilla 2."
    )


def _record(sentence: Sentence) -> dict[str, Any]:
    labels, metadata = dict(sentence.labels or {}), dict(sentence.other)
    metadata["labels"] = json.dumps(labels)
    if "votes" in metadata:
        metadata["votes"] = json.dumps(metadata["votes"], ensure_ascii=False)
    return {
        "id": metadata.pop("id", None),
        "fields": {"text": sentence.text, "context": sentence.context},
        "metadata": metadata,
        "suggestions": {
            topic: {"value": stance, "score": None, "agent": AGENT}
            for topic, stance in labels.items()
        },
        "responses": {},
        "vectors": {},
        "_server_id": None,
    }
