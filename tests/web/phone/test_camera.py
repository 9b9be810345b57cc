"""Codes that the camera sees: the browser's own camera, which plays a film of one frame."""

from pathlib import Path

import segno
from PIL import Image
from playwright.sync_api import Playwright, expect

from network.server_fixture import LiveNetwork
from web.conftest import CHROMIUM, OPTIONS

from .conftest import CODE, MEDIA, handset

SIZE = (640, 480)


def film(folder: Path, text: str) -> Path:
    """A YUV4MPEG2 film of a QR code on white, grey all through, for Chromium's fake camera."""
    code = folder / "code.png"
    segno.make(text, error="m").save(str(code), scale=8, border=4)
    frame = Image.new("L", SIZE, 255)
    drawn = Image.open(code).convert("L")
    frame.paste(drawn, ((SIZE[0] - drawn.width) // 2, (SIZE[1] - drawn.height) // 2))
    grey = bytes([128]) * (SIZE[0] * SIZE[1] // 2)
    file = folder / "film.y4m"
    head = f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F20:1 Ip A1:1 C420\n".encode()
    file.write_bytes(head + (b"FRAME\n" + frame.tobytes() + grey) * 4)
    return file


def test_an_activation_code_is_scanned_from_its_sheet(
    playwright: Playwright, live_network: LiveNetwork, tmp_path: Path
) -> None:
    code = live_network.codes()[0]
    camera = f"--use-file-for-fake-video-capture={film(tmp_path, code)}"
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*OPTIONS, *MEDIA, camera])
    with handset(browser, live_network.url) as phone:
        phone.open()
        phone.page.get_by_role("button", name="Scan the code").click()
        expect(phone.page.get_by_label("Activation code")).to_have_value(code)
        expect(phone.page.get_by_role("dialog")).to_have_count(0)
        phone.page.get_by_role("button", name="Activate").click()
        phone.choose(CODE)
        phone.expect_list()
    browser.close()
