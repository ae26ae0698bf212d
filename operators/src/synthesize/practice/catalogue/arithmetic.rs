//! Arithmetic: what is done to one number, whatever it is.

use super::super::primitive::{Primitive, integer, natural};
use super::super::topic::Topic;
use super::change::change;

const TOPIC: Topic = Topic::Arithmetic;

pub(super) fn primitives() -> Vec<Primitive> {
    let changes = moves().into_iter().chain(shapes()).chain(remainders());
    changes.flatten().chain(alone()).collect()
}

fn moves() -> Vec<[Primitive; 2]> {
    vec![
        change(TOPIC, "add", "{x} + {a}")
            .a(1..=9)
            .single(["add {a} to it", "increase it by {a}"])
            .each(["add {a} to each number", "increase each number by {a}"])
            .same(|x, constants| x + constants.a),
        change(TOPIC, "subtract", "{x} - {a}")
            .a(1..=9)
            .single(["subtract {a} from it", "decrease it by {a}"])
            .each(["subtract {a} from each number", "decrease each number by {a}"])
            .integer(|x, constants| x - constants.a),
        change(TOPIC, "subtract_from", "{a} - {x}")
            .a(5..=20)
            .single(["subtract it from {a}", "take {a} minus it"])
            .each(["subtract each number from {a}", "replace each number x by {a} - x"])
            .integer(|x, constants| constants.a - x),
        change(TOPIC, "distance", "abs({x} - {a})")
            .a(3..=20)
            .single(["take its distance to {a}", "take the absolute difference of it and {a}"])
            .each(["replace each number by its distance to {a}", "take the distance of each number to {a}"])
            .natural(|x, constants| (x - constants.a).abs()),
    ]
}

fn shapes() -> Vec<[Primitive; 2]> {
    vec![
        change(TOPIC, "multiply", "{x} * {a}")
            .a(2..=6)
            .single(["multiply it by {a}", "scale it by {a}"])
            .each(["multiply each number by {a}", "scale each number by {a}"])
            .same(|x, constants| x * constants.a),
        change(TOPIC, "square", "{x} * {x}")
            .single(["square it", "multiply it by itself"])
            .each(["square each number", "multiply each number by itself"])
            .natural(|x, _| x * x),
        change(TOPIC, "negate", "-{x}")
            .single(["negate it", "flip its sign"])
            .each(["negate each number", "flip the sign of each number"])
            .integer(|x, _| -x),
        change(TOPIC, "absolute", "abs({x})")
            .single(["take its absolute value", "drop its sign"])
            .each(["replace each number by its absolute value", "drop the sign of each number"])
            .natural(|x, _| x.abs()),
    ]
}

/// Python rounds quotients down and gives remainders the divisor's sign; divisors are positive here.
fn remainders() -> Vec<[Primitive; 2]> {
    vec![
        change(TOPIC, "modulo", "{x} % {a}")
            .a(2..=9)
            .single(["take it modulo {a}", "take its remainder modulo {a}"])
            .each(["take each number modulo {a}", "replace each number by its remainder modulo {a}"])
            .natural(|x, constants| x.rem_euclid(constants.a)),
        change(TOPIC, "divide", "{x} // {a}")
            .a(2..=5)
            .single(["divide it by {a} (rounding down)", "floor-divide it by {a}"])
            .each(["divide each number by {a} (rounding down)", "floor-divide each number by {a}"])
            .same(|x, constants| x.div_euclid(constants.a)),
        change(TOPIC, "round_down", "{x} - {x} % {a}")
            .a(2..=9)
            .single(["round it down to a multiple of {a}", "lower it to the nearest multiple of {a}"])
            .each(["round each number down to a multiple of {a}", "lower each number to the nearest multiple of {a}"])
            .same(|x, constants| x - x.rem_euclid(constants.a)),
    ]
}

fn alone() -> Vec<Primitive> {
    vec![
        natural(TOPIC, "sum_to", "sum(range(n + 1))")
            .act(["add up the numbers from 1 to it", "sum all numbers from 1 up to it"])
            .natural(|n, _| n * (n + 1) / 2),
        natural(TOPIC, "multiples", "[n * (i + 1) for i in range({a})]")
            .a(2..=5)
            .act(["list its first {a} multiples", "make the list of it times 1 up to it times {a}"])
            .numbers(|n, constants| (1..=constants.a).map(|i| n * i).collect()),
        natural(TOPIC, "divisors", "[d for d in range(1, n + 1) if n % d == 0]")
            .act(["list its divisors in ascending order", "list all numbers from 1 to it that divide it"])
            .method("n % d == 0")
            .numbers(|n, _| divisors(*n)),
        natural(TOPIC, "count_up", "list(range(1, n + 1))")
            .act(["list the numbers from 1 to it", "count from 1 up to it in a list"])
            .numbers(|n, _| (1..=*n).take(100).collect()),
        integer(TOPIC, "write", "str(n)")
            .act(["write it as a text", "convert it to a string"])
            .lower_text(|n, _| n.to_string()),
    ]
}

/// In ascending order.
fn divisors(number: i64) -> Vec<i64> {
    let small: Vec<i64> = (1..).take_while(|divisor| divisor * divisor <= number).filter(|d| number % d == 0).collect();
    let large = small.iter().rev().map(|divisor| number / divisor).filter(|large| large * large > number);
    small.iter().copied().chain(large).collect()
}
