"""QR codes as drawings."""

import io

import segno

# Beyond this many characters a code has so many squares that a phone fails to read it off paper.
LONGEST = 600


def qr_svg(address: str, fills: bool = False) -> str:
    """Give a QR code of an address as SVG, with the quiet edge that readers need.

    `fills` says that it has no size of its own: the page gives it one.
    """
    code = segno.make_qr(address, error="m" if len(address) < LONGEST / 2 else "l")
    out = io.BytesIO()
    code.save(out, kind="svg", border=2, dark="#173f3a", xmldecl=False, svgns=True, omitsize=fills)
    return out.getvalue().decode()
