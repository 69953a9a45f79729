"""The device itself: software, clock, processes and their sockets."""
