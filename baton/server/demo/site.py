"""The demonstration shop: a handful of pages with the widget on them, under /shop."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from baton.server.demo.articles import articles, draw, topics

SHOP = Path(__file__).parent / "shop"
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"

Product = dict[str, Any]
T = TypeVar("T")


def routes() -> list[BaseRoute]:
    """Everything under /shop; it expects /widget.js and /assets/core/tokens.css beside it."""
    shop = _Shop()
    pages = [
        Route("/", shop.home),
        Route("/products", shop.products),
        Route("/products/{slug}", shop.product),
        Route("/basket", shop.basket),
        Route("/orders", shop.orders),
        Route("/help", shop.help),
        Route("/help/{slug}", shop.article),
        Mount("/static", StaticFiles(directory=SHOP / "static")),
    ]
    strict = [Middleware(_StrictPolicy)]
    return [Route("/shop", shop.home, middleware=strict), Mount("/shop", routes=pages, middleware=strict)]


class _Shop:
    def __init__(self) -> None:
        self._templates = Jinja2Templates(directory=[SHOP / "pages", SHOP / "pictures", SHOP / "static"])
        self._products: dict[str, Product] = {each["slug"]: each for each in _read("products.yaml")}
        self._orders = [order | {"product": self._products[order["thing"]]} for order in _read("orders.yaml")]

    async def home(self, request: Request) -> Response:
        return self._page(request, "home.html", products=self._products.values())

    async def products(self, request: Request) -> Response:
        return self._page(request, "products.html", products=self._products.values())

    async def product(self, request: Request) -> Response:
        return self._page(request, "product.html", product=_found(self._products, request))

    async def basket(self, request: Request) -> Response:
        product = self._products.get(request.query_params.get("thing", ""))
        size = request.query_params.get("size", "")
        if product and size not in product["sizes"]:
            size = product["chosen"]
        return self._page(request, "basket.html", product=product, size=size)

    async def orders(self, request: Request) -> Response:
        return self._page(request, "orders.html", orders=self._orders)

    async def help(self, request: Request) -> Response:
        return self._page(request, "help.html", topics=topics())

    async def article(self, request: Request) -> Response:
        public = {slug: article for slug, article in articles().items() if not article.is_internal}
        article = _found(public, request)
        return self._page(request, "article.html", article=article, body=draw(article))

    def _page(self, request: Request, name: str, **context: object) -> Response:
        return self._templates.TemplateResponse(request, name, {"path": request.url.path} | context)


class _StrictPolicy:
    """Adds the Content Security Policy under which the widget has to work."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", POLICY.encode())]
            await send(message)

        await self._app(scope, receive, with_policy)


def _found(known: dict[str, T], request: Request) -> T:
    try:
        return known[request.path_params["slug"]]
    except KeyError:
        raise HTTPException(404) from None


def _read(name: str) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = yaml.safe_load((SHOP / name).read_text(encoding="utf-8"))
    return values
