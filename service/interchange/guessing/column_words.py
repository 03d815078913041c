"""Words in the names of columns, in several languages, and what such a column is likely to be."""

from __future__ import annotations

import re
from typing import Final

from service.interchange.mappings.operations.months import folded

__all__ = ["role_of", "words_of_name"]

_ROLES: Final[dict[str, str]] = {
    "key": "id ref reference uid uuid code key identifier kennung aktenzeichen lfd nr no номер "
    "identifiant identificador codigo numer",
    "headline": "headline title titel titre titulo titolo заголовок tytul schlagzeile überschrift",
    "text": "text statement claim description summary what content details event wording sentence "
    "claimed aussage beschreibung inhalt ereignis meldung behauptung declaration evenement "
    "afirmacion descripcion texto declaracion hecho descrizione testo описание текст заявление "
    "событие опис заява подія tresc opis wydarzenie wypowiedz",
    "quote": "quote quotation zitat citation cita citazione цитата cytat",
    "speaker": "speaker who said by author person claimant official spokesperson sprecher wer "
    "urheber orateur auteur qui locuteur quien autor portavoz orador chi relatore autore кто "
    "спикер автор хто спікер kto mowca",
    "with": "with together mit avec con",
    "said": "said stated announced published reported publication gesagt veröffentlicht "
    "veröffentlichung publie publicado pubblicato опубликовано сказано",
    "date": "date when datum wann tag fecha cuando data quando дата когда коли kiedy day time",
    "start": "start from begin began since beginning von beginn anfang ab seit debut desde inicio "
    "da inizio начало od poczatek occurred",
    "end": "end to until till through ended bis ende fin hasta fine конец do koniec кінець",
    "year": "year jahr annee ano anno год рік rok",
    "about": "about target against subject victim actor party involved betroffene betroffener "
    "gegen ziel akteur opfer partei cible contre sujet victime acteur contra objetivo "
    "victima vittima против жертва сторона проти",
    "place": "place location city town village region country province district oblast settlement "
    "where ort stadt land gebiet bundesland wo lieu ville pays lugar ciudad pais luogo citta paese "
    "место город страна область регион місце місто miejsce miasto kraj",
    "latitude": "lat latitude breite breitengrad latitud latitudine широта",
    "longitude": "lon lng long longitude länge längengrad longitud longitudine долгота довгота",
    "low": "low min minimum lower mindestens least",
    "high": "high max maximum upper höchstens most",
    "number": "best number count total value amount figure anzahl zahl menge nombre numero "
    "cantidad число количество кількість liczba quantity estimate",
    "people": "killed dead deaths fatalities casualties injured wounded missing captured prisoners "
    "troops soldiers civilians personnel tote getötete verletzte verwundete vermisste soldaten "
    "morts blesses tues muertos heridos morti feriti погибшие убитые раненые загинуло поранено "
    "zabici ranni",
    "unit": "unit einheit unite unidad unita единица",
    "source": "source sources quelle quellen fuente fonte источник джерело zrodlo",
    "publisher": "publisher outlet newspaper medium media zeitung agency agentur journal medio "
    "издание видання",
    "link": "url link links href website webseite lien enlace ссылка посилання",
    "tags": "tags tag topic topics category categories keywords theme themes subjects issue thema "
    "themen schlagwort schlagworte kategorie categorie theme etiquetas categoria tema тема теги "
    "категория категорія kategoria temat type typ art",
    "language": "language lang sprache langue idioma lingua язык мова jezyk",
    "verdict": "rating verdict ruling bewertung urteil verdicto veredicto вердикт",
    "kind": "kind",
}
_BY_WORD: Final[dict[str, str]] = {}
for _role, _words in _ROLES.items():
    for _word in _words.split():
        _BY_WORD.setdefault(folded(_word), _role)

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ORDER: Final = (
    *("latitude", "longitude", "link", "language", "verdict", "low", "high", "people", "key"),
    *("start", "end", "said", "year", "date", "quote", "headline", "tags", "publisher", "unit"),
    *("source", "place", "speaker", "about", "with", "text", "number", "kind"),
)
"""Which word counts where a name has several: `source url` is a link, `start date` a start."""


def words_of_name(name: str) -> list[str]:
    """The words of a column's name, in small letters and without accents."""
    return [folded(word) for word in re.split(r"[\W_]+", _CAMEL.sub(" ", name)) if word]


def role_of(name: str) -> str | None:
    """What a column of that name is likely to be; None if its name says nothing."""
    found = {_BY_WORD[word] for word in words_of_name(name) if word in _BY_WORD}
    return next((role for role in _ORDER if role in found), None)
