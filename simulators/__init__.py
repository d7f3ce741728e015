"""Stand-ins for services that are elsewhere in life: the axis, an authority, a remote signing service.

For tests and the demonstration. No app imports them; they run as processes of their own.
"""
