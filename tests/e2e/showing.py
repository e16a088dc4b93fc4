"""What a person has before the eyes, before a key is pressed on it."""

from playwright.sync_api import Page, expect


def shown(page: Page) -> None:
    """Return once the piece being checked has the keyboard, its first page drawn."""
    pages = page.get_by_role("region", name="Pages de la pièce")
    expect(pages).to_be_focused()
    pages.get_by_role("img").first.evaluate("image => image.decode()")
