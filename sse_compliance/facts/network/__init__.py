"""The management network as it is set, and what calls over it met."""
