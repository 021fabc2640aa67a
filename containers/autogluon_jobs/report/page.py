"""Render sections into the page; one that cannot be made does not cost the others."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from autogluon_jobs.report.job_facts import JobFacts
from autogluon_jobs.report.page_parts import Note, Section

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class PageHead:
    """What a page is about: its kind, the predictor, the run, and the job that makes it."""

    kind: str
    predictor: str
    run: str
    job: str
    warnings: Sequence[str] = ()


def render_page(
    facts: JobFacts,
    headline: str,
    tiles: Sequence[tuple[str, Any]],
    sections: Mapping[str, Callable[[], Section | None]],
) -> tuple[str, list[str]]:
    """Render the report of a training job; see `render_sections`.

    Args:
        facts: of the job.
        headline: the result in one sentence.
        tiles: pairs of a name and a value.
        sections: what makes each section, by its title; None leaves it out.
    """
    head = PageHead(
        kind="Training report",
        predictor=facts.config.predictor,
        run=facts.config.run,
        job="training job",
        warnings=facts.metrics["warnings"],
    )
    return render_sections(head, headline, tiles, sections)


def render_sections(
    head: PageHead,
    headline: str,
    tiles: Sequence[tuple[str, Any]],
    sections: Mapping[str, Callable[[], Section | None]],
) -> tuple[str, list[str]]:
    """Render a page; return it with a warning for every section that could not be made.

    Args:
        head: what the page is about.
        headline: the result in one sentence.
        tiles: pairs of a name and a value.
        sections: what makes each section, by its title; None leaves it out.
    """
    failed: list[str] = []
    made = [_made(title, make, failed) for title, make in sections.items()]
    page = _template().render(
        head=head,
        headline=headline,
        tiles=tiles,
        sections=[section for section in made if section is not None],
        css=(_FOLDER / "page.css").read_text(encoding="utf-8"),
    )
    return page, failed


def _made(title: str, make: Callable[[], Section | None], failed: list[str]) -> Section | None:
    try:
        return make()
    except Exception as error:  # noqa: BLE001 - one odd column must not cost the whole page
        traceback.print_exc()
        cause = f"{type(error).__name__}: {error}"
        failed.append(f'Report section "{title}" is missing: {cause}')
        note = Note(f"This section could not be created: {cause}", warning=True)
        return Section(title.lower().replace(" ", "-"), title, "", [note])


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")
