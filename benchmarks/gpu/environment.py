"""burn's environment: the file that holds what was compiled for a card. Owns how a folder becomes the one that is used."""

import json
from pathlib import Path


def here(folder):
    """Has programs that run in a folder keep their environment in it, and gives its file."""
    settings = f"[environment]\npath = {{ directory = {json.dumps(str(folder))} }}\n"
    (Path(folder) / "cubecl.toml").write_text(settings)
    return Path(folder) / "default.db"
