"""Labelled data of other tools: ``reading.read_labelled`` and ``writing.write_labelled``."""
