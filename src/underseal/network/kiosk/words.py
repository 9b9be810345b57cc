"""What lies beside the files of a handset for the person who sets it up: the steps, in their order.

What each lock does and where it ends is left to docs/howto/dedicate-a-handset.md.
"""

from string import Template
from typing import Final

from underseal.network.kiosk.handset import Handset

_ANDROID: Final = Template("""\
# A dedicated Android handset of $network

It opens $start and nothing else. You need an Android 13 or later handset that is new or factory reset, and an enterprise of
the Android Management API (https://developers.google.com/android/management). E stands for the enterprise's id, and TOKEN for
an access token of your Google Cloud project, as `gcloud auth print-access-token` gives one.

1. A phone without an address bar: send webapp.json, and note the package name at the end of the answer's "name".

       curl -H "Authorization: Bearer $$TOKEN" -H 'Content-Type: application/json' --data @webapp.json \\
           https://androidmanagement.googleapis.com/v1/enterprises/E/webApps

   Then write this folder anew with `--web-app PACKAGE`. Without it, the browser shows the address above the phone.

2. Send the policy, under the name "phone". The API refuses a field that it does not know.

       curl -X PATCH -H "Authorization: Bearer $$TOKEN" -H 'Content-Type: application/json' --data @policy.json \\
           https://androidmanagement.googleapis.com/v1/enterprises/E/policies/phone

3. Ask for an enrolment token for one handset, good for an hour.

       curl -H "Authorization: Bearer $$TOKEN" -H 'Content-Type: application/json' --data '{"policyName":
           "enterprises/E/policies/phone", "duration": "3600s", "oneTimeOnly": true,
           "allowPersonalUsage": "PERSONAL_USAGE_DISALLOWED_USERLESS"}' \\
           https://androidmanagement.googleapis.com/v1/enterprises/E/enrollmentTokens

   Put the "value" of the answer into a file of mode 0600, and write this folder anew with `--token-file FILE`: that makes
   provisioning.png.

4. Turn the handset on. Tap six times on the same spot of its first page, and scan provisioning.png.

5. Choose a code for the screen lock: eight digits, neither repeated nor in a row. After ten wrong ones the handset wipes itself.

6. Delete provisioning.json, provisioning.png and provisioning.svg, and the file of the token.

7. Try to get out: hold each button, swipe from each edge, plug in a cable, open $start with another handset's link. Only then
   hand it over.
""")

_LINUX: Final = Template("""\
# A dedicated Linux handset of $network

It opens $start and nothing else. You need a machine with Debian 12 or later, without a desktop, with a screen, a camera and a
microphone, and with its disk encrypted at installation.

1. Connect it to its network for good, for example with `nmcli device wifi connect SSID --ask`: the phone has no settings for it.

2. Copy this folder onto it, and run

       sudo sh install.sh

   It installs cage, xwayland and chromium, makes the account underseal-phone that nobody can log in to, places five files, and lets the
   phone start with the machine. Run again, it changes nothing.

3. Set a password for the firmware, and in the firmware turn off starting from USB, from the network and by any other
   system. Turn Secure Boot on. Set a password for the boot loader: see `grub-mkpasswd-pbkdf2`.

4. Take away ways in: `sudo systemctl disable --now ssh` if it is there, and `sudo passwd --lock` for every account that
   is not needed. Keep one for maintenance, and its password off the machine.

5. `sudo systemctl reboot`, and try to get out: Ctrl+T, Ctrl+N, Ctrl+O, F12, Alt+F4, Ctrl+Alt+F2, Ctrl+Alt+Delete. Only then
   hand it over.

To undo it: `sudo systemctl disable underseal-phone.service`, and remove /etc/chromium/policies/managed/underseal.json.
""")


def android_readme(handset: Handset) -> str:
    """Return the steps for Android."""
    return _ANDROID.substitute(network=handset.network, start=handset.start)


def linux_readme(handset: Handset) -> str:
    """Return the steps for Linux."""
    return _LINUX.substitute(network=handset.network, start=handset.start)
