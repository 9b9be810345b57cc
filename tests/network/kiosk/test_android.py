"""The policy holds what the Android Management API and Chrome for Android know, and the QR code what a handset's setup reads.

android_management.json and chrome_for_android.json name their sources; they hold names, types and values, and nothing else.
"""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from underseal.core.records import Secret
from underseal.errors import CallerError
from underseal.network.kiosk import (
    Handset,
    Wifi,
    android_policy,
    android_restrictions,
    provisioning,
    qr_pictures,
    web_app_request,
)
from underseal.network.setup import NetworkSettings

HERE = Path(__file__).parent
API = json.loads((HERE / "android_management.json").read_text(encoding="utf-8"))["types"]
CHROME = json.loads((HERE / "chrome_for_android.json").read_text(encoding="utf-8"))["policies"]
HANDSET = Handset.of(NetworkSettings(server_name="phone.example.org", public_url="https://phone.example.org"))
TOKEN = Secret(b"XZKMILGMXCUSEMOOQTMJ")
FREE_FORM = {"managedConfiguration"}
"""Fields whose content an app defines."""


def faults(kind: str, value: dict[str, Any], place: str = "") -> list[str]:
    """Return what the API would refuse in a value of one of its types, or does not want any more."""
    found = []
    for name, content in value.items():
        here = f"{place}.{name}"
        field = API[kind].get(name)
        if field is None:
            found.append(f"{here} is unknown")
            continue
        if field.get("deprecated"):
            found.append(f"{here} is deprecated")
        if field.get("list", False) != isinstance(content, list):
            found.append(f"{here} is a list or is not")
            continue
        if name in FREE_FORM:
            continue
        for item in content if isinstance(content, list) else [content]:
            found += wrong(field, item, here)
    return found


def wrong(field: dict[str, Any], item: Any, place: str) -> list[str]:
    if field["of"] in API:
        return faults(field["of"], item, place) if isinstance(item, dict) else [f"{place} is no object"]
    if "values" in field and item not in field["values"]:
        return [f"{place} cannot be {item}"]
    if field.get("format") == "int64":
        return [] if isinstance(item, str) and item.isdigit() else [f"{place} is no number in text"]
    kinds: dict[str, type] = {"string": str, "boolean": bool, "integer": int}
    return [] if type(item) is kinds[field["of"]] else [f"{place} is no {field['of']}"]


@pytest.mark.parametrize("web_app", ["", "com.google.enterprise.webapp.x1234abcd"])
def test_each_field_and_value_of_the_policy_is_one_of_the_api_and_none_is_deprecated(web_app: str) -> None:
    policy = android_policy(HANDSET, web_app=web_app, reset_admins=["office@phone.example.org"])
    assert faults("Policy", policy) == []


def test_the_check_of_the_policy_finds_what_is_wrong() -> None:
    spoilt = {
        "cameraAccess": "ON",
        "cameraDisabled": True,
        "noSuchField": 1,
        "maximumTimeToLock": 5,
        "applications": {},
    }
    spoilt |= {"kioskCustomization": {"statusBar": True}}
    assert len(faults("Policy", spoilt)) == 6


def test_the_request_for_a_web_app_is_one_of_the_api_and_has_an_icon_of_the_size_that_it_wants() -> None:
    request = web_app_request(HANDSET)
    assert faults("WebApp", request) == []
    assert request["startUrl"] == "https://phone.example.org/phone/"
    icon = Image.open(io.BytesIO(base64.urlsafe_b64decode(request["icons"][0]["imageData"])))
    assert (icon.format, icon.size) == ("PNG", (512, 512))


def test_everything_that_a_phone_needs_is_on_and_every_way_out_is_off() -> None:
    policy = android_policy(HANDSET)
    assert policy["cameraAccess"] == "CAMERA_ACCESS_ENFORCED"
    assert policy["microphoneAccess"] == "MICROPHONE_ACCESS_ENFORCED"
    switches = {name for name, field in API["Policy"].items() if field["of"] == "boolean" and "deprecated" not in field}
    off = {name for name in switches if name.endswith("Disabled")}
    # left on: a mute phone hears no voice message, a roaming one needs data, and the lock screen holds the storage's key
    assert {name for name in off if not policy.get(name)} == {
        "adjustVolumeDisabled",
        "dataRoamingDisabled",
        "keyguardDisabled",
    }
    (browser,) = policy["applications"]
    assert browser["roles"] == [{"roleType": "KIOSK"}]
    assert browser["installType"] == "REQUIRED_FOR_SETUP"  # the only one that the role takes


def test_a_web_app_and_the_browser_inside_it_are_the_only_apps_of_the_launcher() -> None:
    policy = android_policy(HANDSET, web_app="com.google.enterprise.webapp.x1")
    assert policy["kioskCustomLauncherEnabled"] is True
    names = [app["packageName"] for app in policy["applications"]]
    assert names == ["com.google.enterprise.webapp.x1", "com.android.chrome"]
    assert not [app for app in policy["applications"] if "roles" in app]


def test_each_setting_of_the_browser_is_known_to_chrome_for_android_in_its_type() -> None:
    restrictions = android_restrictions(HANDSET)
    assert set(restrictions) == set(CHROME)
    for name, value in restrictions.items():
        kind = CHROME[name]["type"]
        assert isinstance(value, bool) == (kind == "main"), name
        if kind in {"list", "dict"}:
            assert isinstance(json.loads(str(value)), list if kind == "list" else dict | list), name
        if kind == "int-enum":
            assert str(value).isdigit(), name
    assert json.loads(str(restrictions["URLAllowlist"])) == ["https://.phone.example.org:443/phone/"]


@pytest.mark.parametrize(
    ("web_app", "admins"), [("phone", []), ("a b.c", []), ("", ["nobody"]), ("", ["a@b"]), ("", ["a b@c.d"])]
)
def test_a_package_or_an_address_that_is_none_is_refused(web_app: str, admins: list[str]) -> None:
    with pytest.raises(CallerError) as refused:
        android_policy(HANDSET, web_app=web_app, reset_admins=admins)
    assert refused.value.hint


SIGNS = st.characters(codec="utf-8", exclude_categories=["Cs"])


@given(
    ssid=st.text(SIGNS, min_size=1, max_size=32).filter(lambda text: len(text.encode()) <= 32),
    password=st.none() | st.text(SIGNS, min_size=8, max_size=63).filter(lambda text: 8 <= len(text.encode()) <= 63),
)
def test_the_qr_code_says_the_token_and_the_network_in_the_names_that_setup_reads(
    ssid: str, password: str | None
) -> None:
    wifi = Wifi(ssid=ssid, password=None if password is None else Secret(password.encode()))
    extras = json.loads(provisioning(TOKEN, wifi).reveal())
    start = "android.app.extra.PROVISIONING_"
    assert all(name.startswith(start) for name in extras)
    assert extras[f"{start}WIFI_SSID"] == ssid
    assert extras.get(f"{start}WIFI_PASSWORD") == password
    assert extras[f"{start}WIFI_SECURITY_TYPE"] == ("NONE" if password is None else "WPA")
    assert list(extras[f"{start}ADMIN_EXTRAS_BUNDLE"].values()) == ["XZKMILGMXCUSEMOOQTMJ"]
    component = extras[f"{start}DEVICE_ADMIN_COMPONENT_NAME"]
    assert re.fullmatch(r"com\.google\.android\.apps\.work\.clouddpc/\.[\w.]+", component)


def test_the_picture_is_the_qr_code_of_the_text_module_by_module() -> None:
    text = provisioning(TOKEN)
    pictures = qr_pictures(text)
    code = segno.make_qr(text.reveal(), error="m", mode="byte")
    picture = Image.open(io.BytesIO(pictures["png"])).convert("1")
    border, side = 4, len(code.matrix)
    module = picture.width // (side + 2 * border)
    middle = module // 2
    seen = [
        [picture.getpixel(((x + border) * module + middle, (y + border) * module + middle)) == 0 for x in range(side)]
        for y in range(side)
    ]
    assert seen == [[bool(dark) for dark in row] for row in code.matrix]
    assert pictures["svg"].startswith(b"<?xml")


@pytest.mark.parametrize(
    "token", [b"", b"short", b"two words here", b'{"value": "x"}', "ümlaut-token".encode(), b"x" * 513]
)
def test_what_is_no_token_is_refused_and_not_repeated(token: bytes) -> None:
    with pytest.raises(CallerError) as refused:
        provisioning(Secret(token))
    assert not token or token.decode() not in refused.value.message + refused.value.hint


@pytest.mark.parametrize(
    ("ssid", "password"), [("", None), ("x" * 33, None), ("house", b"short"), ("house", b"x" * 64)]
)
def test_a_wifi_network_that_cannot_be_is_refused(ssid: str, password: bytes | None) -> None:
    with pytest.raises(CallerError):
        Wifi(ssid=ssid, password=None if password is None else Secret(password))
