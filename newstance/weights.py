"""The words and phrases that weigh most in a model, and the names among them.

A name that weighs much for a stance says that the model goes by who is named, not by what is said.
"""

from dataclasses import dataclass

import numpy as np

from newstance.explain import share_of
from newstance.model import Model
from newstance.predictions import Floats

TYPICAL_WORDS = 25


@dataclass(frozen=True)
class Feature:
    """A word or word pair, what one of it adds to the log-odds of a label in a sentence of 25
    words (characters counted in), and whether it is, or holds, a name."""

    text: str
    log_odds: float
    is_name: bool


@dataclass(frozen=True)
class Strongest:
    """The features that speak most for a topic, or for a stance given the topic."""

    topic: str
    stance: str | None
    features: tuple[Feature, ...]


def strongest(model: Model, *, n: int = 15) -> list[Strongest]:
    """The ``n`` strongest features of each topic, and of each stance given the topic."""
    texts, is_name, scores = _features(model)
    share = share_of(scores, model.scorer.tables)
    found = []
    for k, topic in enumerate(model.codebook.topic_names):
        columns: dict[str | None, Floats] = {None: share.topics[:, k]}
        columns |= {s: share.stances[:, k, i] for i, s in enumerate(model.codebook.stance_names)}
        for stance, column in columns.items():
            best = np.argsort(-column, kind="stable")[:n]
            features = (Feature(texts[i], float(column[i]), bool(is_name[i])) for i in best)
            found.append(Strongest(topic, stance, tuple(features)))
    return found


def _features(model: Model) -> tuple[list[str], Floats, Floats]:
    """Words and word pairs, whether they hold a name, and their scores (n, columns)."""
    tables = model.scorer.tables
    words = list(tables.words)
    whole = model.scorer.shares(" ".join(words), "").tokens * np.sqrt(len(words) / TYPICAL_WORDS)
    pairs = tables.pair_weights / np.sqrt(TYPICAL_WORDS)
    names = [f"{words[first]} {words[second]}" for first, second in tables.pairs]
    is_name = np.concatenate([tables.is_name, tables.is_name[tables.pairs].any(axis=1)])
    return [*words, *names], is_name, np.vstack([whole, pairs])
