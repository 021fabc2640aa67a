"""What docs/how-to/guardrails.md asks of a key of one's own."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.pages import ROOT

_PAGE = ROOT / "docs" / "how-to" / "guardrails.md"
_JSON = re.compile(r"```json\n(.*?)```", re.DOTALL)
# Those of the page's example.
_ENVIRONMENT, _REGION, _ACCOUNT = "autogluon-prod-", "eu-central-1", "123456789012"


def asked_of_an_own_key(environment: str, *, region: str, account: str) -> list[dict[str, Any]]:
    """Return the statements that the page shows, for an environment."""
    section = _PAGE.read_text("utf-8").partition("\n## Keys\n")[2].partition("\n## ")[0]
    return [
        json.loads(
            block.replace(_ENVIRONMENT, f"autogluon-{environment}-")
            .replace(_REGION, region)
            .replace(_ACCOUNT, account)
        )
        for block in _JSON.findall(section)
    ]
