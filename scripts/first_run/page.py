"""Write the page of the first run on a real account."""

from __future__ import annotations

from pathlib import Path

from scripts.first_run.record import steps

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "first-real-run.md"
_HEAD = """# Your first real run

<!-- Written by `python -m scripts.first_run --page`; do not edit. -->

Everything here was tried on the embedded AWS, and nothing on a real account: [what AWS
does](../reference/aws-behaviours.md) comes from its documents. These ten commands tell whether your
account agrees. They need Python, `make setup-deploy`, and credentials of an administrator or [the
policies of agcdk](../how-to/access.md), and cost about 0.25 USD if you do not pause. Prices are on-
demand list prices of us-east-1; minutes and costs are estimates, not measured.

| # | command | what it must show | what it costs |
|---|---|---|---|
"""
_TAIL = """
## What it settles, and what it leaves

Some of what the product relies on is in no document, and only an account can tell. The commands
settle that

- the image is in AutoGluon's registry of your region, and Step Functions accepts the fields of the
  requests for training (3), processing (5) and transform jobs (6);
- SageMaker registers a version and starts a model with the roles of the stacks (3);
- CloudFormation reads the live model's parameter again on an update without a new template (7, 8),
  and deletes an endpoint whose parameter says `none` (9);
- nothing is left behind, log groups of jobs and late access logs included (10).

They leave

- **another instance type for an endpoint that scales**. To try it, train `income` as `housing` in
  3, write `instance_type: ml.m5.xlarge` for its endpoint in `config/sandbox.yaml`, and `agcdk
  deploy`: it switches automatic scaling off, changes the type and switches scaling on again, while
  the endpoint answers. It costs 0.23 USD an hour until `agcdk off income`;
- GPUs: AutoGluon 1.6's image on the host images that its endpoints and batches ask for;
- the names of errors that only throttling, quotas and a lack of capacity bring about;
- a network, a key of your own and a permissions boundary, which have [a
  page](../how-to/guardrails.md).

## Record it

`python -m scripts.first_run --record first-run.json` runs the ten commands one after the other with
the credentials of the shell, keeps each answer without the names, times and numbers that differ
from run to run, and prints what differs from the same run on the embedded AWS. It stops at the
first command that fails. A difference is a fault of the product or of its embedded AWS: please
report it with that file. It has no rows of data; where a command failed, it has the end of what was
printed, which may name your account and buckets.

Start with an account that has no `sandbox` environment, and end with `agcdk destroy --yes` if a
command fails.
"""


def page() -> str:
    """Return the page."""
    rows = [
        f"| {number} | `{step.command}` | {step.shows} | {step.costs} |"
        for number, step in enumerate(steps(), 1)
    ]
    return _HEAD + "\n".join(rows) + "\n" + _TAIL
