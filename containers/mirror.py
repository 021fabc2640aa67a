"""Entry point of a mirroring job: the processing container runs this script."""

import os
import sys

from autogluon_jobs.weights.mirror import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
