"""Show some judged images, with their masks and what the predictor answers."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from autogluon.multimodal import MultiModalPredictor
from PIL import Image

from autogluon_jobs.multimodal.segmentation.mask_files import mask_pixels
from autogluon_jobs.multimodal.segmentation.network import predicted_mask
from autogluon_jobs.multimodal.segmentation.report_facts import MaskFacts
from autogluon_jobs.report.page_parts import Chart, Section

_MOST = 4
_SIDE = 160
_GAP = 12
_TOP = 18
# Background black; then colours that people who see no red or green tell apart (Okabe and Ito).
_COLOURS = np.array(
    [
        (0, 0, 0), (230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178),
        (213, 94, 0), (204, 121, 167), (255, 255, 255),
    ],
    dtype=np.uint8,
)  # fmt: skip
_TITLES = ("image", "mask", "prediction")


def examples_section(predictor: MultiModalPredictor, facts: MaskFacts) -> Section:
    """Show the first judged images, one a row: image, mask and prediction."""
    rows = []
    judged = facts.evaluation.rows.head(_MOST)
    for photo, mask in zip(judged[facts.image], judged[predictor.label], strict=True):
        with Image.open(photo) as image:
            shown = image.convert("RGB")
        answer = predicted_mask(predictor, facts.image, Path(photo))
        rows.append([shown, _painted(mask_pixels(Path(mask))), _painted(answer)])
    return Section(
        "examples",
        "Examples",
        f"The first {len(rows)} of the {facts.judged_on}; one colour for each value, black for 0.",
        [Chart(_svg(rows), "From the left: image, mask, prediction.")],
    )


def _painted(mask: np.ndarray) -> Image.Image:
    values = np.where(mask == 255, 1, mask) if mask.max(initial=0) == 255 else mask
    # More values than colours share the colours after the background's.
    numbers = np.where(values == 0, 0, 1 + (values.astype(int) - 1) % (len(_COLOURS) - 1))
    return Image.fromarray(_COLOURS[numbers])


def _svg(rows: Sequence[Sequence[Image.Image]]) -> str:
    width, height = len(_TITLES) * (_SIDE + _GAP), _TOP + len(rows) * (_SIDE + _GAP)
    parts = [
        f'<text x="{column * (_SIDE + _GAP)}" y="12" font-size="12" fill="currentColor">'
        f"{title}</text>"
        for column, title in enumerate(_TITLES)
    ]
    for row, images in enumerate(rows):
        for column, image in enumerate(images):
            x, y = column * (_SIDE + _GAP), _TOP + row * (_SIDE + _GAP)
            parts.append(
                f'<image x="{x}" y="{y}" width="{_SIDE}" height="{_SIDE}" '
                f'href="data:image/png;base64,{_thumbnail(image, nearest=column > 0)}"/>'
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
        f"<title>Images with their masks and predictions</title>{''.join(parts)}</svg>"
    )


def _thumbnail(image: Image.Image, *, nearest: bool) -> str:
    how = Image.Resampling.NEAREST if nearest else Image.Resampling.BICUBIC
    image.thumbnail((_SIDE, _SIDE), how)
    sink = io.BytesIO()
    image.save(sink, format="PNG")
    return base64.b64encode(sink.getvalue()).decode()
