"""An AWS in one local process: moto keeps the state, this package really runs what users deploy."""

import os

# moto makes boto3 sessions while it is imported and fails on a profile that does not exist; whoever
# runs an embedded AWS does not want a profile of a real account anyway.
for _name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
    os.environ.pop(_name, None)
