"""Define the settings of data: what the cells of a predictor's files mean."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from autogluon_constructs.settings.fields import as_tuple, contract_field
from autogluon_constructs.settings.section import Section
from autogluon_contracts.data.dates import DateOrder
from autogluon_contracts.documents.data_reading import DataReading


class Data(Section):
    """What cells mean where they do not say so themselves."""

    keep_na: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] = contract_field(
        DataReading, "keep_na"
    )
    date_order: Mapping[str, DateOrder] = Field(default_factory=dict)
    """Column of dates -> `year-month-day`, `month-day-year`, `day-month-year`, `named-month` or
    `period` (`2016Q1`), where the cells do not decide it."""
