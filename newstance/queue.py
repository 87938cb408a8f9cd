"""Which sentences are worth a person's time first: those that the model is least certain of.

Sentences that are alike teach the same, so each one taken makes those like it worth less (maximal
marginal relevance: Carbonell and Goldstein 1998, with doubt in the place of relevance). A share is
drawn at random, from all: it alone can tell what the news is like.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from newstance.predictions import Floats, Ints, Predictions
from newstance.records import Sentence

UNCERTAIN, RANDOM = "uncertain", "random"
PICKED, RANK = "picked", "picked_rank"

_WORD = re.compile(r"\w+")


def uncertainty(said: Predictions) -> Floats:
    """How uncertain the model is of each sentence's labels, in bits: shape (n,).

    It is the entropy (Shannon 1948) of what the labels could be: for each topic that of given or
    not, plus, weighted by the topic's probability, that of its stances; summed over the topics as
    if they were independent. Lewis and Gale (1994) ask for the least certain first; entropy as the
    measure, and its sum over the parts of an answer, is in Settles (2009).
    """
    p = said.topics
    given_or_not = _entropy(np.stack([p, 1 - p], axis=-1))
    return np.asarray((given_or_not + p * _entropy(said.stances)).sum(axis=1))


def _entropy(probabilities: Floats) -> Floats:
    logarithms = np.log2(probabilities, out=np.zeros_like(probabilities), where=probabilities > 0)
    return np.asarray(-(probabilities * logarithms).sum(axis=-1))


def pick(
    sentences: Sequence[Sentence],
    worth: Floats,
    *,
    count: int,
    random_share: float,
    random_state: int,
) -> list[Sentence]:
    """At most ``count`` of the sentences, each with ``picked`` and, from 1, ``picked_rank``.

    ``worth`` (n,) is what each is worth by itself. Random ones are mixed in evenly. Of sentences
    with the same text and context only the first counts; those without a word are left out, and
    nothing is picked for its doubt that says the same as one picked before. Equal input gives equal
    output.
    """
    likeness = _Likeness([sentence.text for sentence in sentences])
    first = {(s.text, s.context): n for n, s in reversed(list(enumerate(sentences)))}
    distinct = np.array(sorted(n for n in first.values() if likeness.sizes[n]), dtype=np.intp)
    n_random = round(count * random_share)
    drawn = np.random.default_rng(random_state).permutation(distinct)[:n_random]
    is_free = np.zeros(len(sentences), dtype=bool)
    is_free[distinct] = True
    is_free[drawn] = False
    doubted = _diverse(np.where(is_free, worth, 0), likeness, drawn, count - len(drawn))
    places = [((n + 0.5) / len(drawn), RANDOM, number) for n, number in enumerate(drawn)]
    places += [((n + 0.5) / len(doubted), UNCERTAIN, number) for n, number in enumerate(doubted)]
    return [
        replace(sentences[number], other={**sentences[number].other, PICKED: how, RANK: rank})
        for rank, (_, how, number) in enumerate(sorted(places), 1)
    ]


def _diverse(worth: Floats, likeness: "_Likeness", taken: Ints, count: int) -> list[int]:
    """The numbers of the worthiest, one after the other: worth times unlikeness to all taken."""
    unlike = np.ones(len(worth))
    for number in taken:
        np.minimum(unlike, 1 - likeness.to(number), out=unlike)
    chosen: list[int] = []
    while len(chosen) < count and len(worth):
        number = int(np.argmax(worth * unlike))
        if worth[number] * unlike[number] <= 0:
            break
        chosen.append(number)
        np.minimum(unlike, 1 - likeness.to(number), out=unlike)
    return chosen


class _Likeness:
    """How alike texts are: the Jaccard similarity of their sets of words."""

    def __init__(self, texts: Sequence[str]) -> None:
        known: dict[str, int] = {}
        words = [
            [known.setdefault(word, len(known)) for word in set(_WORD.findall(text.lower()))]
            for text in texts
        ]
        self.sizes = np.array([len(own) for own in words], dtype=np.intp)
        flat = np.fromiter((word for own in words for word in own), dtype=np.intp)
        order = np.argsort(flat, kind="stable")
        self._words = words
        self._holders = np.repeat(np.arange(len(texts)), self.sizes)[order]
        self._starts = np.searchsorted(flat[order], np.arange(len(known) + 1))

    def to(self, number: int) -> Floats:
        """The similarity of each text to one of them, from 0 to 1: shape (n,)."""
        holders = [
            self._holders[self._starts[w] : self._starts[w + 1]] for w in self._words[number]
        ]
        shared = np.bincount(np.concatenate(holders), minlength=len(self.sizes))
        return np.asarray(shared / (self.sizes + self.sizes[number] - shared))
