"""Draw dots between two axes as SVG, in the colours of the report's page.

Lambda functions have no library that draws, and no room for one (ADR 7). The colours are variables
of the page, which has them for light and dark; charts are 360 units wide, as those of the jobs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from autogluon_lambdas.logic.report.axis import Axis

_WIDTH, _HEIGHT = 360, 260
_TOP, _RIGHT, _BOTTOM = 26, 14, 42
_ROW = 22
_LETTER = 6.2  # units that a letter takes at most, on average
_LONGEST_LABEL = 52
_FONT = 'font-family="var(--font)" font-size="10.5"'


@dataclass(frozen=True)
class Dot:
    """One value; `is_best` draws it as a square in another colour."""

    x: float
    y: float
    title: str
    is_best: bool = False


def dots_chart(
    x: Axis, y: Axis, dots: Sequence[Dot], *, alternative: str, steps: Sequence[Dot] = ()
) -> str:
    """Return an `<svg>` element.

    Args:
        x: the axis at the bottom.
        y: the axis at the left; categories run from the top down, each in a row of its own.
        dots: what is drawn.
        alternative: what readers who cannot see the chart need to know.
        steps: corners of a line that keeps each value until the next corner.
    """
    height = _TOP + _BOTTOM + _ROW * len(y.names) if y.names else _HEIGHT
    left = 12 + _LETTER * max(len(text) for _, text in y.ticks())
    right, bottom = _WIDTH - _RIGHT, height - _BOTTOM

    def across(value: float) -> float:
        return round(left + x.place(value) * (right - left), 1)

    def down(value: float) -> float:
        share = y.place(value) if y.names else 1 - y.place(value)
        return round(_TOP + share * (bottom - _TOP), 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{escape(alternative)}" fill="var(--ink)" {_FONT}>',
        f'<text x="2" y="12">{escape(_label(y.label))}</text>',
    ]
    for value, text in y.ticks():
        parts += [
            _line(left, down(value), right, down(value)),
            f'<text x="{left - 5:.1f}" y="{down(value) + 3.6:.1f}" text-anchor="end">'
            f"{escape(text)}</text>",
        ]
    for value, text in x.ticks():
        parts += [
            _line(across(value), _TOP, across(value), bottom),
            f'<text x="{across(value)}" y="{bottom + 14}" text-anchor="middle">'
            f"{escape(text)}</text>",
        ]
    # Beside long names the axis alone is too narrow for its label.
    label = _label(x.label)
    middle = min((left + right) / 2, _WIDTH - _LETTER * len(label) / 2)
    parts += [
        f'<path d="M{left:.1f} {_TOP}V{bottom}H{right}" fill="none" stroke="var(--muted)"/>',
        f'<text x="{middle:.1f}" y="{height - 8}" text-anchor="middle">{escape(label)}</text>',
    ]
    if steps:
        first, *later = steps
        path = f"M{across(first.x)} {down(first.y)}"
        path += "".join(f"H{across(corner.x)}V{down(corner.y)}" for corner in later)
        parts.append(
            f'<path d="{path}" fill="none" stroke="var(--series-2)" stroke-width="1.8" '
            'stroke-dasharray="6 3"/>'
        )
    # The best last: nothing covers it.
    for dot in sorted(dots, key=lambda item: item.is_best):
        parts.append(_mark(across(dot.x), down(dot.y), dot))
    return "\n".join([*parts, "</svg>"])


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="var(--line)" '
        'stroke-width="0.6"/>'
    )


def _mark(x: float, y: float, dot: Dot) -> str:
    title = f"<title>{escape(dot.title)}</title>"
    if dot.is_best:
        return (
            f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" '
            f'fill="var(--series-2)">{title}</rect>'
        )
    return (
        f'<circle cx="{x}" cy="{y}" r="4" fill="var(--series-1)" fill-opacity="0.55" '
        f'stroke="var(--series-1)">{title}</circle>'
    )


def _label(text: str) -> str:
    return text if len(text) <= _LONGEST_LABEL else f"…{text[1 - _LONGEST_LABEL :]}"
