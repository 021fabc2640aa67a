"""What a server that cannot start leaves behind: nothing."""

from __future__ import annotations

import socket
import sys
import tempfile
from pathlib import Path

import pytest

from embedded_aws.server import EmbeddedAws


def test_a_taken_port_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = EmbeddedAws(image_python=Path(sys.executable), port=taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            server.start()
    assert list(tmp_path.iterdir()) == []
