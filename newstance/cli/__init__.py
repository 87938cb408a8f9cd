"""The command line: each command parses, calls the library, and shows the answer.

Heavy imports stand inside the commands, so that help comes at once.
"""

from newstance.cli import (
    codebooks,
    comparing,
    corpora,
    exchanging,
    explaining,
    keeping,
    labelling,
    measuring,
    news,
    projects,
    training,
)
from newstance.cli.app import app, main

__all__ = [
    "app",
    "codebooks",
    "comparing",
    "corpora",
    "exchanging",
    "explaining",
    "keeping",
    "labelling",
    "main",
    "measuring",
    "news",
    "projects",
    "training",
]
