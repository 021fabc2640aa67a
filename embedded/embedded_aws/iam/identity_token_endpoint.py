"""The internal path through which a test or a shell gets an identity token of a CI system."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from joserfc.errors import ClaimError

from embedded_aws.iam.web_identity import IdentityTokens
from embedded_aws.internal_paths import is_administrator, read_json, send_json

IDENTITY_TOKEN_PATH = "/_embedded/identity-token"  # noqa: S105 - a path
_LONGEST_BODY_BYTES = 10_000


def serve_identity_tokens(
    tokens: IdentityTokens,
) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Return the WSGI application of `/_embedded/identity-token`.

    POST `{"issuer": "https://token.actions.githubusercontent.com", "claims": {"aud": ...,
    "sub": ...}}` answers `{"token": "..."}`. Callers present the administrator's keys by HTTP
    basic authentication.
    """

    def answer(environ: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if not is_administrator(environ):
            error = "Identity tokens need the administrator's keys, by HTTP basic authentication."
            return "403 Forbidden", {"error": error}
        if environ["PATH_INFO"] != IDENTITY_TOKEN_PATH:
            return "404 Not Found", {"error": f"There is one path: {IDENTITY_TOKEN_PATH}."}
        if environ["REQUEST_METHOD"] != "POST":
            return "405 Method Not Allowed", {"error": "Identity tokens are issued by POST."}
        asked = _asked(environ)
        if asked is None:
            error = 'The body must be {"issuer": "https://...", "claims": {"aud": ..., "sub": ...}}'
            return "400 Bad Request", {"error": error}
        try:
            return "200 OK", {"token": tokens.issue(*asked)}
        except ClaimError as error:
            return "400 Bad Request", {"error": f"{error.description}."}

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return send_json(*answer(environ), start_response)

    return serve


def _asked(environ: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Return issuer and claims of a request; None where it cannot be read."""
    try:
        document = read_json(environ, longest=_LONGEST_BODY_BYTES)
    except ValueError:
        return None
    issuer, claims = document.get("issuer"), document.get("claims")
    if not (isinstance(issuer, str) and issuer.startswith("https://") and isinstance(claims, dict)):
        return None
    return issuer, claims
