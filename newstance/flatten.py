"""The tables of a fitted estimator: each n-gram's share in each score, ready to be looked up."""

from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from newstance.features import LengthScaledTfidf
from newstance.flat import Tables
from newstance.ngrams import NgramScorer
from newstance.pipeline import TopicStanceClassifier
from newstance.predictions import Floats


def flatten(model: TopicStanceClassifier) -> Tables:
    """The tables that give the same probabilities as the fitted estimator."""
    scorer, calibration = model.scorer_, model.calibration_
    words = scorer.text_features_.named_transformers_["words"]
    characters = scorer.text_features_.named_transformers_["characters"]
    n_words, n_text = len(words.vocabulary_), len(words.vocabulary_) + len(characters.vocabulary_)
    topic_coefficients = np.vstack([_coefficients(head) for head in scorer.topic_models_]).T
    stance_coefficients, stance_intercepts = _stance_head(scorer)
    text = np.hstack([topic_coefficients[:n_text], stance_coefficients])
    word_weights = _shares(words, text[:n_words])
    singles, pairs = _singles_and_pairs(words)
    pair_rows = np.array([row for _, row in pairs], dtype=np.intp)
    context = scorer.context_features_
    n_topics = len(model.topics)
    return Tables(
        topics=tuple(model.topics),
        stances=tuple(model.stances),
        threshold=float(model.threshold),
        character_lengths=tuple(characters.ngram_range),
        words=tuple(singles),
        characters=_in_order(characters),
        context_words=_in_order(context) if context else (),
        is_name=np.isin(list(singles), scorer.names_),
        word_weights=word_weights[list(singles.values())],
        pairs=np.array([pair for pair, _ in pairs], dtype=np.int64).reshape(-1, 2),
        pair_weights=word_weights[pair_rows],
        character_weights=_shares(characters, text[n_words:]),
        context_weights=_shares(context, topic_coefficients[n_text:] * scorer.context_weight)
        if context
        else np.zeros((0, n_topics), dtype=np.float32),
        intercepts=np.concatenate(
            [[head[-1].intercept_[0] for head in scorer.topic_models_], stance_intercepts]
        ),
        slope=calibration.slope,
        offset=calibration.offset,
        sharpness=calibration.sharpness,
    )


def _stance_head(scorer: NgramScorer) -> tuple[Floats, Floats]:
    """Coefficients ``(n_features, topics * stances)`` and intercepts."""
    head = scorer.stance_model_
    coefficients, intercepts = _coefficients(head), head[-1].intercept_
    if len(coefficients) == 1:  # two stances: one score, taken with both signs
        coefficients = np.vstack([-coefficients, coefficients])
        intercepts = np.concatenate([-intercepts, intercepts])
    shared, *copies = np.split(coefficients, scorer.n_topics_ + 1, axis=1)
    by_topic = np.vstack([shared + copy for copy in copies])
    return by_topic.T, np.tile(intercepts, scorer.n_topics_)


def _coefficients(head: Pipeline) -> Floats:
    """The coefficients (rows, n_features) of a head for features that are not yet scaled."""
    scaler, regression = head
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
