"""Keeps private links out of logs."""

import logging
import re

# Keys of tickets and signed tokens: long runs of letters that addresses for everybody never have.
_SECRET = re.compile(r"(/(?:mine|confirm|vouch|unsubscribe|preview)/)[^\s/'\"?]+")


def without_secrets(text: str) -> str:
    """Give a text in which private links say their kind and nothing else."""
    return _SECRET.sub(r"\1…", text)


class PrivateLinkFilter(logging.Filter):
    """Has a line of the log name the kind of a private link, and never the link."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, with what went wrong below it, without secrets."""
        record.msg, record.args = without_secrets(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = without_secrets(record.exc_text)
        return True
