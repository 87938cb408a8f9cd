"""May a new model take the place of the one in use? Only if nothing that is measured got worse.

Worse means: the 95 % paired interval of the difference lies wholly on the worse side. Calibration
may get worse within a bound that readers of probabilities do not notice.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from newstance.cards import MEASURES
from newstance.codebook import Codebook, labels_unlike
from newstance.compare import LEAST_ITEMS, Comparison, compare, is_worse
from newstance.corpus import SPLITS, groups
from newstance.errors import NewstanceError
from newstance.model import MANIFEST, Model, load_model
from newstance.records import Sentence
from newstance.versions import Verdict, find, keep, use, write_verdict

EXAM, CONTRAST = "exam", "contrast"
CALIBRATION = ("topic_ece", "stance_ece")
CALIBRATION_BOUND = 0.05


def check_promotable(
    directory: Path, codebook: Codebook, splits: Mapping[str, Sequence[Sentence]]
) -> None:
    """Raise NewstanceError if a new model cannot be held to the one in ``directory``.

    If there is one, it takes an exam, and a codebook with the same topics and stances.
    """
    if not (directory / MANIFEST).is_file():
        return
    if unlike := labels_unlike(load_model(directory).codebook, codebook):
        raise NewstanceError(
            f"{directory}: the model has another codebook than the corpora ({unlike}), so none can "
            "take its place; train without --promote, or give another --output."
        )
    if (n_items := _count_items(splits.get(EXAM, ()))) < LEAST_ITEMS:
        raise NewstanceError(
            f"the corpora's exam has {n_items} news items, to promote a model takes {LEAST_ITEMS} "
            "at least; add exam.jsonl, or train without --promote."
        )


def promote(directory: Path, name: str, splits: Mapping[str, Sequence[Sentence]]) -> Verdict:
    """Put a version in use if it is not worse than the model in use; the verdict, which is kept."""
    over = keep(directory)
    reasons: tuple[str, ...] = ()
    if over is not None:
        new = load_model(find(directory, name))
        reasons = tuple(losses(load_model(directory), new, splits))
    verdict = Verdict(not reasons, over, reasons)
    write_verdict(directory, name, verdict)
    if verdict.is_promoted:
        use(directory, name)
    return verdict


def losses(old: Model, new: Model, splits: Mapping[str, Sequence[Sentence]]) -> Iterator[str]:
    """What the new model does worse than the old one on sentences not trained on, if anything."""
    for name in SPLITS[1:]:
        told = splits.get(name, ())
        if _count_items(told) >= LEAST_ITEMS:
            found = compare(told, old.predict(told), new.predict(told), new.codebook)
            yield from losses_on(name, found)


def _count_items(sentences: Sequence[Sentence]) -> int:
    return len(set(groups(sentence.other.get("group") for sentence in sentences)))


def losses_on(name: str, found: Comparison) -> Iterator[str]:
    """What is worse on a set of sentences; of calibration what is above the bound."""
    for key, d in found.measures.items():
        is_loss = is_worse(key, d.low, d.high)
        if key in CALIBRATION:  # contrast sets are unlike news: no probability is right on them
            is_loss = is_loss and name != CONTRAST and d.new > CALIBRATION_BOUND
        if is_loss:
            yield (
                f"{name}: {MEASURES[key]} {d.old:.3f} before, {d.new:.3f} now "
                f"(95 % interval of the difference {d.low:+.3f} to {d.high:+.3f})"
            )
