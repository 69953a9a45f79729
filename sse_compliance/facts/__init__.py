"""Facts: typed values read from what the probes said. One module per kind of output, in the room of what it is about.

Each module shows a sample of the output it reads, defines frozen dataclasses, and has one ``parse`` from a
:class:`~sse_compliance.evidence.answer.ProbeResult` to the fact. ``parse`` is pure, takes time in proportion to the
text, and raises :class:`~sse_compliance.errors.Unavailable`, and nothing else, where the text does not tell.
"""
