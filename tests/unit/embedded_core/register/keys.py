"""Uses, policies and grants of KMS keys, after the lines of keys and aliases."""

from __future__ import annotations

from tests.unit.embedded_core.register.line import ACCOUNT, Shown

_KEY = {"KeyId": "{KeyId}"}
_ALIAS = {"AliasName": "alias/moved"}
_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Sid":"everything","Effect":"Allow","Principal":'
    f'{{"AWS":"arn:aws:iam::{ACCOUNT}:root"}},"Action":"kms:*","Resource":"*"}}]}}'
)
_GRANTEE = f"arn:aws:iam::{ACCOUNT}:root"
_GRANT = _KEY | {
    "GranteePrincipal": _GRANTEE,
    "RetiringPrincipal": _GRANTEE,
    "Operations": ["Decrypt"],
}
_SIGNED = {"Message": b"a message", "SigningAlgorithm": "RSASSA_PSS_SHA_256"}
_HASHED = {"Message": b"a message", "MacAlgorithm": "HMAC_SHA_256"}
_CIPHER = {"CiphertextBlob": "{CiphertextBlob}"}

SHOWN_KEYS = [
    Shown("CancelKeyDeletion", _KEY, "DescribeKey", _KEY, "Disabled"),
    Shown("EnableKey", _KEY, "ListKeys", {}, "KeyArn"),
    Shown(
        "UpdateKeyDescription",
        _KEY | {"Description": "another text"},
        "DescribeKey",
        _KEY,
        "another text",
    ),
    Shown("UntagResource", _KEY | {"TagKeys": ["team"]}, "ListResourceTags", _KEY, "!growth"),
    Shown(
        "PutKeyPolicy",
        _KEY | {"PolicyName": "default", "Policy": _POLICY},
        "GetKeyPolicy",
        _KEY | {"PolicyName": "default"},
        "everything",
    ),
    Shown("CreateGrant", _GRANT, "ListGrants", _KEY, ":root"),
    Shown("RevokeGrant", _KEY | {"GrantId": "{GrantId}"}, "ListGrants", _KEY, "!:root"),
    Shown("CreateGrant", _GRANT, "ListRetirableGrants", {"RetiringPrincipal": _GRANTEE}, "GrantId"),
    Shown("RetireGrant", _KEY | {"GrantId": "{GrantId}"}, "ListGrants", _KEY, "!:root"),
    Shown("Encrypt", _KEY | {"Plaintext": b"secret"}, "Decrypt", _CIPHER, "c2VjcmV0"),
    Shown(
        "ReEncrypt",
        _CIPHER | {"DestinationKeyId": "{KeyId}"},
        "Decrypt",
        _CIPHER,
        "c2VjcmV0",
    ),
    Shown("GenerateDataKey", _KEY | {"KeySpec": "AES_256"}, "Decrypt", _CIPHER, "Plaintext"),
    Shown(
        "GenerateDataKeyWithoutPlaintext",
        _KEY | {"KeySpec": "AES_256"},
        "Decrypt",
        _CIPHER,
        "Plaintext",
    ),
    Shown("CreateAlias", _ALIAS | {"TargetKeyId": "{KeyId}"}, "ListAliases", {}, "alias/moved"),
    Shown(
        "CreateKey",
        {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"},
        "GetPublicKey",
        _KEY,
        "PublicKey",
    ),
    Shown("UpdateAlias", _ALIAS | {"TargetKeyId": "{KeyId}"}, "ListAliases", {}, "{KeyId}"),
    Shown(
        "Sign",
        _KEY | _SIGNED,
        "Verify",
        _KEY | _SIGNED | {"Signature": "{Signature}"},
        '"SignatureValid": true',
    ),
    Shown(
        "CreateKey",
        {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
        "DescribeKey",
        _KEY,
        "HMAC_256",
    ),
    Shown(
        "GenerateMac",
        _KEY | _HASHED,
        "VerifyMac",
        _KEY | _HASHED | {"Mac": "{Mac}"},
        '"MacValid": true',
    ),
]
