"""What only a browser can show: scripts, focus, contrast, width, what is fetched."""
