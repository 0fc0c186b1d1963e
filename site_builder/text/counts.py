"""Counts in words that people read."""


def counted(number: int, one: str, many: str) -> str:
    """`1 varning`, `2 varningar`."""
    return f"{number} {one if number == 1 else many}"
