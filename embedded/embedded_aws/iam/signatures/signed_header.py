"""Verify the signature in an `Authorization` header."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC
from email.utils import parsedate_to_datetime

from moto.core.utils import get_service_model

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.gateway.payload import kept_payload
from embedded_aws.iam.signatures import errors
from embedded_aws.iam.signatures.chunks import (
    SIGNED_CHUNKS,
    SIGNED_CHUNKS_AND_TRAILER,
    ChunkError,
    chunks_are_signed,
)
from embedded_aws.iam.signatures.moments import TIME_FORMAT, moment, refuse_future, refuse_old
from embedded_aws.iam.signatures.version4 import (
    ALGORITHM,
    UNSIGNED,
    Scope,
    Signature,
    expected_signature,
)
from embedded_aws.iam.signatures.wire import Wire

_SHA256 = re.compile(r"[0-9a-f]{64}")
_UNSIGNED_CHUNKS = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
_SIGNED_STREAMS = (SIGNED_CHUNKS, SIGNED_CHUNKS_AND_TRAILER)
# The gateway leaves the bodies of these unread.
_PAYLOADS = {"PutObject", "UploadPart"}


def verify_header(call: ApiCall, wire: Wire, secret: str) -> None:
    """Let a call pass that was signed with `secret`, or raise ApiError."""
    signature = _read(call)
    _check_time(call, signature)
    if "host" not in signature.signed_headers:
        raise errors.incomplete(
            call, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
        )
    errors.refuse_unsigned_headers(call, wire, signature)
    if call.service != "s3":
        digest = UNSIGNED if _may_leave_body(call) else _hash_of_body(call)
        errors.compare(call, expected_signature(wire, signature, secret, digest), signature.value)
        return
    declared = wire.header("x-amz-content-sha256")
    if not declared:
        message = "Missing required header for this request: x-amz-content-sha256"
        raise ApiError("InvalidRequest", message, status=400)
    errors.compare(call, expected_signature(wire, signature, secret, declared), signature.value)
    _verify_payload(call, wire, signature, secret, declared)


def _read(call: ApiCall) -> Signature:
    header = call.request.headers["Authorization"]
    algorithm, _, rest = header.partition(" ")
    if algorithm != ALGORITHM:
        raise errors.incomplete(call, f"Unsupported AWS 'algorithm': '{algorithm}'.")
    parts = {name: value for name, _, value in _pairs(rest)}
    date = call.request.headers.get("X-Amz-Date") or _of_date_header(call)
    sentences = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Signature", "SignedHeaders")
        if not parts.get(name)
    ]
    if not date:
        sentences.append(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        )
    if sentences:
        raise errors.incomplete(call, f"{' '.join(sentences)} Authorization={header}")
    key_id, day, region, service, _ = parts["Credential"].split("/")
    headers = tuple(parts["SignedHeaders"].lower().split(";"))
    return Signature(Scope(key_id, day, region, service), date, headers, parts["Signature"])


def _pairs(text: str) -> list[tuple[str, str, str]]:
    return [part.strip().partition("=") for part in text.split(",")]


def _of_date_header(call: ApiCall) -> str:
    try:
        date = parsedate_to_datetime(call.request.headers.get("Date", ""))
    except ValueError:
        return ""
    return date.astimezone(UTC).strftime(TIME_FORMAT)


def _check_time(call: ApiCall, signature: Signature) -> None:
    signed_at = moment(signature.timestamp)
    if signed_at is None:
        if call.service == "s3":
            raise errors.denied("AWS authentication requires a valid Date or x-amz-date header")
        raise errors.incomplete(
            call, f"Date must be in ISO-8601 'basic format'. Got '{signature.timestamp}'."
        )
    refuse_old(call, signed_at)
    refuse_future(call, signed_at)
    day = signature.timestamp[:8]
    if day != signature.scope.date:
        raise errors.mismatch(
            call,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            f"HTTP: '{signature.scope.date}' != '{day}', from '{signature.timestamp}'.",
        )


def _may_leave_body(call: ApiCall) -> bool:
    """Return whether botocore's model lets clients sign this operation without its body."""
    operation = get_service_model(call.service).operation_model(call.operation)
    declared = call.request.headers.get("x-amz-content-sha256")
    return declared == UNSIGNED and bool(
        operation.unsigned_payload or operation.auth_type == "v4-unsigned-body"
    )


def _hash_of_body(call: ApiCall) -> str:
    return hashlib.sha256(call.request.get_data(cache=True)).hexdigest()


def _verify_payload(
    call: ApiCall, wire: Wire, signature: Signature, secret: str, declared: str
) -> None:
    if declared in {UNSIGNED, _UNSIGNED_CHUNKS}:
        return
    if declared in _SIGNED_STREAMS:
        _verify_chunks(call, wire, signature, secret)
    elif _SHA256.fullmatch(declared):
        if call.operation in _PAYLOADS:
            _, computed = kept_payload(call.request)
        else:
            computed = _hash_of_body(call)
        if computed != declared:
            raise errors.payload_mismatch()
    else:
        raise ApiError(
            "InvalidArgument",
            f"x-amz-content-sha256 must be {UNSIGNED}, {_UNSIGNED_CHUNKS}, {SIGNED_CHUNKS}, "
            f"{SIGNED_CHUNKS_AND_TRAILER} or a valid sha256 value.",
            status=400,
        )


def _verify_chunks(call: ApiCall, wire: Wire, signature: Signature, secret: str) -> None:
    length = wire.header("x-amz-decoded-content-length")
    if not length.isdecimal():
        message = "You must provide the x-amz-decoded-content-length HTTP header."
        raise ApiError("MissingContentLength", message, status=411)
    body, _ = kept_payload(call.request)
    try:
        is_signed = chunks_are_signed(body, int(length), signature, secret)
    except ChunkError as error:
        message = f"The request body does not have the announced form: {error}"
        raise ApiError("IncompleteBody", message, status=400) from None
    if not is_signed:
        raise errors.wrong_signature(call)
    body.seek(0)
