"""From corpora to a model: cross-validate, fit, write, and promote if nothing got worse.

Cross-validation leaves out whole news items; its scores are those of models that never saw the
items they are scored on. The splits ``exam`` and ``contrast`` are never fitted on, nor are training
sentences that nearly repeat one of theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from newstance import codebook as codebooks
from newstance.codebook import Codebook
from newstance.corpus import Fault, corpus_digest, count, groups
from newstance.errors import NewstanceError
from newstance.merge import merge
from newstance.metrics import Evaluation, measure
from newstance.model import PIPELINE, check_writable, read_manifest, write_model
from newstance.pipeline import TopicStanceClassifier, predictions, to_target
from newstance.predictions import Ints, Predictions, to_gold
from newstance.progress import Progress, tell_nobody
from newstance.promotion import check_promotable, promote
from newstance.typed import to_datasets
from newstance.versions import Verdict, add, find, keep, use

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

N_FOLDS = 5
RANDOM_STATE = 0
LEAST_ITEMS = 2 * N_FOLDS
READING, FITTING, MEASURING = "Reading corpora", "Cross-validating and fitting", "Measuring"


@dataclass(frozen=True)
class Training:
    """What a training run gave.

    Evaluations by name, the SHA-256 of the pipeline's file, the version's folder, the training
    sentences that were left out and how many rows were repeated, and, if a promotion was asked for,
    whether it was given.
    """

    evaluations: dict[str, Evaluation]
    digest: str
    version: Path
    left_out: tuple[Fault, ...]
    n_repeated: int
    verdict: Verdict | None


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
    added: Sequence[Path] = (),
    is_promotion: bool = False,
    n_jobs: int = -1,
    progress: Progress = tell_nobody,
) -> Training:
    """Train on a corpus's folder, and on ``added`` ones, and write the model's folder in one step.

    The model is kept as a version, as is the one that was there. With ``is_promotion`` it takes
    the place of that one only if it is not worse, see ``newstance.promotion``. ``progress`` is told
    the stage, how many of its steps are done, and of how many. Raises NewstanceError for corpora
    that cannot be read or are too small; ``output`` is then as it was.
    """
    check_writable(output)
    progress(READING, 0, 1)
    merged = merge([corpus, *added])
    if is_promotion:
        check_promotable(output, merged.codebook, merged.splits)
    splits = to_datasets(merged.splits, merged.codebook)
    rows = to_rows(splits["train"], merged.codebook)
    check_trainable(rows, merged.codebook, corpus)
    keep(output)
    progress(READING, 1, 1)
    pipeline, evaluations = _fit_and_measure(
        rows, splits, merged.codebook, corpus, n_jobs=n_jobs, progress=progress
    )
    name = add(
        output,
        lambda folder: write_model(
            folder,
            pipeline=pipeline,
            codebook=corpus / codebooks.FILE,
            corpora={str(directory): corpus_digest(directory) for directory in (corpus, *added)},
            counts={
                name: count(split["labels"], groups(split["group"]), merged.codebook)
                for name, split in splits.items()
            },
            metrics={name: evaluation.to_json() for name, evaluation in evaluations.items()},
            left_out=len(merged.left_out),
            repeated=merged.n_repeated,
        ),
    )
    verdict = promote(output, name, merged.splits) if is_promotion else None
    if verdict is None:
        use(output, name)
    version = find(output, name)
    digest = read_manifest(version).files[PIPELINE]
    return Training(evaluations, digest, version, merged.left_out, merged.n_repeated, verdict)


def _fit_and_measure(
    rows: Rows,
    splits: "DatasetDict",
    codebook: Codebook,
    corpus: Path,
    *,
    n_jobs: int,
    progress: Progress,
) -> tuple[TopicStanceClassifier, dict[str, Evaluation]]:
    """The estimator fitted on all rows, and how it does on each set of sentences."""
    try:
        pipeline, held_out = fit_and_cross_validate(
            rows, codebook, n_jobs=n_jobs, progress=partial(progress, FITTING)
        )
    except ValueError as error:  # scikit-learn's answer to rows that cannot be fitted
        raise NewstanceError(f"{corpus}: cannot be trained on ({error}); label more.") from error
    progress(MEASURING, 0, len(splits))
    evaluations = {
        "cross-validation": measure(rows.gold, held_out, groups=rows.groups, codebook=codebook)
    }
    for n, name in enumerate(list(splits)[1:], start=1):
        progress(MEASURING, n, len(splits))
        told = to_rows(splits[name], codebook)
        evaluations[name] = measure(
            told.gold, predictions(pipeline, told.inputs), groups=told.groups, codebook=codebook
        )
    progress(MEASURING, len(splits), len(splits))
    return pipeline, evaluations


def to_rows(split: "Dataset", codebook: Codebook) -> Rows:
    """A split of the corpus as arrays."""
    inputs = np.array(list(zip(split["text"], split["context"], strict=True)), dtype=object)
    return Rows(inputs, to_gold(split["labels"], codebook), np.array(groups(split["group"])))


def check_trainable(rows: Rows, codebook: Codebook, corpus: Path) -> None:
    """Raise NewstanceError unless every label is in enough news items for the folds."""
    mend = f"label more, or take it out of {corpus / codebooks.FILE}"
    for s, stance in enumerate(codebook.stance_names):
        _check_items(rows, (rows.gold == s).any(axis=1), f"{corpus}: stance {stance!r}", mend)
    for k, topic in enumerate(codebook.topic_names):
        has_topic = rows.gold[:, k] >= 0
        _check_items(rows, has_topic, f"{corpus}: topic {topic!r}", mend)
        _check_items(rows, ~has_topic, f"{corpus}: the absence of topic {topic!r}", mend)
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
    rows: Rows, codebook: Codebook, *, n_jobs: int, progress: Progress
) -> tuple[TopicStanceClassifier, Predictions]:
    """The estimator fitted on all rows, and each row's predictions by one blind to its item."""
    every = np.arange(len(rows.gold))
    splitter = GroupKFold(N_FOLDS, shuffle=True, random_state=RANDOM_STATE)
    folds = list(splitter.split(every, groups=rows.groups))
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
    with threadpool_limits(1):  # sparse fits gain nothing from threads, which fight over processors
        return model.fit(rows.inputs, to_target(rows.gold, model.stances), groups=rows.groups)
