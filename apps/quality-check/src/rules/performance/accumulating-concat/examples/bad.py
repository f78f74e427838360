import numpy as np
import pandas as pd


def load(paths):
    frame = pd.DataFrame()
    for path in paths:
        # ruleid: accumulating-concat
        frame = pd.concat([frame, pd.read_csv(path)])
    return frame


def squares(numbers):
    found = np.array([])
    for number in numbers:
        # ruleid: accumulating-concat
        found = np.append(found, number * number)
    return found
