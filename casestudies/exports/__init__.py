"""Case studies to take away: what stands in which file, and how a selection becomes one."""

from casestudies.exports.listing import as_json

__all__ = ["as_json"]
