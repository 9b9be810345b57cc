"""A workspace with named users, from the first one on the command line to an investigator's first search."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Desk, choose_authority, opened, run, served
from .test_desk import search

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def address(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The desk of a workspace with two named users, both administrators."""
    folder = tmp_path_factory.mktemp("named")
    workspace, secret = folder / "harbour", folder / "password"
    shutil.copytree(demonstration, workspace)
    secret.write_text(PASSWORD, encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        environment.setitem(os.environ, "UNDERSEAL_PASSWORD", PASSWORD)
        for name, by in (("anna", ""), ("berta", "anna")):
            environment.setitem(os.environ, "UNDERSEAL_USER", by)
            role = ("--role", "administrator")
            run("user", "add", name, *role, "--password-file", secret, "--workspace", workspace)
    with served(workspace) as found:
        yield found


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_role("textbox", name=re.compile("^Name")).fill(name)
    page.get_by_role("textbox", name=re.compile("^Password")).fill(password)
    page.get_by_role("button", name="Log in").click()


def test_an_administrator_names_an_investigator_who_reads(chromium: Browser, address: str) -> None:
    assert "token" not in address
    with opened(chromium, address) as desk:
        desk.expected.add(401)
        page = desk.page
        expect(page).to_have_url(re.compile("/sign-in"))
        sign_in(page, "anna", "wrong horse battery")
        expect(page.get_by_text("The name or the password is wrong.")).to_be_visible()
        sign_in(page, "anna")
        page.get_by_role("link", name="Users").click()
        expect(page.get_by_role("link", name="Search", exact=True)).to_have_count(0)
        page.get_by_role("button", name="Add a user").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox", name=re.compile("^Name")).fill("ines")
        dialog.get_by_role("textbox", name=re.compile("^New password")).fill(PASSWORD)
        dialog.get_by_role("button", name="Add a user").click()
        expect(page.get_by_role("cell", name="ines")).to_be_visible()
    with opened(chromium, address) as desk:
        desk.expected.add(401)
        page = desk.page
        sign_in(page, "ines")
        choose_authority(page)
        search(page, "zonsopgang")
        expect(page.locator("mark").first).to_be_visible()
        expect(page.get_by_role("link", name="Audit")).to_have_count(0)


def test_an_administrator_changes_the_own_password_with_the_old_one(chromium: Browser, address: str) -> None:
    new = "another horse battery"
    with opened(chromium, address) as there:
        enter(there)
        with opened(chromium, address) as here:
            enter(here)
            page = here.page
            page.get_by_role("link", name="Users").click()
            page.get_by_role("row", name=re.compile("^berta")).get_by_role("button", name="Set password").click()
            dialog = page.get_by_role("dialog")
            dialog.get_by_role("textbox", name="Present password").fill(PASSWORD)
            dialog.get_by_role("textbox", name="New password").fill(new)
            dialog.get_by_role("textbox", name="The new one again").fill(new)
            dialog.get_by_role("button", name="Change my password").click()
            expect(page.get_by_text("Your password is changed.")).to_be_visible()
            page.get_by_role("link", name="Audit").click()
            expect(page.get_by_text("Changed the own password").first).to_be_visible()
        there.page.get_by_role("link", name="Users").click()
        expect(there.page).to_have_url(re.compile("/sign-in"))
        sign_in(there.page, "berta", new)
        expect(there.page.get_by_role("link", name="Users")).to_be_visible()


def enter(desk: Desk) -> None:
    desk.expected |= {401}
    sign_in(desk.page, "berta")
    expect(desk.page.get_by_role("link", name="Users")).to_be_visible()
