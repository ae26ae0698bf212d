//! Recurrences: the same step again and again, on a number or along a list.

use super::super::primitive::{Primitive, integer, natural, numbers};
use super::super::topic::Topic;
use super::digits::{digits, number};

const TOPIC: Topic = Topic::Recurrences;

pub(super) fn primitives() -> Vec<Primitive> {
    repeated()
        .into_iter()
        .chain(repeated_naturals())
        .chain(until())
        .chain(sequences())
        .chain(running())
        .chain(folded())
        .collect()
}

fn repeated() -> Vec<Primitive> {
    vec![
        integer(TOPIC, "repeat_double", "for _ in range({a}):\n    n = 2 * n + {b}")
            .a(2..=4)
            .b(1..=5)
            .act(["repeat {a} times (double it and add {b})", "double it and add {b} ({a} times in a row)"])
            .thought("repeat {a} times n = 2 * n + {b}")
            .same_integer(|n, constants| times(constants.a, *n, |n| 2 * n + constants.b)),
        integer(TOPIC, "repeat_collatz", "for _ in range({a}):\n    n = n // 2 if n % 2 == 0 else 3 * n + 1")
            .a(2..=4)
            .act(["repeat {a} times (halve it if it is even, otherwise triple it and add 1)"])
            .thought("repeat {a} times n = n // 2 if n % 2 == 0 else 3 * n + 1")
            .same_integer(|n, constants| {
                times(constants.a, *n, |n| if n.rem_euclid(2) == 0 { n.div_euclid(2) } else { 3 * n + 1 })
            }),
        integer(TOPIC, "repeat_half_more", "for _ in range({a}):\n    n += n // 2")
            .a(2..=4)
            .act(["repeat {a} times (add half of it, rounded down)"])
            .thought("repeat {a} times n += n // 2")
            .same_integer(|n, constants| times(constants.a, *n, |n| n + n.div_euclid(2))),
    ]
}

fn repeated_naturals() -> Vec<Primitive> {
    vec![
        natural(TOPIC, "repeat_square", "for _ in range({a}):\n    n = n * n % {b}")
            .a(2..=4)
            .b(11..=19)
            .act([
                "repeat {a} times (square it and take it modulo {b})",
                "square it and take it modulo {b} ({a} times in a row)",
            ])
            .thought("repeat {a} times n = n * n % {b}")
            .natural(|n, constants| times(constants.a, *n, |n| n * n % constants.b)),
        natural(TOPIC, "repeat_add_reverse", "for _ in range({a}):\n    n += int(str(n)[::-1])")
            .a(2..=3)
            .act([
                "repeat {a} times (add its reversed digits to it)",
                "add its reversed digits to it ({a} times in a row)",
            ])
            .thought("repeat {a} times n += int(str(n)[::-1])")
            .natural(|n, constants| times(constants.a, *n, |n| n + number(digits(n).into_iter().rev()))),
    ]
}

fn until() -> Vec<Primitive> {
    vec![
        natural(TOPIC, "digit_root", "while n > 9:\n    n = sum(int(d) for d in str(n))")
            .act([
                "replace it by its digit sum until it has one digit",
                "take its digit sum again and again until it is below 10",
            ])
            .thought("replace it by its digit sum while n > 9")
            .natural(|n, _| if *n == 0 { 0 } else { (n - 1) % 9 + 1 }),
        natural(TOPIC, "halve_until_odd", "while n > 0 and n % 2 == 0:\n    n = n // 2")
            .act(["halve it while it is even and not 0", "halve it until it is odd or 0"])
            .thought("halve it while n > 0 and n % 2 == 0")
            .natural(|n, _| if *n == 0 { 0 } else { n >> n.trailing_zeros() }),
        natural(TOPIC, "subtract_growing", "i = 1\nwhile n >= i:\n    n -= i\n    i += 1")
            .act(["subtract 1, 2, 3 and so on from it while it does not become negative"])
            .thought("subtract i = 1, 2, 3 and so on while n >= i")
            .natural(|n, _| {
                let (mut left, mut next) = (*n, 1);
                while left >= next {
                    left -= next;
                    next += 1;
                }
                left
            }),
    ]
}

fn sequences() -> Vec<Primitive> {
    vec![
        natural(TOPIC, "fibonacci", "a, b = 0, 1\nfor _ in range(n):\n    a, b = b, (a + b) % {a}\nn = a")
            .literal(7..=20)
            .noun(["the Fibonacci number of this index modulo {a} (F(0) = 0, F(1) = 1)"])
            .thought("F(n) modulo {a} with a, b = b, (a + b) % {a}")
            .natural(|n, constants| {
                let (mut a, mut b) = (0, 1);
                for _ in 0..*n {
                    let sum = a + b;
                    (a, b) = (b, if sum < constants.a { sum } else { sum - constants.a });
                }
                a
            }),
        natural(TOPIC, "halves", "numbers = []\nwhile n > 0:\n    numbers.append(n)\n    n = n // 2")
            .act(["list it, half of it (rounded down), half of that and so on, leaving out 0"])
            .thought("list n and go on with n // 2 while n > 0")
            .numbers(|n, _| std::iter::successors(Some(*n), |n| Some(n / 2)).take_while(|n| *n > 0).collect()),
    ]
}

fn running() -> Vec<Primitive> {
    vec![
        numbers(TOPIC, "running_sums", "[sum(numbers[:i + 1]) for i in range(len(numbers))]")
            .act(["replace each number by the sum of all up to it", "take the running sums"])
            .method("sum(numbers[:i + 1])")
            .numbers(|numbers, _| scan(numbers, |sum, number| sum + number)),
        numbers(TOPIC, "running_maximum", "[max(numbers[:i + 1]) for i in range(len(numbers))]")
            .act(["replace each number by the largest of all up to it", "take the running maximum"])
            .method("max(numbers[:i + 1])")
            .numbers(|numbers, _| scan(numbers, i64::max)),
    ]
}

fn folded() -> Vec<Primitive> {
    vec![
        numbers(TOPIC, "fold_scaled", "n = 0\nfor x in numbers:\n    n = {a} * n + x")
            .a(2..=3)
            .act(["start with 0 and for each number x make it {a} times it plus x"])
            .thought("start with n = 0 and for each x set n = {a} * n + x")
            .integer(|numbers, constants| fold(numbers, |n, x| n.saturating_mul(constants.a).saturating_add(x))),
        numbers(TOPIC, "fold_difference", "n = 0\nfor x in numbers:\n    n = x - n")
            .act(["start with 0 and for each number x make it x minus it"])
            .thought("start with n = 0 and for each x set n = x - n")
            .integer(|numbers, _| fold(numbers, |n, x| x - n)),
        numbers(TOPIC, "fold_floored", "n = 0\nfor x in numbers:\n    n = max(n + x, 0)")
            .act(["add up the numbers, going back to 0 whenever the sum is negative"])
            .thought("start with n = 0 and for each x set n = max(n + x, 0)")
            .natural(|numbers, _| fold(numbers, |n, x| (n + x).max(0))),
    ]
}

fn times(count: i64, start: i64, step: impl Fn(i64) -> i64) -> i64 {
    (0..count).fold(start, |number, _| step(number))
}

fn fold(numbers: &[i64], step: impl Fn(i64, i64) -> i64) -> i64 {
    numbers.iter().fold(0, |result, number| step(result, *number))
}

fn scan(numbers: &[i64], step: impl Fn(i64, i64) -> i64) -> Vec<i64> {
    let mut so_far: Option<i64> = None;
    let next = |number: &i64| *so_far.insert(so_far.map_or(*number, |last| step(last, *number)));
    numbers.iter().map(next).collect()
}
