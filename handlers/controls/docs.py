"""The document, served as it is, and a reference page made of it (the swagger-ui bundle)."""

import html
from pathlib import Path
from typing import Any

from starlette.staticfiles import StaticFiles
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
        self._files: dict[str, tuple[str, bytes]] = {
            "/openapi.json": ("application/json", codec.encode(document.data)),
            "/openapi.yaml": ("application/yaml", document.source.text.encode()),
            "/docs": ("text/html; charset=utf-8", page.encode()),
            "/docs/": ("text/html; charset=utf-8", page.encode()),
        }
        self._static = StaticFiles(directory=Path(str(swagger_ui_path)))

    def knows(self, path: str) -> bool:
        return path in self._files or path in _ASSETS

    async def answer(self, path: str, scope: Any, receive: Any, send: Any) -> None:
        """Answers one of the paths that it knows. Raises MethodNotAllowed."""
        if scope["method"] not in ("GET", "HEAD"):
            raise MethodNotAllowed(f"{path} answers GET, HEAD", headers={"Allow": "GET, HEAD"})
        if path in _ASSETS:
            response = await self._static.get_response(path.removeprefix("/docs/"), scope)
            await response(scope, receive, send)
        else:
            media_type, payload = self._files[path]
            await send_bytes(scope, send, 200, payload, media_type, {})


_ASSETS = {"/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/favicon-32x32.png"}
