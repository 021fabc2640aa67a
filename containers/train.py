"""Entry point of training: `sagemaker_program` names this script."""

import os
import sys

from autogluon_jobs.jobs.train import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
