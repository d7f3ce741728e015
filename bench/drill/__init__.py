"""The fault drill: papers flow both ways while everything under them is killed, cut off, flushed and filled up.

`make drill` (see __main__). What it finds is compared with the axis simulator's own journal, never with our counters.
"""
