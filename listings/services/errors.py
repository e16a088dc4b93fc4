"""What a verb may refuse beside what is wrong with the input."""


class StaleVersion(Exception):
    """Somebody else saved the same thing meanwhile; nothing was written."""
