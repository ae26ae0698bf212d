def place(row, columns, rising, falling, size):
    if row == size:
        return 1
    found = 0
    for column in range(size):
        if column not in columns and row + column not in rising and row - column not in falling:
            found += place(row + 1, columns | {column}, rising | {row + column}, falling | {row - column}, size)
    return found


print(place(0, frozenset(), frozenset(), frozenset(), 7))
