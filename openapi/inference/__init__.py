"""Reads the resource model (`openapi/resources.py`) from a document: what each operation is, and why.

Names are compared modulo case and punctuation (`naming.py`), schemas are looked into through `$ref`, `allOf`
and branches (`view.py`). Which rule finds how many of the documents in the wild is counted in the facts
(corpus.md, sections 2 and 5).
"""

from openapi.inference.model import infer

__all__ = ["infer"]
