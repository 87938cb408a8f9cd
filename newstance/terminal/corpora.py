"""What is in a corpus, and how far its coders agree."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from newstance.cards import labels_in_words
from newstance.terminal.text import in_words, plain_table, visible

if TYPE_CHECKING:
    from newstance.agreement import Coefficient, Disagreement
    from newstance.corpus_stats import Stats
    from newstance.doubt import Doubt


def show_stats(counts: "Stats") -> None:
    """A table of labels for each split, and a row of counts for each further field."""
    console = Console()
    for split, told in counts.splits.items():
        stances = list(next(iter(told["labels"].values())))
        labels = plain_table("", *stances)
        title = (
            f"{split}: {told['sentences']} sentences of {told['items']} news items, "
            f"{told['none']} without topic"
        )
        for topic, by_stance in told["labels"].items():
            labels.add_row(topic, *map(str, by_stance.values()))
        console.print(Text(title, style="italic"))
        console.print(labels)
        console.print()
    for name, values in counts.tables.items():
        parts = ", ".join(f"{value} {number}" for value, number in values.items())
        console.print(Text.assemble((f"{name}: ", "bold"), parts))


def show_agreement(coefficients: Sequence["Coefficient"]) -> None:
    """A row for each coefficient, with its interval."""
    table = plain_table("", "coefficient", "value", "95 % interval", "units")
    for c in coefficients:
        interval = f"{c.low:.3f}–{c.high:.3f}"
        table.add_row(c.variable, c.name, f"{c.value:.3f}", interval, str(c.n))
    Console().print(table)


def show_disagreements(found: Iterable["Disagreement"]) -> None:
    """Each sentence whose votes differ: context, text, votes, and the label that was settled."""
    console = Console()
    for disagreement in found:
        sentence = disagreement.sentence
        console.print(Text(f"{sentence.other.get('id', '')} {sentence.context}", style="dim"))
        console.print(Text(sentence.text))
        for coder, labels in disagreement.votes.items():
            console.print(Text(f"  {coder}: {labels_in_words(labels)}"))
        settled = labels_in_words(sentence.labels or {})
        console.print(Text(f"  settled: {settled}. {sentence.other.get('note') or ''}\n"))


def show_doubts(doubts: Iterable["Doubt"]) -> None:
    """Each doubtful label: what stands there, what is likelier, both probabilities, the place."""
    console = Console()
    for doubt in doubts:
        there = in_words(doubt.label, doubt.likelier)
        likelier = in_words(doubt.likelier, doubt.label)
        console.print(visible(doubt.sentence.text))
        line = (
            f"  {doubt.topic}: {there} {doubt.label_probability:.2f}, "
            f"likelier {likelier} {doubt.likelier_probability:.2f}, margin {doubt.margin:.2f}"
        )
        console.print(visible(line))
        for reading, words in ((there, doubt.for_label), (likelier, doubt.for_likelier)):
            if words:
                console.print(visible(f"  for {reading}: {', '.join(words)}"))
        console.print(Text(f"  {doubt.place}\n", style="dim"))
