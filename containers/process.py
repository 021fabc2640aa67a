"""Entry point of a processing job: the processing container runs this script."""

import os
import sys

from autogluon_jobs.processing.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
