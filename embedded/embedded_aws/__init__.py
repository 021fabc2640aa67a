"""An AWS in one local process: moto stores the state, this package runs what users deploy."""

import os

# moto makes boto3 sessions while it is imported and fails on a profile that does not exist. An
# embedded AWS must not use the profile of a real account anyway.
for _name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
    os.environ.pop(_name, None)
