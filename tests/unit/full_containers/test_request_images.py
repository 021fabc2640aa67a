"""Images of a request are base64, as programs write it."""

from __future__ import annotations

import base64
import io

import pandas as pd
import pytest
from PIL import Image

from autogluon_jobs.multimodal.images.request_images import decoded_images


def _picture() -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", (30, 30), (9, 99, 199)).save(sink, format="PNG")
    return sink.getvalue()


@pytest.mark.parametrize(
    "cell",
    [
        base64.b64encode(_picture()).decode(),
        "data:image/png;base64," + base64.b64encode(_picture()).decode(),
        base64.encodebytes(_picture()).decode(),
        base64.encodebytes(_picture()).decode().replace("\n", "\r\n"),
    ],
    ids=["plain", "a data URL", "in lines", "in lines of Windows"],
)
def test_each_way_to_write_base64_is_read(cell: str) -> None:
    rows = decoded_images(pd.DataFrame({"photo": [cell, None]}), ["photo"])
    assert rows["photo"].tolist() == [_picture(), None]
