"""A command and its output as an SVG picture of a terminal that carries its own letters."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import matplotlib
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from rich.console import Console
from rich.text import Text

# A phone shows letters that people can read of a picture of 80 columns.
_NARROWEST, _WIDEST, _RULE = 80, 114, "───"
_PROGRESS = re.compile(r"^  (uploading|bootstrapping|synthesizing|deploying|[\w-]+:) ?")
_PROGRESS_STYLE = "#9fb0c8"
# `autogluon-sandbox-workflows: 7 of 41 resources`
_COUNTING = re.compile(r"^(?P<what>\s*\S+): (?P<done>\d+) of (?P<all>\d+) resources$")
_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
_WEIGHTS = {400: "DejaVuSansMono.ttf", 700: "DejaVuSansMono-Bold.ttf"}


def terminal_picture(command: str, output: str) -> str:
    """The SVG; of lines that count resources, each stack's last is kept, as on a terminal."""
    lines = [line.rstrip() for line in output.rstrip().splitlines()]
    rules = [len(line) for line in lines if _RULE in line]  # below a table's headings
    columns = min(max([_NARROWEST, *rules]), _WIDEST)
    console = Console(record=True, file=io.StringIO(), width=columns, force_terminal=True)
    console.print(Text(f"$ {command}", style="bold"), overflow="fold")
    for line in lines:
        if not _is_still_counting(line):
            style = _PROGRESS_STYLE if is_progress(line) else ""
            console.print(Text(line, style=style), overflow="fold")
    console.print()  # what hangs below the last line is cut
    name = command.split()[1]
    picture = console.export_svg(title=f"agcdk {name}", unique_id=f"agcdk-{name}")
    # Its own fonts come from the network, and not every machine has one of fixed width.
    picture = _FONT_FACE.sub("", picture).replace("Fira Code", "Letters")
    picture = picture.replace("font-size: 18px", "font-size: 20px")  # the title, as all other text
    return picture.replace("<style>", f"<style>\n{_font_faces(f'$ {command}{output}')}", 1)


def is_progress(line: str) -> bool:
    """Whether a command says with this line how far it is."""
    return _PROGRESS.match(line) is not None


def _is_still_counting(line: str) -> bool:
    match = _COUNTING.match(line)
    return match is not None and match["done"] != match["all"]


def _font_faces(text: str) -> str:
    """The fonts with the letters of `text` alone, as CSS."""
    return "".join(
        f"@font-face {{font-family: Letters; font-weight: {weight}; "
        f"src: url(data:font/woff;base64,{_subset(_FONTS / name, text)}) format('woff')}}\n"
        for weight, name in _WEIGHTS.items()
    )


def _subset(font: Path, text: str) -> str:
    options = Options(
        drop_tables=["FFTM"], flavor="woff", layout_features=[], hinting=False, notdef_outline=True
    )
    letters = TTFont(font, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(text=f"{text}…")
    subsetter.subset(letters)
    letters.flavor = "woff"
    packed = io.BytesIO()
    letters.save(packed)
    return base64.b64encode(packed.getvalue()).decode()
