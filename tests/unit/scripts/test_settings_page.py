"""The reference of the settings has every section, whichever of a union it is."""

from __future__ import annotations

from collections.abc import Iterator

from autogluon_constructs.settings import Environment
from autogluon_constructs.settings.section import Section
from scripts.site.settings_page import settings_page


def _kinds(section: type[Section] = Section) -> Iterator[type[Section]]:
    """All sections that settings may have: those that no other section extends."""
    if not section.__subclasses__():
        yield section
    for each in section.__subclasses__():
        yield from _kinds(each)


def test_each_section_has_a_table_with_its_keys() -> None:
    tables = [
        [line.split("`")[1] for line in part.splitlines() if line.startswith("| `")]
        for part in settings_page().split("\n## ")[1:]
    ]
    for kind in _kinds():
        keys = [key for key in kind.model_fields if (kind, key) != (Environment, "name")]
        assert keys in tables, kind.__name__


def test_a_title_tells_the_sections_of_a_union_apart_and_no_other_is_there_twice() -> None:
    titles = [line[3:] for line in settings_page().splitlines() if line.startswith("## ")]
    endpoint = "`predictors.<name>.endpoint"
    for mode in ("real-time", "asynchronous", "serverless", "component"):
        assert f"{endpoint}`, `mode: {mode}`" in titles
        assert f"{endpoint}.autoscaling`, `mode: {mode}`" in titles
    assert f"{endpoint}.network`" in titles
    assert len(titles) == len(set(titles))


def test_a_row_is_one_line() -> None:
    lines = settings_page().splitlines()
    assert all(line.endswith("|") for line in lines if line.startswith("|"))
