"""The same scores on parts of the sentences: where a model is better and where worse."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from newstance.codebook import Codebook
from newstance.estimates import Estimate, Items, micro_f1, share, topic_hits
from newstance.evaluate import Examination

LENGTHS = (15, 25)
VALUES_SHOWN = 12
NOT_TOLD = "not told"

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Slice:
    """A part of the sentences: ``n`` sentences with ``n_labels`` gold labels.

    ``all_right`` is the share of sentences with all topics and stances right, ``topics`` micro-F1,
    ``stance`` accuracy given the topic; None where gold has no topic there.
    """

    field: str
    value: str
    n: int
    n_labels: int
    all_right: Estimate
    topics: Estimate | None
    stance: Estimate | None


def slices(examination: Examination, codebook: Codebook) -> list[Slice]:
    """The slices by length, topic, context, and by source and register where rows tell them.

    A field with one value only gives none; of a field with many the most frequent are given.
    """
    items = Items(examination.items)
    found = []
    for field, parts in _parts(examination, codebook):
        given = [(value, is_in) for value, is_in in parts if is_in.any()]
        if len(given) > 1:
            found += [_slice(examination, items, field, value, is_in) for value, is_in in given]
    return found


def _parts(
    examination: Examination, codebook: Codebook
) -> Iterator[tuple[str, list[tuple[str, Bools]]]]:
    """Fields, each with the values that it has and the sentences that have them."""
    sentences, is_gold = examination.sentences, examination.gold >= 0
    lengths = np.array([len(sentence.text.split()) for sentence in sentences])
    short, long = LENGTHS
    yield (
        "length",
        [
            (f"up to {short} words", lengths <= short),
            (f"{short + 1} to {long} words", (lengths > short) & (lengths <= long)),
            (f"over {long} words", lengths > long),
        ],
    )
    columns = np.column_stack([is_gold, ~is_gold.any(axis=1)])
    yield "topic", list(zip((*codebook.topic_names, "none"), columns.T, strict=True))
    has_context = np.array([bool(sentence.context.strip()) for sentence in sentences])
    yield "context", [("with", has_context), ("without", ~has_context)]
    for field in ("source", "register"):
        yield field, _by_value([str(s.other.get(field) or NOT_TOLD) for s in sentences])


def _by_value(told: list[str]) -> list[tuple[str, Bools]]:
    """The most frequent values and, in one, the others."""
    values = np.array(told)
    frequent = sorted(Counter(told).items(), key=lambda pair: (-pair[1], pair[0]))
    shown = [value for value, _ in frequent[:VALUES_SHOWN]]
    others = (f"{len(frequent) - len(shown)} others", ~np.isin(values, shown))
    return [*((value, values == value) for value in shown), others]


def _slice(examination: Examination, items: Items, field: str, value: str, is_in: Bools) -> Slice:
    gold, said = examination.gold, examination.said
    n_labels = int((gold[is_in] >= 0).sum())
    is_right = (gold == said.decided).all(axis=1)
    hits = (gold >= 0) & (said.stances.argmax(axis=2) == gold)
    stance = np.stack([hits.sum(axis=1), (gold >= 0).sum(axis=1)], axis=1)
    topics = topic_hits(gold, said.decided)
    inside = is_in[:, None]
    return Slice(
        field,
        value,
        int(is_in.sum()),
        n_labels,
        items.estimate(np.stack([is_right & is_in, is_in], axis=1), share),
        items.estimate(topics * inside, micro_f1) if n_labels else None,
        items.estimate(stance * inside, share) if n_labels else None,
    )
