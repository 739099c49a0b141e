"""How moderators decide on what was sent in, with every step written down."""
