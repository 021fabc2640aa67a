"""What training and serving have in common: columns of text become numbers."""

import pandas as pd


def prepared(rows, categories):
    """Return the rows with a number for each known category, NaN for unknown ones."""
    return pd.DataFrame(
        {
            name: rows[name].map({value: at for at, value in enumerate(categories[name])})
            if name in categories
            else pd.to_numeric(rows[name], errors="coerce")
            for name in rows
        }
    )
