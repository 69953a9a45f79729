"""What runs on a device: stand-ins for Firepower's own programs, beside the real sshd, bash, sudo, curl and the rest.

They are copied to the device and run by the system's Python there, so they import nothing but the standard library.
"""
