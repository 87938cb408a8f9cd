"""What it takes to refit a model: all that its coefficients depend on."""

from pathlib import Path
from typing import Any

from newstance.errors import NewstanceError
from newstance.model import CODEBOOK, read_manifest, refit_command
from newstance.versions import name_of


def receipt(directory: Path) -> dict[str, Any]:
    """The receipt of a model: from the same corpora, versions and parameters comes the same model.

    Raises NewstanceError for a model of format 1, whose manifest does not tell enough.
    """
    manifest = read_manifest(directory)
    if not manifest.corpora:
        raise NewstanceError(
            f"{directory}: a model of format {manifest.format} has no receipt; retrain it with "
            "'newstance train'."
        )
    return {
        "version": name_of(directory),
        "command": refit_command(directory, manifest),
        "corpora": manifest.corpora,
        "codebook": manifest.files[CODEBOOK],
        "newstance": manifest.newstance,
        "code": manifest.code,
        "python": manifest.python,
        "libraries": manifest.libraries,
        "random_state": manifest.parameters["random_state"],
        "parameters": manifest.parameters,
    }
