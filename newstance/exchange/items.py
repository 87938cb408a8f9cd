"""What readers of all formats give, and how it becomes a labelled sentence.

An item is a flat row, as a table has it, and what each coder answered, where a tool tells that.
Which columns hold what is the user's to say; what an item does not tell of its origin, too.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from newstance.corpus import TEXT_FIELDS, Place, check_votes
from newstance.exchange.words import Words, is_blank
from newstance.records import Sentence

CARRIED = (*TEXT_FIELDS, "hard_negative", "votes")


@dataclass(frozen=True)
class Fields:
    """The columns of text, context, id and group, and of the labels: each topic's own or, with
    ``stance``, one for the stance and one for the topic, or one topic for all rows."""

    text: str = "text"
    context: str = "context"
    id: str = "id"
    group: str = "group"
    stance: str | None = None
    topic: str | None = None
    only_topic: str | None = None

    def named(self) -> list[tuple[str, str]]:
        """The option and the column of each that is not the usual one."""
        used = [(name, getattr(self, name)) for name in ("text", "context", "id", "group")]
        told = [(name, column) for name, column in used if column != getattr(Fields, name)]
        told += [("topic", self.topic or ""), ("stance", self.stance or "")]
        return [(f"--{name}-column", column) for name, column in told if column]


@dataclass(frozen=True)
class Origin:
    """What is said of rows that do not say it: source, licence, and who coded them and when."""

    source: str | None = None
    licence: str | None = None
    annotator: str | None = None
    date: str | None = None


@dataclass(frozen=True)
class Answer:
    """What a coder answered: columns that are added to the item's row."""

    columns: Mapping[str, Any]
    coder: str | None = None
    date: str | None = None
    is_settled: bool = False


@dataclass(frozen=True)
class Item:
    """A row of a file, with the answers of coders; ``is_open``: a tool's item without any."""

    place: Place
    row: Mapping[str, Any]
    answers: tuple[Answer, ...] = ()
    is_open: bool = False


@dataclass(frozen=True)
class Labelled:
    """A labelled sentence (``labels`` None: nobody labelled it) and where it was found, with the
    number of rows that told it, and the labels of those coders who differ from its own."""

    place: Place
    sentence: Sentence
    n_rows: int = 1
    differing: tuple[Mapping[str, str], ...] = field(default=())


def to_labelled(item: Item, fields: Fields, *, words: Words, origin: Origin) -> Labelled:
    """The sentence of an item; raises ValueError that says what is wrong with it."""
    row, place = item.row, item.place
    text = row.get(fields.text)
    if not isinstance(text, str) or is_blank(text):
        raise ValueError(
            f"has no text in {fields.text!r} but only {', '.join(row) or 'nothing'}; "
            "fill it in, or name the column with --text-column"
        )
    answers = [(answer, _labels(row, answer, fields, words, place)) for answer in item.answers]
    labels, differing = _settled(answers)
    if not answers and (not item.is_open or "labels" in row):
        labels = _labels(row, Answer({}), fields, words, place)
    version = words.codebook.version
    votes = _votes(row, words, place) + [
        _to_vote(answer, said, answer.columns.get("codebook", version), origin)
        for answer, said in answers
        if answer.coder
    ]
    if labels is not None and not votes and origin.annotator:
        told = row.get("codebook")
        by = version if is_blank(told) else told
        votes = [_to_vote(Answer({}, origin.annotator), labels, by, origin)]
    other = _other(row, fields, origin) | ({"votes": votes} if votes else {})
    sentence = Sentence(text, _string(row.get(fields.context)) or "", labels, other=other)
    check_votes(sentence, words.codebook)
    return Labelled(place, sentence, differing=differing)


def _settled(
    answers: Sequence[tuple[Answer, dict[str, str]]],
) -> tuple[dict[str, str] | None, tuple[dict[str, str], ...]]:
    """The labels that count, the settled or else the first ones, and what differs unsettled."""
    if not answers:
        return None, ()
    if settled := [labels for answer, labels in answers if answer.is_settled]:
        return settled[0], ()
    first = answers[0][1]
    return first, tuple(labels for _, labels in answers if labels != first)


def no_labels(columns: Iterable[str], words: Words) -> str:
    """What an error says of columns none of which holds labels."""
    return (
        f"no column holds labels among {', '.join(columns)}; name one after each topic "
        f"({', '.join(words.topic_names)}), or say which they are with "
        "--stance-column and --topic-column or --topic"
    )


def taken_columns(fields: Fields) -> set[str]:
    """The columns that an item's sentence is made of, topics aside."""
    ours = {*CARRIED, "labels", "scores", "remark", "codebook"} - {"id", "group"}
    return ours | {column for column in vars(fields).values() if column}


def _other(row: Mapping[str, Any], fields: Fields, origin: Origin) -> dict[str, Any]:
    """The further fields of the corpus that a row fills, or its origin."""
    columns = {name: name for name in TEXT_FIELDS} | {"id": fields.id, "group": fields.group}
    given = {"source": origin.source, "licence": origin.licence}
    found: dict[str, Any] = {}
    for name, column in columns.items():
        if value := _string(row.get(column)) or given.get(name):
            found[name] = value
    hard = row.get("hard_negative")
    if not is_blank(hard):
        if str(hard).casefold() not in ("true", "false", "1", "0"):
            raise ValueError(f"'hard_negative' is {hard!r}; write true or false")
        found["hard_negative"] = str(hard).casefold() in ("true", "1")
    return found


def _labels(
    row: Mapping[str, Any], answer: Answer, fields: Fields, words: Words, place: Place
) -> dict[str, str]:
    """The labels of an answer, in the codebook's names: of a stance's column, of an object, or of
    the topics' columns."""
    row = {**row, **answer.columns}
    if fields.stance is not None:
        stance = row.get(fields.stance)
        topic = fields.only_topic or row.get(fields.topic or "")
        if is_blank(topic) and not is_blank(stance):
            raise ValueError(f"has the stance {stance!r} but no topic in {fields.topic!r}; add it")
        return words.labels({str(topic): stance}, place)
    said = _json(row, "labels")
    if said is None:
        said = {column: row[column] for column in row if column in words.for_topics}
        if not said and not answer.columns:
            raise ValueError(no_labels(row, words))
    if not isinstance(said, dict):
        raise ValueError("'labels' is no object from topic to stance; write {} for none")
    return words.labels(said, place)


def _votes(row: Mapping[str, Any], words: Words, place: Place) -> list[dict[str, Any]]:
    """The votes that a row carries, their labels in the codebook's names, nulls left out."""
    found = []
    votes = _json(row, "votes") or []
    for vote in votes if isinstance(votes, list) else [votes]:
        if not isinstance(vote, dict) or not isinstance(vote.get("labels"), dict):
            raise ValueError("a vote is no object with 'coder' and 'labels'; correct it")
        plain = {name: value for name, value in vote.items() if value is not None}
        if "date" in plain:
            plain["date"] = _string(plain["date"])
        found.append(plain | {"labels": words.labels(vote["labels"], place)})
    return found


def _to_vote(
    answer: Answer, labels: Mapping[str, str], version: object, origin: Origin
) -> dict[str, Any]:
    """An answer as a vote, by a version of the codebook; what is not known is left out."""
    if isinstance(version, str) and version.strip().isdigit():
        version = int(version)
    vote = {
        "coder": answer.coder,
        "date": answer.date or origin.date,
        "codebook": version,
        "labels": dict(labels),
    }
    return {name: value for name, value in vote.items() if value is not None}


def _json(row: Mapping[str, Any], name: str) -> Any:
    """A cell that holds an object or a list, which tables write as JSON."""
    value = row.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value.strip() else None
    except (ValueError, RecursionError):
        raise ValueError(f"{name!r} is not JSON; mend it") from None


def _string(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
