"""The few SVG elements that the drawings are made of, as text."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

INK = "#21302f"


def document(width: float, height: float, title: str, body: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(width)} {num(height)}"'
        f' role="img"><title>{escape(title)}</title>{"".join(body)}</svg>'
    )


def num(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def rect(x: float, y: float, w: float, h: float, fill: str, more: str = "") -> str:
    return (
        f'<rect x="{num(x)}" y="{num(y)}" width="{num(w)}" height="{num(h)}" fill="{fill}"{more}/>'
    )


def circle(x: float, y: float, r: float, fill: str) -> str:
    return f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(r)}" fill="{fill}"/>'


def path(d: str, fill: str, more: str = "") -> str:
    return f'<path d="{d}" fill="{fill}"{more}/>'
