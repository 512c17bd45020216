"""Texts that look like what their property is called: a first name for `firstName`, a city for `city`."""

import re
from collections.abc import Callable
from functools import lru_cache
from random import Random

_FIRST = ("Ada", "Ben", "Chiara", "Dmitri", "Elif", "Femi", "Grace", "Hiro", "Ines", "Jonas", "Kavya", "Luca")
_LAST = ("Adeyemi", "Berg", "Castro", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Ito", "Jensen")
_CITIES = ("Berlin", "Lagos", "Lima", "Lyon", "Osaka", "Porto", "Quito", "Turin", "Utrecht", "Vienna")
_COUNTRIES = ("Austria", "Brazil", "Chile", "France", "Ghana", "India", "Japan", "Kenya", "Norway", "Spain")
_CODES = ("AT", "BR", "CL", "FR", "GH", "IN", "JP", "KE", "NO", "ES")
_STREETS = ("Market Street", "Station Road", "Mill Lane", "Park Avenue", "High Street", "River Walk")
_FIRMS = ("Acorn", "Blue Harbor", "Cedar & Co", "Delta Works", "Ember Labs", "Fjord Foods")
_COLORS = ("amber", "blue", "coral", "green", "indigo", "red", "silver", "violet")
_LANGUAGES = ("de", "en", "es", "fr", "it", "ja", "pt")
_CURRENCIES = ("EUR", "USD", "GBP", "JPY", "BRL", "CHF")
_ZONES = ("Europe/Berlin", "America/Lima", "Asia/Osaka", "Africa/Lagos", "UTC")
_JOBS = ("Accountant", "Carpenter", "Designer", "Engineer", "Nurse", "Teacher")

_Make = Callable[[Random], str]


def _one_of(values: tuple[str, ...]) -> _Make:
    return lambda choose: choose.choice(values)


def _person(choose: Random) -> str:
    return f"{choose.choice(_FIRST)} {choose.choice(_LAST)}"


def _account(choose: Random) -> str:
    return f"{choose.choice(_FIRST).lower()}.{choose.choice(_LAST).lower()}{choose.randint(1, 999)}"


_MADE: dict[str, _Make] = {
    **dict.fromkeys(("firstname", "givenname"), _one_of(_FIRST)),
    **dict.fromkeys(("lastname", "surname", "familyname"), _one_of(_LAST)),
    **dict.fromkeys(("fullname", "displayname", "author", "owner", "contact", "customername"), _person),
    **dict.fromkeys(("username", "login", "handle", "nickname"), _account),
    **dict.fromkeys(("email", "emailaddress", "mail"), lambda choose: f"{_account(choose)}@example.com"),
    **dict.fromkeys(
        ("phone", "phonenumber", "telephone", "mobile", "fax"),
        lambda choose: f"+1555{choose.randint(1_000_000, 9_999_999)}",
    ),
    **dict.fromkeys(("city", "town"), _one_of(_CITIES)),
    "country": _one_of(_COUNTRIES),
    "countrycode": _one_of(_CODES),
    **dict.fromkeys(
        ("street", "streetaddress", "address", "addressline1", "address1", "line1"),
        lambda choose: f"{choose.randint(1, 250)} {choose.choice(_STREETS)}",
    ),
    **dict.fromkeys(
        ("zip", "zipcode", "postalcode", "postcode"), lambda choose: str(choose.randint(10_000, 99_999))
    ),
    **dict.fromkeys(("company", "companyname", "organization", "employer", "vendor"), _one_of(_FIRMS)),
    **dict.fromkeys(("color", "colour"), _one_of(_COLORS)),
    **dict.fromkeys(("language", "lang", "locale"), _one_of(_LANGUAGES)),
    **dict.fromkeys(("currency", "currencycode"), _one_of(_CURRENCIES)),
    **dict.fromkeys(("timezone", "tz"), _one_of(_ZONES)),
    **dict.fromkeys(("jobtitle", "occupation", "profession"), _one_of(_JOBS)),
    **dict.fromkeys(
        ("url", "website", "homepage", "link", "href"),
        lambda choose: f"https://example.com/{choose.choice(_COLORS)}/{choose.randint(100, 99_999)}",
    ),
    **dict.fromkeys(
        ("image", "imageurl", "avatar", "avatarurl", "picture", "photo", "thumbnail", "logo"),
        lambda choose: f"https://example.com/images/{choose.randint(100, 99_999)}.png",
    ),
    "version": lambda choose: f"{choose.randint(0, 9)}.{choose.randint(0, 20)}.{choose.randint(0, 20)}",
    **dict.fromkeys(
        ("filename", "file"), lambda choose: f"{choose.choice(_COLORS)}-{choose.randint(1, 99)}.txt"
    ),
    **dict.fromkeys(("mimetype", "contenttype"), _one_of(("text/plain", "image/png", "application/pdf"))),
}


@lru_cache(maxsize=4096)
def maker_for(name: str) -> _Make | None:
    """What makes texts for a property of this name, or None."""
    return _MADE.get(re.sub(r"[^a-z0-9]", "", name.lower()))
