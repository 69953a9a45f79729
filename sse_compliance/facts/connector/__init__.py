"""What the connector's own files and its local API tell."""
