"""The command that begins a project of one's own."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from newstance.cli.app import app
from newstance.codebook_draft import Draft, Kind, parse_draft
from newstance.errors import NewstanceError


@app.command(
    epilog="Example: newstance init housing --title 'Housing in the news' "
    "--topic 'rents: Rents and what caps them' --topic 'building: The building of homes' --yes"
)
def init(
    directory: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    title: Annotated[
        str | None, typer.Option(help="The codebook's title.", show_default="the folder's name")
    ] = None,
    topics: Annotated[
        list[str] | None,
        typer.Option("--topic", metavar="'NAME: DEFINITION'", help="A topic; repeatable."),
    ] = None,
    stances: Annotated[
        list[str] | None,
        typer.Option(
            "--stance",
            metavar="'NAME: DEFINITION'",
            help="A stance; repeatable, at least two.",
            show_default="support, oppose, neutral",
        ),
    ] = None,
    take_defaults: Annotated[
        bool, typer.Option("--yes", help="Ask nothing; take the defaults for what is not given.")
    ] = False,
) -> None:
    """Begin a project: a codebook to write out, an empty corpus, and a page with what is next.

    In a terminal, what is not given is asked for.
    """
    from newstance.codebook import FILE
    from newstance.project import PAGE, STANCES, check_free
    from newstance.project import init as begin
    from newstance.terminal.text import remark

    check_free(directory)
    own_topics = [parse_draft(Kind.topic, text) for text in topics or []]
    own_stances = [parse_draft(Kind.stance, text) for text in stances or []]
    if sys.stdin.isatty() and not take_defaults:
        title = title or typer.prompt("Title", default=directory.name, err=True)
        own_topics = own_topics or _ask(Kind.topic, least=1)
        own_stances = own_stances or _ask(Kind.stance, least=2, default=STANCES)
    begin(
        directory,
        title=title or directory.name,
        topics=own_topics,
        stances=own_stances or STANCES,
    )
    remark(
        f"wrote {directory}: write out {directory / FILE} ('newstance codebook check {directory}' "
        f"says what is missing); {directory / PAGE} says how to go on."
    )


def _ask(kind: Kind, *, least: int, default: Sequence[Draft] = ()) -> list[Draft]:
    """The topics or stances that are typed until an empty line; none stands for the default."""
    drafts: list[Draft] = []
    while True:
        is_enough = len(drafts) >= least or (default and not drafts)
        names = "" if drafts else ", ".join(draft.name for draft in default)
        hint = f" (empty: {names or 'no more'})" if is_enough else ""
        question = f"A {kind}, as 'name: definition'{hint}"
        text = typer.prompt(question, "", show_default=False, err=True)
        if is_enough and not text:
            return drafts
        try:
            drafts.append(parse_draft(kind, text))
        except NewstanceError as error:
            typer.echo(f"Error: {error}", err=True)
