"""When a part is away: what still works, said on the page. switch.py is the operator's own, away.py what is found out."""
