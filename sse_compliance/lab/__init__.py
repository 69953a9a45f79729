"""Emulated Firepower devices behind a real SSH server on loopback, to try the suite on and to test it against."""
