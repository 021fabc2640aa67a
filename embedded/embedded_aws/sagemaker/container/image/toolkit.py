"""Start the training toolkit as a container does, where it is process 1.

The kernel withholds SIGTERM from a process 1 that has no handler for it, so when a job is stopped
the training script alone gets the signal, and the toolkit waits for what the script still saves.
A handler that does nothing has the same effect here, and is not inherited by the script.
"""

import signal

from sagemaker_training.cli.train import main

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: None)
    main()
