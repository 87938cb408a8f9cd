"""What people see in a terminal: classified sentences, scores, the codebook, progress.

Colours and wrapping are rich's, which leaves them out when output is no terminal or ``NO_COLOR`` is
set. Answers go to stdout, remarks and progress to stderr.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from newstance.cards import MEASURES, codebook_in_words
from newstance.codebook import Codebook
from newstance.records import Sentence

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
        table.add_row(Text(sentence.text), *_answer(sentence, codebook))
    Console(file=stream).print(table)


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
        scores = Table(
            title=f"{name}: {told['n']} sentences of {told['groups']} news items",
            title_justify="left",
            box=None,
            padding=(0, 2, 0, 0),
        )
        for column in ("measure", "score", "95 % interval", "baseline"):
            scores.add_column(column, justify="left" if column == "measure" else "right")
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
    details = Table(box=None, padding=(0, 2, 0, 0))
    columns = ("precision", "recall", "f1")
    for column in ("", "gold", *columns, "stance macro-F1"):
        details.add_column(column, justify="left" if not column else "right")
    for name, row in {**told["topics"], **told["stances"]}.items():
        stance = f"{row['stance_macro_f1']:.3f}" if "stance_macro_f1" in row else ""
        details.add_row(name, f"{row['n']:.0f}", *(f"{row[key]:.3f}" for key in columns), stance)
    return details


def show_codebook(codebook: Codebook) -> None:
    """The codebook: formatted in a terminal, Markdown elsewhere."""
    console = Console()
    words = f"# {codebook.title}\n\n{codebook_in_words(codebook)}"
    if console.is_terminal:
        console.print(Markdown(words))
    else:
        print(words)


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function to be told (done, total), which draws a bar on stderr if that is a terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)
