"""The network types of AWS::EC2: kept and validated, without any traffic."""

from embedded_aws.cloudformation.resources.ec2 import endpoints, networks, routes, security_groups

HANDLERS = (
    *networks.HANDLERS,
    *routes.HANDLERS,
    *security_groups.HANDLERS,
    *endpoints.HANDLERS,
)
