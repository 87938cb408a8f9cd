"""Commands that bring labelled data into a corpus and out of it."""

from datetime import date as calendar
from pathlib import Path
from typing import Annotated, Literal

import typer

from newstance.cli.app import corpora
from newstance.exchange.formats import Format

COLUMNS, LABELS, ORIGIN, ADDING = "Columns", "Labels", "Origin", "Adding"

CorpusOption = Annotated[Path, typer.Option("--corpus", metavar="DIR", help="The corpus's folder.")]
SplitOption = Annotated[
    Literal["train", "exam", "news", "contrast"], typer.Option(help="The split of the corpus.")
]
FormatOption = Annotated[
    Format | None,
    typer.Option("--format", help="The format.", show_default="told by ending and content"),
]


@corpora.command(
    "add",
    epilog="Example: newstance corpus add tweets.tsv --text-column Tweet --topic-column Target "
    "--stance-column Stance --alias FAVOR=support --alias AGAINST=oppose --alias NONE=",
)
def add(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Tables, JSON lines, Parquet, saved data sets, exports of annotation tools."
        ),
    ],
    corpus: CorpusOption = Path("corpus"),
    split: SplitOption = "train",
    form: FormatOption = None,
    text_column: Annotated[
        str, typer.Option(help="The column of the text.", rich_help_panel=COLUMNS)
    ] = "text",
    context_column: Annotated[
        str, typer.Option(help="The column of the context.", rich_help_panel=COLUMNS)
    ] = "context",
    id_column: Annotated[
        str, typer.Option(help="The column of the id; '' for none.", rich_help_panel=COLUMNS)
    ] = "id",
    group_column: Annotated[
        str, typer.Option(help="The column of the news item.", rich_help_panel=COLUMNS)
    ] = "group",
    topic_column: Annotated[
        str | None,
        typer.Option(
            help="The column of the topic, where a row is a sentence and topic.",
            show_default="a column for each topic",
            rich_help_panel=LABELS,
        ),
    ] = None,
    stance_column: Annotated[
        str | None,
        typer.Option(help="The column of the stance towards it.", rich_help_panel=LABELS),
    ] = None,
    topic: Annotated[
        str | None, typer.Option(help="The topic of all rows.", rich_help_panel=LABELS)
    ] = None,
    alias: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD=NAME",
            help="A topic or stance by another word; no name: the topic is not given. Repeatable.",
            rich_help_panel=LABELS,
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Source of rows that name none.", rich_help_panel=ORIGIN)
    ] = None,
    licence: Annotated[
        str | None, typer.Option(help="Licence of rows that name none.", rich_help_panel=ORIGIN)
    ] = None,
    annotator: Annotated[
        str | None,
        typer.Option(help="Who labelled the rows that name nobody.", rich_help_panel=ORIGIN),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            help="When, for votes that tell no day.",
            rich_help_panel=ORIGIN,
        ),
    ] = None,
    on_conflict: Annotated[
        Literal["keep", "replace"],
        typer.Option(help="A sentence that is there with other labels.", rich_help_panel=ADDING),
    ] = "keep",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing.", rich_help_panel=ADDING)
    ] = False,
) -> None:
    """Add labelled sentences to a corpus.

    A sentence that is there (same text and context, blanks and case aside) is not added again; its
    new coders' votes join the row. With other labels it is a conflict and listed.
    """
    from newstance.codebook import FILE, read_codebook
    from newstance.corpus_add import add_to_corpus
    from newstance.exchange.items import Fields, Origin
    from newstance.exchange.reading import read_labelled
    from newstance.terminal.exchanging import remark_not_used, show_added

    found = read_labelled(
        files,
        read_codebook(corpus / FILE),
        form=form,
        fields=Fields(
            text_column, context_column, id_column, group_column, stance_column, topic_column, topic
        ),
        aliases=_aliases(alias or []),
        origin=Origin(source, licence, annotator, _day(date)),
        split=split,
    )
    added = add_to_corpus(
        found, corpus, split=split, is_replacing=on_conflict == "replace", is_dry_run=dry_run
    )
    show_added(added, is_replacing=on_conflict == "replace", is_dry_run=dry_run)
    remark_not_used(found.not_taken, "taken")


@corpora.command("export", epilog="Example: newstance corpus export corpus.csv --split exam")
def export(
    path: Annotated[Path, typer.Argument(help="The file to write, or for datasets a folder.")],
    corpus: CorpusOption = Path("corpus"),
    split: SplitOption = "train",
    form: Annotated[
        Format | None,
        typer.Option("--format", help="The format.", show_default="told by the ending"),
    ] = None,
) -> None:
    """Write a split of a corpus for other tools; corpus add reads all of it again."""
    from newstance.corpus_export import export_corpus
    from newstance.terminal.exchanging import remark_not_used
    from newstance.terminal.text import remark

    exported = export_corpus(corpus, path, form=form, split=split)
    remark(f"wrote {exported.n_sentences} sentences to {path}")
    remark_not_used(exported.not_written, "written")


def _aliases(options: list[str]) -> dict[str, str]:
    aliases = {}
    for option in options:
        word, mark, name = option.rpartition("=")
        if not mark or not word.strip():
            raise typer.BadParameter(f"'{option}' is no WORD=NAME", param_hint="--alias")
        aliases[word.strip()] = name.strip()
    return aliases


def _day(date: str | None) -> str | None:
    try:
        return date and calendar.fromisoformat(date).isoformat()
    except ValueError:
        raise typer.BadParameter(
            f"'{date}' is no day like 2026-11-20", param_hint="--date"
        ) from None
