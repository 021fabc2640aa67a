"""Tell an AWS on this machine from one that bills."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_local(endpoint_url: str) -> bool:
    """Return whether this value of AWS_ENDPOINT_URL names an AWS on this machine.

    Example:
        >>> is_local("http://localhost:4566"), is_local("https://sts.eu-west-1.amazonaws.com")
        (True, False)
        >>> is_local("")
        False
    """
    return urlsplit(endpoint_url).hostname in ("localhost", "127.0.0.1")
