"""The yardstick: an ASGI application that answers one constant work item and does nothing else."""

from typing import Any

BODY = (
    b'{"workItem":{"id":"5f6bce01-643e-4f68-a976-02f9a9cdba9f","orgId":"YOUR_API_KEY_HERE",'
    b'"agentId":"6310db44-39c9-4e4d-8b67-83c45700e545","jobId":"deaf5733-cb4c-40ec-9b59-5de3fab80a80",'
    b'"type":"model_call","description":"Customer support chat","timeSpent":"0.5","humanInLoop":false,'
    b'"metadata":{"modelName":"gpt-4","tokensUsed":1500},"createdAt":"2026-11-23T14:37:38.281Z"}}'
)
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]


async def app(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
