"""What people see in a terminal: classified sentences, scores, the codebook, progress.

Colours and wrapping are rich's, which leaves them out when output is no terminal or ``NO_COLOR``
is set. Answers go to stdout, remarks and progress to stderr.
"""
