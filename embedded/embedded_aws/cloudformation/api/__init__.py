"""The operations of the CloudFormation API."""
