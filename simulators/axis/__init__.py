"""A stand-in for the national axis and a few ministries and provinces on it: own process, own store."""
