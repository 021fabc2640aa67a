"""What the CDK prints, in place of one that deploys."""

from __future__ import annotations

EVENT = "autogluon-sandbox-foundation | 3/31 | 10:04:11 AM | {} | AWS::S3::Bucket | Store/Data why"
