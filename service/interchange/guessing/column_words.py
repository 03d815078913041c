"""Words in the names of columns, in several languages, and what such a column is likely to be."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from service.interchange.mappings.operations.months import folded

__all__ = ["date_part_of", "role_of", "without_role", "words_of_name"]

_ROLES: Final[dict[str, str]] = {
    "key": "n id ref reference uid uuid code key identifier kennung aktenzeichen lfd nr no "
    "номер identifiant identificador codigo numer",
    "headline": "headline title titel titre titulo titolo заголовок tytul schlagzeile überschrift",
    "text": "promise pledge communique communiqué incident circonstances umstände hergang "
    "hecho text statement claim description summary what content details event "
    "wording sentence claimed aussage beschreibung inhalt ereignis meldung "
    "behauptung declaration evenement afirmacion descripcion texto declaracion "
    "descrizione testo описание текст заявление событие опис заява подія tresc opis "
    "wydarzenie wypowiedz",
    "quote": "wortlaut quoted words quote quotation zitat citation cita citazione цитата cytat",
    "speaker": "redner rednerin dichiarante declarant докладчик промовець politician issued "
    "issuing issuer signatory politiker politique politico заявник speaker who by "
    "author person claimant official spokesperson sprecher wer urheber orateur "
    "auteur qui locuteur quien autor portavoz orador chi relatore autore кто спикер "
    "автор хто спікер kto mowca",
    "with": "with together mit avec con",
    "said": "publish publication made pubblicazione erscheinungsdatum said stated announced "
    "published reported gesagt veröffentlicht veröffentlichung publie publicado "
    "pubblicato опубликовано сказано",
    "date": "date when datum wann tag fecha cuando data quando дата когда коли kiedy day time",
    "start": "start from begin began since beginning von beginn anfang ab seit debut desde "
    "inicio da inizio начало od poczatek occurred",
    "end": "end to until till through ended bis ende fin hasta fine конец do koniec кінець",
    "year": "year jahr annee ano anno год рік rok",
    "about": "attribution perpetrator belligerent belligerents suspect attacker assailant "
    "beteiligte beteiligter täter verursacher responsable presunto auteurs "
    "belligerants кого учасники винуватець sprawca about target against victim "
    "actor party involved betroffene betroffener gegen ziel akteur opfer partei "
    "cible contre victime acteur contra objetivo victima vittima против жертва "
    "сторона проти",
    "place": "suburb quartier stadtteil район barrio quartiere dzielnica admin municipality "
    "commune municipio departement departamento settlement site населений пункт "
    "громада gmina gemeinde kreis comune place location city town village region "
    "country province district oblast where ort stadt land gebiet bundesland wo "
    "lieu ville pays lugar ciudad pais luogo citta paese место город страна область "
    "регион місце місто miejsce miasto kraj",
    "latitude": "lat latitude breite breitengrad latitud latitudine широта",
    "longitude": "lon lng long longitude länge längengrad longitud longitudine долгота довгота",
    "low": "low min minimum lower mindestens least",
    "high": "high max maximum upper höchstens most",
    "number": "best number count total value amount figure anzahl zahl menge nombre numero "
    "cantidad число количество кількість liczba quantity estimate",
    "people": "kill kills wound wounds affected homeless displaced evacuated fatality victims "
    "victimes victimas жертви toter verletzter killed dead deaths fatalities "
    "casualties injured wounded missing captured prisoners troops soldiers "
    "civilians personnel tote getötete verletzte verwundete vermisste soldaten "
    "morts blesses tues muertos heridos morti feriti погибшие убитые раненые "
    "загинуло поранено zabici ranni",
    "unit": "unit einheit unite unidad unita единица",
    "source": "source sources quelle quellen fuente fonte источник джерело zrodlo",
    "publisher": "testata redaktion publisher outlet newspaper medium media zeitung agency "
    "agentur journal medio издание видання",
    "link": "url link links href website webseite lien enlace ссылка посилання",
    "tags": "offence offense crime genre rubrik ressort kind subject sujet filter filters "
    "label labels betreff tags tag topic topics category categories keywords theme "
    "themes subjects issue thema themen schlagwort schlagworte kategorie categorie "
    "etiquetas categoria tema тема теги категория категорія kategoria temat type "
    "typ art",
    "language": "language lang sprache langue idioma lingua язык мова jezyk",
    "verdict": "verification evaluation faktencheck перевірка verificacion rating verdict "
    "ruling bewertung urteil verdicto veredicto вердикт",
    "recorded": "indexed collected updated created modified retrieved accessed entered scraped "
    "erfasst geändert abgerufen modifie",
    "aside": "context kontext contexte contexto",
}
_BY_WORD: Final[dict[str, str]] = {}
for _role, _words in _ROLES.items():
    for _word in _words.split():
        _BY_WORD.setdefault(folded(_word), _role)

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ORDER: Final = (
    *("latitude", "longitude", "link", "language", "verdict", "low", "high", "people", "key"),
    *("end", "start", "recorded", "said", "year", "date", "quote", "headline", "tags"),
    *("publisher", "unit", "source", "speaker", "about", "place", "with", "text", "number"),
    "aside",
)
"""Which word counts where a name has several: `source url` is a link, `start date` a start."""
_DATE_PARTS: Final = {
    "year": "year jahr annee ano anno год рік rok",
    "month": "month monat mois mes mese месяц місяць miesiac",
    "day": "day tag jour dia giorno день dzien",
}
_BY_PART: Final = {folded(w): part for part, words in _DATE_PARTS.items() for w in words.split()}
_LEAST_ENDING: Final = 4


def words_of_name(name: str) -> list[str]:
    """The words of a column's name, in small letters, without accents and numbers."""
    spaced = _CAMEL.sub(" ", name.replace("№", " no "))
    return [folded(word) for word in re.split(r"[\W_\d]+", spaced) if word]


def role_of(name: str, without: Collection[str] = ()) -> str | None:
    """What a column of that name is likely to be, `without` what it cannot be; None if its name
    says nothing."""
    found = {role for word in words_of_name(name) if (role := _role_of_word(word)) is not None}
    return next((role for role in _ORDER if role in found and role not in without), None)


def _role_of_word(word: str) -> str | None:
    """By the word itself; by its end, which says what a compound is (`Ereignisdatum`); or without
    the letter that code books put before a number (`nkill`)."""
    if word in _BY_WORD:
        return _BY_WORD[word]
    if word[:1] in "ni" and _BY_WORD.get(word[1:]) in ("people", "year"):
        return _BY_WORD[word[1:]]
    if word.endswith("id") and word[:-2] in _BY_WORD:
        return "key"
    endings = (word[start:] for start in range(1, len(word) - _LEAST_ENDING + 1))
    return next((_BY_WORD[ending] for ending in endings if ending in _BY_WORD), None)


def date_part_of(name: str) -> tuple[str, str] | None:
    """Whether the column has the year, the month or the day of a date, and of which: that of a
    `start`, of an `end`, or a plain `date`; None if it has none of them."""
    words = words_of_name(name)
    part = next((p for word in words if (p := _part_of_word(word)) is not None), None)
    if part is None or len(words) > _MOST_WORDS:
        return None
    roles = [_BY_WORD[word] for word in words if word in _BY_WORD]
    return next((role for role in roles if role in ("start", "end")), "date"), part


def _part_of_word(word: str) -> str | None:
    return _BY_PART.get(word) or (_BY_PART.get(word[1:]) if word[:1] == "i" else None)


_MOST_WORDS: Final = 2
"""The words of a name that is a part of a date: `Start Year`."""


def without_role(name: str, *roles: str) -> str:
    """The words of a name but for those of the roles: what `dead minimum` and `dead maximum` have
    in common."""
    return " ".join(word for word in words_of_name(name) if _role_of_word(word) not in roles)
