"""One point that was looked at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    point: str
    now: str
    to_do: str = ""

    @property
    def weak(self) -> bool:
        return bool(self.to_do)


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
