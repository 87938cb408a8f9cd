"""Commands on codebooks: show, check, add, rename, remove; and on labels that became stale."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from newstance.cli.app import JsonOption, ModelOption, codebooks, corpora, print_json
from newstance.codebook_draft import Kind
from newstance.errors import NewstanceError

CorpusOption = Annotated[Path, typer.Option("--corpus", metavar="DIR", help="The corpus's folder.")]


@codebooks.callback()
def show(context: typer.Context, model: ModelOption = None) -> None:
    """Show what each topic and stance means, and the rules for close cases; or check or edit it."""
    if context.invoked_subcommand:
        return
    from newstance.model import read_manifest, read_model_codebook, shipped_model
    from newstance.terminal.codebooks import show_codebook

    directory = model or shipped_model()
    show_codebook(read_model_codebook(directory, read_manifest(directory)))


@codebooks.command("check", epilog="Example: newstance codebook check my-corpus")
def check(
    path: Annotated[
        Path, typer.Argument(help="A codebook's file, or the folder of its corpus.")
    ] = Path("corpus"),
) -> None:
    """List every fault of a codebook, else what coders will miss; exit code 1 for a fault."""
    from newstance.codebook_check import check_codebook
    from newstance.terminal.text import remark

    found = check_codebook(path)
    if text := str(found):
        typer.echo(text)
    if found.faults:
        raise NewstanceError(
            f"{found.path}: {len(found.faults)} faults; mend them and check again."
        )
    remark(f"{found.path}: no faults, {len(found.warnings)} warnings.")


@codebooks.command(
    "add",
    epilog="Example: newstance codebook add topic 'rents: Rents and what caps them' "
    "--corpus my-corpus",
)
def add(
    kind: Annotated[Kind, typer.Argument(help="What to add.")],
    entry: Annotated[str, typer.Argument(metavar="'NAME: DEFINITION'", help="What it means.")],
    corpus: CorpusOption = Path("corpus"),
) -> None:
    """Add a topic or stance to a corpus's codebook, below the others."""
    from newstance.codebook_draft import parse_draft
    from newstance.codebook_edit import adding
    from newstance.terminal.codebooks import tell_edit

    _check_place(corpus)
    edit = adding(corpus, parse_draft(kind, entry))
    edit.write()
    tell_edit(edit)


@codebooks.command(
    "rename", epilog="Example: newstance codebook rename energy power --corpus my-corpus"
)
def rename(
    old: Annotated[str, typer.Argument(help="The topic or stance.")],
    new: Annotated[str, typer.Argument(help="Its new name.")],
    corpus: CorpusOption = Path("corpus"),
) -> None:
    """Rename a topic or stance in the codebook and in every label and vote of its corpus."""
    from newstance.codebook_edit import renaming
    from newstance.terminal.codebooks import tell_edit

    _check_place(corpus)
    edit = renaming(corpus, old, new=new)
    edit.write()
    tell_edit(edit, old)


@codebooks.command("remove", epilog="Example: newstance codebook remove energy --corpus my-corpus")
def remove(
    name: Annotated[str, typer.Argument(help="The topic or stance.")],
    corpus: CorpusOption = Path("corpus"),
    is_sure: Annotated[bool, typer.Option("--yes", help="Remove it without asking.")] = False,
) -> None:
    """Remove a topic or stance from the codebook, and its labels from every row of its corpus."""
    from newstance.codebook_edit import removing
    from newstance.terminal.codebooks import tell_edit

    _check_place(corpus)
    edit = removing(corpus, name)
    loss = f"{corpus}: {name!r} would be taken out of the labels of {edit.n_rows} rows"
    if not is_sure and not sys.stdin.isatty():
        raise NewstanceError(f"{loss}; add --yes to do so.")
    if is_sure or typer.confirm(f"{loss}. Remove it?", err=True):
        edit.write()
        tell_edit(edit, name)


@corpora.command("stale", epilog="Example: newstance corpus stale my-corpus --output queue.jsonl")
def stale(
    directory: Annotated[Path, typer.Argument(help="The corpus's folder.")] = Path("corpus"),
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the rows as a queue for 'newstance label'."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the labels that are older than what their topic or stance now means, with file and line.

    A row is also listed, as uncoded, for a topic that it was never asked about as it now stands.
    """
    from newstance.corpus import read_corpus
    from newstance.stale import find_stale, write_queue
    from newstance.terminal.codebooks import show_stale
    from newstance.terminal.text import remark

    corpus = read_corpus(directory)
    found = find_stale(corpus)
    if as_json:
        print_json(found.to_json())
    else:
        show_stale(found)
    if output is not None:
        remark(f"wrote {write_queue(corpus, found, output)} sentences to {output}")


def _check_place(corpus: Path) -> None:
    """The folder is exchanged as a whole: whoever stands in it would stand in the old one."""
    if corpus.resolve() in (Path.cwd(), *Path.cwd().parents):
        raise NewstanceError(
            f"{corpus}: is, or holds, the folder that you are in, and is replaced as a whole; "
            "go to the folder above it and give its path from there."
        )
