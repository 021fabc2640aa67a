"""A hub of weights on this machine, which speaks the part of Hugging Face's API that is used."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

_LARGE = ".safetensors"


@dataclass
class Repository:
    """A repository with one commit, which is its branch `main`, too."""

    files: dict[str, bytes]
    license: str | None = "apache-2.0"
    is_gated: bool = False

    @property
    def commit(self) -> str:
        content = b"".join(name.encode() + data for name, data in sorted(self.files.items()))
        return hashlib.sha1(content).hexdigest()

    @classmethod
    def of(cls, folder: Path, **more: Any) -> Repository:
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        return cls(files, **more)


@dataclass
class FakeHub:
    """Repositories by `<owner>/<name>`; `requests` are those answered; `sent` replaces bytes."""

    repositories: dict[str, Repository] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    sent: dict[str, bytes] = field(default_factory=dict)
    url: str = ""

    @contextmanager
    def serving(self) -> Iterator[FakeHub]:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                hub.answer(self)

            def do_HEAD(self) -> None:
                hub.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def answer(self, call: BaseHTTPRequestHandler) -> None:
        path = unquote(urlsplit(call.path).path)
        self.requests.append(f"{call.command} {path}")
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "models"]:
            self._describe(call, "/".join(parts[2:4]), parts[4:])
        elif parts[0] == "large":
            _, owner, name, _, *file = parts
            self._send(call, self._content(f"{owner}/{name}", "/".join(file)), {})
        else:
            owner, name, _, revision, *file = parts
            self._resolve(call, f"{owner}/{name}", revision, "/".join(file))

    def _content(self, repository: str, file: str) -> bytes:
        return self.sent.get(file, self.repositories[repository].files[file])

    def _describe(self, call: BaseHTTPRequestHandler, name: str, rest: list[str]) -> None:
        repository = self.repositories.get(name)
        if repository is None:
            self._refuse(call, 404, "RepoNotFound")
            return
        if repository.is_gated and rest[:1] == ["tree"]:
            self._refuse(call, 403, "GatedRepo")
            return
        if len(rest) > 1 and rest[1] not in ("main", repository.commit):
            self._refuse(call, 404, "RevisionNotFound")
            return
        if rest[:1] == ["tree"]:
            self._send_json(call, [_entry(*item) for item in repository.files.items()])
            return
        card = {} if repository.license is None else {"license": repository.license}
        self._send_json(
            call,
            {
                "id": name,
                "sha": repository.commit,
                "private": False,
                "gated": "auto" if repository.is_gated else False,
                "cardData": card,
                "tags": [],
                "siblings": [_sibling(*item) for item in repository.files.items()],
            },
        )

    def _resolve(self, call: BaseHTTPRequestHandler, name: str, revision: str, file: str) -> None:
        repository = self.repositories[name]
        if repository.is_gated:
            self._refuse(call, 403, "GatedRepo")
            return
        data = repository.files[file]
        headers = {"X-Repo-Commit": repository.commit}
        if file.endswith(_LARGE):
            # As on the hub: large files are on another host.
            elsewhere = self.url.replace("127.0.0.1", "localhost")
            headers |= {
                "X-Linked-Size": str(len(data)),
                "X-Linked-Etag": f'"{hashlib.sha256(data).hexdigest()}"',
                "ETag": f'"{hashlib.md5(data).hexdigest()}"',
                "Location": f"{elsewhere}/large/{name}/{revision}/{file}",
            }
            self._send(call, b"", headers, status=302)
            return
        self._send(call, self._content(name, file), headers | {"ETag": f'"{_blob(data)}"'})

    def _refuse(self, call: BaseHTTPRequestHandler, status: int, code: str) -> None:
        self._send(call, b"", {"X-Error-Code": code, "X-Error-Message": code}, status=status)

    def _send_json(self, call: BaseHTTPRequestHandler, document: Any) -> None:
        body = json.dumps(document).encode()
        self._send(call, body, {"Content-Type": "application/json"})

    def _send(
        self,
        call: BaseHTTPRequestHandler,
        body: bytes,
        headers: dict[str, str],
        status: int = 200,
    ) -> None:
        call.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            call.send_header(name, value)
        call.end_headers()
        if call.command == "GET":
            call.wfile.write(body)


def _blob(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def _sibling(name: str, data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {"rfilename": name, "size": len(data), "blobId": _blob(data)}
    if name.endswith(_LARGE):
        found["lfs"] = {
            "sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134
        }  # fmt: skip
    return found


def _entry(name: str, data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "file", "path": name, "size": len(data), "oid": _blob(data)
    }  # fmt: skip
    if name.endswith(_LARGE):
        found["lfs"] = {
            "oid": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134
        }  # fmt: skip
    return found
