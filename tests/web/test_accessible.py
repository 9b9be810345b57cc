"""axe-core (WCAG 2.2 A and AA) finds nothing serious on any page, light or dark, nor in what opens over a page."""

import re
from collections.abc import Callable, Sequence
from typing import Literal, TypedDict

from playwright.sync_api import Page, expect

from .conftest import ROOT, Desk, choose_authority

AXE = (ROOT / "web" / "desk" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
GRAVE = {"serious", "critical"}
COLOUR = ("color-contrast", "link-in-text-block")
"""The rules whose answer can differ in the dark, where only colours do; all others are asked in the light."""


SCHEMES: tuple[tuple[Literal["light", "dark"], Sequence[str]], ...] = (("light", ()), ("dark", COLOUR))


SETTLED = """async () => {
  const ending = (each) => each.effect.getComputedTiming().endTime < 1e6;
  const frame = () => new Promise(requestAnimationFrame);
  do await frame();
  while (document.getAnimations().some(ending) || (await frame(), document.getAnimations().some(ending)));
}"""
"""Wait until colours have changed: where less motion is asked for, each element's change begins when that around it has ended."""


class Node(TypedDict):
    html: str


class Finding(TypedDict):
    id: str
    impact: str
    help: str
    nodes: list[Node]


def findings(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core calls serious or critical, each with the first element at fault."""
    # The policy of the page allows no script but the desk's own; axe-core comes in through the debugger, not the page.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found: list[Finding] = page.evaluate(
        "async (only) => (await axe.run({resultTypes: ['violations'], ...(only.length && {runOnly: only})})).violations",
        list(rules),
    )
    return [f"{one['id']}: {one['help']} in {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in GRAVE]


def in_light_and_dark(page: Page) -> list[str]:
    """The findings in both schemes, each with its scheme; the page is in the light afterwards."""
    found = []
    for scheme, rules in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        if page.locator("html[data-mantine-color-scheme]").count():  # a page without scripts has only its style sheet
            expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        page.evaluate(SETTLED)
        found += [f"{scheme}: {finding}" for finding in findings(page, rules)]
    page.emulate_media(color_scheme="light")
    return found


def still(page: Page) -> None:
    """Nothing is opened."""
    expect(page.locator("main")).to_be_visible()


def open_hit(page: Page) -> None:
    page.get_by_role("region", name="Hits").get_by_role("button").first.click()
    expect(page.locator("article[aria-current=true]")).to_be_visible()


def open_provenance(page: Page) -> None:
    open_hit(page)
    page.keyboard.press("p")
    page.get_by_role("button", name="Prove", exact=True).click()
    expect(page.get_by_text("Proved: the record is in the release, unchanged.")).to_be_visible()


def open_conversation(page: Page) -> None:
    page.get_by_text("Estrella del Norte").first.click()
    expect(page.locator("article").first).to_be_visible()


def open_filter(page: Page) -> None:
    open_conversation(page)
    page.get_by_title("Filter").click()
    expect(page.get_by_role("group", name="Participants")).to_be_visible()


def open_calendar(page: Page) -> None:
    open_conversation(page)
    page.get_by_title("Jump to date").click()
    expect(page.get_by_role("table")).to_be_visible()


def open_marked(page: Page) -> None:
    open_conversation(page)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("1 marked")).to_be_visible()


def open_account(page: Page) -> None:
    page.get_by_role("region", name="Accounts").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Hours of the day")).to_be_visible()


def open_attribution(page: Page) -> None:
    open_account(page)
    page.keyboard.press("t")
    form = page.get_by_role("dialog", name=re.compile("^Attribute @"))
    for kind in ("Message", "Document", "Location", "Statement"):
        form.get_by_role("button", name="Add evidence for it").click()
        page.get_by_role("menuitem", name=kind).click()
    form.get_by_role("button", name="Make the attribution").click()
    expect(form.get_by_text("This is needed.").first).to_be_visible()


def open_suspicion(page: Page) -> None:
    open_hit(page)
    page.keyboard.press("p")
    page.get_by_role("button", name="Looks privileged").click()
    expect(page.get_by_role("dialog", name=re.compile("looks privileged"))).to_be_visible()


def open_dossier_form(page: Page) -> None:
    open_hit(page)
    page.keyboard.press("p")
    page.get_by_role("button", name="Open a dossier").click()
    expect(page.get_by_role("dialog", name="Open a dossier")).to_be_visible()


def open_keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("rota")
    expect(page.get_by_text("Rota & weer")).to_be_visible()


def open_authority(page: Page) -> None:
    page.keyboard.press("a")
    expect(page.get_by_text("Change the purpose")).to_be_visible()


def open_purpose(page: Page) -> None:
    open_authority(page)
    page.get_by_text("Change the purpose").click()
    expect(page.get_by_role("dialog", name=re.compile("Act under"))).to_be_visible()


def open_completion(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("from:")
    expect(page.get_by_role("option").first).to_be_visible()


def open_fault(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("(boat")
    expect(page.get_by_text("This bracket is not closed.")).to_be_visible()


def open_menu(page: Page) -> None:
    page.get_by_role("button", name=re.compile("settings and log-out")).click()
    expect(page.get_by_role("menuitem", name="Log out")).to_be_visible()


def verify_release(page: Page) -> None:
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("Release 1 is whole and unchanged.")).to_be_visible()


def verify_audit(page: Page) -> None:
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("The audit is whole")).to_be_visible()


def add_user(page: Page) -> None:
    page.get_by_role("button", name="Add a user").click()
    expect(page.get_by_role("dialog")).to_be_visible()


STATES: list[tuple[str, Callable[[Page], None]]] = [
    ("/", still),
    ("/", open_keys),
    ("/", open_palette),
    ("/", open_authority),
    ("/", open_purpose),
    ("/", open_completion),
    ("/", open_fault),
    ("/", open_menu),
    ("/search", still),
    ("/search?q=haven", still),
    ("/search?q=zzzzzz", still),
    ("/search?q=kind:voice", open_hit),
    ("/search?q=kind:picture", open_hit),
    ("/search?q=verdict:bad_signature", open_hit),
    ("/search?q=haven", open_provenance),
    ("/conversations", still),
    ("/conversations?find=zzzz", still),
    ("/conversations?find=Estrella", open_conversation),
    ("/conversations?find=Estrella", open_filter),
    ("/conversations?find=Estrella", open_calendar),
    ("/conversations?find=Estrella", open_marked),
    ("/search?q=haven", open_suspicion),
    ("/accounts", still),
    ("/accounts?find=zzzz", still),
    ("/accounts?find=k7q2mx", open_account),
    ("/accounts?find=k7q2mx", open_attribution),
    ("/persons", still),
    ("/persons/P99", still),
    ("/search?q=haven", open_dossier_form),
    ("/dossiers", still),
    ("/dossiers/0123456789abcdef", still),
    ("/threats", still),
    ("/filter", still),
    ("/releases", verify_release),
    ("/releases/compare", still),
    ("/audit", verify_audit),
    ("/users", still),
    ("/users", add_user),
    ("/nowhere", still),
    ("/sign-in", lambda page: expect(page.get_by_role("button", name="Log in")).to_be_visible()),
    ("/link-used", lambda page: expect(page.get_by_role("heading").first).to_be_visible()),
]
"""Every page, and every part that opens in or over one."""


def test_nothing_serious_stands_in_the_way_of_anybody(desk: Desk) -> None:
    desk.page.emulate_media(reduced_motion="reduce")
    desk.expected.add(404)  # a person who does not exist
    expect(desk.page.get_by_text("Under which authority do you act?")).to_be_visible()
    grave = in_light_and_dark(desk.page)
    choose_authority(desk.page)
    for place, act in STATES:
        desk.page.goto(desk.base + place)
        desk.page.wait_for_load_state("networkidle")
        act(desk.page)
        grave += [f"{place} {act.__name__}: {finding}" for finding in in_light_and_dark(desk.page)]
    assert grave == [], "\n".join(grave)
