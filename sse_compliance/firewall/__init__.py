"""Firewall rule sets judged before they are applied: a neutral model, readers of vendor formats, the evaluation.

Nothing here knows pytest, SSH or the inventory, and nothing opens a file or a connection.
"""
