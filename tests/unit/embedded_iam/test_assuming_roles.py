"""Trust: who may assume a role, for how long, and with what limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from embedded_aws.credentials import Credentials
from embedded_aws.gateway import ApiError
from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused
from tests.unit.embedded_iam.policies import Statement, allow, policy_text

ACCOUNT = "123456789012"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
SERVICE = {"Service": "lambda.amazonaws.com"}
MakeRole = Callable[..., str]
CredentialsOf = Callable[[dict[str, Any]], Credentials]


def trust(principal: Any, action: Any = "sts:AssumeRole", **more: Any) -> Statement:
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


@pytest.fixture
def sts_of(runtime: Runtime, make_role: MakeRole) -> Callable[..., Any]:
    """`sts_of(*statements)` -> STS as a role with these permissions."""

    def log_in(*statements: Statement) -> Any:
        credentials = runtime.role_credentials(
            make_role(*statements), "lambda.amazonaws.com", "caller"
        )
        return runtime.client("sts", credentials)

    return log_in


def test_the_administrator_assumes_a_deploy_role_that_trusts_the_account(
    runtime: Runtime, make_role: MakeRole, credentials_of: CredentialsOf
) -> None:
    role = make_role(trust=trust({"AWS": ROOT}))
    runtime.client("iam").attach_role_policy(
        RoleName=role.rpartition("/")[2],
        PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess",
    )
    answer = runtime.client("sts").assume_role(RoleArn=role, RoleSessionName="cdk-deploy")
    assert answer["AssumedRoleUser"]["Arn"].endswith(f"/{role.rpartition('/')[2]}/cdk-deploy")
    assumed = credentials_of(answer)
    assert runtime.client("s3", assumed).list_buckets()
    identity = runtime.client("sts", assumed).get_caller_identity()
    assert identity["Arn"] == answer["AssumedRoleUser"]["Arn"]
    assert identity["UserId"] == answer["AssumedRoleUser"]["AssumedRoleId"]


def test_the_administrator_is_bound_by_trust_too(runtime: Runtime, make_role: MakeRole) -> None:
    role = make_role(trust=trust(SERVICE))
    code, message = refused(
        lambda: runtime.client("sts").assume_role(RoleArn=role, RoleSessionName="me")
    )
    assert code == "AccessDenied"
    assert message.endswith("no role trust policy allows the sts:AssumeRole action")


def test_a_role_that_does_not_exist_cannot_be_told_from_one_that_does_not_trust(
    runtime: Runtime,
) -> None:
    absent = f"arn:aws:iam::{ACCOUNT}:role/absent"
    sts = runtime.client("sts")
    code, _ = refused(lambda: sts.assume_role(RoleArn=absent, RoleSessionName="me"))
    assert code == "AccessDenied"


def test_trusting_the_account_leaves_it_to_identity_policies(
    make_role: MakeRole, sts_of: Callable[..., Any]
) -> None:
    role = make_role(trust=trust({"AWS": ACCOUNT}))
    allowed, other = (
        sts_of(allow("sts:AssumeRole", role)),
        sts_of(allow("sts:AssumeRole", f"{role}-2")),
    )
    assert allowed.assume_role(RoleArn=role, RoleSessionName="ok")["Credentials"]
    _, message = refused(lambda: other.assume_role(RoleArn=role, RoleSessionName="no"))
    assert "because no identity-based policy allows" in message


def test_trusting_a_role_by_name_needs_no_identity_policy(
    runtime: Runtime, make_role: MakeRole
) -> None:
    caller = make_role()
    role = make_role(trust=trust({"AWS": caller}))
    sts = runtime.client("sts", runtime.role_credentials(caller, "lambda.amazonaws.com", "caller"))
    assert sts.assume_role(RoleArn=role, RoleSessionName="ok")["Credentials"]


def test_an_external_id_must_be_the_one_agreed(runtime: Runtime, make_role: MakeRole) -> None:
    condition = {"StringEquals": {"sts:ExternalId": "agreed"}}
    role = make_role(trust=trust({"AWS": ROOT}, Condition=condition))
    sts = runtime.client("sts")
    base = {"RoleArn": role, "RoleSessionName": "me"}
    assert sts.assume_role(**base, ExternalId="agreed")["Credentials"]
    assert refused(lambda: sts.assume_role(**base))[0] == "AccessDenied"
    wrong, _ = refused(lambda: sts.assume_role(**base, ExternalId="other"))
    assert wrong == "AccessDenied"


def test_session_policies_limit_the_session(
    runtime: Runtime, make_role: MakeRole, credentials_of: CredentialsOf
) -> None:
    role = make_role(allow("s3:*"), allow("sns:*"), trust=trust({"AWS": ROOT}))
    answer = runtime.client("sts").assume_role(
        RoleArn=role, RoleSessionName="me", Policy=policy_text(allow("sns:*"), allow("ssm:*"))
    )
    assumed = credentials_of(answer)
    assert runtime.client("sns", assumed).list_topics()
    _, message = refused(runtime.client("s3", assumed).list_buckets)
    assert "because no session policy allows" in message
    _, message = refused(runtime.client("ssm", assumed).describe_parameters)
    assert "because no identity-based policy allows" in message


def test_session_tags_need_permission_and_become_principal_tags(
    runtime: Runtime, make_role: MakeRole, credentials_of: CredentialsOf
) -> None:
    own = {"StringEquals": {"aws:PrincipalTag/team": "growth"}}
    tags = [{"Key": "team", "Value": "growth"}]
    closed = make_role(trust=trust({"AWS": ROOT}))
    sts = runtime.client("sts")
    _, message = refused(lambda: sts.assume_role(RoleArn=closed, RoleSessionName="me", Tags=tags))
    assert "sts:TagSession" in message
    tagging = trust({"AWS": ROOT}, ["sts:AssumeRole", "sts:TagSession"])
    role = make_role(allow("sns:ListTopics", Condition=own), trust=tagging)
    tagged = sts.assume_role(RoleArn=role, RoleSessionName="me", Tags=tags)
    assert runtime.client("sns", credentials_of(tagged)).list_topics()
    plain = sts.assume_role(RoleArn=role, RoleSessionName="me")
    assert refused(runtime.client("sns", credentials_of(plain)).list_topics)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"DurationSeconds": 7200}, "between 900 and 3600 (MaxSessionDuration"),
        ({"RoleSessionName": "a b"}, "at 'roleSessionName' failed to satisfy"),
        ({"SourceIdentity": "ann"}, "does not support SourceIdentity"),
        ({"Policy": "{}}"}, "invalid Json"),
        ({"Policy": policy_text(trust("*"))}, "must contain resources"),
        ({"PolicyArns": [{"arn": "arn:aws:iam::aws:policy/None"}]}, "No policy arn:aws"),
    ],
)
def test_a_request_out_of_bounds_is_refused_with_its_reason(
    runtime: Runtime, make_role: MakeRole, arguments: dict[str, Any], part: str
) -> None:
    role = make_role(trust=trust({"AWS": ROOT}))
    request = {"RoleArn": role, "RoleSessionName": "me"} | arguments
    _, message = refused(lambda: runtime.client("sts").assume_role(**request))
    assert part in message


def test_a_chained_role_lasts_an_hour_at_most(
    make_role: MakeRole, sts_of: Callable[..., Any]
) -> None:
    role = make_role(trust=trust({"AWS": ROOT}), MaxSessionDuration=7200)
    sts = sts_of(allow("sts:AssumeRole"))
    _, message = refused(
        lambda: sts.assume_role(RoleArn=role, RoleSessionName="me", DurationSeconds=7200)
    )
    assert "between 900 and 3600 (for role chaining)" in message


def test_other_sts_operations_are_refused_by_name(runtime: Runtime) -> None:
    sts = runtime.client("sts")
    _, message = refused(sts.get_session_token)
    assert message.startswith("The embedded AWS does not support sts:GetSessionToken")


def test_a_service_assumes_only_roles_that_trust_it(runtime: Runtime, make_role: MakeRole) -> None:
    role = make_role()
    credentials = runtime.role_credentials(role, "lambda.amazonaws.com", "my function!")
    arn = runtime.client("sts", credentials).get_caller_identity()["Arn"]
    assert arn.endswith("/my-function-")
    with pytest.raises(ApiError, match=r"states\.amazonaws\.com is not authorized") as caught:
        runtime.role_credentials(role, "states.amazonaws.com", "s")
    assert caught.value.code == "AccessDenied"
    with pytest.raises(ApiError, match="the role does not exist"):
        runtime.role_credentials(f"{role}-absent", "lambda.amazonaws.com", "s")


def test_a_service_is_held_to_the_account_and_source_that_trust_names(
    runtime: Runtime, make_role: MakeRole
) -> None:
    machine = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:train"
    condition = {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": machine},
    }
    role = make_role(trust=trust({"Service": "states.amazonaws.com"}, Condition=condition))
    assert runtime.role_credentials(role, "states.amazonaws.com", "train", machine)
    with pytest.raises(ApiError, match="its trust policy does not allow it"):
        runtime.role_credentials(role, "states.amazonaws.com", "train")


def test_equal_service_sessions_share_credentials_while_trust_lasts(
    runtime: Runtime, make_role: MakeRole
) -> None:
    role = make_role()
    first, second, other = (
        runtime.role_credentials(role, "lambda.amazonaws.com", name)
        for name in ("one", "one", "two")
    )
    assert first == second != other
    runtime.client("iam").update_assume_role_policy(
        RoleName=role.rpartition("/")[2],
        PolicyDocument=policy_text(trust({"Service": "events.amazonaws.com"})),
    )
    with pytest.raises(ApiError):
        runtime.role_credentials(role, "lambda.amazonaws.com", "one")


def test_a_topic_lets_in_the_services_its_policy_names(
    runtime: Runtime, unique: Callable[[str], str]
) -> None:
    topic = runtime.client("sns").create_topic(Name=unique("topic"))["TopicArn"]
    rule = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/failed"
    statement = allow(
        "sns:Publish",
        topic,
        Principal={"Service": "events.amazonaws.com"},
        Condition={"ArnEquals": {"aws:SourceArn": rule}},
    )
    runtime.client("sns").set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=policy_text(statement)
    )
    assert runtime.iam is not None
    assert runtime.iam.service_may_publish("events.amazonaws.com", topic, rule)
    assert not runtime.iam.service_may_publish("events.amazonaws.com", topic, f"{rule}-2")
    assert not runtime.iam.service_may_publish("states.amazonaws.com", topic, rule)
