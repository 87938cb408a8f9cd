"""Why a model says what it says: what each word and phrase adds to each log-odds, exactly.

The scores are sums over words and word pairs, so nothing is estimated here: the shares of the
parts and the intercept are the log-odds. A topic's are log(p / (1 - p)); a stance's are taken
against the geometric mean of all stances, log(p) - mean(log(p)), and are those given the topic.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from newstance.classify import classify
from newstance.flat import FlatScorer, Tables
from newstance.model import Model
from newstance.predictions import Floats
from newstance.records import DECIMALS, Sentence

TRIED_AT_ONCE = 20_000
NO_FLIP = "No words can be taken out to change the decision."

_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True)
class Share:
    """Something's share in the log-odds: of topics (topics,), of stances (topics, stances)."""

    topics: Floats
    stances: Floats

    def to_json(self, tables: Tables) -> dict[str, Any]:
        """The log-odds of each topic, with those of the stances given the topic."""
        return {
            topic: {
                "log_odds": round(float(self.topics[k]), DECIMALS),
                "stances": {
                    stance: round(float(self.stances[k, s]), DECIMALS)
                    for s, stance in enumerate(tables.stances)
                },
            }
            for k, topic in enumerate(tables.topics)
        }


@dataclass(frozen=True)
class Part:
    """A word or phrase with its share: ``start`` to ``end`` of the text, or of the context."""

    text: str
    start: int
    end: int
    is_context: bool
    share: Share


@dataclass(frozen=True)
class Explanation:
    """A classified sentence, its log-odds, and the intercept and parts that sum to them."""

    sentence: Sentence
    total: Share
    intercept: Share
    parts: tuple[Part, ...]

    def words(self) -> list[Part]:
        """The words of the text alone, each with half the share of every phrase that it is in."""
        own = [part for part in self.parts if not part.is_context]
        phrases = [part for part in own if len(part.text.split()) > 1]
        return [
            replace(
                word,
                share=Share(
                    word.share.topics + sum(p.share.topics / 2 for p in _ends(phrases, word)),
                    word.share.stances + sum(p.share.stances / 2 for p in _ends(phrases, word)),
                ),
            )
            for word in own
            if word not in phrases
        ]

    def to_json(self, tables: Tables) -> dict[str, Any]:
        """The record with ``explanation``: log-odds, intercept, and a share for each part."""
        parts = [
            {
                "text": part.text,
                "start": part.start,
                "end": part.end,
                "in": "context" if part.is_context else "text",
                "share": part.share.to_json(tables),
            }
            for part in self.parts
        ]
        explanation = {
            "log_odds": self.total.to_json(tables),
            "intercept": self.intercept.to_json(tables),
            "parts": parts,
        }
        return self.sentence.to_row() | {"explanation": explanation}


def _ends(phrases: Sequence[Part], word: Part) -> list[Part]:
    """The phrases that a word begins or ends."""
    return [p for p in phrases if p.start == word.start or p.end == word.end]


@dataclass(frozen=True)
class Flip:
    """The words of a sentence (``start`` and ``end``) whose removal changes a topic's decision.

    ``before`` and ``after`` are stances, None where the topic is not given. ``is_fewest`` tells
    whether all smaller sets were tried; if not, there may be a smaller one.
    """

    topic: str
    removed: tuple[tuple[int, int], ...]
    before: str | None
    after: str | None
    is_fewest: bool

    def in_words(self, text: str) -> str:
        """A sentence that says it of the text."""
        removed = ", ".join(f"“{text[start:end]}”" for start, end in self.removed)
        fewest = "" if self.is_fewest else " (found word by word: fewer may do)"
        change = f"{self.before or 'not given'} turns to {self.after or 'not given'}"
        return f"Without {removed}, {change}{fewest}."


def explain(model: Model, sentence: Sentence) -> Explanation:
    """What each word and phrase of a sentence and its context adds to each log-odds."""
    tables = model.scorer.tables
    parts = find_parts(model.scorer, sentence)
    constant = share_of(tables.intercepts, tables)
    intercept = Share(constant.topics - tables.offset, constant.stances)
    total = Share(
        intercept.topics + sum(part.share.topics for part in parts),
        intercept.stances + sum(part.share.stances for part in parts),
    )
    (classified,) = classify(model, [sentence])
    return Explanation(classified, total, intercept, tuple(parts))


def find_parts(scorer: FlatScorer, sentence: Sentence) -> list[Part]:
    """The words and phrases of a sentence, and the words of its context, with their shares."""
    shares = scorer.shares(sentence.text, sentence.context)
    tokens = _spans(sentence.text)
    first, last = shares.places.T
    phrases = [(tokens[a][0], tokens[b][1]) for a, b in zip(first, last, strict=True)]
    return [
        Part(text[start:end], start, end, is_context, share_of(row, scorer.tables))
        for text, spans, rows, is_context in (
            (sentence.text, tokens, shares.tokens, False),
            (sentence.text, phrases, shares.phrases, False),
            (sentence.context, _spans(sentence.context), shares.context, True),
        )
        for (start, end), row in zip(spans, rows, strict=True)
    ]


def flip(model: Model, sentence: Sentence, topic: str) -> Flip | None:
    """The fewest words without which the decision on a topic is another; None if it never is.

    Sets are tried by size as long as there are at most 20,000 of a size; beyond, words are taken
    away one by one, always the one that the decision loses most by.
    """
    k = model.codebook.topic_names.index(topic)
    spans = _spans(sentence.text)
    before = _decide(model, sentence, [sentence.text], k)[0]
    for size in range(1, len(spans) + 1):
        if comb(len(spans), size) > TRIED_AT_ONCE:
            return _flip_greedily(model, sentence, k, before)
        removals = list(combinations(range(len(spans)), size))
        after = _decide(model, sentence, [_without(sentence.text, r) for r in removals], k)
        changed = np.flatnonzero(after != before)
        if len(changed):
            chosen = removals[changed[0]]
            return _flip(model, spans, chosen, topic, (before, after[changed[0]]), is_fewest=True)
    return None


def _flip_greedily(model: Model, sentence: Sentence, k: int, before: int) -> Flip | None:
    spans = _spans(sentence.text)
    removed: tuple[int, ...] = ()
    while len(removed) < len(spans):
        rest = [n for n in range(len(spans)) if n not in removed]
        tried = [tuple(sorted((*removed, n))) for n in rest]
        texts = [_without(sentence.text, places) for places in tried]
        said = model.scorer.predict(texts, [sentence.context] * len(texts))
        held = said.topics[:, k] * said.stances[:, k, before] if before >= 0 else -said.topics[:, k]
        best = int(held.argmin())
        removed = tried[best]
        if (after := int(said.decided[best, k])) != before:
            topic = model.codebook.topic_names[k]
            return _flip(model, spans, removed, topic, (before, after), is_fewest=False)
    return None


def _flip(
    model: Model,
    spans: Sequence[tuple[int, int]],
    removed: Sequence[int],
    topic: str,
    decisions: tuple[int, int],
    *,
    is_fewest: bool,
) -> Flip:
    before, after = (model.codebook.stance_names[n] if n >= 0 else None for n in decisions)
    return Flip(topic, tuple(spans[n] for n in removed), before, after, is_fewest)


def _decide(model: Model, sentence: Sentence, texts: list[str], k: int) -> Any:
    return model.scorer.predict(texts, [sentence.context] * len(texts)).decided[:, k]


def _without(text: str, places: Sequence[int]) -> str:
    return " ".join(word for n, word in enumerate(text.split()) if n not in places)


def _spans(text: str) -> list[tuple[int, int]]:
    return [token.span() for token in _TOKEN.finditer(text)]


def share_of(scores: Floats, tables: Tables) -> Share:
    """The shares in the log-odds of scores (…, columns), of topics and maybe of stances."""
    scores = scores.astype(float)
    n_topics = len(tables.topics)
    stances = np.zeros((*scores.shape[:-1], n_topics, len(tables.stances)))
    if scores.shape[-1] > n_topics:
        stances = tables.sharpness * scores[..., n_topics:].reshape(stances.shape)
    return Share(
        -tables.slope * scores[..., :n_topics], stances - stances.mean(axis=-1, keepdims=True)
    )
