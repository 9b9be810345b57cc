"""The desk speaks French and Dutch as well: nothing is left in English, shows its key, or outgrows its place."""

import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from .conftest import PURPOSE, ROOT, Desk, opened

WORDS = ROOT / "web" / "desk" / "src" / "words"
ACCOUNT = "@k7q2mx:harbour.example"
WIDTHS = (1024, 1440)
"""Of the window, in pixels; it is left at the last, where nothing of a page is folded away."""

LEFT_OVER = """([keys, purpose]) => {
  const raw = new RegExp(`\\\\b(${keys.join('|')})\\\\.[a-z]\\\\w+|[{][{]`);
  const english = /\\b(the|with|and|which|this|has)\\b/i;
  const foreign = '[translate=no], bdi, code, time, mark';
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('script, style, ' + foreign)) continue;
    const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data);
    const said = [...own, ...['aria-label', 'title', 'placeholder'].map((name) => element.getAttribute(name) ?? '')];
    for (const text of said) if (raw.test(text) || english.test(text.replace(purpose, ''))) found.push(text);
    if (element.lang === 'en') found.push(element.textContent);
  }
  return found;
}"""
"""Words that show their key or are English, but for those of the evidence and of persons."""

CUT_OFF = """() => {
  const places = 'button, button span, nav a, th, dt, legend, [role=radiogroup] label, [role=radiogroup] label span';
  const cut = [...document.querySelectorAll(places)].filter(
    (element) =>
      element.clientWidth > 1 &&
      element.scrollWidth > element.clientWidth + 1 &&
      !element.closest('bdi, [translate=no]') &&
      !element.querySelector('bdi, [translate=no], time'),
  );
  const page = document.documentElement;
  const wide = page.scrollWidth > page.clientWidth ? ['the page itself'] : [];
  return [...wide, ...cut.map((element) => element.textContent)];
}"""
"""What is wider than its place: in buttons, the rail, heads of tables and lists, and the page itself."""


def overview(page: Page) -> None:
    expect(page.locator("canvas")).to_be_visible()
    expect(page.locator("article").first).to_be_visible()


def search(page: Page) -> None:
    page.locator("article[aria-current=true]").wait_for()
    expect(page.locator("fieldset").first).to_be_attached()
    expect(page.locator("canvas")).to_be_visible()


def conversation(page: Page) -> None:
    expect(page.locator("article").first).to_be_visible()


def provenance(page: Page) -> None:
    drawer = page.locator("aside")
    expect(drawer.locator("h3").nth(6)).to_be_visible()
    drawer.locator("section").last.get_by_role("button").first.click()
    expect(drawer.get_by_role("status")).not_to_be_empty()


def accounts(page: Page) -> None:
    expect(page.locator("main code").first).to_be_visible()


def account(page: Page) -> None:
    expect(page.locator("canvas").nth(1)).to_be_visible()


def form(page: Page) -> None:
    expect(page.get_by_role("dialog").locator("fieldset").first).to_be_visible()


def releases(page: Page) -> None:
    expect(page.locator("table").nth(1)).to_be_visible()
    page.locator("main section").first.get_by_role("button").first.click()
    expect(page.get_by_role("status")).not_to_be_empty()


def audit(page: Page) -> None:
    expect(page.locator("article").first).to_be_visible()


def addresses(page: Page, base: str) -> dict[str, Callable[[Page], None]]:
    """Every page by its address, and what is waited for there; the session of `page` finds the message to open."""
    page.goto(f"{base}/search?q=zonsopgang")
    hit = page.get_by_text(re.compile(r"^#\d+$")).first
    expect(hit).to_be_visible()
    number = hit.inner_text().removeprefix("#")
    page.goto(f"{base}/records/{number}")
    expect(page).to_have_url(re.compile("/conversations/"))
    where = page.url
    return {
        f"{base}/": overview,
        f"{base}/search?q=zonsopgang&hit={number}": search,
        f"{base}/search": lambda page: expect(page.locator("dl")).to_be_visible(),
        f"{base}/conversations": lambda page: expect(page.get_by_text("Rota & weer")).to_be_visible(),
        where: conversation,
        f"{where}&provenance={number}": provenance,
        f"{base}/accounts": accounts,
        f"{base}/accounts/{ACCOUNT}": account,
        f"{base}/accounts/{ACCOUNT}?attribute=true": form,
        f"{base}/persons": lambda page: expect(page.locator("main svg").first).to_be_visible(),
        f"{base}/dossiers": lambda page: expect(page.locator("main h2")).to_be_visible(),
        f"{base}/threats": lambda page: expect(page.locator("main h2")).to_be_visible(),
        f"{base}/filter": lambda page: expect(page.locator("main h1")).to_be_visible(),
        f"{base}/releases": releases,
        f"{base}/audit": audit,
    }


@pytest.fixture
def own_desk(chromium: Browser, link: str, seat: StorageState) -> Iterator[Desk]:
    """The desk in a browser of its own, which keeps the language."""
    with opened(chromium, "http://" + urlsplit(link).netloc, seat) as found:
        yield found


@pytest.mark.parametrize(
    ("language", "name", "search_word"), [("nl", "Nederlands", "Zoeken"), ("fr", "Français", "Recherche")]
)
def test_every_page_speaks_the_language_that_was_chosen(
    own_desk: Desk, language: str, name: str, search_word: str
) -> None:
    desk, page = own_desk, own_desk.page
    pages = addresses(page, desk.base)
    page.get_by_role("button", name=re.compile("settings and log-out")).click()
    page.get_by_role("menuitemradio", name=name).click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("navigation").first.get_by_role("link", name=search_word)).to_be_visible()
    keys = sorted(json.loads((WORDS / "en.json").read_text(encoding="utf-8")))
    found: dict[str, list[str]] = {}
    for address, ready in pages.items():
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", language)
        ready(page)
        left: list[str] = page.evaluate(LEFT_OVER, [keys, PURPOSE])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            left += [f"{text} at {width}" for text in page.evaluate(CUT_OFF)]
        if left:
            found[address] = left
    assert not found


def test_the_desk_speaks_the_language_of_the_browser(chromium: Browser, link: str, entered: StorageState) -> None:
    context = chromium.new_context(storage_state=entered, locale="fr-BE")
    page = context.new_page()
    page.goto("http://" + urlsplit(link).netloc)
    expect(page.get_by_text("Sous quel mandat agissez-vous")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    context.close()
