"""The page of the functions' permissions says how much memory and time each of them has."""

import re
from typing import Any

import pytest

from tests.infrastructure.conftest import ROOT, Template, Templates
from tests.infrastructure.templates import of_type
from tests.never_empty import never_empty

PAGE = ROOT / "docs" / "reference" / "lambda-permissions.md"
_ROW = re.compile(r"\| (?P<names>[^|]+) \| (?P<megabytes>\d+) \| (?P<seconds>\d+) \|")


def written() -> dict[str, tuple[int, int]]:
    """Memory in MB and time in seconds by function, as the page has them."""
    return {
        name.strip("` "): (int(row["megabytes"]), int(row["seconds"]))
        for row in _ROW.finditer(PAGE.read_text(encoding="utf-8"))
        for name in row["names"].split(",")
    }


def assert_as_written(template: Template) -> None:
    """Compare the memory and time of the project's functions with the page."""
    page = written()
    functions: list[dict[str, Any]] = [
        each["Properties"]
        for each in of_type(template, "AWS::Lambda::Function").values()
        if str(each["Properties"]["Handler"]).startswith("autogluon_lambdas.")
    ]
    for properties in never_empty(functions):
        name = properties["Handler"].split(".")[2]
        found = properties["MemorySize"], properties["Timeout"]
        assert found == page.get(name, page["all others"]), name


@pytest.mark.parametrize("stack", ["Foundation", "Workflows"])
def test_memory_and_time_are_those_of_the_page(sandbox: Templates, stack: str) -> None:
    assert_as_written(sandbox[stack])
