"""The names of formats, and the endings that tell them."""

from enum import StrEnum


class Format(StrEnum):
    """The formats that are read and written."""

    csv = "csv"
    tsv = "tsv"
    jsonl = "jsonl"
    parquet = "parquet"
    datasets = "datasets"
    label_studio = "label-studio"
    doccano = "doccano"
    argilla = "argilla"


ENDINGS = {
    ".csv": Format.csv,
    ".tsv": Format.tsv,
    ".jsonl": Format.jsonl,
    ".ndjson": Format.jsonl,
    ".parquet": Format.parquet,
}
