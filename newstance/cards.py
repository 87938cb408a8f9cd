"""What the cards of a corpus and of a model share: tables and the codebook, in Markdown.

Nothing here states a number or a label's meaning of its own: they come from the codebook, the
manifest and the metrics.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from newstance.codebook import Codebook

MEASURES = {
    "topic_micro_f1": "topics, micro-F1",
    "topic_macro_f1": "topics, macro-F1",
    "stance_macro_f1": "stance given the topic, macro-F1",
    "stance_accuracy": "stance given the topic, accuracy",
    "pair_f1": "topic and stance both right, micro-F1",
    "none_recall": "sentences without topic, recall",
    "none_precision": "sentences without topic, precision",
    "topic_brier": "topics, Brier score (less is better)",
    "stance_brier": "stance, Brier score (less is better)",
    "topic_ece": "topics, expected calibration error (less is better)",
    "stance_ece": "stance, expected calibration error (less is better)",
}


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(content: object) -> str:
    return " ".join(str(content).replace("|", "\\|").splitlines())


def codebook_in_words(codebook: Codebook) -> str:
    """The codebook as Markdown: unit, topics, stances, rules for close cases, examples."""
    parts = [
        f"**The unit.** {codebook.unit}",
        f"**Topics.** {codebook.topic_rule}",
        table(
            ("topic", "it covers", "it does not cover", "the target of a stance"),
            [(f"`{t.name}`", t.covers, t.excludes, t.target) for t in codebook.topics],
        ),
        "\n".join(f"- **{rule.case}.** {rule.rule}" for rule in codebook.topic_cases),
        f"**Stances.** {codebook.stance_rule}",
        "\n".join(f"{n}. **{q.question}** {q.answer}" for n, q in enumerate(codebook.questions, 1)),
        "\n".join(f"- `{s.name}`: {s.definition}." for s in codebook.stances),
    ]
    if codebook.stance_cases:
        cases = [(rule.case, rule.rule) for rule in codebook.stance_cases]
        parts.append(table(("close case", "stance"), cases))
    if codebook.examples:
        examples = [(e.text, labels_in_words(e.labels)) for e in codebook.examples]
        parts.append(table(("example", "labels"), examples))
    return "\n\n".join(part for part in parts if part)


def labels_in_words(labels: Mapping[str, str]) -> str:
    """``topic: stance`` for each label, or 'none'."""
    return ", ".join(f"{topic}: {stance}" for topic, stance in labels.items()) or "none"


def counts_table(counts: Mapping[str, Any]) -> str:
    """A row for each split: sentences, items, none, and support/oppose/neutral of each topic."""
    first = next(iter(counts.values()))["labels"]
    stances = "/".join(next(iter(first.values())))
    return table(
        ("split", "sentences", "news items", "none", *(f"{topic} ({stances})" for topic in first)),
        [
            (
                name,
                split["sentences"],
                split["items"],
                split["none"],
                *("/".join(str(n) for n in by.values()) for by in split["labels"].values()),
            )
            for name, split in counts.items()
        ],
    )


def scores_table(metrics: Mapping[str, Any]) -> str:
    """A row for each measure: score, 95 % interval and baseline on one set of sentences."""
    return table(
        ("measure", "score", "95 % interval", "majority baseline"),
        [
            (
                words,
                f"{metrics[key]:.3f}",
                "{:.3f} to {:.3f}".format(*metrics["intervals"][key]),
                "" if metrics["baseline"][key] is None else f"{metrics['baseline'][key]:.3f}",
            )
            for key, words in MEASURES.items()
        ],
    )


def topics_table(metrics: Mapping[str, Any]) -> str:
    """A row for each topic: its gold sentences, precision, recall, F1, macro-F1 of its stance."""
    return table(
        ("topic", "gold sentences", "precision", "recall", "F1", "stance macro-F1"),
        [
            (
                f"`{name}`",
                int(row["n"]),
                *(f"{row[key]:.3f}" for key in ("precision", "recall", "f1", "stance_macro_f1")),
            )
            for name, row in metrics["topics"].items()
        ],
    )


def summary_table(evaluations: Mapping[str, Mapping[str, Any]]) -> str:
    """A row for each of the main measures, a column for each set of sentences."""
    keys = ("topic_micro_f1", "stance_macro_f1", "pair_f1", "none_recall", "none_precision")
    header = [f"{name} ({told['n']})" for name, told in evaluations.items()]
    return table(
        ("measure", *header),
        [
            (
                MEASURES[key],
                *(
                    f"{told[key]:.2f} ({told['intervals'][key][0]:.2f}–{told['intervals'][key][1]:.2f}; "
                    f"{told['baseline'][key]:.2f})"
                    for told in evaluations.values()
                ),
            )
            for key in keys
        ],
    )
