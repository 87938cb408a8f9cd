"""From a corpus to a model: cross-validate, fit, write.

Cross-validation leaves out whole news items; its scores are those of models that never saw the
items they are scored on. The splits ``exam`` and ``contrast`` are never fitted on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.model_selection import GroupKFold

from newstance.codebook import Codebook
from newstance.corpus import CODEBOOK, corpus_digest, count, groups, load_corpus
from newstance.errors import NewstanceError
from newstance.metrics import Evaluation, measure
from newstance.model import PIPELINE, write_model
from newstance.pipeline import TopicStanceClassifier, predictions, to_target
from newstance.predictions import Ints, Predictions, to_gold

if TYPE_CHECKING:
    from datasets import Dataset

N_FOLDS = 5
Progress = Callable[[int, int], None]


def no_progress(_done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Training:
    """What a training run gave: evaluations by name, and the SHA-256 of the pipeline's file."""

    evaluations: dict[str, Evaluation]
    digest: str


@dataclass(frozen=True)
class Rows:
    """A split as arrays: the estimator's input, the gold labels as numbers, the news items."""

    inputs: Any
    gold: Ints
    groups: Any

    def __getitem__(self, index: Any) -> "Rows":
        return Rows(self.inputs[index], self.gold[index], self.groups[index])


def train(
    corpus: Path,
    output: Path,
    *,
    n_jobs: int = -1,
    progress: Progress = no_progress,
) -> Training:
    """Train on a corpus's folder and write the model's folder in one step.

    ``progress`` is told how many of the fits are done, and of how many. Raises NewstanceError for a
    corpus that cannot be read or is too small; ``output`` is then as it was.
    """
    codebook, splits = load_corpus(corpus)
    rows = to_rows(splits["train"], codebook)
    check_trainable(rows.gold, rows.groups, codebook=codebook, corpus=corpus)
    pipeline, held_out = fit_and_cross_validate(rows, codebook, n_jobs=n_jobs, progress=progress)
    evaluations = {
        "cross-validation": measure(rows.gold, held_out, groups=rows.groups, codebook=codebook)
    }
    for name in splits.keys() - {"train"}:
        told = to_rows(splits[name], codebook)
        evaluations[name] = measure(
            told.gold, predictions(pipeline, told.inputs), groups=told.groups, codebook=codebook
        )
    manifest = write_model(
        output,
        pipeline=pipeline,
        codebook=corpus / CODEBOOK,
        corpus_digest=corpus_digest(corpus),
        counts={
            name: count(split["labels"], groups(split["group"]), codebook)
            for name, split in splits.items()
        },
        metrics={name: evaluation.to_json() for name, evaluation in evaluations.items()},
    )
    return Training(evaluations, manifest.files[PIPELINE])


def to_rows(split: "Dataset", codebook: Codebook) -> Rows:
    """A split of the corpus as arrays."""
    inputs = np.array(list(zip(split["text"], split["context"], strict=True)), dtype=object)
    return Rows(inputs, to_gold(split["labels"], codebook), np.array(groups(split["group"])))


def check_trainable(gold: Ints, groups: Any, *, codebook: Codebook, corpus: Path) -> None:
    """Raise NewstanceError unless each topic has two stances, in enough items for the folds."""
    for k, topic in enumerate(codebook.topic_names):
        has_topic = gold[:, k] >= 0
        stances = {codebook.stance_names[s] for s in set(gold[has_topic, k].tolist())}
        if len(stances) < 2:
            raise NewstanceError(
                f"{corpus}: topic {topic!r} has {'only ' + stances.pop() if stances else 'no'} "
                f"sentences; at least two stances are needed: label more, or take the topic out of "
                f"{corpus / CODEBOOK}."
            )
        items = len(set(groups[has_topic])), len(set(groups[~has_topic]))
        if min(items) < 2 * N_FOLDS:
            which = "with" if items[0] < 2 * N_FOLDS else "without"
            raise NewstanceError(
                f"{corpus}: topic {topic!r} has {min(items)} news items {which} it; "
                f"cross-validation needs {2 * N_FOLDS}: label more."
            )


def fit_and_cross_validate(
    rows: Rows, codebook: Codebook, *, n_jobs: int, progress: Progress
) -> tuple[TopicStanceClassifier, Predictions]:
    """The estimator fitted on all rows, and each row's predictions by one blind to its item."""
    every = np.arange(len(rows.gold))
    folds = list(GroupKFold(N_FOLDS).split(every, groups=rows.groups))
    blank = TopicStanceClassifier(codebook.topic_names, codebook.stance_names)
    models: list[TopicStanceClassifier] = []
    progress(0, N_FOLDS + 1)
    for model in Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_fit)(clone(blank), rows[kept]) for kept in (every, *(kept for kept, _ in folds))
    ):
        models.append(model)
        progress(len(models), N_FOLDS + 1)
    fitted, *by_fold = models
    said = [
        predictions(model, rows.inputs[left_out])
        for model, (_, left_out) in zip(by_fold, folds, strict=True)
    ]
    order = np.argsort(np.concatenate([left_out for _, left_out in folds]))
    return fitted, Predictions.concatenate(said)[order]


def _fit(model: TopicStanceClassifier, rows: Rows) -> TopicStanceClassifier:
    return model.fit(rows.inputs, to_target(rows.gold, model.stances), groups=rows.groups)
