"""Schedules that say nothing: the error that both kinds of expression share."""


class InvalidScheduleError(Exception):
    """A text is no schedule expression; the message says why."""
