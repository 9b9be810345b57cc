"""The QR code that makes a handset out of the box a dedicated one: what its setup reads after six taps on the first page.

The code holds the extras of android.app.admin.DevicePolicyManager by name, as JSON, for Google's Android Device Policy,
whose component, place and signing certificate are those of the QR code that enterprises.enrollmentTokens.create returns
(https://developers.google.com/android/management/provision-device). Whoever sees the code can enrol a handset, and reads
the password of the Wi-Fi network: it is a secret, and so are its pictures.
"""

import io
import json
import re
from dataclasses import dataclass
from typing import Final

import segno

from underseal.core.records import Secret
from underseal.errors import CallerError

_EXTRA: Final = "android.app.extra.PROVISIONING_"
_CONTROLLER: Final = {
    f"{_EXTRA}DEVICE_ADMIN_COMPONENT_NAME": (
        "com.google.android.apps.work.clouddpc/.receivers.CloudDeviceAdminReceiver"
    ),
    f"{_EXTRA}DEVICE_ADMIN_SIGNATURE_CHECKSUM": "I5YvS0O5hXY46mb01BlRjq4oJJGs2kuUcHvVkAPEXlg",
    f"{_EXTRA}DEVICE_ADMIN_PACKAGE_DOWNLOAD_LOCATION": (
        "https://play.google.com/managed/downloadManagingApp?identifier=setup"
    ),
}
_TOKEN_EXTRA: Final = "com.google.android.apps.work.clouddpc.EXTRA_ENROLLMENT_TOKEN"  # noqa: S105  # a name
_TOKEN: Final = re.compile(rb"[A-Za-z0-9._~+/=-]{8,512}")
_SSID_BYTES: Final = 32
"""IEEE 802.11-2020, 9.4.2.2."""
_PASSPHRASE: Final = range(8, 64)
"""Bytes of a WPA passphrase: IEEE 802.11-2020, J.4.1."""
_MODULE: Final = 8
"""Pixels of the picture's width for each module of the code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wifi:
    """The network over which a handset is set up.

    Attributes:
        ssid: its name. password: None for an open one.
    """

    ssid: str
    password: Secret | None

    def __post_init__(self) -> None:
        """Check both.

        Raises:
            CallerError: the name or the password is none that Wi-Fi knows.
        """
        if not 0 < len(self.ssid.encode()) <= _SSID_BYTES:
            raise CallerError(f"The name of a Wi-Fi network has 1 to {_SSID_BYTES} bytes.")
        if self.password is not None and len(self.password.reveal()) not in _PASSPHRASE:
            raise CallerError("The password of a Wi-Fi network has 8 to 63 characters.")


def provisioning(token: Secret, wifi: Wifi | None = None) -> Secret:
    """Return the text of the QR code, JSON in UTF-8.

    Args:
        token: an enrolment token of the Android Management API, made for this policy with PERSONAL_USAGE_DISALLOWED_USERLESS.
        wifi: None where the handset has a SIM card, or is told at setup.

    Raises:
        CallerError: the token is none.
    """
    value = token.reveal()
    if not _TOKEN.fullmatch(value):
        raise CallerError(
            "That is no enrolment token.",
            hint='The file holds the "value" of what enterprises.enrollmentTokens.create answers, and nothing else.',
        )
    extras: dict[str, object] = {**_CONTROLLER}
    if wifi is not None:
        extras[f"{_EXTRA}WIFI_SSID"] = wifi.ssid
        extras[f"{_EXTRA}WIFI_SECURITY_TYPE"] = "NONE" if wifi.password is None else "WPA"
        if wifi.password is not None:
            extras[f"{_EXTRA}WIFI_PASSWORD"] = wifi.password.reveal().decode()
    extras[f"{_EXTRA}ADMIN_EXTRAS_BUNDLE"] = {_TOKEN_EXTRA: value.decode()}
    return Secret(json.dumps(extras, separators=(",", ":"), ensure_ascii=False).encode())


def qr_pictures(text: Secret) -> dict[str, bytes]:
    """Return the QR code of a text as PNG and SVG, by the ending of a file's name. Error correction M: a screen is clean."""
    code = segno.make_qr(text.reveal(), error="m", mode="byte")
    pictures = {}
    for kind in ("png", "svg"):
        out = io.BytesIO()
        code.save(out, kind=kind, scale=_MODULE)
        pictures[kind] = out.getvalue()
    return pictures
