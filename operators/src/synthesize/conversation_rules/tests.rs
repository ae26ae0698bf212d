//! Mistakes are where they are said to be, and everything else is right.

use super::programs::{call, without_a_step};
use super::thoughts::{RIGHT, WRONG, with_reflection, without_reflection};
use crate::synthesize::draw::Draw;
use crate::synthesize::reasoning::steps::{Place, Said, Step};
use crate::turns::text;
use engine::operator::{Context, ContextParts};

const STATEMENT: &str =
    "Given a list of integers and a number k >= 1, keep the numbers greater than 4, and return the sum.";

fn steps(given: &str) -> Vec<Step> {
    let step = |place, text: &str, value: Option<&str>| {
        Step::sound(place, Said { text: text.to_owned(), value: value.map(str::to_owned) })
    };
    vec![
        step(Place::Given, given, None),
        step(Place::OnTheWay, "Keep the numbers greater than 4 with x > 4", Some("[5, 8]")),
        step(Place::Last, "Return the sum with sum(numbers)", Some("13")),
    ]
}

fn draw(seed: u64) -> Draw {
    Draw::new(Context::new(ContextParts { seed, ..ContextParts::default() }).random("test", 0))
}

#[test]
fn a_turn_is_a_step_and_the_first_has_what_is_given() {
    let steps = steps("Try numbers = [5, 1, 8]");
    let thoughts = "<thinking>Try numbers = [5, 1, 8]. Keep the numbers greater than 4 with x > 4: [5, 8].</thinking>\
                    <thinking>Return the sum with sum(numbers): 13.</thinking>";
    assert_eq!(text(&without_reflection(&steps)), thoughts);
    assert_eq!(
        text(&with_reflection(&steps, STATEMENT, 0.0, &mut draw(0))),
        thoughts
            .replace("[5, 8].</thinking>", "[5, 8].</thinking><reflection>Yes, [5, 8].</reflection>")
            .replace("13.</thinking>", "13.</thinking><reflection>Yes, 13.</reflection>")
    );
    assert_eq!(without_reflection(&steps[..1]).len(), 1);
    assert_eq!(without_reflection(&[]), []);
}

#[test]
fn reflection_puts_right_what_is_wrong_and_nothing_else() {
    let steps = steps("Try numbers = [5, 1, 8]");
    let right = without_reflection(&steps);
    let denials =
        ["No. Keep the numbers greater than 4 with x > 4: [5, 8].", "No. Return the sum with sum(numbers): 13."];
    let (mut wrong, mut all) = (0, 0);
    for seed in 0..200 {
        let turns = with_reflection(&steps, STATEMENT, 0.3, &mut draw(seed));
        for (place, pair) in turns.chunks(2).enumerate() {
            let [thought, reflection] = pair else { panic!("{pair:?}") };
            let is_wrong = thought.text != right[place].text;
            assert_eq!(thought.status, if is_wrong { WRONG } else { RIGHT });
            assert_eq!(reflection.text == denials[place], is_wrong, "{pair:?}");
            assert_eq!(reflection.text.starts_with("Yes, "), !is_wrong, "{pair:?}");
            wrong += usize::from(is_wrong);
            all += 1;
        }
    }
    let share = wrong as f64 / all as f64;
    assert!((0.25..0.35).contains(&share), "{share}");
}

#[test]
fn the_example_is_called_with_all_that_it_takes() {
    let called = |given: &str| call("solve", &steps(given));
    assert_eq!(called("Try numbers = [5, 1, 8]").as_deref(), Some("print(solve([5, 1, 8]))"));
    assert_eq!(called("Try text = \"ab\" and k = 3").as_deref(), Some("print(solve(\"ab\", 3))"));
    assert_eq!(called("Nothing is given"), None);
    assert_eq!(call("solve", &steps("")[1..]), None);
}

#[test]
fn any_step_but_the_last_may_be_missing() {
    let solution =
        "def solve(n: int) -> int:\n    n = n + 1\n    for i in range(2):\n        n = n * 2\n    return n - 3\n";
    let codes = ["n = n + 1", "for i in range(2):\n    n = n * 2", "return n - 3"];
    let mut made: Vec<String> = (0..20).filter_map(|seed| without_a_step(solution, &codes, &mut draw(seed))).collect();
    made.sort();
    made.dedup();
    assert_eq!(
        made,
        [
            "def solve(n: int) -> int:\n    for i in range(2):\n        n = n * 2\n    return n - 3",
            "def solve(n: int) -> int:\n    n = n + 1\n    return n - 3",
        ]
    );
    assert_eq!(without_a_step("def solve(n):\n    return n", &["return n"], &mut draw(0)), None);
    assert_eq!(without_a_step("def solve(n):\n    return n", &["n = 1", "return n"], &mut draw(0)), None);
    assert_eq!(without_a_step("return n", &["n = 1", "return n"], &mut draw(0)), None);
}
