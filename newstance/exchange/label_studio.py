"""Exports of Label Studio, JSON and JSON_MIN, of projects with ``Choices`` on text.

A project has a ``Choices`` for each topic, named like it, with the stances as choices; or one for
the stance, which ``--stance-column`` names. In JSON each annotation is a coder's answer, that with
``ground_truth`` the settled one; in JSON_MIN an entry is an annotation, and entries of one task
belong together. Skipped annotations and predictions are no answers.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from newstance.codebook import Codebook
from newstance.corpus import Place
from newstance.errors import NewstanceError
from newstance.exchange.items import Answer, Item
from newstance.records import Sentence

MIN = {"annotator", "annotation_id", "lead_time"}
CHOICES, NOTE = "choices", "textarea"
OF_THE_TOOL = {*MIN, "id", "created_at", "updated_at", "agreement"}


def read_label_studio(path: Path, entries: list[dict[str, Any]]) -> Iterator[Item]:
    """The items of an export's entries; raises NewstanceError for one of another shape."""
    if entries and entries[0].keys() >= MIN:
        yield from _read_min(path, entries)
        return
    for number, task in enumerate(entries, 1):
        place = Place(path, number, "entry")
        annotations, data = task.get("annotations"), task.get("data")
        if not isinstance(annotations, list) or not isinstance(data, dict):
            raise _strange(place, f"it has {', '.join(task)}")
        answers = tuple(
            _answer(annotation, place)
            for annotation in annotations
            if not (isinstance(annotation, dict) and annotation.get("was_cancelled"))
        )
        yield Item(place, data, answers, is_open=not answers)


def write_label_studio(sentences: Iterable[Sentence], path: Path, _codebook: Codebook) -> None:
    """Write tasks: a row's votes as annotations, its labels as the one with ``ground_truth``."""
    tasks = [_task(sentence, number) for number, sentence in enumerate(sentences, 1)]
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1), encoding="utf-8")


def _read_min(path: Path, entries: list[dict[str, Any]]) -> Iterator[Item]:
    by_task: dict[str, list[tuple[Place, dict[str, Any]]]] = {}
    for number, entry in enumerate(entries, 1):
        place = Place(path, number, "entry")
        if not entry.keys() >= MIN:
            raise _strange(place, f"it has {', '.join(entry)}")
        by_task.setdefault(str(entry.get("id", f"entry {number}")), []).append((place, entry))
    for own in by_task.values():
        place, first = own[0]
        row = {name: value for name, value in first.items() if name not in OF_THE_TOOL}
        yield Item(place, row, tuple(_min_answer(entry) for _, entry in own))


def _min_answer(entry: Mapping[str, Any]) -> Answer:
    told = {name: value for name, value in entry.items() if name not in OF_THE_TOOL}
    return Answer({name: _one_choice(value) for name, value in told.items()}, *_coder(entry))


def _one_choice(value: Any) -> Any:
    """What JSON_MIN writes for one choice is a word, for several an object."""
    choices = value.get("choices") if isinstance(value, dict) else None
    return choices[0] if isinstance(choices, list) and len(choices) == 1 else value


def _answer(annotation: Mapping[str, Any], place: Place) -> Answer:
    labels: dict[str, str] = {}
    for name, choices in _choices(annotation, place):
        if len({*choices, labels.get(name, choices[0])}) > 1:
            raise NewstanceError(
                f"{place}: {name!r} has several choices, {', '.join(choices)}; keep one."
            )
        labels[name] = choices[0]
    columns: dict[str, Any] = {**labels, "labels": labels}
    if "codebook" in annotation:
        columns["codebook"] = annotation["codebook"]
    is_settled = bool(annotation.get("ground_truth"))
    return Answer(columns, *_coder(annotation), is_settled=is_settled)


def _choices(annotation: Mapping[str, Any], place: Place) -> Iterator[tuple[str, list[str]]]:
    """What was chosen in each ``Choices`` of an annotation."""
    results = annotation.get("result") if isinstance(annotation, dict) else None
    if not isinstance(results, list):
        raise _strange(place, "it has an annotation without results")
    for result in results:
        kind = result.get("type") if isinstance(result, dict) else result
        if kind == NOTE:
            continue
        name, value = (result.get("from_name"), result.get("value")) if kind == CHOICES else (0, 0)
        choices = value.get("choices") if isinstance(value, dict) else None
        if not isinstance(name, str) or not isinstance(choices, list):
            raise _strange(place, f"it has a result of type {kind!r}")
        if choices:
            yield name, [str(choice) for choice in choices]


def _coder(annotation: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Who made an annotation, by address or number, and on which day."""
    coder = annotation.get("completed_by", annotation.get("annotator"))
    if isinstance(coder, dict):
        coder = coder.get("email") or coder.get("id")
    day = str(annotation.get("created_at") or "")[:10]
    return None if coder is None else str(coder), day or None


def _task(sentence: Sentence, number: int) -> dict[str, Any]:
    other = dict(sentence.other)
    votes, labels = other.pop("votes", []), dict(sentence.labels or {})
    annotations = [_annotation(vote, number) for vote in votes]
    settled = next((n for n, vote in enumerate(votes) if vote["labels"] == labels), None)
    if settled is None:
        settled = len(annotations)
        annotations.append(_annotation({"labels": labels}, number))
    annotations[settled]["ground_truth"] = True
    data = {"text": sentence.text, "context": sentence.context, **other}
    return {"id": number, "data": data, "annotations": annotations, "predictions": []}


def _annotation(vote: Mapping[str, Any], task: int) -> dict[str, Any]:
    results = [
        {
            "id": f"{task}-{topic}",
            "type": CHOICES,
            "from_name": topic,
            "to_name": "text",
            "value": {"choices": [stance]},
        }
        for topic, stance in vote["labels"].items()
    ]
    day, coder = vote.get("date"), vote.get("coder")
    return {
        "result": results,
        "was_cancelled": False,
        "ground_truth": False,
        "completed_by": None if coder is None else {"email": coder},
        "created_at": f"{day}T00:00:00.000000Z" if day else None,
        "codebook": vote.get("codebook"),
    }


def _strange(place: Place, found: str) -> NewstanceError:
    return NewstanceError(
        f"{place}: is not as Label Studio 1 exports text with Choices ({found}); export the "
        "project anew as JSON or JSON-MIN, or as CSV."
    )
