"""Commands that train models, measure them, and let pipelines be loaded."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newstance.cli.app import JsonOption, ModelOption, app, models
from newstance.errors import NewstanceError
from newstance.records import Sentence

if TYPE_CHECKING:
    from newstance.predictions import Predictions


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
    from newstance.trust import trust, user_file

    with terminal.progress_bar("Cross-validating and fitting") as progress:
        training = trained(corpus, output, progress=progress)
    trust(user_file(), training.digest)
    terminal.show_scores({name: told.to_json() for name, told in training.evaluations.items()})


@models.command("trust", epilog="Example: newstance model trust colleagues-model")
def trust_model(
    directory: Annotated[Path, typer.Argument(help="The folder of a model whose maker you know.")],
) -> None:
    """Allow the scikit-learn pipeline of a model from elsewhere to be loaded."""
    from newstance import terminal
    from newstance.model import PIPELINE, read_intact, read_manifest
    from newstance.trust import trust, user_file

    manifest = read_manifest(directory)
    read_intact(directory, PIPELINE, manifest)
    trust(user_file(), manifest.files[PIPELINE])
    digest = manifest.files[PIPELINE]
    terminal.remark(f"{directory / PIPELINE} may now be loaded (SHA-256 {digest}).")


def _ask_pipeline(directory: Path | None, sentences: Sequence[Sentence]) -> "Predictions":
    from newstance.model import load_pipeline
    from newstance.pipeline import predictions, to_input
    from newstance.trust import read_trusted, user_file

    pipeline = load_pipeline(directory, trusted=read_trusted(user_file()))
    return predictions(pipeline, to_input(sentences))
