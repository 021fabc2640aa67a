"""How the text of one cell is read: the rules that training and serving share.

- The empty cell is missing. Where a column is numeric, boolean or a date, the usual spellings of
  "not a number" are missing too; in a column of categories or text they are values ("NA" is one).
- A number has no superfluous leading zero ("01001" is a code), no thousands separator, and is
  finite. A whole number has no point and no exponent; where training saw only whole numbers,
  serving takes floats that are whole, too (5.0, 1e3), below 2**53 in size.
- A float feature takes the 64-bit float nearest to what is written, be it 0.1 or 9007199254740993:
  training read its rows so, and tells neighbours within one float no more apart.
- A boolean is `true` or `false` in any case.
- A date is ISO 8601: `2026-11-20`, optionally with a time, a fraction and an offset. Without an
  offset it is UTC.
- Spaces around a number, boolean or date do not count; in categories and text they do.

The patterns are run by RE2 (pyarrow), one column at a time.
"""

from __future__ import annotations

WHOLE_NUMBER = r"^[+-]?(0|[1-9][0-9]*)$"
NUMBER = r"^[+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
BOOLEAN = r"^(?i:true|false)$"
DATETIME = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
)

# pandas' own list, so that a column of numbers reads as it does there.
MISSING_MARKS = (
    "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>",
    "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null", "NAN", "none",
)  # fmt: skip

# Above this, not every whole number has its own 64-bit float. The next one rounds to it, so that a
# float of just this size says for certain no whole number.
LARGEST_EXACT = 2**53
