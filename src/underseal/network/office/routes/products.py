"""What is sold."""

from fastapi import APIRouter

from underseal.network.licences import Kind, Money
from underseal.network.office import answers, shapes
from underseal.network.office.asking import Operating

router = APIRouter(prefix="/api/products", tags=["products"])


@router.get("")
def list_products(asks: Operating) -> list[shapes.Product]:
    """List all products."""
    return [answers.product(product) for product in asks.licences.products.all()]


@router.post("", status_code=201)
def add_product(asks: Operating, new: shapes.NewProduct) -> shapes.Product:
    """Add a product, which never changes: another price is another product."""
    added = asks.licences.products.add(
        new.name,
        Money.parse(new.price),
        at=asks.now,
        by=asks.by,
        kind=Kind(new.kind),
        months=new.months,
        zone_name=new.zone,
    )
    return answers.product(added)
