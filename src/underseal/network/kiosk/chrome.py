"""What the browser of a handset may do: one page, camera and microphone for it, and nothing else.

Managed policies of Chromium, by the names of https://chromeenterprise.google/policies/ . Linux reads them as JSON
from /etc/chromium/policies/managed. Chrome for Android takes the same names as managed configuration, those that its
policy definitions list under "supported_on: android", in the types of Android's restrictions: lists and structures are
JSON in a string, choices are strings (components/policy/tools/generate_policy_source.py, TYPE_MAP).

What the page itself may load is left to its Content-Security-Policy: URLBlocklist is asked about pages and frames, not
about what a page fetches.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from underseal.network.kiosk.handset import Handset

Value: TypeAlias = bool | int | str | Sequence[str] | Mapping[str, str] | Sequence[Mapping[str, str | Sequence[str]]]

_DENY: Final = 2
"""Content settings: 1 allows, 2 denies, 3 asks."""

_NOWHERE: Final = "127.0.0.1:9"
"""The discard port (RFC 863) of this machine, where nothing listens; a program without privileges cannot."""

_BOTH: Final[Mapping[str, Value]] = {
    # The wildcard leaves out the browser's own pages, settings among them; they are named, and so are the ways to files.
    "URLBlocklist": ["*", "chrome://*", "chrome-untrusted://*", "devtools://*", "file://*", "javascript://*"],
    # nothing is kept beside the phone's own storage
    "IncognitoModeAvailability": 1,  # off: a private window would be a second browser
    "DownloadRestrictions": 3,  # no download
    "PasswordManagerEnabled": False,
    "AutofillSettings": [{"url_pattern": "*", "blocked_types": ["all"]}],
    "SavingBrowserHistoryDisabled": True,
    "EditBookmarksEnabled": False,
    "PrintingEnabled": False,
    # nobody else is asked
    "BrowserSignin": 0,
    "SearchSuggestEnabled": False,
    "SafeBrowsingProtectionLevel": 0,  # it asks Google about pages, and there is one page
    "MetricsReportingEnabled": False,
    "UrlKeyedAnonymizedDataCollectionEnabled": False,
    "TranslateEnabled": False,
    "AlternateErrorPagesEnabled": False,
    "NetworkPredictionOptions": 2,
    "DnsOverHttpsMode": "off",  # names are looked up where the system says, at no resolver of the browser's choice
    # what a page may have
    "DefaultPopupsSetting": _DENY,
    "DefaultGeolocationSetting": _DENY,
    # a wrong certificate is the end, not a question
    "SSLErrorOverrideAllowed": False,
}

_ANDROID: Final[Mapping[str, Value]] = {"ContextualSearchEnabled": False}

_LINUX: Final[Mapping[str, Value]] = {
    # no way around the policy
    "DeveloperToolsAvailability": _DENY,
    "RemoteDebuggingAllowed": False,
    "ExtensionInstallBlocklist": ["*"],
    "BrowserGuestModeEnabled": False,
    "BrowserAddPersonEnabled": False,
    "TaskManagerEndProcessEnabled": False,
    "HomepageIsNewTabPage": False,
    "BackgroundModeEnabled": False,
    # nobody else is asked
    "SyncDisabled": True,
    "DefaultSearchProviderEnabled": False,
    "SpellcheckEnabled": False,  # its dictionaries are fetched
    "ComponentUpdatesEnabled": False,
    "BrowserNetworkTimeQueriesEnabled": False,
    "DomainReliabilityAllowed": False,
    "EnableMediaRouter": False,
    "UserFeedbackAllowed": False,
    "PaymentMethodQueryEnabled": False,
    "BuiltInAIAPIsEnabled": False,
    "AllowDinosaurEasterEgg": False,
    "BlockThirdPartyCookies": True,
    # camera and microphone for the phone alone, without a question; the two lists are beside the origin, below
    "AudioCaptureAllowed": False,
    "VideoCaptureAllowed": False,
    "ScreenCaptureAllowed": False,
    "WebRtcIPHandling": "disable_non_proxied_udp",
    # what a page may have
    "DefaultNotificationsSetting": _DENY,
    "DefaultClipboardSetting": _DENY,  # reading it; copying the own PIN needs no permission
    "DefaultSensorsSetting": _DENY,
    "DefaultWebUsbGuardSetting": _DENY,
    "DefaultWebBluetoothGuardSetting": _DENY,
    "DefaultWebHidGuardSetting": _DENY,
    "DefaultSerialGuardSetting": _DENY,
    "DefaultFileSystemReadGuardSetting": _DENY,
    "DefaultFileSystemWriteGuardSetting": _DENY,
    "DefaultLocalFontsSetting": _DENY,
    "DefaultWindowManagementSetting": _DENY,
}


def linux_policies(handset: Handset) -> dict[str, Value]:
    """Return the managed policies of Chromium on Linux."""
    return {
        **_BOTH,
        **_LINUX,
        **_own_pages(handset),
        "AudioCaptureAllowedUrls": [handset.origin],
        "VideoCaptureAllowedUrls": [handset.origin],
        "RestoreOnStartup": 4,  # the addresses that are named
        "RestoreOnStartupURLs": [handset.start],
        "NewTabPageLocation": handset.start,
    }


def android_restrictions(handset: Handset) -> dict[str, bool | str]:
    """Return the managed configuration of Chrome for Android, in the types of Android's restrictions."""
    policies: dict[str, Value] = {**_BOTH, **_ANDROID, **_own_pages(handset)}
    return {name: _restriction(value) for name, value in policies.items()}


def _own_pages(handset: Handset) -> dict[str, Value]:
    return {
        "URLAllowlist": [handset.url_filter],
        "HomepageLocation": handset.start,
        # Blocked pages are not asked for, but the browser itself still asks its maker for updates and accounts, whatever is
        # turned off. So all but the origin goes to a proxy that there is not, on this machine.
        "ProxySettings": {
            "ProxyMode": "fixed_servers",
            "ProxyServer": _NOWHERE,
            "ProxyBypassList": f"{handset.scheme}://{handset.host}:{handset.port}",
        },
    }


def _restriction(value: Value) -> bool | str:
    if isinstance(value, bool | str):
        return value
    return str(value) if isinstance(value, int) else json.dumps(value)
