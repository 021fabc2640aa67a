"""Write the page of what AWS does that the product obeys.

python -m scripts.aws_behaviours                          write the page
python -m scripts.aws_behaviours --relapse 10 --seed 11   undo ten rules first, and record whether
                                                          their tests fail; exits with 1 if not
"""

from __future__ import annotations

import argparse
import sys

from scripts.aws_behaviours.page import PAGE, page
from scripts.aws_behaviours.relapse import try_relapses


def main(argv: list[str] | None = None) -> int:
    """Write the page; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts.aws_behaviours", description=__doc__)
    parser.add_argument("--relapse", type=int, metavar="COUNT", help="how many rules to undo")
    parser.add_argument("--seed", type=int, default=11, help="which ones (default: 11)")
    options = parser.parse_args(argv)
    is_good = options.relapse is None or try_relapses(options.relapse, options.seed)
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
