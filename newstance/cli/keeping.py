"""Commands on the models that are kept on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from newstance.cli.app import models


@models.command("trust", epilog="Example: newstance model trust colleagues-model")
def trust_model(
    directory: Annotated[Path, typer.Argument(help="The folder of a model whose maker you know.")],
) -> None:
    """Allow the scikit-learn pipeline of a model from elsewhere to be loaded."""
    from newstance.model import PIPELINE, read_intact, read_manifest
    from newstance.terminal.text import remark
    from newstance.trust import trust, user_file

    manifest = read_manifest(directory)
    read_intact(directory, PIPELINE, manifest)
    trust(user_file(), manifest.files[PIPELINE])
    digest = manifest.files[PIPELINE]
    remark(f"{directory / PIPELINE} may now be loaded (SHA-256 {digest}).")
