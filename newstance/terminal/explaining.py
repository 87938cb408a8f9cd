"""Why a model says what it says: the sentence coloured by shares, and the shares that add up."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newstance.codebook import Codebook
from newstance.explain import NO_FLIP, Explanation, Flip, Part
from newstance.terminal.text import TOPIC_STYLES, plain_table, style_of, visible
from newstance.weights import Strongest

FOR, AGAINST = "bold cyan", "magenta"
SHOWN_PARTS = 10
COLOURED_FROM = 0.15


def show_explanation(explanation: Explanation, topics: Sequence[str], codebook: Codebook) -> None:
    """For each topic: its probabilities, the sentence coloured, and a table of shares."""
    console = Console()
    sentence = explanation.sentence
    if sentence.context:
        console.print(Text.assemble(("context: ", "dim"), visible(sentence.context)))
    if not sentence.scores:
        console.print(visible(sentence.text), Text(f"\n{sentence.remark}", style="dim"), sep="")
        return
    for topic in topics:
        k = codebook.topic_names.index(topic)
        score = sentence.scores[topic]
        stance = max(score.stances, key=lambda name: score.stances[name])
        style = style_of(topic, codebook.topic_names, TOPIC_STYLES)
        state = "" if topic in (sentence.labels or {}) else " (not given)"
        console.print()
        console.print(Text.assemble((topic, f"bold {style}"), f" {score.probability:.2f}{state}"))
        console.print(_coloured(explanation, [w.share.topics[k] for w in explanation.words()]))
        s = codebook.stance_names.index(stance)
        console.print(Text.assemble((stance, "bold"), f" {score.stances[stance]:.2f}"))
        console.print(_coloured(explanation, [w.share.stances[k, s] for w in explanation.words()]))
        console.print()
        console.print(_shares_table(explanation, k, codebook))


def show_flip(flip: Flip | None, topic: str, text: str) -> None:
    """The words without which the decision on a topic is another."""
    words = flip.in_words(text) if flip else NO_FLIP
    Console().print(Text.assemble((f"{topic}: ", "bold"), visible(words)))


def show_strongest(found: Sequence[Strongest]) -> None:
    """A line of features for each topic and stance, and a warning of the names among them."""
    console = Console()
    for strongest in found:
        line = Text("  " if strongest.stance else "\n")
        line.append(f"{strongest.stance or strongest.topic}: ", style="bold")
        for n, feature in enumerate(strongest.features):
            line.append(", " if n else "")
            line.append(feature.text, style="yellow" if feature.is_name else "")
            line.append(f" {feature.log_odds:+.2f}", style="dim")
        console.print(line)
    features = [f for strongest in found if strongest.stance for f in strongest.features]
    if names := sorted({feature.text for feature in features if feature.is_name}):
        console.print(
            f"\nWarning: names are among what speaks most for a stance: {', '.join(names)}. There "
            "the model goes by who is named, not by what is said; add sentences in which they take "
            "other sides.",
            style="yellow",
        )


def _coloured(explanation: Explanation, shares: Sequence[float]) -> Text:
    text = visible(explanation.sentence.text)
    greatest = max(map(abs, shares), default=0.0)
    for word, share in zip(explanation.words(), shares, strict=True):
        if abs(share) >= COLOURED_FROM * greatest:
            text.stylize(FOR if share > 0 else AGAINST, word.start, word.end)
    return text


def _shares_table(explanation: Explanation, k: int, codebook: Codebook) -> Table:
    """The greatest shares, the sum of the others, the intercept, and the log-odds they sum to."""
    table = plain_table("log-odds", "topic", *codebook.stance_names)
    rows = {id(part): _row(part, k) for part in explanation.parts}
    ranked = sorted(explanation.parts, key=lambda part: -max(map(abs, rows[id(part)])))
    for part in ranked[:SHOWN_PARTS]:
        where = " (context)" if part.is_context else ""
        table.add_row(visible(part.text + where), *_numbers(rows[id(part)]))
    if others := ranked[SHOWN_PARTS:]:
        sums = [sum(column) for column in zip(*(rows[id(p)] for p in others), strict=True)]
        table.add_row(f"{len(others)} others", *_numbers(sums), style="dim")
    for name, share in (("intercept", explanation.intercept), ("sum", explanation.total)):
        table.add_row(name, *_numbers([share.topics[k], *share.stances[k]]), style="dim")
    return table


def _row(part: Part, k: int) -> list[float]:
    return [float(part.share.topics[k]), *map(float, part.share.stances[k])]


def _numbers(values: Sequence[float]) -> list[str]:
    return [f"{value:+.2f}" for value in values]
