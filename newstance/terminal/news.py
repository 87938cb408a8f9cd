"""Classified sentences."""

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newstance.codebook import Codebook
from newstance.records import Sentence
from newstance.terminal.text import STANCE_STYLES, TOPIC_STYLES, style_of, visible


def show_sentences(
    sentences: Iterable[Sentence], codebook: Codebook, stream: TextIO | None = None
) -> None:
    """A table of classified sentences: text, topics and stances with their probabilities."""
    table = Table(box=None, padding=(0, 2, 1, 0), header_style="bold")
    table.add_column("sentence", ratio=1, overflow="fold")
    table.add_column("topic", no_wrap=True)
    table.add_column("stance", no_wrap=True)
    for sentence in sentences:
        table.add_row(visible(sentence.text), *_answer(sentence, codebook))
    Console(file=stream).print(table)


def _answer(sentence: Sentence, codebook: Codebook) -> tuple[Text, Text]:
    if not sentence.labels or not sentence.scores:
        return Text(sentence.remark or "none", style="dim"), Text("")
    topics, stances = [], []
    for topic, stance in sentence.labels.items():
        score = sentence.scores[topic]
        topics.append(
            Text.assemble(
                (topic, style_of(topic, codebook.topic_names, TOPIC_STYLES)),
                (f" {score.probability:.2f}", "dim"),
            )
        )
        stances.append(
            Text.assemble(
                (stance, style_of(stance, codebook.stance_names, STANCE_STYLES)),
                (f" {score.stances[stance]:.2f}", "dim"),
            )
        )
    if sentence.remark:
        topics.append(Text(sentence.remark, style="dim"))
    return Text("\n").join(topics), Text("\n").join(stances)
