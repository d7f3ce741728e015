"""The machine is lost, and the office works on: `make rehearse` (see __main__). What came back is compared with notes
that the clerks kept outside the database, never with what the backup says of itself."""
