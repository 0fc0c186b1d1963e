"""Swedish words for what the model calls in English, and days as people read them."""

from datetime import datetime

from cases.model import Channel, EventKind, Kind, Outcome, State
from foundation.working_days import STOCKHOLM

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
    "november", "december",
)  # fmt: skip
KINDS = {
    Kind.FAULT: "Felanmälan",
    Kind.PRAISE: "Beröm",
    Kind.COMPLAINT: "Klagomål",
    Kind.PROPOSAL: "Förslag",
    Kind.QUESTION: "Fråga",
}
STATES = {
    State.NEW: "Mottaget",
    State.OPEN: "Handläggs",
    State.ASKED: "Väntar på ditt svar",
    State.DONE: "Avslutat",
    State.WITHDRAWN: "Återtaget",
    State.MERGED: "Hopslaget med ett annat",
}
OUTCOMES = {
    Outcome.DONE: "Åtgärdat",
    Outcome.ANSWERED: "Besvarat",
    Outcome.NOT_DONE: "Åtgärdas inte",
    Outcome.NOT_OURS: "Inte kommunens, lämnat till någon annan",
    Outcome.NOTHING_FOUND: "Inget fel hittades",
}
CHANNELS = {
    Channel.WEB: "Webben",
    Channel.PHONE: "Samtal",
    Channel.VISIT: "Besök",
    Channel.LETTER: "Brev",
    Channel.EMAIL: "E-post",
    Channel.OPEN311: "Open311",
}
EVENTS = {
    EventKind.RECEIVED: "Mottaget",
    EventKind.ADDED: "Du skrev",
    EventKind.TAKEN: "En handläggare har tagit ärendet",
    EventKind.ANSWERED: "Svar",
    EventKind.ASKED: "En fråga till dig",
    EventKind.NOTE: "Anteckning",
    EventKind.HANDED_OVER: "Lämnat vidare",
    EventKind.CHANGED: "Ändrat",
    EventKind.CLOSED: "Avslutat",
    EventKind.REOPENED: "Öppnat igen",
    EventKind.WITHDRAWN: "Återtaget",
    EventKind.MERGED: "Hopslaget med ett annat ärende",
    EventKind.PUBLISHED: "Visas bland kända fel",
    EventKind.REMINDED: "Påminnelse",
    EventKind.ESCALATED: "Löftet är passerat",
    EventKind.FOLLOWED: "Någon följer felet",
}


def swedish_day(moment: datetime) -> str:
    """24 november 2026, Swedish time."""
    day = moment.astimezone(STOCKHOLM)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def swedish_moment(moment: datetime) -> str:
    """24 november 2026 kl. 09.05, Swedish time."""
    return f"{swedish_day(moment)} kl. {moment.astimezone(STOCKHOLM):%H.%M}"
