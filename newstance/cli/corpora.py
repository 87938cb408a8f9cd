"""Commands on labelled corpora: check, stats, agreement, card."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from newstance.cli.app import JsonOption, corpora, print_json
from newstance.errors import NewstanceError

CorpusArgument = Annotated[Path, typer.Argument(help="The corpus's folder.")]


@corpora.command("check", epilog="Example: newstance corpus check my-corpus")
def check(directory: CorpusArgument = Path("corpus")) -> None:
    """List every fault of a corpus, with file and line; exit code 1 if there is one."""
    from newstance.corpus_check import check as checked

    faults = checked(directory)
    for fault in faults:
        typer.echo(str(fault))
    if faults:
        raise NewstanceError(f"{directory}: {len(faults)} faults; mend them and check again.")
    typer.echo(f"{directory}: no faults.", err=True)


@corpora.command("stats", epilog="Example: newstance corpus stats my-corpus --json")
def stats(directory: CorpusArgument = Path("corpus"), as_json: JsonOption = False) -> None:
    """Count the sentences of a corpus by topic, stance, source, register, year and length."""
    from newstance.corpus import read_corpus
    from newstance.corpus_stats import stats as counted
    from newstance.terminal.corpora import show_stats

    counts = counted(read_corpus(directory))
    if as_json:
        print_json(counts.to_json())
    else:
        show_stats(counts)


@corpora.command(
    "agreement", epilog="Example: newstance corpus agreement my-corpus --disagreements"
)
def agreement(
    directory: CorpusArgument = Path("corpus"),
    as_json: JsonOption = False,
    disagreements: Annotated[
        bool, typer.Option("--disagreements", help="List the sentences whose votes differ.")
    ] = False,
) -> None:
    """Tell how far coders agree: Cohen's kappa for two, Krippendorff's alpha for more."""
    from newstance import agreement as coders
    from newstance.corpus import read_corpus
    from newstance.terminal.corpora import show_agreement, show_disagreements

    corpus = read_corpus(directory)
    every = [sentence for sentences in corpus.splits.values() for sentence in sentences]
    if disagreements:
        show_disagreements(coders.disagreements(every))
        return
    found = coders.agreement(every, corpus.codebook)
    if not found:
        raise NewstanceError(f"{directory}: no sentence has two votes; add the coders' 'votes'.")
    if as_json:
        print_json([asdict(coefficient) for coefficient in found])
    else:
        show_agreement(found)


@corpora.command("card", epilog="Example: newstance corpus card corpus")
def card(directory: CorpusArgument = Path("corpus")) -> None:
    """Render the dataset card, README.md, of a corpus from its data."""
    from newstance.corpus_card import write_card
    from newstance.terminal.text import remark

    remark(f"wrote {write_card(directory)}")
