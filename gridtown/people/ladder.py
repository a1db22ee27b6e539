"""The rungs on which posts stand, and how their codes and the matrix' columns are written."""

LADDER = ("grid", "village", "area", "town")
CODE_LENGTH = {"grid": 15, "village": 12, "area": 12, "town": 9}  # an area is a list of villages
DESK = "desk:"  # how a column of the matrix names a desk rather than a line
SUPERVISOR, LEADER = "supervisor", "leader"
