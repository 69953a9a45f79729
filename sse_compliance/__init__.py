"""Compliance tests for the cloud link of Cisco Firepower devices (SSE connector). (PYTEST_DONT_REWRITE)"""

__version__ = "0.1.0"
