"""The items of the suite: how they are made, run in one step, and told."""
