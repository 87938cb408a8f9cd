"""The application, its groups of commands, and the options that several commands have."""

import io
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from newstance.errors import NewstanceError

app = typer.Typer(
    name="newstance",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
corpora = typer.Typer(no_args_is_help=True, help="Labelled corpora.")
app.add_typer(corpora, name="corpus")
codebooks = typer.Typer(
    invoke_without_command=True,
    help="The codebook: what each topic and stance means, and the rules for close cases.",
    epilog="Example: newstance codebook | less",
)
app.add_typer(codebooks, name="codebook")
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


ModelOption = Annotated[
    Path | None,
    typer.Option(
        "--model", metavar="DIR", help="A model's folder.", show_default="the shipped one"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def print_json(value: Any, *, indent: int | None = 1) -> None:
    """Print JSON; ``indent`` None puts it on one line."""
    import json

    typer.echo(json.dumps(value, indent=indent, ensure_ascii=False))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exit code 1 for a user's mistake, 2 for wrong usage.

    130 for Ctrl-C and 143 if the system ends it, after all is put in order.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        try:
            app(arguments)
        finally:
            sys.stdout.flush()  # a full disk is to show here, not when the interpreter ends
    except NewstanceError as error:
        sys.exit(f"Error: {error}")
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left in the buffer goes nowhere
        if isinstance(error, BrokenPipeError):
            sys.exit(1)
        sys.exit(f"Error: cannot read or write ({error.strerror}); free the place and try again.")
