"""Reads a report as a browser's parser would, as far as tests ask."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

from tests.unit.containers.job_folder import JobFolder


class Page(HTMLParser):
    """Tags with their attributes, and the text without markup."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self._texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._texts).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def repeated_ids(self) -> list[str]:
        ids = Counter(attributes["id"] for _, attributes in self.tags if "id" in attributes)
        return [name for name, count in ids.items() if count > 1]

    def references(self) -> set[str]:
        names = ("src", "href", "xlink:href", "srcset", "data", "action")
        return {a[name] for _, a in self.tags for name in names if name in a}

    @property
    def images(self) -> list[str]:
        """The text alternatives of all images."""
        return [attributes.get("aria-label", "") for attributes in self.all("svg")]


def page_of(job: JobFolder) -> Page:
    return Page((job.output_data / "report.html").read_text(encoding="utf-8"))
