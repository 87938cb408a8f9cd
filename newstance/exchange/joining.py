"""One sentence in several rows: what they say of different topics is joined, what a coder says
twice must be the same."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from newstance.corpus import Place
from newstance.errors import NewstanceError
from newstance.exchange.items import Labelled
from newstance.records import Sentence


def sentence_key(sentence: Sentence) -> tuple[str, str]:
    """What makes two sentences the same: text and context, blanks and case aside."""
    return _plain(sentence.text), _plain(sentence.context)


def join_topics(rows: Sequence[Labelled]) -> list[Labelled]:
    """A row for each sentence, with the topics of all its rows and the first one's other fields.

    Raises NewstanceError with both places for two stances towards one topic.
    """
    joined: dict[object, Labelled] = {}
    said: dict[tuple[object, str], tuple[str, Place]] = {}
    for row in rows:
        labels = row.sentence.labels
        key: object = row.place if labels is None else sentence_key(row.sentence)
        for topic, stance in (labels or {}).items():
            before, place = said.setdefault((key, topic), (stance, row.place))
            if before != stance:
                raise _twice(row.place, {topic: stance}, place, {topic: before}, None)
        joined[key] = _join(joined[key], row) if key in joined else row
    return list(joined.values())


def check_coders(rows: Sequence[Labelled]) -> None:
    """Raise NewstanceError, with both places, if a coder labels one sentence in two ways.

    Rows without votes are one coder's. Votes by different versions of the codebook may differ.
    """
    said: dict[tuple[object, ...], tuple[Mapping[str, str], Place]] = {}
    for row in rows:
        if row.sentence.labels is None:
            continue
        unnamed: list[dict[str, Any]] = [{"coder": None, "labels": row.sentence.labels}]
        for vote in row.sentence.other.get("votes") or unnamed:
            key = (*sentence_key(row.sentence), vote["coder"], vote.get("codebook"))
            labels, place = said.setdefault(key, (vote["labels"], row.place))
            if labels != vote["labels"]:
                raise _twice(row.place, vote["labels"], place, labels, vote["coder"])


def _twice(
    place: Place,
    labels: Mapping[str, str],
    first: Place,
    before: Mapping[str, str],
    coder: str | None,
) -> NewstanceError:
    who = f" by {coder!r}" if coder else ""
    return NewstanceError(
        f"{place}: the sentence is labelled {_words(labels)}{who}, but {_words(before)} "
        f"at {first}; keep one of the two."
    )


def _join(one: Labelled, other: Labelled) -> Labelled:
    """Two rows of a sentence as one; a coder's votes on its topics become one vote."""
    votes: dict[tuple[object, ...], dict[str, Any]] = {}
    for row in (one, other):
        for vote in row.sentence.other.get("votes") or []:
            key = (vote["coder"], vote.get("date"), vote.get("codebook"))
            before = votes.setdefault(key, {**vote, "labels": {}})
            before["labels"] = before["labels"] | vote["labels"]
    labels = {**(one.sentence.labels or {}), **(other.sentence.labels or {})}
    fields = {**one.sentence.other, **({"votes": list(votes.values())} if votes else {})}
    sentence = replace(one.sentence, labels=labels, other=fields)
    return replace(one, sentence=sentence, n_rows=one.n_rows + other.n_rows)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _words(labels: Mapping[str, str]) -> str:
    return ", ".join(f"{topic}: {stance}" for topic, stance in labels.items()) or "none"
