"""Run the embedded AWS in the foreground: `python -m embedded_aws`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from autogluon_contracts.document import DocumentError
from autogluon_contracts.embedded_instance import DEFAULT_PORT
from embedded_aws.activity_log import ActivityLog
from embedded_aws.faults.fault import read_fault_file
from embedded_aws.operation.instance import Instance, folder_key
from embedded_aws.operation.instance_folder import InstanceFolder, InstanceTakenError
from embedded_aws.processes import python_environment
from embedded_aws.server import EmbeddedAws
from embedded_aws.snapshots.archive import opened
from embedded_aws.snapshots.errors import SnapshotError


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; returns the exit code."""
    options = _options(argv)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # A handler runs between two steps of this thread, which may hold the event's lock.
        signal.signal(number, lambda *_: threading.Thread(target=stop.set).start())
    try:
        _serve(options, stop)
    except _UsageError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


class _UsageError(Exception):
    """An option cannot be used; its text names it."""


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="embedded_aws", description=__doc__)
    parser.add_argument(
        "--port",
        type=int,
        help=f"port on localhost; 0 picks a free one (default: {DEFAULT_PORT}, or the snapshot's)",
    )
    parser.add_argument(
        "--image-env",
        type=Path,
        default=Path(".venv-image"),
        help="virtual environment that represents the AutoGluon container (default: .venv-image)",
    )
    parser.add_argument(
        "--image",
        action="append",
        default=[],
        metavar="URI=FOLDER",
        help="run the programs train and serve of a folder for an image; may be repeated",
    )
    parser.add_argument(
        "--instance", type=Path, metavar="FOLDER", help="folder in which `agcdk embedded` finds it"
    )
    parser.add_argument("--restore", type=Path, metavar="FILE", help="start with a saved state")
    parser.add_argument("--fault", type=Path, metavar="FILE", help="faults that happen on demand")
    parser.add_argument("--verbose", action="store_true", help="also log every API call")
    options = parser.parse_args(argv)
    if options.restore is not None and options.instance is None:
        parser.error("--restore needs --instance, whose key has signed the snapshot")
    return options


def _serve(options: argparse.Namespace, stop: threading.Event) -> None:
    image_python = python_environment(options.image_env.absolute())
    if not image_python.exists():
        raise _UsageError(
            f"--image-env: {options.image_env} is not a Python environment; "
            "`make setup` creates it."
        )
    own_images = _own_images(options.image)
    log = ActivityLog(sys.stdout, verbose=options.verbose)
    with ExitStack() as at_end:
        try:
            faults = None if options.fault is None else read_fault_file(options.fault)
            folder = None if options.instance is None else InstanceFolder(options.instance)
            if folder is not None:
                at_end.callback(folder.release)
            port = options.port
            if port is None:
                port = _saved_port(options) or DEFAULT_PORT
            aws = EmbeddedAws(image_python=image_python, port=port, log=log, own_images=own_images)
            at_end.callback(aws.stop)
            if faults is not None:
                aws.faults.load(faults)
            if options.restore is not None:
                aws.snapshots.restore(options.restore, folder_key(options.instance))
            instance = None if folder is None else Instance(folder, aws.runtime, aws.snapshots)
            aws.start()
        except InstanceTakenError as error:
            raise _UsageError(f"--instance: {error}") from error
        except DocumentError as error:
            raise _UsageError(f"--fault: {error}") from error
        except SnapshotError as error:
            raise _UsageError(f"--restore: {error} {error.advice}".rstrip()) from error
        except OSError as error:
            raise _UsageError(
                f"--port: {port} cannot be used ({error}); choose another."
            ) from error
        if options.restore is not None:
            aws.snapshots.resume()
        if instance is not None:
            instance.publish(
                image_env=options.image_env.absolute(),
                faults=options.fault,
                variables=aws.client_environment(),
            )
        log.event("embedded aws", f"listening on {aws.endpoint_url}; Ctrl-C stops it")
        for name, value in aws.client_environment().items():
            print(f"export {name}={value}", flush=True)
        stop.wait()


def _own_images(options: Sequence[str]) -> dict[str, Path]:
    """Return the folders of all `--image`, by their URIs."""
    found: dict[str, Path] = {}
    for given in options:
        uri, _, text = given.partition("=")
        folder = Path(text).absolute()
        if not uri or not text:
            raise _UsageError(f"--image: got {given!r}; allowed: URI=FOLDER.")
        if uri in found:
            raise _UsageError(f"--image: {uri} is given twice; choose one folder for it.")
        if not any((folder / name).is_file() for name in ("train", "serve")):
            raise _UsageError(
                f"--image: {text} has neither a file train nor a file serve; give the folder of "
                "the programs that the image would run."
            )
        found[uri] = folder
    return found


def _saved_port(options: argparse.Namespace) -> int | None:
    if options.restore is None:
        return None
    with opened(options.restore, folder_key(options.instance)) as reader:
        return int(reader.manifest["port"])


if __name__ == "__main__":
    sys.exit(main())
