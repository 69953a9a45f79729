"""curl's exit statuses as sentences (``man curl``), for when curl itself printed none."""

from __future__ import annotations

SENTENCES = {
    5: "could not resolve the proxy",
    6: "could not resolve the host",
    7: "failed to connect",
    28: "timed out",
    35: "the TLS handshake failed",
    51: "the server's certificate was not accepted",
    52: "empty reply from the server",
    55: "sending failed",
    56: "the connection was lost while receiving",
    60: "the server's certificate can't be verified",
    77: "the CA file can't be read",
    97: "the proxy refused or broke the connection",
}


def sentence(exit_status: int) -> str:
    """What the exit status means."""
    return SENTENCES.get(exit_status, f"curl ended with exit status {exit_status}")
