"""The codebook, what an edit of it did, and which labels it left behind."""

from typing import TYPE_CHECKING

from rich.console import Console

from newstance.cards import codebook_in_words
from newstance.codebook import FILE, Codebook
from newstance.terminal.text import plain_table, remark

if TYPE_CHECKING:
    from newstance.codebook_edit import Edit
    from newstance.stale import Staleness


def show_codebook(codebook: Codebook) -> None:
    """The codebook: formatted in a terminal, Markdown elsewhere."""
    console = Console()
    words = f"# {codebook.title}\n\n{codebook_in_words(codebook)}"
    if console.is_terminal:
        from rich.markdown import Markdown

        console.print(Markdown(words))
    else:
        print(words)


def tell_edit(edit: "Edit", name: str = "") -> None:
    """What was changed, and what a person has still to look at."""
    from newstance.codebook_edit import SET_ASIDE

    directory = edit.directory
    remark(f"{directory}: codebook version {edit.version}, {edit.n_rows} rows changed.")
    if edit.n_set_aside:
        remark(
            f"{edit.n_set_aside} of them have a topic and no stance now: they stand in "
            f"{directory / SET_ASIDE}, to be labelled anew with 'newstance label'."
        )
    if edit.mentions:
        lines = ", ".join(map(str, edit.mentions))
        remark(f"{directory / FILE}: look at {name!r} in line {lines}.")
    remark("Models and cards are as they were; retrain with 'newstance train'.")


def show_stale(found: "Staleness") -> None:
    """Each label left behind, and for each entry the number of rows."""
    for finding in found.findings:
        print(finding)
    if found.findings:
        table = plain_table("rows", "stale", "uncoded")
        for entry, counts in found.counts().items():
            table.add_row(entry, *map(str, counts.values()))
        Console().print(table)
    remark(
        f"codebook version {found.version}: {found.n_found} of {found.n_rows} rows to look at "
        f"again, {found.n_unknown} of unknown version."
    )
