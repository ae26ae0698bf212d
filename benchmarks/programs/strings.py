words = [f"word{number % 977}" for number in range(30_000)]
text = " ".join(words)
longest = max(text.split(), key=len)
print(len(text.upper().replace("WORD", "w")), longest, sum(word.endswith("7") for word in words))
