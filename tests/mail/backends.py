"""Mail backends that misbehave as mail servers do."""

import time
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

from django.core.mail.backends.locmem import EmailBackend


class Unreachable(EmailBackend):
    """Nobody answers."""

    def open(self) -> bool | None:
        """Find nobody."""
        raise ConnectionRefusedError


class Picky(EmailBackend):
    """Takes everything but what goes to `refused@example.org`."""

    def send_messages(self, messages: Any) -> int:
        """Refuse one address, take the others."""
        for message in messages:
            if message.to == ["refused@example.org"]:
                raise SMTPRecipientsRefused({message.to[0]: (550, b"refused@example.org unknown")})
        return super().send_messages(messages)


class Slow(EmailBackend):
    """Takes its time."""

    def send_messages(self, messages: Any) -> int:
        """Wait, then take all."""
        time.sleep(0.02)
        return super().send_messages(messages)


class Dying(EmailBackend):
    """Takes one mail; the process ends before that is noted."""

    def send_messages(self, messages: Any) -> int:
        """Take all, then die."""
        super().send_messages(messages)
        raise KeyboardInterrupt


class Breaking(EmailBackend):
    """Breaks off before it has taken anything."""

    def send_messages(self, messages: Any) -> int:
        """Take nothing."""
        raise SMTPServerDisconnected(f"while talking of {messages[0].to[0]}")
