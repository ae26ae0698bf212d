//! Conditions: one thing or another, and answers to a question.

use super::super::constants::Pair;
use super::super::primitive::{Primitive, integer, lower_text, numbers, text, truth};
use super::super::topic::Topic;
use super::change::change;
use super::starts_with_vowel;

const TOPIC: Topic = Topic::Conditions;

/// What a problem answers, where it is so and where it is not.
const ANSWERS: &[Pair] = &[("yes", "no"), ("good", "bad"), ("hit", "miss"), ("on", "off")];

pub(super) fn primitives() -> Vec<Primitive> {
    let changes = bounds().into_iter().chain(small()).chain(alternatives()).flatten();
    changes.chain(answers()).chain(of_lists()).chain(of_texts()).collect()
}

fn bounds() -> Vec<[Primitive; 2]> {
    vec![
        change(TOPIC, "cap", "min({x}, {a})")
            .a(4..=20)
            .single(["replace it by {a} if it is greater", "cap it at {a}"])
            .each(["replace the numbers greater than {a} by {a}", "cap each number at {a}"])
            .same(|x, constants| x.min(constants.a)),
        change(TOPIC, "raise", "max({x}, {a})")
            .a(0..=9)
            .single(["replace it by {a} if it is smaller", "raise it to {a} if it is below"])
            .each(["replace the numbers less than {a} by {a}", "raise the numbers below {a} to {a}"])
            .same(|x, constants| x.max(constants.a)),
        change(TOPIC, "lower_above", "{x} - {a} if {x} > {a} else {x}")
            .thoughts("subtract {a} if n > {a}", "subtract {a} where x > {a}")
            .a(4..=20)
            .single(["subtract {a} if it is greater than {a}", "lower it by {a} if it is greater than {a}"])
            .each(["subtract {a} from the numbers greater than {a}", "lower the numbers greater than {a} by {a}"])
            .same(|x, constants| if x > constants.a { x - constants.a } else { x }),
    ]
}

fn small() -> Vec<[Primitive; 2]> {
    vec![
        change(TOPIC, "sign", "({x} > 0) - ({x} < 0)")
            .single(["take its sign (1, 0 or -1)", "replace it by its sign (1, 0 or -1)"])
            .each(["replace each number by its sign (1, 0 or -1)", "take the sign (1, 0 or -1) of each number"])
            .same(|x, _| x.signum()),
        change(TOPIC, "double_odd", "2 * {x} if {x} % 2 == 1 else {x}")
            .thoughts("double it if n % 2 == 1", "double each x where x % 2 == 1")
            .single(["double it if it is odd", "multiply it by 2 if it is odd"])
            .each(["double the odd numbers", "multiply the odd numbers by 2"])
            .same(|x, _| if x.rem_euclid(2) == 1 { 2 * x } else { x }),
    ]
}

fn alternatives() -> Vec<[Primitive; 2]> {
    vec![
        change(TOPIC, "halve_even", "{x} // 2 if {x} % 2 == 0 else {x} + {a}")
            .thoughts("halve it if n % 2 == 0, otherwise add {a}", "halve each x where x % 2 == 0, otherwise add {a}")
            .a(1..=9)
            .single(["halve it if it is even, otherwise add {a}", "add {a} if it is odd, otherwise halve it"])
            .each([
                "halve the even numbers and add {a} to the odd ones",
                "add {a} to the odd numbers and halve the even ones",
            ])
            .same(|x, constants| if x.rem_euclid(2) == 0 { x.div_euclid(2) } else { x + constants.a }),
        change(TOPIC, "negate_multiples", "-{x} if {x} % {a} == 0 else {x}")
            .thoughts("negate it if n % {a} == 0", "negate each x where x % {a} == 0")
            .a(2..=5)
            .single(["negate it if it is a multiple of {a}", "flip its sign if it is a multiple of {a}"])
            .each(["negate the multiples of {a}", "flip the sign of the multiples of {a}"])
            .integer(|x, constants| if x.rem_euclid(constants.a) == 0 { -x } else { x }),
        change(TOPIC, "add_or_subtract", "{x} + {a} if {x} < {b} else {x} - {a}")
            .thoughts("add {a} if n < {b}, otherwise subtract {a}", "add {a} where x < {b}, otherwise subtract {a}")
            .a(1..=6)
            .b(4..=12)
            .single([
                "add {a} if it is less than {b}, otherwise subtract {a}",
                "subtract {a} if it is at least {b}, otherwise add {a}",
            ])
            .each([
                "add {a} to the numbers less than {b} and subtract {a} from the others",
                "subtract {a} from the numbers of at least {b} and add {a} to the others",
            ])
            .integer(|x, constants| if x < constants.b { x + constants.a } else { x - constants.a }),
    ]
}

fn answers() -> Vec<Primitive> {
    vec![
        truth(TOPIC, "answer", "\"{first}\" if holds else \"{second}\"")
            .pairs(ANSWERS)
            .noun(["\"{first}\" if so, otherwise \"{second}\""])
            .thought("\"{first}\" if so, otherwise \"{second}\"")
            .lower_text(|holds, constants| (if *holds { constants.pair.0 } else { constants.pair.1 }).to_owned()),
        truth(TOPIC, "choose", "{a} if holds else {b}")
            .literal(1..=9)
            .b(0..=9)
            .noun(["{a} if so, otherwise {b}"])
            .thought("{a} if so, otherwise {b}")
            .natural(|holds, constants| if *holds { constants.a } else { constants.b }),
        integer(TOPIC, "parity", "\"even\" if n % 2 == 0 else \"odd\"")
            .noun(["\"even\" if it is even, otherwise \"odd\"", "\"odd\" if it is odd, otherwise \"even\""])
            .thought("\"even\" if n % 2 == 0, otherwise \"odd\"")
            .lower_text(|n, _| (if n.rem_euclid(2) == 0 { "even" } else { "odd" }).to_owned()),
        integer(TOPIC, "size", "\"big\" if n > {a} else \"small\"")
            .a(5..=20)
            .noun([
                "\"big\" if it is greater than {a}, otherwise \"small\"",
                "\"small\" if it is at most {a}, otherwise \"big\"",
            ])
            .thought("\"big\" if n > {a}, otherwise \"small\"")
            .lower_text(|n, constants| (if *n > constants.a { "big" } else { "small" }).to_owned()),
        integer(TOPIC, "fizz", "\"fizz\" if n % {a} == 0 else str(n)")
            .thought("\"fizz\" if n % {a} == 0, otherwise str(n)")
            .a(2..=5)
            .noun(["\"fizz\" if it is a multiple of {a}, otherwise the number as a text"])
            .lower_text(|n, constants| if n.rem_euclid(constants.a) == 0 { "fizz".to_owned() } else { n.to_string() }),
    ]
}

fn of_lists() -> Vec<Primitive> {
    vec![
        numbers(TOPIC, "reverse_long", "numbers[::-1] if len(numbers) > {a} else numbers")
            .thought("reverse the list if len(numbers) > {a}")
            .a(2..=5)
            .act([
                "reverse the list if it has more than {a} numbers",
                "put the numbers in reverse order if there are more than {a}",
            ])
            .numbers(|numbers, constants| match numbers.len() as i64 > constants.a {
                true => numbers.iter().rev().copied().collect(),
                false => numbers.to_vec(),
            }),
        numbers(TOPIC, "sort_even", "sorted(numbers) if sum(numbers) % 2 == 0 else numbers")
            .thought("sort the numbers if sum(numbers) % 2 == 0")
            .act([
                "sort the numbers in ascending order if their sum is even",
                "sort the list from small to large if its sum is even",
            ])
            .numbers(|numbers, _| {
                let mut sorted = numbers.to_vec();
                if numbers.iter().sum::<i64>().rem_euclid(2) == 0 {
                    sorted.sort_unstable();
                }
                sorted
            }),
    ]
}

fn of_texts() -> Vec<Primitive> {
    vec![
        text(TOPIC, "shout_short", "text.upper() if len(text) < {a} else text")
            .thought("write it in capitals if len(text) < {a}")
            .a(5..=9)
            .act([
                "write it in capitals if it has less than {a} characters",
                "convert it to upper case if it is shorter than {a} characters",
            ])
            .text(|text, constants| match (text.len() as i64) < constants.a {
                true => text.to_uppercase(),
                false => text.to_owned(),
            }),
        lower_text(TOPIC, "reverse_vowel", "text[::-1] if text[:1] in \"aeiou\" else text")
            .thought("reverse it if text[:1] in \"aeiou\"")
            .act(["reverse it if it starts with a vowel", "write it backwards if it starts with a vowel"])
            .lower_text(|text, _| match starts_with_vowel(text) {
                true => text.chars().rev().collect(),
                false => text.to_owned(),
            }),
    ]
}
