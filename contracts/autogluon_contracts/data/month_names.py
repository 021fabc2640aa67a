"""Know the names of months in the languages in which each name means one month.

English, German, French, Spanish, Italian, Dutch, Portuguese, Swedish, Danish and Norwegian. Others
are left out: "listopad" is November in Polish and October in Croatian.
"""

from __future__ import annotations

# Full names and abbreviations, those without accents too, as exports often lose them.
_NAMES = (
    "january jan januar januari jänner jaenner janvier janv enero ene gennaio gen janeiro",
    "february feb februar februari februarie feber février fevrier févr fevr fév febrero febbraio "
    "fevereiro fev",
    "march mar märz maerz marz mär mrz mars marzo maart mrt março marco marts",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag mei maio maj",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août aout agosto ago augustus augusti",
    "september sep sept septembre septiembre setiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro desember des",
)
_MONTH_OF = {name: at for at, names in enumerate(_NAMES, start=1) for name in names.split()}

MONTH_NAME = f"(?i:{'|'.join(sorted(_MONTH_OF, key=lambda name: (-len(name), name)))})"
"""A name, for RE2 and Python alike; long ones first."""


def month_of(name: str) -> int | None:
    """Return the month's number, 1 to 12; None where the name is not a month's.

    `MONTH_NAME` finds more than names: to regular expressions that ignore case, Turkish dotless i
    is an i.

    Example:
        >>> month_of("März"), month_of("SEPT"), month_of("apr\u0131l")
        (3, 9, None)
    """
    return _MONTH_OF.get(name.lower())
