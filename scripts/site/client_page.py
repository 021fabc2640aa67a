"""The reference of the Python client: its public names, for mkdocstrings to describe."""

from __future__ import annotations

import autogluon_client

_HEAD = """# Python client

What `import autogluon_client` offers. [Use a predictor from Python](../how-to/python-client.md)
shows it at work.
"""


def client_page() -> str:
    """The page as Markdown, one heading per public name."""
    entries = []
    for name in autogluon_client.__all__:
        home = getattr(autogluon_client, name).__module__
        entries.append(f"::: {home}.{name}\n")
    return "\n".join([_HEAD, *entries])
