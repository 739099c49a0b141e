"""Source addresses: whether they still answer."""
