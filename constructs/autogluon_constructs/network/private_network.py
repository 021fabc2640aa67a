"""Build a VPC without a way to the internet, with endpoints of the services that are used there."""

from ipaddress import IPv4Network

from aws_cdk import Aws, Fn, RemovalPolicy, Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from autogluon_constructs.identity.permissions import Permission, grant
from autogluon_constructs.identity.trust import flow_logs_here
from autogluon_constructs.network.placement import Placement

HTTPS = 443
GATEWAY_SERVICE = "s3"
# By what comes before the colon of an action. The image is pulled outside of the VPC: "SageMaker AI
# automatically pulls the training container image from Amazon ECR" (guide, train-vpc), for models
# as long as their RepositoryAccessMode is Platform, the default.
INTERFACE_SERVICES = {"kms": "kms", "logs": "logs", "cloudwatch": "monitoring"}
# What Lambda functions use besides.
FUNCTION_SERVICES = {
    "cloudformation": "cloudformation",
    "sagemaker": "sagemaker.api",
    "sns": "sns",
    "ssm": "ssm",
    "states": "states",
    "xray": "xray",
}


class PrivateNetwork(Construct):
    """A VPC, a subnet per availability zone, endpoints, and the record of their traffic.

    No internet gateway, NAT gateway or peering exists: what is not an endpoint is out of reach.

    Args:
        with_functions: whether Lambda functions are placed here, too.
        hosts_meet: whether instances of the same job reach each other.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cidr: str,
        availability_zones: int,
        with_functions: bool,
        hosts_meet: bool,
        log_retention: logs.RetentionDays,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self._vpc = ec2.CfnVPC(
            self, "Vpc", cidr_block=cidr, enable_dns_support=True, enable_dns_hostnames=True
        )
        Tags.of(self._vpc).add("Name", self.node.path)
        self._subnets = self._add_subnets(cidr, availability_zones)
        # One name whatever is placed here: another description would replace the group.
        jobs = self._group("Jobs", "Training, processing, transform jobs and models")
        self._reach_services(jobs, with_functions=with_functions)
        if hosts_meet:
            self._let_members_meet(jobs)
        self._record_traffic(log_retention, removal_policy)
        self.placement = Placement(
            subnets=[subnet.attr_subnet_id for subnet in self._subnets],
            security_groups=[jobs.attr_group_id],
            reached_by=(self,),
        )

    def _add_subnets(self, cidr: str, count: int) -> list[ec2.CfnSubnet]:
        bits = (count - 1).bit_length()
        blocks = list(IPv4Network(cidr).subnets(prefixlen_diff=bits))
        return [
            ec2.CfnSubnet(
                self,
                f"Subnet{number + 1}",
                vpc_id=self._vpc.attr_vpc_id,
                availability_zone=Fn.select(number, Fn.get_azs()),
                cidr_block=str(blocks[number]),
                map_public_ip_on_launch=False,
            )
            for number in range(count)
        ]

    def _group(self, construct_id: str, description: str) -> ec2.CfnSecurityGroup:
        return ec2.CfnSecurityGroup(
            self,
            construct_id,
            group_description=description,
            vpc_id=self._vpc.attr_vpc_id,
            # Without a rule, CloudFormation lets everything out.
            security_group_egress=[
                ec2.CfnSecurityGroup.EgressProperty(
                    ip_protocol="tcp",
                    from_port=HTTPS,
                    to_port=HTTPS,
                    cidr_ip="0.0.0.0/0",
                    description="HTTPS; the only routes are to the endpoints of services",
                )
            ],
        )

    def _let_members_meet(self, jobs: ec2.CfnSecurityGroup) -> None:
        """Let members of the group reach each other on every port, which Ray needs.

        Encrypted, this is UDP 500 and protocol 50 (guide, "Protect communications between ML
        compute instances in a distributed training job"), which all protocols include.
        """
        group, everything = jobs.attr_group_id, "-1"
        ec2.CfnSecurityGroupIngress(
            self,
            "FromOtherHosts",
            group_id=group,
            ip_protocol=everything,
            source_security_group_id=group,
            description="Between instances of a training job",
        )
        ec2.CfnSecurityGroupEgress(
            self,
            "ToOtherHosts",
            group_id=group,
            ip_protocol=everything,
            destination_security_group_id=group,
            description="Between instances of a training job",
        )

    def _reach_services(self, jobs: ec2.CfnSecurityGroup, *, with_functions: bool) -> None:
        endpoints = self._group("Endpoints", "Endpoints of AWS services")
        endpoints.security_group_ingress = [
            ec2.CfnSecurityGroup.IngressProperty(
                ip_protocol="tcp",
                from_port=HTTPS,
                to_port=HTTPS,
                source_security_group_id=jobs.attr_group_id,
                description="HTTPS from jobs and models",
            )
        ]
        ec2.CfnVPCEndpoint(
            self,
            "S3",
            vpc_id=self._vpc.attr_vpc_id,
            vpc_endpoint_type="Gateway",
            service_name=_service(GATEWAY_SERVICE),
            route_table_ids=[self._routes()],
            policy_document=_own_account_only(*([_answers()] if with_functions else [])),
        )
        services = {**INTERFACE_SERVICES, **(FUNCTION_SERVICES if with_functions else {})}
        for name in services.values():
            ec2.CfnVPCEndpoint(
                self,
                name.partition(".")[0].capitalize(),
                vpc_id=self._vpc.attr_vpc_id,
                vpc_endpoint_type="Interface",
                service_name=_service(name),
                subnet_ids=[subnet.attr_subnet_id for subnet in self._subnets],
                security_group_ids=[endpoints.attr_group_id],
                private_dns_enabled=True,
                policy_document=_own_account_only(),
            )

    def _routes(self) -> str:
        table = ec2.CfnRouteTable(self, "Routes", vpc_id=self._vpc.attr_vpc_id)
        for number, subnet in enumerate(self._subnets, start=1):
            ec2.CfnSubnetRouteTableAssociation(
                self,
                f"RoutesOfSubnet{number}",
                route_table_id=table.attr_route_table_id,
                subnet_id=subnet.attr_subnet_id,
            )
        return table.attr_route_table_id

    def _record_traffic(
        self, log_retention: logs.RetentionDays, removal_policy: RemovalPolicy
    ) -> None:
        group = logs.LogGroup(
            self, "Traffic", retention=log_retention, removal_policy=removal_policy
        )
        role = iam.Role(
            self,
            "TrafficRole",
            assumed_by=flow_logs_here(self),
            description="Writes the record of the network's traffic",
        )
        grant(
            role,
            Permission(
                actions=("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
                # The attribute ends in `:*`: the streams of this one group.
                resources=(group.log_group_arn,),
            ),
        )
        ec2.CfnFlowLog(
            self,
            "FlowLog",
            resource_id=self._vpc.attr_vpc_id,
            resource_type="VPC",
            traffic_type="ALL",
            deliver_logs_permission_arn=role.role_arn,
            log_group_name=group.log_group_name,
        )


def _service(name: str) -> str:
    return f"com.amazonaws.{Aws.REGION}.{name}"


def _answers() -> iam.PolicyStatement:
    """Let functions answer the events of custom resources.

    They do so by a URL that CloudFormation signs with credentials of its own account, for a bucket
    whose name has the region without dashes (CloudFormation's guide, "Access CloudFormation using
    an interface endpoint").
    """
    region = Fn.join("", Fn.split("-", Aws.REGION))
    bucket = f"arn:{Aws.PARTITION}:s3:::cloudformation-custom-resource-response-{region}"
    return iam.PolicyStatement(
        principals=[iam.AnyPrincipal()], actions=["s3:PutObject"], resources=[f"{bucket}/*"]
    )


def _own_account_only(*further: iam.PolicyStatement) -> iam.PolicyDocument:
    """Return a policy that lets only identities of this account pass, and what `further` does."""
    return iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(
                principals=[iam.AnyPrincipal()],
                actions=["*"],
                resources=["*"],
                conditions={"StringEquals": {"aws:PrincipalAccount": Aws.ACCOUNT_ID}},
            ),
            *further,
        ]
    )
