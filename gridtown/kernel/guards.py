"""Guards that several lines need: named pure functions that refuse with a reason."""

from datetime import date, datetime, timedelta

from gridtown.kernel.told import Doing, Guard, Refused, Told


def by_another(*verbs: str) -> Guard:
    """Whoever did one of `verbs` last may not judge it."""

    def by_another(told: Told, doing: Doing) -> str | None:
        done = told.last(*verbs)
        return "guard.by_another" if done is not None and done.by == doing.by.person else None

    return by_another


def by_none_of(*verbs: str) -> Guard:
    """Whoever did any of `verbs` in this case, however long ago, may not judge what came of them together."""

    def by_none_of(told: Told, doing: Doing) -> str | None:
        return "guard.by_another" if any(fact.by == doing.by.person for fact in told.all(*verbs)) else None

    return by_none_of


def not_ahead(*fields: str) -> Guard:
    """What these answers (days or moments) tell of has happened: none lies in the future."""

    def not_ahead(told: Told, doing: Doing) -> str | None:
        ahead = [
            name for name in fields if doing.answers.get(name) and _ahead(str(doing.answers[name]), doing)
        ]
        if ahead:
            raise Refused("form_invalid", fields=dict.fromkeys(ahead, "mistake.ahead"))
        return None

    return not_ahead


def _ahead(said: str, doing: Doing) -> bool:
    if "T" in said:
        return datetime.fromisoformat(said) > doing.now
    return date.fromisoformat(said) > doing.calendar.day(doing.now)


def within_days(setting: str, *, of: tuple[str, ...]) -> Guard:
    """Only so many natural days (a setting) after the last of these verbs."""

    def within_days(told: Told, doing: Doing) -> str | None:
        done = told.last(*of)
        if done is None or doing.now - done.at <= timedelta(days=float(doing.settings[setting])):
            return None
        return "guard.window_closed"

    return within_days


def once_since(verb: str, *, of: tuple[str, ...]) -> Guard:
    """`verb` only once after each of the verbs `of`."""

    def once_since(told: Told, doing: Doing) -> str | None:
        start = told.last(*of)
        done = told.last(verb)
        return "guard.already_done" if done and (start is None or done.seq > start.seq) else None

    return once_since


def given_to(desk: str, *, table: str) -> Guard:
    """Only what the dictionary `table` gives to that desk by the case's category."""

    def given_to(told: Told, doing: Doing) -> str | None:
        listed = doing.tables[table].get(str(told.answers.get("category")), {})
        return None if listed.get("desk") == desk else "guard.other_desk"

    return given_to
