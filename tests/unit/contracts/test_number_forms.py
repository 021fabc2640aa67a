"""The form that a column of numbers in disguise has."""

from __future__ import annotations

import pytest

from autogluon_contracts.data.number_forms import NumberForm, find_form

READ = [
    (["-", "32", "7.5"], ["", "32", "7.5"]),
    (["\\N", "3"], ["", "3"]),
    (["1,234", "950"], ["1234", "950"]),
    (["1,234,567", "2"], ["1234567", "2"]),
    (["3,14", "2,5"], ["3.14", "2.5"]),
    (["0,5", "1,234"], ["0.5", "1.234"]),
    (["1.234,56", "12,5"], ["1234.56", "12.5"]),
    (["1\u00a0234", "12 345,5"], ["1234", "12345.5"]),
    (["$1,234.50", "-$3", "7"], ["1234.50", "-3", "7"]),
    (["12 €", "3,5 €"], ["12", "3.5"]),
    (["12%", "3.5%"], ["12", "3.5"]),
    (["(5.00)", "3.00"], ["-5.00", "3.00"]),
    (["($1,234.50)", "$(3)", "$7"], ["-1234.50", "-3", "7"]),
    (["1.234,50-", "3,5"], ["-1234.50", "3.5"]),
    (["\u22125", "3"], ["-5", "3"]),
    (["\u2014", "3"], ["", "3"]),
    (["12 kg", "5kg", "1,234\u00a0kg"], ["12", "5", "1234"]),
    (["20 °C", "-3.5°C"], ["20", "-3.5"]),
    (["100 km/h", "50 km/h"], ["100", "50"]),
    (["7 years old", "30 years old"], ["7", "30"]),
    (["1'234.5", "17"], ["1234.5", "17"]),
    (["1\u2019234\u2019567,50", "17"], ["1234567.50", "17"]),
    (["12,34,567", "1,23,456", "2"], ["1234567", "123456", "2"]),
]
NOT_CERTAIN = [
    ["1,234", "5,678"], ["12%", "3"], ["$1", "€2"], ["192.168.100.100", "10.200.100.100"],
    ["abc", "1"], ["-", "?"], ["01001", "-"], ["1,2", "1.2"], ["12 kg", "5 lb"], ["12 kg", "5"],
    ["(1)", "(2)"], ["(-5)", "3"], ["5 pm", "7 pm"], ["1st", "2nd"], ["2nd class", "22nd class"], ["10-20", "20-30"],
    ["5'11\"", "6'1\""], ["01 kg", "2 kg"], ["1.2.3", "2.3.4"], ["10:30", "9:15"],
]  # fmt: skip


@pytest.mark.parametrize(("texts", "plain"), READ)
def test_one_form_that_fits_every_cell_is_read(texts: list[str], plain: list[str]) -> None:
    form = find_form(texts)
    assert form is not None
    assert [form.plain(text) for text in texts] == plain
    assert NumberForm.from_json(form.to_json()) == form


@pytest.mark.parametrize("texts", NOT_CERTAIN)
def test_what_could_mean_two_numbers_or_none_is_not_read(texts: list[str]) -> None:
    assert find_form(texts) is None
