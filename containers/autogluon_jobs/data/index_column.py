"""Leave the index out of the training data, or refuse an unnamed column that is not one."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from autogluon_contracts.data.index_column import ADVICE, has_unnamed_first
from autogluon_jobs.data.channel_table import ChannelTable
from autogluon_jobs.messages.errors import InputError


def without_index(
    tables: Mapping[str, ChannelTable], noun: str = "the training data"
) -> tuple[dict[str, ChannelTable], list[str]]:
    """Return the channels without the index, and the sentence that says so.

    The training rows decide whether an unnamed first column is the index; `noun` is what the
    sentences call them.

    Raises:
        InputError: it has no name at all and neither counts nor names the rows.
    """
    train = tables["train"]
    if train.index == "other" and not train.columns[0].strip():
        raise InputError(
            f"The first column of {noun} has no name, and it neither counts nor names the rows.",
            advice=ADVICE,
        )
    if train.index == "other":
        return dict(tables), []
    cut = {channel: _cut(table) for channel, table in tables.items()}
    if train.index is None:
        return cut, []
    return cut, [
        f"The unnamed first column of {noun} {train.index} the rows: it is the index "
        "and was left out."
    ]


def _cut(table: ChannelTable) -> ChannelTable:
    if not has_unnamed_first(table.columns):
        return table
    return dataclasses.replace(table, table=table.table.select(table.columns[1:]), index=None)
