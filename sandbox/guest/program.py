"""A program: its module, its compilation, its run, and how it ended."""

import builtins
import io
import random
import sys
import types
from atexit import _run_exitfuncs
from gc import collect
from functools import partial
from operator import is_
from sys import _getframe, excepthook, getprofile, gettrace, modules, setprofile, setrecursionlimit, settrace

from library import LACKING
from values import printable

__builtins__ = dict(__builtins__)

MAIN = "main.py"
TESTS = "tests.py"
_MESSAGE = 2000
# What the builder of the component still looked up after the snapshot's code had run.
_OWN = ("guest", "wit_world")

# Names that PyPI's much used packages are imported by. One that the sandbox lacks says nothing about the program.
_THIRD_PARTY = frozenset(
    """
    numpy scipy pandas sklearn sympy networkx matplotlib seaborn plotly torch torchvision tensorflow keras jax flax
    sortedcontainers requests aiohttp httpx bs4 lxml yaml toml attr attrs pydantic flask django fastapi sqlalchemy
    pytest hypothesis nose mock numba cython cupy gmpy2 mpmath more_itertools toolz cytoolz bitarray bidict regex
    dateutil pytz tqdm rich click colorama PIL cv2 skimage imageio nltk spacy gensim transformers datasets tokenizers
    xgboost lightgbm catboost statsmodels patsy pyarrow polars dask ray joblib psutil cachetools simplejson ujson
    orjson msgpack redis pymongo psycopg2 boto3 cryptography Crypto jwt paramiko scrapy selenium pygame pyglet kivy
    shapely geopandas folium ortools pulp cvxpy z3 pyomo deap igraph faker parameterized termcolor tabulate
    prettytable openpyxl xlrd xlsxwriter docx pypdf PyPDF2 reportlab markdown jinja2 werkzeug gevent greenlet trio
    anyio uvloop pyparsing ply lark intervaltree treelib pythonds atcoder acl_cpp setuptools pkg_resources distutils
    imp asynctest typing_extensions Levenshtein fuzzywuzzy rapidfuzz phonenumbers unidecode emoji pyperclip pyautogui
    win32api win32con pwnlib pandas_datareader yfinance backtrader statannot line_profiler memory_profiler
    """.split()
)

_STREAMS = (
    io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False), 1 << 16), "utf-8", "surrogateescape"),
    io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False), 1 << 16), "utf-8", "surrogateescape"),
    io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(2, "w", closefd=False), 1 << 13), "utf-8", "backslashreplace", line_buffering=True
    ),
)
_streams = _STREAMS
# Levels of recursion between the guest and a program that have no frame.
levels = 2
# What ends a process before its destructors do. Where threads are real, waiting for them belongs to it.
at_exit = _run_exitfuncs
_traceback_of = BaseException.__dict__["__traceback__"].__get__
_exit_code_of = SystemExit.__dict__["code"].__get__
_name_of = type.__dict__["__name__"].__get__


class Source:
    """What `__loader__` is: lets tracebacks and `inspect` find a program's lines."""

    def __init__(self, text):
        self._text = text

    def get_source(self, name=None):
        return self._text


def begin(name, source, arguments, seed, recursion):
    """A new module for a program, and the interpreter's streams and settings as a new process has them."""
    sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__ = _streams
    sys.argv = sys.orig_argv = [MAIN, *arguments]
    if seed:
        random.seed(seed)
    module = types.ModuleType(name)
    for own in _OWN:
        modules.pop(own, None)
    modules[name] = module
    namespace = module.__dict__
    namespace.update(__builtins__=builtins, __file__=MAIN, __loader__=Source(source))
    depth = 0
    frame = _getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    # The frames between here and the program, which a process does not have.
    setrecursionlimit(recursion + depth + levels)
    return namespace


def streams():
    """The streams that programs run on."""
    return _streams


def use_streams(*streams):
    """Lets programs run on other streams; on the process's own again where none are given."""
    global _streams
    _streams = streams or _STREAMS


def compiled(source, file):
    """The code of a text."""
    return compile(source, file, "exec", dont_inherit=True)


def execute(source, namespace, read, before=None, run=exec):
    """Runs the code that is read in a program's text, and says how it ended. What is given as `before` is called just
    before it runs."""
    try:
        code = read(source)
    except BaseException as error:
        return ending_of(error, "compile"), error
    return carry_out(lambda: run(code, namespace), "program", before)


def carry_out(action, stage, before=None):
    """Runs what runs a program's code, and says how it ended: an ending, and the exception if there was one."""
    try:
        if before is not None:
            before()
        action()
    except BaseException as error:
        untrace()
        return ending_of(error, stage), error
    untrace()
    return "finished", None


def trace(function):
    """Lets a function watch the program's code, of which `sys.settrace` tells it."""
    settrace(function)


def untrace():
    """Ends what watches the program's code, whoever set it, before it watches the guest's."""
    if gettrace() is not None:
        settrace(None)
    if getprofile() is not None:
        setprofile(None)


def ending_of(error, stage):
    """How an exception that nothing caught ends a program."""
    if isinstance(error, SystemExit):
        return {"exited": {"status": _status(error)}}
    if isinstance(error, MemoryError) and not _message(error).startswith("Parser stack overflowed"):
        return {"limited": "memory"}
    module = _lacking(error)
    if module is not None:
        return {"unsupported": {"module": module}}
    try:
        file, line = _place(error)
    except BaseException:
        file = line = None
    return {
        "raised": {
            "kind": printable(_name_of(type(error))),
            "message": _message(error),
            "file": file,
            "line": line,
            "stage": stage,
        }
    }


def finish(last):
    """What a process does at its end: exit functions, destructors, and what is still in the buffers. Takes the only
    reference to the program's namespace, in a list: it goes as it does there, where destructors find their globals."""
    try:
        at_exit()
    except BaseException:
        pass
    modules.pop("__main__", None)
    if any(map(_has_end, list(last[0].values()))):
        last.clear()
        collect()
    flush()


def flush():
    """Writes out what a program left in its streams' buffers, as far as they still work."""
    for stream in (getattr(sys, "stdout", None), getattr(sys, "stderr", None), *_streams[1:]):
        try:
            stream.flush()
        except BaseException:
            pass


def report(error):
    """Shows an exception that ended a script, as the interpreter would."""
    try:
        traceback = _traceback_of(error)
        while traceback is not None and traceback.tb_frame.f_code.co_filename != MAIN:
            traceback = traceback.tb_next
        getattr(sys, "excepthook", excepthook)(type(error), error.with_traceback(traceback), traceback)
    except BaseException:
        pass


def _has_end(value):
    """Whether a global does something when it goes: a file, or an object with a destructor."""
    kind = type(value)
    if kind is type:
        return hasattr(value, "__del__")
    return hasattr(kind, "__del__") and not any(map(partial(is_, value), _STREAMS))


def _status(error):
    code = _exit_code_of(error)
    if code is None:
        return 0
    if isinstance(code, int):
        return int.__index__(code) & 0xFF
    try:
        print(code, file=sys.stderr)
    except BaseException:
        pass
    return 1


def _lacking(error):
    """The module that exists, but not here, where that is what ended the program."""
    while isinstance(error, ImportError):
        name = ImportError.__dict__["name"].__get__(error)
        top = name.partition(".")[0] if type(name) is str else None
        # Of a package that is here, a name that it does not have is the program's own error.
        if (top in _THIRD_PARTY and top not in modules) or top in LACKING or name in LACKING:
            return printable(name)
        # Modules that tell that the platform is not theirs say so while they handle the import that failed.
        error = BaseException.__dict__["__context__"].__get__(error)
    return None


def _place(error):
    """The innermost line of the program or the tests."""
    if isinstance(error, SyntaxError) and error.filename in (MAIN, TESTS) and type(error.lineno) is int:
        return error.filename, error.lineno
    file = line = None
    traceback = _traceback_of(error)
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename in (MAIN, TESTS):
            file, line = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next
    return file, line


def _message(error):
    try:
        return printable(str(error)[:_MESSAGE])
    except BaseException as failure:
        return f"<str failed: {printable(_name_of(type(failure)))}>"
