"""The command on news: classify."""

import itertools
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newstance.cli.app import ModelOption, app
from newstance.errors import OnError

if TYPE_CHECKING:
    from newstance.readers import BadRow, Columns
    from newstance.records import Sentence


class Format(StrEnum):
    """How classified sentences are printed."""

    table = "table"
    jsonl = "jsonl"


READING, ANSWERING, WRITING = "Reading", "Answering", "Writing"


@app.command(epilog="Example: newstance classify 'Hungary backs Serbia on its way into the EU.'")
def classify(
    sentences: Annotated[
        list[str] | None,
        typer.Argument(help="Sentences; '-', or a pipe, reads a sentence from each line of stdin."),
    ] = None,
    files: Annotated[
        list[Path] | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="Articles (.txt, .md, .html), rows (.jsonl, .csv, .tsv, .parquet; .gz), or a "
            "folder or a quoted pattern of them; repeatable.",
            rich_help_panel=READING,
        ),
    ] = None,
    text_column: Annotated[
        str, typer.Option(help="The column that holds the text.", rich_help_panel=READING)
    ] = "text",
    context_column: Annotated[
        str, typer.Option(help="The column that holds the context.", rich_help_panel=READING)
    ] = "context",
    split_sentences: Annotated[
        bool,
        typer.Option(
            "--split-sentences", help="Rows hold whole articles.", rich_help_panel=READING
        ),
    ] = False,
    on_error: Annotated[
        OnError, typer.Option(help="A row that cannot be used.", rich_help_panel=READING)
    ] = OnError.stop,
    min_confidence: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Leave out labels whose probability, of topic and stance together, is less.",
            rich_help_panel=ANSWERING,
        ),
    ] = None,
    min_precision: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Leave out the least sure labels of each topic, until so many were right on "
            "held-out sentences.",
            rich_help_panel=ANSWERING,
        ),
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format",
            show_default="table in a terminal, else jsonl",
            help="How to print.",
            rich_help_panel=WRITING,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write to this file, .jsonl, .csv or .parquet.",
            show_default="stdout",
            rich_help_panel=WRITING,
        ),
    ] = None,
    jobs: Annotated[
        int,
        typer.Option(
            min=1,
            help="Processes, with --output; at most as many as there are processors.",
            rich_help_panel=WRITING,
        ),
    ] = 1,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with an interrupted run.", rich_help_panel=WRITING),
    ] = False,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="A Dask scheduler, as tcp://host:8786; --output is then a folder, with a file for "
            "each input file, of the kind that the folder's name ends in, else Parquet.",
            rich_help_panel=WRITING,
        ),
    ] = None,
    model: ModelOption = None,
) -> None:
    """Give the topics of sentences, the stance towards each, and their probabilities."""
    from newstance.readers import Columns

    columns = Columns(text_column, context_column, split_sentences)
    least = _least(min_confidence, min_precision, model)
    if files and output and not sentences:
        options: dict[str, Any] = {"model": model, "columns": columns, "on_error": on_error}
        options |= {"least": least, "resume": resume}
        if cluster:
            _write_on_cluster(files, output, address=cluster, **options)
        else:
            _write_files(files, output, n_jobs=jobs, **options)
    elif resume or cluster or jobs != 1:
        raise typer.BadParameter("--resume, --jobs and --cluster go with --file and --output")
    else:
        _answer(sentences or [], files or [], columns, on_error, least, form, output, model)


def _least(
    confidence: float | None, precision: float | None, model: Path | None
) -> tuple[float, ...]:
    """The least confidence of each topic's labels; what a precision costs is told on stderr."""
    from newstance.model import shipped_model

    if confidence is not None and precision is not None:
        raise typer.BadParameter("give --min-confidence or --min-precision, not both")
    if confidence is not None:
        from newstance.stream import codebook_of

        return (confidence,) * len(codebook_of(model).topics)
    if precision is None:
        return ()
    from newstance.confidence import read_least
    from newstance.terminal.text import remark

    found = read_least(model or shipped_model(), precision)
    for least in found:
        remark(
            f"{least.topic}: labels of confidence {least.confidence:.2f} or more; on held-out "
            f"sentences {least.precision:.2f} of these were right, {least.coverage:.2f} were kept."
        )
    return tuple(least.confidence for least in found)


def _write_files(files: list[Path], output: Path, **options: Any) -> None:
    from newstance.sources import count_rows, find_files
    from newstance.stream import classify_files, parts_of
    from newstance.terminal.progress import progress_bar

    found = find_files(files, output=output)
    with (
        _telling_of_resume(parts_of(output)),
        progress_bar("Classifying", count_rows(found)) as progress,
    ):
        done = classify_files(found, output, progress=progress, **options)
    _tell_left_out(done.n_left_out)


@contextmanager
def _telling_of_resume(folder: Path) -> Iterator[None]:
    """Tell a user who stops a run, by Ctrl-C or the system's signal, that it can go on."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        from newstance.runs import has_parts
        from newstance.terminal.text import remark

        if has_parts(folder):
            remark(f"Stopped; what is finished is kept in {folder}: go on with --resume.")
        raise


def _write_on_cluster(files: list[Path], output: Path, **options: Any) -> None:
    import logging

    from newstance.cluster import classify_on_cluster
    from newstance.sources import find_files
    from newstance.terminal.progress import progress_bar

    logging.disable()  # Dask logs tracebacks of what we tell in a sentence
    found = find_files(files, output=output)
    with (
        _telling_of_resume(output),
        progress_bar("Classifying files", len(found)) as progress,
    ):
        n_left_out = classify_on_cluster(found, output, progress=progress, **options)
    _tell_left_out(n_left_out)


def _tell_left_out(n: int) -> None:
    """Tell a user what --on-error skip cost: shares are of the other rows."""
    if n:
        from newstance.terminal.text import remark

        rows = "1 row that cannot be used was" if n == 1 else f"{n:,} rows that cannot be used were"
        remark(f"{rows} left out; --on-error keep keeps them, with what is wrong.")


def _answer(
    sentences: list[str],
    files: list[Path],
    columns: "Columns",
    on_error: OnError,
    least: tuple[float, ...],
    form: Format | None,
    output: Path | None,
    model: Path | None,
) -> None:
    """Classify what is given and print it, or write it to a file."""
    from newstance.classify import classify_rows
    from newstance.model import load_model
    from newstance.records import to_line
    from newstance.sources import find_files

    inputs = find_files(files, output=output)
    rows = _gather(sentences, inputs, columns)
    loaded = load_model(model)
    left_out = itertools.count()
    answers = classify_rows(loaded, rows, on_error, least=least, skipped=lambda _: next(left_out))
    if output is not None:
        from newstance.files import replacing_file
        from newstance.survey import survey
        from newstance.tables import Table
        from newstance.writers import check_ending, writing

        check_ending(output)
        found = survey(inputs, output, columns=columns, on_error=on_error)
        table = Table(loaded.codebook, found)
        with replacing_file(output) as partial, writing(partial, table) as write:
            while some := list(itertools.islice(answers, 1024)):
                write(some)
    elif form is Format.jsonl or (form is None and not sys.stdout.isatty()):
        sys.stdout.writelines(f"{to_line(answer)}\n" for answer in answers)
    else:
        from newstance.terminal.news import show_sentences

        show_sentences(answers, loaded.codebook)
    _tell_left_out(next(left_out))


def _gather(
    arguments: list[str], files: list[Path], columns: "Columns"
) -> Iterable["Sentence | BadRow"]:
    """The sentences of arguments, files and, where '-' or nothing is given, stdin."""
    from newstance.readers import read_lines, read_rows
    from newstance.records import Sentence

    if not arguments and not files:
        if sys.stdin is None or sys.stdin.isatty():
            raise typer.BadParameter("give a sentence, --file FILE, or '-' to read stdin")
        arguments = ["-"]
    for text in arguments:
        if len(text.encode()) < 256 and Path(text).is_file():
            raise typer.BadParameter(f"{text!r} is a file; give it with --file, or quote a pattern")
    given = [
        read_lines(sys.stdin.buffer, name="stdin") if text == "-" else [Sentence(text)]
        for text in arguments
    ]
    return itertools.chain(*given, *(read_rows(path, columns) for path in files))
