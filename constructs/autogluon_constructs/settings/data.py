"""Define the settings of data: what the cells of a predictor's files mean."""

from typing import Annotated

from pydantic import BeforeValidator

from autogluon_constructs.settings.fields import as_tuple, contract_field
from autogluon_constructs.settings.section import Section
from autogluon_contracts.documents.data_reading import DataReading


class Data(Section):
    """What cells mean where they do not say so themselves."""

    keep_na: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] = contract_field(
        DataReading, "keep_na"
    )
