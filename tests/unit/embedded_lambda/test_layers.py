"""Functions find what their layers hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Deploy = Callable[..., str]
Zipped = Callable[[dict[str, str]], bytes]
USES = "import shared\ndef handler(event, context):\n    return shared.WORD\n"


def publish(client: Any, zipped: Zipped, name: str, files: dict[str, str]) -> str:
    answer = client.publish_layer_version(LayerName=name, Content={"ZipFile": zipped(files)})
    return str(answer["LayerVersionArn"])


def answer(client: Any, name: str) -> Any:
    found = client.invoke(FunctionName=name)
    payload = json.loads(found["Payload"].read())
    assert "FunctionError" not in found, payload
    return payload


def test_python_imports_from_its_layers_and_the_last_one_wins(
    client: Any, deploy: Deploy, zipped: Zipped
) -> None:
    first = publish(client, zipped, "words", {"python/shared.py": "WORD = 'first'\n"})
    second = publish(client, zipped, "words", {"python/shared.py": "WORD = 'second'\n"})
    assert (first[-2:], second[-2:]) == (":1", ":2")
    name = deploy(USES, Layers=[first])
    assert answer(client, name) == "first"
    described = client.get_function_configuration(FunctionName=name)["Layers"]
    assert [item["Arn"] for item in described] == [first]
    client.update_function_configuration(FunctionName=name, Layers=[first, second])
    assert answer(client, name) == "second"
    client.update_function_configuration(FunctionName=name, Layers=[])
    assert client.invoke(FunctionName=name)["FunctionError"] == "Unhandled"


def test_a_deleted_layer_stays_with_the_functions_that_have_it(
    client: Any, deploy: Deploy, zipped: Zipped
) -> None:
    arn = publish(client, zipped, "kept", {"python/shared.py": "WORD = 'kept'\n"})
    name = deploy(USES, Layers=[arn])
    client.delete_layer_version(LayerName="kept", VersionNumber=1)
    assert client.list_layer_versions(LayerName="kept")["LayerVersions"] == []
    assert answer(client, name) == "kept"
    with pytest.raises(ClientError, match="does not exist"):
        deploy(USES, Layers=[arn])


def test_extensions_are_refused_by_name(client: Any, zipped: Zipped) -> None:
    with pytest.raises(ClientError, match="does not support Lambda extensions"):
        publish(client, zipped, "extension", {"extensions/agent": "#!/bin/sh\n"})
