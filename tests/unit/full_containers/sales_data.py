"""A long table of daily sales per shop, with a known covariate, a past one and a category."""

from __future__ import annotations

import numpy as np
import pandas as pd

STEPS = 4
INIT_ARGS = {
    "target": "sales",
    "id_column": "shop",
    "timestamp_column": "day",
    "prediction_length": STEPS,
    "known_covariates_names": ["price"],
    "quantile_levels": [0.1, 0.5, 0.9],
}
COLUMNS = ["shop", "day", "sales", "price", "visitors", "weather"]


def long_table(shops: int = 5, days: int = 40, seed: int = 0) -> pd.DataFrame:
    """Rows of all shops, in the order of the days, as exports often are."""
    dice = np.random.default_rng(seed)
    parts = []
    for shop in range(shops):
        day = pd.date_range("2025-03-01", periods=days, freq="D")
        price = dice.choice([1.0, 1.5, 2.0], days)
        weekly = 5 * np.sin(np.arange(days) * 2 * np.pi / 7)
        sales = 40 + 10 * shop + weekly - 8 * price + dice.normal(0, 1, days)
        parts.append(
            pd.DataFrame(
                {
                    "shop": f"shop {shop}",
                    "day": day.strftime("%Y-%m-%d"),
                    "sales": sales.round(3),
                    "price": price,
                    "visitors": (sales * 2).round(),
                    "weather": dice.choice(["sun", "rain"], days),
                }
            )
        )
    table = pd.concat(parts)
    return table.sort_values("day", kind="stable").reset_index(drop=True)


def request_table(table: pd.DataFrame) -> pd.DataFrame:
    """History, and below it the last days without what is not known in advance."""
    days = sorted(table["day"].unique())
    future = table["day"].isin(days[-STEPS:])
    unknown = ["sales", "visitors", "weather"]
    return table.assign(**{name: table[name].where(~future) for name in unknown})
