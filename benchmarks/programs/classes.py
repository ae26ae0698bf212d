class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount):
        self.balance += amount
        return self

    @property
    def is_rich(self):
        return self.balance > 1_000


accounts = [Account(number) for number in range(1_000)]
for round_number in range(50):
    for account in accounts:
        account.deposit(round_number)
print(sum(account.is_rich for account in accounts))
