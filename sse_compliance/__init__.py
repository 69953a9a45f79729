"""Compliance tests for the cloud link of Cisco Firepower devices (SSE connector)."""

__version__ = "0.1.0"
