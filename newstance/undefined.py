"""Which measures a set of labelled sentences cannot tell, and why.

The F1 of a class that gold does not hold counts as 0, so that a mean over classes would blame the
model for what nobody labelled; an interval from a few news items would be too narrow.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from newstance.cards import MEASURES
from newstance.codebook import Codebook
from newstance.estimates import FEWEST_ITEMS
from newstance.predictions import Ints

INTERVALS, STANCE = "intervals", "stance_macro_f1"
OF_TOPICS = (
    "topic_micro_f1",
    "topic_macro_f1",
    STANCE,
    "stance_accuracy",
    "pair_f1",
    "stance_brier",
    "stance_ece",
)


def left_out(
    gold: Ints, decided: Ints, *, groups: Sequence[str], codebook: Codebook
) -> dict[str, str]:
    """The measures that mean nothing here, and why.

    ``intervals`` stands for all intervals, ``energy.stance_macro_f1`` for that of a topic alone.
    """
    reasons = {}
    if len(set(groups)) < FEWEST_ITEMS:
        reasons[INTERVALS] = f"there are fewer than {FEWEST_ITEMS} news items"
    if (gold >= 0).any(axis=1).all():
        reasons["none_recall"] = "every gold sentence has a topic"
    if (decided >= 0).any(axis=1).all():
        reasons["none_precision"] = "the model gives every sentence a topic"
    if not (gold >= 0).any():
        return reasons | dict.fromkeys(OF_TOPICS, "no gold sentence has a topic")
    return reasons | dict(_missing_classes(gold, codebook))


def in_words(reasons: Mapping[str, str]) -> list[str]:
    """A sentence for each reason, with the measures that are left out for it."""
    names = MEASURES | {INTERVALS: "95 % intervals"}
    by_reason: dict[str, list[str]] = {}
    for key, reason in reasons.items():
        topic, _, measure = key.rpartition(".")
        by_reason.setdefault(reason, []).append(f"{topic and topic + ', '}{names[measure]}")
    return [f"Left out, as {reason}: {'; '.join(own)}." for reason, own in by_reason.items()]


def _missing_classes(gold: Ints, codebook: Codebook) -> Iterator[tuple[str, str]]:
    missing = _absent(codebook.topic_names, (column.max() >= 0 for column in gold.T))
    if missing:
        yield "topic_macro_f1", f"no gold sentence has the topic {missing}"
    if missing := _absent(codebook.stance_names, _has_each(gold, codebook)):
        yield STANCE, f"no gold label is {missing}"
    for topic, labels in zip(codebook.topic_names, gold.T, strict=True):
        if labels.max() >= 0 and not all(_has_each(labels, codebook)):
            yield f"{topic}.{STANCE}", "the topic's gold labels lack a stance"


def _has_each(gold: Ints, codebook: Codebook) -> list[bool]:
    return [bool((gold == stance).any()) for stance in range(len(codebook.stances))]


def _absent(names: Sequence[str], is_there: Iterable[object]) -> str:
    return " or ".join(name for name, there in zip(names, is_there, strict=True) if not there)
