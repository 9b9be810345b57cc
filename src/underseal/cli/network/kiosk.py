"""`underseal network kiosk`: what makes a handset one on which only the phone is there."""

from pathlib import Path

import click

from underseal.cli.network.common import network_option, opened_network
from underseal.cli.terminal import err, out, read_passphrase
from underseal.core.records import Secret
from underseal.errors import CallerError
from underseal.network.kiosk import Handset, Kiosk, Wifi


@click.command()
@click.argument("place", metavar="OUT", type=click.Path(path_type=Path))
@network_option
@click.option("--url", default="", help="https address of the phone; by default the network's public_url.")
@click.option(
    "--web-app", default="", metavar="PACKAGE", help="Android: package name of the web app made of the phone."
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Android: holds an enrolment token ('-': stdin); makes the provisioning QR code.",
)
@click.option(
    "--wifi", default="", metavar="SSID", help="Android: the Wi-Fi network to be set up over, in the QR code."
)
@click.option(
    "--wifi-password-file",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Holds the password of that network ('-': stdin); without it, the network is an open one.",
)
@click.option(
    "--reset-admin",
    "reset_admins",
    multiple=True,
    metavar="ADDRESS",
    help="Android: a Google account that must log in after a factory reset; several times.",
)
def kiosk(
    place: Path,
    folder: Path | None,
    url: str,
    web_app: str,
    token_file: Path | None,
    wifi: str,
    wifi_password_file: Path | None,
    reset_admins: tuple[str, ...],
) -> None:
    """Write into the new folder OUT what an Android or a Linux handset needs to be for the phone alone.

    Steps are in the README.md of each. Secrets come from files, and what is made of them is readable by you only.
    """
    if wifi and token_file is None:
        raise CallerError("--wifi goes into the QR code, which needs an enrolment token.", hint="Add --token-file FILE")
    if wifi_password_file is not None and not wifi:
        raise CallerError("There is a Wi-Fi password and no network for it.", hint="Add --wifi SSID")
    handset = Handset.of(opened_network(folder).settings, url)
    made = Kiosk.of(
        handset,
        token=None if token_file is None else _secret(token_file),
        wifi=Wifi(ssid=wifi, password=_secret(wifi_password_file) if wifi_password_file else None) if wifi else None,
        web_app=web_app,
        reset_admins=reset_admins,
    )
    made.write(place)
    out.print(f"Wrote {place} for handsets that open {handset.start} and nothing else.", markup=False)
    for system in ("android", "linux"):
        out.print(f"Steps: {place / system / 'README.md'}", markup=False)
    if made.secrets:
        err.print("provisioning.* enrol a handset: show them to nobody, and delete them afterwards.")


def _secret(file: Path) -> Secret:
    try:
        return read_passphrase(file, "")
    except (OSError, UnicodeDecodeError):
        raise CallerError(f"{file} cannot be read.", hint="It holds one line of text.") from None
