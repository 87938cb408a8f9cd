"""Which serialized pipelines may be loaded.

A joblib file runs code when it is loaded, so it is loaded only if the SHA-256 of its bytes is
known: that of the shipped model stands in the package, those that a user trained or chose to trust
stand in a small file of the user's.
"""

import json
from pathlib import Path

from platformdirs import user_data_path

from newstance.errors import NewstanceError
from newstance.files import read_text, replacing_file


def user_file() -> Path:
    """The file of trust of the user who runs this process; ``train`` adds to it."""
    return user_data_path("newstance") / "trusted.json"


def read_trusted(path: Path) -> frozenset[str]:
    """The digests in a user's file of trust; none if there is no such file."""
    if not path.exists():
        return frozenset()
    try:
        digests = json.loads(read_text(path))
        if not isinstance(digests, list) or not all(isinstance(d, str) for d in digests):
            raise ValueError("no list of strings")
    except ValueError as error:
        raise NewstanceError(
            f"{path}: is no list of SHA-256 digests ({error}); delete it and trust models anew."
        ) from None
    return frozenset(digests)


def trust(path: Path, digest: str) -> None:
    """Add a digest to a user's file of trust, making it if need be."""
    digests = read_trusted(path) | {digest}
    with replacing_file(path) as partial:
        partial.write_text(json.dumps(sorted(digests), indent=1) + "\n", encoding="utf-8")
