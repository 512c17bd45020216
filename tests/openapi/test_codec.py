"""JSON is read strictly, written compactly, and neither side can exhaust the process."""

from typing import Any

import pytest

from openapi.codec import MAX_DEPTH, DecodeError, decode, encode, show

DECODED: dict[str, tuple[bytes, Any]] = {
    "an object": (b'{"a": [1, 2.5, true, null, "\xc3\xa9"]}', {"a": [1, 2.5, True, None, "é"]}),
    "white space around": (b" \r\n\t1 ", 1),
    "an integer above 64 bits": (b"123456789012345678901234567890", 123456789012345678901234567890),
    "a pair of surrogates": (rb'"\ud83d\ude00"', "😀"),
    "a NUL in text": (rb'"\u0000"', "\0"),
    "a repeated key": (b'{"a": 1, "a": 2}', {"a": 2}),
    "the largest float": (b"1.7976931348623157e308", 1.7976931348623157e308),
}


@pytest.mark.parametrize(("data", "value"), DECODED.values(), ids=DECODED.keys())
def test_decode(data: bytes, value: Any) -> None:
    """What is JSON is read as the value that it spells."""
    assert value == decode(data)


REFUSED = {
    "nothing": (b"", "empty, expected JSON"),
    "white space alone": (b" \n", "empty, expected JSON"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "starts with a byte order mark, expected JSON"),
    "Latin-1": (b'"\xe9"', "not valid UTF-8"),
    "an encoded surrogate": (b'"\xed\xa0\x80"', "not valid UTF-8"),
    "NaN": (b"NaN", "not valid JSON: invalid character at byte 0"),
    "Infinity": (b"[-Infinity]", "not valid JSON: invalid character at byte 2"),
    "a float out of range": (b"1e400", "not valid JSON: number out of range"),
    "an integer of 5,000 digits": (b"1" * 5000, "not valid JSON: integer value out of range"),
    "a leading zero": (b"007", "not valid JSON: invalid number at byte 1"),
    "a plus sign": (b"+5", "not valid JSON: invalid character at byte 0"),
    "single quotes": (b"{'a': 1}", "not valid JSON: object keys must be strings at byte 1"),
    "a trailing comma": (b"[1,]", "not valid JSON: trailing comma in array at byte 3"),
    "two values": (b"1 2", "not valid JSON: trailing characters at byte 3"),
    "a control character in text": (b'"\n"', "not valid JSON: invalid character at byte 1"),
    "half a value": (b'{"a":', "not valid JSON: input data was truncated"),
}


@pytest.mark.parametrize(("data", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_decode_refuses(data: bytes, sentence: str) -> None:
    """What is not JSON is refused with one sentence."""
    with pytest.raises(DecodeError) as refused:
        decode(data)
    assert sentence == str(refused.value)


def test_a_refusal_knows_the_byte() -> None:
    """The offset of a mistake is told when the parser knows it."""
    with pytest.raises(DecodeError) as refused:
        decode(b"[1,]")
    assert 3 == refused.value.offset


@pytest.mark.parametrize("opening", [b"[", b'{"a":'], ids=["lists", "objects"])
def test_depth_is_bounded(opening: bytes) -> None:
    """The deepest value that is read has MAX_DEPTH levels; a hundred thousand are refused, too."""
    closing = b"]" if opening == b"[" else b"}"
    decode(opening * MAX_DEPTH + b"1" + closing * MAX_DEPTH)
    for levels in (MAX_DEPTH + 1, 100_000):
        with pytest.raises(DecodeError, match=f"nested deeper than {MAX_DEPTH} levels"):
            decode(opening * levels + b"1" + closing * levels)


def test_a_caller_may_ask_for_less_depth() -> None:
    """`deepest` counts levels of lists and objects, not brackets in all."""
    assert [[], [], []] == decode(b"[[],[],[]]", deepest=2)
    with pytest.raises(DecodeError, match="nested deeper than 2 levels"):
        decode(b"[[[]]]", deepest=2)


ENCODED: dict[str, tuple[Any, bytes]] = {
    "compact": ({"a": [1, None]}, b'{"a":[1,null]}'),
    "UTF-8": ("é", b'"\xc3\xa9"'),
    "an integer above 64 bits": (2**70, b"1180591620717411303424"),
    "NaN": (float("nan"), b"null"),
    "infinity": ([float("-inf")], b"[null]"),
}


@pytest.mark.parametrize(("value", "data"), ENCODED.values(), ids=ENCODED.keys())
def test_encode(value: Any, data: bytes) -> None:
    """Values become compact UTF-8 JSON."""
    assert data == encode(value)


@pytest.mark.parametrize(("value", "error"), [("\ud800", ValueError), (object(), TypeError)])
def test_encode_refuses(value: Any, error: type[Exception]) -> None:
    """What JSON has no word for is an error of the caller's."""
    with pytest.raises(error):
        encode(value)


def test_encode_refuses_a_value_inside_itself() -> None:
    """A circle of lists does not take the process along."""
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(RecursionError):
        encode(circle)


def test_show() -> None:
    """A value in a sentence is JSON, cut where it is long, and never an error itself."""
    assert '{"a":1}' == show({"a": 1})
    assert '"' + "x" * 8 + "…" == show("x" * 100, limit=10)
    assert r"'\ud800'" == show("\ud800")
