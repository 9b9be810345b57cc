"""The policy of a dedicated Android handset, as the Android Management API takes it (enterprises.policies.patch).

Fields and values are those of the Policy resource, https://developers.google.com/android/management/reference/rest/v1/enterprises.policies ,
discovery revision 20261104; what the API calls deprecated is not used. A field that is not set has the API's default.

The browser has the role KIOSK: it is the home screen and the one app that lock task mode lets run. Where the operator has
made a web app of the phone (enterprises.webApps.create, which gives it a package name), the kiosk launcher is used
instead: a web app runs inside the browser, so lock task mode must let in both.
"""

import base64
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from PIL import Image, ImageDraw

from underseal.errors import CallerError
from underseal.network.kiosk.chrome import android_restrictions
from underseal.network.kiosk.handset import Handset

_BROWSER: Final = "com.android.chrome"
_PACKAGE: Final = re.compile(r"[a-zA-Z]\w*(?:\.[a-zA-Z]\w*)+", re.ASCII)
_LOCK_AFTER_MS: Final = "60000"
"""Milliseconds without a touch; the API takes int64 as text."""
_WRONG_CODES: Final = 10
"""After so many the handset wipes itself."""
_CODE_LENGTH: Final = 8

_ICON: Final = 512
"""Pixels of the icon's sides."""
_INK: Final = "#16324f"

_DISABLED: Final = (
    "addUserDisabled",
    "removeUserDisabled",
    "modifyAccountsDisabled",
    "installAppsDisabled",
    "uninstallAppsDisabled",
    "factoryResetDisabled",
    "mountPhysicalMediaDisabled",
    "screenCaptureDisabled",
    "outgoingCallsDisabled",
    "smsDisabled",
    "cellBroadcastsConfigDisabled",
    "mobileNetworksConfigDisabled",
    "networkResetDisabled",
    "vpnConfigDisabled",
    "credentialsConfigDisabled",
    "bluetoothDisabled",
    "bluetoothConfigDisabled",
    "bluetoothContactSharingDisabled",
    "outgoingBeamDisabled",
    "shareLocationDisabled",
    "createWindowsDisabled",
    "setUserIconDisabled",
    "setWallpaperDisabled",
    "funDisabled",
)

_SETTINGS: Final[Mapping[str, Any]] = {
    # what the phone needs: pictures and QR codes, voice messages; a switch that turned one off could not be found again
    "cameraAccess": "CAMERA_ACCESS_ENFORCED",
    "microphoneAccess": "MICROPHONE_ACCESS_ENFORCED",
    "defaultPermissionPolicy": "DENY",
    "locationMode": "LOCATION_DISABLED",
    "playStoreMode": "WHITELIST",
    "appAutoUpdatePolicy": "ALWAYS",
    "systemUpdate": {"type": "WINDOWED", "startMinutes": 120, "endMinutes": 300},
    # nothing else reads along
    "assistContentPolicy": "ASSIST_CONTENT_DISALLOWED",
    "appFunctions": "APP_FUNCTIONS_DISALLOWED",
    "autofillPolicy": "AUTOFILL_DISABLED",
    "backupService": "BACKUP_SERVICE_DISABLED",
    "printingPolicy": "PRINTING_DISALLOWED",
    "credentialProviderPolicyDefault": "CREDENTIAL_PROVIDER_DEFAULT_DISALLOWED",
    "permittedAccessibilityServices": {"packageNames": []},  # the system's own alone
    "permittedInputMethods": {"packageNames": []},
    "crossDevicePolicies": {
        "nearbyAppStreaming": "NEARBY_APP_STREAMING_DISABLED",
        "nearbyNotificationStreaming": "NEARBY_NOTIFICATION_STREAMING_DISABLED",
    },
    # no way out of the one app
    "kioskCustomization": {
        "powerButtonActions": "POWER_BUTTON_AVAILABLE",  # who cannot turn a handset off cannot restart it either
        "systemErrorWarnings": "ERROR_AND_WARNINGS_MUTED",
        "systemNavigation": "NAVIGATION_DISABLED",
        "statusBar": "SYSTEM_INFO_ONLY",
        "deviceSettings": "SETTINGS_ACCESS_BLOCKED",
    },
    "advancedSecurityOverrides": {
        "developerSettings": "DEVELOPER_SETTINGS_DISABLED",  # debugging and safe boot
        "untrustedAppsPolicy": "DISALLOW_INSTALL",
        "googlePlayProtectVerifyApps": "VERIFY_APPS_ENFORCED",
    },
    # no way in by cable or radio
    "deviceConnectivityManagement": {
        "usbDataAccess": "DISALLOW_USB_DATA_TRANSFER",
        "configureWifi": "DISALLOW_ADD_WIFI_CONFIG",
        "wifiDirectSettings": "DISALLOW_WIFI_DIRECT",
        "tetheringSettings": "DISALLOW_ALL_TETHERING",
        "bluetoothSharing": "BLUETOOTH_SHARING_DISALLOWED",
        "privateDnsSettings": {"privateDnsMode": "PRIVATE_DNS_AUTOMATIC"},
    },
    "deviceRadioState": {
        "cellularTwoGState": "CELLULAR_TWO_G_DISABLED",  # its cipher and its base stations can be forged
        "minimumWifiSecurityLevel": "PERSONAL_NETWORK_SECURITY",
        "nfc": "NFC_DISABLED",
        "ultraWidebandState": "ULTRA_WIDEBAND_DISABLED",
        "userInitiatedAddEsimSettings": "USER_INITIATED_ADD_ESIM_DISALLOWED",
    },
    "networkEscapeHatchEnabled": True,  # a handset without any network can still be given one
    # the lock screen, which also holds the key of the storage
    "encryptionPolicy": "ENABLED_WITH_PASSWORD",
    "keyguardDisabledFeatures": ["ALL_FEATURES"],  # a finger and a face can be forced
    "maximumTimeToLock": _LOCK_AFTER_MS,
    "passwordPolicies": [
        {
            "passwordScope": "SCOPE_DEVICE",
            "passwordQuality": "NUMERIC_COMPLEX",
            "passwordMinimumLength": _CODE_LENGTH,
            "maximumFailedPasswordsForWipe": _WRONG_CODES,
        }
    ],
    "wipeDataFlags": ["WIPE_ESIMS"],
    # the operator learns whether the software is up to date, and no more
    "statusReportingSettings": {"softwareInfoEnabled": True},
    "skipFirstUseHintsEnabled": True,
}

_PERMISSIONS: Final = ("android.permission.CAMERA", "android.permission.RECORD_AUDIO")


def android_policy(handset: Handset, *, web_app: str = "", reset_admins: Sequence[str] = ()) -> dict[str, Any]:
    """Return the policy; its name is in the address that it is sent to.

    Args:
        handset: what it is for.
        web_app: package name of the web app that was made of the phone; "" for the browser itself.
        reset_admins: e-mail addresses of the Google accounts of which one must log in after a factory reset.

    Raises:
        CallerError: the package name or an address is none.
    """
    if web_app and not _PACKAGE.fullmatch(web_app):
        raise CallerError(
            f"{web_app} is no package name.", hint="The web app's name ends in it: enterprises/E/webApps/PACKAGE"
        )
    for address in reset_admins:
        name, at, domain = address.partition("@")
        if not (name and at and "." in domain) or any(sign.isspace() for sign in address):
            raise CallerError(f"{address} is no e-mail address.", hint="Of a Google account that you keep.")
    return {
        **dict.fromkeys(_DISABLED, True),
        **_SETTINGS,
        **({"frpAdminEmails": list(reset_admins)} if reset_admins else {}),
        **_kiosk(handset, web_app),
        "shortSupportMessage": {"defaultMessage": "This handset is for the phone alone."},
    }


def web_app_request(handset: Handset) -> dict[str, Any]:
    """Return the body of enterprises.webApps.create that makes an app without an address bar of the phone.

    The API wants an icon of 512 pixels in base64url (guide "Support web apps"): a ring, with room around it to be cut round.
    """
    icon = Image.new("RGB", (_ICON, _ICON), _INK)
    middle = _ICON // 2
    ImageDraw.Draw(icon).circle((middle, middle), middle // 2, outline="white", width=_ICON // 16)
    out = io.BytesIO()
    icon.save(out, "PNG")
    return {
        "title": "Phone",
        "startUrl": handset.start,
        "displayMode": "FULL_SCREEN",
        "icons": [{"imageData": base64.urlsafe_b64encode(out.getvalue()).decode()}],
    }


def _kiosk(handset: Handset, web_app: str) -> dict[str, Any]:
    browser = {
        "packageName": _BROWSER,
        "defaultPermissionPolicy": "DENY",
        "permissionGrants": [{"permission": permission, "policy": "GRANT"} for permission in _PERMISSIONS],
        "managedConfiguration": android_restrictions(handset),
        "autoUpdateMode": "AUTO_UPDATE_HIGH_PRIORITY",
        "installType": "REQUIRED_FOR_SETUP",
    }
    if not web_app:
        return {"applications": [browser | {"roles": [{"roleType": "KIOSK"}]}]}
    phone = {"packageName": web_app, "installType": "REQUIRED_FOR_SETUP"}
    return {"kioskCustomLauncherEnabled": True, "applications": [phone, browser]}
