"""A Linux handset: one window that holds Chromium with one page, as a systemd service, and the files around it.

`cage` (Debian's package) shows one program over the whole screen and has no shell, menu or second window; without its option
-s it does not change to another console. The unit follows cage's own page "Starting Cage on boot with systemd"
(https://github.com/cage-kiosk/cage/wiki/Starting-Cage-on-boot-with-systemd); its walls are those of systemd.exec(5) that
Chromium's sandbox, its compiler and its camera leave room for.
"""

import json
from string import Template
from typing import Final

from underseal.network.kiosk.chrome import linux_policies
from underseal.network.kiosk.handset import Handset

_FLAGS: Final = (
    "--kiosk",
    "--ozone-platform=x11",  # by cage's Xwayland: in cage 0.1.4, Chromium dies when it goes to full screen as a Wayland client
    "--user-data-dir=/var/lib/underseal-phone/profile",
    "--password-store=basic",  # there is no keyring, and no password is kept
    "--no-first-run",
    "--noerrdialogs",
    "--hide-crash-restore-bubble",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-breakpad",
    "--disable-field-trial-config",
    "--disable-sync",
)
"""What the policy has no word for: how the window looks, and what the browser would ask before it has read a policy."""

_UNIT: Final = Template("""\
# The phone of $network, and nothing else, on the first console.
[Unit]
Description=Phone of $network
After=systemd-user-sessions.service plymouth-quit-wait.service getty@tty1.service
After=dbus.socket systemd-logind.service network-online.target
Wants=dbus.socket systemd-logind.service network-online.target
Conflicts=getty@tty1.service
Before=graphical.target
ConditionPathExists=/dev/tty0
StartLimitIntervalSec=0

[Service]
Type=simple
ExecStart=/usr/bin/cage -- /usr/bin/chromium $flags
# Closing the window, or a crash, opens it again.
Restart=always
RestartSec=2
User=underseal-phone
PAMName=underseal-phone
Environment=XDG_SESSION_TYPE=wayland
UnsetEnvironment=GOOGLE_API_KEY GOOGLE_DEFAULT_CLIENT_ID GOOGLE_DEFAULT_CLIENT_SECRET
StateDirectory=underseal-phone
StateDirectoryMode=0700
WorkingDirectory=/var/lib/underseal-phone
UMask=0077
TTYPath=/dev/tty1
TTYReset=yes
TTYVHangup=yes
TTYVTDisallocate=yes
StandardInput=tty-fail
StandardOutput=null
StandardError=null
UtmpIdentifier=tty1
UtmpMode=user

# Walls. Not used, since Chromium needs what they take: MemoryDenyWriteExecute (it compiles), PrivateDevices (screen and
# camera), PrivateUsers and namespaces of user, process and network (its own sandbox is made of them).
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ReadWritePaths=-/run/user
ProtectHome=tmpfs
PrivateTmp=yes
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RestrictNamespaces=user pid net
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
KeyringMode=private

[Install]
WantedBy=graphical.target
""")

_PAM: Final = """\
# The session of the phone's account: logind gives it screen, keyboard and camera. It has no password, so nobody logs in.
auth     required pam_unix.so
account  required pam_unix.so
session  required pam_unix.so
session  required pam_loginuid.so
session  required pam_systemd.so
"""

_LOGIND: Final = """\
# No login on another console, and none kept for one.
[Login]
NAutoVTs=0
ReserveVT=0
"""

_SYSCTL: Final = """\
# No keys that speak to the kernel, no memory of one program for another, no dump of a crashed one.
kernel.sysrq = 0
kernel.yama.ptrace_scope = 3
kernel.core_pattern = |/bin/false
"""

_INSTALL: Final = Template("""\
#!/bin/sh
# Makes this machine the handset of $network. Run as root; may be run again, and changes nothing the second time.
# With DESTDIR set it only places the files, below that folder, as for an image.
set -eu
here=$$(cd "$$(dirname "$$0")" && pwd)
root=$${DESTDIR:-}

say() { printf '%s\\n' "$$*"; }

place() {  # FILE PLACE: a file that root owns and all may read
    if cmp -s "$$here/$$1" "$$root$$2"; then
        say "Is there already: $$2"
    else
        install -D -m 0644 "$$here/$$1" "$$root$$2"
        say "Placed: $$2"
    fi
}

if [ -z "$$root" ]; then
    [ "$$(id -u)" = 0 ] || { say "Run it as root: sudo sh install.sh" >&2; exit 1; }
    say "Installing cage, xwayland and chromium ..."
    apt-get install --yes --no-install-recommends cage xwayland chromium libpam-systemd fonts-noto-core
    if ! id underseal-phone >/dev/null 2>&1; then
        useradd --system --user-group --home-dir /var/lib/underseal-phone --shell /usr/sbin/nologin underseal-phone
        say "Made the account underseal-phone, which nobody can log in to."
    fi
fi

$places

if [ -z "$$root" ]; then
    systemctl daemon-reload
    systemctl mask --quiet ctrl-alt-del.target
    sysctl --quiet --load /etc/sysctl.d/90-underseal-phone.conf
    systemctl set-default --quiet graphical.target
    systemctl enable --quiet underseal-phone.service
    say "Done. The phone comes with the next start: systemctl reboot"
fi
""")

PLACES: Final = {
    "underseal-phone.service": "/etc/systemd/system/underseal-phone.service",
    "underseal-phone.pam": "/etc/pam.d/underseal-phone",
    "policies/managed/underseal.json": "/etc/chromium/policies/managed/underseal.json",
    "logind.conf": "/etc/systemd/logind.conf.d/underseal-phone.conf",
    "sysctl.conf": "/etc/sysctl.d/90-underseal-phone.conf",
}
"""Where install.sh puts each file."""


def chromium_flags(handset: Handset) -> list[str]:
    """Return how the unit starts Chromium, each argument as systemd reads it: in quotes where it holds blanks."""
    names = f"MAP * ~NOTFOUND, EXCLUDE {handset.host}"  # the origin's is the one name that is looked up
    return [*_FLAGS, f'"--host-resolver-rules={names}"', f"--app={handset.start}"]


def linux_files(handset: Handset) -> dict[str, str]:
    """Return the files of a Linux handset by their name in its folder."""
    places = "\n".join(f"place {name} {place}" for name, place in PLACES.items())
    return {
        "underseal-phone.service": _UNIT.substitute(network=handset.network, flags=" ".join(chromium_flags(handset))),
        "underseal-phone.pam": _PAM,
        "policies/managed/underseal.json": json.dumps(linux_policies(handset), indent=2) + "\n",
        "logind.conf": _LOGIND,
        "sysctl.conf": _SYSCTL,
        "install.sh": _INSTALL.substitute(network=handset.network, places=places),
    }
