"""From corpora to a model: cross-validate, fit, write, and promote if nothing got worse.

Cross-validation leaves out whole news items; its scores are those of models that never saw the
items they are scored on. The other splits than ``train`` are never fitted on, nor are training
sentences that nearly repeat one of theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from newstance import codebook as codebooks
from newstance.ablation import Variants, ablate
from newstance.codebook import Codebook
from newstance.confidence import describe_confidence
from newstance.corpus import Fault, corpus_digest, count, groups
from newstance.cross_validation import Rows, check_trainable, fit_and_cross_validate, to_rows
from newstance.evaluate import examine
from newstance.flat import FlatScorer
from newstance.flatten import flatten
from newstance.merge import Merged, merge
from newstance.metrics import measure
from newstance.model import PIPELINE, check_writable, read_manifest, write_model
from newstance.pipeline import TopicStanceClassifier
from newstance.predictions import Predictions
from newstance.progress import Progress, tell_nobody
from newstance.promotion import check_promotable, promote
from newstance.records import Sentence
from newstance.versions import Verdict, add, find, keep, use

READING, FITTING, MEASURING = "Reading corpora", "Cross-validating and fitting", "Measuring"
ABLATING = "Measuring what each part is worth"


@dataclass(frozen=True)
class Training:
    """What a training run gave.

    Metrics by set of sentences, the SHA-256 of the pipeline's file, the version's folder, the
    training sentences that were left out and how many rows were repeated, and, if a promotion was
    asked for, whether it was given.
    """

    metrics: dict[str, dict[str, Any]]
    digest: str
    version: Path
    left_out: tuple[Fault, ...]
    n_repeated: int
    verdict: Verdict | None


def train(
    corpus: Path,
    output: Path,
    *,
    added: Sequence[Path] = (),
    is_promotion: bool = False,
    variants: Variants | None = None,
    n_jobs: int = -1,
    progress: Progress = tell_nobody,
) -> Training:
    """Train on a corpus's folder, and on ``added`` ones, and write the model's folder in one step.

    The model is kept as a version, as is the one that was there. With ``is_promotion`` it takes
    the place of that one only if it is not worse, see ``newstance.promotion``. Its metrics tell how
    ``variants`` of the estimator do. ``progress`` is told the stage, how many of its steps are
    done, and of how many. Raises NewstanceError for corpora
    that cannot be read or are too small; ``output`` is then as it was.
    """
    check_writable(output)
    progress(READING, 0, 1)
    merged = merge([corpus, *added])
    if is_promotion:
        check_promotable(output, merged.codebook, merged.splits)
    rows = to_rows(merged.splits["train"], merged.codebook)
    check_trainable(rows, merged.codebook, corpus)
    keep(output)
    progress(READING, 1, 1)
    pipeline = TopicStanceClassifier(merged.codebook.topic_names, merged.codebook.stance_names)
    held_out = fit_and_cross_validate(
        rows, pipeline, n_jobs=n_jobs, progress=partial(progress, FITTING)
    )
    metrics = _measure(pipeline, held_out, rows, merged, progress=partial(progress, MEASURING))
    if variants:
        metrics["cross-validation"]["ablation"] = ablate(
            rows, merged.codebook, variants, n_jobs=n_jobs, progress=partial(progress, ABLATING)
        )
    name = add(
        output,
        lambda folder: write_model(
            folder,
            pipeline=pipeline,
            codebook=corpus / codebooks.FILE,
            corpora={str(directory): corpus_digest(directory) for directory in (corpus, *added)},
            counts={
                name: _count(sentences, merged.codebook)
                for name, sentences in merged.splits.items()
            },
            metrics=metrics,
            left_out=len(merged.left_out),
            repeated=merged.n_repeated,
        ),
    )
    verdict = promote(output, name, merged.splits) if is_promotion else None
    if verdict is None:
        use(output, name)
    version = find(output, name)
    digest = read_manifest(version).files[PIPELINE]
    return Training(metrics, digest, version, merged.left_out, merged.n_repeated, verdict)


def _measure(
    pipeline: TopicStanceClassifier,
    held_out: Predictions,
    rows: Rows,
    merged: Merged,
    *,
    progress: Progress,
) -> dict[str, dict[str, Any]]:
    """How the estimator does in cross-validation and on each split that it was not fitted on."""
    codebook = merged.codebook
    told = measure(rows.gold, held_out, groups=rows.groups, codebook=codebook).to_json()
    told |= describe_confidence(rows.gold, held_out, groups=rows.groups, codebook=codebook)
    metrics = {"cross-validation": told}
    scorer = FlatScorer(flatten(pipeline))
    names = [name for name in merged.splits if name != "train"]
    for n, name in enumerate(names):
        progress(n, len(names))
        examination = examine(merged.splits[name], scorer.predict_sentences, codebook)
        metrics[name] = examination.to_json() | describe_confidence(
            examination.gold, examination.said, groups=examination.items, codebook=codebook
        )
    progress(len(names), len(names))
    return metrics


def _count(sentences: Sequence[Sentence], codebook: Codebook) -> dict[str, Any]:
    items = groups(sentence.other.get("group") for sentence in sentences)
    return count([sentence.labels or {} for sentence in sentences], items, codebook)
