"""What a person waits to see before going on: a page that came, a piece that is drawn."""

from playwright.sync_api import Locator, Page, expect


def follow(control: Locator) -> None:
    """Click a link, or the button of a form; the page it leads to is there when this returns."""
    with control.page.expect_navigation():
        control.click()


def unfold_filters(page: Page) -> None:
    """Open the filters of a phone, once the page's script has folded them."""
    expect(page.locator("details.filters[data-fold]")).to_have_count(0)
    page.locator("details.filters > summary").click()


def shown(page: Page) -> None:
    """Return once the piece being checked has the keyboard, its first page drawn."""
    pages = page.get_by_role("region", name="Pages de la pièce")
    expect(pages).to_be_focused()
    pages.get_by_role("img").first.evaluate("image => image.decode()")
