"""Name the metrics that only serverless endpoints have.

Source: SageMaker guide, "Alarms and logs for tracking metrics from serverless endpoints".
"""

from __future__ import annotations

from embedded_aws.sagemaker.hosting.invocation_metrics import INVOCATION
from embedded_aws.sagemaker.hosting.metric_statistics import Metric

USED = Metric(INVOCATION, "ServerlessConcurrentExecutionsUtilization", "None")
SETUP = Metric(INVOCATION, "ModelSetupTime", "Microseconds")
PROVISIONED_USED = Metric(INVOCATION, "ServerlessProvisionedConcurrencyUtilization", "None")
PROVISIONED_AT_ONCE = Metric(INVOCATION, "ServerlessProvisionedConcurrencyExecutions", "Count")
PROVISIONED_REQUESTS = Metric(INVOCATION, "ServerlessProvisionedConcurrencyInvocations", "Count")
SPILLED_REQUESTS = Metric(
    INVOCATION, "ServerlessProvisionedConcurrencySpilloverInvocations", "Count"
)
