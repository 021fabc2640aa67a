"""Register Lambda's operations at the gateway."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from embedded_aws.gateway import StartResponse, WsgiApp
from embedded_aws.lambda_runtime.code_store import CodeStore
from embedded_aws.lambda_runtime.event_sources import EventSourcesApi
from embedded_aws.lambda_runtime.function_settings_api import FunctionSettingsApi
from embedded_aws.lambda_runtime.functions_api import FunctionRegistry, FunctionsApi
from embedded_aws.lambda_runtime.invocation import Invoker
from embedded_aws.lambda_runtime.layers import LayersApi, LayerStore
from embedded_aws.lambda_runtime.packages import link_runtime_packages
from embedded_aws.lambda_runtime.pool import EnvironmentPool
from embedded_aws.lambda_runtime.runtimes import LanguageRuntimes
from embedded_aws.lambda_runtime.versions_api import VersionsApi
from embedded_aws.log_shipper import LogShipper
from embedded_aws.runtime import Runtime

_CODE_PREFIX = "/_embedded/lambda/code/"


def install(runtime: Runtime) -> None:
    """Answer the whole Lambda API here; other operations are refused by name."""
    folder = runtime.state_dir / "lambda"
    registry = FunctionRegistry(runtime.account_id)
    languages = LanguageRuntimes(link_runtime_packages(folder / "packages"))
    pool = EnvironmentPool(runtime, languages)
    code = CodeStore(runtime)
    layer_store = LayerStore(runtime, code)
    functions = FunctionsApi(runtime, registry, code, layer_store, pool)
    layers = LayersApi(runtime, layer_store)
    versions = VersionsApi(registry)
    sources = EventSourcesApi(runtime, registry)
    settings = FunctionSettingsApi(registry, sources.tags_of)
    invoker = Invoker(runtime, registry, pool, LogShipper(runtime))
    runtime.gateway.register_service(
        "lambda",
        {
            "CreateFunction": functions.create,
            "GetFunction": functions.get,
            "GetFunctionConfiguration": functions.get_configuration,
            "ListFunctions": functions.list,
            "UpdateFunctionCode": functions.update_code,
            "UpdateFunctionConfiguration": functions.update_configuration,
            "DeleteFunction": functions.delete,
            "Invoke": invoker.invoke,
            "PublishVersion": versions.publish,
            "ListVersionsByFunction": versions.list_versions,
            "CreateAlias": versions.create_alias,
            "GetAlias": versions.get_alias,
            "UpdateAlias": versions.update_alias,
            "DeleteAlias": versions.delete_alias,
            "ListAliases": versions.list_aliases,
            "PublishLayerVersion": layers.publish,
            "GetLayerVersion": layers.get,
            "GetLayerVersionByArn": layers.get_by_arn,
            "ListLayerVersions": layers.list_versions,
            "ListLayers": layers.list,
            "DeleteLayerVersion": layers.delete,
            "CreateEventSourceMapping": sources.create,
            "GetEventSourceMapping": sources.get,
            "ListEventSourceMappings": sources.list,
            "UpdateEventSourceMapping": sources.update,
            "DeleteEventSourceMapping": sources.delete,
            "ListTags": settings.list_tags,
            "TagResource": settings.tag,
            "UntagResource": settings.untag,
            "AddPermission": settings.add_permission,
            "RemovePermission": settings.remove_permission,
            "GetPolicy": settings.get_policy,
            "PutFunctionConcurrency": settings.put_concurrency,
            "GetFunctionConcurrency": settings.get_concurrency,
            "DeleteFunctionConcurrency": settings.delete_concurrency,
            "PutFunctionEventInvokeConfig": settings.put_event_invoke_config,
            "UpdateFunctionEventInvokeConfig": settings.put_event_invoke_config,
            "GetFunctionEventInvokeConfig": settings.get_event_invoke_config,
            "DeleteFunctionEventInvokeConfig": settings.delete_event_invoke_config,
        },
    )
    runtime.kept.keep("lambda_runtime.functions", registry)
    runtime.kept.keep("lambda_runtime.layers", layer_store, "_versions", "_numbers")
    runtime.kept.keep("lambda_runtime.event_sources", sources, "_mappings")
    runtime.kept.on_restore.append(sources.resume)
    runtime.gateway.register_path(_CODE_PREFIX, _code_download(folder / "code"))


def _code_download(folder: Path) -> WsgiApp:
    """Serve the zip files that GetFunction points to."""

    def serve(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        digest = environ["PATH_INFO"].removeprefix(_CODE_PREFIX).removesuffix(".zip")
        source = folder / digest
        if not digest.isalnum() or not source.is_dir():
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        data = _zip(source)
        headers = [("Content-Type", "application/zip"), ("Content-Length", str(len(data)))]
        start_response("200 OK", headers)
        return [data]

    return serve


def _zip(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(folder))
    return buffer.getvalue()
