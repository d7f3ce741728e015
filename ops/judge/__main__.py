import json
import sys
from pathlib import Path

from ops.judge import Unavailable, judged, python

try:
    python()
    for said in judged(*map(Path, sys.argv[1:])) if sys.argv[1:] else []:
        print(json.dumps(said, ensure_ascii=False))
except Unavailable as why:
    print(why, file=sys.stderr)
