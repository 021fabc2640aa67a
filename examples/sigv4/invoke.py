"""Ask an endpoint over HTTPS: botocore signs the request, the standard library sends it."""

import json
import os
import urllib.request

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

ENDPOINT = "autogluon-sandbox-income"

session = botocore.session.get_session()
region = session.get_config_variable("region")
# Only an AWS elsewhere than at AWS, such as the embedded one, needs the variable.
host = os.environ.get("AWS_ENDPOINT_URL", f"https://runtime.sagemaker.{region}.amazonaws.com")
with open("examples/income/test.csv", "rb") as file:
    rows = b"".join(file.readline() for _ in range(3))

request = AWSRequest(
    "POST",
    f"{host}/endpoints/{ENDPOINT}/invocations",
    data=rows,
    headers={"Content-Type": "text/csv", "Accept": "application/json"},
)
SigV4Auth(session.get_credentials(), "sagemaker", region).add_auth(request)
signed = urllib.request.Request(  # noqa: S310 - the address is the endpoint's
    request.url, request.data, dict(request.headers), method="POST"
)
with urllib.request.urlopen(signed) as answer:  # noqa: S310
    print("signed with botocore:", json.loads(answer.read()))
