"""Values as text: JSON, with a tagged object for what JSON does not have. The host's `Reply::value` lists the tags.

What a value *is* is read with the base type's own methods, never with those that a program's subclass overrides.
"""

from _json import encode_basestring_ascii, make_encoder

__builtins__ = dict(__builtins__)

_DEPTH = 100
_REPR = 1000
_SIMPLE = {bool, type(None)}
_INTEGERS = {int}
_SMALL = 1 << 63
_INFINITY = float("inf")

_write = make_encoder(None, None, encode_basestring_ascii, None, ":", ",", False, False, True)


def text(value):
    """The JSON text of a value made of JSON's own types."""
    return "".join(_write(value, 0))


def encode(value, depth=0):
    """A value in the notation."""
    kind = type(value)
    if kind in _SIMPLE:
        return value
    if kind is str:
        return value if value.isascii() else _string(value)
    if kind is int:
        return value if -_SMALL <= value < _SMALL else {"$int": _digits(value)}
    if kind is float:
        return value if -_INFINITY < value < _INFINITY else {"$float": repr(value)}
    if depth > _DEPTH:
        return _object(value)
    for base, encoder in _COMPOUND:
        if issubclass(kind, base):
            return encoder(value, depth + 1)
    for base in (int, float, str):
        if issubclass(kind, base):
            return encode(base.__getnewargs__(value)[0] if base is not int else int.__index__(value), depth)
    return _object(value)


def decode(value):
    """The value that a notation stands for."""
    kind = type(value)
    if kind is list:
        return [decode(item) for item in value]
    if kind is not dict:
        return value
    if len(value) == 1:
        (tag, content), = value.items()
        if tag in _DECODERS:
            return _DECODERS[tag](content)
    return {key: decode(item) for key, item in value.items()}


def printable(string):
    """A string that UTF-8 can carry."""
    return str.encode(string, "utf-8", "backslashreplace").decode()


def _string(value):
    try:
        str.encode(value)
    except UnicodeEncodeError:
        return {"$str": str.encode(value, "utf-8", "surrogatepass").hex()}
    return value


def _digits(value):
    """In base 16: base 10 takes a time that grows with the square of the length, and has a limit."""
    return hex(value)


def _list(value, depth):
    if value and set(map(type, list.__iter__(value))) == _INTEGERS and -_SMALL <= min(value) and max(value) < _SMALL:
        return [*list.__iter__(value)]
    return [encode(item, depth) for item in list.__iter__(value)]


def _tuple(value, depth):
    return {"$tuple": [encode(item, depth) for item in tuple.__iter__(value)]}


def _set(value, depth):
    return {"$set": [encode(item, depth) for item in set.__iter__(value)]}


def _frozenset(value, depth):
    return {"$frozenset": [encode(item, depth) for item in frozenset.__iter__(value)]}


def _dict(value, depth):
    items = dict.items(value)
    if all(type(key) is str and key.isascii() and not key.startswith("$") for key, _ in items):
        return {key: encode(item, depth) for key, item in items}
    return {"$dict": [[encode(key, depth), encode(item, depth)] for key, item in items]}


def _bytes(value, depth):
    return {"$bytes": bytes.hex(value)}


def _complex(value, depth):
    return {"$complex": [encode(complex.__dict__["real"].__get__(value)), encode(complex.__dict__["imag"].__get__(value))]}


def _object(value):
    try:
        shown = repr(value)[:_REPR]
    except Exception as error:
        shown = f"<repr failed: {type(error).__name__}>"
    return {"$object": {"type": printable(type.__dict__["__name__"].__get__(type(value))), "repr": printable(shown)}}


_COMPOUND = (
    (list, _list),
    (tuple, _tuple),
    (dict, _dict),
    (set, _set),
    (frozenset, _frozenset),
    (bytes, _bytes),
    (complex, _complex),
)

_DECODERS = {
    "$tuple": lambda content: tuple(decode(item) for item in content),
    "$set": lambda content: {decode(item) for item in content},
    "$frozenset": lambda content: frozenset(decode(item) for item in content),
    "$dict": lambda content: {decode(key): decode(item) for key, item in content},
    "$int": lambda content: int(content, 16),
    "$float": float,
    "$complex": lambda content: complex(decode(content[0]), decode(content[1])),
    "$bytes": bytes.fromhex,
    "$str": lambda content: bytes.fromhex(content).decode("utf-8", "surrogatepass"),
}
