"""The tables of a fitted estimator: each n-gram's share in each score, ready to be looked up."""

from typing import Any

import numpy as np

from newstance.features import LengthScaledTfidf
from newstance.flat import Tables
from newstance.pipeline import TopicStanceClassifier
from newstance.predictions import Floats


def flatten(model: TopicStanceClassifier) -> Tables:
    """The tables that give the same probabilities as the fitted estimator."""
    words = model.text_features_.named_transformers_["words"]
    characters = model.text_features_.named_transformers_["characters"]
    n_words, n_text = len(words.vocabulary_), len(words.vocabulary_) + len(characters.vocabulary_)
    heads = [head.calibrated_classifiers_[0] for head in model.topic_models_]
    topic_coefficients = np.vstack([_coefficients(head) for head in heads]).T
    stance_coefficients, stance_intercepts, sharpness = _stance_head(model)
    text = np.hstack([topic_coefficients[:n_text], stance_coefficients])
    word_weights = _shares(words, text[:n_words])
    singles, pairs = _singles_and_pairs(words)
    pair_rows = np.array([row for _, row in pairs], dtype=np.intp)
    context = model.context_features_
    n_topics = len(heads)
    return Tables(
        topics=tuple(model.topics),
        stances=tuple(model.stances),
        threshold=float(model.threshold),
        character_lengths=tuple(characters.ngram_range),
        words=tuple(singles),
        characters=_in_order(characters),
        context_words=_in_order(context) if context else (),
        is_name=np.isin(list(singles), model.names_),
        word_weights=word_weights[list(singles.values())],
        pairs=np.array([pair for pair, _ in pairs], dtype=np.int64).reshape(-1, 2),
        pair_weights=word_weights[pair_rows],
        character_weights=_shares(characters, text[n_words:]),
        context_weights=_shares(context, topic_coefficients[n_text:] * model.context_weight)
        if context
        else np.zeros((0, n_topics), dtype=np.float32),
        intercepts=np.concatenate(
            [[h.estimator[-1].intercept_[0] for h in heads], stance_intercepts]
        ),
        slope=np.array([head.calibrators[0].a_ for head in heads]),
        offset=np.array([head.calibrators[0].b_ for head in heads]),
        sharpness=sharpness,
    )


def _stance_head(model: TopicStanceClassifier) -> tuple[Floats, Floats, float]:
    """Coefficients ``(n_features, topics * stances)``, intercepts, and the factor of the logits."""
    head = model.stance_model_.calibrated_classifiers_[0]
    coefficients, intercepts = _coefficients(head), head.estimator[-1].intercept_
    if len(coefficients) == 1:  # two stances: one score, taken with both signs
        coefficients = np.vstack([-coefficients, coefficients])
        intercepts = np.concatenate([-intercepts, intercepts])
    order = [list(model.stance_model_.classes_).index(stance) for stance in model.stances]
    shared, *copies = np.split(coefficients[order], len(model.topics) + 1, axis=1)
    by_topic = np.vstack([shared + copy for copy in copies])
    sharpness = float(head.calibrators[0].beta_)
    return by_topic.T, np.tile(intercepts[order], len(model.topics)), sharpness


def _coefficients(head: Any) -> Floats:
    """The coefficients (rows, n_features) of a head for features that are not yet scaled."""
    scaler, regression = head.estimator
    return np.asarray(regression.coef_.astype(float) * scaler.scale_)


def _shares(vectorizer: LengthScaledTfidf, coefficients: Floats) -> Floats:
    """What one occurrence of each n-gram adds to each score of a text of one word."""
    shares = coefficients * (vectorizer.idf_ / vectorizer.unit_)[:, None]
    return np.asarray(shares, dtype=np.float32)


def _in_order(vectorizer: LengthScaledTfidf) -> tuple[str, ...]:
    return tuple(vectorizer.get_feature_names_out())


def _singles_and_pairs(
    vectorizer: LengthScaledTfidf,
) -> tuple[dict[str, int], list[tuple[tuple[int, int], int]]]:
    """Words with their rows; word pairs, as numbers of words in ascending order, with theirs."""
    rows: dict[str, Any] = vectorizer.vocabulary_
    singles = {gram: row for gram, row in sorted(rows.items()) if " " not in gram}
    number = {word: n for n, word in enumerate(singles)}
    pairs = []
    for gram, row in rows.items():
        if " " in gram:
            first, second = gram.split(" ")
            pairs.append(((number[first], number[second]), int(row)))
    return singles, sorted(pairs)
