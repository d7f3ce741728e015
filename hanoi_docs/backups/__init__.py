"""Backup of a running system, restore into a new place, and the rehearsal that proves both.

vault.py    what lies where in BACKUP_DIR, and how it is sealed
engine.py   PostgreSQL's own programs, and a second engine for a rehearsal
files.py    the file store, by hash
wal.py      what was committed since the last full backup
full.py     one full backup; how many are kept
restoring.py, looking.py, rehearsal.py
"""
