"""Retrain newstance on a labelled corpus.

    python train.py                                        corpus/ -> model/
    python train.py --corpus corpus --corpus my-corpus     ours and your own sentences together
    python train.py --corpus my-corpus --output my-model   your own sentences and codebook

The steps stand in newstance/train.py: read the corpora, cross-validate by news item, fit on all of
them, write the model's folder in one step. The same corpora with the same versions of the libraries
give the same coefficients. ``newstance train`` is the same command.
"""

import sys

from newstance.cli import main

if __name__ == "__main__":
    main(["train", *sys.argv[1:]])
