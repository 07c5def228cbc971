"""Every page of the demonstration shop opens, links only to what exists, and agrees with the help centre."""

import re
from pathlib import Path

import pytest
import yaml
from starlette.applications import Starlette
from starlette.testclient import TestClient

from baton.server.demo.articles import articles
from baton.server.demo.site import SHOP, routes

PRODUCTS = yaml.safe_load((SHOP / "products.yaml").read_text(encoding="utf-8"))
PAGES = [
    "/shop",
    "/shop/products",
    "/shop/orders",
    "/shop/help",
    "/shop/basket",
    "/shop/basket?thing=kettle&size=Chalk",
    *(f"/shop/products/{product['slug']}" for product in PRODUCTS),
    *(article.url for article in articles().values() if article.url),
]


@pytest.fixture(scope="module")
def shop() -> TestClient:
    return TestClient(Starlette(routes=routes()))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_with_the_widget_under_a_strict_policy(shop: TestClient, page: str) -> None:
    answer = shop.get(page)
    assert answer.status_code == 200
    assert '<script type="module" src="/widget.js"></script>' in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert " style=" not in answer.text and "<style" not in answer.text


def test_every_link_leads_somewhere(shop: TestClient) -> None:
    seen = {link for page in PAGES for link in re.findall(r'(?:href|src|action)="(/shop[^"#]*)"', shop.get(page).text)}
    assert len(seen) > 50
    assert {link: shop.get(link).status_code for link in seen if shop.get(link).status_code != 200} == {}


@pytest.mark.parametrize("slug", [slug for slug, article in articles().items() if article.is_internal])
def test_what_is_for_staff_only_is_not_on_the_site(shop: TestClient, slug: str) -> None:
    assert shop.get(f"/shop/help/{slug}").status_code == 404
    assert slug not in shop.get("/shop/help").text


def test_an_unknown_thing_or_size_is_not_put_in_the_basket(shop: TestClient) -> None:
    assert "nothing in it yet" in shop.get("/shop/basket?thing=sofa").text
    assert "28 cm" in shop.get("/shop/basket?thing=everyday-pan&size=99 cm").text
    assert shop.get("/shop/products/sofa").status_code == 404


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product["slug"])
def test_the_shop_says_the_same_warranty_and_prices_as_the_help(product: dict[str, dict[str, str]]) -> None:
    names = {"Cook's Knife": "Knives", "Oak Board": "Oak boards", "Linen Apron": "Aprons and oven gloves"}
    name = names.get(str(product["name"]), str(product["name"]))
    assert f"| {name} | {product['facts']['Warranty']} |" in articles()["warranty"].text
    known = " ".join(articles()[slug].text for slug in ("choosing-a-size", "apron-sizes"))
    for size, price in product["sizes"].items():
        assert str(product["name"]) in ("Kettle", "Cook's Knife") or re.search(rf"(?:{size} |costs ).*{price}\b", known)


def test_pictures_are_named_for_those_who_cannot_see_them() -> None:
    for picture in Path(SHOP / "pictures").glob("*.svg"):
        assert re.search(r'role="img" aria-label="[^"]{10,}"', picture.read_text(encoding="utf-8"))
