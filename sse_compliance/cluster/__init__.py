"""A run on many machines: its shards are done by the workers of a Dask cluster (``sse-compliance fleet``)."""
