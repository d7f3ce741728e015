"""Days as a paper says them."""

from datetime import date


def date_text(day: date) -> str:
    """Days below ten and months 1 and 2 with a leading zero (decree 30, Phụ lục I.II.4)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
