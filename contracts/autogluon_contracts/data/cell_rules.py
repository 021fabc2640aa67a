"""Define how the text of one cell is read, by training, serving and `agcdk init` alike.

- The empty cell is missing, and so are pandas' spellings of a missing value ("NA", "None", "null",
  "NaN" and others), in files, frames and requests alike: a cell means the same however it arrives.
  In columns that the setting `data.keep_na` names, and in models of earlier releases, these
  spellings are categories and texts. A numeric, boolean or date column never takes one for a value.
- A number has no superfluous leading zero ("01001" is a code), no thousands separator, and is
  finite. A whole number has no point and no exponent; where training saw only whole numbers,
  serving also takes floats that are whole (5.0, 1e3), below 2**53 in size.
- A float feature takes the 64-bit float nearest to what is written, be it 0.1 or 9007199254740993.
  Training read its rows the same way and does not distinguish neighbours within one float.
- A boolean is `true` or `false` in any case.
- A date is ISO 8601: `2026-11-20`, optionally with a time, a fraction and an offset. Without an
  offset it is UTC. A column may have another order of year, month and day, see `dates`.
- Spaces around a number, boolean or date are ignored; in categories and text they count.

Containers run the patterns with RE2 (pyarrow), one column at a time.
"""

from __future__ import annotations

WHOLE_NUMBER = r"^[+-]?(0|[1-9][0-9]*)$"
NUMBER = r"^[+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
BOOLEAN = r"^(?i:true|false)$"
INFINITE = r"^(?i:[+-]?inf(inity)?)$"
DATETIME = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
)

# What `pandas.read_csv` reads as missing, beside the empty cell.
NA_WORDS = (
    "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>",
    "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip

# What numbers, booleans and dates take for missing: two more, which nothing else can mean there.
MISSING_MARKS = (*NA_WORDS, "NAN", "none")

# What to do about cells that make categories of a column of numbers or dates.
FIX_OF_STRAYS = "correct such cells, or leave them empty"

# Above this, not every whole number has its own 64-bit float. The next one rounds to it, so that a
# float of exactly this size does not identify one whole number.
LARGEST_EXACT = 2**53
