"""Commands on the models that are kept on this machine: list, use, show, trust, export, import."""

from pathlib import Path
from typing import Annotated

import typer

from newstance.cli.app import models, print_json

KeptArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the model.")]


@models.command("list", epilog="Example: newstance model list model")
def list_models(directory: KeptArgument = Path("model")) -> None:
    """List the versions of a model: which is in use, what it learnt from, how it does, its size."""
    from newstance.terminal.keeping import show_versions
    from newstance.versions import list_versions

    show_versions(list_versions(directory))


@models.command("use", epilog="Example: newstance model use 0a1b2c3d4e5f model")
def use_model(
    version: Annotated[str, typer.Argument(help="A version's name, as 'model list' shows it.")],
    directory: KeptArgument = Path("model"),
) -> None:
    """Put another version of a model in use, in one step."""
    from newstance.terminal.text import remark
    from newstance.versions import use

    before = use(directory, version)
    remark(f"{directory}: version {version} is in use{_way_back(before, directory)}.")


@models.command("show", epilog="Example: newstance model show --receipt")
def show_model(
    directory: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR", help="The folder of the model.", show_default="the shipped one"
        ),
    ] = None,
    receipt: Annotated[
        bool, typer.Option("--receipt", help="Print, as JSON, all that it takes to refit it.")
    ] = False,
) -> None:
    """Show what a model is: topics, stances, corpora, scores, and what it was made with."""
    from newstance.model import read_model_codebook, shipped_model
    from newstance.receipt import receipt as receipt_of
    from newstance.terminal.keeping import show_version
    from newstance.versions import name_of, read_version

    folder = directory or shipped_model()
    if receipt:
        print_json(receipt_of(folder))
        return
    version = read_version(folder, name=name_of(folder), is_in_use=True)
    show_version(version, read_model_codebook(folder, version.manifest))


@models.command("trust", epilog="Example: newstance model trust colleagues-model")
def trust_model(
    directory: Annotated[Path, typer.Argument(help="The folder of a model whose maker you know.")],
) -> None:
    """Allow the scikit-learn pipeline of a model from elsewhere to be loaded."""
    from newstance.model import PIPELINE, read_intact, read_manifest
    from newstance.terminal.text import remark
    from newstance.trust import trust, user_file

    manifest = read_manifest(directory)
    if PIPELINE not in manifest.files:
        remark(f"{directory}: loads without running code and needs no trust.")
        return
    read_intact(directory, PIPELINE, manifest)
    trust(user_file(), manifest.files[PIPELINE])
    digest = manifest.files[PIPELINE]
    remark(f"{directory / PIPELINE} may now be loaded (SHA-256 {digest}).")


@models.command("export", epilog="Example: newstance model export model model.zip")
def export(
    directory: Annotated[Path, typer.Argument(help="The folder of a model.")],
    file: Annotated[Path, typer.Argument(help="The file to write.")],
) -> None:
    """Write a model to one file that anyone can load without running code from it."""
    from newstance.share import export_model
    from newstance.terminal.text import remark
    from newstance.trust import read_trusted, user_file

    digest = export_model(directory, file, trusted=read_trusted(user_file()))
    remark(f"wrote {file} (SHA-256 {digest}).")


@models.command("import", epilog="Example: newstance model import model.zip their-model")
def import_(
    file: Annotated[Path, typer.Argument(help="A file that 'model export' wrote.")],
    directory: Annotated[Path, typer.Argument(help="The folder that the model is put into.")],
) -> None:
    """Take a model from a shared file, if it is whole and holds nothing that could run code."""
    from newstance.share import import_model
    from newstance.terminal.text import remark

    before = import_model(file, directory)
    remark(f"{directory}: the model of {file} is in use{_way_back(before, directory)}.")


def _way_back(before: str | None, directory: Path) -> str:
    return f"; back with 'newstance model use {before} {directory}'" if before else ""
