"""Values as bounded text: what `repr` makes of them, cut where there is no more room.

A trace shows the same variables line after line, so a text costs what its room costs, however large the value is:
containers are written item by item and left as soon as the room is full. An address is never shown, since it says
nothing of the program. An object whose class has no `__repr__` of its own shows its attributes instead.
"""

import re
from collections import defaultdict, deque

import program

__builtins__ = dict(__builtins__)

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_BITS_OF_A_CHARACTER = 4
_name_of = type.__dict__["__name__"].__get__
_factory_of = defaultdict.__dict__["default_factory"].__get__
_room_of = deque.__dict__["maxlen"].__get__


class _Full(Exception):
    """There is no more room."""


def show(value, room):
    """A value's text, the name of its type, and whether the text had to be cut."""
    text = _Text(room)
    cut = False
    try:
        text.write(value)
    except _Full:
        cut = True
    except BaseException as error:
        text = _Text(room)
        text.parts.append(f"<repr failed: {_name_of(type(error))}>")
    return program.printable("".join(text.parts)[:room]), program.printable(_name_of(type(value))), cut


class _Text:
    """Text that grows until its room is full."""

    def __init__(self, room):
        self.parts, self._left = [], room
        # The containers that are under way: one of them within itself is not written again.
        self._open = set()

    def write(self, value):
        kind = type(value)
        text = self._at_once(value) if kind in _FLAT else None
        if text is not None:
            self._add(text)
        elif kind in _WRITERS:
            _WRITERS[kind](self, value)
        elif kind.__repr__ is object.__repr__:
            self._attributes(value, kind)
        else:
            self._add(_ADDRESS.sub("", repr(value)))

    def _at_once(self, value):
        """The text of a container of which it is known to take no time: few items, all numbers or all short. Most are
        such, and are written several times as fast as item by item."""
        if len(value) > self._left:
            return None
        for items in (value, value.values()) if type(value) is dict else (value,):
            kinds = set(map(type, items))
            if not (kinds <= _NUMBERS or (kinds == _TEXT and sum(map(len, items)) <= self._left)):
                return None
        try:
            return repr(value)
        except ValueError:
            # An integer of more digits than Python writes.
            return None

    def _add(self, part):
        self.parts.append(part)
        self._left -= len(part)
        if self._left < 0:
            raise _Full

    def _plain(self, value):
        self._add(repr(value))

    def _integer(self, value):
        if value.bit_length() > self._left * _BITS_OF_A_CHARACTER:
            # Its decimal digits would take a time that grows with the square of their number.
            self._add(hex(value >> (value.bit_length() - self._left * _BITS_OF_A_CHARACTER)))
            raise _Full
        self._add(repr(value))

    def _characters(self, value):
        self._add(repr(value[: self._left + 1]))

    def _list(self, value):
        self._within(value, "[", "]", "[...]", self._items)

    def _tuple(self, value):
        self._within(value, "(", ",)" if len(value) == 1 else ")", "(...)", self._items)

    def _set(self, value):
        if value:
            self._within(value, "{", "}", "{...}", self._items)
        else:
            self._add("set()")

    def _frozenset(self, value):
        if value:
            self._within(value, "frozenset({", "})", "frozenset(...)", self._items)
        else:
            self._add("frozenset()")

    def _dict(self, value):
        self._within(value, "{", "}", "{...}", self._pairs)

    def _defaultdict(self, value):
        self._add("defaultdict(")
        self.write(_factory_of(value))
        self._add(", ")
        self._within(value, "{", "}", "{...}", self._pairs)
        self._add(")")

    def _deque(self, value):
        room = _room_of(value)
        self._within(value, "deque([", "])" if room is None else f"], maxlen={room})", "[...]", self._items)

    def _attributes(self, value, kind):
        name = _name_of(kind)
        attributes = getattr(value, "__dict__", {})
        if attributes:
            self._within(value, f"<{name} ", ">", f"<{name} ...>", lambda value: self._named(attributes))
        else:
            self._add(f"<{name}>")

    def _within(self, value, begin, end, again, contents):
        if id(value) in self._open:
            self._add(again)
            return
        self._open.add(id(value))
        self._add(begin)
        contents(value)
        self._add(end)
        self._open.discard(id(value))

    def _items(self, value):
        separator = ""
        for item in value:
            self._add(separator)
            self.write(item)
            separator = ", "

    def _pairs(self, value):
        separator = ""
        for key, item in dict.items(value):
            self._add(separator)
            self.write(key)
            self._add(": ")
            self.write(item)
            separator = ", "

    def _named(self, attributes):
        separator = ""
        for name, item in attributes.items():
            self._add(f"{separator}{name}=")
            self.write(item)
            separator = " "


_FLAT = frozenset({list, tuple, set, frozenset, dict})
_NUMBERS = frozenset({int, float, bool, type(None)})
_TEXT = {str}
_WRITERS = {
    bool: _Text._plain,
    type(None): _Text._plain,
    float: _Text._plain,
    complex: _Text._plain,
    int: _Text._integer,
    str: _Text._characters,
    bytes: _Text._characters,
    bytearray: _Text._characters,
    list: _Text._list,
    tuple: _Text._tuple,
    set: _Text._set,
    frozenset: _Text._frozenset,
    dict: _Text._dict,
    defaultdict: _Text._defaultdict,
    deque: _Text._deque,
}
