"""By when there is to be an answer: working days, the kind's own where a source promises them."""

from datetime import datetime

from cases.categories import Category
from cases.model import Channel
from cases.settings import CaseSettings
from foundation.working_days import due_after


def working_days(category: Category, channel: Channel, settings: CaseSettings) -> int:
    """How many working days: the kind's own, else the general ones for a letter or for anything else."""
    if category.working_days is not None:
        return category.working_days
    return settings.letter_days if channel is Channel.LETTER else settings.answer_days


def due(received: datetime, days: int) -> datetime:
    """The end of the last day on which the promise is kept."""
    return due_after(received, days)
