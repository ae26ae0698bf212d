counts = {}
value = 1
for _ in range(100_000):
    value = value * 1_103_515_245 + 12_345 & 0x7FFFFFFF
    key = value % 5_003
    counts[key] = counts.get(key, 0) + 1
print(max(counts.values()), len(counts))
