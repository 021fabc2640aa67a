"""Start the training toolkit as a container does, where it is process 1.

The kernel withholds SIGTERM from a process 1 that has no handler for it, so when a job is stopped
the training script alone gets the signal, and the toolkit waits for what the script still saves.
A handler that does nothing has the same effect here, and is not inherited by the script.
"""

import importlib.util
import signal
import sys
from pathlib import Path

from sagemaker_training.cli.train import main

_FRAMEWORK = "image_framework"


def _offer_framework() -> None:
    """Make `framework.py` importable for the toolkit alone, as a package of the image would be."""
    path = Path(__file__).with_name("framework.py")
    spec = importlib.util.spec_from_file_location(_FRAMEWORK, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[_FRAMEWORK] = module


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: None)
    _offer_framework()
    main()
