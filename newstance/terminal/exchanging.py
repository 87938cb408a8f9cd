"""What became of labelled data that came in or went out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from newstance.cards import labels_in_words
from newstance.terminal.text import remark, visible

if TYPE_CHECKING:
    from newstance.corpus_add import Added


def show_added(added: "Added", *, is_replacing: bool, is_dry_run: bool) -> None:
    """A line for each sentence that somebody should look at, then the counts."""
    what = "replaced" if is_replacing else "kept"
    for conflict in added.conflicts:
        print(
            f"conflict: {conflict.place} has {labels_in_words(conflict.labels)}; "
            f"{what} {labels_in_words(conflict.standing_labels)} at {conflict.standing}"
        )
    for conflict in added.differing:
        print(
            f"coders differ: {conflict.place} has {labels_in_words(conflict.standing_labels)}, "
            f"added, and {labels_in_words(conflict.labels)}"
        )
    for left_out in added.left_out:
        print(f"left out: {left_out.place}: {left_out.reason}")
    counts = {
        "rows read": added.n_rows,
        "sentences": added.n_sentences,
        "added": added.n_added,
        "doubles": added.n_doubles,
        "votes joined": added.n_votes,
        "conflicts": len(added.conflicts),
        "left out": len(added.left_out),
        "coders differ": len(added.differing),
    }
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, number in counts.items():
        table.add_row(name, str(number))
    Console().print(table)
    if is_dry_run:
        remark("A dry run: nothing was written.")
    elif added.n_added:
        remark(f"New rows stand in {added.path}.")


def remark_not_used(names: Sequence[str], what: str) -> None:
    """A remark on columns or fields that a corpus does not have."""
    if names:
        told = visible(", ".join(names)).plain
        remark(f"Not {what}, since a corpus has no such field: {told}.")
