"""`underseal network licence issue`, `codes`, `void`, `transfer`: codes, from the sheet that they are printed on."""

from pathlib import Path

import click

from underseal.cli.network.common import network_option, now
from underseal.cli.network.licence import opened_licences
from underseal.cli.terminal import out, table
from underseal.core.crypto.private_files import write_new
from underseal.errors import CallerError, ConflictError, InternalError, UndersealError
from underseal.network.licences import Batch, CodeState, Sale, Staff
from underseal.network.licences.periods import to_text
from underseal.network.pins import parse_pin


@click.command()
@click.argument("reseller")
@click.argument("product")
@click.argument("count", type=int)
@click.option("--sheet", type=click.Path(path_type=Path), metavar="FILE.pdf", help="Draw a sheet to print and cut.")
@click.option("--codes", type=click.Path(path_type=Path), metavar="FILE", help="Write serials and codes here.")
@click.option(
    "--font", type=click.Path(path_type=Path), metavar="FILE.ttf", help="For names in other than Latin letters."
)
@network_option
def issue(
    folder: Path | None,
    reseller: str,
    product: str,
    count: int,
    sheet: Path | None,
    codes: Path | None,
    font: Path | None,
) -> None:
    """Issue COUNT codes of PRODUCT for RESELLER.

    They go into new files that only you can read, or to the terminal where no file is named. Nobody can read them again.
    """
    for file in (sheet, codes):
        _refuse_taken(file)
    if sheet is not None:
        from underseal.network.licences.sheet import refuse_unprintable  # noqa: PLC0415  # drawing is slow to import

        refuse_unprintable(product, reseller, font)
    with opened_licences(folder) as licences:
        batch = licences.codes.issue(reseller, product, count, at=now(), by=Staff.command_line())
    out.print(f"Issued batch {batch.number}: {count:,} codes of {product} for {reseller}.", markup=False)
    try:
        _hand_over(batch, sheet, codes, font)
    except (OSError, UndersealError) as error:
        raise InternalError(
            f"The codes of batch {batch.number} could not all be written: {error}.",
            hint=f"What nobody has is lost for good. Then: underseal network licence void {batch.number} --why lost",
        ) from error


def _refuse_taken(file: Path | None) -> None:
    if file is None:
        return
    if file.exists():
        raise ConflictError(f"{file} exists already.", hint="Codes are never written over another file.")
    if not file.absolute().parent.is_dir():
        raise CallerError(f"There is no folder {file.absolute().parent}.", hint="Make it first.")


def _hand_over(batch: Batch, sheet: Path | None, codes: Path | None, font: Path | None) -> None:
    drawn = _drawn(batch, font) if sheet is not None else b""
    lines = [f"{batch.serial(position)} {code.text}" for position, code in enumerate(batch.codes, 1)]
    if codes is not None:
        write_new(codes, "".join(f"{line}\n" for line in lines).encode())
        out.print(f"Wrote the codes to {codes}.", markup=False)
    if sheet is not None:
        write_new(sheet, drawn)
        out.print(f"Drew the sheet {sheet}.", markup=False)
    if sheet is None and codes is None:
        for line in lines:
            out.print(line, markup=False)


def _drawn(batch: Batch, font: Path | None) -> bytes:
    from underseal.network.licences.sheet import draw_sheet  # noqa: PLC0415  # as above

    return draw_sheet(batch, font=font)


@click.command()
@click.option("--reseller", metavar="NAME", help="Only theirs.")
@click.option("--product", metavar="NAME", help="Only for this product.")
@click.option("--state", type=click.Choice([state.value for state in CodeState]), help="Only those.")
@click.option("--before", metavar="SERIAL", help="Only older ones than this.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="How many, the newest first.")
@network_option
def codes(
    folder: Path | None,
    reseller: str | None,
    product: str | None,
    state: str | None,
    before: str | None,
    limit: int,
) -> None:
    """List the codes that were issued, by their serials."""
    wanted = CodeState(state) if state else None
    with opened_licences(folder) as licences:
        rows = table("serial", "reseller", "product", "price", "issued", "state", "when", "PIN")
        while rows.row_count < limit and (
            page := licences.codes.sales(
                reseller=reseller, product=product, state=wanted, before=before, limit=limit - rows.row_count
            )
        ):
            for sale in page:
                rows.add_row(*_cells(sale))
            before = page[-1].serial
        out.print(rows, markup=False)
        counts = licences.codes.counts(reseller)
        out.print("In all: " + ", ".join(f"{count:,} {name}" for name, count in counts.items()))


def _cells(sale: Sale) -> tuple[str, ...]:
    used = to_text(sale.used) if sale.used else ""
    sold = (sale.serial, sale.reseller, sale.product, str(sale.price), to_text(sale.at))
    return (*sold, sale.state, used, sale.pin or "")


@click.command()
@click.argument("serial")
@click.option("--why", required=True, help="The reason; it stands in the ledger.")
@network_option
def void(folder: Path | None, serial: str, why: str) -> None:
    """Make the unused code SERIAL void, as 17-3, or all unused codes of a batch, as 17.

    Their price is owed no more. Take the serial from the sheet, never the code.
    """
    with opened_licences(folder) as licences:
        voided = licences.codes.void(serial, why=why, at=now(), by=Staff.command_line())
    for sale in voided:
        out.print(f"Made {sale.serial} void: {sale.price} less for {sale.reseller}.", markup=False)


@click.command()
@click.argument("pin")
@click.option(
    "--codes", type=click.Path(path_type=Path), metavar="FILE", help="Write the code here, not to the terminal."
)
@network_option
def transfer(folder: Path | None, pin: str, codes: Path | None) -> None:
    """Issue a code that moves PIN to another phone: PIN and end stay, the old phone is logged out.

    Earlier transfer codes of PIN die with it.
    """
    _refuse_taken(codes)
    with opened_licences(folder) as licences:
        whom = parse_pin(pin)
        code = licences.transfer(whom, at=now(), by=Staff.command_line())
    if codes is None:
        out.print(code.text, markup=False)
        return
    try:
        write_new(codes, f"{whom} {code.text}\n".encode())
    except OSError as error:
        raise InternalError(
            f"The code could not be written to {codes}: {error.strerror}.",
            hint="Issue another one: this one dies with it.",
        ) from error
    out.print(f"Wrote the code to {codes}.", markup=False)
