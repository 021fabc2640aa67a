"""Run the embedded AWS in the foreground: `python -m embedded_aws`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from embedded_aws.activity_log import ActivityLog
from embedded_aws.processes import python_environment
from embedded_aws.server import EmbeddedAws


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; returns the exit code."""
    parser = argparse.ArgumentParser(prog="embedded_aws", description=__doc__)
    parser.add_argument("--port", type=int, default=4566, help="port on localhost (default: 4566)")
    parser.add_argument(
        "--image-env",
        type=Path,
        default=Path(".venv-image"),
        help="virtual environment that represents the AutoGluon container (default: .venv-image)",
    )
    parser.add_argument("--verbose", action="store_true", help="also log every API call")
    options = parser.parse_args(argv)
    image_python = python_environment(options.image_env.absolute())
    if not image_python.exists():
        print(
            f"--image-env: {options.image_env} is not a Python environment; "
            "`make setup` creates it.",
            file=sys.stderr,
        )
        return 2
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    log = ActivityLog(sys.stdout, verbose=options.verbose)
    try:
        aws = EmbeddedAws(image_python=image_python, port=options.port, log=log).start()
    except OSError as error:
        print(f"--port: {options.port} cannot be used ({error}); choose another.", file=sys.stderr)
        return 2
    try:
        log.event("embedded aws", f"listening on {aws.endpoint_url}; Ctrl-C stops it")
        for name, value in aws.client_environment().items():
            print(f"export {name}={value}", flush=True)
        stop.wait()
    finally:
        aws.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
