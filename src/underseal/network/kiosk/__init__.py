"""The handset on which only the phone is there: what an Android and a Linux machine need to become one.

Settings in, files out: nothing here speaks to a handset, to Google, or to a network.
"""

from underseal.network.kiosk.android import android_policy, web_app_request
from underseal.network.kiosk.chrome import android_restrictions, linux_policies
from underseal.network.kiosk.folder import Kiosk
from underseal.network.kiosk.handset import Handset
from underseal.network.kiosk.linux import PLACES, chromium_flags, linux_files
from underseal.network.kiosk.provisioning import Wifi, provisioning, qr_pictures

__all__ = [
    "PLACES",
    "Handset",
    "Kiosk",
    "Wifi",
    "android_policy",
    "android_restrictions",
    "chromium_flags",
    "linux_files",
    "linux_policies",
    "provisioning",
    "qr_pictures",
    "web_app_request",
]
