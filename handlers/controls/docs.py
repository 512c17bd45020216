"""The document, served as it is, and a reference page made of it (the swagger-ui bundle)."""

import html
from collections.abc import Callable
from typing import Any

from swagger_ui_bundle import swagger_ui_path

from handlers.problems import MethodNotAllowed
from handlers.respond import send_bytes
from openapi import codec
from openapi.document import Document

# The page asks this server first, whatever servers the document names: "Try it out" must not call production.
_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{title}</title>
  <link rel="stylesheet" href="/docs/swagger-ui.css">
  <link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
  <div id="swagger-ui"></div>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script>
    fetch("/openapi.json").then(response => response.json()).then(spec => {{
      spec.openapi = "3.0.3";  // all that this version of the page admits; it shows 3.1 and 3.2 well enough
      spec.servers = [{{url: location.origin + {base}, description: "This mock"}}, ...(spec.servers || [])];
      const presets = [SwaggerUIBundle.presets.apis];
      SwaggerUIBundle({{spec, dom_id: "#swagger-ui", deepLinking: true, presets}});
    }});
  </script>
</body>
</html>
"""


class Docs:
    """`/openapi.json`, `/openapi.yaml`, `/docs`."""

    def __init__(self, document: Document, base: str) -> None:
        """`base`: the path below which the API answers here."""
        script = codec.encode(base).decode().replace("<", "\\u003c")  # inside a script element
        page = _PAGE.format(title=html.escape(document.title), base=script)
        source = document.source
        self._files: dict[str, tuple[str, Callable[[], bytes]]] = {
            "/openapi.json": ("application/json", lambda: codec.encode(document.data)),
            # All JSON is YAML; the text of a document in several files is only a part of it.
            "/openapi.yaml": (
                "application/yaml",
                lambda: source.text.encode() if source.single else codec.encode(document.data),
            ),
            "/docs": ("text/html; charset=utf-8", page.encode),
            "/docs/": ("text/html; charset=utf-8", page.encode),
        }

    def knows(self, path: str) -> bool:
        return path in self._files or path in _ASSETS

    async def answer(self, path: str, scope: Any, send: Any) -> None:
        """Answers one of the paths that it knows. Raises MethodNotAllowed."""
        if scope["method"] not in ("GET", "HEAD"):
            raise MethodNotAllowed(f"{path} answers GET, HEAD", headers={"Allow": "GET, HEAD"})
        media_type, read = self._files[path] if path in self._files else _asset(path)
        await send_bytes(scope, send, 200, read(), media_type, {})


_ASSETS = {
    "/docs/swagger-ui.css": "text/css; charset=utf-8",
    "/docs/swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "/docs/favicon-32x32.png": "image/png",
}


def _asset(path: str) -> tuple[str, Callable[[], bytes]]:
    return _ASSETS[path], (swagger_ui_path / path.removeprefix("/docs/")).read_bytes
