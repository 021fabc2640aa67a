"""Node.js handlers really run, as AWS's runtime runs them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Deploy = Callable[..., str]
Zipped = Callable[[dict[str, str]], bytes]


@pytest.fixture
def node(deploy: Deploy, zipped: Zipped) -> Callable[..., str]:
    """Creates a function from files and returns its name."""

    def create(files: dict[str, str], **settings: Any) -> str:
        defaults = {"Runtime": "nodejs22.x", "Handler": "index.handler", "Timeout": 30}
        return deploy("", **(defaults | settings | {"Code": {"ZipFile": zipped(files)}}))

    return create


def invoke(client: Any, name: str, payload: Any = None) -> tuple[Any, str | None]:
    answer = client.invoke(FunctionName=name, Payload=json.dumps(payload or {}))
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


@pytest.mark.parametrize(
    "files",
    [
        {"index.js": "exports.handler = async (event) => ({ got: event });"},
        {"index.mjs": "export const handler = async (event) => ({ got: event });"},
        {
            "index.js": "export const handler = (event) => Promise.resolve({ got: event });",
            "package.json": '{"type": "module"}',
        },
        {"index.js": "exports.handler = (event, context, done) => done(null, { got: event });"},
        {"index.cjs": "exports.handler = (event, context) => context.succeed({ got: event });"},
    ],
)
def test_every_form_of_a_handler_answers(
    client: Any, node: Callable[..., str], files: dict[str, str]
) -> None:
    name = node(files)
    for text in ("é", "again"):
        assert invoke(client, name, {"text": text}) == ({"got": {"text": text}}, None)


def test_a_callback_waits_for_the_event_loop(client: Any, node: Callable[..., str]) -> None:
    source = """
        exports.handler = (event, context, done) => {
          const answer = { late: false };
          setTimeout(() => { answer.late = true; }, 50);
          done(null, answer);
        };
    """
    assert invoke(client, node({"index.js": source})) == ({"late": True}, None)
    waits = source.replace(
        "const answer", "context.callbackWaitsForEmptyEventLoop = false; const answer"
    )
    assert invoke(client, node({"index.js": waits})) == ({"late": False}, None)


def test_the_context_and_the_environment_are_the_functions(
    client: Any, node: Callable[..., str]
) -> None:
    source = """
        exports.handler = async (event, context) => [
          context.functionName, context.invokedFunctionArn, context.memoryLimitInMB,
          context.getRemainingTimeInMillis(), process.env.COLOUR, process.env.AWS_EXECUTION_ENV,
        ];
    """
    name = node({"index.js": source}, Environment={"Variables": {"COLOUR": "green"}})
    (function, arn, memory, remaining, colour, execution), _ = invoke(client, name)
    assert (function, memory, colour) == (name, "128", "green")
    assert arn.endswith(f":function:{name}")
    assert 20_000 < remaining <= 30_000
    assert execution == "AWS_Lambda_nodejs22.x"


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        ("exports.handler = async () => { throw new RangeError('too far'); };", "RangeError",
         "too far"),
        ("exports.handler = (event, context, done) => done(new Error('no'));", "Error", "no"),
        ("exports.handler = async () => { throw 'text'; };", "string", "text"),
        ("exports.handler = () => { setTimeout(() => { throw new Error('late'); }, 1); };",
         "Error", "late"),
        ("exports.handler = () => { Promise.reject(new Error('lost')); };",
         "Runtime.UnhandledPromiseRejection", "Error: lost"),
        ("exports.other = 1;", "Runtime.HandlerNotFound",
         "index.handler is undefined or not exported"),
        ("exports.handler = (", "Runtime.UserCodeSyntaxError", "SyntaxError: "),
        ("require('./nothing');", "Runtime.ImportModuleError", "Cannot find module './nothing'"),
        ("require('@aws-sdk/client-eks');", "Runtime.ImportModuleError",
         "has a part of the AWS SDK only, and not @aws-sdk/client-eks"),
    ],
)  # fmt: skip
def test_errors_are_worded_as_awss_runtime_words_them(
    client: Any, node: Callable[..., str], source: str, kind: str, message: str
) -> None:
    name = node({"index.js": source})
    for _ in range(2):  # a runtime that ended is replaced
        answer, error = invoke(client, name)
        assert error == "Unhandled"
        assert answer["errorType"] == kind
        assert message in answer["errorMessage"]


def test_callbacks_ended_with_nodejs24(client: Any, node: Callable[..., str]) -> None:
    source = "exports.handler = (event, context, callback) => callback(null, 1);"
    answer, _ = invoke(client, node({"index.js": source}, Runtime="nodejs24.x"))
    assert answer["errorType"] == "Runtime.CallbackHandlerDeprecated"


def test_what_the_console_gets_is_in_the_log(client: Any, node: Callable[..., str]) -> None:
    name = node({"index.js": "exports.handler = async () => { console.warn('a\\nb %d', 7); };"})
    answer = client.invoke(FunctionName=name, LogType="Tail")
    tail = base64.b64decode(answer["LogResult"]).decode()
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert f"Z\t{tail.split('RequestId: ')[1].split(' ')[0]}\tWARN\ta\nb 7" in tail, request_id


def test_json_logs_have_awss_members(client: Any, node: Callable[..., str]) -> None:
    source = "exports.handler = async () => { console.debug('no'); console.info({ a: 1 }); };"
    name = node({"index.js": source}, LoggingConfig={"LogFormat": "JSON"})
    answer = client.invoke(FunctionName=name, LogType="Tail")
    lines = base64.b64decode(answer["LogResult"]).decode().splitlines()
    records = [json.loads(line) for line in lines if '"level"' in line]
    assert [(item["level"], item["message"]) for item in records] == [("INFO", {"a": 1})]


def test_the_aws_sdk_reaches_this_account(client: Any, node: Callable[..., str]) -> None:
    source = """
        import { STSClient, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
        import { S3Client, CreateBucketCommand, PutObjectCommand, GetObjectCommand }
          from "@aws-sdk/client-s3";
        export const handler = async () => {
          const s3 = new S3Client({});
          await s3.send(new CreateBucketCommand({ Bucket: "from-node" }));
          await s3.send(new PutObjectCommand({ Bucket: "from-node", Key: "k", Body: "text" }));
          const found = await s3.send(new GetObjectCommand({ Bucket: "from-node", Key: "k" }));
          const who = await new STSClient({}).send(new GetCallerIdentityCommand({}));
          return [await found.Body.transformToString(), who.Account];
        };
    """
    answer = invoke(client, node({"index.mjs": source}))
    assert answer == (["text", "123456789012"], None)


def test_the_aws_sdk_can_be_required_too(client: Any, node: Callable[..., str]) -> None:
    source = """
        const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
        exports.handler = async () =>
          (await new STSClient({}).send(new GetCallerIdentityCommand({}))).Account;
    """
    assert invoke(client, node({"index.js": source})) == ("123456789012", None)


def test_packages_come_from_the_function_and_its_layers(
    client: Any, node: Callable[..., str], zipped: Zipped
) -> None:
    layer = client.publish_layer_version(
        LayerName="node-words",
        Content={
            "ZipFile": zipped(
                {
                    "nodejs/node_modules/layered/package.json": '{"main": "main.js"}',
                    "nodejs/node_modules/layered/main.js": "exports.word = 'layer';",
                }
            )
        },
    )["LayerVersionArn"]
    files = {
        "node_modules/own/index.js": "exports.word = 'own';",
        "index.mjs": (
            "import layered from 'layered'; import own from 'own';"
            "export const handler = async () => [layered.word, own.word];"
        ),
    }
    assert invoke(client, node(files, Layers=[layer])) == (["layer", "own"], None)


def test_runtimes_that_lambda_no_longer_creates_are_refused(node: Callable[..., str]) -> None:
    with pytest.raises(ClientError, match=r"does not support the runtime 'nodejs16.x'"):
        node({"index.js": ""}, Runtime="nodejs16.x")
