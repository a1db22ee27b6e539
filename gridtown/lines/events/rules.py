"""Who does what in event mode, and since when its rules hold."""

from datetime import date

LAW = date(2024, 11, 1)  # the day on which the 突发事件应对法 of 2024 came into force (106)
OURS = date(2026, 11, 1)
SWITCHERS = ("duty_officer", "leader")
CHIEFS = ("duty_officer", "leader", "supervisor")
DOERS = ("handler", "patroller", "dispatcher", "receiver", "verifier", "supervisor", "duty_officer")
STAFF = (*DOERS, "leader")
