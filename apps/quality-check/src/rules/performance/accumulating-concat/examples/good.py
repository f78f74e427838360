import numpy as np
import pandas as pd


def load(paths):
    # ok: accumulating-concat
    return pd.concat([pd.read_csv(path) for path in paths])


def padded(rows):
    found = []
    for row in rows:
        line = np.asarray(row)
        # ok: accumulating-concat
        line = np.append(line, 0)
        found.append(line)
    return found
