"""Records of every type that hold far too much, and others that hold no more than they must."""

import json
from typing import Any
from uuid import NAMESPACE_URL, uuid5

WORD = "Samhällsbyggnadsförvaltningsdirektörenshandläggningstidsgaranti"
SENTENCE = f"En mening som fortsätter längre än någon orkar läsa, om {WORD} och allt annat som hör dit."
TITLE = f"{SENTENCE} {SENTENCE}"[:200]
ODD = "1 <b>&amp; \"Å'</b> مياه 水 🚒"
URL = "https://www.kommun.example/" + "en-mycket-lang-vag/" * 9 + "dokument.pdf?nummer=1&" + "x" * 60
MANY = [SENTENCE, WORD, *(f"Punkt {number}" for number in range(12))]
FILES = [{"namn": f"Bilaga {number}: {WORD}", "länk": URL} for number in range(30)]
ROWS = "".join(f"| {number} | {WORD} | 1 250 kronor | Ja | {SENTENCE} |\n" for number in range(60))
TEXT = f"""
{SENTENCE} Se [en länk med lång text, {WORD}]({URL}) och <{URL}>.

- Första nivån
    - Andra nivån
        - [Tredje nivån, som är en länk på flera rader]({URL})

        {"x" * 90}

> {SENTENCE}

| Nummer | Förvaltning | Avgift | Ingår | Anmärkning |
| --- | --- | ---: | :---: | --- |
{ROWS}"""
BODY = f"## {WORD}\n{TEXT}\n## Ring\n\nText.\n\n## Innehåll\n\nText.\n\n## Hjälp\n\nText.\n"
"""Under headings that the templates have too."""
CHANNELS = [
    {"typ": "telefon", "mål": "08-578 291 00", "text": SENTENCE, "öppettider": SENTENCE},
    {"typ": "e-post", "mål": f"{'mycket.' * 9}lang.adress@kommun.example"},
    {"typ": "post", "mål": f"{WORD}, 135 81 Tyresö"},
    {"typ": "besök", "mål": "platser/kommunhuset", "öppettider": SENTENCE},
    *({"typ": kind, "mål": URL, "text": SENTENCE} for kind in ("webb", "blankett") * 4),
]
BOARD = {"organ": "organ/kommunstyrelsen"}
NOTICE = BOARD | {
    "slag": "justerat-protokoll",
    "sammanträde": "2020-01-02",
    "justerat": "2020-01-02",
    "tillkännagivet": "2020-01-02",
    "förvaras": "Kommunkansliet",
    "överklagas_till": "Förvaltningsrätten",
}
ALERT = {"händelse": "Störning", "slag": "störning", "allvar": "okänd", "gäller_från": "2020-01-02 00:00"}
ALERT |= {"upphör": "2020-01-03 00:00"}

MUCH: dict[str, dict[str, Any]] = {
    "tjanster": {
        **{"vem": SENTENCE, "hur": MANY, "behövs": MANY, "får": SENTENCE, "tid": {"text": SENTENCE}},
        **{"kostnad": {"belopp": "1250,50", "text": SENTENCE}, "kanaler": CHANNELS, "läge": "begränsad"},
        **{"orsak": SENTENCE, "lagrum": MANY, "överklagas": SENTENCE},
        "politiskt_ansvar": "organ/kommunstyrelsen",
    },
    "ansvar": {
        **{"kommunen_gör": MANY, "kommunen_gör_inte": [{"vad": WORD, "vem": WORD, "länk": URL}]},
        "servicenivå": [{"löfte": SENTENCE, "mått": SENTENCE, "utfall": WORD, "period": "2020"}],
        **{"styrdokument": FILES, "kostar": SENTENCE, "påverka": SENTENCE, "tjänster": ["hemtjanst"]},
    },
    "organ": {
        **{"slag": "gemensam nämnd", "kontakt": "kontakter/vaxel", "samverkande": MANY},
        **{"ansvarar_för": MANY, "ledamöter": SENTENCE, "från": "2010", "till": "2019"},
    },
    "kontakter": {
        **{"funktion": WORD, "telefon": "08-578 291 00", "besöksadress": SENTENCE, "postadress": WORD},
        **{"telefontider": SENTENCE, "frågor": MANY, "ersättare": "kontakter/vaxel"},
        "uppdrag": [{"roll": SENTENCE, "organ": "organ/kommunstyrelsen", "från": "2020-01-01"}],
    },
    "platser": {
        **{"adress": f"{WORD} 12", "postadress": SENTENCE, "tillgänglighet": SENTENCE},
        "öppettider": [{"dagar": "måndag till torsdag och dag före röd dag", "tider": SENTENCE}],
        "avvikelser": [{"datum": "2020-01-02", "tider": "stängt", "text": SENTENCE}],
    },
    "moten": BOARD
    | {"start": "2020-01-02 18:30", "plats": WORD, "offentligt": "ja", "ärenden": MANY, "handlingar": FILES},
    "beslut": BOARD
    | {
        **{"utfall": "återremitterat", "datum": "2020-01-02", "paragraf": "999", "dnr": "2020/KS 0171"},
        **{"beslutspunkter": MANY, "sammanfattning": SENTENCE, "bakgrund": TEXT, "omröstning": SENTENCE},
        **{"reservationer": MANY, "bilagor": FILES, "överklagan": "laglighetsprövning"},
        "överklagat": [{"datum": "2020-01-09", "domstol": WORD, "utgång": SENTENCE}],
    },
    "anslag": NOTICE | {"förvaras": SENTENCE, "överklagas_till": WORD, "protokoll": FILES[0]},
    "trygghet": {
        **{"före": MANY, "under": MANY, "efter": MANY, "källor": MANY},
        "ring": [{"nummer": "112", "när": SENTENCE}, {"nummer": "113 13", "när": WORD}],
    },
    "driftinfo": ALERT | {"allvar": "extrem", "område": f"{WORD}, {SENTENCE}", "instruktion": SENTENCE},
    "nyheter": {"påverkar": ["hemtjanst", "kommunstyrelsen", "kommunhuset"]},
    "granskningar": {
        **{"objekt": WORD, "regi": "enskild", "nämnd": "organ/kommunstyrelsen", "metoder": MANY},
        **{"period": SENTENCE, "styrkor": MANY, "brister": MANY, "rapport": FILES[0]},
        "åtgärder": [{"vad": SENTENCE, "ansvarig": WORD, "senast": "2020-05-01", "status": "pågår"}],
    },
    "fragor": {"svar": TEXT, "frågad": {"antal": "12", "period": SENTENCE}},
    "etjanster": {
        **{"mål": URL, "inloggning": "e-legitimation", "mobil": "ja", "akut_telefon": "08-578 291 00"},
        **{"kräver": MANY, "handläggningstid": SENTENCE},
    },
    "sidor": {},
}
"""By folder: nearly every field, each too long."""

LITTLE: dict[str, dict[str, Any]] = {
    "tjanster": {"vem": "Alla", "hur": ["Ring"], "kanaler": [{"typ": "telefon", "mål": "08-578 291 00"}]},
    "ansvar": {"kommunen_gör": ["Allt"]},
    "organ": {"slag": "enhet"},
    "kontakter": {"telefon": "08-578 291 00", "frågor": ["Allt"]},
    "platser": {"adress": "Gata 1"},
    "moten": BOARD | {"start": "2020-01-03 09:00"},
    "beslut": BOARD | {"utfall": "beslutat", "datum": "2020-01", "beslutspunkter": ["Ja."]},
    "anslag": NOTICE,
    "trygghet": {"under": ["Gå ut"]},
    "driftinfo": ALERT,
    "nyheter": {},
    "granskningar": {"objekt": "X"},
    "fragor": {"svar": "Ja."},
    "etjanster": {"mål": "https://www.kommun.example/"},
    "sidor": {},
}
"""By folder: the fields that must be there, and no others."""


def extreme_content() -> dict[str, str]:
    """The records by their path: `mycket.md` and `lite.md` of each type."""
    more: dict[str, Any] = {"ingress": f"{SENTENCE} {SENTENCE}", "källa": [URL], "uppgift_per": "2020-01-01"}
    more |= {
        "ämnen": ["avfall-atervinning"],
        "ändringar": [{"när": "2020-05-05", "slag": "stor", "not": SENTENCE}],
    }
    made = {}
    for folder, fields in MUCH.items():
        made[f"{folder}/mycket.md"] = _record(f"{folder}/mycket", TITLE, BODY, more | fields)
    for folder, fields in LITTLE.items():
        made[f"{folder}/lite.md"] = _record(f"{folder}/lite", ODD, "", {"ingress": ODD, **fields})
    return made


def _record(name: str, title: str, body: str, fields: dict[str, Any]) -> str:
    common = {"id": str(uuid5(NAMESPACE_URL, name)), "titel": title, "status": "publicerad"}
    common |= {"publicerad": "2020-01-02"}
    if name.startswith("tjanster"):
        common["ansvarig"] = "kontakter/vaxel"
    head = "".join(
        f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in (common | fields).items()
    )
    return f"---\n{head}---\n{body}"
