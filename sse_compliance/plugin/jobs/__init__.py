"""A run in several processes (``--jobs``)."""


class OneOfSeveral:
    """The plugin that marks a process as one of several: its run is over when all of them are."""
