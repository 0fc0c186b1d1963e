"""This module says from when to when a notice is up (kommunallagen 2017:725, 8 kap. 9–12 §§; 13 kap. 5 §).

Days are ISO texts, in Swedish time; the first and the last day are both whole days on the board.
"""


def is_up(announced_on: str, last_day: str, today: str) -> bool:
    """On the board today."""
    return has_been_put_up(announced_on, today) and not is_taken_down(last_day, today)


def has_been_put_up(announced_on: str, today: str) -> bool:
    """On the board today or earlier."""
    return announced_on <= today


def is_taken_down(last_day: str, today: str) -> bool:
    """The last day has passed."""
    return last_day < today


def leaves_too_early(leaves: str, last_day: str) -> bool:
    """Taken down on a day that it should still be up."""
    return leaves <= last_day
