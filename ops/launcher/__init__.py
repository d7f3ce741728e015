"""The launcher: starts the engines and the processes of the system on one machine, and stops exactly those.

Standard library only, because parts of it run before anything is installed.
"""
