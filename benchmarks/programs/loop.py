total = 0
for number in range(int(input())):
    total += number * number % 7
print(total)
