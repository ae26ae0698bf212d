from typing import List


def has_close_pair(numbers: List[float], distance: float) -> bool:
    """Whether two of the numbers are closer to each other than a distance."""
    ordered = sorted(numbers)
    return any(after - before < distance for before, after in zip(ordered, ordered[1:]))


def check(candidate):
    assert candidate([1.0, 2.0, 3.9, 4.0, 5.0, 2.2], 0.3) is True
    assert candidate([1.0, 2.0, 3.9, 4.0, 5.0, 2.2], 0.05) is False
    assert candidate([1.0, 2.0, 5.9, 4.0, 5.0], 0.95) is True
    assert candidate([1.0, 2.0, 5.9, 4.0, 5.0], 0.8) is False
    assert candidate([], 1.0) is False
    assert candidate([1.1, 2.2, 3.1, 4.1, 5.1], 1.0) is True
    assert candidate([1.1, 2.2, 3.1, 4.1, 5.1], 0.5) is False


check(has_close_pair)
