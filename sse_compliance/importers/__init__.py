"""Inventories from elsewhere: an FMC, Ansible, a CSV file, NetBox. They write the YAML that people review.

No import carries a secret or guesses a platform, and each device says where it came from.
"""
