"""The frame of the portal: settings, pages that hold no content of their own, generic machinery."""
