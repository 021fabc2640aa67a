"""What `agcdk` ends with; docs/how-to/command-line.md lists them for scripts."""

from __future__ import annotations

DONE = 0
WORK_FAILED = 1  # it was started, and failed; or `doctor` found something missing
WRONG_USE = 2  # arguments, settings or data that cannot be used
NOT_THERE = 3  # not deployed, no such predictor, run or model, endpoint off
AWS_REFUSED = 4  # credentials, region, permission, connection, or a refused request
INTERRUPTED = 130  # Ctrl-C; what was started goes on
