//! Digits of a number of at least 0, decimal but where binary is said.

use super::super::primitive::{Primitive, natural};
use super::super::topic::Topic;
use super::distinct;

const TOPIC: Topic = Topic::Digits;

pub(super) fn primitives() -> Vec<Primitive> {
    sums().into_iter().chain(changes()).chain(choices()).chain(forms()).chain(questions()).collect()
}

fn sums() -> Vec<Primitive> {
    vec![
        natural(TOPIC, "digit_sum", "sum(int(d) for d in str(n))")
            .noun(["the sum of its digits", "its digit sum"])
            .natural(|n, _| digits(*n).iter().sum()),
        natural(TOPIC, "digit_square_sum", "sum(int(d) * int(d) for d in str(n))")
            .noun(["the sum of the squares of its digits", "the sum of its squared digits"])
            .natural(|n, _| digits(*n).iter().map(|digit| digit * digit).sum()),
        natural(TOPIC, "digit_count", "len(str(n))")
            .noun(["the number of its digits", "its number of digits"])
            .natural(|n, _| digits(*n).len() as i64),
        natural(TOPIC, "count_digit", "str(n).count(\"{a}\")")
            .literal(0..=9)
            .noun(["the number of times the digit {a} occurs in it", "the count of the digit {a} in it"])
            .natural(|n, constants| digits(*n).iter().filter(|digit| **digit == constants.a).count() as i64),
        natural(TOPIC, "count_even_digits", "sum(int(d) % 2 == 0 for d in str(n))")
            .noun(["the number of its even digits", "the count of its even digits"])
            .natural(|n, _| digits(*n).iter().filter(|digit| **digit % 2 == 0).count() as i64),
        natural(TOPIC, "count_ones", "bin(n).count(\"1\")")
            .noun(["the number of ones in its binary form", "the number of 1 bits in it"])
            .natural(|n, _| i64::from(n.count_ones())),
    ]
}

fn changes() -> Vec<Primitive> {
    vec![
        natural(TOPIC, "reverse_digits", "int(str(n)[::-1])")
            .act(["reverse its digits", "read its digits backwards"])
            .natural(|n, _| number(digits(*n).into_iter().rev())),
        natural(TOPIC, "sort_digits", "int(\"\".join(sorted(str(n))))")
            .act(["sort its digits in ascending order", "put its digits in ascending order"])
            .natural(|n, _| number(sorted_digits(*n))),
        natural(TOPIC, "sort_digits_down", "int(\"\".join(sorted(str(n), reverse=True)))")
            .act(["sort its digits in descending order", "put its digits in descending order"])
            .natural(|n, _| number(sorted_digits(*n).into_iter().rev())),
        natural(TOPIC, "append_digit", "n * 10 + {a}")
            .a(1..=9)
            .act(["append the digit {a} to it", "multiply it by 10 and add {a}"])
            .natural(|n, constants| n * 10 + constants.a),
        natural(TOPIC, "drop_digit", "n // 10")
            .act(["drop its last digit", "divide it by 10 (rounding down)"])
            .natural(|n, _| n / 10),
        natural(TOPIC, "double_digits", "int(str(n) * 2)")
            .act(["write its digits twice in a row", "append its own digits to it"])
            .natural(|n, _| number(digits(*n).repeat(2))),
    ]
}

fn choices() -> Vec<Primitive> {
    vec![
        natural(TOPIC, "last_digit", "n % 10").noun(["its last digit", "its ones digit"]).natural(|n, _| n % 10),
        natural(TOPIC, "first_digit", "int(str(n)[0])")
            .noun(["its first digit", "its leading digit"])
            .natural(|n, _| digits(*n)[0]),
        natural(TOPIC, "largest_digit", "int(max(str(n)))")
            .noun(["its largest digit", "the maximum of its digits"])
            .natural(|n, _| sorted_digits(*n).pop().unwrap_or(0)),
        natural(TOPIC, "smallest_digit", "int(min(str(n)))")
            .noun(["its smallest digit", "the minimum of its digits"])
            .natural(|n, _| sorted_digits(*n)[0]),
    ]
}

fn forms() -> Vec<Primitive> {
    vec![
        natural(TOPIC, "digits", "[int(d) for d in str(n)]")
            .act(["list its digits", "split it into its digits"])
            .numbers(|n, _| digits(*n)),
        natural(TOPIC, "bits", "[int(d) for d in bin(n)[2:]]")
            .act(["list its binary digits", "split it into its binary digits"])
            .numbers(|n, _| format!("{n:b}").bytes().map(|digit| i64::from(digit - b'0')).collect()),
        natural(TOPIC, "binary", "bin(n)[2:]")
            .act(["write it in binary", "convert it to a binary text"])
            .lower_text(|n, _| format!("{n:b}")),
    ]
}

fn questions() -> Vec<Primitive> {
    vec![
        natural(TOPIC, "is_digit_mirror", "str(n) == str(n)[::-1]")
            .whether(["its digits read the same backwards", "it is a palindrome"])
            .truth(|n, _| digits(*n).iter().eq(digits(*n).iter().rev())),
        natural(TOPIC, "has_digit", "\"{a}\" in str(n)")
            .literal(0..=9)
            .whether(["it contains the digit {a}", "{a} is one of its digits"])
            .truth(|n, constants| digits(*n).contains(&constants.a)),
        natural(TOPIC, "has_repeated_digit", "len(set(str(n))) < len(str(n))")
            .whether(["any of its digits occurs more than once", "it has a repeated digit"])
            .truth(|n, _| distinct(&digits(*n)) < digits(*n).len() as i64),
    ]
}

/// From the first to the last.
pub(super) fn digits(number: i64) -> Vec<i64> {
    number.to_string().bytes().map(|digit| i64::from(digit - b'0')).collect()
}

fn sorted_digits(number: i64) -> Vec<i64> {
    let mut digits = digits(number);
    digits.sort_unstable();
    digits
}

/// What digits are read as. Numbers between steps have at most seven digits, so twice as many still fit.
pub(super) fn number(digits: impl IntoIterator<Item = i64>) -> i64 {
    digits.into_iter().fold(0, |number, digit| number * 10 + digit)
}
