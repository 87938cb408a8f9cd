"""Scores of models, and the probes that say how far to believe them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from newstance.cards import MEASURES
from newstance.terminal.text import plain_table
from newstance.undefined import in_words

if TYPE_CHECKING:
    from newstance.evaluate import Examination
    from newstance.families import Families
    from newstance.probes import Probes


def show_scores(evaluations: Mapping[str, Mapping[str, Any]]) -> None:
    """A table of measures with intervals and baselines, and one of topics, for each evaluation.

    Measures that an evaluation has under ``left_out`` are left out.
    """
    console = Console()
    for name, told in evaluations.items():
        left_out = told.get("left_out", {})
        scores = plain_table("measure", "score", "95 % interval", "baseline")
        scores.title = f"{name}: {told['n']} sentences of {told['groups']} news items"
        for key, words in MEASURES.items():
            if key in left_out:
                continue
            baseline = told["baseline"][key]
            low, high = told["intervals"][key]
            scores.add_row(
                words,
                f"{told[key]:.3f}",
                "" if "intervals" in left_out else f"{low:.3f}–{high:.3f}",
                "" if baseline is None else f"{baseline:.3f}",
            )
        console.print(scores)
        console.print()
        console.print(_details(told, left_out))
        console.print()


def show_examination(name: str, examination: "Examination") -> None:
    """The scores, what is left out of them and why, and the probes."""
    show_scores({name: examination.to_json()})
    console = Console()
    for remark in in_words(examination.left_out):
        console.print(f"{remark}\n")
    _show_probes(examination.probes, console)


def _details(told: Mapping[str, Any], left_out: Mapping[str, str]) -> Table:
    columns = ("precision", "recall", "f1")
    details = plain_table("", "gold", *columns, "stance macro-F1")
    for name, row in {**told["topics"], **told["stances"]}.items():
        scores = [f"{row[key]:.3f}" if row["n"] else "" for key in columns]
        has_stance = "stance_macro_f1" in row and f"{name}.stance_macro_f1" not in left_out
        stance = f"{row['stance_macro_f1']:.3f}" if has_stance and row["n"] else ""
        details.add_row(name, f"{row['n']:.0f}", *scores, stance)
    return details


def _show_probes(probes: "Probes", console: Console) -> None:
    table = plain_table("probe", "stance macro-F1", "loss", "topics micro-F1")
    told = [probe for probe in probes.probes if probe.stance or probe.topics]
    for probe in told:
        scores = (str(score or "") for score in (probe.stance, probe.loss, probe.topics))
        table.add_row(probe.name.replace("_", " "), *scores)
    if told:
        console.print(table)
        console.print()
    for probe in told:
        if probe.finding:
            console.print(f"{probe.finding}\n")
    if probes.families:
        console.print(_families(probes.families))


def _families(families: "Families") -> Table:
    title = f"{families.n} families of rows that differ in one thing, {families.n_rows} rows"
    table = plain_table("right in topics and stances", "share", "baseline")
    table.title = title
    for words, score, baseline in (
        ("all rows of a family", families.all_right, families.majority_all_right),
        ("rows", families.rows_right, families.majority_rows_right),
    ):
        table.add_row(words, str(score), f"{baseline.value:.2f}")
    return table
