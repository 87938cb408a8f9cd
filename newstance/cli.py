"""The command line: each command parses, calls the library, and shows the answer.

Heavy imports stand inside the commands, so that help comes at once.
"""

import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from newstance.errors import NewstanceError
from newstance.records import Sentence, to_line

if TYPE_CHECKING:
    from newstance.predictions import Predictions

app = typer.Typer(
    name="newstance",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
corpora = typer.Typer(no_args_is_help=True, help="Labelled corpora.")
app.add_typer(corpora, name="corpus")
models = typer.Typer(no_args_is_help=True, help="Models on this machine.")
app.add_typer(models, name="model")


def _show_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        typer.echo(version("newstance"))
        raise typer.Exit


@app.callback()
def newstance(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Say what news sentences are about and which side they take."""


class Format(StrEnum):
    """How classified sentences are written."""

    table = "table"
    jsonl = "jsonl"


ModelOption = Annotated[
    Path | None,
    typer.Option(
        "--model", metavar="DIR", help="A model's folder.", show_default="the shipped one"
    ),
]


CorpusArgument = Annotated[Path, typer.Argument(help="The corpus's folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command(epilog="Example: newstance classify 'Hungary backs Serbia on its way into the EU.'")
def classify(
    sentences: Annotated[
        list[str] | None,
        typer.Argument(help="Sentences; '-', or a pipe, reads a sentence from each line of stdin."),
    ] = None,
    files: Annotated[
        list[Path] | None,
        typer.Option(
            "--file", metavar="FILE", help="An article (.txt, .md) or records (.jsonl); repeatable."
        ),
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option("--format", show_default="table in a terminal, else jsonl"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write to this file.", show_default="stdout")
    ] = None,
    model: ModelOption = None,
) -> None:
    """Give the topics of sentences, the stance towards each, and their probabilities."""
    from newstance.classify import classify as classified
    from newstance.model import load_model

    news = _gather(sentences or [], files or [])
    loaded = load_model(model)
    answers = classified(loaded, news)
    if form is None:
        form = Format.table if output is None and sys.stdout.isatty() else Format.jsonl
    with _writing(output) as stream:
        if form is Format.table:
            from newstance import terminal

            terminal.show_sentences(answers, loaded.codebook, stream)
        else:
            stream.writelines(f"{to_line(answer)}\n" for answer in answers)


@app.command(epilog="Example: newstance evaluate gold.jsonl --json")
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Records with 'labels', as JSON lines.")],
    as_json: JsonOption = False,
    use_pipeline: Annotated[
        bool, typer.Option("--pipeline", help="Measure the scikit-learn pipeline itself.")
    ] = False,
    model: ModelOption = None,
) -> None:
    """Measure a model on labelled sentences, with 95 % intervals and baselines."""
    from newstance import terminal
    from newstance.evaluate import evaluate as evaluated
    from newstance.model import load_model
    from newstance.records import read_jsonl

    loaded = load_model(model)
    sentences = read_jsonl(gold, codebook=loaded.codebook)
    if not sentences:
        raise NewstanceError(f"{gold}: no sentence to evaluate; add at least one record.")
    said = _ask_pipeline(model, sentences) if use_pipeline else loaded.predict(sentences)
    evaluation = evaluated(sentences, said, loaded.codebook)
    if as_json:
        typer.echo(json.dumps(evaluation.to_json(), indent=1))
    else:
        terminal.show_scores({str(gold): evaluation.to_json()})


@app.command(epilog="Example: newstance train --corpus corpus --output model")
def train(
    corpus: Annotated[Path, typer.Option(metavar="DIR", help="The corpus's folder.")] = Path(
        "corpus"
    ),
    output: Annotated[Path, typer.Option(metavar="DIR", help="The model's folder.")] = Path(
        "model"
    ),
) -> None:
    """Train a model on a corpus, cross-validate it, and write it in one step."""
    from newstance import terminal
    from newstance.train import train as trained
    from newstance.trust import trust

    with terminal.progress_bar("Cross-validating and fitting") as progress:
        training = trained(corpus, output, progress=progress)
    trust(_trust_file(), training.digest)
    terminal.show_scores({name: told.to_json() for name, told in training.evaluations.items()})


@app.command(epilog="Example: newstance codebook | less")
def codebook(model: ModelOption = None) -> None:
    """Show what each topic and stance means, and the rules for close cases."""
    from newstance import terminal
    from newstance.model import read_manifest, read_model_codebook, shipped_model

    directory = model or shipped_model()
    terminal.show_codebook(read_model_codebook(directory, read_manifest(directory)))


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
    from newstance import terminal
    from newstance.corpus import read_corpus
    from newstance.corpus_stats import stats as counted

    counts = counted(read_corpus(directory))
    if as_json:
        typer.echo(json.dumps(counts.to_json(), indent=1, ensure_ascii=False))
    else:
        terminal.show_stats(counts)


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
    from newstance import terminal
    from newstance.corpus import read_corpus

    corpus = read_corpus(directory)
    every = [sentence for sentences in corpus.splits.values() for sentence in sentences]
    if disagreements:
        terminal.show_disagreements(coders.disagreements(every))
        return
    found = coders.agreement(every, corpus.codebook)
    if not found:
        raise NewstanceError(f"{directory}: no sentence has two votes; add the coders' 'votes'.")
    if as_json:
        typer.echo(json.dumps([asdict(coefficient) for coefficient in found], indent=1))
    else:
        terminal.show_agreement(found)


@corpora.command("card", epilog="Example: newstance corpus card corpus")
def card(directory: CorpusArgument = Path("corpus")) -> None:
    """Render the dataset card, README.md, of a corpus from its data."""
    from newstance import terminal
    from newstance.corpus_card import write_card

    terminal.remark(f"wrote {write_card(directory)}")


@models.command("trust", epilog="Example: newstance model trust colleagues-model")
def trust_model(
    directory: Annotated[Path, typer.Argument(help="The folder of a model whose maker you know.")],
) -> None:
    """Allow the scikit-learn pipeline of a model from elsewhere to be loaded."""
    from newstance import terminal
    from newstance.model import PIPELINE, read_intact, read_manifest
    from newstance.trust import trust

    manifest = read_manifest(directory)
    read_intact(directory, PIPELINE, manifest)
    trust(_trust_file(), manifest.files[PIPELINE])
    digest = manifest.files[PIPELINE]
    terminal.remark(f"{directory / PIPELINE} may now be loaded (SHA-256 {digest}).")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exit code 1 for a user's mistake, 2 for wrong usage, 130 for Ctrl-C."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        app(arguments)
    except NewstanceError as error:
        sys.exit(f"Error: {error}")
    except OSError as error:
        sys.exit(f"Error: cannot read or write ({error.strerror}); free the place and try again.")


def _ask_pipeline(directory: Path | None, sentences: Sequence[Sentence]) -> "Predictions":
    from newstance.model import load_pipeline
    from newstance.pipeline import predictions, to_input
    from newstance.trust import read_trusted

    pipeline = load_pipeline(directory, trusted=read_trusted(_trust_file()))
    return predictions(pipeline, to_input(sentences))


def _trust_file() -> Path:
    from platformdirs import user_data_path

    return user_data_path("newstance") / "trusted.json"


def _gather(arguments: list[str], files: list[Path]) -> list[Sentence]:
    """The sentences of arguments, files and, where '-' or nothing is given, stdin."""
    from newstance.sources import read_lines, read_sentences

    if not arguments and not files:
        if sys.stdin is None or sys.stdin.isatty():
            raise typer.BadParameter("give a sentence, --file FILE, or '-' to read stdin")
        arguments = ["-"]
    news: list[Sentence] = []
    for argument in arguments:
        if argument == "-":
            news += read_lines(sys.stdin.buffer.read(), name="stdin")
        else:
            news.append(Sentence(argument))
    return news + [sentence for path in files for sentence in read_sentences(path)]


@contextmanager
def _writing(output: Path | None) -> Iterator[TextIO]:
    """stdout, or a file that is there whole once the block has ended without error."""
    from newstance.files import replacing_file

    if output is None:
        yield sys.stdout
    else:
        with replacing_file(output) as partial, partial.open("w", encoding="utf-8") as stream:
            yield stream
