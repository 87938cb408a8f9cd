"""What people see in a terminal: classified sentences, scores, the codebook, progress.

Colours and wrapping are rich's, which leaves them out when output is no terminal or ``NO_COLOR`` is
set. Answers go to stdout, remarks and progress to stderr.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from newstance.cards import MEASURES, codebook_in_words, labels_in_words
from newstance.codebook import Codebook
from newstance.records import Sentence

if TYPE_CHECKING:
    from newstance.agreement import Coefficient, Disagreement
    from newstance.corpus_stats import Stats

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
TOPIC_STYLES = ("cyan", "yellow", "magenta", "blue", "bright_cyan", "bright_yellow")
STANCE_STYLES = ("green", "red", "bright_black", "bright_magenta", "bright_blue")


def remark(text: str) -> None:
    """A line to the user beside the answer."""
    print(text, file=sys.stderr)


def show_sentences(
    sentences: Iterable[Sentence], codebook: Codebook, stream: TextIO | None = None
) -> None:
    """A table of classified sentences: text, topics and stances with their probabilities."""
    table = Table(box=None, padding=(0, 2, 1, 0), header_style="bold")
    table.add_column("sentence", ratio=1, overflow="fold")
    table.add_column("topic", no_wrap=True)
    table.add_column("stance", no_wrap=True)
    for sentence in sentences:
        table.add_row(_visible(sentence.text), *_answer(sentence, codebook))
    Console(file=stream).print(table)


def _visible(text: str) -> Text:
    """News text without the control characters that would steer a terminal."""
    return Text(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", text))


def _answer(sentence: Sentence, codebook: Codebook) -> tuple[Text, Text]:
    if not sentence.labels or not sentence.scores:
        return Text(sentence.remark or "none", style="dim"), Text("")
    topics, stances = [], []
    for topic, stance in sentence.labels.items():
        score = sentence.scores[topic]
        topics.append(
            Text.assemble(
                (topic, _style(topic, codebook.topic_names, TOPIC_STYLES)),
                (f" {score.probability:.2f}", "dim"),
            )
        )
        stances.append(
            Text.assemble(
                (stance, _style(stance, codebook.stance_names, STANCE_STYLES)),
                (f" {score.stances[stance]:.2f}", "dim"),
            )
        )
    return Text("\n").join(topics), Text("\n").join(stances)


def _style(name: str, names: Sequence[str], styles: Sequence[str]) -> str:
    return styles[names.index(name) % len(styles)]


def show_scores(evaluations: Mapping[str, Mapping[str, Any]]) -> None:
    """A table of measures with intervals and baselines, and one of topics, for each evaluation."""
    console = Console()
    for name, told in evaluations.items():
        scores = _plain_table("measure", "score", "95 % interval", "baseline")
        scores.title = f"{name}: {told['n']} sentences of {told['groups']} news items"
        for key, words in MEASURES.items():
            baseline = told["baseline"][key]
            low, high = told["intervals"][key]
            scores.add_row(
                words,
                f"{told[key]:.3f}",
                f"{low:.3f}–{high:.3f}",
                "" if baseline is None else f"{baseline:.3f}",
            )
        console.print(scores)
        console.print()
        console.print(_details(told))
        console.print()


def _details(told: Mapping[str, Any]) -> Table:
    columns = ("precision", "recall", "f1")
    details = _plain_table("", "gold", *columns, "stance macro-F1")
    for name, row in {**told["topics"], **told["stances"]}.items():
        stance = f"{row['stance_macro_f1']:.3f}" if "stance_macro_f1" in row else ""
        details.add_row(name, f"{row['n']:.0f}", *(f"{row[key]:.3f}" for key in columns), stance)
    return details


def show_stats(counts: "Stats") -> None:
    """A table of labels for each split, and a row of counts for each further field."""
    console = Console()
    for split, told in counts.splits.items():
        stances = list(next(iter(told["labels"].values())))
        labels = _plain_table("", *stances)
        labels.title = (
            f"{split}: {told['sentences']} sentences of {told['items']} news items, "
            f"{told['none']} without topic"
        )
        for topic, by_stance in told["labels"].items():
            labels.add_row(topic, *map(str, by_stance.values()))
        console.print(labels)
        console.print()
    for name, values in counts.tables.items():
        parts = ", ".join(f"{value} {number}" for value, number in values.items())
        console.print(Text.assemble((f"{name}: ", "bold"), parts))


def show_agreement(coefficients: Sequence["Coefficient"]) -> None:
    """A row for each coefficient, with its interval."""
    table = _plain_table("", "coefficient", "value", "95 % interval", "units")
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


def _plain_table(*columns: str) -> Table:
    """A table without lines, its first column to the left, the others to the right."""
    table = Table(box=None, padding=(0, 2, 0, 0), title_justify="left")
    for n, column in enumerate(columns):
        table.add_column(column, justify="right" if n else "left")
    return table


def show_codebook(codebook: Codebook) -> None:
    """The codebook: formatted in a terminal, Markdown elsewhere."""
    console = Console()
    words = f"# {codebook.title}\n\n{codebook_in_words(codebook)}"
    if console.is_terminal:
        from rich.markdown import Markdown

        console.print(Markdown(words))
    else:
        print(words)


@contextmanager
def progress_bar(what: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """A function to be told how much is done (and of how much, if that is known only later).

    It draws a bar with rate and time left on stderr, if that is a terminal.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done, total=total: bar.update(task, completed=done, total=total)


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed and task.speed >= 1 else "")
