"""Add to a report what is known only after its job: tiles and sections.

A job writes its page before it knows what it costs, and a trial before the search has ended. The
functions that summarize runs complete the page. The template's texts are escaped, so that its
tags are where the template has them.
"""

from html import escape

_TILES_END = "</dl>"
_LINKS_END = "</nav>"
_SECTIONS_END = "</main>"


def with_tile(page: str, name: str, value: str) -> str:
    """Return the page with one more tile below its headline.

    Example:
        >>> with_tile("<dl></dl>", "cost", "0.02 USD")
        '<dl><div><dt>cost</dt><dd>0.02 USD</dd></div>\\n</dl>'
    """
    return _before(_TILES_END, page, f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>")


def with_section(page: str, anchor: str, title: str, content: str) -> str:
    """Return the page with one more section at its end, and the link to it.

    Args:
        page: a job's.
        anchor: the section's id.
        title: its heading.
        content: HTML below the heading, in the classes of the page's style sheet.
    """
    link = f'<a href="#{anchor}">{escape(title)}</a>'
    section = (
        f'<section id="{anchor}" aria-labelledby="{anchor}-title">\n'
        f'<h2 id="{anchor}-title">{escape(title)}</h2>\n{content}\n</section>'
    )
    return _before(_SECTIONS_END, _before(_LINKS_END, page, link), section)


def _before(tag: str, page: str, added: str) -> str:
    """Insert before the first such tag; a page that has none is of another kind, and stays."""
    return page.replace(tag, f"{added}\n{tag}", 1)
