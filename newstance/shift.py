"""Shares of topics and stances in news under two models, and why a published share moved.

A share changes because the news does, and because the model that counts does. Each model is run on
all texts, the old news and the new. The model's effect is the difference of the models on the same
texts, the news' effect that of the news under the same model; each is the mean of its two values
(Kitagawa 1955), so that the two add up to the whole change exactly.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np

from newstance.codebook import Codebook
from newstance.errors import NewstanceError
from newstance.model import Model
from newstance.predictions import Ints
from newstance.readers import BadRow, read_rows
from newstance.records import Sentence
from newstance.sources import find_files

BATCH = 512
Share = Fraction | None


@dataclass(frozen=True)
class Counts:
    """How many sentences a model read, and how many got each topic and stance (topics, stances)."""

    n: int
    labels: Ints

    def shares(self, codebook: Codebook) -> dict[str, Share]:
        """Each topic's share of the sentences, and each stance's of the sentences of its topic."""
        shares: dict[str, Share] = {}
        for topic, counts in zip(codebook.topic_names, self.labels.tolist(), strict=True):
            shares[topic] = _share(sum(counts), self.n)
            for stance, count in zip(codebook.stance_names, counts, strict=True):
                shares[f"{topic}: {stance}"] = _share(count, sum(counts))
        return shares


@dataclass(frozen=True)
class Shift:
    """A share before and now, and the change's parts; None where there is nothing to share.

    On the same news the model is the only part, and ``news`` is None.
    """

    old: Share
    new: Share
    change: Share
    news: Share
    model: Share

    def to_json(self) -> dict[str, float | None]:
        """One object, the exact fractions as decimals."""
        return {name: None if value is None else float(value) for name, value in vars(self).items()}


def shift(old: Model, new: Model, news: Iterable[Sentence]) -> dict[str, Shift]:
    """Each share in the same news under two models."""
    before, now = (told.shares(new.codebook) for told in count([old, new], news))
    return {
        name: Shift(before[name], now[name], change, None, change)
        for name in now
        for change in [_minus(now[name], before[name])]
    }


def split_shift(
    old: Model, new: Model, news: Iterable[Sentence], *, before: Iterable[Sentence]
) -> dict[str, Shift]:
    """Each share in ``before`` under the old model and in ``news`` under the new one, split."""
    (old_before, new_before), (old_now, new_now) = (
        [told.shares(new.codebook) for told in count([old, new], sentences)]
        for sentences in (before, news)
    )
    return {
        name: Shift(
            old_before[name],
            new_now[name],
            change=_minus(new_now[name], old_before[name]),
            news=_mean(
                _minus(old_now[name], old_before[name]), _minus(new_now[name], new_before[name])
            ),
            model=_mean(
                _minus(new_before[name], old_before[name]), _minus(new_now[name], old_now[name])
            ),
        )
        for name in new_now
    }


def count(models: Sequence[Model], sentences: Iterable[Sentence]) -> list[Counts]:
    """What each of the models counts in sentences, which are read once, in constant memory.

    Raises NewstanceError if there is no sentence.
    """
    codebook = models[0].codebook
    stances = np.arange(len(codebook.stances))
    labels = np.zeros((len(models), len(codebook.topics), len(stances)), dtype=np.intp)
    n, remaining = 0, iter(sentences)
    while batch := list(islice(remaining, BATCH)):
        n += len(batch)
        for own, model in zip(labels, models, strict=True):
            own += (model.predict(batch).decided[..., None] == stances).sum(axis=0)
    if n == 0:
        raise NewstanceError("no sentence to count in the news that was given; give some.")
    return [Counts(n, own) for own in labels]


def read_news(paths: Sequence[Path]) -> Iterator[Sentence]:
    """The sentences of files and folders; raises NewstanceError for a row that cannot be used."""
    for path in find_files(paths):
        for row in read_rows(path):
            if isinstance(row, BadRow):
                raise NewstanceError(row.message)
            yield row


def _share(part: int, whole: int) -> Share:
    return Fraction(part, whole) if whole else None


def _minus(one: Share, other: Share) -> Share:
    return None if one is None or other is None else one - other


def _mean(one: Share, other: Share) -> Share:
    return None if one is None or other is None else (one + other) / 2
