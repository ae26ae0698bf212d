//! Lists of numbers: their order, their parts and what they come to.

use super::super::primitive::{Primitive, numbers};
use super::super::topic::Topic;
use super::predicate::{Predicate, predicate};

const TOPIC: Topic = Topic::Lists;

pub(super) fn primitives() -> Vec<Primitive> {
    let predicates = predicates().into_iter().flat_map(Predicate::primitives);
    predicates
        .chain(orders())
        .chain(parts())
        .chain(neighbours())
        .chain(longer())
        .chain(totals())
        .chain(ends())
        .collect()
}

fn predicates() -> Vec<Predicate> {
    vec![
        predicate("even", "{x} % 2 == 0", ["even", "even", "even numbers"], |x, _| x.rem_euclid(2) == 0),
        predicate("odd", "{x} % 2 == 1", ["odd", "odd", "odd numbers"], |x, _| x.rem_euclid(2) == 1),
        predicate("positive", "{x} > 0", ["positive", "positive", "positive numbers"], |x, _| x > 0),
        predicate("negative", "{x} < 0", ["negative", "negative", "negative numbers"], |x, _| x < 0),
        predicate(
            "greater",
            "{x} > {a}",
            ["greater than {a}", "greater than {a}", "numbers greater than {a}"],
            |x, constants| x > constants.a,
        )
        .a(1..=12),
        predicate("less", "{x} < {a}", ["less than {a}", "less than {a}", "numbers less than {a}"], |x, constants| {
            x < constants.a
        })
        .a(1..=12),
        predicate(
            "multiple",
            "{x} % {a} == 0",
            ["a multiple of {a}", "multiples of {a}", "multiples of {a}"],
            |x, constants| x.rem_euclid(constants.a) == 0,
        )
        .a(3..=5),
    ]
}

fn orders() -> Vec<Primitive> {
    vec![
        numbers(TOPIC, "reverse", "numbers[::-1]")
            .act(["reverse the list", "put the numbers in reverse order"])
            .numbers(|numbers, _| numbers.iter().rev().copied().collect()),
        numbers(TOPIC, "sort", "sorted(numbers)")
            .act(["sort the numbers in ascending order", "sort the list from small to large"])
            .numbers(|numbers, _| sorted(numbers)),
        numbers(TOPIC, "sort_down", "sorted(numbers, reverse=True)")
            .act(["sort the numbers in descending order", "sort the list from large to small"])
            .numbers(|numbers, _| sorted(numbers).into_iter().rev().collect()),
        numbers(TOPIC, "unique", "list(dict.fromkeys(numbers))")
            .act(["keep the first occurrence of each number", "remove repeated numbers (keep the first of each)"])
            .numbers(|numbers, _| unique(numbers)),
        numbers(TOPIC, "rotate", "numbers[{a}:] + numbers[:{a}]")
            .a(2..=4)
            .act(["move the first {a} numbers to the end", "move the first {a} numbers behind the others"])
            .numbers(|numbers, constants| {
                let (front, back) = numbers.split_at(first(constants.a, numbers));
                [back, front].concat()
            }),
    ]
}

fn parts() -> Vec<Primitive> {
    vec![
        numbers(TOPIC, "take", "numbers[:{a}]")
            .a(2..=4)
            .act(["take the first {a} numbers", "keep only the first {a} numbers"])
            .numbers(|numbers, constants| numbers[..first(constants.a, numbers)].to_vec()),
        numbers(TOPIC, "drop", "numbers[{a}:]")
            .a(2..=3)
            .act(["drop the first {a} numbers", "remove the first {a} numbers"])
            .numbers(|numbers, constants| numbers[first(constants.a, numbers)..].to_vec()),
        numbers(TOPIC, "take_last", "numbers[-{a}:]")
            .a(2..=4)
            .act(["take the last {a} numbers", "keep only the last {a} numbers"])
            .numbers(|numbers, constants| numbers[numbers.len() - first(constants.a, numbers)..].to_vec()),
        numbers(TOPIC, "drop_last", "numbers[:-{a}]")
            .a(2..=3)
            .act(["drop the last {a} numbers", "remove the last {a} numbers"])
            .numbers(|numbers, constants| numbers[..numbers.len() - first(constants.a, numbers)].to_vec()),
        numbers(TOPIC, "drop_first_number", "numbers[1:]")
            .act(["drop the first number", "remove the first number"])
            .numbers(|numbers, _| numbers.iter().skip(1).copied().collect()),
        numbers(TOPIC, "every_second", "numbers[::2]")
            .act(["keep every second number starting with the first", "keep the numbers at even indices (from 0)"])
            .numbers(|numbers, _| numbers.iter().step_by(2).copied().collect()),
        numbers(TOPIC, "remove_value", "[x for x in numbers if x != {a}]")
            .a(1..=5)
            .act(["remove all numbers equal to {a}", "keep the numbers other than {a}"])
            .method("x != {a}")
            .numbers(|numbers, constants| numbers.iter().copied().filter(|x| *x != constants.a).collect()),
    ]
}

fn neighbours() -> Vec<Primitive> {
    vec![
        numbers(TOPIC, "differences", "[b - a for a, b in zip(numbers, numbers[1:])]")
            .act([
                "list each number but the first minus the one before it",
                "take the differences of neighbours (later minus earlier)",
            ])
            .method("b - a")
            .numbers(|numbers, _| numbers.windows(2).map(|pair| pair[1] - pair[0]).collect()),
        numbers(TOPIC, "neighbour_sums", "[a + b for a, b in zip(numbers, numbers[1:])]")
            .act(["list the sums of neighbours", "list each number but the first plus the one before it"])
            .method("a + b")
            .numbers(|numbers, _| numbers.windows(2).map(|pair| pair[0] + pair[1]).collect()),
        numbers(TOPIC, "keep_rises", "[b for a, b in zip(numbers, numbers[1:]) if b > a]")
            .act([
                "keep the numbers greater than the one before",
                "keep each number that is greater than its predecessor",
            ])
            .method("b > a")
            .numbers(|numbers, _| numbers.windows(2).filter(|pair| pair[1] > pair[0]).map(|pair| pair[1]).collect()),
        numbers(TOPIC, "add_index", "[x + i for i, x in enumerate(numbers)]")
            .act(["add its index (from 0) to each number", "add to each number its index (from 0)"])
            .method("x + i")
            .numbers(|numbers, _| (0..).zip(numbers).map(|(index, number)| number + index).collect()),
        numbers(TOPIC, "times_position", "[i * x for i, x in enumerate(numbers, 1)]")
            .act(["multiply each number by its position (from 1)", "multiply the numbers by their positions (from 1)"])
            .method("i * x")
            .numbers(|numbers, _| (1..).zip(numbers).map(|(position, number)| number * position).collect()),
    ]
}

fn longer() -> Vec<Primitive> {
    vec![
        numbers(TOPIC, "append", "numbers + [{a}]")
            .a(1..=9)
            .act(["append {a} to the list", "add {a} at the end of the list"])
            .numbers(|numbers, constants| [numbers, &[constants.a]].concat()),
        numbers(TOPIC, "prepend", "[{a}] + numbers")
            .a(1..=9)
            .act(["put {a} at the front of the list", "add {a} at the start of the list"])
            .numbers(|numbers, constants| [&[constants.a], numbers].concat()),
        numbers(TOPIC, "append_sum", "numbers + [sum(numbers)]")
            .act(["append the sum of the numbers to the list", "add the sum of the numbers at the end of the list"])
            .numbers(|numbers, _| [numbers, &[numbers.iter().sum()]].concat()),
        numbers(TOPIC, "mirror", "numbers + numbers[::-1]")
            .act(["append the reversed list", "add the list in reverse order at its end"])
            .numbers(|numbers, _| numbers.iter().chain(numbers.iter().rev()).copied().collect()),
        numbers(TOPIC, "twice", "numbers + numbers")
            .act(["append the list to itself", "write the list twice in a row"])
            .numbers(|numbers, _| [numbers, numbers].concat()),
        numbers(TOPIC, "join", "\"-\".join(str(x) for x in numbers)")
            .act(["join the numbers with \"-\"", "write the numbers as a text with \"-\" between them"])
            .lower_text(|numbers, _| numbers.iter().map(i64::to_string).collect::<Vec<_>>().join("-")),
    ]
}

fn totals() -> Vec<Primitive> {
    vec![
        numbers(TOPIC, "sum", "sum(numbers)")
            .noun(["the sum", "the sum of the numbers"])
            .integer(|numbers, _| numbers.iter().sum()),
        numbers(TOPIC, "maximum", "max(numbers, default=0)")
            .noun(["the largest number (0 if there is none)", "the maximum (0 for an empty list)"])
            .integer(|numbers, _| numbers.iter().copied().max().unwrap_or(0)),
        numbers(TOPIC, "minimum", "min(numbers, default=0)")
            .noun(["the smallest number (0 if there is none)", "the minimum (0 for an empty list)"])
            .integer(|numbers, _| numbers.iter().copied().min().unwrap_or(0)),
        numbers(TOPIC, "span", "max(numbers, default=0) - min(numbers, default=0)")
            .noun(["the largest minus the smallest number (0 if there is none)"])
            .natural(|numbers, _| sorted(numbers).last().unwrap_or(&0) - sorted(numbers).first().unwrap_or(&0)),
        numbers(TOPIC, "average", "sum(numbers) // len(numbers) if numbers else 0")
            .noun(["the average rounded down (0 if there is none)", "the average rounded down (0 for an empty list)"])
            .integer(|numbers, _| match numbers.len() as i64 {
                0 => 0,
                length => numbers.iter().sum::<i64>().div_euclid(length),
            }),
        numbers(TOPIC, "alternating_sum", "sum(numbers[::2]) - sum(numbers[1::2])")
            .noun([
                "the sum at even indices (from 0) minus the sum at odd indices",
                "the alternating sum (first minus second plus third and so on)",
            ])
            .integer(|numbers, _| {
                numbers.iter().step_by(2).sum::<i64>() - numbers.iter().skip(1).step_by(2).sum::<i64>()
            }),
    ]
}

fn ends() -> Vec<Primitive> {
    vec![
        numbers(TOPIC, "first", "numbers[0] if numbers else 0")
            .noun(["the first number (0 if there is none)", "the first number (0 for an empty list)"])
            .integer(|numbers, _| numbers.first().copied().unwrap_or(0)),
        numbers(TOPIC, "last", "numbers[-1] if numbers else 0")
            .noun(["the last number (0 if there is none)", "the last number (0 for an empty list)"])
            .integer(|numbers, _| numbers.last().copied().unwrap_or(0)),
        numbers(TOPIC, "second_largest", "sorted(numbers)[-2] if len(numbers) > 1 else 0")
            .noun(["the second largest number (0 if there are less than 2)"])
            .integer(|numbers, _| if numbers.len() > 1 { sorted(numbers)[numbers.len() - 2] } else { 0 }),
        numbers(TOPIC, "index_of_largest", "numbers.index(max(numbers)) if numbers else -1")
            .noun(["the index (from 0) of the first largest number (-1 if there is none)"])
            .integer(|numbers, _| {
                let largest = numbers.iter().max();
                numbers.iter().position(|number| Some(number) == largest).map_or(-1, |index| index as i64)
            }),
        numbers(TOPIC, "is_sorted", "numbers == sorted(numbers)")
            .whether(["the numbers never decrease", "the list is sorted from small to large"])
            .truth(|numbers, _| numbers.is_sorted()),
        numbers(TOPIC, "is_mirrored", "numbers == numbers[::-1]")
            .whether(["the list reads the same backwards", "the list equals its reverse"])
            .truth(|numbers, _| numbers.iter().eq(numbers.iter().rev())),
        numbers(TOPIC, "has_repeats", "len(set(numbers)) < len(numbers)")
            .whether(["any number occurs more than once", "there are repeated numbers"])
            .truth(|numbers, _| unique(numbers).len() < numbers.len()),
        numbers(TOPIC, "contains", "{a} in numbers")
            .a(1..=5)
            .whether(["{a} is in the list", "the list contains {a}"])
            .truth(|numbers, constants| numbers.contains(&constants.a)),
    ]
}

/// How many numbers the first `count` are.
fn first(count: i64, numbers: &[i64]) -> usize {
    usize::try_from(count).map_or(0, |count| count.min(numbers.len()))
}

fn sorted(numbers: &[i64]) -> Vec<i64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted
}

fn unique(numbers: &[i64]) -> Vec<i64> {
    let first = |(index, number): (usize, &i64)| (!numbers[..index].contains(number)).then_some(*number);
    numbers.iter().enumerate().filter_map(first).collect()
}
