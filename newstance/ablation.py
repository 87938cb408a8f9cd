"""What each part of the estimator is worth: variants of it, cross-validated.

Each variant is fitted and measured as the estimator itself is, on the same folds. Those that need
more than the corpus stand in ``tests/benchmarks/alternatives.py``.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline

from newstance.codebook import Codebook
from newstance.cross_validation import Rows, fit_and_cross_validate
from newstance.estimates import Estimate, Items, confusion, macro_f1, micro_f1, topic_hits
from newstance.ngrams import NgramScorer
from newstance.pipeline import TopicStanceClassifier
from newstance.predictions import Floats, Ints, Predictions
from newstance.progress import Progress, tell_nobody
from newstance.words import WORD


class _OnlyWords(NgramScorer):
    def _text_features(self, n_sentences: int) -> ColumnTransformer:
        return _only(super()._text_features(n_sentences), "words")


class _OnlyCharacters(NgramScorer):
    def _text_features(self, n_sentences: int) -> ColumnTransformer:
        return _only(super()._text_features(n_sentences), "characters")


class _SingleWords(NgramScorer):
    def _text_features(self, n_sentences: int) -> ColumnTransformer:
        return super()._text_features(n_sentences).set_params(words__ngram_range=(1, 1))


class _RowsOfLengthOne(NgramScorer):
    def _text_features(self, n_sentences: int) -> ColumnTransformer:
        features = super()._text_features(n_sentences)
        features.transformers = [
            (name, TfidfVectorizer(**{**scaled.get_params(), "norm": "l2"}), column)
            for name, scaled, column in features.transformers
        ]
        return features


class _WithoutNames(NgramScorer):
    def _text_features(self, n_sentences: int) -> ColumnTransformer:
        without_names = partial(_without, frozenset(self.names_))
        return (
            super()
            ._text_features(n_sentences)
            .set_params(words__preprocessor=without_names, characters__preprocessor=without_names)
        )


def _only(features: ColumnTransformer, name: str) -> ColumnTransformer:
    features.transformers = [own for own in features.transformers if own[0] == name]
    return features


def _without(names: frozenset[str], text: str) -> str:
    return WORD.sub(lambda word: "" if word[0] in names else word[0], text.lower())


class _OneHead(NgramScorer):
    def _stance_input(self, text: sparse.csr_matrix, _topics: Ints) -> sparse.csr_matrix:
        return sparse.csr_matrix(text)


class _HeadOfEachTopic(NgramScorer):
    def _stance_input(self, text: sparse.csr_matrix, topics: Ints) -> sparse.csr_matrix:
        both = super()._stance_input(text, topics)
        return sparse.csr_matrix(both[:, text.shape[1] :])


class _Unscaled(NgramScorer):
    def _head(self, strength: float) -> Pipeline:
        return make_pipeline(super()._head(strength)[-1])


class _Balanced(NgramScorer):
    def _head(self, strength: float) -> Pipeline:
        return super()._head(strength).set_params(logisticregression__class_weight="balanced")


Variants = Mapping[str, tuple[type[NgramScorer], Mapping[str, Any]]]

AS_IT_IS: Variants = {"as it is": (NgramScorer, {})}
PARTS: Variants = {
    "without character n-grams": (_OnlyWords, {}),
    "without words": (_OnlyCharacters, {}),
    "without word pairs": (_SingleWords, {}),
    "without the context": (NgramScorer, {"context_weight": 0.0}),
    "without names": (_WithoutNames, {}),
    "without the scaling by labels": (_Unscaled, {}),
    "rows of length 1 instead of length-scaled sums": (_RowsOfLengthOne, {}),
    "classes weighed to be balanced": (_Balanced, {}),
    "one stance head for all topics": (_OneHead, {}),
    "a stance head for each topic alone": (_HeadOfEachTopic, {}),
}


def ablate(
    rows: Rows,
    codebook: Codebook,
    variants: Variants = PARTS,
    *,
    n_jobs: int = -1,
    progress: Progress = tell_nobody,
) -> list[dict[str, Any]]:
    """The scores of the estimator and each variant in cross-validation, and what is lost.

    Losses are paired: they come from the same resamples of news items.
    """
    items = Items(list(rows.groups))
    told = []
    whole: Predictions | None = None
    every = {**AS_IT_IS, **variants}
    for n, (name, (variant, parameters)) in enumerate(every.items()):
        progress(n, len(every))
        model = TopicStanceClassifier(
            codebook.topic_names, codebook.stance_names, scorer=variant(**parameters)
        )
        said = fit_and_cross_validate(rows, model, n_jobs=n_jobs)
        whole = whole or said
        told.append({"variant": name, **_scores(rows.gold, said, whole, items)})
    progress(len(every), len(every))
    return told


def _scores(gold: Ints, said: Predictions, whole: Predictions, items: Items) -> dict[str, Any]:
    """Topics' micro-F1 and stance's macro-F1 given the topic, and the losses of both."""
    hits = [topic_hits(gold, one.decided) for one in (whole, said)]
    n_stances = said.stances.shape[2]
    confusions = [
        confusion(gold, np.eye(n_stances)[one.stances.argmax(axis=2)]) for one in (whole, said)
    ]
    topics = _pair(items, np.stack(hits, axis=1), lambda sums: micro_f1(sums))
    stance = _pair(items, np.stack(confusions, axis=1), macro_f1)
    return {
        "topic_micro_f1": topics[0].to_json(),
        "topic_loss": topics[1].to_json(),
        "stance_macro_f1": stance[0].to_json(),
        "stance_loss": stance[1].to_json(),
    }


def _pair(items: Items, tallies: Floats, statistic: Any) -> tuple[Estimate, Estimate]:
    """The statistic of the second of two tallies (n, 2, …), and the first's less the second's."""

    def difference(sums: Floats) -> Floats:
        before, after = (np.take(sums, n, axis=sums.ndim - tallies.ndim + 1) for n in (0, 1))
        return np.asarray(statistic(before) - statistic(after))

    return items.estimate(tallies[:, 1], statistic), items.estimate(tallies, difference)
