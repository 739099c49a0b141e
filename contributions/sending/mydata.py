"""Everything that is stored about a contribution, for whoever sent it."""

from typing import Any

from contributions.models import Contribution


def everything_about(contribution: Contribution) -> dict[str, Any]:
    """Give all columns, contact data, files by type and size, and steps, as JSON can hold them."""
    contact = getattr(contribution, "contact", None)
    return {
        "reference": contribution.reference,
        "kind": contribution.kind,
        "state": contribution.state,
        "about": str(contribution.case or contribution.lesson or ""),
        "passage": contribution.passage,
        "quote": contribution.quote,
        "answers": contribution.answers,
        "identity": contribution.identity,
        "shown_name": contribution.shown_name,
        "organisation": contribution.organisation,
        "stakeholder_kind": contribution.stakeholder_kind,
        "country": contribution.country_id,
        "district": contribution.district,
        "text for the public": contribution.public_text,
        "title for the public": contribution.public_title,
        "left out": contribution.left_out,
        "looked odd": contribution.oddities,
        "published as": str(contribution.perspective or ""),
        "begun": contribution.created_at.isoformat(),
        "sent": contribution.sent_at.isoformat() if contribution.sent_at else None,
        "decided": contribution.decided_at.isoformat() if contribution.decided_at else None,
        "contact": (
            {"email": contact.email, "phone": contact.phone, "vouches": contact.voucher_email}
            if contact
            else None
        ),
        "files": [
            {"type": file.type, "bytes": file.size, "sha256": file.digest}
            for file in contribution.attachments.all()
        ],
        "steps": [
            {
                "step": step.action,
                "when": step.moment.isoformat(),
                "reason": step.reason,
                "text": step.text if step.is_told else "",
            }
            for step in contribution.steps.all()
        ],
    }
