"""Generate the reference of the Python client: its public names, described by mkdocstrings."""

from __future__ import annotations

import autogluon_client

_HEAD = """# Python client

The public names of `autogluon_client`. [Use a predictor from Python](../how-to/python-client.md)
has examples.
"""


def client_page() -> str:
    """Return the page as Markdown, with one heading per public name."""
    homes = {name: getattr(autogluon_client, name).__module__ for name in autogluon_client.__all__}
    last = autogluon_client.AutoGluonClientError.__module__
    in_order = sorted(homes, key=lambda name: homes[name] == last)
    return "\n".join([_HEAD, *(f"::: {homes[name]}.{name}\n" for name in in_order)])
