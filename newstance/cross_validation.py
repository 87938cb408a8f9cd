"""Fitting the estimator, and asking of each sentence one that never saw its news item.

Cross-validation leaves out whole news items; scores of its answers are those of strangers' news.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newstance import codebook as codebooks
from newstance.codebook import Codebook
from newstance.corpus import groups
from newstance.errors import NewstanceError
from newstance.pipeline import N_FOLDS, TopicStanceClassifier, to_input, to_target
from newstance.predictions import Ints, Predictions, to_gold
from newstance.progress import Progress, tell_nobody
from newstance.records import Sentence

LEAST_ITEMS = 2 * N_FOLDS  # so that each fold is likely to be left out one, and to keep some


@dataclass(frozen=True)
class Rows:
    """Labelled sentences as arrays: the estimator's input, gold labels as numbers, news items."""

    inputs: Any
    gold: Ints
    groups: Any

    def __getitem__(self, index: Any) -> "Rows":
        return Rows(self.inputs[index], self.gold[index], self.groups[index])


def to_rows(sentences: Sequence[Sentence], codebook: Codebook) -> Rows:
    """Labelled sentences as arrays; one without ``group`` is a news item of its own."""
    gold = to_gold([sentence.labels or {} for sentence in sentences], codebook)
    items = groups(sentence.other.get("group") for sentence in sentences)
    return Rows(to_input(sentences), gold, np.array(items))


def check_trainable(rows: Rows, codebook: Codebook, corpus: Path) -> None:
    """Raise NewstanceError unless every label is in enough news items for the folds."""
    mend = f"label more, or take it out of {corpus / codebooks.FILE}"
    for s, stance in enumerate(codebook.stance_names):
        _check_items(rows, (rows.gold == s).any(axis=1), f"{corpus}: stance {stance!r}", mend)
    for k, topic in enumerate(codebook.topic_names):
        has_topic = rows.gold[:, k] >= 0
        _check_items(rows, has_topic, f"{corpus}: topic {topic!r}", mend)
        _check_items(
            rows,
            ~has_topic,
            f"{corpus}: the absence of topic {topic!r}",
            "add sentences that are about something else",
        )
        if len(stances := set(rows.gold[has_topic, k].tolist())) < 2:
            only = codebook.stance_names[stances.pop()]
            raise NewstanceError(
                f"{corpus}: topic {topic!r} has only the stance {only!r}; "
                f"at least two are needed: {mend}."
            )


def _check_items(rows: Rows, chosen: NDArray[np.bool_], what: str, mend: str) -> None:
    n_items = len(set(rows.groups[chosen]))
    if n_items < LEAST_ITEMS:
        raise NewstanceError(
            f"{what} is in {n_items} news items; cross-validation needs {LEAST_ITEMS}: {mend}."
        )


def fit_and_cross_validate(
    rows: Rows,
    model: TopicStanceClassifier,
    *,
    n_jobs: int = -1,
    progress: Progress = tell_nobody,
) -> Predictions:
    """Fit the estimator on all rows; each row's predictions, scored by one blind to its item.

    ``progress`` is told the fits done, and of how many. Raises NewstanceError for rows that cannot
    be fitted.
    """
    target = to_target(rows.gold, model.stances)
    try:
        return model.fit_predict(rows.inputs, target, rows.groups, n_jobs=n_jobs, progress=progress)
    except ValueError as error:  # scikit-learn's answer to rows that cannot be fitted
        raise NewstanceError(f"these rows cannot be trained on ({error}); label more.") from error
