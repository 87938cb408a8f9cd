"""The command that trains a model."""

from pathlib import Path
from typing import Annotated

import typer

from newstance.cli.app import app
from newstance.errors import NewstanceError


@app.command(epilog="Example: newstance train --corpus corpus --output model")
def train(
    corpora: Annotated[
        list[Path] | None,
        typer.Option(
            "--corpus",
            metavar="DIR",
            help="A corpus's folder; repeatable: all are trained on together.",
            show_default="corpus",
        ),
    ] = None,
    output: Annotated[Path, typer.Option(metavar="DIR", help="The model's folder.")] = Path(
        "model"
    ),
    promote: Annotated[
        bool,
        typer.Option(
            "--promote",
            help="Replace the model there only if the new one is not worse on exam, news and "
            "contrast sets; else exit code 1.",
        ),
    ] = False,
    ablation: Annotated[
        bool,
        typer.Option(
            "--ablation",
            help="Also measure what each part of the model is worth, for its card; takes some ten "
            "times as long.",
        ),
    ] = False,
) -> None:
    """Train a model on corpora, cross-validate it, and write it in one step.

    Each model is also kept, as a version, beside the output: see 'newstance model list'.
    """
    from newstance.ablation import PARTS
    from newstance.terminal.keeping import show_training
    from newstance.terminal.progress import stages
    from newstance.train import train as trained
    from newstance.trust import trust, user_file

    corpus, *added = corpora or [Path("corpus")]
    with stages() as progress:
        training = trained(
            corpus,
            output,
            added=added,
            is_promotion=promote,
            variants=PARTS if ablation else None,
            progress=progress,
        )
    trust(user_file(), training.digest)
    show_training(training)
    if training.verdict and not training.verdict.is_promoted:
        reasons = "; ".join(training.verdict.reasons)
        raise NewstanceError(
            f"{output}: not replaced, as the new model is worse ({reasons}); mend the corpora, or "
            f"put it in use all the same: 'newstance model use {training.version.name} {output}'."
        )
