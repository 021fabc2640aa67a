"""What holds for any set of policies."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from embedded_aws.iam.policy.context import Context
from embedded_aws.iam.policy.document import AccessRequest, Policy, compile_policy
from embedded_aws.iam.policy.evaluation import PrincipalPolicies, ResourcePolicies, evaluate
from embedded_aws.iam.policy.patterns import Pattern
from embedded_aws.iam.policy.principals import Principal
from tests.unit.embedded_iam.policies import Statement, policy_text

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
PRINCIPAL = Principal(f"arn:aws:sts::{ACCOUNT}:assumed-role/r/s", ACCOUNT, role_arn=ROLE)
NOTHING = ResourcePolicies()

actions = st.sampled_from(["s3:GetObject", "s3:PutObject", "s3:*", "*", "ssm:Get*"])
arns = st.sampled_from(["*", "arn:aws:s3:::a/*", "arn:aws:s3:::b/*", "arn:aws:s3:::a/x"])
statements = st.builds(
    lambda effect, action, resource: {"Effect": effect, "Action": action, "Resource": resource},
    st.sampled_from(["Allow", "Allow", "Deny"]),
    actions,
    arns,
)
lists = st.lists(statements, max_size=4)
asked = st.builds(
    lambda action, resource: AccessRequest(PRINCIPAL, action, resource, Context({})),
    st.sampled_from(["s3:GetObject", "s3:PutObject", "ssm:GetParameter"]),
    st.sampled_from(["arn:aws:s3:::a/x", "arn:aws:s3:::b/y", "*"]),
)


def compiled(given_statements: list[Statement]) -> tuple[Policy, ...]:
    return (compile_policy(policy_text(*given_statements)),)


def allowed(
    request: AccessRequest,
    identity: list[Statement],
    boundary: list[Statement] | None = None,
    session: list[Statement] | None = None,
) -> bool:
    principal = PrincipalPolicies(
        compiled(identity),
        None if boundary is None else compiled(boundary),
        None if session is None else compiled(session),
    )
    return evaluate(request, principal, NOTHING).allowed


@settings(max_examples=150)
@given(asked, lists, lists, lists)
def test_limits_never_add_permissions(
    request: AccessRequest,
    identity: list[Statement],
    boundary: list[Statement],
    session: list[Statement],
) -> None:
    limited = allowed(request, identity, boundary, session)
    assert limited == (
        allowed(request, identity) and allowed(request, boundary) and allowed(request, session)
    )


@settings(max_examples=150)
@given(asked, lists, statements)
def test_a_further_statement_moves_access_only_its_own_way(
    request: AccessRequest, identity: list[Statement], more: Statement
) -> None:
    before, after = allowed(request, identity), allowed(request, [*identity, more])
    assert after <= before if more["Effect"] == "Deny" else after >= before


@settings(max_examples=100)
@given(asked, lists, st.randoms())
def test_the_order_of_statements_does_not_matter(request, identity, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(identity)
    random.shuffle(shuffled)
    assert allowed(request, identity) == allowed(request, shuffled)


@settings(max_examples=200)
@given(st.text(alphabet="ab:*?.[(${}\\", max_size=8), st.text(alphabet="ab:.[(${}\\", max_size=8))
def test_a_pattern_without_wildcards_fits_exactly_itself(pattern: str, value: str) -> None:
    fits = Pattern(pattern, variables=False, arn=True).matches(value, Context({}))
    if "*" in pattern or "?" in pattern:
        assert Pattern(pattern, variables=False).matches(pattern, Context({}))
    else:
        assert fits == (pattern == value)
