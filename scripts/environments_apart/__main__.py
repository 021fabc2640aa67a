"""Write the page of what two environments may do to each other.

    python -m scripts.environments_apart

Exits with 1 if something is allowed without a reason, or if a reason is no longer needed.
"""

from __future__ import annotations

import sys

from scripts.environments_apart.across import acknowledgments, stale, tries_across, unexplained
from scripts.environments_apart.attempts import roles_of
from scripts.environments_apart.environments import ENVIRONMENTS, synthesized
from scripts.environments_apart.page import PAGE, page, summary


def main() -> int:
    """Write the page; returns the exit code."""
    environments = {name: roles_of(synthesized(name)) for name in ENVIRONMENTS}
    tries, known = tries_across(environments), acknowledgments()
    PAGE.write_text(page(environments, tries, known), encoding="utf-8")
    problems = [
        f"allowed across, without a reason: {tried.role} {tried.attempt}"
        for tried in unexplained(tries, known)
    ]
    problems += [f"acknowledged, but denied: {' on '.join(each)}" for each in stale(tries, known)]
    print("\n".join([*problems, summary(environments, tries)]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
