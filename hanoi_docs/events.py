"""The kinds of events this floor writes: the sentence of each in a history, and its tone in the log of administration."""

LABELS = {
    "read_only_on": "bật chế độ chỉ đọc",
    "read_only_off": "tắt chế độ chỉ đọc",
}
