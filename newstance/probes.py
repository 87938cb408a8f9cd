"""Probes that keep a score honest: the same model on the same gold, its input spoiled.

A model that reads the stance towards a target loses when the target is taken away; one that does
as well without reads something else, as "hypothesis-only" models do (Gururangan et al. 2018).
Losses are paired: both scores come from the same resamples of news items.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from newstance.codebook import Codebook
from newstance.corpus import groups
from newstance.estimates import (
    Estimate,
    Items,
    confusion,
    in_digits,
    macro_f1,
    micro_f1,
    topic_hits,
)
from newstance.families import Families, families
from newstance.predictions import Floats, Ints, Predictions, to_gold
from newstance.records import Sentence
from newstance.spoiling import Predict, Words, only, topic_words, without, without_names

AS_IT_IS, MAJORITY, WORDS_ONLY = "as_it_is", "majority", "topic_words_only"
TARGET_MASKED, NAMES_MASKED, OTHER_TOPIC = "target_masked", "names_masked", "other_topic"
TELLING_LOSS = 0.1  # of which a set must be able to tell whether it is there

WORDS = {
    MAJORITY: ("With the majority answer", "on more than the most frequent stance"),
    WORDS_ONLY: ("With the topic's words alone", "on more than the topic's words"),
    TARGET_MASKED: ("Without the target", "on the target"),
    NAMES_MASKED: ("Without names", "in part on names"),
    OTHER_TOPIC: ("Asked about another topic", "on the topic asked about"),
}


@dataclass(frozen=True)
class Probe:
    """What a spoiled input scores, and what stance loses by it; None where it is not defined.

    ``stance`` is macro-F1 given the topic, ``topics`` micro-F1. ``finding`` is a sentence, where
    there is something that a reader of the scores has to know.
    """

    name: str
    stance: Estimate | None
    loss: Estimate | None
    topics: Estimate | None
    finding: str | None

    def to_json(self) -> dict[str, Any]:
        """One object: the scores by their names, null where there is none."""
        return {
            "stance_macro_f1": self.stance and self.stance.to_json(),
            "stance_loss": self.loss and self.loss.to_json(),
            "topic_micro_f1": self.topics and self.topics.to_json(),
            "finding": self.finding,
        }


@dataclass(frozen=True)
class Probes:
    """All probes of a model, the first being its input as it is.

    ``words`` are each topic's words among the sentences'; ``families`` is None without any.
    """

    words: dict[str, Words]
    probes: tuple[Probe, ...]
    families: Families | None

    def to_json(self) -> dict[str, Any]:
        """One object: each probe by its name, how many words each topic has, the families."""
        return {
            **{probe.name: probe.to_json() for probe in self.probes},
            "topic_words": {topic: len(words) for topic, words in self.words.items()},
            "families": self.families and self.families.to_json(),
        }


@dataclass(frozen=True)
class _Answer:
    """What is said: stances (n, topics, stances) as weights, and topics as Predictions has them."""

    stances: Floats
    decided: Ints | None


def probe(
    sentences: Sequence[Sentence], said: Predictions, predict: Predict, codebook: Codebook
) -> Probes:
    """The probes of the model that ``predict`` asks, and that ``said`` this of labelled sentences.

    Stance is measured where gold has every stance, topics where it has any.
    """
    gold = to_gold([sentence.labels or {} for sentence in sentences], codebook)
    items = Items(groups(sentence.other.get("group") for sentence in sentences))
    words = topic_words(sentences, predict)
    spoiled = partial(_spoiled, sentences, gold, words=words, predict=predict)
    as_it_is = _answer(said)
    answers = {
        AS_IT_IS: as_it_is,
        MAJORITY: _majority(gold, len(codebook.stances)),
        WORDS_ONLY: spoiled(spoil=only),
        TARGET_MASKED: spoiled(spoil=without),
        NAMES_MASKED: _answer(predict(without_names(sentences))),
    }
    if len(codebook.topics) > 1:
        answers[OTHER_TOPIC] = _Answer(_of_other_topics(as_it_is.stances), None)
    return Probes(
        dict(zip(codebook.topic_names, words, strict=True)),
        tuple(_score(name, answer, as_it_is, gold, items) for name, answer in answers.items()),
        families(sentences, gold, said.decided, items),
    )


def _score(name: str, answer: _Answer, as_it_is: _Answer, gold: Ints, items: Items) -> Probe:
    stance = loss = topics = finding = None
    if set(range(answer.stances.shape[2])) <= set(gold.flat):
        own = confusion(gold, answer.stances)
        stance = items.estimate(own, macro_f1)
        if name != AS_IT_IS:
            both = np.stack([confusion(gold, as_it_is.stances), own], axis=1)
            loss = items.estimate(both, _loss)
            finding = _finding(name, stance, loss, int((gold >= 0).sum()))
    if answer.decided is not None and (gold >= 0).any():
        topics = items.estimate(topic_hits(gold, answer.decided), micro_f1)
    return Probe(name, stance, loss, topics, finding)


def _loss(confusions: Floats) -> Floats:
    """The macro-F1 of the first less that of the second: (…, 2, stances, stances)."""
    return macro_f1(confusions[..., 0, :, :]) - macro_f1(confusions[..., 1, :, :])


def _finding(name: str, stance: Estimate, loss: Estimate, n_labels: int) -> str | None:
    """What a loss tells: nothing where it is as it should be, or of too few news items."""
    if loss.low is None or loss.high is None or (loss.low > 0) != (name == NAMES_MASKED):
        return None
    way, what = WORDS[name]
    if loss.low > 0:
        verdict = f"the stance depends {what} here"
    elif loss.high < TELLING_LOSS:
        verdict = f"the stance does not depend {what} here"
    else:
        verdict = f"too few labels to tell whether the stance depends {what}"
    before = in_digits(stance.value + loss.value)
    return (
        f"{way}, stance scores {in_digits(stance.value)} instead of {before} (95 % interval of the "
        f"loss {in_digits(loss.low)} to {in_digits(loss.high)}, {n_labels} labels): {verdict}."
    )


def _answer(said: Predictions) -> _Answer:
    n_stances = said.stances.shape[2]
    return _Answer(np.eye(n_stances)[said.stances.argmax(axis=2)], said.decided)


def _spoiled(
    sentences: Sequence[Sentence],
    gold: Ints,
    *,
    words: Sequence[Words],
    predict: Predict,
    spoil: Callable[[Sequence[Sentence], Words], list[Sentence]],
) -> _Answer:
    """The stance towards gold topics with their own words spoiled, topics with those of all."""
    whole = _answer(predict(spoil(sentences, frozenset().union(*words))))
    stances = np.zeros_like(whole.stances)
    for topic, own in enumerate(words):
        rows = np.flatnonzero(gold[:, topic] >= 0).tolist()
        if rows:
            said = _answer(predict(spoil([sentences[row] for row in rows], own)))
            stances[rows, topic] = said.stances[:, topic]
    return _Answer(stances, whole.decided)


def _of_other_topics(stances: Floats) -> Floats:
    """The mean of what is said of the other topics, in the place of each."""
    others = stances.sum(axis=1, keepdims=True) - stances
    return np.asarray(others / (stances.shape[1] - 1))


def _majority(gold: Ints, n_stances: int) -> _Answer:
    """The constant answers that score best, stances and topics each for themselves.

    They are those of the baseline in ``newstance.metrics``: the most frequent topics, however
    many, each with its most frequent stance or all with one; other topics have the first stance.
    """
    counts = (gold[..., None] == np.arange(n_stances)).sum(axis=0)
    n_topics = len(counts)
    by_frequency = np.argsort(-counts.sum(axis=1), kind="stable")
    decided = [
        np.broadcast_to(
            np.where(np.isin(np.arange(n_topics), by_frequency[:k]), own, -1), gold.shape
        )
        for own in (counts.argmax(axis=1), *np.arange(n_stances)[:, None])
        for k in range(n_topics + 1)
    ]
    stances = [np.eye(n_stances)[np.maximum(answer, 0)] for answer in decided]
    return _Answer(
        max(stances, key=lambda answer: macro_f1(confusion(gold, answer).sum(axis=0))),
        max(decided, key=lambda answer: micro_f1(topic_hits(gold, answer).sum(axis=0))),
    )
