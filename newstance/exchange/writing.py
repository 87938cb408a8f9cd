"""Sentences written in any format: the way out."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from newstance.codebook import Codebook
from newstance.errors import NewstanceError
from newstance.exchange import argilla, arrow, label_studio, lines, tables
from newstance.exchange.formats import Format
from newstance.files import replacing_file, replacing_folder
from newstance.records import Sentence


def write_labelled(
    sentences: Iterable[Sentence], path: Path, *, form: Format, codebook: Codebook
) -> None:
    """Write sentences to a file, or for ``datasets`` a folder, that is replaced in one step."""
    if form is Format.datasets:
        if path.exists() and not (path / "dataset_info.json").is_file():
            raise NewstanceError(f"{path}: stands there and is no saved data set; give a new name.")
        with replacing_folder(path) as new:
            arrow.write_dataset(sentences, new, codebook)
    else:
        with replacing_file(path) as new:
            _WRITERS[form](sentences, new, codebook)


_WRITERS: dict[Format, Callable[[Iterable[Sentence], Path, Codebook], None]] = {
    Format.csv: partial(tables.write_table, separator=","),
    Format.tsv: partial(tables.write_table, separator="\t"),
    Format.jsonl: lines.write_jsonl,
    Format.parquet: arrow.write_parquet,
    Format.label_studio: label_studio.write_label_studio,
    Format.doccano: lines.write_doccano,
    Format.argilla: argilla.write_argilla,
}
