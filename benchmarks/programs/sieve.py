limit = 400_000
is_prime = bytearray([1]) * (limit + 1)
is_prime[0] = is_prime[1] = 0
for number in range(2, int(limit**0.5) + 1):
    if is_prime[number]:
        for multiple in range(number * number, limit + 1, number):
            is_prime[multiple] = 0
print(sum(is_prime))
