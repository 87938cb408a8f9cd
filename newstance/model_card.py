"""A trained model's card, in Markdown, rendered from its codebook, manifest and metrics."""

from collections.abc import Mapping
from typing import Any

from newstance.cards import counts_table, scores_table, table, topics_table
from newstance.codebook import Codebook
from newstance.estimates import in_digits

CROSS_VALIDATION = "cross-validation"
PRECISIONS = (0.8, 0.9, 0.95)
ANSWERS = {"topics": "Topics", "stances": "Stance given the topic"}
PROBED = ("stance_macro_f1", "stance_loss", "topic_micro_f1")
ABLATED = ("topic_micro_f1", "topic_loss", "stance_macro_f1", "stance_loss")
SETS = {
    "cross-validation": "Cross-validation on the training sentences, news items left out whole",
    "exam": "Exam: news items of their own, never trained on",
    "news": "News: sentences of published news, never trained on",
    "contrast": "Contrast sets: sentences that differ in one thing, never trained on",
}


def model_card(codebook: Codebook, manifest: Mapping[str, Any], metrics: Mapping[str, Any]) -> str:
    """A model's card: use, data, scores, limits, how to retrain."""
    topics = "; ".join(f"`{t.name}` ({t.definition})" for t in codebook.topics)
    stances = ", ".join(f"`{name}`" for name in codebook.stance_names)
    libraries = ", ".join(f"{name} {number}" for name, number in manifest["libraries"].items())
    scores = "\n\n".join(_scores(name, told) for name, told in metrics.items())
    return f"""# Model card: {codebook.title}

Written by `newstance train` with the model; not to be edited.

## Use

Reads a sentence in its context (the one or two sentences before it) and gives its topics and, for
each, a stance: {stances}. Topics: {topics}.

It is meant for counting over many sentences, by people who read a sample of what it says. It is not
meant for judging a single person, outlet or sentence unread, nor for texts of other kinds or
languages than it was trained on.

## Data

{counts_table(manifest["counts"])}

{_origin(manifest)} What each label means stands in `codebook.toml`
(version {codebook.version}) beside this card; where the sentences come from and who labelled them, in
the corpus's own card. Only the split `train` is fitted on.

## Scores

Intervals are bootstrap intervals over news items. The baseline is the best that a majority answer
reaches: the same topics for every sentence, each with its most frequent stance. Stance is measured
given the gold topic.

{scores}

{_sureness(metrics)}{_ablation(metrics)}## Limits

- The scores hold for sentences like those measured. On other outlets, years and events expect less,
  and label some of your own to find out (`newstance evaluate`).
- Where stance scores lower than topics, read a sample before you publish a share.
- The stance is that of the holder whom the codebook names, not the outlet's.

## The files

`flat.npz` is what classifies: plain arrays, read without running code. `pipeline.joblib` is the same
model as the fitted scikit-learn estimator (`newstance.pipeline`); a joblib file runs code when it is
loaded, so newstance loads it only if its SHA-256 is known. In a shared model it is `pipeline.skops`,
which runs none. `codebook.toml` is the codebook,
`metrics.json` the scores, `manifest.json` what the model was made from.

Trained with newstance {manifest["newstance"]}, Python {manifest["python"]}, {libraries}.

## Retrain

`newstance train --corpus DIR --output DIR`.
"""


def _origin(manifest: Mapping[str, Any]) -> str:
    """The digests of the corpora, and what of them was not trained on."""
    corpora = manifest.get("corpora", {})
    if len(corpora) > 1:
        digests = "; ".join(f"{name}: `{digest}`" for name, digest in corpora.items())
        sentences = [f"SHA-256 of the corpora, as they were named: {digests}."]
    else:
        sentences = [f"SHA-256 of the corpus: `{manifest['corpus']}`."]
    if left_out := manifest.get("left_out"):
        sentences.append(
            f"Left out were {left_out} training sentences that nearly repeat one that is "
            "measured on."
        )
    return " ".join(sentences)


def _scores(name: str, told: Mapping[str, Any]) -> str:
    """All that is told of one set of sentences."""
    parts = [
        f"### {SETS.get(name, name)}",
        f"{told['n']} sentences of {told['groups']} news items.",
        scores_table(told),
        topics_table(told),
    ]
    if "probes" in told:
        parts += _probes(told["probes"])
    if "reliability" in told:
        parts += [_diagram(words, told["reliability"][key]) for key, words in ANSWERS.items()]
    return "\n\n".join(parts)


def _probes(told: Mapping[str, Any]) -> list[str]:
    """What the same model scores on spoiled input, and what that says."""
    rows = [
        (name.replace("_", " "), *(_estimate(probe[key]) for key in PROBED))
        for name, probe in told.items()
        if name not in ("topic_words", "families")
    ]
    parts = [
        "Probes: the same model on the same sentences, their input spoiled.",
        table(("input", "stance, macro-F1", "loss", "topics, micro-F1"), rows),
    ]
    findings = [probe["finding"] for name, probe in told.items() if (probe or {}).get("finding")]
    if families := told["families"]:
        findings.append(
            f"All rows of a family are right in {_estimate(families['all_right'])} of "
            f"{families['n']} families that differ in one thing; one answer for all would be in "
            f"{_estimate(families['majority_all_right'])}."
        )
    return [*parts, *findings]


def _diagram(words: str, told: Mapping[str, Any]) -> str:
    """A reliability diagram that Markdown viewers draw: accuracy as bars, confidence as a line."""
    bins = [f'"{c:.2f} ({n})"' for c, n in zip(told["confidence"], told["count"], strict=True)]
    return "\n".join(
        [
            "```mermaid",
            "xychart-beta",
            f'    title "{words}: accuracy (bars) by confidence (line)"',
            f'    x-axis "mean confidence (answers)" [{", ".join(bins)}]',
            '    y-axis "accuracy" 0 --> 1',
            f"    bar [{_numbers(told['accuracy'])}]",
            f"    line [{_numbers(told['confidence'])}]",
            "```",
        ]
    )


def _sureness(metrics: Mapping[str, Any]) -> str:
    """What of the labels is right, by the confidence that they have to have at least."""
    told = metrics.get(CROSS_VALIDATION, {}).get("confidence")
    if not told:
        return ""
    others = [name for name in metrics if "confidence" in metrics[name]]
    rows = [
        (
            f"`{topic}`",
            f"{step / (len(told[topic]['kept']) - 1):.2f}",
            *(_kept(metrics[name]["confidence"][topic], step) for name in others),
        )
        for topic in told
        for step in _steps(told[topic])
    ]
    return f"""## Labels by confidence

The share of labels that are right in topic and stance, and in brackets the share of labels kept, if
only those are given whose confidence (the topic's probability times the stance's) reaches a
threshold. Thresholds are those at which {CROSS_VALIDATION} reaches 0.8, 0.9 and 0.95, where it does.

{table(("topic", "threshold", *others), rows)}

"""


def _steps(counts: Mapping[str, Any]) -> list[int]:
    """The first step at which each precision is reached, without those that never are."""
    reached = []
    for precision in PRECISIONS:
        for step, (kept, right) in enumerate(zip(counts["kept"], counts["right"], strict=True)):
            if kept and right >= precision * kept:
                reached.append(step)
                break
    return sorted(set(reached))


def _kept(counts: Mapping[str, Any], step: int) -> str:
    kept, every = counts["kept"][step], counts["kept"][0]
    return f"{counts['right'][step] / kept:.2f} ({kept / every:.2f})" if kept else "none kept"


def _ablation(metrics: Mapping[str, Any]) -> str:
    """What each part of the estimator is worth, where that was measured."""
    told = metrics.get(CROSS_VALIDATION, {}).get("ablation")
    if not told:
        return ""
    rows = [(row["variant"], *(_estimate(row[key]) for key in ABLATED)) for row in told]
    header = ("variant", "topics, micro-F1", "loss", "stance, macro-F1", "loss")
    return f"""## What each part is worth

The same estimator without a part, or with another in its place, cross-validated on the same folds. A
loss has its paired 95 % interval; one below 0 is a gain.

{table(header, rows)}

"""


def _estimate(told: Mapping[str, Any] | None) -> str:
    if told is None:
        return ""
    if told["interval"] is None:
        return in_digits(told["value"])
    low, high = told["interval"]
    return f"{in_digits(told['value'])} ({in_digits(low)} to {in_digits(high)})"


def _numbers(values: list[float]) -> str:
    return ", ".join(f"{value:.3f}" for value in values)
