"""Words that make a date vague, in a dozen languages: words for "about", for a part of a month, and
for what has not ended."""

from __future__ import annotations

import re
from typing import Final

from service.interchange.mappings.operations.dates.months import folded

__all__ = ["about_which", "is_open_end", "without_part"]

_ABOUT: Final = (
    "c ca cca circa about around abt approx approximately um etwa vers env environ hacia"
    " alrededor_de aprox aproximadamente cerca_de por_volta_de verso ok około koło"
    " mniej_więcej около ок примерно приблизительно ориентировочно близько бл приблизно"
    " орієнтовно yaklaşık takriben περίπου"
)
_BEHIND: Final = "circa approx ~ civarı civarında περίπου"
_PARTS: Final = (
    "early mid middle late beginning start end anfang mitte ende debut mi mi-mois fin comienzos"
    " principios mediados finales fines inicios inicio meados final fim inizio meta fine poczatek"
    " na_poczatku polowa w_polowie koniec pod_koniec начало нач середина сер конец кон в_начале"
    " в_середине в_конце початок поч середина кінець кін на_початку в_середині наприкінці αρχες"
    " μεσα τελη"
)
_OPEN: Final = (
    "ongoing present current today now continuing still to_date till_now until_now to_present"
    " laufend läuft andauernd anhaltend heute bis_heute en_cours présent actuel aujourd'hui"
    " aujourd’hui à_ce_jour jusqu’à_présent en_curso actualidad presente actual hasta_hoy hoy"
    " vigente em_curso em_andamento atual até_hoje hoje in_corso attuale oggi w_toku trwa obecnie"
    " do_dziś триває досі дотепер до_сьогодні продолжается по_настоящее_время настоящее_время"
    " до_сих_пор сих_пор по_сей_день сей_день н.в devam_ediyor sürüyor halen lopend heden مستمر"
    " مستمرة جارية جار حتى_الآن"
)


def _one_of(words: str) -> str:
    """A pattern of any of the words; `_` is a space, or more than one."""
    known = sorted(map(re.escape, words.split()), key=len, reverse=True)
    return "|".join(known).replace("_", r"\s+")


_CIRCA: Final = re.compile(
    rf"(?:{_one_of(_ABOUT)})\b\.?\s*(.+)|(.+?)\s*\(?(?:{_one_of(_BEHIND)})\.?\)?", re.IGNORECASE
)
_PART: Final = re.compile(rf"(?:{_one_of(folded(_PARTS))})(?:\.\s*|[\s-]+)(.+)")
_OPEN_ENDS: Final = frozenset(folded(word).replace("_", " ") for word in _OPEN.split())


def is_open_end(text: str) -> bool:
    """Whether a text, in the place of an end, says that something goes on."""
    return " ".join(folded(text).strip(" .…()").split()) in _OPEN_ENDS


def about_which(text: str) -> str | None:
    """The date without a word for about before or after it; None if it has none."""
    found = _CIRCA.fullmatch(text)
    return found and (found[1] or found[2])


def without_part(text: str) -> str | None:
    """A month, in lower case and without accents, without the words for its beginning, middle or
    end; None if it has none."""
    found = _PART.fullmatch(text)
    return found and found[1]
