"""Say from when on texts are free text, not categories: AutoGluon's own measure of language."""

WORDS = 3
"""So many words have its different values on average, or more."""
DISTINCT_SHARE = 0.01
"""A greater share of the rows than this has a value of its own."""
