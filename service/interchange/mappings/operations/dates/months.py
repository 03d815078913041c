"""The names of months, weekdays and seasons in a dozen languages, as spreadsheets have them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["folded", "month_named", "season_named", "without_weekday"]

_MONTHS: Final = (
    # English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Ukrainian,
    # Turkish, Greek.
    # Czech and Croatian are left out: their `listopad` is another month than the Polish one.
    "january januar jänner janvier enero gennaio janeiro januari stycznia styczeń января январь січня січень ocak ιανουαρίου ιανουάριος",  # noqa: E501 - a month is one line
    "february februar feber février febrero febbraio fevereiro februari lutego luty февраля февраль лютого лютий şubat φεβρουαρίου φεβρουάριος",  # noqa: E501 - a month is one line
    "march märz mars marzo março maart marca marzec марта март березня березень mart μαρτίου μάρτιος",  # noqa: E501 - a month is one line
    "april avril abril aprile kwietnia kwiecień апреля апрель квітня квітень nisan απριλίου απρίλιος",  # noqa: E501 - a month is one line
    "may mai mayo maggio maio mei maja maj мая май травня травень mayıs mayis μαΐου μάιος",
    "june juni juin junio giugno junho czerwca czerwiec июня июнь червня червень haziran ιουνίου ιούνιος",  # noqa: E501 - a month is one line
    "july juli juillet julio luglio julho lipca lipiec июля июль липня липень temmuz ιουλίου ιούλιος",  # noqa: E501 - a month is one line
    "august août agosto augustus sierpnia sierpień августа август серпня серпень ağustos αυγούστου αύγουστος",  # noqa: E501 - a month is one line
    "september septembre septiembre setiembre settembre setembro sept września wrzesień сентября сентябрь вересня вересень eylül σεπτεμβρίου σεπτέμβριος",  # noqa: E501 - a month is one line
    "october oktober octobre octubre ottobre outubro października październik октября октябрь жовтня жовтень ekim οκτωβρίου οκτώβριος",  # noqa: E501 - a month is one line
    "november novembre noviembre novembro listopada listopad ноября ноябрь листопада листопад kasım kasim νοεμβρίου νοέμβριος",  # noqa: E501 - a month is one line
    "december dezember décembre diciembre dicembre dezembro grudnia grudzień декабря декабрь грудня грудень aralık aralik δεκεμβρίου δεκέμβριος",  # noqa: E501 - a month is one line
)
_WEEKDAYS: Final = (
    "monday tuesday wednesday thursday friday saturday sunday",
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag",
    "mo di mi do fr sa so",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miércoles jueves viernes sábado domingo",
    "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "segunda terça quarta quinta sexta",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "poniedziałek wtorek środa czwartek piątek sobota niedziela",
    "понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс",
    "понеділок вівторок середа четвер субота неділя нд",
    "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
    "δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή",
)
_SEASONS: Final = (
    (21, "spring frühling frühjahr printemps primavera lente wiosna весна весной навесні"),
    (22, "summer sommer été verano estate verão zomer lato лето летом літо влітку"),
    (23, "autumn fall herbst automne otoño autunno outono herfst jesień осень осенью осінь восени"),
    (24, "winter hiver invierno inverno zima зима зимой взимку"),
    (33, "q1 1q quarter1"),
    (34, "q2 2q quarter2"),
    (35, "q3 3q quarter3"),
    (36, "q4 4q quarter4"),
    (40, "h1 1h"),
    (41, "h2 2h"),
)
_FIRST_WORD: Final = re.compile(r"([^\W\d_]+)\.?(?:,\s*|\s+)(.*)")
_LEAST: Final = 3
"""The fewest letters of an abbreviation."""


def folded(text: str) -> str:
    """The text in lower case without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def _beginnings() -> dict[str, int | None]:
    """Every name and every beginning of one; None for a beginning that two months share."""
    found: dict[str, int | None] = {}
    for number, names in enumerate(_MONTHS, start=1):
        for name in map(folded, names.split()):
            for length in range(_LEAST, len(name) + 1):
                begun = name[:length]
                found[begun] = number if found.get(begun, number) == number else None
    for number, names in enumerate(_MONTHS, start=1):
        found |= dict.fromkeys(map(folded, names.split()), number)
    return found


_BY_BEGINNING: Final = _beginnings()
_DAYS: Final = {
    name[:length]
    for names in _WEEKDAYS
    for name in map(folded, names.split())
    for length in range(min(_LEAST, len(name)), len(name) + 1)
}
_BY_SEASON: Final = {folded(name): number for number, names in _SEASONS for name in names.split()}


def month_named(word: str) -> int | None:
    """The month (1 to 12) of a name or of an unambiguous abbreviation."""
    return _BY_BEGINNING.get(folded(word).rstrip("."))


def without_weekday(text: str) -> str:
    """The text after the name of a weekday, or after its first three letters or more; the whole
    text if that could be a month."""
    found = _FIRST_WORD.fullmatch(text)
    if found is None:
        return text
    word = folded(found[1])
    return found[2] if word in _DAYS and word not in _BY_BEGINNING else text


def season_named(word: str) -> int | None:
    """The EDTF code of a season, a quarter or a half of a year."""
    return _BY_SEASON.get(folded(word))
