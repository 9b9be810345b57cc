"""What a reseller may ask: their own, by a `Shop`, which knows no other name. No parameter here names a reseller."""

from fastapi import APIRouter

from underseal.network.licences import State, Wanted
from underseal.network.licences.periods import to_text
from underseal.network.office import answers, shapes
from underseal.network.office.asking import Selling
from underseal.network.office.routes.ledger import BeforeEntry
from underseal.network.office.routes.licences import Cursor, LatestFirst, Limit, Name, Pin, PinStart
from underseal.network.office.routes.sales import Before, Serial, WhichState
from underseal.network.office.sheets import SheetFile, sheet
from underseal.network.pins import parse_pin

router = APIRouter(prefix="/api/shop", tags=["shop"])


@router.get("/overview")
def read_own_overview(asks: Selling) -> shapes.ShopOverview:
    """Count one's own licences, codes and money."""
    shop, now = asks.shop, asks.now
    balances, entries = shop.balances()
    return shapes.ShopOverview.model_validate(
        {
            "licences": {
                state.value: shop.count(Wanted(state=state), now) for state in State if state is not State.NONE
            },
            "codes": {state.value: count for state, count in shop.counts().items()},
            "ending": shop.count(Wanted(state=State.ACTIVE, until=now + answers.SOON), now),
            "months": answers.months(shop.months()),
            "balances": answers.balances(balances),
            "entries": entries,
            "at": to_text(now),
            "reseller": answers.reseller(shop.reseller()),
        }
    )


@router.get("/products")
def list_own_products(asks: Selling) -> list[shapes.Product]:
    """List what can be sold."""
    return [answers.product(product) for product in asks.shop.products()]


@router.post("/batches", status_code=201)
def issue_own_batch(asks: Selling, new: shapes.OwnBatch) -> shapes.Batch:
    """Issue codes within one's quota. This answer is the only place where they are ever shown."""
    return answers.batch(asks.shop.issue(new.product, new.count, at=asks.now))


@router.post("/batches/sheet", response_class=SheetFile)
def draw_own_sheet(asks: Selling, held: shapes.Sheet) -> SheetFile:
    """Draw the sheet of one's own batch (PDF) from its codes, which are not kept."""
    return sheet(asks.shop.issued(held.batch, held.codes))


@router.get("/sales")
def list_own_sales(
    asks: Selling, *, product: Name = None, state: WhichState = None, before: Before = None, limit: Limit = 100
) -> shapes.SalePage:
    """List one's own codes, the newest first."""
    found = asks.shop.sales(product=product, state=state, before=before, limit=limit + 1)
    return answers.sales(found, limit)


@router.post("/sales/{serial}/void")
def void_own_code(asks: Selling, serial: Serial, asked: shapes.Reason) -> shapes.Voided:
    """Make an unused code of one's own void, or all unused codes of a batch."""
    return shapes.Voided(serials=[sale.serial for sale in asks.shop.void(serial, why=asked.why, at=asks.now)])


@router.get("/licences")
def list_own_licences(
    asks: Selling,
    *,
    pin: PinStart = "",
    state: State | None = None,
    product: Name = None,
    latest_first: LatestFirst = False,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> shapes.LicencePage:
    """List the licences that one sold, in the order of their end."""
    wanted = Wanted(pin=pin.strip(), state=state, product=product)
    after = answers.place(cursor)
    found = asks.shop.search(wanted, at=asks.now, latest_first=latest_first, after=after, limit=limit + 1)
    return answers.licence_page(found, limit, asks.shop.count(wanted, asks.now), asks.now)


@router.post("/licences/{pin}/transfer")
def transfer_own_licence(asks: Selling, pin: Pin) -> shapes.TransferCode:
    """Issue a code that moves a licence that one sold to another phone."""
    code = asks.shop.transfer(parse_pin(pin), at=asks.now)
    return shapes.TransferCode(pin=parse_pin(pin), code=code.text)


@router.get("/balances")
def read_own_balances(asks: Selling) -> shapes.Balances:
    """Read what one owes, and as of which entry of the ledger."""
    balances, entries = asks.shop.balances()
    return shapes.Balances(balances=answers.balances(balances), entries=entries)


@router.get("/account")
def read_own_account(asks: Selling, before: BeforeEntry = None, limit: Limit = 100) -> shapes.Statement:
    """Read one's own account line by line, the newest first."""
    return answers.lines(asks.shop.statement(before=before, limit=limit + 1), limit)
