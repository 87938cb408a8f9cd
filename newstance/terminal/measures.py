"""Scores of models."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from newstance.cards import MEASURES
from newstance.terminal.text import plain_table


def show_scores(evaluations: Mapping[str, Mapping[str, Any]]) -> None:
    """A table of measures with intervals and baselines, and one of topics, for each evaluation."""
    console = Console()
    for name, told in evaluations.items():
        scores = plain_table("measure", "score", "95 % interval", "baseline")
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
    details = plain_table("", "gold", *columns, "stance macro-F1")
    for name, row in {**told["topics"], **told["stances"]}.items():
        stance = f"{row['stance_macro_f1']:.3f}" if "stance_macro_f1" in row else ""
        details.add_row(name, f"{row['n']:.0f}", *(f"{row[key]:.3f}" for key in columns), stance)
    return details
