"""Settings that must hold before the first test of a process."""

# moto fills its IAM store once in a process. A test without the iam service must not be the first
# to use it, because the store would then lack AWS's managed policies for the tests that follow.
import embedded_aws.iam  # noqa: F401
